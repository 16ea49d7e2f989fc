"""O6: a member of staff who leaves is shut out, let in again, or erased, by whoever may do that."""

import asyncio
import uuid
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa

from api.settings.databases import Urls
from domain.erasure.erase_subject import run_erasure
from domain.erasure.replay import Replay
from domain.tables import lookup_tags, members, search_tokens
from privacy.tombstones.tombstone import Tombstone, TombstoneKind
from tests.api import Api
from tests.builders import a_customer, a_member, an_interaction, another_tenant, as_service
from tests.waiting import within_a_second

VIEWER = {"query": "{ viewer { kind } }"}


def a_handle() -> str:
    return f"leaver-{uuid.uuid4().hex[:12]}"


async def switched(
    api: Api, id_: str, *, active: bool, as_: str = "admin", **more: Any
) -> dict[str, Any]:
    name = "activateMember" if active else "deactivateMember"
    return await api.mutate(name, "member { id active version }", as_=as_, id=id_, **more)


async def erased(api: Api, id_: str, *, as_: str = "admin", **more: Any) -> dict[str, Any]:
    selection = "member { id handle name email active } erasure { id state }"
    return await api.mutate("eraseMember", selection, as_=as_, id=id_, **more)


def refusals(payload: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(error["code"], error["path"]) for error in payload["userErrors"]]


async def status(api: Api, credential: str) -> int:
    headers = {"authorization": f"Bearer {credential}"}
    return (await api.http.post("/graphql", json=VIEWER, headers=headers)).status_code


async def column(api: Api, id_: str, name: str) -> Any:
    async with as_service(api) as work:
        query = sa.select(members.c[name]).where(members.c.id == id_[4:])
        return (await work.execute(query)).scalar_one()


async def test_o6_a_deactivated_member_s_token_opens_nothing_within_a_second(api: Api) -> None:
    id_ = await a_member(api, handle := a_handle())
    token = await api.token(handle)
    for active, expected, version in ((False, 401, 2), (True, 200, 3)):
        assert await status(api, token) == 601 - expected
        payload = await switched(api, id_, active=active)
        assert payload == {
            "member": {"id": id_, "active": active, "version": version},
            "userErrors": [],
        }

        async def is_switched(wanted: int = expected) -> bool:
            return await status(api, token) == wanted

        await within_a_second(is_switched)


async def test_o6_what_a_member_owned_stays_and_is_read_as_before(api: Api) -> None:
    id_ = await a_member(api, handle := a_handle())
    customer = await a_customer(api)
    contact = await an_interaction(api, customer, as_=handle)
    query = "query($id: ID!) { node(id: $id) { ... on Interaction { author { id active handle name } } } }"
    author: dict[str, Any] = {}
    for change in (switched(api, id_, active=False), erased(api, id_)):
        assert refusals(await change) == []
        author = (await api.data(query, as_="sales", id=contact))["node"]["author"]
        assert (author["id"], author["active"]) == (id_, False)
    assert author["handle"] == f"erased-{id_[4:]}"
    assert author["name"] is None


@pytest.mark.parametrize("as_", ["sales", "manager", "support", "compliance", "partner"])
async def test_o6_whoever_may_not_administer_members_switches_none(api: Api, as_: str) -> None:
    id_ = await a_member(api, a_handle())
    for active in (False, True):
        assert refusals(await switched(api, id_, active=active, as_=as_)) == [("FORBIDDEN", [])]
    assert await column(api, id_, "active")


@pytest.mark.parametrize("as_", ["sales", "manager", "support", "marketing", "partner"])
async def test_o6_whoever_may_not_erase_members_erases_none(api: Api, as_: str) -> None:
    id_ = await a_member(api, handle := a_handle())
    assert refusals(await erased(api, id_, as_=as_)) == [("FORBIDDEN", [])]
    assert await column(api, id_, "handle") == handle


async def test_o6_another_company_s_member_is_not_there(api: Api) -> None:
    other = await another_tenant(api)
    id_ = await a_member(api, a_handle())
    for wrong in (id_, f"mem_{uuid.uuid4()}", await a_customer(other), "form"):
        for payload in (await switched(other, wrong, active=False), await erased(other, wrong)):
            assert refusals(payload) == [("NOT_FOUND", ["input", "id"])]
    assert await column(api, id_, "active")


async def test_o6_nobody_shuts_themselves_out_and_the_last_administrator_stays(api: Api) -> None:
    other = await another_tenant(api, "administered")
    query = '{ members(first: 9, filter: {handle: {eq: "admin"}}) { nodes { id } } }'
    (admin,) = (await other.data(query, as_="admin"))["members"]["nodes"]
    for change in (switched(other, admin["id"], active=False), erased(other, admin["id"])):
        assert refusals(await change) == [("OWN_MEMBERSHIP", ["input", "id"])]
    payload = await erased(other, admin["id"], as_="compliance")
    assert refusals(payload) == [("LAST_ADMINISTRATOR", ["input", "id"])]
    second = await a_member(other, "second", "ADMIN", None)
    assert refusals(await switched(other, second, active=False)) == []
    payload = await erased(other, admin["id"], as_="compliance")
    assert refusals(payload) == [("LAST_ADMINISTRATOR", ["input", "id"])]
    assert refusals(await switched(other, second, active=True)) == []
    assert refusals(await switched(other, admin["id"], active=False, as_="second")) == []


async def test_o6_of_two_administrators_who_shut_each_other_out_one_stays(api: Api) -> None:
    other = await another_tenant(api, "duel")
    second = await a_member(other, "second", "ADMIN", None)
    query = '{ members(first: 9, filter: {handle: {eq: "admin"}}) { nodes { id } } }'
    (admin,) = (await other.data(query, as_="admin"))["members"]["nodes"]
    await asyncio.gather(
        switched(other, second, active=False, as_="admin"),
        switched(other, admin["id"], active=False, as_="second"),
        return_exceptions=True,
    )
    assert [await column(other, id_, "active") for id_ in (second, admin["id"])].count(True) >= 1


async def test_o6_a_stale_version_changes_nothing(api: Api) -> None:
    id_ = await a_member(api, a_handle())
    stale = [("STALE_VERSION", ["input", "expectedVersion"])]
    assert refusals(await switched(api, id_, active=False, expectedVersion=7)) == stale
    assert refusals(await erased(api, id_, expectedVersion=7)) == stale
    assert await column(api, id_, "active")


@pytest.mark.parametrize("as_", ["admin", "compliance"])
async def test_o6_an_erased_member_is_nobody_and_their_key_is_destroyed(api: Api, as_: str) -> None:
    id_ = await a_member(api, a_handle())
    payload = await erased(api, id_, as_=as_)
    assert payload["userErrors"] == []
    assert payload["member"] == {
        "id": id_, "handle": f"erased-{id_[4:]}", "name": None, "email": None, "active": False,
    }  # fmt: skip
    assert await column(api, id_, "sealed") is None
    async with as_service(api) as work:
        for table in (lookup_tags, search_tokens):
            rows = sa.select(sa.func.count()).where(table.c.row_id == id_[4:])
            assert (await work.execute(rows)).scalar_one() == 0
    services = api.services
    caller = await services.caller(services.service_principal(api.tenant), "administration")
    for _ in range(2):  # As after a crash.
        await run_erasure(services.stores, caller, "DE", payload["erasure"]["id"][4:])
    assert await services.stores.vault.keys(api.tenant, [id_[4:]]) == {}
    again = await erased(api, id_, as_=as_)
    assert (again["erasure"]["id"], again["erasure"]["state"]) == (
        payload["erasure"]["id"],
        "COMPLETED",
    )
    assert refusals(await switched(api, id_, active=True)) == [("ERASED", ["input", "id"])]


async def test_o6_the_name_of_an_erased_member_finds_nobody(api: Api) -> None:
    id_ = await a_member(api, handle := a_handle())
    name = f"{handle.title()}"
    query = "query($q: String!) { search(query: $q, first: 9) { hits { record { ... on Node { id } } } } }"
    found = (await api.data(query, as_="admin", q=name))["search"]["hits"]
    assert id_ in [hit["record"]["id"] for hit in found]
    await erased(api, id_)
    assert (await api.data(query, as_="admin", q=name))["search"]["hits"] == []


async def test_o6_a_member_whom_a_backup_brought_back_is_erased_again(api: Api, urls: Urls) -> None:
    id_ = await a_member(api, handle := a_handle())
    services = api.services
    caller = await services.caller(services.service_principal(api.tenant), "administration")
    payload = await erased(api, id_)
    await run_erasure(services.stores, caller, "DE", payload["erasure"]["id"][4:])
    owner = await asyncpg.connect(urls.owner_main)
    try:
        await owner.execute("SELECT set_config('farley.tenant', $1, false)", api.tenant)
        await owner.execute("DELETE FROM erasures WHERE customer_id = $1", id_[4:])
        sql = "UPDATE members SET handle = $2, active = true, sealed = 'old' WHERE id = $1"
        await owner.execute(sql, id_[4:], handle)
    finally:
        await owner.close()
    replay = Replay(services.stores, caller, "DE")
    tombstone = Tombstone(api.tenant, id_[4:], TombstoneKind.ERASED, datetime.now(UTC))
    await replay.destroy(tombstone, known_to_main=False)
    await replay.finish(tombstone)
    found = [await column(api, id_, name) for name in ("handle", "active", "sealed")]
    assert found == [f"erased-{id_[4:]}", False, None]
