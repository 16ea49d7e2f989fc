"""``farley import --check``: everything is validated, nothing is written, the report is that of the run."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from api.runtime.wiring import Services
from api.settings.databases import Urls
from api.settings.embedded import EmbeddedCluster
from domain.access.caller import Caller
from domain.entities.registry import BUILT_IN
from domain.importing.mapping.mapping_file import parse_mapping
from domain.importing.plan import plan_import
from domain.importing.run import FileResult, ImportRun
from domain.importing.write.batches import BulkWriter

MAPPING = """
system: check
files:
  - file: staff.csv
    records:
      - {target: member, reference: id, handle: handle, role: {constant: MEMBER}, department: team,
         manager: boss, fields: {name: name}}
  - file: accounts.csv
    records:
      - {target: partner_account, handle: handle, kind: {constant: PARTNER}, name: name}
  - file: people.csv
    records:
      - target: customer
        reference: id
        owner: owner
        partner_account: account
        fields: {kind: {constant: PERSON}, family_name: last, birth_date: {column: born, invalid: skip}}
        contact_points: [{kind: EMAIL, value: mail}]
        relationships: [{type: HOUSEHOLD, to: with}]
        consents: [{purpose: consent, status: {constant: GRANTED}, given_at: since}]
  - file: notes.csv
    records:
      - target: interaction
        reference: id
        customer: who
        fields: {channel: {constant: EMAIL}, direction: {constant: INBOUND}, occurred_at: at, body: text}
      - target: opportunity
        reference: {system: check.deals, id: id}
        customer: who
        pipeline: {constant: Standard}
        stage: stage
        fields: {title: text, amount: {constant: 5}, currency: {constant: EUR}}
  - file: later.csv
    records:
      - {target: customer, reference: id, fields: {kind: {constant: PERSON}, family_name: last}}
"""
FILES = {
    "staff.csv": "id,handle,team,boss,name\nm1,check.ann,SALES,m2,Ann\nm2,check.bea,SALES,,Bea\n"
    "m3,check.ann,SALES,,Other\nm4,check.cy,KITCHEN,,Cy\n",
    "accounts.csv": "handle,name\ncheck-acme,Acme\n,None\n",
    "people.csv": "id,last,born,mail,owner,account,with,consent,since\n"
    "1,One,soon,one@example.org,m1,check-acme,2,marketing,2024-01-01\n"
    "2,Two,1970-01-01,two@example.org,m1,,,,\n"
    "3,Three,,nowhere,m9,check-none,,,\n"
    "4,Four,,four@example.org,,,1,shopping,\n"
    "5,Five,,five@example.org,,,3,,\n",
    "notes.csv": "id,who,at,text,stage\n1,1,2024-01-01,Hello,New\n2,9,2024-01-01,Nobody,New\n"
    "3,2,soon,Soon,Never\n",
    "later.csv": "id,last\n1,One\n2,Other\n6,Six\n",
}
Counts = dict[str, int]


class Check:
    def __init__(self, services: Services, caller: Caller, home: Path) -> None:
        self.services, self.caller, self.home = services, caller, home

    async def run(
        self, *, check: bool, batch_size: int = 2
    ) -> tuple[list[FileResult], dict[str, str]]:
        """The results, and what the rejects files say."""
        (self.home / "m.yaml").write_text(MAPPING)
        for name, content in FILES.items():
            (self.home / name).write_text(content)
        plans = plan_import(
            parse_mapping(self.home / "m.yaml", BUILT_IN), [self.home / name for name in FILES]
        )
        writer = BulkWriter(self.services.stores, self.caller, "DE", check=check)
        run = ImportRun(writer, batch_size=batch_size)
        results = [
            await run.file(
                plan, self.home / f"{plan.source.path.name}.rejects.csv", lambda *_: None
            )
            for plan in plans
        ]
        return results, {p.name: p.read_text() for p in sorted(self.home.glob("*.*.csv"))}


@pytest.fixture
async def check(services: Services, tenant: str, tmp_path: Path) -> Check:
    caller = await services.caller(services.service_principal(tenant), "administration")
    return Check(services, caller, tmp_path)


@pytest.fixture
def counts(cluster: EmbeddedCluster, urls: Urls) -> Callable[[], Awaitable[Counts]]:
    """How many rows every table of both databases has, and how large it is."""

    async def counted() -> Counts:
        found: dict[str, Any] = {}
        for url in (urls.main, urls.vault):
            name = urlsplit(url).path[1:]
            connection = await asyncpg.connect(cluster.url(name))
            tables = await connection.fetch(
                "SELECT tablename FROM pg_tables WHERE schemaname='public'"
            )
            for (table,) in tables:
                found[table] = await connection.fetchval(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - names of our own tables
            await connection.close()
        return found

    return counted


async def test_a_check_tells_what_the_run_tells_and_writes_nothing(
    check: Check, counts: Callable[[], Awaitable[Counts]]
) -> None:
    before = await counts()
    checked = await check.run(check=True)
    assert await counts() == before
    assert [(r.created, r.rejected) for r in checked[0]] == [(2, 2), (1, 1), (2, 3), (2, 4), (1, 0)]
    real = await check.run(check=False)
    assert checked == real
    assert await counts() != before

    again = await counts()
    checked = await check.run(check=True)
    after = await counts()
    assert {t: n for t, n in after.items() if n != again[t]}.keys() <= {"audit_leaves"}, (
        "what was opened"
    )
    assert checked == await check.run(check=False)


async def test_a_check_leaves_no_bytes_of_the_rows_in_the_tables(
    check: Check, cluster: EmbeddedCluster, urls: Urls
) -> None:
    """Rows that are rolled back stay in the files for a while: a check makes none."""
    name = urlsplit(urls.main).path[1:]
    connection = await asyncpg.connect(cluster.url(name))
    size = "SELECT sum(pg_relation_size(oid)) FROM pg_class WHERE relname IN ('customers', 'search_tokens')"
    before = await connection.fetchval(size)
    FILES["later.csv"] = "id,last\n" + "".join(f"z{n},Name{n}\n" for n in range(500))
    try:
        results, _ = await check.run(check=True, batch_size=100)
    finally:
        FILES["later.csv"] = "id,last\n1,One\n2,Other\n6,Six\n"
    assert results[-1].created == 500
    assert await connection.fetchval(size) == before
    await connection.close()
