"""Whoever leaves is out within a second: with each credential, at each address, in each process, and in the
middle of a request too.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from api.graphql.http.operations import Operations
from api.runtime.wiring import Services
from api.settings.databases import Urls
from api.settings.settings import Settings
from domain.directory.add_member import AddMember, add_member
from domain.tables import api_keys, members
from domain.writing import unit_of_work
from tests.api import Api
from tests.builders import a_customer, a_member, an_account, as_service
from tests.credentials.issuer import Issuer, running
from tests.credentials.test_exchange import a_program, exchanged
from tests.credentials.test_oidc import with_issuer
from tests.graphql.test_halted_mutations import held

VIEWER = "{ viewer { kind } }"
OUT = {401, 400}
"""``/token`` has its own word for it (RFC 6749)."""


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with running() as one:
        yield one


class Company(NamedTuple):
    """Two servers, as in production."""

    api: Api
    other: Api
    issuer: Issuer
    program: str


@pytest.fixture(scope="module")
async def company(
    settings: Settings, urls: Urls, services: Services, tenant: str, issuer: Issuer
) -> AsyncIterator[Company]:
    given = with_issuer(settings, issuer).model_copy(update={"development": False, "get": True})
    started = Api.started
    async with (
        started(given, urls, services, tenant) as api,
        started(given, urls, services, tenant) as other,
    ):
        _, program = await a_program(api, service=f"p-{uuid4().hex[:8]}")
        yield Company(api, other, issuer, program)


class Leaver(NamedTuple):
    id: str
    handle: str


Way = Callable[[Company, Leaver], Awaitable[None]]


def mutation(name: str) -> Way:
    async def leave(company: Company, who: Leaver) -> None:
        payload = await company.api.mutate(name, "", as_="admin", id=who.id)
        assert payload["userErrors"] == []

    return leave


async def loses_department(company: Company, who: Leaver) -> None:
    async with as_service(company.api) as work:
        of = members.c.id == who.id[4:]
        await work.execute(sa.update(members).where(of).values(department_id=None))


async def revoked(company: Company, _: Leaver) -> None:
    async with as_service(company.api) as work:
        of = api_keys.c.partner_account_id.is_not(None)
        await work.execute(sa.update(api_keys).where(of).values(revoked_at=datetime.now(UTC)))


async def their_token(company: Company, who: Leaver) -> str:
    return await company.api.token(who.handle)


async def their_issuers(company: Company, who: Leaver) -> str:
    return company.issuer.token(sub=who.handle)


async def exchanged_for(company: Company, token: str) -> str:
    answer = await exchanged(company.api, token, company.program)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


async def acting_for(company: Company, who: Leaver) -> str:
    return await exchanged_for(company, await their_token(company, who))


async def acting_for_the_issuers(company: Company, who: Leaver) -> str:
    return await exchanged_for(company, await their_issuers(company, who))


async def their_key(company: Company, who: Leaver) -> str:
    given = {
        "partnerAccountId": who.id,
        "scopes": ["*:read", "introspection", "metrics", "adhoc"],
        "purposes": ["partner"],
        "expiresAt": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
    }
    payload = await company.api.mutate("createApiKey", "secret", as_="admin", **given)
    assert payload["userErrors"] == []
    return str(payload["secret"])


async def answers(company: Company, credential: str) -> list[int]:
    """The status of each address of each process."""
    found = []
    for api in (company.api, company.other):
        headers = {"authorization": f"Bearer {credential}"}
        asked, http = {"query": VIEWER}, api.http
        events = {**headers, "accept": "text/event-stream"}
        for answer in (
            await http.post("/graphql", json=asked, headers=headers),
            await http.post("/graphql/stream", json=asked, headers=events),
            await http.get("/graphql", params=asked, headers=headers),
            await http.get("/schema.graphql", headers=headers),
            await http.get("/metrics", headers=headers),
            await exchanged(api, credential, company.program),
            await exchanged(api, await api.token("sales"), credential),
        ):
            is_refused = answer.status_code in OUT and (
                "INVALID_TOKEN" in answer.text or "invalid_grant" in answer.text
            )
            found.append(401 if is_refused else answer.status_code)
    return found


@pytest.mark.parametrize(
    ("leaves", "credential"),
    [
        ("deactivateMember", their_token),
        ("deactivateMember", their_issuers),
        ("deactivateMember", acting_for),
        ("eraseMember", their_issuers),
        ("eraseMember", acting_for_the_issuers),
    ],
)
async def test_a_member_who_leaves_is_out_everywhere(
    company: Company, leaves: str, credential: Callable[[Company, Leaver], Awaitable[str]]
) -> None:
    handle = f"leaver-{uuid4().hex[:12]}"
    who = Leaver(await a_member(company.api, handle), handle)
    await is_out(company, who, await credential(company, who), mutation(leaves))


@pytest.mark.parametrize("leaves", [mutation("deactivatePartnerAccount"), revoked])
@pytest.mark.parametrize("kind", ["PARTNER", "SUPPLIER"])
async def test_an_account_that_ends_takes_its_keys_with_it(
    company: Company, kind: str, leaves: Way
) -> None:
    handle = f"account-{uuid4().hex[:12]}"
    who = Leaver(await an_account(company.api, handle, kind), handle)
    await is_out(company, who, await their_key(company, who), leaves)


async def is_out(company: Company, who: Leaver, credential: str, leaves: Way) -> None:
    before = await answers(company, credential)
    assert 200 in before
    await leaves(company, who)
    await until_known()
    assert set(await answers(company, credential)) == {401}


async def test_whoever_has_no_department_any_more_sees_nothing_of_it(company: Company) -> None:
    who, token = await a_leaver(company)
    made = await a_customer(company.api)
    await loses_department(company, who)
    await until_known()
    query = """query($id: ID!) { viewer { department { code } } node(id: $id) { id }
        customers(first: 9) { nodes { id } } }"""
    headers = {"authorization": f"Bearer {token}"}
    asked = {"query": query, "variables": {"id": made}}
    answer = (await company.api.http.post("/graphql", json=asked, headers=headers)).json()
    assert answer["data"]["viewer"]["department"] is None
    assert answer["data"]["node"] is None
    assert answer["data"]["customers"] == {"nodes": []}


async def test_an_erased_member_s_session_is_not_that_of_the_next_one_with_the_handle(
    company: Company,
) -> None:
    handle = f"leaver-{uuid4().hex[:12]}"
    who = Leaver(await a_member(company.api, handle), handle)
    before = company.issuer.token(sub=handle, iat=int(time.time()) - 60)
    await mutation("eraseMember")(company, who)
    async with as_service(company.api) as work:
        await add_member(AddMember(handle, "MEMBER", "SALES", {"name": "Another"}), work)
    await until_known()
    assert set(await answers(company, before)) == {401}
    assert 200 in await answers(company, company.issuer.token(sub=handle))


# --- in the middle of a request ---------------------------------------------------------------------


async def a_leaver(company: Company) -> tuple[Leaver, str]:
    handle = f"leaver-{uuid4().hex[:12]}"
    who = Leaver(await a_member(company.api, handle), handle)
    return who, await company.api.token(handle)


async def until_known() -> None:
    await asyncio.sleep(1)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]


LEAVES: dict[str, tuple[Way, tuple[int, str]]] = {
    "deactivated": (mutation("deactivateMember"), (401, "INVALID_TOKEN")),
    "erased": (mutation("eraseMember"), (401, "INVALID_TOKEN")),
    "without a department": (loses_department, (409, "STANDING_CHANGED")),
}


@pytest.mark.parametrize("how", LEAVES)
async def test_a_body_that_comes_late_asks_nothing_any_more(company: Company, how: str) -> None:
    leaves, refusal = LEAVES[how]
    who, token = await a_leaver(company)

    async def body() -> AsyncIterator[bytes]:
        yield b'{"query": "{ customers(first: 1) '
        await leaves(company, who)
        await until_known()
        yield b'{ totalCount } }"}'

    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    answer = await company.api.http.post("/graphql", content=body(), headers=headers)
    assert code_of(answer) == refusal


@pytest.mark.parametrize("how", LEAVES)
async def test_what_a_long_request_read_is_not_shown_any_more(
    company: Company, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaves, refusal = LEAVES[how]
    who, token = await a_leaver(company)
    execute = Operations._execute

    async def long(*given: Any) -> Any:
        result = await execute(*given)
        monkeypatch.setattr(Operations, "_execute", execute)
        await leaves(company, who)
        await until_known()
        return result

    monkeypatch.setattr(Operations, "_execute", long)
    headers = {"authorization": f"Bearer {token}"}
    asked = {"query": "{ customers(first: 1) { totalCount } }"}
    answer = await company.api.http.post("/graphql", json=asked, headers=headers)
    assert code_of(answer) == refusal
    assert "data" not in answer.json()


FOUR = (
    "mutation {"
    + "".join(
        f' {key}: createCustomer(input: {{kind: PERSON, givenName: "{key}", familyName: "Leaves"}})'
        " { customer { id name } }"
        for key in "abcd"
    )
    + " }"
)


async def test_of_a_long_mutation_what_happened_is_told_and_no_more_happens(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, token = await a_leaver(company)
    commit, commits = unit_of_work._commit, 0

    async def slow(connection: AsyncConnection) -> None:
        nonlocal commits
        commits += 1
        await commit(connection)
        if commits == 2:
            monkeypatch.setattr(unit_of_work, "_commit", commit)
            await mutation("deactivateMember")(company, who)
            await until_known()

    monkeypatch.setattr(unit_of_work, "_commit", slow)
    headers = {"authorization": f"Bearer {token}"}
    answer = await company.api.http.post("/graphql", json={"query": FOUR}, headers=headers)
    body = answer.json()
    assert body["data"]["a"]["customer"]["name"] == "a Leaves"
    assert [body["data"][key] for key in "bcd"] == [None] * 3
    ended = [
        (e["path"][0], e["extensions"]["code"], e["extensions"]["outcome"]) for e in body["errors"]
    ]
    assert ended == [
        ("b", "INVALID_TOKEN", "DONE"),
        ("c", "INVALID_TOKEN", "NOT_DONE"),
        ("d", "INVALID_TOKEN", "NOT_DONE"),
    ]
    query = '{ customers(first: 9, filter: {name: {hasWords: "Leaves"}}) { nodes { name } } }'
    found = (await company.api.data(query, as_="compliance"))["customers"]["nodes"]
    assert sorted(one["name"] for one in found) == ["a Leaves", "b Leaves"]


async def test_what_waits_for_a_lock_is_not_written_any_more(company: Company, urls: Urls) -> None:
    who, token = await a_leaver(company)
    id_ = await a_customer(company.api)
    change = f'{{id: "{id_}", expectedVersion: 1, givenName: "Late"}}'
    query = f"mutation {{ a: updateCustomer(input: {change}) {{ customer {{ id }} }} }}"
    headers = {"authorization": f"Bearer {token}"}
    http = company.api.http
    async with held(urls, id_):
        asked = asyncio.create_task(http.post("/graphql", json={"query": query}, headers=headers))
        await asyncio.sleep(0.3)
        assert not asked.done()
        await mutation("deactivateMember")(company, who)
        await until_known()
    (error,) = (await asked).json()["errors"]
    assert (error["extensions"]["code"], error["extensions"]["outcome"]) == (
        "INVALID_TOKEN",
        "NOT_DONE",
    )
    read = "query($id: ID!) { node(id: $id) { ... on Customer { version givenName } } }"
    node = (await company.api.data(read, as_="compliance", id=id_))["node"]
    assert node == {"version": 1, "givenName": "Ada"}
