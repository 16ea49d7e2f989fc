"""Why a field is withheld in a row, for everything that a row and the rules can say of it."""

from itertools import product

import pytest

from domain.access.effective_access import FieldDecision
from domain.access.row_visibility import FieldVisibility
from domain.entities.registry import RESOURCES
from policy.conditions import ALWAYS, NEVER, Formula, parse
from privacy.redaction import Reason

FIELD = RESOURCES["customer"].by_name["given_name"]
RESTRICTED = parse("not not_restricted")
EVERY = (False, True)


def expected(
    *, consented: bool, denied: bool, restricted: bool, is_open: bool, masked: bool
) -> Reason | None:
    if not consented:
        return Reason.NO_CONSENT
    if denied or not (is_open or masked):
        return Reason.DENIED
    if restricted:
        return Reason.RESTRICTED
    return None if is_open else Reason.MASKED


@pytest.mark.parametrize("row", list(product(EVERY, repeat=5)), ids=str)
def test_the_reason_follows_from_what_the_row_says(row: tuple[bool, ...]) -> None:
    hidden = parse("self") | RESTRICTED
    decision = FieldDecision(None, parse("owner"), parse("author"), hidden, consent=True)
    visibility = FieldVisibility(FIELD, decision, 0, 1, 2, 3, 4, None)
    is_open, masked, denied, restricted, consented = row
    assert visibility.reason(row) == expected(
        consented=consented, denied=denied, restricted=restricted, is_open=is_open, masked=masked
    )


@pytest.mark.parametrize("open_", [ALWAYS, NEVER])
@pytest.mark.parametrize("masked", [ALWAYS, NEVER])
@pytest.mark.parametrize("hidden", [NEVER, RESTRICTED])
@pytest.mark.parametrize("restricted", EVERY)
def test_what_is_the_same_in_every_row_needs_no_column(
    open_: Formula, masked: Formula, hidden: Formula, *, restricted: bool
) -> None:
    column = 0 if hidden == RESTRICTED else None
    visibility = FieldVisibility(
        FIELD, FieldDecision(None, open_, masked, hidden), None, None, None, column, None, None
    )
    assert visibility.reason((restricted,)) == expected(
        consented=True,
        denied=False,
        restricted=restricted and hidden == RESTRICTED,
        is_open=open_ == ALWAYS,
        masked=masked == ALWAYS,
    )


def test_an_alternative_that_asks_for_something_else_is_no_restriction() -> None:
    decision = FieldDecision(
        None, hidden=parse("not not_restricted and owner or self or not_restricted")
    )
    assert decision.restricted == parse("not not_restricted and owner")
    assert decision.denied == parse("self or not_restricted")
