"""The mapping that docs/importing.md shows can be used."""

import re
from pathlib import Path

from domain.entities.registry import BUILT_IN
from domain.importing.guide.describe import targets
from domain.importing.mapping.mapping_file import parse_mapping

GUIDE = Path(__file__).parents[3] / "docs" / "importing.md"


def test_the_mapping_of_the_guide_is_valid(tmp_path: Path) -> None:
    shown = re.search(r"```yaml\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert shown is not None
    path = tmp_path / "mapping.yaml"
    path.write_text(shown[1])
    assert [source.file for source in parse_mapping(path, BUILT_IN).files] == [
        "companies.csv",
        "orders.csv",
    ]


def test_the_guide_names_the_targets_that_there_are() -> None:
    said = GUIDE.read_text().partition("**Targets**: ")[2].partition(";")[0]
    assert re.findall(r"`(\w+)`", said) == list(targets(BUILT_IN))


def test_each_row_of_the_table_of_messy_files_is_held_by_tests_that_there_are() -> None:
    shown = GUIDE.read_text().partition("## Messy files")[2].partition("\n## ")[0]
    rows = [line.split("|")[1:-1] for line in shown.splitlines() if line.startswith("| ")][1:]
    tests = "".join(path.read_text() for path in GUIDE.parents[1].glob("tests/**/test_*.py"))
    assert len(rows) > 20
    for file, _, held in rows:
        names = re.findall(r"`(test_\w+)`", held)
        assert names, file
        assert all(f"def {name}(" in tests for name in names), names
