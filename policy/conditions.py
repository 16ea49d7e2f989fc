"""The vetted conditions a rule may name: each a Python predicate *and* a SQL expression.

Rules carry names, never expressions. Both halves of an entry must agree on every row; where a value
is unknown, both say no.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID

from policy.principals import Principal

Row = Mapping[str, Any]


class UnknownConditionError(ValueError):
    """A rule names a condition that the registry does not hold."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One registry entry. ``sql`` takes the row's table; ``holds`` the row and who asks.

    ``fields`` are those of which the resource must have one, where the row's id is not enough.
    ``needs`` is what a row must bring for the Python half to know; SQL always knows.
    """

    name: str
    sql: Callable[[sa.FromClause], sa.ColumnElement[bool]]
    holds: Callable[[Row, Principal], bool]
    fields: frozenset[str] = frozenset()
    needs: str | None = None

    def is_known(self, row: Row) -> bool:
        """Whether the row brings what the Python half looks at."""
        return self.needs is None or self.needs in row

    def fits(self, fields: frozenset[str]) -> bool:
        """Whether a resource with these fields has what the condition looks at."""
        return not self.fields or not self.fields.isdisjoint(fields)


def _parameter(name: str) -> sa.BindParameter[str]:
    return sa.bindparam(name, type_=UUID(as_uuid=False))


def _same(name: str, column: str, parameter: str, attribute: str) -> Condition:
    def holds(row: Row, principal: Principal) -> bool:
        value = getattr(principal, attribute)
        return value is not None and row.get(column) == value

    return Condition(
        name=name,
        sql=lambda table: table.c[column] == _parameter(parameter),
        holds=holds,
        fields=frozenset({column.removesuffix("_id")} - {"id"}),
    )


def _is(name: str, column: str, value: str) -> Condition:
    return Condition(
        name=name,
        sql=lambda table: table.c[column] == sa.literal_column(f"'{value}'"),
        holds=lambda row, _: row.get(column) == value,
        fields=frozenset({column}),
    )


_relationships = sa.table(
    "relationships",
    sa.column("tenant_id"),
    sa.column("type"),
    sa.column("from_id"),
    sa.column("to_id"),
)


def _supplied(table: sa.FromClause) -> sa.ColumnElement[bool]:
    link = _relationships.alias()
    customer = table.c.id if "lifecycle" in table.c else table.c.customer_id
    found = sa.exists().where(
        link.c.tenant_id == table.c.tenant_id,
        link.c.type == sa.literal_column("'SUPPLIES'"),
        link.c.from_id == _parameter("p_customer"),
        link.c.to_id == customer,
    )
    # INVARIANT: the row's own table, however deep this stands.
    return found.correlate(table)


def _is_supplied(row: Row, principal: Principal) -> bool:
    return principal.customer_id is not None and principal.customer_id in row["supplied_by"]


CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        condition.name: condition
        for condition in (
            _same("own_department", "department_id", "p_department", "department_id"),
            _same("owner", "owner_id", "p_principal", "id"),
            _same("author", "author_id", "p_principal", "id"),
            _same("partner_account", "partner_account_id", "p_partner", "partner_account_id"),
            _same("self", "id", "p_principal", "id"),
            _same("own_account", "id", "p_partner", "partner_account_id"),
            _same("own_record", "id", "p_customer", "customer_id"),
            _same("own_customer", "customer_id", "p_customer", "customer_id"),
            _is("internal", "direction", "INTERNAL"),
            Condition(
                "supplied_by_me",
                _supplied,
                _is_supplied,
                frozenset({"lifecycle", "customer"}),
                needs="supplied_by",
            ),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Literal:
    """A condition's name, or its negation."""

    name: str
    negated: bool = False

    def holds(self, row: Row, principal: Principal, *, unknown: bool) -> bool:
        """Whether it holds for the row, or ``unknown`` where the row cannot tell."""
        condition = CONDITIONS[self.name]
        if not condition.is_known(row):
            return unknown
        return condition.holds(row, principal) is not self.negated


@dataclass(frozen=True, slots=True)
class Formula:
    """Conditions in disjunctive normal form. No clause: never; an empty clause: always."""

    clauses: frozenset[frozenset[Literal]]

    @property
    def is_always(self) -> bool:
        """Whether it holds for every row."""
        return frozenset() in self.clauses

    @property
    def names(self) -> frozenset[str]:
        """The conditions it is made of."""
        return frozenset(literal.name for clause in self.clauses for literal in clause)

    def holds(self, row: Row, principal: Principal, *, unknown: bool = False) -> bool:
        """The Python half; ``unknown`` is what a condition counts as that the row cannot tell: say no
        where a rule allows, yes where it denies.
        """
        return any(
            all(literal.holds(row, principal, unknown=unknown) for literal in clause)
            for clause in self.clauses
        )

    def sql(self, table: sa.FromClause) -> sa.ColumnElement[bool]:
        """The SQL half; never NULL where it is negated."""
        if self.is_always:
            return sa.true()
        return sa.or_(
            sa.false(),
            *(
                sa.and_(*(_literal_sql(literal, table) for literal in sorted(clause, key=str)))
                for clause in sorted(self.clauses, key=lambda c: sorted(map(str, c)))
            ),
        )

    def __or__(self, other: "Formula") -> "Formula":
        return (
            ALWAYS if self.is_always or other.is_always else Formula(self.clauses | other.clauses)
        )


ALWAYS = Formula(frozenset({frozenset()}))
NEVER = Formula(frozenset())


def _literal_sql(literal: Literal, table: sa.FromClause) -> sa.ColumnElement[bool]:
    expression = CONDITIONS[literal.name].sql(table)
    if literal.negated:
        return sa.not_(sa.func.coalesce(expression, sa.false()))
    return expression


def parse(text: str) -> Formula:
    """``a and not b or c`` (no brackets; the empty text is "always"); raises ``UnknownConditionError``."""
    if not text.strip():
        return ALWAYS
    return Formula(
        frozenset(
            frozenset(_literal(part) for part in clause.split(" and "))
            for clause in text.split(" or ")
        )
    )


def _literal(text: str) -> Literal:
    words = text.split()
    negated = words[:1] == ["not"]
    name = " ".join(words[negated:])
    if name not in CONDITIONS:
        message = f"no condition is called {name!r}; there are {', '.join(sorted(CONDITIONS))}"
        raise UnknownConditionError(message)
    return Literal(name, negated)
