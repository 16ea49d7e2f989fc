"""What nobody sees in a cell is dropped with a notice, by line and column (O27), wherever it stood."""

import csv
from pathlib import Path

import pytest

from api.runtime.wiring import Services
from domain.access.caller import Caller
from domain.entities.registry import BUILT_IN
from domain.importing.mapping.mapping_file import parse_mapping
from domain.importing.plan import plan_import
from domain.importing.run import FileResult, ImportRun
from domain.importing.write.batches import BulkWriter

MAPPING = """
system: SYSTEM
files:
  - file: people.csv
    records:
      - target: customer
        reference: id
        fields:
          kind: {constant: PERSON}
          given_name: {column: full, transform: [given_name]}
          family_name: {column: full, transform: [family_name]}
          country: {column: country, transform: [country]}
          birth_date: born
        contact_points:
          - {kind: EMAIL, value: mail}
          - {kind: EMAIL, value: other}
          - {kind: PHONE, value: phone}
        consents: [{purpose: wants, status: {constant: GRANTED}, given_at: {constant: "2024-01-01"}}]
      - target: interaction
        when: text
        reference: {system: SYSTEM.notes, id: id}
        customer: id
        fields:
          channel: {constant: EMAIL}
          direction: {constant: INBOUND}
          occurred_at: {constant: "2024-01-01"}
          subject: text
          body: text
"""
HEADER = "id,full,country,born,mail,other,phone,wants,text,unused\n"
Told = tuple[str, str, str, str]


class Imports:
    def __init__(self, services: Services, caller: Caller, home: Path) -> None:
        self.services, self.caller, self.home = services, caller, home

    async def run(self, system: str, *rows: str, check: bool = False) -> FileResult:
        (self.home / "m.yaml").write_text(MAPPING.replace("SYSTEM", system))
        (self.home / "people.csv").write_text(HEADER + "".join(f"{row}\n" for row in rows))
        (plan,) = plan_import(
            parse_mapping(self.home / "m.yaml", BUILT_IN), [self.home / "people.csv"]
        )
        run = ImportRun(BulkWriter(self.services.stores, self.caller, "DE", check=check))
        return await run.file(plan, self.home / "people.csv.rejects.csv", lambda *_: None)

    def told(self, name: str = "notes") -> list[Told]:
        path = self.home / f"people.csv.{name}.csv"
        if not path.exists():
            return []
        with path.open() as file:
            return [
                (row["line"], row["field"], row["code"], row["column"])
                for row in csv.DictReader(file)
            ]


@pytest.fixture
async def imports(services: Services, tenant: str, tmp_path: Path) -> Imports:
    caller = await services.caller(services.service_principal(tenant), "administration")
    return Imports(services, caller, tmp_path)


@pytest.mark.parametrize("check", [True, False])
async def test_o27_what_was_dropped_is_told_by_line_and_column_and_never_with_a_value(
    imports: Imports, *, check: bool
) -> None:
    result = await imports.run(
        f"dropped-{check}",
        "1,Bo\u200bb Ross,Germany,1980-01-01,bob.ross@drop.example,,,,,x\u200b",
        "2\ufeff,Di Plain,Fran\u00adce,1980-01-01\u200e,,di@drop.example\u200b,\u202a+49 30 1234599\u202c,"
        "marketing\u200b,,",
        "3,Ann Clean,Germany,,,,,,,",
        check=check,
    )
    assert (result.created, result.rejected, result.warnings) == (3, 0, 8)
    assert imports.told() == [
        ("2", "family_name", "INVISIBLE", "full"),
        ("2", "given_name", "INVISIBLE", "full"),
        ("3", "birth_date", "INVISIBLE", "born"),
        ("3", "consents", "INVISIBLE", "wants"),
        ("3", "country", "INVISIBLE", "country"),
        ("3", "emails", "INVISIBLE", "other"),
        ("3", "phones", "INVISIBLE", "phone"),
        ("3", "reference", "INVISIBLE", "id"),
    ]
    text = (imports.home / "people.csv.notes.csv").read_text()
    assert not any(part in text for part in ("Bob", "Ross", "drop.example", "12345"))


async def test_o27_a_rejected_row_is_told_with_its_faults_only(imports: Imports) -> None:
    result = await imports.run("refused", "1,Bo\u200bb Ross,Nowhere,,bob@x.example\u200b,,,,,")
    assert (result.created, result.rejected, result.warnings) == (0, 1, 0)
    assert imports.told() == []
    assert imports.told("rejects") == [("2", "country", "INVALID", "country")]


async def test_o27_a_cell_of_nothing_that_is_seen_is_empty(imports: Imports) -> None:
    result = await imports.run(
        "empty", "1,Ann Empty,\u200b,\ufeff,\u200b\u200b,,\u2060,\u200b,\u200b,"
    )
    assert (result.created, result.rejected) == (1, 0)
    assert {field for _, field, _, _ in imports.told()} >= {"emails", "phones", "country"}


async def test_a_text_keeps_its_direction_marks_and_a_subject_does_not(imports: Imports) -> None:
    result = await imports.run("prose", "1,Ann Prose,,,,,,,so\u00adft,")
    assert (result.created, result.rejected) == (2, 0)
    assert imports.told() == [("2", "subject", "INVISIBLE", "text")]
