"""A person who was erased does not come back with a backup, whichever of the databases is older."""

import asyncio
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pgqueuer import RetryRequested

from api.runtime.wiring import services as connect
from api.runtime.worker import _erase, _handle, run
from domain.writing.jobs import ERASE, Job
from privacy.tombstones.findings import TombstoneReason
from privacy.tombstones.journal import Journal, JournalError, read_journal
from privacy.tombstones.journal_lines import encoded
from privacy.tombstones.ledger import Ledger
from privacy.tombstones.tombstone import Tombstone, TombstoneKind
from tests.builders import a_customer, staff
from tests.dumps import found_in
from tests.erasing import finish_erasures
from tests.security.restored import (
    DATABASES,
    CrashError,
    Place,
    are_alike,
    farley,
    gone,
    place,
    ready,
    reasons,
    refused,
    server,
)
from tests.security.test_erasure import erased, read, requested
from tests.security.zephirine import PLAIN, SEALED, zephirine

__all__ = ["place"]


# --- noticed, and not noticed ---------------------------------------------------------------------


async def test_several_processes_begin_with_a_new_installation_at_once(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One looks while another has settled the first database, and not yet the second."""
    settle = Ledger.settle

    async def slowly(ledger: Ledger) -> None:
        await settle(ledger)
        await asyncio.sleep(0.3)

    async def served(after_s: float) -> set[TombstoneReason]:
        await asyncio.sleep(after_s)
        return await place.reasons()

    monkeypatch.setattr(Ledger, "settle", slowly)
    assert await asyncio.gather(*(served(0.1 * number) for number in range(6))) == [set()] * 6


async def test_a_new_installation_is_served_at_once_and_so_is_its_second_start(
    place: Place,
) -> None:
    for _ in range(2):
        async with place.served() as api:
            answer = await api.http.get("/healthz/ready")
            assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert place.journal.read_bytes() == b""
    assert not (await place.replay()).reasons


@pytest.mark.parametrize("which", DATABASES)
async def test_a_database_that_moved_is_served_after_a_restore_with_nothing_to_replay(
    place: Place, which: str
) -> None:
    async with place.served() as api:
        await staff(api.services, api.tenant)
        id_ = await a_customer(api)
    await place.restore(place.back_up(which))
    async with place.served() as api:
        await refused(api)
        findings = await place.replay()
        assert (findings.main_lacks, findings.vault_lacks, findings.known) == ((), (), {})
        await ready(api)
        assert (await read(api, id_))["name"] == "Ada Lovelace"


async def test_a_running_server_answers_nothing_from_a_database_that_was_put_in_its_place(
    place: Place,
) -> None:
    async with place.served() as api:
        await staff(api.services, api.tenant)
        id_ = await zephirine(api)
        token = await api.token("compliance")
        files = place.back_up("both")
        await erased(api, id_)
        await gone(api, id_)
        await place.restore(files)
        server(api).guard._until = float("inf")
        query = {"query": f'{{ node(id: "{id_}") {{ ... on Customer {{ name tags }} }} }}'}
        headers = {"authorization": f"Bearer {token}"}
        statuses = set()
        for _ in range(5):
            response = await api.http.post("/graphql", json=query, headers=headers)
            statuses.add(response.status_code)
            assert found_in(response.content, (*SEALED, *PLAIN)) == set()
        assert statuses == {503}


@pytest.mark.parametrize("crash", ["confirm", "append"])
async def test_an_erasure_that_a_crash_interrupted_is_no_restore(
    place: Place, monkeypatch: pytest.MonkeyPatch, crash: str
) -> None:
    async with place.served() as api:
        await staff(api.services, api.tenant)
        id_ = await zephirine(api)

        def crashed(*_: object, **__: object) -> None:
            raise CrashError

        with monkeypatch.context() as patched:
            owner = Journal if crash == "append" else type(api.services.guard.records.main)
            patched.setattr(owner, crash, crashed)
            answer = await api.ask(
                "mutation($id: ID!) { eraseSubject(input: {customerId: $id}) { userErrors { code } } }",
                as_="compliance",
                id=id_,
            )
            assert answer["data"]["eraseSubject"]["userErrors"] == []
            with pytest.raises(CrashError):  # In the worker.
                await finish_erasures(api)
        assert await reasons(api.services) == set()
        journal = Journal(place.journal)
        journal.read()
        assert journal.extent.count == 1
        assert (await erased(api, id_))["userErrors"] == []
        assert await reasons(api.services) == set()
        await gone(api, id_)


async def test_an_erasure_is_not_confirmed_without_its_line_in_the_journal(place: Place) -> None:
    async with place.served() as api:
        await staff(api.services, api.tenant)
        first, second = await a_customer(api), await a_customer(api, givenName="Bea")
        await erased(api, first)
        kept = read_journal(place.journal)[0]
        place.journal.unlink()
        assert await reasons(api.services) == {TombstoneReason.JOURNAL_MISSING}
        await refused(api)
        with pytest.raises(JournalError, match="No such file"):
            await api.services.vault.destroy(api.tenant, second[4:])
        assert not place.journal.exists()
    await place.replay()
    assert await place.reasons() == set()
    known = read_journal(place.journal)[0]
    assert len(known) > len(kept)
    assert are_alike(kept, {key: known[key] for key in kept})


async def test_a_torn_journal_is_none_and_a_damaged_one_is_looked_at(place: Place) -> None:
    async with place.served() as api:
        await staff(api.services, api.tenant)
        await erased(api, await a_customer(api))
        whole = place.journal.read_bytes()
        with place.journal.open("ab") as file:
            file.write(whole[:60])
        assert await reasons(api.services) == set()
        await erased(api, await a_customer(api, givenName="Bea"))
        assert await reasons(api.services) == set()
        known, *unreadable = read_journal(place.journal)
        assert (len(known), unreadable) == (2, [1, 0])
        text = bytearray(place.journal.read_bytes())
        text[40] ^= 1
        place.journal.write_bytes(text)
    assert await place.reasons() == {TombstoneReason.JOURNAL_DAMAGED}
    findings = await place.replay()
    assert (findings.torn, findings.damaged) == (1, 1)
    assert await place.reasons() == set()
    assert read_journal(place.journal)[0].keys() == known.keys()


# --- several hosts --------------------------------------------------------------------------------


async def test_the_journal_of_every_host_learns_what_another_one_erased(place: Place) -> None:
    other = place.settings.model_copy(
        update={"tombstone_journal": place.settings.data_dir / "other.journal"}
    )
    async with place.served() as api:
        await staff(api.services, api.tenant)
        async with connect(other, place.urls) as elsewhere:
            assert await reasons(elsewhere) == set()
            await erased(api, await a_customer(api))
            assert await reasons(elsewhere) == set()
    heard, *unreadable = read_journal(other.journal_path)
    assert heard.keys() == read_journal(place.journal)[0].keys()
    assert unreadable == [0, 0]


async def test_a_journal_can_be_given_to_a_database_that_was_not_restored(
    place: Place,
) -> None:
    async with place.served() as api:
        await staff(api.services, api.tenant)
        id_ = await zephirine(api)
        at = api.services.stores.now().replace(microsecond=0)
        stone = Tombstone(api.tenant, id_[4:], TombstoneKind.ERASED, at)
        await place.replay({stone.key: stone})
        assert await reasons(api.services) == set()
        await gone(api, id_)


# --- the worker and the command line --------------------------------------------------------------


async def test_the_worker_does_nothing_until_it_is_restored(place: Place) -> None:
    async with place.served() as api:
        await staff(api.services, api.tenant)
        id_, other = await zephirine(api), await a_customer(api)
        erasure = await requested(api, other)
        files = place.back_up("both")
        await erased(api, id_)
    await place.restore(files)
    state = "SELECT step FROM erasures WHERE id = $1"
    async with connect(place.settings, place.urls) as services:
        job = Job(ERASE, api.tenant, [erasure])
        queued: Any = SimpleNamespace(payload=job.payload(), attempts=0)
        with pytest.raises(RetryRequested):
            await _handle(services, ERASE, _erase, queued)
        stopping = asyncio.Event()
        working = asyncio.create_task(run(services, place.urls.main, stopping))
        await asyncio.sleep(1)
        sql = "SELECT count(*) FROM pgqueuer WHERE status <> 'queued'"
        assert (await services.pool.fetch(api.tenant, sql))[0][0] == 0
        stopping.set()
        await asyncio.wait_for(working, 10)
        assert (await services.pool.fetch(api.tenant, state, erasure))[0][0] == "REQUESTED"
        await place.replay()
        services.guard._until = 0
        await _handle(services, ERASE, _erase, queued)
        assert (await services.pool.fetch(api.tenant, state, erasure))[0][0] == "COMPLETED"


async def test_the_commands_say_what_they_would_do_and_do_it(place: Place, tmp_path: Path) -> None:
    async with place.served() as api:
        await staff(api.services, api.tenant)
        id_ = await zephirine(api)
        files = place.back_up("both")
        await erased(api, id_)
        known = (await api.services.guard.records.findings()).known
    copy = tmp_path / "copy.journal"
    exported = await farley(place, "tombstones", "export")
    copy.write_text(exported.stdout)
    assert exported.stdout.encode() == b"".join(encoded(one) for one in known.values())
    assert are_alike(known, read_journal(place.journal)[0])
    await place.restore(files)
    place.journal.unlink()
    before = place.dumps()
    checked = await farley(place, "restore", "--check", "--journal", str(copy), "--json")
    assert (checked.returncode, place.journal.exists()) == (1, False)
    said = json.loads(checked.stdout)
    assert (said["mainLacks"], said["vaultLacks"], said["tombstones"]) == (1, 1, 1)
    assert [one["subject"] for one in said["replayed"]] == [id_[4:]]
    assert without_keys(place.dumps()) == without_keys(before)
    refusal = await farley(place, "tenant")
    assert (refusal.returncode, "farley restore" in refusal.stderr) == (1, True)
    done = await farley(place, "restore", "--journal", str(copy))
    assert (done.returncode, done.stdout.count("\n")) == (0, 3), done.stderr
    assert "Replayed 1 tombstones" in done.stderr
    again = await farley(place, "restore", "--check")
    assert (again.returncode, "Nothing is to be done" in again.stderr) == (0, True)
    texts = [one.stdout + one.stderr for one in (checked, refusal, done, again)]
    assert found_in("".join(texts).encode(), (*SEALED, *PLAIN)) == set()
    async with place.served() as api:
        await gone(api, id_)


def without_keys(text: bytes) -> bytes:
    """pg_dump begins and ends with a random word."""
    return re.sub(rb"\\(un)?restrict \w+", b"", text)
