"""Relationship: what one customer is to another."""

from enum import auto

from domain.declaration.entity import Entity
from domain.declaration.fields import choice, reference, timestamp
from domain.declaration.kinds import Erasure
from domain.tables import relationships
from domain.values.choice import Choice
from privacy.labels import Category


class RelationshipType(Choice):
    """What one customer is to another."""

    WORKS_FOR = auto(), "A person works for an organisation."
    PART_OF = auto(), "An organisation is part of another."
    SUPPLIES = auto(), "An organisation supplies a customer."
    HOUSEHOLD = auto(), "Both belong to one household."
    REFERRED_BY = auto(), "Somebody was referred by somebody."
    PARTNER_OF = auto(), "Both are partners."


RELATIONSHIP = Entity(
    name="relationship",
    type_name="Relationship",
    prefix="rel",
    stable="relationship",
    table=relationships,
    says="What one customer is to another.",
    plural="relationships",
    subject="from_id",
    fields=(
        choice(
            "type", RelationshipType, Category.BEHAVIOR, says="What the first is to the second."
        ),
        reference("from", "customer", says="The first.", by="the first"),
        reference("to", "customer", says="The second.", by="the second"),
        timestamp(
            "created_at",
            says="When it was recorded.",
            by="when it was recorded",
            ordered_by="when recorded",
        ),
    ),
    erasure=Erasure.DELETED,
)
