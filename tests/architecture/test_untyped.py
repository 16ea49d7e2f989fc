"""How much of production code is untyped: the numbers only go down.

What a reader gains from is typed: commands, refusals, changes. A row of any entity stays a mapping.
"""

import ast

import pytest

from tests.architecture.modules import Module, our_modules, parsed

ANY, ROWS = 891, 190
"""``Any`` in annotations and calls, and columns of a ``row`` by their names in quotes."""


def anys(module: Module) -> int:
    """How often a module says ``Any``, but for the import."""
    names = (node for node in module.walk() if isinstance(node, ast.Name))
    return sum(node.id == "Any" for node in names)


def rows(module: Module) -> int:
    """How often a module takes a column of a ``row`` by name."""
    return sum(
        isinstance(node, ast.Subscript)
        and ast.unparse(node.value).rpartition(".")[2] == "row"
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, str)
        for node in module.walk()
    )


def test_no_more_is_untyped_than_was() -> None:
    assert sum(map(anys, our_modules())) <= ANY
    assert sum(map(rows, our_modules())) <= ROWS


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from typing import Any\nx: dict[str, Any] = {}", (1, 0)),
        ("row['id']\nstored.row['id']\nrow[name]\nrows['id']", (0, 2)),
    ],
)
def test_what_is_untyped_is_noticed(text: str, found: tuple[int, int]) -> None:
    module = parsed("x.py", text)
    assert (anys(module), rows(module)) == found
