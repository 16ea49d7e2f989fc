"""An import that was killed is gone on with by running it again."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.runtime.wiring import Services
from api.settings.databases import Urls
from api.settings.settings import Settings

pytestmark = pytest.mark.proof

ROWS = 15_000
MAPPING = """
system: killed
files:
  - file: people.csv
    records:
      - target: customer
        reference: id
        fields:
          kind: {constant: PERSON}
          lifecycle: {constant: LEAD}
          family_name: name
        contact_points:
          - {kind: EMAIL, value: email}
"""


def command(home: Path, settings: Settings, urls: Urls) -> tuple[list[str], dict[str, str]]:
    environment = {
        **os.environ,
        "FARLEY_DATA_DIR": str(settings.data_dir),
        "FARLEY_DATABASE_URL": urls.main,
        "FARLEY_VAULT_URL": urls.vault,
    }
    words = ["import", "--json", "--mapping", str(home / "people.yaml"), str(home / "people.csv")]
    return [sys.executable, "-m", "api.cli", *words], environment


async def count(services: Services, tenant: str) -> int:
    rows = await services.pool.fetch(
        tenant, "SELECT count(*) FROM customers WHERE tenant_id = $1", tenant
    )
    return int(rows[0][0])


async def test_a_killed_import_goes_on_where_it_was(
    tmp_path: Path, settings: Settings, urls: Urls, services: Services, tenant: str
) -> None:
    (tmp_path / "people.yaml").write_text(MAPPING)
    rows = "".join(f"K{n},Name{n},person{n}@example.org\n" for n in range(ROWS))
    (tmp_path / "people.csv").write_text(f"id,name,email\n{rows}")
    words, environment = command(tmp_path, settings, urls)
    process = await asyncio.create_subprocess_exec(
        *words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    async with asyncio.timeout(60):
        while not await count(services, tenant):  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.05)
    process.kill()
    await process.wait()
    await asyncio.sleep(1)  # What the database had begun for the dead process ends.
    there = await count(services, tenant)
    assert 0 < there < ROWS

    again = await asyncio.to_thread(
        subprocess.run, words, env=environment, capture_output=True, check=True
    )
    (result,) = json.loads(again.stdout)["files"]
    assert (result["created"], result["unchanged"]) == (ROWS - there, there)
    assert await count(services, tenant) == ROWS
