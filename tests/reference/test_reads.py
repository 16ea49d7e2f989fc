"""Whatever is asked under whatever policy, the compiled answer is the slow and obvious one."""

from functools import partial

import pytest
from anyio.from_thread import BlockingPortal
from hypothesis import given

from policy.rules import Rule
from tests.reference.company import ASKED, READS, Asked, Company, Example, examples
from tests.reference.documents import Text
from tests.reference.policies import Policy

DOCUMENTS_MIN = 2_000
ASKED_MIN = 8


def test_the_compiled_answer_is_the_obvious_one(portal: BlockingPortal, company: Company) -> None:
    @READS
    @given(examples(company))
    def compare(example: Example) -> None:
        both = Asked.under(company, example.policy)
        for number, document in enumerate(example.documents):
            found = portal.call(both.compared, document, number == 0)
            assert not found, "\n".join([*found, example.policy.explained()])
            company.seen["documents"] += 1

    compare()
    assert company.seen["documents"] >= DOCUMENTS_MIN, company.seen
    assert all(company.seen[one] >= ASKED_MIN for one in ASKED), company.seen
    assert company.seen["answered"] > company.seen["refused"], company.seen


BEHIND_CONTACTS = """{ customers(first: 1, filter: {interactions: {some: {customer: {is: {
    customFields: [{name: "nowhere", text: {eq: "x"}}]}}}}}) { totalCount } }"""
SEES_PEOPLE = Rule("MEMBER", "customer", "read", "*", "", ("kind", "custom_fields"))
DECLARES = Rule("MEMBER", "customer", "administer", "*", "not own_account", ())


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        # Nobody sees an interaction, so nothing that is asked behind one is asked at all.
        ([SEES_PEOPLE], BEHIND_CONTACTS),
        # A condition is about a record, and a declaration about none.
        ([DECLARES], "{ customFieldDefinitions { name } }"),
    ],
)
def test_the_answer_is_the_obvious_one_to(
    portal: BlockingPortal, company: Company, rules: list[Rule], text: str
) -> None:
    made = Policy(tuple(rules), (), company.principals[0], "sales")
    both = Asked.under(company, made)
    *_, found = portal.call(partial(both._asked, Text(text), text, walk=True))
    assert not found
