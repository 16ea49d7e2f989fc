"""Looking sealed names up: by the whole, by how they begin, by the words in them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from domain.errors import ForbiddenError, InvalidInputError
from domain.reading import alike_match
from domain.reading.criteria import (
    Combine,
    Compare,
    Filter,
    Junction,
    Operator,
    slot_name,
)
from domain.reading.reach import Reach
from domain.reading.token_match import bound, matching, usable_sources
from domain.searching.query import parsed
from domain.searching.sources import FILTERED, Source
from domain.searching.tokens import (
    START_MAX,
    Alternatives,
    start_tokens,
    whole_tokens,
    word_tokens,
)
from privacy.vault import IndexKeys


def where(comparison: Compare, reach: Reach, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """The rows with such a name; raises ``ForbiddenError`` where the caller may use no name at all."""
    name, sources = slot_name(comparison.slot), _usable(comparison.field, reach)
    if comparison.operator is Operator.MATCHES:
        return alike_match.matching(name, reach, sources, table)
    return matching(name, reach, sources, table)


def values(
    comparison: Compare, keys: IndexKeys, reach: Reach, operand: Any, within: str | None = None
) -> Mapping[str, Any]:
    """What the parameters of ``where`` are bound to; raises ``InvalidInputError``. ``within`` is what
    must hold as well of the plain column that the sources name.
    """
    # None where no name may be used: then ``where`` refuses, or nobody behind an edge is seen at all.
    sources = usable_sources(reach, FILTERED[reach.resource.name, comparison.field])
    if comparison.operator is Operator.MATCHES:
        query = parsed(operand, comparison.field)
        return alike_match.bound(slot_name(comparison.slot), keys, sources, query)
    tokens = [_tokens(keys, source, comparison, operand, within) for source in sources]
    return bound(slot_name(comparison.slot), tokens)


def companion(filter_: Filter | None, resource: str, comparison: Compare) -> Compare | None:
    """What must hold together with a comparison: the plain column that narrows its tokens."""
    both = list(conjuncts(filter_))
    if comparison not in both or comparison.operator is not Operator.STARTS_WITH:
        return None
    narrowing = {source.within for source in FILTERED[resource, comparison.field]}
    equal = (one for one in both if one.operator is Operator.EQ)
    return next((one for one in equal if {one.field} == narrowing), None)


def conjuncts(filter_: Filter | None) -> Iterator[Compare]:
    """The comparisons that must all hold."""
    if isinstance(filter_, Compare):
        yield filter_
    elif isinstance(filter_, Combine) and filter_.junction is Junction.AND:
        for part in filter_.parts:
            yield from conjuncts(part)


def _usable(field: str, reach: Reach) -> Sequence[Source]:
    sources = usable_sources(reach, FILTERED[reach.resource.name, field])
    if not sources:
        raise ForbiddenError("the field may not be used here", (field,))
    return sources


def _tokens(
    keys: IndexKeys, source: Source, comparison: Compare, operand: Any, within: str | None
) -> Alternatives:
    field, operator = comparison.field, comparison.operator
    if operator is Operator.HAS_WORDS:
        return word_tokens(keys, source, parsed(operand, field))
    if operator is Operator.STARTS_WITH:
        if len(operand) > START_MAX:
            message = f"a beginning has at most {START_MAX} characters"
            raise InvalidInputError(message, (field, operator))
        return start_tokens(keys, source, operand, within)
    return whole_tokens(keys, source, operand if isinstance(operand, list) else [operand])
