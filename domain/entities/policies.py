"""The policy as something that rules speak of; it has no records and no fields."""

from domain.declaration.entity import Entity
from policy.tables import policy_changes

POLICY = Entity(
    name="policy",
    type_name="PolicyChange",
    prefix="pch",
    stable="policy",
    table=policy_changes,
    fields=(),
)
