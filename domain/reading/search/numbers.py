"""Search by telephone number, in any spelling: by the tags of its lookup.

The statement asks by the same rule as the filter ``phone``: whoever may not look numbers up finds nobody,
and nothing is asked.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import regex
import sqlalchemy as sa

from domain.access.effective_access import EffectiveAccesses
from domain.declaration.field import Values
from domain.entities.customers import CUSTOMER
from domain.reading.plan.criteria import Compare, Operator, bind_name
from domain.reading.plan.plan import Leaf, Part, Redactions, Selection
from domain.reading.sql.filters import where
from domain.reading.statements.compiler import Statement, compiled
from domain.reading.statements.row_set import RowSet
from domain.storage.lookup import sought, sought_tags, written
from domain.values.errors import InvalidInputError
from privacy import caches
from privacy.spellings.plain_text import NotNormalisableError
from privacy.spellings.telephone import without_extension
from privacy.vault import IndexKeys

FOUND_MAX = 100
FIELD, COUNTRY = "phones", "country"
WITHHELD = "withheld"
_LABEL = regex.compile(r"\s*\p{L}{1,20}\.?:\s*")
"""As in ``tel:+49…`` and ``Tel.: 030…``."""
_SPOKEN = regex.compile(r"[+(]?\d[\d\s().\-]{2,12}[a-zA-Z][a-zA-Z0-9\-]{2,11}")
_NUMBER = regex.compile(r"[+(]?\s*(?:\p{Nd}[\s().\-/\u2010-\u2015\u00b7]*){5,20}")


def is_number(text: str) -> bool:
    """Whether a search may be for a telephone number: in digits, in letters (``1-800-FLOWERS``), or with an
    extension.
    """
    try:
        bare = without_extension(_bare(text))
        return any(form.fullmatch(bare) is not None for form in (_NUMBER, _SPOKEN))
    except NotNormalisableError:
        return False


def _bare(text: str) -> str:
    label = _LABEL.match(text)
    return text[label.end() :] if label else text


def tags_of(keys: IndexKeys, text: str, region: str) -> Mapping[str, Any] | None:
    """What the parameter of ``candidates`` is bound to; nothing for what is no number."""
    try:
        return {bind_name(0): sought_tags(keys, CUSTOMER, FIELD, [_bare(text)], region)}
    except InvalidInputError:
        return None


@lru_cache(maxsize=caches.NUMBER_CANDIDATES)
def candidates(accesses: EffectiveAccesses) -> tuple[Statement, RowSet]:
    """The customers with the number among those that the caller may find by it."""
    access, table = accesses[CUSTOMER.name], CUSTOMER.table.alias("t")
    withheld = Redactions(WITHHELD, (Part("field", "field"),))
    parts = (Leaf(FIELD, FIELD), Leaf(COUNTRY, COUNTRY), withheld)
    row_set = RowSet(accesses, CUSTOMER.name, [Selection(CUSTOMER.name, parts)], table)
    has_number = where(Compare(FIELD, Operator.EQ, 0), accesses, CUSTOMER.name, table)
    query = sa.select(*(column.label(f"v{i}") for i, column in enumerate(row_set.columns)))
    query = query.select_from(row_set.source).where(access.where(table), has_number)
    query = query.order_by(table.c.id.desc()).limit(sa.literal_column(str(FOUND_MAX)))
    row_set.compiled()
    return compiled(query), row_set


def highlights(values: Values, text: str, region: str) -> Sequence[Mapping[str, Any]]:
    """The number as the record has it, where it may be seen."""
    if any(one["field"] == FIELD for one in values[WITHHELD]):
        return ()
    shown = [point["value"] for point in values.get(FIELD) or ()]
    country = values.get(COUNTRY)
    same = [value for value in shown if _is_found(value, country, text, region)]
    return [
        {"field": "phone", "fragment": one, "parts": [{"text": one, "isMatch": True}]}
        for one in same[:1]
    ]


def _is_found(value: str, country: str | None, text: str, region: str) -> bool:
    try:
        known = written(FIELD, value, region, country)
        return not set(known).isdisjoint(sought(FIELD, _bare(text), region))
    except InvalidInputError:
        return False
