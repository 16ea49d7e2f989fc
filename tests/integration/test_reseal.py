"""People get new keys while they are read and written; what was sealed goes on opening."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from api.runtime.wiring import Services
from api.runtime.worker import _reseal
from api.settings.databases import Urls
from domain.keys import reseal as resealing
from domain.keys.reseal import Reseal, Resealed
from domain.keys.wait_for_transactions import StillWritingError
from domain.tables import customers, interactions
from domain.values import clock
from domain.values.ids import FIRST_ID, new_id
from domain.writing.jobs import RESEAL, Job
from privacy.database import TenantPool
from privacy.vault import UnsealError, Vault, rotation
from privacy.vault.rotation import KeyWorkRunningError
from tests.builders import an_interaction, as_service
from tests.integration.reseal_world import NOTE, Company, company, lovelace

__all__ = ["company"]


# --- the whole way ----------------------------------------------------------------------------------


async def test_one_person_is_sealed_with_a_new_key_and_the_older_one_is_gone(
    company: Company,
) -> None:
    assert await company.work.these([company.ada]) == Resealed(people=1, rows=3, dropped=1)
    assert await company.forms() == {2}
    assert await company.key_numbers() == [2]
    assert await company.reads_all()
    assert await company.broken() == []


async def test_nothing_else_of_the_records_changes(company: Company) -> None:
    sql = "SELECT to_jsonb(c) - 'sealed' FROM customers c WHERE id = $1"
    before = await company.api.services.pool.fetch(company.api.tenant, sql, company.ada)
    await company.work.these([company.ada])
    after = await company.api.services.pool.fetch(company.api.tenant, sql, company.ada)
    assert before == after


async def test_everybody_has_a_new_key_and_a_second_run_with_the_same_time_does_nothing(
    company: Company,
) -> None:
    bob, before = await lovelace(company.api), clock.now()
    told: list[int] = []
    done = await company.work.everybody(before, told.append)
    assert (done.people, done.rows, told) == (done.dropped, done.rows, [done.people])
    for one in (company.ada, bob):
        assert await company.key_numbers(one) == [2]
        assert await company.reads_all(one)
    assert await company.work.everybody(before, told.append) == Resealed(0, 0, 0)
    assert await company.broken() == []


async def test_the_worker_does_it_in_the_background(company: Company) -> None:
    settings = company.api.services.settings.model_copy(update={"request_timeout_ms": 100})
    services = replace(company.api.services, settings=settings)
    await _reseal(services, Job(RESEAL, company.api.tenant, [company.ada]))
    assert await company.key_numbers() == [2]
    assert await company.reads_all()


# --- meanwhile --------------------------------------------------------------------------------------


async def test_at_each_step_everything_opens_and_is_written(company: Company) -> None:
    """What was sealed under the older number opens; what is written is sealed under that of the step."""
    vault = company.vault
    await company.numbers.add([company.ada])
    await vault.forgotten_everywhere()
    assert await company.reads_all()
    await an_interaction(company.api, f"cus_{company.ada}", as_="manager", body=NOTE)
    assert await company.forms() == {1}
    await company.numbers.activate([company.ada])
    await vault.forgotten_everywhere()
    await an_interaction(company.api, f"cus_{company.ada}", as_="manager", body=NOTE)
    assert await company.forms() == {1, 2}
    assert await company.reads_all()
    assert await company.broken() == []
    assert await company.work.these([company.ada]) == Resealed(people=1, rows=4, dropped=1)
    assert await company.forms() == {2}
    assert await company.reads_all()


async def test_a_record_that_is_changed_is_resealed_by_that(company: Company) -> None:
    await company.numbers.add([company.ada])
    await company.numbers.activate([company.ada])
    await company.vault.forgotten_everywhere()
    changed = await company.api.mutate(
        "updateCustomer",
        "customer { name }",
        as_="manager",
        id=f"cus_{company.ada}",
        expectedVersion=1,
        givenName="Augusta",
    )
    assert changed["customer"] == {"name": "Augusta Lovelace"}
    assert await company.work.these([company.ada]) == Resealed(people=1, rows=2, dropped=1)


async def test_it_is_read_and_written_while_it_is_resealed(company: Company) -> None:
    people = [company.ada, *[await lovelace(company.api) for _ in range(3)]]
    working = asyncio.create_task(company.work.these(people))
    written = 0
    while not working.done():
        for one in people:
            assert await company.reads_all(one)
        await an_interaction(company.api, f"cus_{people[written % 4]}", as_="manager", body=NOTE)
        written += 1
    assert (await working).dropped == 4
    assert written > 2
    for one in people:
        assert await company.forms(one) == {2}
        assert await company.reads_all(one)
    assert await company.broken() == []


async def test_a_row_that_somebody_holds_is_waited_for(company: Company) -> None:
    async with company.api.services.stores.engine.connect() as other:
        await _hold(other, company)
        working = asyncio.create_task(company.work.these([company.ada]))
        await asyncio.sleep(3)
        assert not working.done()
        await other.rollback()
    assert (await working).dropped == 1
    assert await company.reads_all()


async def test_while_somebody_may_still_write_the_older_key_is_kept(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "PATIENCE_SECONDS", 0.2)
    async with company.api.services.stores.engine.connect() as other:
        await _hold(other, company)
        with pytest.raises(StillWritingError):
            await company.work.these([company.ada])
        await other.rollback()
    assert await company.key_numbers() == [1, 2]
    assert await company.reads_all()
    assert (await company.work.these([company.ada])).dropped == 1
    assert await company.reads_all()


async def _hold(connection: AsyncConnection, company: Company) -> None:
    bound = sa.func.set_config("farley.tenant", company.api.tenant, True)  # noqa: FBT003 - PostgreSQL's own
    await connection.execute(sa.select(bound))
    held = sa.select(customers.c.id).where(customers.c.id == company.ada).with_for_update()
    await connection.execute(held)


async def test_a_process_that_kept_the_older_key_opens_what_another_sealed_with_the_newer(
    company: Company, urls: Urls
) -> None:
    """The processes' keys are forgotten before the newer number is used."""
    services = company.api.services
    assert await company.reads_all()
    other = Vault(services.vault_pool, services.vault.provider)
    working = replace(services.stores, vault=other)
    caller, region = await services.acting(company.api.tenant)
    reseal = Reseal(working, services.vault_pool, caller, region, 0.0)
    assert (await reseal.these([company.ada])).rows == 3
    assert await company.reads_all()


# --- destroyed, interrupted, at once ------------------------------------------------------------------


async def test_many_who_are_destroyed_while_numbers_are_added_stay_destroyed(
    company: Company,
) -> None:
    tenant, vault = company.api.tenant, company.vault
    people = [new_id() for _ in range(60)]
    await vault.create_keys(tenant, people)

    async def destroy() -> None:
        for one in people[::2]:
            await vault.destroy(tenant, one)

    await asyncio.gather(destroy(), *(company.numbers.add(people) for _ in range(3)))
    for one in people[::2]:
        assert await company.key_numbers(one) == []
    for one in people[1::2]:
        assert await company.key_numbers(one) == [1, 2]


async def test_who_never_had_a_key_gets_none(company: Company) -> None:
    stranger = new_id()
    assert await company.numbers.add([stranger]) == 0
    assert await company.key_numbers(stranger) == []


async def test_of_two_at_once_one_is_refused(company: Company) -> None:
    twice = (company.work.these([company.ada]) for _ in range(2))
    done = await asyncio.gather(*twice, return_exceptions=True)
    assert {type(one) for one in done} == {Resealed, KeyWorkRunningError}
    assert await company.key_numbers() == [2]
    assert await company.reads_all()


async def test_the_tenants_key_may_be_rotated_between_the_steps(
    company: Company, urls: Urls
) -> None:
    owner = await TenantPool.open(urls.owner_vault)
    for rotated in (True, False):
        if rotated:
            await company.numbers.add([company.ada])
        provider = company.vault.provider
        await rotation.rotate_tenant(owner, provider, company.api.tenant, print, batch=2)
        assert await company.reads_all()
        await company.work.these([company.ada])
    await owner.close()
    assert await company.reads_all()


# --- verifying --------------------------------------------------------------------------------------


@pytest.fixture
async def interaction(company: Company) -> str:
    return (await an_interaction(company.api, f"cus_{company.ada}", as_="manager", body=NOTE))[4:]


async def spoil(company: Company, interaction: str, sealed: bytes) -> None:
    async with as_service(company.api) as work:
        await work.execute(
            sa.update(interactions).where(interactions.c.id == interaction).values(sealed=sealed)
        )


async def pack_of(company: Company, id_: str, table: sa.Table) -> bytes:
    async with as_service(company.api) as work:
        return bytes(
            (await work.execute(sa.select(table.c.sealed).where(table.c.id == id_))).scalar_one()
        )


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("truncated", "does not belong here or was changed"),
        ("bit flipped", "does not belong here or was changed"),
        ("re-ordered", "does not belong here or was changed"),
        ("another row's", "does not belong here or was changed"),
        ("another version", "unknown form"),
        ("another number", "made with another key"),
        ("empty", "unknown form"),
    ],
)
async def test_what_does_not_open_is_reported_by_table_row_and_person(
    company: Company, interaction: str, how: str, reason: str
) -> None:
    pack = await pack_of(company, interaction, interactions)
    assert await company.broken() == []
    spoilt = {
        "truncated": pack[:-1],
        "bit flipped": pack[:-1] + bytes([pack[-1] ^ 1]),
        "re-ordered": pack[:18] + pack[:17:-1],
        "another row's": await pack_of(company, company.ada, customers),
        "another version": b"\x02" + pack[1:],
        "another number": pack[:2] + (9).to_bytes(4, "big") + pack[6:],
        "empty": b"",
    }
    await spoil(company, interaction, spoilt[how])
    for sample in (None, 1_000):
        (broken,) = await company.broken(sample)
        assert (broken.table, broken.row, broken.subject) == (
            "interactions",
            interaction,
            company.ada,
        )
        assert reason in broken.reason
    with pytest.raises(UnsealError, match=f"interactions {interaction} of {company.ada}"):
        await company.work.these([company.ada])
    assert await company.key_numbers() == [1, 2]
    await spoil(company, interaction, pack)
    assert await company.broken() == []
    await company.work.these([company.ada])
    assert await company.reads_all()


async def test_a_missing_key_and_one_that_does_not_open_are_reported(
    company: Company, services: Services
) -> None:
    bob, lost = await lovelace(company.api), await lovelace(company.api)
    async with services.vault_pool.connection(company.api.tenant) as connection:
        await connection.execute("DELETE FROM subject_keys WHERE subject_id = $1", lost)
        await connection.execute(
            "UPDATE subject_keys SET wrapped = $2 WHERE subject_id = $1", bob, bytes(60)
        )
    company.vault.opened.forget()
    broken = await company.broken()
    assert {(one.subject, one.reason) for one in broken} == {
        (lost, "the vault holds no key of this person"),
        (bob, f"the key of {bob} does not open: it was changed or belongs to another"),
    }
    assert len(broken) == 6


async def test_whose_key_does_not_open_gets_no_newer_one_and_keeps_it(
    company: Company, services: Services
) -> None:
    before = await company.key_numbers()
    async with services.vault_pool.connection(company.api.tenant) as connection:
        change = "UPDATE subject_keys SET wrapped = $2 WHERE subject_id = $1"
        kept = await connection.fetchval(
            "SELECT wrapped FROM subject_keys WHERE subject_id = $1", company.ada
        )
        await connection.execute(change, company.ada, bytes(60))
        company.vault.opened.forget()
        with pytest.raises(UnsealError, match=f"the key of {company.ada} does not open"):
            await company.work.these([company.ada])
        assert await company.key_numbers() == before
        await connection.execute(change, company.ada, kept)
    company.vault.opened.forget()
    await company.work.these([company.ada])
    assert await company.reads_all()


async def test_whoever_was_destroyed_is_not_reported(company: Company) -> None:
    await company.vault.destroy(company.api.tenant, company.ada)
    assert await company.broken() == []
    late = clock.now() + timedelta(days=1)
    assert company.ada not in await company.numbers.outdated(late, FIRST_ID, 99)
