import itertools
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from policy.conditions import (
    ALWAYS,
    CONDITIONS,
    NEVER,
    Formula,
    Literal,
    UnknownConditionError,
    parse,
)
from policy.principals import Principal, PrincipalKind
from tests.unit.policy.policies import callers, conditions, rows

formulas = conditions("customer").map(parse) | st.sampled_from((ALWAYS, NEVER))
texts = conditions("customer")


def clauses(*found: tuple[Literal, ...]) -> Formula:
    return Formula(frozenset(map(frozenset, found)))


# --- the parser -----------------------------------------------------------------------------------


def test_and_binds_closer_than_or_and_not_closer_than_and() -> None:
    assert parse("owner and not self or partner_account") == clauses(
        (Literal("owner"), Literal("self", negated=True)), (Literal("partner_account"),)
    )


@pytest.mark.parametrize("text", ["", "  "])
def test_no_condition_holds_always(text: str) -> None:
    assert parse(text) == ALWAYS


@pytest.mark.parametrize(
    "text",
    [
        "ownr",
        "OWNER",
        "not",
        "and",
        "owner and",
        "or owner",
        "owner or or self",
        "owner and\nself",
        "owner AND self",
        "owner self",
        "not not owner",
        "(owner)",
        "owner and (self or author)",
        "true",
        "__import__('os')",
    ],
)
def test_what_is_not_a_condition_is_refused(text: str) -> None:
    with pytest.raises(UnknownConditionError, match=r"there are .*own_department"):
        parse(text)


@given(texts, texts)
def test_two_texts_joined_by_or_mean_the_union(left: str, right: str) -> None:
    assert parse(f"{left} or {right}") == parse(left) | parse(right)


# --- the algebra ----------------------------------------------------------------------------------


@given(formulas, formulas, formulas)
def test_or_is_associative_commutative_and_idempotent(a: Formula, b: Formula, c: Formula) -> None:
    assert (a | b) | c == a | (b | c)
    assert a | b == b | a
    assert a | a == a


@given(formulas)
def test_never_adds_nothing_and_always_leaves_nothing_to_add(formula: Formula) -> None:
    assert formula | NEVER == formula
    assert formula | ALWAYS == ALWAYS


@given(formulas, formulas, rows, callers)
def test_or_holds_where_one_of_its_sides_holds(
    a: Formula, b: Formula, row: dict[str, Any], caller: Principal
) -> None:
    assert (a | b).holds(row, caller) is (a.holds(row, caller) or b.holds(row, caller))


@given(st.sampled_from(sorted(CONDITIONS)), rows, callers)
def test_a_condition_or_its_negation_holds_but_never_both(
    name: str, row: dict[str, Any], caller: Principal
) -> None:
    assert parse(name).holds(row, caller) is not parse(f"not {name}").holds(row, caller)


@given(rows, callers)
def test_always_and_never_ask_nothing_of_a_row(row: dict[str, Any], caller: Principal) -> None:
    assert ALWAYS.holds(row, caller)
    assert not NEVER.holds(row, caller)


def test_two_unknown_values_are_not_the_same() -> None:
    nobody = Principal("t", PrincipalKind.SERVICE, "p", frozenset(), "sales")
    row = dict.fromkeys(("department_id", "owner_id", "partner_account_id", "customer_id", "id"))
    assert [name for name in CONDITIONS if parse(name).holds(row, nobody)] == []


# --- SQL ------------------------------------------------------------------------------------------


def test_always_and_never_are_constants_in_sql() -> None:
    table = sa.table("customers")
    assert str(ALWAYS.sql(table)) == "true"
    assert str(NEVER.sql(table)) == "false"


def test_equal_formulas_have_equal_sql_so_that_statements_are_cached() -> None:
    table = sa.table("t", *(sa.column(c) for c in ("id", "department_id", "owner_id")))
    parts = ("own_department and owner", "not self", "owner")
    texts = {str(parse(" or ".join(order)).sql(table)) for order in itertools.permutations(parts)}
    assert len(texts) == 1
