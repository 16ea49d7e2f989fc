"""Bad input: any value in any place of a mapping is read, or is told; so is what it makes of any row."""

import copy
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from domain.entities.registry import BUILT_IN
from domain.importing.mapping.document import MappingError
from domain.importing.mapping.mapping_file import parse_mapping
from domain.importing.plan import plan_import
from domain.importing.source.csv_source import GoodRecord
from domain.importing.source.refusal import UnreadableFileError
from tests.security.edges import mappings
from tests.security.edges.amount import examples

pytestmark = pytest.mark.proof

CHANGES: mappings.Change = {
    "customer.fields.family_name": {"transform": ["trim", {"map": {"a*": "b", "otherwise": "c"}}]},
    "customer.fields.birth_date": {"transform": [{"date": "%d.%m.%y"}], "invalid": "skip"},
    "opportunity.fields.amount": {"transform": [{"lookup": "sums"}], "blank": ["-"]},
    "interaction.fields.body": {"transform": [{"family_name": {"order": "family_first"}}]},
}
DOCUMENT = mappings.mapping("odd", CHANGES)
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(
            None,
            True,
            0,
            -1,
            2.5,
            10**400,
            "",
            " ",
            "x",
            "{}",
            "{a",
            "\u200b",
            "%",
            [],
            [None],
            [[]],
        ),
        *(
            {},
            {"a": 1},
            {None: 1},
            {1: 2},
            {"column": "k"},
            {"constant": True},
            {"template": "{0}"},
        ),
        *({"template": "{a.b}"}, {"template": "{a[0]}"}, {"join": []}, {"join": [{"join": ["x"]}]}),
        *({"column": "customer.when", "transform": [{"map": {}}]}, {"date": "%"}, {"date": "%Y\0"}),
        *(
            {"map": None},
            {"lookup": ["table"]},
            {"decimal": ["."]},
            {"date": "%Y%"},
            {"date": "%Y %C"},
        ),
    ]
)


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    below = node.items() if isinstance(node, dict) else enumerate(node)
    for step, one in below if isinstance(node, dict | list) else ():
        yield from places(one, (*path, step))


PLACES = sorted(places(DOCUMENT), key=repr)


def put(path: tuple[Any, ...], value: Any) -> Any:
    """The document with a value in that place."""
    if not path:
        return value
    changed = copy.deepcopy(DOCUMENT)
    node: Any = changed
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return changed


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("mappings")
    header = ",".join([*mappings.columns(), "k"])
    (made / "all.csv").write_text(f"{header}\n{'x,' * header.count(',')}x\n")
    (made / "table.csv").write_text("k,v\nx,1\n")
    return made


@examples(60)
@given(path=st.sampled_from(PLACES), value=ODD)
def test_any_value_in_any_place_is_read_or_told(
    home: Path, path: tuple[Any, ...], value: Any
) -> None:
    (home / "m.yaml").write_text(yaml.safe_dump(put(path, value), allow_unicode=True))
    with suppress(MappingError, UnreadableFileError):
        plans = plan_import(
            parse_mapping(home / "m.yaml", BUILT_IN), [home / "all.csv", home / "table.csv"]
        )
        for plan in plans:
            rows = [row.cells for row in plan.source.records() if isinstance(row, GoodRecord)]
            for maker in plan.makers:
                for cells in rows:
                    maker.attempt(cells)
