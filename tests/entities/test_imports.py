"""Every record type whose import target follows from its declaration is imported: as it is given, once,
and nothing of it that its verbs would refuse.
"""

import csv
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.runtime.worker import _detect
from domain.access.caller import Caller
from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind
from domain.declaration.names import camel
from domain.directory.principals import principal_named
from domain.entities.registry import BUILT_IN
from domain.importing.mapping import document as m
from domain.importing.mapping.declared_targets import known_targets
from domain.importing.mapping.mapping_file import parse_mapping
from domain.importing.plan import plan_import
from domain.importing.records.records import cell_fields
from domain.importing.run import FileResult, ImportRun
from domain.importing.write.batches import BulkWriter
from domain.writing.jobs import DETECT, Job
from tests.api import Api
from tests.builders import a_customer
from tests.entities.makers import who
from tests.erasing import finish_erasures

DECLARED = [
    one.entity for one in known_targets(BUILT_IN).values() if issubclass(one, m.DeclaredTarget)
]
CREATED = "2024-03-01T12:00:00+00:00"
CELLS: Mapping[Kind, tuple[str, str]] = {
    Kind.TEXT: ("Call Anna Kranich, anna@kranich.example.", "Nothing is left to do."),
    Kind.INTEGER: ("7", "8"),
    Kind.DECIMAL: ("7.5", "8.25"),
    Kind.BOOLEAN: ("true", "false"),
    Kind.DATE: ("2024-03-01", "2024-04-01"),
    Kind.TIMESTAMP: (CREATED, "2024-04-01T12:00:00+00:00"),
    Kind.PLACE: ("52.5 13.4", "48.1 11.6"),
}
COUNT = itertools.count()


def cells(entity: Entity, which: int = 0) -> dict[str, str]:
    """A right cell for each field, another one for each ``which``."""
    found = {}
    for name, field in cell_fields(entity).items():
        values = tuple(field.values.__members__) if field.values else CELLS[field.kind]
        found[name] = values[0] if name == "created_at" else values[which]
    return found


def shown(field: Field, cell: str) -> Any:
    """What the API shows of a cell."""
    if field.kind is Kind.PLACE:
        latitude, longitude = map(float, cell.split())
        return {"latitude": latitude, "longitude": longitude}
    if field.kind is Kind.DECIMAL:
        return f"{float(cell):.4f}"
    return json.loads(cell) if field.kind in {Kind.INTEGER, Kind.BOOLEAN} else cell


@dataclass(frozen=True)
class World:
    """A tenant, files, and whoever imports them."""

    api: Api
    home: Path
    caller: Caller

    async def customer(self) -> str:
        """The id of a new customer in the other system."""
        return (await self.known_customer())[1]

    async def known_customer(self) -> tuple[str, str]:
        there = f"c{next(COUNT)}"
        ids = [{"system": "old", "id": there}]
        return await a_customer(self.api, externalReferences=ids), there

    async def run(
        self, entity: Entity, *rows: dict[str, str], caller: Caller | None = None, **parts: Any
    ) -> tuple[FileResult, list[list[str]]]:
        """The result, and what was rejected: line, field and code."""
        fields = {name: f"f_{name}" for name in cell_fields(entity)}
        target = {"target": entity.name, "reference": "id", "fields": fields, **parts}
        if entity.is_attached:
            target.setdefault("record", {"customer": "customer"})
        if "department" in entity.by_name:
            target.setdefault("department", {"constant": who(entity, "read").upper()})
        document = {"system": "old", "files": [{"file": "a.csv", "records": [target]}]}
        (self.home / "m.yaml").write_text(yaml.safe_dump(document))
        columns = ["id", "customer", "more", *fields.values()]
        with (self.home / "a.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(
                {f"f_{name}" if name in fields else name: cell for name, cell in row.items()}
                for row in rows
            )
        (plan,) = plan_import(parse_mapping(self.home / "m.yaml", BUILT_IN), [self.home / "a.csv"])
        writer_ = BulkWriter(self.api.services.stores, caller or self.caller, "DE")
        rejects = self.home / "a.csv.rejects.csv"
        result = await ImportRun(writer_).file(plan, rejects, lambda *_: None)
        if not rejects.exists():
            return result, []
        with rejects.open(newline="") as told:
            return result, [line[:3] for line in list(csv.reader(told))[1:]]

    async def read(self, entity: Entity, id_: str, more: str = "") -> dict[str, Any]:
        """The record as somebody sees it who may see it whole."""
        names = [
            f"{camel(name)} {{ latitude longitude }}" if field.kind is Kind.PLACE else camel(name)
            for name, field in cell_fields(entity).items()
        ]
        query = f"""query($id: String!) {{ {camel(entity.plural)}(first: 2, filter: {{
            externalReference: {{eq: {{system: "old", id: $id}}}} }}) {{ nodes {{
            id version {" ".join(names)} externalReferences {{ system id }} {more} }} }} }}"""
        nodes = (await self.api.data(query, as_=who(entity, "read"), id=id_))[camel(entity.plural)][
            "nodes"
        ]
        assert len(nodes) == 1
        return dict(nodes[0])

    async def jobs(self) -> list[Job]:
        """What is queued to be looked through."""
        rows = await self.api.services.pool.fetch(
            self.api.tenant, "SELECT payload FROM pgqueuer WHERE entrypoint = 'detect' ORDER BY id"
        )
        return [Job.from_payload(DETECT, row["payload"]) for row in rows]


@pytest.fixture(scope="module")
async def world(api: Api, tmp_path_factory: pytest.TempPathFactory) -> World:
    services = api.services
    caller = await services.caller(services.service_principal(api.tenant), "administration")
    return World(api, tmp_path_factory.mktemp("imports"), caller)


def a_row(entity: Entity, customer: str, which: int = 0) -> dict[str, str]:
    return {"id": f"r{next(COUNT)}", "customer": customer, **cells(entity, which)}


def counts(result: FileResult) -> tuple[int, int, int, int]:
    return result.created, result.updated, result.unchanged, result.rejected


pytestmark = pytest.mark.parametrize("entity", DECLARED, ids=lambda entity: entity.name)


async def test_the_api_shows_what_was_imported(world: World, entity: Entity) -> None:
    customer, there = await world.known_customer()
    row = a_row(entity, there)
    row["more"] = f"{row['id']}-b"
    others = [{"system": "newer", "id": "more"}]
    result, rejected = await world.run(entity, row, external_references=others)
    assert (counts(result), rejected) == ((1, 0, 0, 0), [])
    hangs = "record customer { id }" if entity.is_attached else ""
    read = await world.read(entity, row["id"], hangs)
    for name, field in cell_fields(entity).items():
        if field.kind is Kind.TIMESTAMP:
            assert datetime.fromisoformat(read[camel(name)]) == datetime.fromisoformat(row[name])
        else:
            assert read[camel(name)] == shown(field, row[name]), name
    ids = {(one["system"], one["id"]) for one in read["externalReferences"]}
    assert ids == {("old", row["id"]), ("newer", row["more"])}
    if entity.is_attached:
        assert (read["record"], read["customer"]) == (customer, {"id": customer})


async def test_a_second_import_changes_nothing_and_another_row_only_its_record(
    world: World, entity: Entity
) -> None:
    customer = await world.customer()
    rows = [a_row(entity, customer) for _ in range(3)]
    assert counts((await world.run(entity, *rows))[0]) == (3, 0, 0, 0)
    assert counts((await world.run(entity, *rows))[0]) == (0, 0, 3, 0)
    rows[1] |= cells(entity, 1)
    assert counts((await world.run(entity, *rows))[0]) == (0, 1, 2, 0)
    read = [await world.read(entity, row["id"]) for row in rows]
    assert [one["version"] for one in read] == [1, 2, 1]
    for name, field in cell_fields(entity).items():
        if field.kind is not Kind.TIMESTAMP:
            assert read[1][camel(name)] == shown(field, rows[1][name])


WRONG: Mapping[Kind, str] = {
    Kind.TEXT: "x" * 20_001,
    Kind.ENUM: "SOMETHING_ELSE",
    Kind.INTEGER: "1.5",
    Kind.DECIMAL: "many",
    Kind.BOOLEAN: "perhaps",
    Kind.DATE: "2024-02-30",
    Kind.TIMESTAMP: "2024-02-30",
    Kind.PLACE: "here",
}


async def test_each_field_that_is_wrong_is_told(world: World, entity: Entity) -> None:
    customer = await world.customer()
    fields = cell_fields(entity)
    alone = [a_row(entity, customer) | {name: WRONG[f.kind]} for name, f in fields.items()]
    whole = a_row(entity, customer) | {name: WRONG[field.kind] for name, field in fields.items()}
    needed = [name for name, field in fields.items() if field.must_be_given]
    empty = [a_row(entity, customer) | {name: ""} for name in needed if not fields[name].default]
    later = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    ahead = a_row(entity, customer) | {"created_at": later}
    result, rejected = await world.run(entity, *alone, whole, *empty, ahead)
    assert counts(result)[:3] == (0, 0, 0)
    by_line: dict[int, set[str]] = {}
    for line, field_name, code in rejected:
        assert code == "INVALID"
        by_line.setdefault(int(line), set()).add(field_name)
    lacking = [name for name in needed if not fields[name].default]
    wanted = [*({name} for name in fields), set(fields), *({n} for n in lacking), {"created_at"}]
    assert list(by_line.values()) == wanted


async def test_what_is_wrong_may_be_left_out(world: World, entity: Entity) -> None:
    row = a_row(entity, await world.customer()) | {"created_at": "2024-02-30"}
    said = {name: f"f_{name}" for name in cell_fields(entity)}
    said["created_at"] = {"column": "f_created_at", "invalid": "skip"}  # type: ignore[assignment]
    result, rejected = await world.run(entity, row, fields=said)
    assert (counts(result), result.skipped, rejected) == ((1, 0, 0, 0), 1, [])


async def test_others_are_named_by_their_ids_codes_and_handles(
    world: World, entity: Entity
) -> None:
    customer, references = await world.customer(), [f for f in entity.imported if f.target]
    for field in references:
        if field.must_be_given:
            continue
        unknown = a_row(entity, customer) | {"more": "nobody"}
        parts: dict[str, Any] = {field.name: "more"}
        _, rejected = await world.run(entity, unknown, **parts)
        assert rejected == [["2", field.name, "UNKNOWN_REFERENCE"]]
    if "department" in entity.by_name:
        row = a_row(entity, customer) | {"more": "SALES"}
        assert counts((await world.run(entity, row, department="more"))[0]) == (1, 0, 0, 0)
        assert (await world.read(entity, row["id"], "department { code }"))["department"] == {
            "code": "SALES"
        }


async def test_a_record_hangs_on_one_that_is_there(world: World, entity: Entity) -> None:
    if not entity.is_attached:
        pytest.skip("it hangs on nothing")
    customer = await world.customer()
    first = a_row(entity, customer)
    both = a_row(entity, customer) | {"more": first["id"]}
    behind = a_row(entity, "") | {"more": first["id"]}
    nobody = a_row(entity, "") | {"more": "nobody"}
    assert counts((await world.run(entity, first))[0]) == (1, 0, 0, 0)
    said = {"customer": "customer", entity.name: "more"}
    result, rejected = await world.run(entity, both, behind, nobody, record=said)
    assert counts(result) == (1, 0, 0, 2)
    assert rejected == [["2", "record", "INVALID"], ["4", "record", "UNKNOWN_REFERENCE"]]
    read = await world.read(entity, behind["id"], "record")
    assert read["record"] == (await world.read(entity, first["id"]))["id"]
    other = first | {"customer": await world.customer()}
    _, rejected = await world.run(entity, other)
    assert rejected == [["2", "record", "CONFLICT"]]


async def test_a_record_may_hang_on_nothing_where_its_entity_says_so(
    world: World, entity: Entity
) -> None:
    if not entity.is_attached:
        pytest.skip("it hangs on nothing")
    row = a_row(entity, "")
    result, rejected = await world.run(entity, row)
    if entity.by_name["record"].required:
        assert rejected == [["2", "record", "INVALID"]]
        return
    assert counts(result) == (1, 0, 0, 0)
    assert counts((await world.run(entity, row | cells(entity, 1)))[0]) == (0, 1, 0, 0)
    behind = a_row(entity, "") | {"more": row["id"]}
    _, rejected = await world.run(entity, behind, record={entity.name: "more"})
    assert rejected == [["2", "record", "UNKNOWN_REFERENCE"]]


async def test_what_is_archived_changes_only_when_it_is_restored(
    world: World, entity: Entity
) -> None:
    row = a_row(entity, await world.customer())
    await world.run(entity, row)
    read = await world.read(entity, row["id"])
    key = {"id": read["id"], "as_": who(entity, "update")}
    await world.api.mutate(f"archive{entity.type_name}", "", expectedVersion=1, **key)
    assert counts((await world.run(entity, row))[0]) == (0, 0, 1, 0)
    _, rejected = await world.run(entity, row | cells(entity, 1))
    assert rejected == [["2", "id", "ARCHIVED"]]
    await world.api.mutate(f"restore{entity.type_name}", "", expectedVersion=2, **key)
    assert counts((await world.run(entity, row | cells(entity, 1)))[0]) == (0, 1, 0, 0)


async def test_nothing_comes_back_of_who_was_erased(world: World, entity: Entity) -> None:
    customer, there = await world.known_customer()
    row = a_row(entity, there)
    await world.run(entity, row)
    said = await world.api.mutate(
        "eraseSubject", "erasure { id }", as_="compliance", customerId=customer
    )
    assert said["userErrors"] == []
    for _ in range(2):
        result, rejected = await world.run(entity, row | cells(entity, 1), a_row(entity, there))
        assert counts(result) == (0, 0, 0, 2)
        assert {code for *_, code in rejected} <= {"ERASED", "UNKNOWN_REFERENCE"}
        await finish_erasures(world.api)


async def test_what_the_policy_forbids_is_refused_row_by_row(world: World, entity: Entity) -> None:
    services, customer = world.api.services, await world.customer()
    principal = await principal_named(services.pool, world.api.tenant, "compliance")
    caller = await services.caller(principal, "compliance")
    there = a_row(entity, customer)
    await world.run(entity, there)
    rows = (there | cells(entity, 1), a_row(entity, customer))
    result, rejected = await world.run(entity, *rows, caller=caller)
    assert counts(result) == (0, 0, 0, 2)
    assert {code for *_, code in rejected} == {"FORBIDDEN"}


async def test_texts_are_looked_through(world: World, entity: Entity) -> None:
    if not entity.detected:
        pytest.skip("it has no texts that are looked through")
    row, before = a_row(entity, await world.customer()), len(await world.jobs())
    await world.run(entity, row)
    (job,) = (await world.jobs())[before:]
    await _detect(world.api.services, job)
    found = " ".join(f"{camel(name)} {{ type }}" for name in entity.detected)
    read = await world.read(entity, row["id"], f"findings {{ {found} }}")
    types = {one["type"] for texts in read["findings"].values() for one in texts}
    assert "EMAIL_ADDRESS" in types
    await world.run(entity, row)
    assert len(await world.jobs()) == before + 1
    await world.run(entity, row | cells(entity, 1))
    assert len(await world.jobs()) == before + 2
    assert (await world.read(entity, row["id"], f"findings {{ {found} }}"))["findings"] is None
