import itertools
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from policy.conditions import (
    ALWAYS,
    CLAUSES_MAX,
    CONDITIONS,
    NEVER,
    Formula,
    InvalidConditionError,
    Literal,
    UnknownConditionError,
    parse,
)
from policy.explain import written
from policy.subjects.principals import Principal, PrincipalKind
from tests.unit.policy.policies import WHOLE, callers, conditions, rows

formulas = conditions("customer").map(parse) | st.sampled_from((ALWAYS, NEVER))
texts = conditions("customer")


def clauses(*found: tuple[Literal, ...]) -> Formula:
    return Formula(frozenset(map(frozenset, found)))


# --- the parser -----------------------------------------------------------------------------------


@given(texts)
def test_what_is_explained_of_a_condition_says_all_of_it(text: str) -> None:
    found = parse(text)
    assert written(found) == "never" if found == NEVER else parse(written(found)) == found


def test_conditions_with_other_arguments_are_explained_apart() -> None:
    found = parse('radius(52.5 -13.4 50) or stage("Closed lost" Won) or value_up_to(10.50 EUR)')
    assert written(found) == (
        'radius(52.5 -13.4 50) or stage("Closed lost" Won) or value_up_to(10.50 EUR)'
    )


def test_and_binds_closer_than_or_and_not_closer_than_and() -> None:
    assert parse("owner and not self or partner_account") == clauses(
        (Literal("owner"), Literal("self", negated=True)), (Literal("partner_account"),)
    )


@pytest.mark.parametrize("text", ["", "  "])
def test_no_condition_holds_always(text: str) -> None:
    assert parse(text) == ALWAYS


@pytest.mark.parametrize("text", ["ownr", "OWNER", "true", "__import__", "owner or Not self"])
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(UnknownConditionError, match=r"there are .*own_department"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("not", "name of a condition is missing"),
        ("and", "name of a condition is missing"),
        ("owner and", "missing before 'the end'"),
        ("or owner", "missing before 'or'"),
        ("owner or or self", "missing before 'or'"),
        ('"owner"', "name of a condition is missing"),
        ("owner self", "'self' stands where nothing was expected"),
        ("owner AND self", "'AND' stands where nothing was expected"),
        ("owner)", "stands where nothing was expected"),
        ("(owner", "bracket is not closed"),
        ("()", "name of a condition is missing"),
        ("owner(x)", "owner: it takes no arguments"),
        ("owner and\nself", r"cannot hold '\\n'"),
        ("__import__('os')", 'cannot hold "\'"'),
        ("stage(Won, Lost)", "cannot hold ','"),
        ('stage("a)', "cannot hold"),
        ("stage((Won))", "bracket is not closed"),
        ("stage", "stage: it takes names of stages"),
        ("stage()", "stage: it takes names of stages"),
        ("territory()", "territory: it takes countries"),
        ("territory(DE XX)", "territory: there is no country or region XX"),
        ("territory(de)", "territory: there is no country or region de"),
        ("radius", "radius: it takes latitude, longitude and kilometres"),
        ("radius(52.5 13.4)", "radius: it takes latitude, longitude and kilometres"),
        ("radius(52.5 13.4 50 km)", "radius: it takes latitude, longitude and kilometres"),
        ("radius(90.1 13.4 50)", "latitude is -90 to 90"),
        ("radius(-91 13.4 50)", "latitude is -90 to 90"),
        ("radius(52.5 180.000001 50)", "longitude -180 to 180"),
        ("radius(52.5 13.4 0)", "kilometres are more than 0"),
        ("radius(52.5 13.4 0.000)", "kilometres are more than 0"),
        ("radius(52.5 13.4 -1)", "kilometres are more than 0"),
        ("radius(52.5 13.4 20037.6)", "at most 20037.5"),
        ("radius(52.5 13.4 nan)", "radius: it takes"),
        ("radius(5e1 13.4 50)", "radius: it takes"),
        ("radius(+52.5 13.4 50)", "radius: it takes"),
        ("radius(52. 13.4 50)", "radius: it takes"),
        ("radius(٥٢ 13.4 50)", "radius: it takes"),
        ("radius(52,5 13,4 50)", "cannot hold ','"),
        ("value_up_to(10000)", "value_up_to: it takes an amount and a currency"),
        ("value_up_to(-1 EUR)", "value_up_to: it takes an amount"),
        ("value_up_to(1e9 EUR)", "value_up_to: it takes an amount"),
        ("value_up_to(1 eur)", "value_up_to: it takes an amount"),
        ("(" * 17 + "owner" + ")" * 17, "brackets stand at most 16 deep"),
        (" or ".join(["owner"] * 120), "at most 1000 characters"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(text: str, why: str) -> None:
    with pytest.raises(InvalidConditionError, match=why):
        parse(text)


def test_brackets_are_multiplied_out() -> None:
    owner, self_, author = Literal("owner"), Literal("self"), Literal("author")
    assert parse("owner and (self or author)") == clauses((owner, self_), (owner, author))
    assert parse("not (owner and self)") == clauses((~owner,), (~self_,))
    assert parse("not (owner or not self)") == clauses((~owner, self_))
    assert parse("((owner))") == parse("owner")


def test_a_clause_that_contradicts_itself_is_left_out() -> None:
    assert parse("owner and not owner") == NEVER
    assert parse("owner and (not owner or self)") == parse("owner and self")


def test_arguments_are_typed_and_their_order_does_not_matter() -> None:
    (clause,) = parse("territory(SE DE)").clauses
    assert clause == {Literal("territory", arguments=("DE", "SE"))}
    assert parse("territory(DACH)") == parse("territory(AT CH DE)")
    assert parse('stage("Closed lost" Won)') == parse('stage( Won  "Closed lost" )')
    (clause,) = parse("radius(-52.50 13.4 050)").clauses
    assert clause == {Literal("radius", arguments=(-52.5, 13.4, 50.0))}
    assert str(parse("radius(-0 0.0 5)")) == str(parse("radius(0 -0.00 5.0)"))
    (clause,) = parse("value_up_to(10.50 EUR)").clauses
    assert clause == {Literal("value_up_to", arguments=(Decimal("10.50"), "EUR"))}


def test_a_condition_that_would_grow_out_of_bounds_is_refused() -> None:
    names = (
        "owner",
        "self",
        "author",
        "own_record",
        "own_account",
        "own_customer",
        "partner_account",
    )
    pairs = [f"({name} or stage(S{number}))" for number, name in enumerate(names)]
    assert len(parse(" and ".join(pairs[:6])).clauses) == CLAUSES_MAX
    with pytest.raises(InvalidConditionError, match="more than 64 alternatives"):
        parse(" and ".join(pairs))
    with pytest.raises(InvalidConditionError, match="more than 64 alternatives"):
        parse(f"not ({' or '.join(pair.replace(' or ', ' and ')[1:-1] for pair in pairs)})")
    with pytest.raises(InvalidConditionError, match="more than 64 alternatives"):
        parse(" or ".join(f"stage(S{number})" for number in range(65)))


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
    assert (a | b).holds(row, caller, WHOLE) is (
        a.holds(row, caller, WHOLE) or b.holds(row, caller, WHOLE)
    )


@given(st.sampled_from(sorted(CONDITIONS)), rows, callers)
def test_a_condition_or_its_negation_holds_but_never_both(
    name: str, row: dict[str, Any], caller: Principal
) -> None:
    text = CONDITIONS[name].example
    facts: dict[str, Any] = {c.needs: () for c in CONDITIONS.values() if c.needs}
    row = facts | row
    assert parse(text).holds(row, caller, WHOLE) is not parse(f"not {text}").holds(
        row, caller, WHOLE
    )


@given(name=st.sampled_from(sorted(CONDITIONS)), row=rows, caller=callers, unknown=st.booleans())
def test_what_a_row_does_not_bring_is_unknown(
    name: str, row: dict[str, Any], caller: Principal, *, unknown: bool
) -> None:
    condition = CONDITIONS[name]
    for text in (condition.example, f"not {condition.example}"):
        if condition.needs and condition.needs not in row:
            assert parse(text).holds(row, caller, WHOLE, unknown=unknown) is unknown


@given(formulas, formulas, rows, callers)
def test_and_holds_where_both_sides_hold_and_not_where_one_does_not(
    a: Formula, b: Formula, row: dict[str, Any], caller: Principal
) -> None:
    assert (a & b).holds(row, caller, WHOLE) is (
        a.holds(row, caller, WHOLE) and b.holds(row, caller, WHOLE)
    )
    assert (~a).holds(row, caller, WHOLE) is not a.holds(row, caller, WHOLE)


@given(rows, callers)
def test_always_and_never_ask_nothing_of_a_row(row: dict[str, Any], caller: Principal) -> None:
    assert ALWAYS.holds(row, caller, WHOLE)
    assert not NEVER.holds(row, caller, WHOLE)


def test_two_unknown_values_are_not_the_same() -> None:
    nobody = Principal("t", PrincipalKind.SERVICE, "p", frozenset(), "sales")
    row = dict.fromkeys(("department_id", "owner_id", "partner_account_id", "customer_id", "id"))
    assert [
        name for name in CONDITIONS if parse(CONDITIONS[name].example).holds(row, nobody, WHOLE)
    ] == []


# --- SQL ------------------------------------------------------------------------------------------


def test_always_and_never_are_constants_in_sql() -> None:
    table = sa.table("customers")
    assert str(ALWAYS.sql(table, WHOLE)) == "true"
    assert str(NEVER.sql(table, WHOLE)) == "false"


def test_equal_formulas_have_equal_sql_so_that_statements_are_cached() -> None:
    table = sa.table("t", *(sa.column(c) for c in ("id", "department_id", "owner_id")))
    parts = ("own_department and owner", "not self", "owner")
    texts = {
        str(parse(" or ".join(order)).sql(table, WHOLE)) for order in itertools.permutations(parts)
    }
    assert len(texts) == 1
