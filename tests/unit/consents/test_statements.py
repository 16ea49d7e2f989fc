"""O1, O2: a withdrawal counts against every grant that cannot be shown to be later than it."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from domain.consents.statements import (
    GRANTED,
    WITHDRAWN,
    ConsentStatement,
    CurrentConsent,
    counts,
    is_withdrawal,
    statements_of,
)

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
BERLIN = timezone(timedelta(hours=2))


@pytest.mark.parametrize("at", [None, NOON, NOON + SECOND, NOON - SECOND, NOON.replace(hour=0)])
@pytest.mark.parametrize("dated", [True, False])
def test_a_withdrawal_of_the_same_day_or_of_no_date_wins(at: datetime | None, dated: bool) -> None:  # noqa: FBT001 - parametrized
    assert counts(ConsentStatement(WITHDRAWN, None, at), CurrentConsent(GRANTED, NOON, dated))


def test_an_older_withdrawal_wins_over_a_grant_of_unknown_time_only() -> None:
    older = ConsentStatement(WITHDRAWN, None, NOON - 400 * DAY)
    assert counts(older, CurrentConsent(GRANTED, NOON, is_dated=False))
    assert not counts(older, CurrentConsent(GRANTED, NOON, is_dated=True))


@pytest.mark.parametrize("at", [None, NOON, NOON - DAY, NOON + SECOND, NOON.replace(hour=23)])
def test_no_grant_overrides_a_withdrawal_that_it_is_not_shown_to_follow(
    at: datetime | None,
) -> None:
    assert not counts(
        ConsentStatement(GRANTED, "form", at), CurrentConsent(WITHDRAWN, NOON, is_dated=True)
    )


def test_a_grant_of_a_later_day_counts() -> None:
    later = ConsentStatement(GRANTED, "form", NOON + DAY)
    assert counts(later, CurrentConsent(WITHDRAWN, NOON, is_dated=True))
    assert counts(later, CurrentConsent(GRANTED, NOON, is_dated=True))
    assert not counts(later, CurrentConsent(GRANTED, NOON + DAY, is_dated=True))


def test_a_day_is_that_of_the_list_which_tells_it() -> None:
    given_at_one = datetime(2024, 5, 1, 1, tzinfo=BERLIN).astimezone(UTC)
    gone = ConsentStatement(WITHDRAWN, None, datetime(2024, 5, 1, tzinfo=BERLIN))
    assert counts(gone, CurrentConsent(GRANTED, given_at_one, is_dated=True))


def test_withdrawing_again_counts_where_it_is_later() -> None:
    current = CurrentConsent(WITHDRAWN, NOON, is_dated=True)
    assert counts(ConsentStatement(WITHDRAWN, None, NOON + SECOND), current)
    assert not counts(ConsentStatement(WITHDRAWN, None, NOON), current)
    assert not counts(ConsentStatement(WITHDRAWN, None, None), current)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"status": GRANTED}, [(GRANTED, None)]),
        ({"status": WITHDRAWN}, [(WITHDRAWN, None)]),
        ({"status": WITHDRAWN, "given_at": NOON}, [(GRANTED, NOON), (WITHDRAWN, None)]),
        ({"status": WITHDRAWN, "withdrawn_at": NOON}, [(WITHDRAWN, NOON)]),
        (
            {"status": GRANTED, "given_at": NOON, "withdrawn_at": NOON + DAY},
            [(GRANTED, NOON), (WITHDRAWN, NOON + DAY)],
        ),
        (
            {"status": GRANTED, "given_at": NOON, "withdrawn_at": NOON - DAY},
            [(WITHDRAWN, NOON - DAY), (GRANTED, NOON)],
        ),
        (
            {"status": WITHDRAWN, "given_at": NOON, "withdrawn_at": NOON - DAY},
            [(GRANTED, NOON), (WITHDRAWN, NOON)],
        ),
        ({"status": GRANTED, "withdrawn_at": NOON}, [(WITHDRAWN, NOON)]),
    ],
)
def test_what_a_row_says_comes_in_its_order(
    values: dict[str, Any], expected: list[tuple[str, datetime | None]]
) -> None:
    said = list(statements_of(values, "import"))
    assert [(one.status, one.at) for one in said] == expected
    assert {one.method for one in said} == {"import"}
    assert is_withdrawal(values) is (said[-1].status == WITHDRAWN)
