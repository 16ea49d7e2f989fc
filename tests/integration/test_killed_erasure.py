"""A worker that is killed in the middle of an erasure (SIGKILL to a real process): whoever comes next goes
on, it is completed once, its counts are right, and nobody ever sees half of it.
"""

import asyncio
import json
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from string import ascii_lowercase
from typing import Any, NamedTuple

import pytest

from api.settings.databases import Urls
from api.settings.settings import Settings
from tests.api import Api
from tests.builders import a_customer, an_interaction, an_opportunity
from tests.integration.killed_worker import NOWHERE, POINTS
from tests.security.edges.amount import ALL
from tests.security.test_erasure import trail

pytestmark = pytest.mark.proof

PATIENCE_S = 60
STATES = ["REQUESTED", "SUPPRESSED", "KEY_DESTROYED", "COMPLETED"]
OLD = "UPDATE pgqueuer SET heartbeat = now() - interval '1 hour' WHERE status = 'picked'"
SHOWN = """query($id: ID!, $erasure: ID!, $address: String!) {
    node(id: $id) { ... on Customer { name email contactPoints { value } } }
    erasure(id: $erasure) { state registrations
        mentions { count byType { type count } records isComplete } }
    interactions(first: 50, filter: {channel: {eq: CHAT}}) { nodes { id body version } }
    opportunities(first: 50) { nodes { id title version } }
    customers(first: 9, filter: {email: {eq: $address}}) { nodes { id } } }"""


DEAREST = (
    "kept out in the vault, not in main",
    "more mentions, not committed",
    "no key in the vault",
    "key destroyed",
    "completed, the job is left",
)
"""The points that are tried where not all are."""


class Killers:
    """The process whose forks are the workers."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    @asynccontextmanager
    async def started(cls, settings: Settings, urls: Urls) -> AsyncIterator["Killers"]:
        about = {
            "urls": asdict(urls),
            "data_dir": str(settings.data_dir),
            "tenant": settings.tenant,
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.integration.killed_worker", json.dumps(about)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            yield cls(process)
        finally:
            process.kill()
            await process.wait()

    async def start(self, point: str) -> int:
        """A worker that will be killed there; its process id."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{point}\n".encode())
        return await self._number()

    async def ended(self) -> int:
        """How it ended."""
        return await self._number()

    async def _number(self) -> int:
        assert self._process.stdout is not None
        while True:
            line = await asyncio.wait_for(self._process.stdout.readline(), PATIENCE_S)
            assert line, "the worker's parent has ended"
            if line.strip().lstrip(b"-").isdigit():
                return int(line)


@pytest.fixture(scope="module")
async def killers(settings: Settings, urls: Urls, api: Api) -> AsyncIterator[Killers]:
    async with Killers.started(settings, urls) as killers:
        yield killers


class Leaving(NamedTuple):
    """Somebody of whom five texts and a deal's title speak."""

    id: str
    erasure: str
    surname: str
    texts: int


MARK = "█"


async def a_leaving(api: Api, number: int) -> Leaving:
    tens, ones = divmod(number, len(ascii_lowercase))
    surname = f"Zerfass{ascii_lowercase[tens]}{ascii_lowercase[ones]}b"
    address = f"{surname.lower()}@imp.example"
    point = {"kind": "EMAIL", "value": address}
    id_ = await a_customer(api, givenName="Brunhard", familyName=surname, contactPoints=[point])
    alma = await a_customer(api, givenName="Alma", familyName=f"Other{number}")
    said = f"Brunhard {surname} decides, reach {address}"
    for _ in range(5):
        await an_interaction(api, alma, body=said, channel="CHAT")
    await an_opportunity(api, alma, title=said)
    payload = await api.mutate("eraseSubject", "erasure { id }", as_="compliance", customerId=id_)
    return Leaving(id_, payload["erasure"]["id"], surname, 6)


async def seen(api: Api, who: Leaving) -> dict[str, Any]:
    """What is shown of it now, which is never half of something."""
    await api.services.guard.require()
    address = f"{who.surname.lower()}@imp.example"
    found = await api.data(SHOWN, as_="compliance", id=who.id, erasure=who.erasure, address=address)
    assert found["node"] == {"name": None, "email": None, "contactPoints": []}
    assert found["customers"]["nodes"] == []
    texts = [(one["body"], one["version"]) for one in found["interactions"]["nodes"]]
    texts += [(one["title"], one["version"]) for one in found["opportunities"]["nodes"]]
    marked = [(text, version) for text, version in texts if MARK in text]
    assert {(who.surname in text, version) for text, version in marked} <= {(False, 2)}
    assert {version for text, version in texts if MARK not in text} <= {1}
    found["left"] = sum(who.surname in text for text, _ in texts)
    return found


def consistent(who: Leaving, found: dict[str, Any]) -> None:
    """Counted is what was redacted."""
    mentions = found["erasure"]["mentions"]
    done = who.texts - found["left"]
    assert mentions["records"] == done
    assert mentions["count"] == 2 * done
    assert found["erasure"]["registrations"] == []


async def abandoned(api: Api) -> None:
    """Half a minute later: whoever did the jobs is taken to be gone."""
    async with api.services.pool.unbound() as connection:
        await connection.execute(OLD)


async def completed(api: Api, killers: Killers, all_: Sequence[Leaving]) -> None:
    """A worker that nobody kills brings them to their end, and leaves no job."""
    pid = await killers.start(NOWHERE)
    async with asyncio.timeout(PATIENCE_S):
        while await jobs(api):  # noqa: ASYNC110 - what changes is in another process
            await asyncio.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    assert await killers.ended() == -signal.SIGKILL
    told = Counter(
        (leaf["action"], entity) for leaf in await trail(api) for entity in leaf["entities"]
    )
    for who in all_:
        found = await seen(api, who)
        consistent(who, found)
        assert (found["erasure"]["state"], found["left"]) == ("COMPLETED", 0)
        assert found["erasure"]["mentions"]["isComplete"]
        for action in ("ErasureRequested", "SubjectKeyDestroyed", "SubjectErased"):
            assert told[action, who.id[4:]] == 1
        assert await api.services.vault.keys(api.tenant, [who.id[4:]]) == {}
    redacted = [count for (action, _), count in told.items() if action == "MentionsRedacted"]
    assert set(redacted) == {1}
    findings = await api.services.guard.records.findings()
    assert not findings.reasons
    assert not findings.journal_lacks
    assert not findings.unconfirmed


async def jobs(api: Api) -> int:
    async with api.services.pool.unbound() as connection:
        sql = "SELECT count(*) FROM pgqueuer WHERE entrypoint = 'erase'"
        return int(await connection.fetchval(sql))


async def test_an_erasure_whose_worker_is_killed_at_every_point_is_completed_once(
    api: Api, killers: Killers
) -> None:
    who = await a_leaving(api, 0)
    reached = 0
    for point in POINTS if ALL else DEAREST:
        await killers.start(point)
        assert await killers.ended() == -signal.SIGKILL, point
        found = await seen(api, who)
        consistent(who, found)
        state = STATES.index(found["erasure"]["state"])
        assert state >= reached, point
        reached = state
        await abandoned(api)
    await completed(api, killers, [who])


@pytest.mark.skipif(not ALL, reason="it takes minutes: make proof EDGES=all")
@pytest.mark.parametrize("seed", range(12))
async def test_several_whose_worker_is_killed_anywhere_are_completed_once(
    api: Api, killers: Killers, seed: int
) -> None:
    chance = random.Random(seed)
    all_ = [await a_leaving(api, 1 + seed * 3 + number) for number in range(3)]
    for _ in range(8):
        pid = await killers.start(NOWHERE)
        await asyncio.sleep(0.2 + chance.random() * 1.5)
        os.kill(pid, signal.SIGKILL)
        assert await killers.ended() == -signal.SIGKILL
        for who in all_:
            consistent(who, await seen(api, who))
        await abandoned(api)
    await completed(api, killers, all_)
