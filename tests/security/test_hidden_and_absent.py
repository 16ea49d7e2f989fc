"""A record that the caller may not see and one that is not there: one answer, by the same statements,
and so in the same time.
"""

from typing import Any

import httpx
import pytest

from domain.entities.registry import ALL
from tests.api import Api
from tests.builders import a_customer, a_stage, the_pipeline
from tests.entities.makers import made
from tests.security.leaks.documents import aliased
from tests.statements import all_of_them

NOWHERE = "00000000-0000-0000-0000-000000000000"
OF_CUSTOMERS = [entity for entity in ALL if entity.speaks_of_customers]
VIEWS = """... on Customer { interactions(first: 2) { nodes { body } } overview { missing }
    timeline(first: 2) { totalCount } network(depth: 2, first: 2) { totalCount } }"""
WHOLE = (f"... on {entity.type_name} {{ {aliased(entity)} }}" for entity in OF_CUSTOMERS)
RECORDS = f"id {VIEWS} {' '.join(WHOLE)}"
READS = [
    f"node(id: $id) {{ {RECORDS} }}",
    f"nodes(ids: [$id, $id]) {{ {RECORDS} }}",
    "recordAccess(ids: [$id]) { canRead canUpdate canDelete fields { name access } }",
]
OCCURRED = {"channel": "WEB", "direction": "INBOUND", "occurredAt": "2026-01-01T00:00:00Z"}


@pytest.fixture(scope="module")
async def hidden(api: Api) -> dict[str, str]:
    """Records of a customer whom the partner "rival" does not see."""
    return (await made(api)).ids


class Asker:
    """Asks as the other partner, and tells which statements it took."""

    def __init__(self, api: Api, token: str) -> None:
        self._http = api.http
        self._headers = {"authorization": f"Bearer {token}"}

    async def ask(self, query: str, **variables: Any) -> tuple[str, list[str]]:
        body = {"query": query, "variables": variables}
        with all_of_them() as statements:
            response: httpx.Response = await self._http.post(
                "/graphql", json=body, headers=self._headers
            )
        text = response.text.partition('"throttle"')[0]
        for value in variables.values():
            id_ = value if isinstance(value, str) else next(iter(value.values()))
            text = text.replace(id_, "the id")
        return text, statements


@pytest.fixture
async def asker(api: Api) -> Asker:
    return Asker(api, await api.token("rival"))


def absent(id_: str) -> str:
    return f"{id_[:4]}{NOWHERE}"


@pytest.mark.parametrize("kind", [entity.name for entity in OF_CUSTOMERS])
@pytest.mark.parametrize("read", READS, ids=lambda read: read.partition("(")[0])
async def test_reading_them(asker: Asker, hidden: dict[str, str], kind: str, read: str) -> None:
    query = f"query($id: ID!) {{ {read} }}"
    await asker.ask(query, id=absent(hidden[kind]))  # Whatever is prepared once is.
    assert await asker.ask(query, id=hidden[kind]) == await asker.ask(
        query, id=absent(hidden[kind])
    )


def writes(api: Api) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Mutations by name: the record they are given, the argument that takes it, and the others."""
    change = {"expectedVersion": 1, "familyName": "Hopper"}
    step = {"stageId": a_stage(api, "Qualified"), "expectedVersion": 1}
    deal = {"pipelineId": the_pipeline(api), "title": "Engines"}
    consent = {"purpose": "marketing"}
    return {
        "updateCustomer": ("customer", "id", change),
        "eraseSubject": ("customer", "customerId", {}),
        "recordInteraction": ("customer", "customerId", {**OCCURRED, "body": "guess"}),
        "createOpportunity": ("customer", "customerId", deal),
        "advanceOpportunity": ("opportunity", "id", step),
        "grantConsent": ("customer", "customerId", {**consent, "method": "form"}),
        "withdrawConsent": ("customer", "customerId", consent),
        **{
            f"{verb}{entity.type_name}": (entity.name, "id", {"expectedVersion": 1})
            for entity in DECLARED
            for verb in ("update", "archive", "restore")
        },
    }


DECLARED = [entity for entity in ALL if entity.is_written]
WRITES = (
    *("updateCustomer", "eraseSubject", "recordInteraction", "createOpportunity"),
    *("advanceOpportunity", "grantConsent", "withdrawConsent"),
    *(f"{verb}{one.type_name}" for one in DECLARED for verb in ("update", "archive", "restore")),
)


@pytest.mark.parametrize("name", WRITES)
async def test_writing_them(api: Api, asker: Asker, hidden: dict[str, str], name: str) -> None:
    kind, argument, given = writes(api)[name]
    type_ = f"{name[0].upper()}{name[1:]}Input!"
    answer = "{ userErrors { code message path } }"
    query = f"mutation($input: {type_}) {{ {name}(input: $input) {answer} }}"
    told = [
        await asker.ask(query, input={argument: id_, **given})
        for id_ in (absent(hidden[kind]), hidden[kind], absent(hidden[kind]))
    ]
    assert told[1] == told[2]
    nonsense, _ = await asker.ask(query, input={argument: "nonsense", **given})
    assert nonsense == told[1][0]
    assert '"NOT_FOUND"' in told[1][0]
    assert any("FOR UPDATE" in statement for statement in told[1][1])


async def test_whoever_may_not_take_a_consent_back_is_not_told_whether_there_is_one(
    api: Api,
) -> None:
    """Nor whether it was taken back already."""
    customer = await a_customer(api)
    given = {"customerId": customer, "purpose": "marketing"}
    told = []
    for happens in (None, "grantConsent", "withdrawConsent"):
        method = {"method": "form"} if happens == "grantConsent" else {}
        if happens:
            done = await api.mutate(happens, "consent { id }", as_="sales", **given, **method)
            assert done["userErrors"] == []
        told.append(
            [
                await api.mutate("withdrawConsent", "consent { id }", as_="support", **given),
                await api.mutate(
                    "grantConsent",
                    "consent { id }",
                    as_="finance",
                    **given,
                    method="x",
                    expectedVersion=1,
                ),
            ]
        )
    assert told[0] == told[1] == told[2]
    assert {payload["userErrors"][0]["code"] for payload in told[0]} == {"FORBIDDEN"}
