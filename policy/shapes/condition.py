"""One entry of the registry: a Python predicate *and* a SQL expression that agree on every row.

Where a value is unknown, both say no. Rules carry names and typed arguments, never expressions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID, asyncpg
from sqlalchemy.types import TypeEngine

from policy.subjects.principals import Principal

Row = Mapping[str, Any]
Arguments = tuple[Any, ...]

_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy types none of its dialects


class InvalidConditionError(ValueError):
    """A rule's condition cannot be read; the text says why."""


class UnknownConditionError(InvalidConditionError):
    """A rule names a condition that the registry does not hold."""


def no_arguments(words: tuple[str, ...]) -> Arguments:
    """For entries that take none; raises ``InvalidConditionError``."""
    if words:
        raise InvalidConditionError("it takes no arguments")
    return ()


@dataclass(frozen=True, slots=True)
class Condition:
    """One registry entry. ``sql`` takes the row's table, ``holds`` the row and who asks; both then take
    what ``arguments`` made of the words in the rule's brackets, or refused with ``InvalidConditionError``.

    ``fields`` are those of which the resource must have one, where the row's id is not enough.
    ``needs`` is what a row must bring for the Python half to know; SQL always knows. ``usage`` is an
    example of it in a rule.
    """

    name: str
    sql: Callable[..., sa.ColumnElement[bool]]
    holds: Callable[..., bool]
    fields: frozenset[str] = frozenset()
    needs: str | None = None
    usage: str = ""
    arguments: Callable[[tuple[str, ...]], Arguments] = no_arguments

    @property
    def example(self) -> str:
        """The entry as a rule may name it."""
        return self.usage or self.name

    def is_known(self, row: Row) -> bool:
        """Whether the row brings what the Python half looks at."""
        return self.needs is None or self.needs in row

    def fits(self, fields: frozenset[str]) -> bool:
        """Whether a resource with these fields has what the condition looks at."""
        return not self.fields or not self.fields.isdisjoint(fields)


def parameter(name: str) -> sa.BindParameter[str]:
    """A value of the principal's, from ``Principal.binds``."""
    return sa.bindparam(name, type_=UUID(as_uuid=False))


def constant(value: object, type_: TypeEngine[Any]) -> sa.ColumnElement[Any]:
    """A rule's own value, as SQLAlchemy's type writes it.

    INVARIANT: it is no parameter, for a statement is cached for all callers and knows only theirs.
    """
    rendered = sa.literal(value, type_).compile(
        dialect=_DIALECT, compile_kwargs={"literal_binds": True}
    )
    return sa.literal_column(str(rendered), type_)


def ids(name: str, *columns: str) -> sa.TableClause:
    """A table of which a condition compares ids; policy does not know the domain's declarations."""
    return sa.table(name, *(sa.column(column, UUID(as_uuid=False)) for column in columns))


def customer_of(table: sa.FromClause) -> sa.ColumnElement[str]:
    """The column that says whose record a row is: of a customer, its own id."""
    found: sa.ColumnElement[str] = table.c.id if "lifecycle" in table.c else table.c.customer_id
    return found


OF_CUSTOMERS = frozenset({"lifecycle", "customer"})
"""Resources with one of these fields have ``customer_of``."""


def is_same(row: Row, principal: Principal, column: str, attribute: str) -> bool:
    """Whether a column holds what the principal has; not where either is unknown."""
    value = getattr(principal, attribute)
    return value is not None and row.get(column) == value
