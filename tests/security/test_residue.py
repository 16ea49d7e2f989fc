"""What a company's run leaves: no value in any table, queue, trail, statistic or log; and the search that
says so would have found one wherever it hid.
"""

import asyncio
import base64
import json
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from api.cli.app import app
from api.runtime import worker
from api.settings.databases import Urls
from api.settings.embedded import EmbeddedCluster
from api.settings.roles_and_databases import OWNER
from domain.demo.load import load_demo
from domain.entities.registry import BUILT_IN
from domain.importing.mapping.mapping_file import parse_mapping
from domain.importing.plan import plan_import
from domain.importing.run import ImportRun
from domain.importing.write.batches import BulkWriter
from domain.writing.jobs import DETECT
from domain.writing.unit_of_work import unit_of_work
from privacy.leak_scan.files import search_path
from privacy.leak_scan.report import Report
from privacy.leak_scan.scanner import Scanner
from privacy.leak_scan.sought_values import SoughtValue
from privacy.leak_scan.tables import search_database
from tests.api import Api
from tests.builders import a_customer, a_department, an_interaction, another_tenant
from tests.dumps import dump
from tests.footprints import Heard
from tests.security.bad import posted
from tests.security.zephirine import EMAIL, NAME, NOTE, PHONE, PLAIN, REFERENCE, SEALED, zephirine

VALUE = "Zéphirine O'Quetzal"
DATABASES = ("main", "vault")
CATALOGUE = "pg_catalog"


def name_of(url: str) -> str:
    return url.split("?", maxsplit=1)[0].rpartition("/")[2]


async def searched(urls: Urls, values: Iterable[str], user: str | None = "postgres") -> Report:
    """Both databases, as a superuser unless somebody else is named."""
    scanner = Scanner(SoughtValue(number, value) for number, value in enumerate(values, 1))
    report = Report()
    for name, url in zip(DATABASES, (urls.main, urls.vault), strict=True):
        await search_database(scanner, name, url, report, user)
    return report


def places(report: Report) -> set[str]:
    return {find.place for find in report.finds()}


# --- a run ----------------------------------------------------------------------------------------

MAPPING = """
system: erp
files:
  - file: people.csv
    records:
      - target: customer
        reference: id
        fields: {kind: {constant: PERSON}, given_name: given, family_name: family}
        contact_points: [{kind: EMAIL, value: mail}, {kind: PHONE, value: phone}]
"""
IMPORTED = [
    ("imp-4711-a", "Ottokar", "Wumpelfrosch", "ottokar@wumpelfrosch.example", "+49 1517 9182736"),
    ("imp-4711-b", "Philomena", "Krautgaertner", "philomena@kraut.example", "+49 1517 8273645"),
    ("imp-4711-c", "Balthasar", "Zwetschgenmus", "balthasar at nowhere", "+49 1517 7364554"),
]
CREATE = "mutation($v: CreateCustomerInput!) { createCustomer(input: $v) { userErrors { code } } }"
BY_EMAIL = "query($v: String) { customers(first: 1, filter: {email: {eq: $v}}) { totalCount } }"
REFUSED: list[tuple[str, Any]] = [
    (CREATE, {"kind": NAME, "givenName": NAME}),
    (CREATE, {"kind": "PERSON", "givenName": NAME, NOTE: EMAIL}),
    (CREATE, {"kind": "PERSON", "givenName": NAME, "birthDate": PHONE}),
    (CREATE, {"kind": "PERSON", "contactPoints": [{"kind": "EMAIL", "value": f"{EMAIL}@{EMAIL}"}]}),
    (CREATE, {"kind": "PERSON", "givenName": NAME * 500}),
    (BY_EMAIL, {"eq": EMAIL}),
    (BY_EMAIL, f"{EMAIL}\0"),
    (f'{{ customers(first: 1, filter: {{email: {{eq: "{EMAIL}"}}}}) {{ x }} }}', None),
    (f'{{ search(query: "{NAME}", first: 1) {{ nothing }} }}', None),
    (f'{{ node(id: "{NOTE}") {{ id }} }}', None),
    (f'{{ customers(first: 1, after: "{REFERENCE}") {{ totalCount }} }}', None),
    (f'{{ "{NOTE}"', None),
]
PEOPLE = """query($after: String) { customers(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { name contactPoints { value } interactions(first: 20) { nodes { subject body } } } } }"""


async def written(company: Api, files: Path) -> None:
    """A demo, an import and its rejects."""
    caller, region = await company.services.acting(company.tenant)
    stores = company.services.stores
    await load_demo(stores, caller, region, customers=60, seed=11, progress=lambda _: None)
    mapping, people = files / "mapping.yaml", files / "people.csv"
    mapping.write_text(MAPPING)
    lines = [("id", "given", "family", "mail", "phone"), *IMPORTED]
    people.write_text("".join(",".join(line) + "\n" for line in lines))
    (plan,) = plan_import(parse_mapping(mapping, BUILT_IN), [people])
    run = ImportRun(BulkWriter(stores, caller, region))
    result = await run.file(plan, files / "people.csv.rejects.csv", lambda *_: None)
    assert (result.created, result.rejected) == (2, 1)


async def changed(company: Api) -> None:
    """Mutations, one that is repeated, and jobs, of which one fails for its values."""
    id_ = await a_customer(company, givenName="Ottilie", familyName="Wumpelfrosch")
    change = {"id": id_, "expectedVersion": 1, "familyName": "Krautgaertner"}
    for _ in range(2):
        await company.mutate("updateCustomer", "customer { id }", as_="sales", **change)
    made = {"kind": "PERSON", "givenName": "Philomena", "clientMutationId": "retry-of-philomena"}
    made |= {"departmentId": a_department(company, "SALES")}
    for _ in range(2):
        await company.mutate("createCustomer", "customer { id }", as_="sales", **made)
    body = "Wumpelfrosch wants eleven crates of marmalade by Friday"
    await an_interaction(company, id_, subject="Marmalade for Wumpelfrosch", body=body)


async def refused(company: Api) -> None:
    for query, value in REFUSED:
        await company.post(query, as_="sales", v=value)
    for content in (f'{{"query": "{NOTE}'.encode(), NOTE.encode(), EMAIL.encode("utf-16")):
        assert (await posted(company, content)).status_code >= 400
    await company.http.get(f"/graphql?query={quote(NOTE)}", headers={"authorization": EMAIL})
    await company.http.get(f"/{quote(EMAIL)}?{quote(NOTE)}")


async def worked(company: Api, urls: Urls, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker meets an error that repeats a text, and leaves it in its log and its queue."""

    async def fails(*_: object) -> None:
        stopping.set()
        raise ValueError(f"cannot look through {NOTE!r}")

    stopping = asyncio.Event()
    caller, region = await company.services.acting(company.tenant)
    async with unit_of_work(company.services.stores, caller, region) as work:
        work.enqueue(DETECT, [str(uuid.uuid4())])
    monkeypatch.setitem(worker.HANDLERS, DETECT, fails)
    async with asyncio.timeout(60):
        await worker.run(company.services, urls.main, stopping)


async def seeded(company: Api) -> set[str]:
    """What the people of the demo and of the import said and are called, as compliance reads it."""
    values: set[str] = set()
    after: str | None = None
    more = True
    while more:
        page = (await company.data(PEOPLE, as_="compliance", after=after))["customers"]
        for node in page["nodes"]:
            texts = [t for call in node["interactions"]["nodes"] for t in call.values() if t]
            values |= {node["name"], *(point["value"] for point in node["contactPoints"])}
            values |= {text[start : start + 40] for text in texts for start in (0, 40, 120)}
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return {value.strip() for value in values if value and len(value.strip()) >= 8}


async def analyzed(urls: Urls) -> None:
    for url in (urls.main, urls.vault):
        connection = await asyncpg.connect(url, user="postgres")
        await connection.execute("ANALYZE")
        await connection.close()


async def test_a_run_leaves_no_value_anywhere(
    api: Api,
    urls: Urls,
    cluster: EmbeddedCluster,
    heard: Heard,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level("WARNING", "httpx")  # The client's own log of what it asked for.
    company = await another_tenant(api, "residue")
    id_ = await zephirine(company)
    await written(company, tmp_path)
    await changed(company)
    await refused(company)
    await worked(company, urls, monkeypatch)
    people = await seeded(company)
    assert len(people) > 300
    assert {f"{given} {family}" for _, given, family, *_ in IMPORTED[:2]} <= people
    before = await searched(urls, PLAIN)
    assert {find.needle for find in before.finds()} == {1, 2, 3, 4, 5}
    await analyzed(urls)
    erased = await company.mutate(
        "eraseSubject", "customer { id }", as_="compliance", customerId=id_
    )
    assert erased["userErrors"] == []
    await analyzed(urls)  # Until then statistics know what stood in the clear: docs/residue.md.
    wanted = sorted(people | {*SEALED, *PLAIN, *(v for row in IMPORTED for v in row)} - {"Ignatz"})
    report = await searched(urls, wanted)
    (tmp_path / "people.csv").unlink()
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "heard.log").write_text(heard.text())
    for number, url in enumerate((urls.main, urls.vault)):
        (logs / f"{number}.sql").write_bytes(dump(cluster, name_of(url)))
    scanner = Scanner(SoughtValue(number, value) for number, value in enumerate(wanted, 1))
    search_path(scanner, tmp_path, report)
    assert [(wanted[find.needle - 1], find) for find in report.finds()] == []
    assert (report.unread, report.closed, report.more) == ([], [], 0)
    assert report.files == 5
    assert (await queue(urls)).count("ValueError") >= 1
    assert "job.failed" in (logs / "heard.log").read_text()


async def queue(urls: Urls) -> str:
    connection = await asyncpg.connect(urls.main, user="postgres")
    try:
        return str(await connection.fetch("SELECT l::text FROM pgqueuer_log l"))
    finally:
        await connection.close()


# --- would it have been found? --------------------------------------------------------------------


def escaped(text: str) -> str:
    return json.dumps(text)[1:-1]


def in_base64(data: bytes) -> str:
    return base64.b64encode(data + b".").decode()


HIDING: dict[str, Callable[[str], str]] = {
    "text": str,
    "folded": str.casefold,
    "capitals": str.upper,
    "hexadecimal": lambda v: v.encode().hex(),
    "URL": lambda v: quote(v, safe=""),
    "JSON": escaped,
    "JSON in JSON": lambda v: escaped(escaped(v)),
    "base64": lambda v: in_base64(b"" + v.encode()),
    "base64 after one byte": lambda v: in_base64(b"\0" + v.encode()),
    "base64 after two bytes": lambda v: in_base64(b"\0\0" + v.encode()),
}
COLUMNS = {
    "text": "$1::text",
    "varchar": "$1::varchar",
    "jsonb": "jsonb_build_object('a', jsonb_build_array($1::text))",
    "json": "json_build_object($1::text, 1)",
    "text[]": "ARRAY[NULL, 'x', $1::text]",
    "bytea": "convert_to($1::text, 'UTF8')",
    "bytea[]": "ARRAY[convert_to($1::text, 'UTF8')]",
}
UNSEEN = {"bytea[]": ("hexadecimal", "URL", "JSON in JSON")}
"""What would be hexadecimal of hexadecimal, of a URL, or of an escape of an escape."""


@pytest.fixture
async def planted(urls: Urls) -> Any:
    """A table with a column of each type, in a schema that nobody thinks of."""
    connection = await asyncpg.connect(urls.vault, user="postgres")
    await connection.execute('CREATE SCHEMA "odd.place"')
    yield connection
    await connection.execute('DROP SCHEMA "odd.place" CASCADE')
    await connection.close()


@pytest.mark.parametrize("type_", COLUMNS)
async def test_a_value_is_found_in_a_table(
    urls: Urls, planted: asyncpg.Connection, type_: str
) -> None:
    await planted.execute(f'CREATE TABLE "odd.place"."a ""table""" ("a \'column" {type_}, n int)')
    hidden = [hide(VALUE) for form, hide in HIDING.items() if form not in UNSEEN.get(type_, ())]
    for text in hidden:
        await planted.execute(
            f'INSERT INTO "odd.place"."a ""table""" SELECT {COLUMNS[type_]}, 1', text
        )
    report = await searched(urls, ["somebody else", VALUE])
    assert places(report) == {'vault.odd.place.a "table".a \'column'}
    assert {find.needle for find in report.finds()} == {2}
    assert sum(find.count for find in report.finds()) == len(hidden)
    assert report.unread == []


async def test_a_value_is_found_in_statistics_comments_and_code(
    urls: Urls, planted: asyncpg.Connection
) -> None:
    await planted.execute('CREATE TABLE "odd.place".t (a text)')
    await planted.execute('INSERT INTO "odd.place".t SELECT $1 FROM generate_series(1, 9)', VALUE)
    await planted.execute('ANALYZE "odd.place".t')
    await planted.execute('TRUNCATE "odd.place".t')
    quoted = VALUE.replace("'", "''")
    await planted.execute(f"COMMENT ON TABLE \"odd.place\".t IS '{quoted}'")
    await planted.execute(f"ALTER TABLE \"odd.place\".t ALTER a SET DEFAULT '{quoted}'")
    report = await searched(urls, [VALUE])
    statistics = {"pg_stats.most_common_vals", "pg_statistic.stavalues1"}
    found = {place.removeprefix("vault.pg_catalog.") for place in places(report)}
    assert statistics | {"pg_description.description"} <= found
    assert any(place.startswith("pg_stat_activity.query") for place in found)


async def test_a_row_is_told_by_where_it_lies(urls: Urls, planted: asyncpg.Connection) -> None:
    await planted.execute('CREATE TABLE "odd.place".t (a text, b text, c bytea, d text)')
    rows = [("x", None, b"y", VALUE if number in {333, 777} else "z") for number in range(1_000)]
    await planted.copy_records_to_table("t", schema_name="odd.place", records=rows)
    (find,) = (await searched(urls, [VALUE])).finds()
    row = await planted.fetchrow(
        'SELECT ctid::text, d FROM "odd.place".t WHERE d = $1 ORDER BY ctid', VALUE
    )
    assert row is not None
    assert (find.place, find.first, find.count) == ("vault.odd.place.t.d", f"row {row[0]}", 2)


# --- who may see every row ------------------------------------------------------------------------


@pytest.mark.parametrize("user", [OWNER, None])
async def test_who_sees_the_rows_of_one_tenant_only_is_told_so(
    api: Api, urls: Urls, user: str | None
) -> None:
    await a_customer(api, tags=["a-tag-in-the-clear"])
    report = await searched(urls, ["a-tag-in-the-clear"], user)
    assert not report.found
    assert {"main.customers", "main.outbox", "vault.subject_keys"} <= set(report.unread)


@pytest.fixture
async def auditor(urls: Urls) -> Any:
    """A role as docs/residue.md has it."""
    connection = await asyncpg.connect(urls.main, user="postgres")
    await connection.execute(
        "CREATE ROLE farley_audit LOGIN NOSUPERUSER BYPASSRLS"
        " IN ROLE pg_read_all_data, pg_read_all_stats"
    )
    databases = ", ".join(f'"{name_of(url)}"' for url in (urls.main, urls.vault))
    await connection.execute(f"GRANT CONNECT ON DATABASE {databases} TO farley_audit")
    yield "farley_audit"
    await connection.execute(f"REVOKE CONNECT ON DATABASE {databases} FROM farley_audit")
    await connection.execute("DROP ROLE farley_audit")
    await connection.close()


async def test_a_role_that_may_read_everything_reads_everything(
    api: Api, urls: Urls, auditor: str
) -> None:
    await a_customer(api, tags=["another-tag-in-the-clear"])
    await analyzed(urls)
    report = await searched(urls, ["another-tag-in-the-clear"], auditor)
    assert "main.customers.tags" in places(report)
    assert report.unread == []
    assert all(CATALOGUE in place for place in report.closed)
    everything = await searched(urls, ["another-tag-in-the-clear"])
    assert everything.tables == report.tables + len(report.closed)


# --- the command ----------------------------------------------------------------------------------


Command = Callable[..., Awaitable[Result]]


@pytest.fixture
def command(urls: Urls, auditor: str, tmp_path: Path) -> Command:
    environment = {
        "FARLEY_DATABASE_URL": urls.main,
        "FARLEY_VAULT_URL": urls.vault,
        "FARLEY_AUDIT_DATABASE_URL": urls.main.replace("farley_app@", f"{auditor}@"),
        "FARLEY_AUDIT_VAULT_URL": urls.vault.replace("farley_app@", f"{auditor}@"),
        "FARLEY_DATA_DIR": str(tmp_path / "data"),
        "NO_COLOR": "1",
        "COLUMNS": "500",
    }

    def run(words: Sequence[str], given: str, more: Mapping[str, str]) -> Result:
        done = CliRunner().invoke(
            app, ["audit", "residue", *words], input=given, env={**environment, **more}
        )
        assert "Quetzal" not in done.stdout + done.stderr
        assert done.exception is None or isinstance(done.exception, SystemExit)
        return done

    async def command(
        *words: str, given: str = f"Somebody Else\n{VALUE}\nLi\n", **more: str
    ) -> Result:
        return await asyncio.to_thread(run, words, given, more)

    return command


async def test_the_command_finds_in_databases_and_logs_and_tells_no_value(
    api: Api, urls: Urls, command: Command, tmp_path: Path
) -> None:
    log = tmp_path / "app.log"
    log.write_text("a line\n")
    done = await command("--needles", "-", str(log))
    assert (done.exit_code, done.stdout) == (0, ""), done.stderr
    assert "Looked for 2 values in" in done.stderr
    assert "Too short to be looked for, lines: 3." in done.stderr
    log.write_text(f"a line\n{quote(VALUE)}\n")
    list_ = tmp_path / "values.txt"
    list_.write_text(VALUE)
    done = await command("--needles", str(list_), "--json", "--no-databases", str(log))
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    form = {"needle": 1, "place": str(log), "form": "URL-escaped", "first": "line 2", "count": 1}
    assert told["finds"] == [form]
    assert (told["tables"], told["files"]) == (0, 1)
    done = await command("--needles", str(list_), "--no-databases", str(log))
    assert done.stdout == f"value 1: {log}, line 2: URL-escaped, 1 times\n"


async def test_what_cannot_be_searched_is_no_success(command: Command, tmp_path: Path) -> None:
    broken = tmp_path / "app.log.gz"
    broken.write_bytes(b"\x1f\x8b broken")
    done = await command("--needles", "-", "--no-databases", str(broken))
    assert done.exit_code == 2
    assert f"NOT READ: {broken}." in done.stderr
    assert (await command("--needles", "-", "--no-databases", given="Li\n")).exit_code == 2
    assert (await command("--needles", str(tmp_path / "none"), "--no-databases")).exit_code == 2
    assert (await command("--needles", "-", str(tmp_path / "none"))).exit_code == 2
    for more, sentence in (
        ({"FARLEY_AUDIT_VAULT_URL": ""}, "FARLEY_AUDIT_VAULT_URL must begin with postgresql://"),
        ({"FARLEY_AUDIT_VAULT_URL": "postgresql://x@/y?host=/nowhere"}, "does not answer"),
    ):
        done = await command("--needles", "-", **more)
        assert (done.exit_code, done.stdout) == (2, "")
        assert sentence in done.stderr
