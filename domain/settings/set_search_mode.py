"""Search mode of a text, chosen."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from domain.entities.customers import CUSTOMER
from domain.searching.chosen import Choice
from domain.searching.modes import SearchMode, chosen_for, offered, stricter, usual
from domain.searching.sources import Source
from domain.tables import search_modes
from domain.values.errors import InvalidInputError
from domain.writing.jobs import REMAKE
from domain.writing.unit_of_work import Event, UnitOfWork
from policy.rules import Action


@dataclass(frozen=True, slots=True)
class SetSearchMode:
    """``field`` is the name of a searched text, such as ``customer.person_name``."""

    field: str
    mode: SearchMode


async def set_search_mode(command: SetSearchMode, work: UnitOfWork) -> Choice:
    """What is chosen then; the rows are made anew by a job.

    Raises ``ForbiddenError``, and ``InvalidInputError`` for a text or a mode that there is not.
    """
    work.require(Action.ADMINISTER, CUSTOMER)  # One right for all texts.
    text = chosen_for(work.registry).get(command.field)
    if text is None:
        raise InvalidInputError("no searched text has that name", ("field",))
    if command.mode not in offered(text.source):
        message = f"{command.field} is not kept in the mode {command.mode}"
        raise InvalidInputError(message, ("mode",), code="SEARCH_MODE")
    known = await _locked(work, text.source)
    if known.mode is not command.mode:
        known = await _changed(work, known, command.mode)
    if known.is_pending:
        work.enqueue(REMAKE, [command.field])
    return known


async def _locked(work: UnitOfWork, source: Source) -> Choice:
    field, mode = source.name, usual(source).value
    made = insert(search_modes).values(tenant_id=work.tenant, field=field, mode=mode)
    await work.execute(made.on_conflict_do_nothing())
    query = sa.select(search_modes.c.mode, search_modes.c.strictest).where(
        search_modes.c.tenant_id == work.tenant, search_modes.c.field == field
    )
    mode, strictest = tuple((await work.execute(query.with_for_update())).one())
    return Choice(field, SearchMode(mode), None if strictest is None else SearchMode(strictest))


async def _changed(work: UnitOfWork, known: Choice, mode: SearchMode) -> Choice:
    """INVARIANT: rows of any mode since the last that all rows had may be there, so the strictest stays."""
    changed = Choice(known.field, mode, stricter(known.in_force, mode))
    await work.execute(
        sa.update(search_modes)
        .where(search_modes.c.tenant_id == work.tenant, search_modes.c.field == known.field)
        .values(
            mode=mode.value,
            strictest=changed.in_force.value,
            changes=search_modes.c.changes + 1,
            done_until=None,
        )
    )
    work.happened(
        Event("SearchModeSet", "tenant", (work.tenant,), (), (f"{known.field}:{mode.value}",))
    )
    return changed
