"""Lifting of a suppression: somebody who was erased comes back, of their own will.

Nothing is known of them any more: whoever lifts names the person as they are to be taken in, and of what
keeps them out that much ends. Who was not kept out is answered alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA

from domain.customers.prepare import prepared, without_ids
from domain.entities.customers import CUSTOMER
from domain.values.errors import InvalidInputError
from domain.writing.suppression import SUPPRESSED, Tag, in_force, sought_marks
from domain.writing.unit_of_work import Event, Stores, UnitOfWork
from domain.writing.verbs.values import parted
from policy.rules import Action
from privacy.tables import suppressions
from privacy.vault.vault import Suppression

SUPPRESSION_LIFTED = "SuppressionLifted"


class LiftReason(StrEnum):
    """Why somebody is let in again; never a free text, which would hold what was erased."""

    OWN_REQUEST = "OWN_REQUEST"
    NEW_CONTRACT = "NEW_CONTRACT"
    ERASED_BY_MISTAKE = "ERASED_BY_MISTAKE"
    LEGAL = "LEGAL"


@dataclass(frozen=True, slots=True)
class LiftSuppression:
    """``values`` as ``CreateCustomer`` takes them: names, country, contact points, external references."""

    values: Mapping[str, Any]
    reason: LiftReason


@dataclass(frozen=True, slots=True)
class Lifted:
    """How many of the person's hashes were in force, and all of them as they are now."""

    count: int
    known: Sequence[Suppression]


async def lift_suppression(command: LiftSuppression, work: UnitOfWork) -> Lifted:
    """Let the person in again, in the main database; ``keep_lifted`` tells the vault, after the commit.

    Done twice it lifts nothing more. It takes the right to erase every customer: there is no record of
    which a narrower one could be asked. Raises ``ForbiddenError`` and ``InvalidInputError``.
    """
    work.require(Action.DELETE, CUSTOMER)
    values = await prepared(work, without_ids(command.values))
    work.faults.settle()
    row, sealed = parted(CUSTOMER, values)
    if not any(sealed.get(name) for name in SUPPRESSED):
        message = "name at least one address, telephone number or external reference"
        raise InvalidInputError(message, ("contactPoints",))
    tags = list(sought_marks(work, sealed, row.get("country"), shortened=True))
    count = len(await in_force(work, tags))
    known = await _lifted(work, tags)
    given = tuple(sorted(name for name in SUPPRESSED if sealed.get(name)))
    reason = command.reason.value
    event = Event(SUPPRESSION_LIFTED, CUSTOMER.name, (), (), given, reason=reason, is_told=False)
    work.happened(event)
    return Lifted(count, known)


async def keep_lifted(stores: Stores, tenant: str, lifted: Lifted) -> None:
    """Tell the vault, from which an older main database learns of it.

    INVARIANT: not before the main database has committed: nobody is let in without an audit entry. A crash
    in between loses the lift with a restore only, and doing it again mends that.
    """
    await stores.vault.keep_out(tenant, lifted.known)


async def _lifted(work: UnitOfWork, tags: Sequence[Tag]) -> list[Suppression]:
    """Those of the hashes that are there, each lifted after it was last in force."""
    columns, now = suppressions.c, work.stores.now()
    in_force_now = sa.or_(columns.lifted_at.is_(None), columns.lifted_at < columns.created_at)
    lifted_at = sa.case(
        (in_force_now, sa.func.greatest(sa.literal(now), columns.created_at)),
        else_=columns.lifted_at,
    )
    query = (
        sa.update(suppressions)
        .where(
            columns.tenant_id == work.tenant,
            columns.field.in_(sorted({field for field, _ in tags})),
            columns.tag == sa.any_(sa.literal([tag for _, tag in tags], ARRAY(BYTEA))),
        )
        .values(lifted_at=lifted_at)
        .returning(columns.field, columns.tag, columns.created_at, columns.lifted_at)
    )
    rows = (await work.execute(query)).mappings()
    return sorted(
        (str(row["field"]), bytes(row["tag"]), row["created_at"], row["lifted_at"]) for row in rows
    )
