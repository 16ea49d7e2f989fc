"""The policy as something that rules speak of; it has no records and no fields."""

from domain.entities.schema import Resource
from policy.tables import policy_changes

POLICY = Resource(
    name="policy",
    type_name="PolicyChange",
    prefix="pch",
    stable="policy",
    table=policy_changes,
    fields=(),
)
