"""Durations on the command line: ``90s``, ``30m``, ``1h`` or ``7d``."""

import re
from datetime import timedelta

import typer

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DAYS_MAX = 30


def duration(text: str, days_max: int = _DAYS_MAX) -> timedelta:
    """``90s``, ``30m``, ``1h`` or ``7d``; raises ``typer.BadParameter``."""
    match = re.fullmatch(r"(\d{1,6})([smhd])", text)
    if match is None:
        raise typer.BadParameter("write a duration as 90s, 30m, 1h or 7d")
    value = timedelta(**{_UNITS[match[2]]: int(match[1])})
    if not timedelta(0) < value <= timedelta(days=days_max):
        raise typer.BadParameter(f"it holds for at most {days_max} days")
    return value
