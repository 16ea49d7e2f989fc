"""Where a rule denies all records of a type, no field of them is told to be open or writable."""

import pytest
import sqlalchemy as sa

from domain.access.caller import Caller
from domain.entities.customers import CUSTOMER
from domain.entities.interactions import INTERACTION
from domain.entities.registry import BUILT_IN, RESOURCES, SHAPES
from domain.explaining import access_report
from domain.explaining.access_report import FieldLevel, FieldReport
from domain.reading.plan.criteria import Compare, Operator, Quantifier, Related, bind_name
from domain.reading.sql import name_lookup
from domain.reading.sql.filters import where
from domain.searching.modes import USUAL_MODES
from domain.values.errors import ForbiddenError
from policy.compiler import compile_policy
from policy.rules import Action, Effect, Rule
from policy.subjects.principals import Principal, PrincipalKind
from privacy.purposes import PURPOSES
from privacy.redaction import Reason
from privacy.vault import IndexKeys

EVERY = tuple(sorted(SHAPES["interaction"].fields))
ALLOWING = tuple(Rule("R", "interaction", action, "*", "", EVERY) for action in Action)


def caller(*denied: Action) -> Caller:
    denying = (Rule("R", "interaction", one, "*", "", (), Effect.DENY) for one in denied)
    snapshot = compile_policy(
        "t", 1, (*ALLOWING, *denying), (), shapes=SHAPES, purposes=frozenset(PURPOSES)
    )
    member = Principal("t", PrincipalKind.MEMBER, "m", frozenset({"R"}), "compliance")
    return Caller(member, PURPOSES["compliance"], snapshot, BUILT_IN)


def report(who: Caller) -> access_report.Report:
    return access_report.fields(who, RESOURCES["interaction"])


def test_what_is_not_denied_is_open_and_writable() -> None:
    assert report(caller())["channel"] == FieldReport(
        FieldLevel.OPEN, None, writable=True, creatable=True, updatable=True
    )


def test_no_field_is_open_where_reading_is_denied() -> None:
    who = caller(Action.READ)
    assert {field.level for field in report(who).values()} == {FieldLevel.DENIED}
    access = who.accesses["interaction"]
    assert {decision.withheld for decision in access.decisions.values()} == {Reason.DENIED}
    assert not any(map(access.is_usable, access.decisions))


@pytest.mark.parametrize(
    ("denied", "writable"),
    [((Action.CREATE,), True), ((Action.UPDATE,), True), ((Action.CREATE, Action.UPDATE), False)],
)
def test_no_field_is_writable_where_writing_is_denied(
    denied: tuple[Action, ...], *, writable: bool
) -> None:
    found = report(caller(*denied))
    assert (found["channel"].level, found["channel"].writable) == (FieldLevel.OPEN, writable)


def test_names_behind_an_edge_to_nobody_match_nobody_and_are_not_refused() -> None:
    """As any other field of a record of which the caller sees none."""
    accesses = caller().accesses
    named = Compare("name", Operator.EQ, 0)
    found = name_lookup.values(
        named, IndexKeys(bytes(32)), accesses["customer"], "Ada", USUAL_MODES
    )
    assert set(found) == {bind_name(0)}
    related = Related("customer", Quantifier.IS, named)
    assert where(related, accesses, "interaction", INTERACTION.table) is sa.false()
    with pytest.raises(ForbiddenError):
        where(named, accesses, "customer", CUSTOMER.table)
