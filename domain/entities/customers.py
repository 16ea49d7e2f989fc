"""The customer, its relationships and its consents, as declared fields."""

from typing import Any

from domain.entities.schema import Field, Kind, Lookup, OrderKey, Resource, ToMany, ToOne
from domain.tables import consent_events, customers, relationships
from domain.values.point_ids import LISTS, derived_id
from privacy.labels import Category
from privacy.tables import consents

NAMES = ("organization_name", "given_name", "family_name")
CONTACT_POINTS = LISTS


def display_name(
    organization_name: str | None, given_name: str | None, family_name: str | None
) -> str | None:
    """The organisation's name, or given and family name."""
    if organization_name:
        return organization_name
    if given_name and family_name:
        return f"{given_name} {family_name}"
    return given_name or family_name or None


def preferred(points: list[dict[str, Any]] | None) -> str | None:
    """The value of the preferred contact point, or of the first."""
    if not points:
        return None
    for point in points:
        if point["preferred"]:
            break
    else:
        point = points[0]
    value: str | None = point["value"]
    return value


def all_contact_points(record: str, *kinds: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """The contact points of every kind that may be seen, each with its id."""
    return [
        _as_told(record, place, point)
        for points in kinds
        for place, point in enumerate(points or ())
    ]


def _as_told(record: str, place: int, point: dict[str, Any]) -> dict[str, Any]:
    """With what the schema calls otherwise than it is kept, and an id where it was kept without."""
    told = {"isValid": point.get("is_valid"), **point}
    return told if "id" in point else {"id": derived_id(record, point["kind"], place), **told}


CUSTOMER = Resource(
    name="customer",
    type_name="Customer",
    prefix="cus",
    stable="customer",
    table=customers,
    subject="id",
    fields=(
        Field("kind", Kind.ENUM, Category.SYSTEM, Lookup.EQUAL),
        Field("lifecycle", Kind.ENUM, Category.BEHAVIOR, Lookup.EQUAL),
        Field("language", Kind.TEXT, Category.LANGUAGE, Lookup.EQUAL),
        Field("time_zone", Kind.TEXT, Category.TIME_ZONE, Lookup.EQUAL),
        Field("country", Kind.TEXT, Category.COUNTRY, Lookup.EQUAL),
        Field("location", Kind.PLACE, Category.LOCATION, Lookup.PLACE),
        Field("department", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("owner", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("partner_account", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("tags", Kind.TAGS, Category.BEHAVIOR, Lookup.TAGS),
        Field("erased_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
        Field("restricted_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
        Field("restricted_for", Kind.TAGS, Category.PREFERENCES, Lookup.TAGS),
        Field("version", Kind.INTEGER, Category.SYSTEM),
        Field("created_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
        Field("updated_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
        Field("given_name", Kind.TEXT, Category.NAME, pack=1),
        Field("family_name", Kind.TEXT, Category.NAME, pack=2),
        Field("organization_name", Kind.TEXT, Category.NAME, pack=3),
        Field("birth_date", Kind.DATE, Category.BIRTH_DATE, pack=4),
        Field("national_id", Kind.TEXT, Category.NATIONAL_ID, pack=5),
        Field("emails", Kind.JSON, Category.EMAIL, Lookup.BLIND, pack=6),
        Field("phones", Kind.JSON, Category.PHONE, Lookup.BLIND, pack=7),
        Field("addresses", Kind.JSON, Category.ADDRESS, pack=8),
        Field("social_profiles", Kind.JSON, Category.SOCIAL, pack=9),
        Field("websites", Kind.JSON, Category.URL, pack=10),
        Field("external_references", Kind.JSON, Category.UNIQUE_ID, Lookup.BLIND, pack=11),
        Field("custom_fields", Kind.JSON, Category.CONTENT, Lookup.DECLARED, pack=12),
        Field(
            "name",
            Kind.TEXT,
            Category.NAME,
            Lookup.WORDS,
            sources=NAMES,
            derive=display_name,
        ),
        Field(
            "email",
            Kind.TEXT,
            Category.EMAIL,
            sources=("emails",),
            derive=preferred,
        ),
        Field(
            "phone",
            Kind.TEXT,
            Category.PHONE,
            sources=("phones",),
            derive=preferred,
        ),
        Field(
            "address",
            Kind.TEXT,
            Category.ADDRESS,
            sources=("addresses",),
            derive=preferred,
        ),
        Field(
            "contact_points",
            Kind.JSON,
            Category.USER,
            sources=CONTACT_POINTS,
            derive=all_contact_points,
            derives_by_id=True,
        ),
    ),
    edges=(
        ToOne("department", "department"),
        ToOne("owner", "member"),
        ToOne("partner_account", "partner_account"),
        ToMany("interactions", "interaction", "customer_id"),
        ToMany("opportunities", "opportunity", "customer_id"),
        ToMany("consents", "consent", "customer_id"),
        ToMany("relationships", "relationship", "from_id"),
        ToMany("inverse_relationships", "relationship", "to_id"),
    ),
    views=("timeline", "overview", "network"),
    of="id",
    shareable=True,
)

RELATIONSHIP = Resource(
    name="relationship",
    type_name="Relationship",
    prefix="rel",
    stable="relationship",
    table=relationships,
    subject="from_id",
    fields=(
        Field("type", Kind.ENUM, Category.BEHAVIOR, Lookup.EQUAL),
        Field("from", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("to", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("created_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
    ),
    edges=(ToOne("from", "customer"), ToOne("to", "customer")),
)

CONSENT = Resource(
    name="consent",
    type_name="Consent",
    prefix="con",
    stable="consent",
    table=consents,
    subject="customer_id",
    fields=(
        Field("customer", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("purpose", Kind.TEXT, Category.PREFERENCES, Lookup.EQUAL),
        Field("status", Kind.ENUM, Category.PREFERENCES, Lookup.EQUAL),
        Field("method", Kind.TEXT, Category.PREFERENCES, Lookup.EQUAL),
        Field("given_at", Kind.TIMESTAMP, Category.PREFERENCES, Lookup.RANGE),
        Field("withdrawn_at", Kind.TIMESTAMP, Category.PREFERENCES, Lookup.RANGE),
        Field("expires_at", Kind.TIMESTAMP, Category.PREFERENCES, Lookup.RANGE),
        Field("version", Kind.INTEGER, Category.SYSTEM),
        Field("created_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
        Field("updated_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
    ),
    edges=(
        ToOne("customer", "customer"),
        ToMany("history", "consent_event", "consent_id"),
    ),
    of="customer",
)

CONSENT_EVENT = Resource(
    name="consent_event",
    type_name="ConsentEvent",
    prefix="cev",
    stable="consent_event",
    table=consent_events,
    subject="customer_id",
    order=(OrderKey("at", descending=True), OrderKey("created_at", descending=True)),
    fields=(
        Field("consent", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("customer", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("purpose", Kind.TEXT, Category.PREFERENCES, Lookup.EQUAL),
        Field("status", Kind.ENUM, Category.PREFERENCES, Lookup.EQUAL),
        Field("method", Kind.TEXT, Category.PREFERENCES, Lookup.EQUAL),
        Field("at", Kind.TIMESTAMP, Category.PREFERENCES, Lookup.RANGE),
        Field("dated", Kind.BOOLEAN, Category.SYSTEM, Lookup.EQUAL),
        Field("expires_at", Kind.TIMESTAMP, Category.PREFERENCES, Lookup.RANGE),
        Field("author", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("source", Kind.ENUM, Category.SYSTEM, Lookup.EQUAL),
        Field("created_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
    ),
    edges=(
        ToOne("consent", "consent"),
        ToOne("customer", "customer"),
        ToOne("author", "member"),
    ),
    of="customer",
)
