"""The interaction and who took part in it, as declared fields."""

from domain.entities.schema import Field, Kind, Lookup, OrderKey, Resource, ToMany, ToOne
from domain.tables import interactions, participants
from privacy.labels import Category

INTERACTION = Resource(
    name="interaction",
    type_name="Interaction",
    prefix="int",
    stable="interaction",
    table=interactions,
    subject="customer_id",
    order=(OrderKey("occurred_at", descending=True),),
    fields=(
        Field("customer", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("channel", Kind.ENUM, Category.BEHAVIOR, Lookup.EQUAL),
        Field("direction", Kind.ENUM, Category.BEHAVIOR, Lookup.EQUAL),
        Field("occurred_at", Kind.TIMESTAMP, Category.BEHAVIOR, Lookup.RANGE),
        Field("duration_seconds", Kind.INTEGER, Category.BEHAVIOR, Lookup.RANGE),
        Field("outcome", Kind.ENUM, Category.BEHAVIOR, Lookup.EQUAL),
        Field("author", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("department", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("partner_account", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("findings", Kind.JSON, Category.CONTENT),
        Field("version", Kind.INTEGER, Category.SYSTEM),
        Field("created_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
        Field("updated_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
        Field("subject", Kind.TEXT, Category.CONTENT, pack=1),
        Field("body", Kind.TEXT, Category.CONTENT, pack=2),
        Field("external_references", Kind.JSON, Category.UNIQUE_ID, Lookup.BLIND, pack=3),
    ),
    edges=(
        ToOne("customer", "customer"),
        ToOne("author", "member"),
        ToOne("department", "department"),
        ToOne("partner_account", "partner_account"),
        ToMany("participants", "participant", "interaction_id"),
    ),
    of="customer",
    shareable=True,
)

PARTICIPANT = Resource(
    name="participant",
    type_name="Participant",
    prefix="ptc",
    stable="participant",
    table=participants,
    fields=(
        Field("interaction", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("customer", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("member", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("created_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
    ),
    edges=(
        ToOne("interaction", "interaction"),
        ToOne("customer", "customer"),
        ToOne("member", "member"),
    ),
    of="customer",
)
