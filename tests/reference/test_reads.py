"""Whatever is asked under whatever policy, the compiled answer is the slow and obvious one."""

import pytest
from anyio.from_thread import BlockingPortal
from hypothesis import given

from tests.reference.company import ASKED, READS, Company, Example, assert_alike, examples

pytestmark = pytest.mark.proof

DOCUMENTS_MIN = 2_000
ASKED_MIN = 8


def test_the_compiled_answer_is_the_obvious_one(portal: BlockingPortal, company: Company) -> None:
    @READS
    @given(examples(company))
    def compare(example: Example) -> None:
        assert_alike(portal, company, example)

    compare()
    assert company.seen["documents"] >= DOCUMENTS_MIN, company.seen
    assert all(company.seen[one] >= ASKED_MIN for one in ASKED), company.seen
    assert company.seen["answered"] > company.seen["refused"], company.seen
