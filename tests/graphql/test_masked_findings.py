"""What was found in a text has no masked form: masked, it is missing."""

from collections.abc import Sequence

from domain.detecting.detect_personal_data import detect_personal_data
from domain.entities.interactions import INTERACTION
from policy.rules import Rule
from privacy.detection.findings import Finding
from tests.api import Api
from tests.builders import a_customer, add_rules, an_interaction, another_tenant, as_service


class FindsTheFirstLetter:
    def detect_many(self, texts: Sequence[str]) -> list[tuple[Finding, ...]]:
        return [(Finding("PERSON", 0, 1, 0.5),) if text else () for text in texts]


async def test_masked_findings_are_missing_and_the_masked_text_is_not(api: Api) -> None:
    other = await another_tenant(api, "masked-findings")
    rule = Rule("FINANCE:MEMBER", "interaction", "read", "compliance", "", ("findings~", "body~"))
    await add_rules(other, rule)
    interaction = await an_interaction(other, await a_customer(other), body="Ada called")
    async with as_service(other) as work:
        await detect_personal_data(work, INTERACTION, [interaction[4:]], FindsTheFirstLetter())
    query = """query($id: ID!) { node(id: $id) { ... on Interaction {
        findings { body { type } } body redactions { field reason } } } }"""
    found = await other.data(query, as_="finance", purpose="compliance", id=interaction)
    assert found["node"] == {
        "findings": None,
        "body": "[PERSON]da called",
        "redactions": [
            {"field": "findings", "reason": "MASKED"},
            {"field": "body", "reason": "MASKED"},
        ],
    }
