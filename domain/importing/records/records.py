"""Import records, which name each other by external reference.

``values`` hold declared fields by name, as the commands take them (``contact_points`` and
``custom_fields`` included), without ids.
"""

from dataclasses import dataclass, field
from typing import Any

from domain.declaration.field import Values

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


Record = (
    MemberRecord | CustomerRecord | InteractionRecord | OpportunityRecord | PartnerAccountRecord
)
