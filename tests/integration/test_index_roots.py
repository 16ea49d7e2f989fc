"""A newer index root takes an older one's place, and nothing is not found meanwhile."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from domain.directory.principals import principal_named
from domain.entities.customers import CUSTOMER
from domain.erasure.erase_subject import EraseSubject, request_erasure, run_erasure
from domain.keys import replace_index_root as reindexing
from domain.keys import retag
from domain.keys.replace_index_root import NotReindexedError, Reindexed
from domain.keys.wait_for_transactions import StillWritingError
from domain.tables import ROOTED_INDEXES, customers, lookup_tags
from domain.values.errors import SuppressedError
from domain.writing.suppression import refuse_suppressed
from domain.writing.unit_of_work import unit_of_work
from privacy.vault import Vault
from privacy.vault.index_roots import Step
from privacy.vault.key_status import key_status
from privacy.vault.rotation import KeyWorkRunningError, rewrap_tenant
from tests.builders import a_customer, as_service
from tests.integration.index_root_world import (
    ALL,
    Company,
    Person,
    a_record,
    company,
    given,
    only,
)
from tests.tampering import altered

__all__ = ["company"]


# --- the whole way ----------------------------------------------------------------------------------


async def test_all_is_found_under_the_newer_root_and_the_older_one_is_gone(
    company: Company,
) -> None:
    told: list[int] = []
    assert await company.roots() == only(1)
    done = await (await company.work()).run(told.append)
    assert (done.version, done.records, told[-1]) == (2, done.records, done.records)
    assert done.records >= 8
    assert await company.roots() == only(2)
    await company.everybody_is_found()
    found = await key_status(company.owner, company.api.services.vault.provider, company.api.tenant)
    uses = {(key.use, key.version) for key in found.tenant_keys}
    assert uses == {("seal", 1), ("index", 2), *((f"index/{c}", 1) for c in reindexing.LEFT)}
    assert found.is_settled


async def test_root_after_root(company: Company) -> None:
    for version in (2, 3, 4):
        assert (await (await company.work()).run(print)).version == version
        await company.takes_in(1)
        await company.everybody_is_found()
    assert await company.roots() == only(4)


# --- what cannot be made anew -----------------------------------------------------------------------


async def test_no_reference_is_taken_twice_at_any_step(company: Company) -> None:
    async for _ in (await company.work()).steps():
        for person in company.people[:2]:
            twice = await company.api.mutate(
                "createCustomer", "customer { id }", as_="manager", kind="PERSON", **given(person)
            )
            assert [one["code"] for one in twice["userErrors"]] == ["CONFLICT"]
            imported = await company.imports(a_record(person))
            assert (imported.created, imported.unchanged) == (0, 1)
    await company.everybody_is_found()


async def test_who_was_erased_before_stays_out_at_every_step_and_after(company: Company) -> None:
    gone = await somebody_erased(company)
    names = {name: gone.values.get(name) for name in ("given_name", "family_name")}
    sealed = {**names, "emails": [{"value": gone.values["email"]}]}

    async def is_kept_out() -> None:
        async with as_service(company.api) as work:
            with pytest.raises(SuppressedError):
                await refuse_suppressed(work, sealed, "GB", id_=str(UUID(int=0)))
        again = await company.api.mutate(
            "createCustomer", "customer { id }", as_="manager", kind="PERSON", **given(gone)
        )
        assert [one["code"] for one in again["userErrors"]] == ["SUPPRESSED"]
        (refused,) = (await company.imports(a_record(gone))).rejected
        assert refused.code == "SUPPRESSED"

    async for _ in (await company.work()).steps():
        await is_kept_out()
    await (await company.work()).run(print)
    await is_kept_out()
    await company.everybody_is_found()


async def somebody_erased(company: Company) -> Person:
    gone = company.people.pop()
    company.beside.append(gone.id)
    await erase(company, gone.id)
    return gone


async def erase(company: Company, id_: str) -> None:
    services, tenant = company.api.services, company.api.tenant
    principal = await principal_named(services.pool, tenant, "compliance")
    caller = await services.caller(principal, "compliance")
    async with unit_of_work(services.stores, caller, "DE") as work:
        erasure = await request_erasure(EraseSubject(id_[4:]), work)
    await run_erasure(services.stores, caller, "DE", erasure)


async def test_who_is_erased_meanwhile_leaves_nothing_and_stays_out(company: Company) -> None:
    steps = (await company.work()).steps()
    for _ in range(3):
        await anext(steps)
    gone = await somebody_erased(company)
    async for _ in steps:
        await company.everybody_is_found()
    for table in ALL:
        sql = f"SELECT FROM {table} WHERE customer_id = $1"
        assert not await company.api.services.pool.fetch(company.api.tenant, sql, gone.id[4:])
    again = await company.api.mutate(
        "createCustomer", "customer { id }", as_="manager", kind="PERSON", **given(gone)
    )
    assert [one["code"] for one in again["userErrors"]] == ["SUPPRESSED"]


async def test_a_command_is_not_done_twice_whichever_root_knows_it(company: Company) -> None:
    async def done(key: str) -> str:
        return await a_customer(company.api, as_="manager", clientMutationId=key)

    first, keys = await done("first"), 0
    async for _ in (await company.work()).steps():
        keys += 1
        now = await done(f"step {keys}")
        assert await done(f"step {keys}") == now
        assert await done("first") == first
    assert await done("first") == first
    assert await done("step 1") == await done("step 1")


async def test_api_keys_are_good_whichever_root_knows_them(company: Company) -> None:
    async def made(service: str) -> str:
        payload = await company.api.mutate(
            "createApiKey",
            "secret",
            as_="admin",
            service=service,
            roles=["SALES"],
            scopes=["customer:read"],
            purposes=["sales"],
            expiresAt=(datetime.now(UTC) + timedelta(days=9)).isoformat(),
        )
        assert payload["userErrors"] == []
        return str(payload["secret"])

    async def lets_in(secret: str) -> int:
        headers = {"authorization": f"Bearer {secret}"}
        query = {"query": "{ customers(first: 1) { totalCount } }"}
        return (await company.api.http.post("/graphql", json=query, headers=headers)).status_code

    secrets, number = [await made("erp")], 0
    async for _ in (await company.work()).steps():
        number += 1
        secrets.append(await made(f"step{number}"))
        assert [await lets_in(one) for one in secrets] == [200] * len(secrets)
        assert await lets_in(altered(secrets[0])) == 401
    company.api.services.api_keys._right.clear()
    assert [await lets_in(one) for one in secrets] == [200] * len(secrets)


async def test_cursors_open_until_the_older_root_is_gone(company: Company) -> None:
    page = """query($after: String) { customers(first: 1, after: $after, orderBy: {field: CREATED_AT})
        { edges { cursor node { id } } } }"""

    async def second(after: str) -> dict[str, Any]:
        return await company.api.ask(page, as_="manager", after=after)

    def shown(answer: dict[str, Any]) -> Any:
        return answer["data"]["customers"]["edges"][0]["node"]

    data = await company.api.data(page, as_="manager")
    cursor = data["customers"]["edges"][0]["cursor"]
    expected = shown(await second(cursor))
    steps = (await company.work()).steps()
    async for _ in steps:
        keys = await company.api.services.vault.newer(company.api.tenant, None)
        if keys.step is not None:
            assert shown(await second(cursor)) == expected
    await asyncio.sleep(1)
    assert "INVALID_CURSOR" in str(await second(cursor))


async def test_a_persons_references_in_the_trail_can_be_told_after(company: Company) -> None:
    vault, tenant = company.api.services.vault, company.api.tenant
    before = (await vault.index(tenant)).reference("x")
    await (await company.work()).run(print)
    after = await vault.index(tenant)
    assert after.reference("x") != before
    assert after.references("x") == [after.reference("x"), before]


# --- interrupted, at once, held ---------------------------------------------------------------------


async def thrice(company: Company, reference: str) -> list[str]:
    """What becomes of three customers with the same reference, made at once."""
    tried = await asyncio.gather(
        *(
            company.api.mutate(
                "createCustomer",
                "customer { id }",
                as_="manager",
                kind="PERSON",
                familyName="Twice",
                externalReferences=[{"system": "x", "id": reference}],
            )
            for _ in range(3)
        )
    )
    company.beside += [one["customer"]["id"] for one in tried if one["customer"]]
    return sorted("".join(error["code"] for error in one["userErrors"]) for one in tried)


async def test_it_is_read_and_written_by_many_while_it_goes_on(company: Company) -> None:
    """None of two at a time who take the same reference is let in twice, and nobody waits for ever."""
    working = asyncio.create_task((await company.work()).run(print))
    rounds = 0
    while not working.done():
        rounds += 1
        renamed, *others = company.people[rounds % 4 :] + company.people[: rounds % 4]
        codes, _, _ = await asyncio.gather(
            thrice(company, str(rounds)),
            company.imports(*map(a_record, others)),
            company.renames(renamed, rounds % 8),
        )
        assert codes == ["", "CONFLICT", "CONFLICT"]
        await company.everybody_is_found()
    assert (await working).version == 2
    assert rounds > 2
    await company.everybody_is_found()
    assert await company.roots() == only(2)


async def test_of_two_at_once_one_is_refused(company: Company) -> None:
    works = [await company.work() for _ in range(2)]
    done = await asyncio.gather(*(one.run(print) for one in works), return_exceptions=True)
    assert {type(one) for one in done} == {Reindexed, KeyWorkRunningError}
    assert await company.roots() == only(2)
    await company.everybody_is_found()


async def test_a_record_that_somebody_holds_is_waited_for(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, work = company.people[0].id[4:], await company.work()
    steps = work.steps()
    for _ in range(2):
        await anext(steps)
    keys = await company.api.services.vault.newer(company.api.tenant, None)
    assert keys.step is Step.WRITTEN
    await company.api.services.vault.forgotten_everywhere()
    monkeypatch.setattr(reindexing, "PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(work, "_known_everywhere", _at_once)
    async with as_service(company.api) as other:
        await other.records.load(CUSTOMER, held)
        with pytest.raises(StillWritingError):
            async for _ in steps:
                pass
    assert await company.roots() == {
        "lookup_tags": [1, 2],
        "external_references": [1, 2],
        "search_tokens": [1, 2],
    }
    await company.everybody_is_found()
    assert (await (await company.work()).run(print)).version == 2
    await company.everybody_is_found()


async def _at_once(**_: bool) -> None:
    """Nobody else writes in this test but who is waited for."""


async def test_a_process_that_hears_nothing_asks_each_time(company: Company) -> None:
    services = company.api.services
    deaf = Vault(services.vault_pool, services.vault.provider)
    async for _ in (await company.work()).steps():
        newest = await services.vault.newer(company.api.tenant, None)
        index = await deaf.index(company.api.tenant)
        assert index.version == newest.index.version
        assert len(index.looked_up) == len(newest.index.looked_up)


async def test_of_what_does_not_open_nothing_is_lost_and_it_is_named(company: Company) -> None:
    person = company.people[1]
    async with as_service(company.api) as work:
        where = customers.c.id == person.id[4:]
        sealed = (await work.execute(sa.select(customers.c.sealed).where(where))).scalar_one()
        await work.execute(sa.update(customers).where(where).values(sealed=sealed[:-1]))
    with pytest.raises(NotReindexedError) as refused:
        await (await company.work()).run(print)
    assert refused.value.rows == [f"customers {person.id[4:]}"]
    async with as_service(company.api) as work:
        await work.execute(sa.update(customers).where(where).values(sealed=sealed))
    await company.everybody_is_found()
    assert (await (await company.work()).run(print)).version == 2
    await company.everybody_is_found()


async def test_what_is_under_a_root_that_the_vault_does_not_have_is_made_anew(
    company: Company,
) -> None:
    """The vault is from a backup of before a rotation, the main database is not, or the other way round."""
    for current, version, following in ((1, 7, 8), (8, 1, 9)):
        async with as_service(company.api) as work:
            for table in ROOTED_INDEXES:
                await work.execute(sa.update(table).values(root=version))
            proof = sa.func.substr(sa.func.sha256(lookup_tags.c.proof), 1, 16)
            await work.execute(sa.update(lookup_tags).values(proof=proof))
        async with as_service(company.api) as work:
            lost, every = await retag.standing(work, current)
            assert 0 < lost == every
        assert (await (await company.work()).run(print)).version == following
        await company.everybody_is_found()
        async with as_service(company.api) as work:
            assert await retag.standing(work, following) == (0, every)


async def test_what_is_left_of_an_older_root_is_wrapped_anew_too(company: Company) -> None:
    await (await company.work()).run(print)
    tenant, provider = company.api.tenant, company.api.services.vault.provider
    before = (await company.api.services.vault.index(tenant)).references("x")
    assert await rewrap_tenant(company.owner, provider, tenant) == 0
    fresh = Vault(company.owner, provider)
    assert (await fresh.index(tenant)).references("x") == before
    with pytest.raises(KeyError):
        (await fresh.index(tenant))._known[0].tag("customer.emails", "a@example.com")
