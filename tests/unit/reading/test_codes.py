"""Codes in a filter: in whatever case, they are compared as they are kept (O29)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.entities.customers import CUSTOMER
from domain.entities.opportunities import OPPORTUNITY
from domain.reading.plan.criteria import Compare, Operator
from domain.reading.sql.filters import bound


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        ("country", "de", "DE"),
        ("country", ["de", "FR", "x"], ["DE", "FR", "X"]),
        ("country", "de\u200b", "DE"),
        ("language", "ZH-hans-cn", "zh-Hans-CN"),
        ("language", "no tag", "no tag"),
        ("time_zone", "europe/berlin", "Europe/Berlin"),
        ("time_zone", "Mars/Base", "Mars/Base"),
        ("country", None, None),
    ],
)
def test_a_code_is_sought_in_the_spelling_in_which_it_is_kept(
    field: str, given: Any, kept: Any
) -> None:
    (found,) = bound(Compare(field, Operator.EQ, 0), CUSTOMER, given, datetime.now(UTC)).values()
    assert found == kept


def test_a_currency_is_sought_in_capitals() -> None:
    compared = Compare("currency", Operator.EQ, 0)
    assert [*bound(compared, OPPORTUNITY, "eur", datetime.now(UTC)).values()] == ["EUR"]
