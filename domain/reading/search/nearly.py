"""Fuzzy search: customers whose names are nearly alike, where nothing else was found."""

from collections.abc import Sequence

from domain.access.effective_access import EffectiveAccesses
from domain.entities.customers import CUSTOMER
from domain.reading.binding.context import PageRequest, ReadContext
from domain.reading.plan.criteria import Compare, Operator
from domain.reading.plan.plan import Connection
from domain.reading.search.sorted_pages import nearest
from domain.reading.sql import name_lookup
from domain.searching.modes import Modes
from domain.values.errors import ForbiddenError, InvalidInputError
from privacy.vault import IndexKeys

SHOWN_MAX = 5
LOOKED_AT_MAX = 1_000
"""So many names are opened at most; of more that are alike none is offered."""

_ALIKE = Compare("name", Operator.MATCHES, 0)
_PLAN = Connection(CUSTOMER.name, (), 0, (), filter=_ALIKE)


async def nearly_alike(
    context: ReadContext, accesses: EffectiveAccesses, keys: IndexKeys, modes: Modes, text: str
) -> Sequence[str]:
    """Their ids, the nearest first: those that ``name: {matches: …}`` finds, by the same rule. None where
    the caller may not look names up, where a mode has no such operator, or where too many are alike.
    """
    access = accesses[CUSTOMER.name]
    if not access.granted:
        return ()
    try:
        values = name_lookup.values(_ALIKE, keys, access, text, modes)
        request = PageRequest(_PLAN, accesses, None, [""], values)
        return await nearest(context, request, [text], size=SHOWN_MAX, most=LOOKED_AT_MAX)
    except (ForbiddenError, InvalidInputError):
        return ()
