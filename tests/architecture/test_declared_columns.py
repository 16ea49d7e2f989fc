"""Only the declaration says which field stands in which column, and what a kind of record is."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.modules import Module, our_modules, parsed

DECLARATION = "domain/declaration/field.py"
BELOW = ("migrations/", "domain/tables/")
"""Where the tables themselves are made."""

REFERENCE = "_id"


def guesses(module: Module) -> Iterator[str]:
    """The lines that make a field's name of a column's or a column's of a field's, ask a table whether
    it has a column, or ask a row for a column that somebody else declared.
    """
    for node in module.walk():
        if _cuts_names(node) or _makes_names(node) or _asks_tables(node) or _asks_rows(node):
            assert isinstance(node, ast.expr)
            yield f"{module.path}: {module.line(node).strip()}"


def _cuts_names(node: ast.AST) -> bool:
    return _called(node) in {"removesuffix", "rstrip", "endswith"} and _given(node) == REFERENCE


def _makes_names(node: ast.AST) -> bool:
    last = node.values[-1] if isinstance(node, ast.JoinedStr) and node.values else None
    added = node.right if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) else last
    return isinstance(added, ast.Constant) and added.value == REFERENCE


def _asks_tables(node: ast.AST) -> bool:
    """``"lifecycle" in table.c``, and the like with ``columns`` and ``get``."""
    if isinstance(node, ast.Compare):
        is_membership = any(isinstance(one, ast.In | ast.NotIn) for one in node.ops)
        return is_membership and any(map(_are_columns, node.comparators))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "get" and _are_columns(node.func.value)
    return False


def _are_columns(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):  # ``table.c.keys()``
        node = node.func.value if isinstance(node.func, ast.Attribute) else node
    return isinstance(node, ast.Attribute) and node.attr in {"c", "columns"}


def _asks_rows(node: ast.AST) -> bool:
    return _called(node) == "get" and _given(node) == "customer_id"


def _called(node: ast.AST) -> str:
    """The method that is called."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr
    return ""


def _given(node: ast.AST) -> object:
    first = node.args[0] if isinstance(node, ast.Call) and node.args else None
    return first.value if isinstance(first, ast.Constant) else None


def test_no_module_guesses_what_is_declared() -> None:
    modules = [one for one in our_modules() if not one.path.startswith(BELOW)]
    found = [line for one in modules if one.path != DECLARATION for line in guesses(one)]
    assert found == []


def test_the_declaration_makes_the_name_of_a_column_once() -> None:
    (declaration,) = (one for one in our_modules() if one.path == DECLARATION)
    assert len(list(guesses(declaration))) == 1


@pytest.mark.parametrize(
    "code",
    [
        'name.removesuffix("_id")',
        'f"{name}_id"',
        'name + "_id"',
        '"lifecycle" in table.c',
        '"lifecycle" not in table.columns',
        '"owner_id" in table.c.keys()',
        'table.c.get("owner_id")',
        'row.get("customer_id")',
    ],
)
def test_a_guess_is_found(code: str) -> None:
    assert list(guesses(parsed("a.py", code))) == [f"a.py: {code}"]


# --- conditions -----------------------------------------------------------------------------------

ALWAYS_THERE = {"tenant_id", "id"}
OF_CUSTOMERS = {"country", "location", "restricted_at"}
"""Of the customer alone, which the shape says the row to be."""


def entries() -> list[Module]:
    return [one for one in our_modules() if one.path.startswith("policy/conditions/entries/")]


def test_a_condition_looks_at_no_column_that_the_shape_does_not_name() -> None:
    for module in entries():
        looked_at = {_column(node) for node in module.walk()} - {""}
        assert looked_at <= ALWAYS_THERE | OF_CUSTOMERS
        assert not [node for node in module.walk() if _called(node) == "get" and _given(node)]


def test_what_only_customers_have_is_looked_at_of_customers_only() -> None:
    found = [
        (one, node) for one in entries() for node in one.walk() if _column(node) in OF_CUSTOMERS
    ]
    assert {_column(node) for _, node in found} == OF_CUSTOMERS
    for module, node in found:
        around = module.parents[module.statement_around(node)]
        assert isinstance(around, ast.If)
        assert ast.unparse(around.test) == "shape.is_customer"


def _column(node: ast.AST) -> str:
    """The name in ``table.c.name``."""
    is_column = isinstance(node, ast.Attribute) and ast.unparse(node.value) == "table.c"
    return node.attr if isinstance(node, ast.Attribute) and is_column else ""
