"""Formulas of conditions in disjunctive normal form, with their two halves."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import sqlalchemy as sa

from policy.conditions.registry import CONDITIONS
from policy.shapes.condition import Arguments, InvalidConditionError, Row
from policy.shapes.row_shape import RowShape
from policy.subjects.principals import Principal

CLAUSES_MAX = 64
"""How many clauses the condition of one rule may come to."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A condition's name with its arguments, or its negation."""

    name: str
    negated: bool = False
    arguments: Arguments = ()

    def __invert__(self) -> "Literal":
        return replace(self, negated=not self.negated)

    def holds(self, row: Row, principal: Principal, shape: RowShape, *, unknown: bool) -> bool:
        """Whether it holds for the row, or ``unknown`` where the row cannot tell."""
        condition = CONDITIONS[self.name]
        if not condition.is_known(row):
            return unknown
        return condition.holds(row, principal, shape, *self.arguments) is not self.negated

    def sql(self, table: sa.FromClause, shape: RowShape) -> sa.ColumnElement[bool]:
        """The SQL half; never NULL where it is negated."""
        expression = CONDITIONS[self.name].sql(table, shape, *self.arguments)
        if self.negated:
            return sa.not_(sa.func.coalesce(expression, sa.false()))
        return expression


Clause = frozenset[Literal]


@dataclass(frozen=True, slots=True)
class Formula:
    """Conditions in disjunctive normal form. No clause: never; an empty clause: always."""

    clauses: frozenset[Clause]

    @property
    def is_always(self) -> bool:
        """Whether it holds for every row."""
        return frozenset() in self.clauses

    def parted(self, literal: Literal) -> "tuple[Formula, Formula]":
        """The alternatives that hold only where the literal does, and the others."""
        found = frozenset(clause for clause in self.clauses if literal in clause)
        return Formula(found), Formula(self.clauses - found)

    @property
    def names(self) -> frozenset[str]:
        """The conditions it is made of."""
        return frozenset(literal.name for clause in self.clauses for literal in clause)

    @property
    def needs(self) -> frozenset[str]:
        """What a row must bring beside its columns for the Python half to know."""
        found = (CONDITIONS[name].needs for name in self.names)
        return frozenset(need for need in found if need is not None)

    def holds(
        self, row: Row, principal: Principal, shape: RowShape, *, unknown: bool = False
    ) -> bool:
        """The Python half; ``unknown`` is what a condition counts as that the row cannot tell: say no
        where a rule allows, yes where it denies.
        """
        return any(
            all(literal.holds(row, principal, shape, unknown=unknown) for literal in clause)
            for clause in self.clauses
        )

    def sql(self, table: sa.FromClause, shape: RowShape) -> sa.ColumnElement[bool]:
        """The SQL half; never NULL where it is negated."""
        if self.is_always:
            return sa.true()
        return sa.or_(
            sa.false(),
            *(
                sa.and_(*(literal.sql(table, shape) for literal in sorted(clause, key=str)))
                for clause in sorted(self.clauses, key=lambda c: sorted(map(str, c)))
            ),
        )

    def __or__(self, other: "Formula") -> "Formula":
        return (
            ALWAYS if self.is_always or other.is_always else Formula(self.clauses | other.clauses)
        )

    def __and__(self, other: "Formula") -> "Formula":
        return _bounded(mine | yours for mine in self.clauses for yours in other.clauses)

    def __invert__(self) -> "Formula":
        found = ALWAYS
        for clause in self.clauses:
            found &= Formula(frozenset(frozenset({~literal}) for literal in clause))
        return found


ALWAYS = Formula(frozenset({frozenset()}))
NEVER = Formula(frozenset())


def _bounded(clauses: Iterable[Clause]) -> Formula:
    """The formula of these clauses without those that contradict themselves; raises
    ``InvalidConditionError`` for one that would grow out of bounds.
    """
    found: set[Clause] = set()
    for clause in clauses:
        if not any(~literal in clause for literal in clause):
            found.add(clause)
        if len(found) > CLAUSES_MAX:
            message = f"its brackets come to more than {CLAUSES_MAX} alternatives"
            raise InvalidConditionError(message)
    return ALWAYS if frozenset() in found else Formula(frozenset(found))
