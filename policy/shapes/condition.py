"""Condition (ABAC): a Python predicate *and* a SQL expression that agree on every row.

Where a value is unknown, both say no. Rules carry names and typed arguments, never expressions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID, asyncpg
from sqlalchemy.types import TypeEngine

from policy.shapes.row_shape import RowShape, had

Row = Mapping[str, Any]
Arguments = tuple[Any, ...]

_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy types none of its dialects


class InvalidConditionError(ValueError):
    """A rule's condition cannot be read; the text says why."""


class UnknownConditionError(InvalidConditionError):
    """A rule names a condition that the registry does not hold."""


def every_shape(_shape: RowShape) -> bool:
    """For entries that look at a row's id only."""
    return True


def no_arguments(words: tuple[str, ...]) -> Arguments:
    """For entries that take none; raises ``InvalidConditionError``."""
    if words:
        raise InvalidConditionError("it takes no arguments")
    return ()


@dataclass(frozen=True, slots=True)
class Condition:
    """One registry entry. ``sql`` takes the row's table and its shape, ``holds`` the row, who asks and the
    shape; both then take what ``arguments`` made of the words in the rule's brackets, or refused with
    ``InvalidConditionError``.

    ``fits`` tells whether a kind of record has what the condition looks at. ``needs`` is what a row must
    bring for the Python half to know; SQL always knows. ``usage`` is an example of it in a rule.
    """

    name: str
    sql: Callable[..., sa.ColumnElement[bool]]
    holds: Callable[..., bool]
    fits: Callable[[RowShape], bool] = every_shape
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


def of_customers(shape: RowShape) -> bool:
    """Whether a row is a customer or the record of one."""
    return shape.customer is not None


def customer_of(table: sa.FromClause, shape: RowShape) -> sa.ColumnElement[str]:
    """The column that says whose record a row is: of a customer, its own id."""
    found: sa.ColumnElement[str] = table.c[had(shape, shape.customer)]
    return found
