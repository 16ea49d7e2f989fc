"""In whatever mode texts are kept, the compiled answer is the slow and obvious one."""

from collections.abc import Mapping

import pytest
from anyio.from_thread import BlockingPortal
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from domain.entities.registry import BUILT_IN
from domain.searching.modes import SearchMode, chosen_for, offered
from tests.reference.company import EXAMPLES, READS, Company, Example, assert_alike, examples

pytestmark = pytest.mark.proof

ASKED_IN_A_MODE = ("search(", "hasWords:", "matches:", "startsWith:", "contains:")
ASKED_IN_A_MODE_MIN = 4

FEWER_READS = hypothesis_settings(READS, max_examples=EXAMPLES // 8)

MODES: Mapping[str, Mapping[str, SearchMode]] = {
    "EXACT": dict.fromkeys(chosen_for(BUILT_IN), SearchMode.EXACT),
    "PLAIN": {name: offered(source)[-1] for name, (_, source) in chosen_for(BUILT_IN).items()},
    "MIXED": {
        "customer.organization_name": SearchMode.PLAIN,
        "customer.person_name": SearchMode.EXACT,
        "interaction.body": SearchMode.EXACT,
        "interaction.subject": SearchMode.PLAIN,
    },
}


@pytest.mark.parametrize("which", ["EXACT", "PLAIN", "MIXED"])
def test_the_compiled_answer_is_the_obvious_one_in_the_mode(
    portal: BlockingPortal, company: Company, which: str
) -> None:
    portal.call(company.remade, MODES[which])
    before = company.seen.copy()

    @FEWER_READS
    @given(examples(company, looking_for=True))
    def compare(example: Example) -> None:
        assert_alike(portal, company, example)

    compare()
    seen = company.seen - before
    assert all(seen[one] >= ASKED_IN_A_MODE_MIN for one in ASKED_IN_A_MODE), seen
    portal.call(company.remade, {})
