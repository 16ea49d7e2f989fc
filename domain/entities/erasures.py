"""Sealed notes of an erasure: what the person is known by, kept until others' texts are redacted.

Nobody reads them through the gate, and no rule can name them. They are sealed under the person's own key,
and emptied with the step that destroys it.
"""

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind
from domain.entities.customers import CUSTOMER
from domain.tables import erasures
from privacy.labels import Category

KNOWN_BY = tuple(field for field in CUSTOMER.sealed if field.name != "custom_fields")
"""What was sealed of the person, under the same numbers."""

ERASURE = Entity(
    name="erasure",
    type_name="Erasure",
    prefix="era",
    stable="erasure",
    table=erasures,
    subject="customer_id",
    fields=(
        *(Field(one.name, one.kind, one.category, pack=one.pack) for one in KNOWN_BY),
        Field("kind", Kind.ENUM, Category.SYSTEM, pack=101),
        Field("country", Kind.TEXT, Category.COUNTRY, pack=102),
        Field("related", Kind.JSON, Category.SYSTEM, pack=103),
    ),
)
