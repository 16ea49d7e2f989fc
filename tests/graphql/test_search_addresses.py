"""Searching for e-mail addresses: whole they are found by their tags, and leave no tokens."""

from collections.abc import Collection
from typing import Any

import pytest
import sqlalchemy as sa

from domain.declaration.kinds import Manner
from domain.entities.customers import CUSTOMER
from domain.entities.directory import MEMBER
from domain.entities.registry import BUILT_IN
from domain.importing.records.records import MemberRecord, Reference
from domain.importing.write.batches import BulkWriter
from domain.keys.apply_search_mode import Remake
from domain.searching.modes import Modes, SearchMode, chosen_for
from domain.searching.sources import sources_of
from domain.searching.tokens import row_tokens
from domain.settings.set_search_mode import SetSearchMode, set_search_mode
from domain.storage.lookup import tag_name
from domain.tables import search_tokens
from privacy.tables import audit_leaves
from tests.api import Api
from tests.builders import a_customer, another_tenant, as_service

SEARCH = """query($q: String!) { search(query: $q, first: 9) {
  hits { score record { ... on Node { id } } highlights { field parts { text isMatch } } } } }"""
EMAILS, EMAIL = "customer.emails", "member.email"
AN_ORGANIZATION: dict[str, Any] = {
    "kind": "ORGANIZATION",
    "givenName": None,
    "familyName": None,
    "organizationName": "bea@example.org",
}
POINTS = ("Ada@Example.org", "o'brien@example.org", "ida@bücher.example")


@pytest.fixture(scope="module")
async def company(api: Api) -> Api:
    return await another_tenant(api, "addresses")


@pytest.fixture(scope="module")
async def ada(company: Api) -> str:
    return await with_addresses(company, POINTS, givenName="Ada", familyName="Byron")


@pytest.fixture(scope="module")
async def others(company: Api, ada: str) -> list[str]:
    """Who shares an address with her, and who is called so."""
    shared = await with_addresses(company, POINTS[:1], givenName="Bea", familyName="Byron")
    return [
        shared,
        await a_customer(company, **AN_ORGANIZATION),
        await with_addresses(company, ["brien@example.org"], givenName="X", familyName="Nemo"),
    ]


async def with_addresses(api: Api, addresses: Collection[str], **values: Any) -> str:
    points = [{"kind": "EMAIL", "value": address} for address in addresses]
    return await a_customer(api, contactPoints=points, **values)


async def hits(api: Api, q: str, as_: str = "sales") -> list[dict[str, Any]]:
    return list((await api.data(SEARCH, as_=as_, q=q))["search"]["hits"])


async def found(api: Api, q: str, as_: str = "sales") -> set[str]:
    return {hit["record"]["id"] for hit in await hits(api, q, as_)}


async def in_mode(api: Api, mode: SearchMode, field: str) -> None:
    caller, region = await api.services.acting(api.tenant)
    async with as_service(api) as work:
        await set_search_mode(SetSearchMode(field, mode), work)
    await Remake(api.services.stores, caller, region).run(field)


async def tokens_of(api: Api, id_: str) -> set[int]:
    query = sa.select(search_tokens.c.tokens).where(
        search_tokens.c.tenant_id == api.tenant, search_tokens.c.row_id == id_[4:]
    )
    async with as_service(api) as work:
        return set((await work.execute(query)).scalar_one())


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("ada@example.org ada", "Ada@Example.org"),
        ("ADA@EXAMPLE.ORG byron ada", "Ada@Example.org"),
        ("<ada@example.org>, ada", "Ada@Example.org"),
        ("o'brien@example.org", "o'brien@example.org"),
        ("ida@bücher.example", "ida@bücher.example"),
        ("ida@xn--bcher-kva.example", "ida@bücher.example"),
        ("o'brien@example.org by ada@example.org", "o'brien@example.org"),
    ],
)
async def test_a_person_is_found_by_whole_addresses(
    company: Api, ada: str, others: list[str], query: str, marked: str
) -> None:
    (hit,) = await hits(company, query)
    assert hit["record"]["id"] == ada
    texts = ["".join(p["text"] for p in one["parts"]) for one in hit["highlights"]]
    assert marked in texts
    words = [p["text"] for one in hit["highlights"] for p in one["parts"] if p["isMatch"]]
    assert marked.rpartition("'")[2] in words


async def test_an_address_counts_as_a_text_that_has_it(
    company: Api, ada: str, others: list[str]
) -> None:
    shared, named, _ = others
    (one, other) = await hits(company, "ada@example.org")
    assert {one["record"]["id"], other["record"]["id"]} == {ada, shared}
    assert one["score"] == other["score"] == 0.95
    (hit,) = await hits(company, "bea@example.org")
    assert (hit["record"]["id"], hit["score"]) == (named, 1.0)
    assert await found(company, "bea@example.org ada@example.org") == set()


@pytest.mark.parametrize(
    "query",
    [
        "ada@example",
        "example",
        "org",
        "a@example.org",
        "ada@example.org nobody",
        "brien@example.org o x",
    ],
)
async def test_no_part_of_an_address_finds_it(
    company: Api, ada: str, others: list[str], query: str
) -> None:
    assert await found(company, query) == set()


async def test_who_only_has_the_address_is_not_opened(
    company: Api, ada: str, others: list[str]
) -> None:
    await hits(company, "ada@example.org ada")
    newest = sa.select(audit_leaves.c.leaf).where(audit_leaves.c.tenant_id == company.tenant)
    newest = newest.order_by(audit_leaves.c.number.desc()).limit(1)
    keys = await company.services.vault.index(company.tenant)
    async with as_service(company) as work:
        leaf = bytes((await work.execute(newest)).scalar_one())
    assert keys.reference(ada[4:]).encode() in leaf
    assert keys.reference(others[0][4:]).encode() not in leaf


async def test_an_address_leaves_no_token_but_where_a_tenant_chooses_so(api: Api) -> None:
    company = await another_tenant(api, "addresses-chosen")
    id_ = await with_addresses(company, POINTS[:1], givenName="Ada", familyName="Byron")
    keys = await company.services.vault.index(company.tenant)
    values = {"emails": [{"value": POINTS[0]}]}

    def left(mode: SearchMode) -> set[int]:
        return set(row_tokens(keys, CUSTOMER, {}, values, None, Modes({EMAILS: mode})))

    without = await tokens_of(company, id_)
    assert left(SearchMode.EXACT) == set()
    assert without.isdisjoint(left(SearchMode.FUZZY))
    await in_mode(company, SearchMode.FUZZY, EMAILS)
    assert await tokens_of(company, id_) == without | left(SearchMode.FUZZY)
    for part in ("ada@exam", "exampl", "ada@example.org", "org byron"):
        assert await found(company, part) == {id_}, part
    await in_mode(company, SearchMode.EXACT, EMAILS)
    assert await tokens_of(company, id_) == without


async def test_members_are_found_by_theirs(api: Api) -> None:
    company = await another_tenant(api, "addresses-staff")
    caller, region = await company.services.acting(company.tenant)
    record = MemberRecord(
        reference=Reference("hr", "1"),
        handle="grace",
        role="MEMBER",
        department="SALES",
        values={"name": "Grace Hopper", "email": "Grace.Hopper@example.org"},
    )
    await BulkWriter(company.services.stores, caller, region).write([record])
    (hit,) = await hits(company, "grace.hopper@example.org grace")
    assert hit["highlights"][0]["field"] == "name"
    keys = await company.services.vault.index(company.tenant)
    values, modes = {"email": "Grace.Hopper@example.org"}, Modes({EMAIL: SearchMode.FUZZY})
    left = await tokens_of(company, hit["record"]["id"])
    assert left.isdisjoint(row_tokens(keys, MEMBER, {}, values, None, modes))
    assert await found(company, "hopper@example") == set()


def test_addresses_are_tagged_under_the_names_of_their_texts() -> None:
    addresses = {
        name
        for name, (_, source) in chosen_for(BUILT_IN).items()
        if source.manner is Manner.ADDRESS
    }
    assert addresses == {tag_name(CUSTOMER, "emails"), tag_name(MEMBER, "email")}
    assert all(
        source.manner is not Manner.ADDRESS for source in sources_of(BUILT_IN.by_name["department"])
    )
