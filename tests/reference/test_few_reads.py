"""The compiled answer is the slow and obvious one: a few documents for every run, and those that once were
answered otherwise.
"""

from functools import partial

import pytest
from anyio.from_thread import BlockingPortal
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from policy.rules import Rule
from tests.reference.company import READS, Asked, Company, Example, assert_alike, examples
from tests.reference.documents import Text
from tests.reference.policies import Policy

FEW_READS = hypothesis_settings(READS, max_examples=20)


def test_the_compiled_answer_is_the_obvious_one_to_a_few(
    portal: BlockingPortal, company: Company
) -> None:
    @FEW_READS
    @given(examples(company))
    def compare(example: Example) -> None:
        assert_alike(portal, company, example)

    compare()


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
