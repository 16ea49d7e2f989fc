"""Bad input: any cell in any part of any target, through any transform.

No file ends an import: a row is taken in or is rejected with its reason. A check says what the import does,
a second import changes nothing, and what was taken in is sent back by the API as it is read.
"""

import csv
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from domain.access.caller import Caller
from domain.entities.registry import BUILT_IN
from domain.importing.guide.describe import targets
from domain.importing.mapping.document import MappingError
from domain.importing.mapping.mapping_file import parse_mapping
from domain.importing.plan import plan_import
from domain.importing.run import FileResult, ImportRun
from domain.importing.write.batches import BulkWriter
from tests.api import Api
from tests.security.edges import mappings
from tests.security.edges.amount import examples
from tests.security.edges.mappings import CELL, NUMBERED, RIGHT, STEPS
from tests.security.edges.taken_back import taken_back

pytestmark = pytest.mark.proof

Row = Mapping[str, str]
COLUMNS = mappings.columns()
CHANGED = st.fixed_dictionaries(
    {},
    optional={
        "transform": st.lists(STEPS, max_size=2),
        "invalid": st.just("skip"),
        "blank": st.just(["-"]),
    },
)
CHANGES = st.dictionaries(st.sampled_from(mappings.changeable()), CHANGED, max_size=4)
ROWS = st.lists(
    st.dictionaries(st.sampled_from(COLUMNS), CELL, max_size=4), min_size=1, max_size=12
)
COUNT = itertools.count()
STATED = st.fixed_dictionaries(
    {"opportunity.fields.amount": st.sampled_from([[], [{"decimal": ","}], [{"lookup": "sums"}]])}
).map(lambda steps: {column: {"transform": of} for column, of in steps.items() if of})
AGREED = {"customer.consents.purpose": "marketing", "customer.consents.status": "GRANTED"}
NEARLY_RIGHT = st.lists(mappings.nearly_right(), min_size=4, max_size=8)


class Imports:
    def __init__(self, api: Api, caller: Caller, home: Path) -> None:
        self.api, self._caller, self._home = api, caller, home

    def write(self, system: str, changes: mappings.Change, rows: Sequence[Row]) -> None:
        """The files of one example."""
        document = mappings.mapping(system, changes)
        (self._home / "m.yaml").write_text(yaml.safe_dump(document, allow_unicode=True))
        (self._home / "table.csv").write_text('k,v\na,1\nb,"2,5"\n1,x\nc,"1,005"\n')
        with (self._home / "all.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            for number, row in enumerate(rows):
                own = {
                    column: f"{value}.{system}.{number}" if value in NUMBERED else value
                    for column, value in RIGHT.items()
                }
                writer.writerow({**own, **row})

    async def run(
        self, *, check: bool = False, batch_size: int = 2_500
    ) -> tuple[FileResult, list[Any]]:
        paths = [self._home / "all.csv", self._home / "table.csv"]
        (plan,) = plan_import(parse_mapping(self._home / "m.yaml", BUILT_IN), paths)
        writer = BulkWriter(
            self.api.services.stores, self._caller, "DE", batch_size=batch_size, check=check
        )
        rejects = self._home / "all.csv.rejects.csv"
        result = await ImportRun(writer).file(plan, rejects, lambda *_: None)
        with (
            rejects.open(newline="")
            if rejects.exists()
            else (self._home / "table.csv").open() as file
        ):
            return result, list(csv.reader(file)) if rejects.exists() else []


TYPES = {
    "fz_text": "TEXT",
    "fz_number": "DECIMAL",
    "fz_whole": "INTEGER",
    "fz_flag": "BOOLEAN",
    "fz_day": "DATE",
    "fz_time": "DATETIME",
    "fz_choice": "CHOICE",
}


@pytest.fixture(scope="module")
async def imports(api: Api, tmp_path_factory: pytest.TempPathFactory) -> Imports:
    for name, type_ in TYPES.items():
        about = {
            "name": name,
            "type": type_,
            "choices": ["red", "1"] if type_ == "CHOICE" else None,
        }
        assert (await api.mutate("defineCustomField", "", as_="admin", **about))["userErrors"] == []
    caller = await api.services.caller(api.services.service_principal(api.tenant), "administration")
    return Imports(api, caller, tmp_path_factory.mktemp("fuzzed"))


def counts(result: FileResult) -> tuple[int, ...]:
    return result.created, result.updated, result.unchanged, result.rejected, result.skipped


async def test_the_usual_row_is_taken_in(imports: Imports) -> None:
    imports.write("usual", {}, [{}, {}])
    result, rejected = await imports.run()
    assert (result.created, rejected) == (2 * len(targets(BUILT_IN)), [])


@examples(12)
@given(changes=CHANGES, rows=ROWS, batch_size=st.sampled_from([1, 3, 2_500]))
async def test_any_cell_is_taken_in_or_rejected(
    imports: Imports, changes: mappings.Change, rows: list[dict[str, str]], batch_size: int
) -> None:
    system = f"fuzz{next(COUNT)}"
    imports.write(system, changes, rows)
    try:
        checked, told = await imports.run(check=True)
    except MappingError:
        return
    done, rejected = await imports.run(batch_size=batch_size)
    assert (counts(done), rejected) == (counts(checked), told)
    again, rejected = await imports.run()
    assert rejected == told
    assert (again.created, again.updated, again.skipped) == (0, 0, done.skipped)
    for number, row in enumerate(rows):
        id_ = row.get("customer.reference", f"c1.{system}.{number}")
        await taken_back(imports.api, system, id_)


@examples(5)
@given(changes=STATED, rows=NEARLY_RIGHT)
async def test_what_was_taken_in_is_taken_back(
    imports: Imports, changes: mappings.Change, rows: list[dict[str, str]]
) -> None:
    """Of every kind; of what is seldom right by chance a row holds little else."""
    system = f"right{next(COUNT)}"
    rows = [*rows, AGREED]
    imports.write(system, changes, rows)
    await imports.run()
    counts = [await taken_back(imports.api, system, f"c1.{system}.{n}") for n in range(len(rows))]
    assert set(counts[-1].values()) == {1}
