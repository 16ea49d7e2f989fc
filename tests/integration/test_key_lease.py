"""A destroyed key is gone from every process within a second, whether it can hear of it or not."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from api.runtime.wiring import Services
from api.settings.databases import Urls
from api.settings.embedded import EmbeddedCluster
from domain.values.ids import new_id
from privacy.database import DatabaseUnavailableError, TenantPool
from privacy.tombstones.tombstone import TombstoneKind
from privacy.tombstones.witnesses import Witness
from privacy.vault import Vault, key_listener
from privacy.vault.opened_keys import FORGOTTEN_SECONDS, LEASE_SECONDS
from privacy.vault.providers import FileKeyProvider
from tests.api import Api
from tests.builders import a_customer
from tests.policy.test_revocation import Worker, a_worker

SOON_SECONDS = 10.0  # Of waiting for what takes milliseconds, on a machine that others use.


@pytest.fixture
def provider(tmp_path: Path) -> FileKeyProvider:
    return FileKeyProvider(tmp_path / "root.key")


@pytest.fixture
async def vault(urls: Urls, provider: FileKeyProvider, witness: Witness) -> AsyncIterator[Vault]:
    async with a_process(urls.vault, provider, witness) as one:
        yield one


@pytest.fixture
async def elsewhere(services: Services, provider: FileKeyProvider, witness: Witness) -> Vault:
    """Another process, which keeps nothing."""
    return Vault(services.vault_pool, provider, witness=witness)


@pytest.fixture
async def company(elsewhere: Vault) -> str:
    company = new_id()
    await elsewhere.create_tenant(company)
    return company


@asynccontextmanager
async def a_process(
    url: str, provider: FileKeyProvider, witness: Witness | None = None
) -> AsyncIterator[Vault]:
    pool = await TenantPool.open(url)
    one = Vault(pool, provider, witness=witness)
    async with key_listener.listening_for_keys(url, one.opened):
        await until(lambda: has_lease(one))
        yield one
    await pool.close()


async def has_lease(vault: Vault) -> bool:
    return time.monotonic() < vault.opened.until


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(SOON_SECONDS):
        while not await holds():  # noqa: ASYNC110 - another process makes it hold
            await asyncio.sleep(0.005)


def keeps(vault: Vault, company: str, person: str) -> bool:
    return person in vault.opened.of(company)


async def kept(vault: Vault, company: str) -> str:
    """Somebody whose key this process keeps: it does not where it hears of a change meanwhile."""
    ada = new_id()
    await vault.create_keys(company, [ada])

    async def is_kept() -> bool:
        await vault.keys(company, [ada])
        return keeps(vault, company, ada)

    await until(is_kept)
    return ada


class Gate:
    """The way to the vault database, which can be closed, or swallow everything."""

    def __init__(self, url: str, place: Path) -> None:
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        self._socket = f"{query['host'][0]}/.s.PGSQL.{query.get('port', ['5432'])[0]}"
        self._place = place / ".s.PGSQL.5432"
        self.url = f"{parts.scheme}://{parts.netloc}{parts.path}?host={place}&port=5432"
        self._ways: set[asyncio.Task[None]] = set()
        self._passing = asyncio.Event()
        self._passing.set()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._passing.set()
        self._server = await asyncio.start_unix_server(self._serve, self._place)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self._place.unlink(missing_ok=True)
        for way in self._ways:
            way.cancel()
        await asyncio.gather(*self._ways, return_exceptions=True)

    def swallow(self) -> None:
        self._passing.clear()

    async def _serve(self, inside: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        outside, on = await asyncio.open_unix_connection(self._socket)
        for reader, writer in ((inside, on), (outside, back)):
            way = asyncio.create_task(self._pass(reader, writer))
            self._ways.add(way)
            way.add_done_callback(self._ways.discard)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                await self._passing.wait()
                writer.write(data)
        except OSError:
            pass
        finally:
            writer.close()


@pytest.fixture
async def gate(urls: Urls, tmp_path: Path) -> AsyncIterator[Gate]:
    gate = Gate(urls.vault, tmp_path)
    await gate.open()
    yield gate
    await gate.close()


# --- listening -------------------------------------------------------------------------------------


async def test_a_process_forgets_a_key_that_another_destroyed(
    vault: Vault, elsewhere: Vault, company: str
) -> None:
    ada, bob = await kept(vault, company), await kept(vault, company)
    await elsewhere.destroy(company, ada)
    since = time.monotonic()
    await until(lambda: forgot(vault, company, ada))
    assert time.monotonic() - since < SOON_SECONDS
    assert keeps(vault, company, bob)
    assert set(await vault.keys(company, [ada, bob])) == {bob}


async def forgot(vault: Vault, company: str, person: str) -> bool:
    return not keeps(vault, company, person)


async def test_it_asks_where_nobody_tells(
    urls: Urls,
    provider: FileKeyProvider,
    elsewhere: Vault,
    company: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(key_listener, "CHANNEL", "silence")
    assert key_listener.ASK_SECONDS < LEASE_SECONDS / 2 < FORGOTTEN_SECONDS / 2 <= 0.5
    async with a_process(urls.vault, provider) as deaf:
        ada = await kept(deaf, company)
        await elsewhere.destroy(company, ada)
        await elsewhere.forgotten_everywhere()
        assert await deaf.keys(company, [ada]) == {}


async def test_it_is_told_before_it_would_ask(
    urls: Urls,
    provider: FileKeyProvider,
    elsewhere: Vault,
    company: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(key_listener, "ASK_SECONDS", 1_000.0)
    async with a_process(urls.vault, provider) as told:
        ada = await kept(told, company)
        await elsewhere.destroy(company, ada)
        await until(lambda: forgot(told, company, ada))


async def test_destructions_are_heard_in_whatever_order_they_began(
    services: Services, vault: Vault, elsewhere: Vault, company: str, witness: Witness
) -> None:
    """One that began first and is committed last is not overlooked."""
    ada = await kept(vault, company)
    of_ada = company, ada, TombstoneKind.ERASED
    await witness.announce(*of_ada)
    bob, rival = await kept(vault, company), new_id()
    await elsewhere.create_tenant(rival)
    carl = await kept(vault, rival)
    async with services.vault_pool.connection(company) as connection:
        async with connection.transaction():
            await connection.execute("INSERT INTO tombstones VALUES ($1, $2, now())", company, ada)
            await elsewhere.destroy(rival, carl)
            await until(lambda: forgot(vault, rival, carl))
            assert keeps(vault, company, ada)
        await until(lambda: forgot(vault, company, ada))
    await witness.confirm(*of_ada)
    assert keeps(vault, company, bob)


async def test_destroying_waits_for_nobody_and_being_forgotten_everywhere_for_the_lease(
    elsewhere: Vault, company: str
) -> None:
    ada = new_id()
    await elsewhere.create_keys(company, [ada])
    await elsewhere.destroy(company, ada)
    since = time.monotonic()
    await elsewhere.forgotten_everywhere()
    assert time.monotonic() - since >= FORGOTTEN_SECONDS > LEASE_SECONDS


# --- the vault cannot be heard ----------------------------------------------------------------------


async def test_without_the_vault_kept_keys_are_not_used_for_longer_than_a_second(
    gate: Gate, provider: FileKeyProvider, company: str
) -> None:
    async with a_process(gate.url, provider) as one:
        ada = await kept(one, company)
        await gate.close()
        await until(lambda: lost_lease(one))
        with pytest.raises(DatabaseUnavailableError):
            await one.keys(company, [ada])
        await gate.open()
        await until(lambda: has_lease(one))
        assert set(await one.keys(company, [ada])) == {ada}


async def lost_lease(vault: Vault) -> bool:
    return not await has_lease(vault)


async def test_a_vault_that_hangs_is_one_that_cannot_be_heard(
    gate: Gate, provider: FileKeyProvider, company: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("privacy.vault.vault.WAIT_SECONDS", 0.2)
    async with a_process(gate.url, provider) as one:
        ada = await kept(one, company)
        gate.swallow()
        await asyncio.sleep(LEASE_SECONDS)
        assert await lost_lease(one)
        with pytest.raises(DatabaseUnavailableError):
            await one.keys(company, [ada])
        await gate.close()


async def test_what_was_destroyed_while_it_heard_nothing_is_forgotten_too(
    gate: Gate, provider: FileKeyProvider, elsewhere: Vault, company: str
) -> None:
    async with a_process(gate.url, provider) as one:
        ada = await kept(one, company)
        await gate.close()
        await elsewhere.destroy(company, ada)
        await until(lambda: lost_lease(one))
        await gate.open()
        await until(lambda: has_lease(one))
        assert await one.keys(company, [ada]) == {}


async def test_a_process_that_does_not_listen_keeps_nothing_it_uses(
    vault: Vault, elsewhere: Vault, company: str
) -> None:
    ada = await kept(vault, company)
    assert set(await elsewhere.keys(company, [ada])) == {ada}
    await vault.destroy(company, ada)
    assert await elsewhere.keys(company, [ada]) == {}


# --- two processes of the real application -----------------------------------------------------------

NAME = {"query": "{ customers(first: 1) { nodes { name redactions { field reason } } } }"}


def name(worker: Worker) -> str | None:
    answer = worker._http.post("/graphql", json=NAME, timeout=20).json()
    (node,) = answer["data"]["customers"]["nodes"]
    assert (node["name"] is None) is bool(node["redactions"])
    return None if node["name"] is None else str(node["name"])


async def test_two_processes_show_nothing_of_a_destroyed_person_after_a_second(
    api: Api, urls: Urls, cluster: EmbeddedCluster
) -> None:
    customer = await a_customer(api)
    token = await api.token("sales")
    settings = api.services.settings
    with a_worker(settings, urls, token) as one, a_worker(settings, urls, token) as other:
        for worker in (one, other):
            assert await asyncio.to_thread(name, worker) == "Ada Lovelace"
        await api.services.vault.destroy(api.tenant, customer[4:])
        await api.services.vault.forgotten_everywhere()
        for worker in (one, other):
            assert await asyncio.to_thread(name, worker) is None
