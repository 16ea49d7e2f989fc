"""Looking sealed names up: by the whole, by how they begin, by the words in them."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from domain.errors import ForbiddenError, InvalidInputError
from domain.reading.criteria import Compare, Operator, slot_name
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


def where(field: str, name: str, reach: Reach, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """The rows with such a name; raises ``ForbiddenError`` where the caller may use no name at all."""
    return matching(name, reach, _usable(field, reach), table)


def values(comparison: Compare, keys: IndexKeys, reach: Reach, operand: Any) -> Mapping[str, Any]:
    """What the parameters of ``where`` are bound to; raises ``InvalidInputError``."""
    field, operator = comparison.field, comparison.operator
    sources = _usable(field, reach)
    return bound(
        slot_name(comparison.slot),
        [_tokens(keys, source, field, operator, operand) for source in sources],
    )


def _usable(field: str, reach: Reach) -> Sequence[Source]:
    sources = usable_sources(reach, FILTERED[reach.resource.name, field])
    if not sources:
        raise ForbiddenError("the field may not be used here", (field,))
    return sources


def _tokens(
    keys: IndexKeys, source: Source, field: str, operator: Operator, operand: Any
) -> Alternatives:
    if operator is Operator.HAS_WORDS:
        return word_tokens(keys, source, parsed(operand, field))
    if operator is Operator.STARTS_WITH:
        if len(operand) > START_MAX:
            message = f"a beginning has at most {START_MAX} characters"
            raise InvalidInputError(message, (field, operator))
        return start_tokens(keys, source, operand)
    return whole_tokens(keys, source, operand if isinstance(operand, list) else [operand])
