"""A newer index root takes an older one's place: what is found at any step, and wherever it stops."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from api.settings.databases import Urls
from domain.importing.records.records import Reference
from domain.values.ids import new_id
from privacy.vault.index_roots import Step
from tests.api import Api
from tests.integration.index_root_world import (
    Company,
    a_company,
    a_record,
    company,
    only,
)

pytestmark = pytest.mark.proof

__all__ = ["company"]

SOON_SECONDS = 60.0


@pytest.mark.parametrize("seed", range(3))
async def test_at_every_step_every_record_is_found_by_every_path_and_no_other_is(
    company: Company, seed: int
) -> None:
    """Meanwhile records are made and changed by one process, and imported by another."""
    chance = random.Random(seed)
    seen: set[str] = set()
    async for _ in (await company.work()).steps():
        seen.add(str((await company.api.services.vault.newer(company.api.tenant, None)).step))
        match chance.randrange(4):
            case 0:
                await company.takes_in(1)
            case 1:
                await company.renames(chance.choice(company.people), chance.randrange(8))
            case 2:
                imported = await company.imports(*map(a_record, company.people))
                assert (imported.created, imported.rejected) == (0, ())
        await company.everybody_is_found()
    assert seen == {*Step, "None"}
    assert await company.roots() == only(2)


async def test_what_stopped_after_any_step_is_gone_on_with(company: Company) -> None:
    number, ended = 0, False
    while not ended:
        ended, number = True, number + 1
        taken = 0
        async for _ in (await company.work()).steps():
            taken += 1
            if taken == number:
                ended = False
                break
        await company.everybody_is_found()
    roots = await company.roots()
    assert {tuple(versions) for versions in roots.values()} == {tuple(roots["lookup_tags"])}
    assert len(roots["lookup_tags"]) == 1


async def test_one_that_was_killed_loses_nothing_and_is_gone_on_with(api: Api, urls: Urls) -> None:
    company = await a_company(api, urls, "killed-roots")
    await company.takes_in(3)
    await company.imports(
        *(replace(a_record(company.people[0]), reference=_reference(n)) for n in range(1_500))
    )
    process = subprocess.Popen(  # noqa: ASYNC220 - our own command, killed below
        [sys.executable, "-m", "api.cli", "keys", "reindex"],
        env={
            **os.environ,
            "FARLEY_DATA_DIR": str(api.services.settings.data_dir),
            "FARLEY_DATABASE_URL": urls.main,
            "FARLEY_VAULT_URL": urls.vault,
            "FARLEY_MIGRATE_VAULT_URL": urls.owner_vault,
            "FARLEY_REQUEST_TIMEOUT_MS": "100",
            "FARLEY_TENANT": "killed-roots",
        },
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + SOON_SECONDS
    while 2 not in (await company.roots())["search_tokens"]:
        assert process.poll() is None, "it ended before it was killed"
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert (await company.roots())["search_tokens"] == [1, 2]
    done = await (await company.work()).run(print)
    assert done.version == 2
    assert 0 < done.records < 1_510
    assert await company.roots() == only(2)
    await company.owner.close()


def _reference(number: int) -> Reference:
    return Reference("erp", f"bulk {number} {new_id()}")
