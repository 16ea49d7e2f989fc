"""The deal registration, as declared fields.

``customer`` leads to a customer only once there is one: until then it is the id, and with it the key, of
somebody who may become one.
"""

from domain.entities.customers import NAMES, all_contact_points, display_name
from domain.entities.opportunities import money
from domain.entities.schema import Field, Kind, Lookup, Resource, ToOne
from domain.tables import deal_registrations
from privacy.labels import Category

DEAL_REGISTRATION = Resource(
    name="deal_registration",
    type_name="DealRegistration",
    prefix="dea",
    stable="deal_registration",
    table=deal_registrations,
    subject="customer_id",
    fields=(
        Field("customer", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("partner_account", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("pipeline", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("opportunity", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("status", Kind.ENUM, Category.PURCHASES, Lookup.EQUAL),
        Field("rejection_reason", Kind.ENUM, Category.PURCHASES, Lookup.EQUAL),
        Field("new_customer", Kind.BOOLEAN, Category.SYSTEM, Lookup.EQUAL),
        Field("kind", Kind.ENUM, Category.SYSTEM, Lookup.EQUAL),
        Field("country", Kind.TEXT, Category.COUNTRY, Lookup.EQUAL),
        Field("amount", Kind.DECIMAL, Category.FINANCIAL, Lookup.RANGE),
        Field("currency", Kind.TEXT, Category.FINANCIAL, Lookup.EQUAL),
        Field("expected_close", Kind.DATE, Category.PURCHASES, Lookup.RANGE),
        Field("expires_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
        Field("decided_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
        Field("decided_by", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("version", Kind.INTEGER, Category.SYSTEM),
        Field("created_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
        Field("updated_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
        Field("title", Kind.TEXT, Category.CONTENT, pack=1),
        Field("given_name", Kind.TEXT, Category.NAME, pack=2),
        Field("family_name", Kind.TEXT, Category.NAME, pack=3),
        Field("organization_name", Kind.TEXT, Category.NAME, pack=4),
        Field("emails", Kind.JSON, Category.EMAIL, Lookup.BLIND, pack=5),
        Field("phones", Kind.JSON, Category.PHONE, Lookup.BLIND, pack=6),
        Field("name", Kind.TEXT, Category.NAME, sources=NAMES, derive=display_name),
        Field(
            "contact_points",
            Kind.JSON,
            Category.USER,
            sources=("emails", "phones"),
            derive=all_contact_points,
            derives_by_id=True,
        ),
        Field("value", Kind.JSON, Category.FINANCIAL, sources=("amount", "currency"), derive=money),
    ),
    edges=(
        ToOne("customer", "customer"),
        ToOne("partner_account", "partner_account"),
        ToOne("pipeline", "pipeline"),
        ToOne("opportunity", "opportunity"),
        ToOne("decided_by", "member"),
    ),
    of="customer",
)
