"""Remaking of what a text left in the database, in the mode that was chosen for it.

A state machine whose state stands in the text's row of ``search_modes``: CHANGED (nothing done) → WRITERS
GONE (whoever writes knows the mode) → batches, each a unit of work → IN FORCE. Whoever runs it next goes
on; several at once take turns.
"""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from domain.access.caller import Caller
from domain.keys.make_tokens import reindex
from domain.keys.wait_for_transactions import writers_gone
from domain.searching.modes import chosen_for
from domain.storage.housekeeping import tidy_tokens
from domain.tables import search_modes
from domain.values.ids import FIRST_ID
from domain.writing.unit_of_work import Event, Stores, UnitOfWork, unit_of_work

Told = Callable[[int], None]

PATIENCE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class _Place:
    """How far it is: after so many changes of the mode, up to an id."""

    changes: int
    done_until: str | None


class Remake:
    """Of one tenant; ``caller`` is Farley itself."""

    def __init__(self, stores: Stores, caller: Caller, region: str) -> None:
        self._stores = stores
        self._caller = caller
        self._region = region

    async def run(self, field: str, told: Told = lambda _: None) -> int:
        """Make all rows anew until the mode is in force; how many were. Raises ``StillWritingError``."""
        done, waited_for = 0, 0
        while (place := await self._place(field)) is not None:
            if place.done_until is None and place.changes != waited_for:
                await writers_gone(self._stores.engine, PATIENCE_SECONDS)
                waited_for = place.changes
                continue  # It may have been changed again meanwhile.
            done += await self._batch(field, place)
            told(done)
        if done:
            await tidy_tokens(self._stores.engine)
        return done

    async def _place(self, field: str) -> _Place | None:
        async with unit_of_work(self._stores, self._caller, self._region) as work:
            return await _pending(work, field)

    async def _batch(self, field: str, place: _Place) -> int:
        async with unit_of_work(self._stores, self._caller, self._region) as work:
            if await _pending(work, field, lock=True) != place:
                return 0  # Somebody else went on, or the mode was changed.
            entity = chosen_for(work.registry)[field].entity
            count, last = await reindex(work, entity, place.done_until or FIRST_ID, again=True)
            if last is not None:
                await _note(work, field, done_until=last)
            else:
                await _note(work, field, done_until=None, strictest=None)
                work.happened(Event("SearchModeInForce", "tenant", (work.tenant,), (), (field,)))
            return count


async def _pending(work: UnitOfWork, field: str, *, lock: bool = False) -> _Place | None:
    """How far it is; nothing where the mode is in force."""
    query = sa.select(search_modes.c.changes, search_modes.c.done_until).where(
        search_modes.c.tenant_id == work.tenant,
        search_modes.c.field == field,
        search_modes.c.strictest.is_not(None),
    )
    row = (await work.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        return None
    changes, done_until = tuple(row)
    return _Place(changes, done_until and str(done_until))


async def _note(work: UnitOfWork, field: str, **values: str | None) -> None:
    of = (search_modes.c.tenant_id == work.tenant, search_modes.c.field == field)
    await work.execute(sa.update(search_modes).where(*of).values(values))
