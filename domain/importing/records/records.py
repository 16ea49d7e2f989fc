"""Import records, which name each other by external reference.

``values`` hold declared fields by name, as the commands take them (``contact_points`` and
``custom_fields`` included), without ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from domain.declaration.entity import Entity
from domain.declaration.field import Field, Values
from domain.declaration.kinds import Kind
from domain.declaration.names import RECORD

MONEY = frozenset({"amount", "currency"})
"""Neither says anything alone: what is left out of one leaves the other out."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The id that a record has in another system."""

    system: str
    id: str


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """A member of staff; ``values`` holds name, email and job_title."""

    reference: Reference
    handle: str
    role: str
    department: str | None
    values: Values
    manager: Reference | None = None


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """A person or an organisation; ``relationships`` are (type, other customer) pairs from it."""

    reference: Reference
    values: Values
    department: str | None = None
    owner: Reference | None = None
    partner_account: str | None = None
    relationships: tuple[tuple[str, Reference], ...] = ()
    consents: tuple[Values, ...] = ()


@dataclass(frozen=True, slots=True)
class InteractionRecord:
    """One interaction with a customer."""

    reference: Reference
    customer: Reference
    values: Values
    author: Reference | None = None
    department: str | None = None
    partner_account: str | None = None
    participants: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class OpportunityRecord:
    """An opportunity in a stage of a pipeline, both by name."""

    reference: Reference
    customer: Reference
    pipeline: str
    stage: str
    values: Values
    owner: Reference | None = None
    department: str | None = None
    partner_account: str | None = None
    history: tuple[tuple[str, Any], ...] = field(default=())
    """The stages it went through: (stage name, when)."""


@dataclass(frozen=True, slots=True)
class PartnerAccountRecord:
    """A partner or a supplier and, for a supplier, its own organisation record."""

    handle: str
    kind: str
    name: str
    customer: Reference | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    """The record that another hangs on, of the entity of that name."""

    entity: str
    reference: Reference


@dataclass(frozen=True, slots=True)
class DeclaredRecord:
    """A record of the entity of that name. ``values`` hold the other records that it names as well: a
    ``Reference``, a code or a handle, and under ``record`` what it is ``Attached`` to.
    """

    entity: str
    reference: Reference
    values: Values


Record = (
    MemberRecord
    | CustomerRecord
    | InteractionRecord
    | OpportunityRecord
    | PartnerAccountRecord
    | DeclaredRecord
)

_BY_ENTITY: Mapping[str, type[Any]] = {
    "member": MemberRecord,
    "customer": CustomerRecord,
    "interaction": InteractionRecord,
    "opportunity": OpportunityRecord,
}
_IN_NO_CELL = frozenset({Kind.REFERENCE, Kind.TAGS, Kind.JSON})


def cell_fields(entity: Entity) -> dict[str, Field]:
    """The fields of an entity that one cell gives each, by name; without those that its records say
    beside their ``values``.
    """
    beside = {one.name for one in fields(_BY_ENTITY.get(entity.name, DeclaredRecord))}
    if entity.is_attached:
        beside.add(RECORD)
    return {
        one.name: one
        for one in entity.imported
        if one.kind not in _IN_NO_CELL and one.name not in beside
    }
