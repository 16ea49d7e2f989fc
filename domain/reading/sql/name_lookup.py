"""Name lookup over sealed names: by the whole, by how they begin, by the words in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from domain.access.effective_access import EffectiveAccess
from domain.reading.plan.criteria import Combine, Compare, Filter, Junction, Operator, bind_name
from domain.reading.sql import alike_match
from domain.reading.sql.token_match import bound, matching, usable_sources
from domain.searching.modes import Modes, SearchMode
from domain.searching.query import parsed
from domain.searching.sources import FILTERED, Source
from domain.searching.tokens import (
    START_MAX,
    Alternatives,
    no_tokens,
    start_tokens,
    whole_tokens,
    word_tokens,
)
from domain.values.errors import ForbiddenError, InvalidInputError
from privacy.vault import IndexKeys


def where(
    comparison: Compare, access: EffectiveAccess, table: sa.FromClause
) -> sa.ColumnElement[bool]:
    """The rows with such a name; raises ``ForbiddenError`` where the caller may use no name at all."""
    name, sources = bind_name(comparison.bind), _usable(comparison.field, access)
    if comparison.operator is Operator.MATCHES:
        return alike_match.matching(name, access, sources, table)
    if comparison.operator is Operator.CONTAINS:
        return alike_match.containing(name, access, sources, table)
    return matching(name, access, sources, table)


@dataclass(frozen=True, slots=True)
class Beside:
    """What must hold together with a comparison: of the plain column that narrows its tokens, and of the
    kind of record.
    """

    within: str | None = None
    kind: str | None = None


NEEDED = {
    Operator.STARTS_WITH: SearchMode.FUZZY,
    Operator.MATCHES: SearchMode.FUZZY,
    Operator.CONTAINS: SearchMode.PLAIN,
}
"""The strictest modes that offer what not all offer."""


def values(
    comparison: Compare,
    keys: IndexKeys,
    access: EffectiveAccess,
    operand: Any,
    modes: Modes,
    beside: Beside = Beside(),
) -> Mapping[str, Any]:
    """What the parameters of ``where`` are bound to; raises ``InvalidInputError``, also where the mode of
    a text that could be found has no such operator.
    """
    # None where no name may be used: then ``where`` refuses, or nobody behind an edge is seen at all.
    sources = usable_sources(access, FILTERED[access.resource.name, comparison.field])
    path = (comparison.field, comparison.operator.value)
    name = bind_name(comparison.bind)
    needed = NEEDED.get(comparison.operator, SearchMode.EXACT)
    for source in sources:
        if beside.kind in {None, source.kind}:
            modes.require(source, needed, path)
    if comparison.operator is Operator.MATCHES:
        query = parsed(operand, comparison.field)
        return alike_match.bound(name, keys, sources, query, modes)
    if comparison.operator is Operator.CONTAINS:
        return alike_match.bound_part(name, sources, modes, operand, path)
    tokens = [
        _tokens(keys, one, comparison, operand, beside.within, modes.of(one))
        if modes.offers(one, needed)
        else no_tokens()
        for one in sources
    ]
    return bound(name, tokens)


def beside(
    filter_: Filter | None, resource: str, comparison: Compare, binds: Sequence[Any]
) -> Beside:
    """What must hold together with a comparison."""
    both = list(conjuncts(filter_))
    if comparison not in both:
        return Beside()
    equal = [(one.field, binds[one.bind]) for one in both if one.operator is Operator.EQ]
    narrowing = {source.within for source in FILTERED[resource, comparison.field]}
    within = next((value for field, value in equal if {field} == narrowing), None)
    kinds = {value for field, value in equal if field == "kind"}
    return Beside(
        within if comparison.operator is Operator.STARTS_WITH else None,
        kinds.pop() if len(kinds) == 1 else None,
    )


def conjuncts(filter_: Filter | None) -> Iterator[Compare]:
    """The comparisons that must all hold."""
    if isinstance(filter_, Compare):
        yield filter_
    elif isinstance(filter_, Combine) and filter_.junction is Junction.AND:
        for part in filter_.parts:
            yield from conjuncts(part)


def _usable(field: str, access: EffectiveAccess) -> Sequence[Source]:
    sources = usable_sources(access, FILTERED[access.resource.name, field])
    if not sources:
        raise ForbiddenError("the field may not be used here", (field,))
    return sources


def _tokens(
    keys: IndexKeys,
    source: Source,
    comparison: Compare,
    operand: Any,
    within: str | None,
    mode: SearchMode,
) -> Alternatives:
    field, operator = comparison.field, comparison.operator
    if operator is Operator.HAS_WORDS:
        return word_tokens(keys, source, parsed(operand, field), mode)
    if operator is Operator.STARTS_WITH:
        if len(operand) > START_MAX:
            message = f"a beginning has at most {START_MAX} characters"
            raise InvalidInputError(message, (field, operator))
        return start_tokens(keys, source, operand, within)
    return whole_tokens(keys, source, operand if isinstance(operand, list) else [operand])
