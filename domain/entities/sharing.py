"""The share of a record, as declared fields."""

from domain.entities.schema import Field, Kind, Lookup, Resource, ToOne
from domain.tables import record_shares
from privacy.labels import Category

RECORD_SHARE = Resource(
    name="record_share",
    type_name="RecordShare",
    prefix="shr",
    stable="record_share",
    table=record_shares,
    fields=(
        Field("record", Kind.TEXT, Category.SYSTEM, Lookup.EQUAL),
        Field("grantee", Kind.TEXT, Category.SYSTEM, Lookup.EQUAL),
        Field("reason", Kind.ENUM, Category.SYSTEM, Lookup.EQUAL),
        Field("author", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("ends_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
        Field("ended_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
        Field("version", Kind.INTEGER, Category.SYSTEM),
        Field("created_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
        Field("updated_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
    ),
    edges=(ToOne("author", "member"),),
)
