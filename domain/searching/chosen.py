"""Chosen search modes of a tenant, read from its table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.declaration.registry import Registry
from domain.searching.modes import Modes, SearchMode, chosen_for, stricter, usual
from domain.tables import search_modes

QUERY = sa.select(search_modes.c.field, search_modes.c.mode, search_modes.c.strictest).where(
    search_modes.c.tenant_id == sa.bindparam("tenant", type_=search_modes.c.tenant_id.type)
)
"""What was chosen, for ``chosen``."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The mode of a text. While ``strictest`` is there, some rows are not yet as ``mode`` says, and none
    finds less than that.
    """

    field: str
    mode: SearchMode
    strictest: SearchMode | None = None

    @property
    def in_force(self) -> SearchMode:
        """By which the text is found: what all rows offer."""
        return self.mode if self.strictest is None else stricter(self.mode, self.strictest)

    @property
    def is_pending(self) -> bool:
        """Whether rows are still made anew."""
        return self.strictest is not None


def chosen(registry: Registry, rows: Iterable[Any]) -> Sequence[Choice]:
    """The mode of every text, from rows of ``QUERY``."""
    known = {field: (mode, strictest) for field, mode, strictest in rows}
    return [
        _choice(name, *known[name]) if name in known else Choice(name, usual(text.source))
        for name, text in chosen_for(registry).items()
    ]


def _choice(field: str, mode: str, strictest: str | None) -> Choice:
    return Choice(field, SearchMode(mode), None if strictest is None else SearchMode(strictest))


def for_reading(choices: Iterable[Choice]) -> Modes:
    """By what texts are asked for."""
    return Modes({one.field: one.in_force for one in choices})


async def all_choices(
    connection: AsyncConnection, registry: Registry, tenant: str
) -> Sequence[Choice]:
    """The mode of every text."""
    return chosen(registry, (await connection.execute(QUERY, {"tenant": tenant})).all())


async def for_writing(connection: AsyncConnection, tenant: str) -> Modes:
    """What a row leaves that is written now.

    INVARIANT: asked in each transaction that writes, and never remembered: whoever makes rows anew waits
    for those transactions that may have asked before the mode was changed, and for no others.
    """
    rows = (await connection.execute(QUERY, {"tenant": tenant})).all()
    return Modes({field: SearchMode(mode) for field, mode, _ in rows})
