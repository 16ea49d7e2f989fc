"""Members, departments and partner accounts, as declared fields."""

from domain.entities.schema import Field, Kind, Lookup, Resource, ToOne
from domain.tables import departments, members, partner_accounts
from privacy.labels import Category

MEMBER = Resource(
    name="member",
    type_name="Member",
    prefix="mem",
    stable="member",
    table=members,
    subject="id",
    fields=(
        Field("handle", Kind.TEXT, Category.ACCOUNT, Lookup.EQUAL),
        Field("role", Kind.ENUM, Category.SYSTEM, Lookup.EQUAL),
        Field("department", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("manager", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("active", Kind.BOOLEAN, Category.SYSTEM, Lookup.EQUAL),
        Field("version", Kind.INTEGER, Category.SYSTEM),
        Field("created_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
        Field("updated_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
        Field("name", Kind.TEXT, Category.NAME, pack=1),
        Field("email", Kind.TEXT, Category.EMAIL, pack=2),
        Field("job_title", Kind.TEXT, Category.WORKPLACE, pack=3),
        Field("external_references", Kind.JSON, Category.UNIQUE_ID, Lookup.BLIND, pack=4),
    ),
    edges=(ToOne("department", "department"), ToOne("manager", "member")),
)

DEPARTMENT = Resource(
    name="department",
    type_name="Department",
    prefix="dep",
    stable="department",
    table=departments,
    fields=(
        Field("code", Kind.TEXT, Category.SYSTEM, Lookup.EQUAL),
        Field("name", Kind.TEXT, Category.SYSTEM, Lookup.EQUAL),
        Field("parent", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("created_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
    ),
    edges=(ToOne("parent", "department"),),
)

PARTNER_ACCOUNT = Resource(
    name="partner_account",
    type_name="PartnerAccount",
    prefix="par",
    stable="partner_account",
    table=partner_accounts,
    fields=(
        Field("kind", Kind.ENUM, Category.SYSTEM, Lookup.EQUAL),
        Field("handle", Kind.TEXT, Category.SYSTEM, Lookup.EQUAL),
        Field("name", Kind.TEXT, Category.SYSTEM, Lookup.EQUAL),
        Field("customer", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("active", Kind.BOOLEAN, Category.SYSTEM, Lookup.EQUAL),
        Field("created_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
    ),
    edges=(ToOne("customer", "customer"),),
    of="customer",
)
