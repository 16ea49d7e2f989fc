import sqlalchemy as sa

from policy.access import Access, Denial, Grant
from policy.conditions import ALWAYS, NEVER, Formula, parse
from policy.shapes.row_shape import RowShape
from policy.subjects.principals import Principal, PrincipalKind

OWNER = parse("owner")
CALLER = Principal("t", PrincipalKind.MEMBER, "ada", frozenset(), "sales")
SHAPE = RowShape(resource="customer", customer="id", owner="owner_id")
TABLE = sa.table("customers", sa.column("id"), sa.column("owner_id"))


def granted(formula: Formula, *fields: str, masked: tuple[str, ...] = ()) -> Grant:
    return Grant(formula, frozenset(fields), frozenset(masked), "grant")


def denied(formula: Formula, *fields: str) -> Denial:
    return Denial(formula, frozenset(fields), "denial")


def an_access(*parts: Grant | Denial) -> Access:
    grants = tuple(part for part in parts if isinstance(part, Grant))
    denials = tuple(part for part in parts if isinstance(part, Denial))
    return Access(SHAPE, "read", "sales", grants, denials, 1)


def test_a_denial_of_every_row_leaves_nothing() -> None:
    access = an_access(granted(ALWAYS, "kind"), denied(ALWAYS))
    assert not access
    assert str(access.where(TABLE)) == "false"


def test_a_denial_of_a_field_leaves_the_row() -> None:
    access = an_access(granted(ALWAYS, "kind", "emails"), denied(ALWAYS, "emails"))
    assert access.allows({"id": "x"}, CALLER)
    assert access.field("emails").is_never_open
    assert access.field("kind").is_always_open


def test_a_field_that_no_rule_names_is_never_open() -> None:
    access = an_access(granted(ALWAYS, "kind")).field("emails")
    assert access.is_never_open
    assert access.masked == NEVER


def test_a_field_that_every_rule_names_needs_no_second_look() -> None:
    access = an_access(granted(OWNER, "kind"), granted(parse("self"), "kind", "emails"))
    assert access.field("kind").is_always_open
    assert access.field("emails").open == parse("self")


def test_masked_is_less_than_open() -> None:
    access = an_access(granted(ALWAYS, masked=("emails",)), granted(OWNER, "emails"))
    row = {"id": "x", "owner_id": "ada"}
    assert access.field("emails").open == OWNER
    assert access.field("emails").masked == ALWAYS
    assert access.writable(row, CALLER) == {"emails"}
    assert access.writable(row | {"owner_id": "bob"}, CALLER) == frozenset()


def test_nothing_may_be_written_in_a_hidden_row() -> None:
    access = an_access(granted(ALWAYS, "kind"), denied(OWNER))
    assert access.writable({"id": "x", "owner_id": "ada"}, CALLER) == frozenset()


def test_a_denial_whose_value_is_unknown_does_not_hide_the_row() -> None:
    access = an_access(granted(ALWAYS, "kind"), denied(OWNER))
    assert access.allows({"id": "x", "owner_id": None}, CALLER)
    assert "coalesce" in str(access.where(TABLE))
