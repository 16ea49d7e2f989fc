"""Documents that a tenant trusts: named by id, with larger pages, and if it wants no others."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from domain.directory.principals import principal_named
from domain.settings.trusted_documents import FRESH_S, TrustedDocuments, document_id
from tests.api import Api
from tests.builders import a_customer, another_tenant

DOCUMENT = "query Page($n: Int!) { customers(first: $n) { nodes { id } } }"
KIND = "{ viewer { kind } }"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def asked(api: Api, *scopes: str, **body: Any) -> httpx.Response:
    principal = await principal_named(api.services.pool, api.tenant, "sales")
    token = api.services.signer.issue(
        replace(principal, scopes=frozenset(scopes)), timedelta(hours=1)
    )
    return await api.http.post("/graphql", json=body, headers={"authorization": f"Bearer {token}"})


def codes(response: httpx.Response) -> list[str]:
    return [error["extensions"]["code"] for error in response.json()["errors"]]


@pytest.fixture(scope="module")
async def trusted(api: Api) -> str:
    await a_customer(api)
    return await api.services.documents.add(api.tenant, "page", DOCUMENT, NOW)


async def test_a_document_is_named_by_the_hash_of_its_text(api: Api, trusted: str) -> None:
    assert trusted == document_id(DOCUMENT)
    for id_ in (trusted, f"sha256:{trusted}"):
        response = await asked(api, documentId=id_, variables={"n": 1}, operationName="Page")
        assert len(response.json()["data"]["customers"]["nodes"]) == 1
    apollo = {"persistedQuery": {"version": 1, "sha256Hash": trusted}}
    response = await asked(api, extensions=apollo, variables={"n": 1})
    assert len(response.json()["data"]["customers"]["nodes"]) == 1


async def test_its_pages_may_have_five_hundred_records(api: Api, trusted: str) -> None:
    for size, found in ((500, []), (501, ["PAGE_SIZE"])):
        response = await asked(api, documentId=trusted, variables={"n": size})
        assert [e["extensions"]["code"] for e in response.json().get("errors", [])] == found
    response = await asked(api, query=DOCUMENT, variables={"n": 101})
    assert codes(response) == ["PAGE_SIZE"]


@pytest.mark.parametrize("id_", ["0" * 64, "nonsense", "sha256:", "\0", "é"])
async def test_an_unknown_id_is_said_to_be_unknown(api: Api, id_: str) -> None:
    assert codes(await asked(api, documentId=id_)) == ["PERSISTED_QUERY_NOT_FOUND"]


async def test_no_tenant_finds_anothers_documents(api: Api, trusted: str) -> None:
    other = await another_tenant(api)
    response = await asked(other, documentId=trusted, variables={"n": 1})
    assert codes(response) == ["PERSISTED_QUERY_NOT_FOUND"]
    assert await api.services.documents.all(other.tenant) == []


@pytest.fixture
async def only_trusted(api: Api) -> Api:
    """A tenant that wants no other documents; its rule is set before anybody asks."""
    other = await another_tenant(api, "strict")
    await api.services.documents.require(other.tenant, required=True)
    return other


async def test_other_documents_need_a_scope_where_the_tenant_says_so(only_trusted: Api) -> None:
    refused = await asked(only_trusted, query=KIND)
    assert refused.status_code == 403
    assert codes(refused) == ["DOCUMENT_NOT_TRUSTED"]
    allowed = await asked(only_trusted, "adhoc", query=KIND)
    assert allowed.json()["data"] == {"viewer": {"kind": "MEMBER"}}
    id_ = await only_trusted.services.documents.add(only_trusted.tenant, "kind", KIND, NOW)
    named = await asked(only_trusted, documentId=id_)
    assert named.json()["data"] == {"viewer": {"kind": "MEMBER"}}


async def test_what_is_remembered_is_forgotten_in_time(api: Api) -> None:
    now = [0.0]
    documents = TrustedDocuments(api.services.pool, clock=lambda: now[0])
    elsewhere = TrustedDocuments(api.services.pool)
    id_ = await documents.add(api.tenant, "a", KIND, NOW)
    assert await documents.text(api.tenant, id_) == KIND
    assert not await documents.are_required(api.tenant)
    assert await elsewhere.remove(api.tenant, id_)
    assert not await elsewhere.remove(api.tenant, id_)
    await elsewhere.require(api.tenant, required=True)
    assert await documents.text(api.tenant, id_) == KIND
    assert not await documents.are_required(api.tenant)
    now[0] += FRESH_S
    assert await documents.text(api.tenant, id_) is None
    assert await documents.are_required(api.tenant)
    await elsewhere.require(api.tenant, required=False)


async def test_a_tenant_that_is_not_there_trusts_nothing_else(api: Api) -> None:
    assert await TrustedDocuments(api.services.pool).are_required(
        "00000000-0000-4000-8000-000000000001"
    )
