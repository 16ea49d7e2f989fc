"""The vetted conditions a rule may name, and the formulas that rules make of them."""

from policy.conditions.formula import ALWAYS, CLAUSES_MAX, NEVER, Formula, Literal
from policy.conditions.parser import parse
from policy.conditions.registry import CONDITIONS
from policy.shapes.condition import Condition, InvalidConditionError, Row, UnknownConditionError

__all__ = [
    "ALWAYS",
    "CLAUSES_MAX",
    "CONDITIONS",
    "NEVER",
    "Condition",
    "Formula",
    "InvalidConditionError",
    "Literal",
    "Row",
    "UnknownConditionError",
    "parse",
]
