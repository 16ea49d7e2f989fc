"""``farley keys`` beside a server that goes on."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from api.settings.databases import Urls
from domain.tables import customers
from privacy.database import TenantPool
from privacy.vault.root_steps import announce
from privacy.vault.rotation import alone
from tests.api import Api
from tests.builders import a_customer, as_service
from tests.commands import Done, beside

READ = "query($id: ID!) { node(id: $id) { ... on Customer { name } } }"


FIND = """{ customers(first: 9, filter: {name: {eq: "Konrad Zuse"}}) { nodes { id } } }"""


class Keys:
    def __init__(self, api: Api, urls: Urls) -> None:
        self.api = api
        self.urls = urls
        self.environment = {
            "FARLEY_DATABASE_URL": urls.main,
            "FARLEY_VAULT_URL": urls.vault,
            "FARLEY_MIGRATE_VAULT_URL": urls.owner_vault,
            "FARLEY_REQUEST_TIMEOUT_MS": "100",
        }

    async def run(self, *words: str) -> Done:
        home = self.api.services.settings.data_dir
        return await beside(home, "keys", *words, **self.environment)

    async def json(self, *words: str, code: int = 0) -> dict[str, Any]:
        done = await self.run(*words, "--json")
        assert (done.returncode, done.stdout == "") == (code, False), done.stderr
        return dict(json.loads(done.stdout))

    @asynccontextmanager
    async def owner(self) -> AsyncIterator[TenantPool]:
        pool = await TenantPool.open(self.urls.owner_vault)
        yield pool
        await pool.close()

    async def name(self, customer: str) -> str:
        return str((await self.api.data(READ, as_="sales", id=customer))["node"]["name"])


@pytest.fixture
def keys(api: Api, urls: Urls) -> Keys:
    return Keys(api, urls)


async def test_keys_are_rotated_rewrapped_and_resealed_while_a_server_goes_on(keys: Keys) -> None:
    ada = await a_customer(keys.api)
    found = await keys.json("status")
    assert (found["settled"], found["unfinished"]) == (True, 0)
    rotated = await keys.json("rotate", "tenant")
    assert rotated == {"version": 2, "rewrapped": found["people"], "retired": 1}
    assert await keys.json("rewrap") == {"rewrapped": 0}
    resealed = await keys.json("reseal", "--subject", ada)
    assert resealed == {"people": 1, "rows": 1, "dropped": 1}
    assert await keys.name(ada) == "Ada Lovelace"
    verified = await keys.json("verify", "--all")
    assert (verified["rows"] > 0, verified["broken"]) == (True, [])
    assert "seal  2  " in (await keys.run("status")).stdout
    started = await keys.run("reseal", "--background", "--subject", ada)
    assert (started.returncode, started.stdout) == (0, "")
    assert (await keys.run("reseal", "--background")).returncode == 2


async def test_the_index_root_gives_way_to_a_newer_one_while_a_server_goes_on(keys: Keys) -> None:
    ada = await a_customer(keys.api, familyName="Zuse", givenName="Konrad")
    done = await keys.json("reindex")
    assert (done["version"], done["records"] > 0) == (2, True)
    found = await keys.json("status")
    assert (found["settled"], found["older_rows"]) == (True, 0)
    data = await keys.api.data(FIND, as_="sales")
    assert [one["id"] for one in data["customers"]["nodes"]] == [ada]
    uses = {(one["use"], one["version"]) for one in found["tenant_keys"]}
    assert {("index", 2), ("index/api-key", 1)} < uses
    assert ("index", 1) not in uses
    async with keys.owner() as owner:
        await announce(owner, keys.api.services.vault.provider, keys.api.tenant)
        shown = (await keys.run("status")).stdout
        assert re.search(r"index  3  .* ANNOUNCED  (\d+) of \1 rows to do", shown)
        async with alone(owner, keys.api.tenant):
            refused = await keys.run("reindex")
        assert refused.returncode == 1
        assert "Another process rotates" in refused.stderr
    assert (await keys.json("reindex"))["version"] == 3


async def test_what_does_not_open_is_printed_and_the_exit_code_tells(keys: Keys) -> None:
    ada = await a_customer(keys.api)
    async with as_service(keys.api) as work:
        spoilt = sa.update(customers).where(customers.c.id == ada[4:]).values(sealed=b"\x01\x01")
        await work.execute(spoilt)
    found = await keys.json("verify", "--sample", "100000", code=1)
    reason = "the sealed value was made with another key"
    assert found["broken"] == [
        {"table": "customers", "row": ada[4:], "subject": ada[4:], "reason": reason}
    ]
    done = await keys.run("verify", "--all")
    assert done.returncode == 1
    assert done.stdout == f"customers  {ada[4:]}  {ada[4:]}  {reason}\n"


async def test_the_servers_role_may_not_rotate_and_the_command_says_what_may(
    keys: Keys, urls: Urls
) -> None:
    keys.environment["FARLEY_MIGRATE_VAULT_URL"] = urls.vault
    done = await keys.run("rotate", "tenant")
    assert done.returncode == 1
    assert "set FARLEY_MIGRATE_VAULT_URL" in " ".join(done.stderr.split())
    keys.environment["FARLEY_MIGRATE_VAULT_URL"] = urls.owner_vault
    assert (await keys.json("rotate", "tenant"))["retired"] == 1
    assert (await keys.json("status"))["settled"]


async def test_two_at_once_are_not_and_say_so(keys: Keys) -> None:
    async with alone(keys.api.services.vault_pool, keys.api.tenant):
        done = await keys.run("rotate", "tenant")
    assert done.returncode == 1
    assert "Another process rotates this tenant's keys" in done.stderr
