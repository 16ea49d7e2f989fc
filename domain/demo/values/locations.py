"""Demo locations: where the cities of the markets are."""

from collections.abc import Mapping

_CITIES: Mapping[str, tuple[float, float]] = {
    "Berlin": (52.52, 13.4),
    "Hamburg": (53.55, 9.99),
    "München": (48.14, 11.58),
    "Köln": (50.94, 6.96),
    "Frankfurt am Main": (50.11, 8.68),
    "Paris": (48.86, 2.35),
    "Nantes": (47.22, -1.55),
    "Lille": (50.63, 3.06),
    "Lyon": (45.76, 4.84),
    "Bordeaux": (44.84, -0.58),
    "Madrid": (40.42, -3.7),
    "Barcelona": (41.39, 2.17),
    "Valencia": (39.47, -0.38),
    "Málaga": (36.72, -4.42),
    "Milano": (45.46, 9.19),
    "Roma": (41.9, 12.5),
    "Torino": (45.07, 7.69),
    "Bologna": (44.49, 11.34),
    "Napoli": (40.85, 14.27),
    "London": (51.51, -0.13),
    "Leeds": (53.8, -1.55),
    "Manchester": (53.48, -2.24),
    "Edinburgh": (55.95, -3.19),
    "Bristol": (51.45, -2.59),
    "New York, NY": (40.71, -74.01),
    "Boston, MA": (42.36, -71.06),
    "Chicago, IL": (41.88, -87.63),
    "Austin, TX": (30.27, -97.74),
    "Denver, CO": (39.74, -104.99),
    "Seattle, WA": (47.61, -122.33),
    "Portland, OR": (45.52, -122.68),
    "Warszawa": (52.23, 21.01),
    "Kraków": (50.06, 19.94),
    "Poznań": (52.41, 16.93),
    "Wrocław": (51.11, 17.04),
    "Gdańsk": (54.35, 18.65),
    "Amsterdam": (52.37, 4.9),
    "Rotterdam": (51.92, 4.48),
    "Utrecht": (52.09, 5.12),
    "Den Haag": (52.07, 4.3),
    "Eindhoven": (51.44, 5.47),
    "Zürich": (47.38, 8.54),
    "Bern": (46.95, 7.45),
    "Basel": (47.56, 7.59),
    "Luzern": (47.05, 8.31),
}
"""Latitude and longitude."""


def location(city: str) -> dict[str, float]:
    """Where a city is, as a customer's values say it."""
    latitude, longitude = _CITIES[city]
    return {"latitude": latitude, "longitude": longitude}
