"""What a caller may not see matches nothing in any search, by any word and near word."""

import pytest

from tests.api import Api
from tests.security.searches import assert_tells_nothing_hidden

pytestmark = pytest.mark.proof

CASES: list[tuple[str, str, str]] = [
    # Who may not see it, where the value stands, who sees it.
    ("marketing", "name", "sales"),  # No consent.
    ("admin", "name", "sales"),  # Masked.
    ("supplier", "name", "sales"),  # Of another's field: a supplier sees organisations' names only.
    ("marketing", "email", "support"),
    ("partner", "name", "sales"),  # Somebody else's customer.
    ("sales", "body", "support"),  # Of another department: masked.
    ("marketing", "body", "support"),
    ("admin", "subject", "support"),
    ("support", "title", "sales"),
    ("marketing", "title", "sales"),
    ("supplier", "title", "sales"),
]


@pytest.mark.parametrize(("as_", "place", "sees"), CASES)
async def test_no_search_tells_a_hidden_value(api: Api, as_: str, place: str, sees: str) -> None:
    await assert_tells_nothing_hidden(api, as_, place, sees)
