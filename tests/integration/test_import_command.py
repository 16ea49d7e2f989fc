import json
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import anyio.from_thread
import anyio.to_thread
import pytest
import typer

from api.cli.records import import_
from api.runtime.wiring import Services

MAPPING = """
system: command
files:
  - file: people.csv
    records:
      - target: customer
        reference: id
        fields: {kind: {constant: PERSON}, family_name: name}
        contact_points: [{kind: EMAIL, value: mail}]
"""

Run = Callable[..., Awaitable[int]]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    mapping, people = tmp_path / "mapping.yaml", tmp_path / "people.csv"
    mapping.write_text(MAPPING)
    people.write_text("id,name,mail\n1,Abelard,a@example.org\n2,Beatrix,nowhere\n")
    return mapping, people


@pytest.fixture
def run(services: Services, tenant: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command on the test's databases; returns its exit code."""

    def on_test_databases(work: Callable[[Services], Coroutine[Any, Any, object]]) -> object:
        return anyio.from_thread.run(work, services)

    async def run(mapping: Path, *files: Path, as_json: bool = False) -> int:
        try:
            await anyio.to_thread.run_sync(
                lambda: import_.import_files(list(files), mapping, None, json=as_json)
            )
        except typer.Exit as left:
            return left.exit_code
        except SystemExit as left:
            return int(left.code or 0)
        return 0

    monkeypatch.setattr(import_, "with_services", on_test_databases)
    return run


async def test_rejected_rows_are_told_by_the_exit_code_and_the_rejects_file(
    run: Run, files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    mapping, people = files
    rejects = people.with_name("people.csv.rejects.csv")
    assert await run(mapping, people, as_json=True) == 3
    said = capsys.readouterr()
    assert json.loads(said.out)["files"] == [
        {
            "file": "people.csv",
            "rows": 2,
            "created": 1,
            "updated": 0,
            "unchanged": 0,
            "rejected": 1,
            "rejects_file": str(rejects),
            "skipped": 0,
            "warnings": 0,
            "notes_file": None,
            "blank_rows": 0,
            "encoding": "UTF-8",
            "delimiter": "comma",
        }
    ]
    assert rejects.read_text().splitlines()[1].startswith("3,emails,INVALID,")
    for secret in ("Beatrix", "nowhere"):
        assert secret not in rejects.read_text() + said.out + said.err

    people.write_text("id,name,mail\n1,Abelard,a@example.org\n2,Beatrix,b@example.org\n")
    assert await run(mapping, people) == 0
    assert not rejects.exists()


async def test_a_mapping_that_cannot_be_used_is_told_in_one_sentence(
    run: Run, files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    mapping, people = files
    mapping.write_text(MAPPING.replace("family_name", "shoe_size"))
    assert await run(mapping, people) == 2
    said = capsys.readouterr().err.replace("\n", "")
    assert "$.files[0].records[0].fields.shoe_size" in said


async def test_a_file_without_a_column_is_refused_before_anything_is_written(
    run: Run, files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    mapping, people = files
    people.write_text("id,name\n9,Nobody\n")
    assert await run(mapping, people) == 2
    assert "mail" in capsys.readouterr().err
