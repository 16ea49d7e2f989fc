"""Erasure of a member of staff (GDPR Art. 17): who they were goes, that somebody did it stays.

What is said of them is emptied with the request: name, address, title, references, and the handle, which
becomes a neutral one. Records keep the id as their owner or author. From there on it is the erasure of a
customer: the worker destroys the key, and goes on after a crash.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from domain.directory.switch_member import (
    Rows,
    expect_version,
    is_member,
    locked_member,
    refuse_leaving,
)
from domain.entities.directory import MEMBER
from domain.erasure.erase_subject import begin, earlier, keep_out
from domain.tables import members
from domain.writing.permission import permit_any
from domain.writing.purge import purge
from domain.writing.suppression import kept_marks
from domain.writing.unit_of_work import Event, UnitOfWork
from policy.rules import Action


@dataclass(frozen=True, slots=True)
class EraseMember:
    """Irrevocable."""

    member_id: str
    expected_version: int | None = None


async def erase_member(command: EraseMember, work: UnitOfWork) -> str:
    """The erasure's id; a second request finds the first. From here on the member is let in no more.

    Raises ``ForbiddenError``, ``NotFoundError``, ``StaleVersionError``, and ``ConflictError`` for oneself
    and for the last active administrator.
    """
    id_ = command.member_id
    permit_any(work.caller, Action.DELETE, MEMBER)
    row = await locked_member(id_, _erasing, work)
    found = await earlier(work, id_)
    if found is not None:
        return found
    expect_version(row, command.expected_version)
    await refuse_leaving(id_, work)
    await _keep_out(id_, work)
    changed = {"active": False, "version": row["version"] + 1, "updated_at": work.stores.now()}
    await work.execute(sa.update(members).where(*is_member(work, id_)).values(changed))
    await purge(work, id_)
    work.happened(Event("ErasureRequested", "member", (id_,), (id_,)))
    return await begin(work, id_, "SUPPRESSED")


def _erasing(work: UnitOfWork, rows: Rows) -> None:
    work.permit(Action.DELETE, MEMBER, rows, ())


async def _keep_out(id_: str, work: UnitOfWork) -> None:
    """The next list of staff does not bring them back under the reference that they had."""
    stored = await work.records.load(MEMBER, id_, even_closed=True)
    if stored.is_closed:
        return
    tags = await kept_marks(work, id_, stored.sealed, None, MEMBER)
    now = work.stores.now()
    await work.stores.vault.keep_out(work.tenant, [(*tag, now, None) for tag in tags])
    await keep_out(work, tags)
