"""Our own modules as syntax trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("api", "domain", "policy", "privacy", "migrations")
GENERATED = "versions"  # Alembic's revisions: one function makes all tables.


@dataclass(frozen=True, eq=False)
class Module:
    path: str
    text: str
    tree: ast.Module
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)

    def walk(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree)

    def line(self, node: ast.stmt | ast.expr | ast.excepthandler) -> str:
        return self.text.splitlines()[node.lineno - 1]

    def function_around(self, node: ast.AST) -> str:
        """The innermost named function or class around a node, or "" at the top of the module."""
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                return node.name
        return ""

    def statement_around(self, node: ast.AST) -> ast.AST:
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        return node


def our_paths() -> tuple[str, ...]:
    return tuple(
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if GENERATED not in path.parts
    )


@cache
def our_modules() -> tuple[Module, ...]:
    """All of them, parsed: it takes seconds, so tests ask for it and not their modules."""
    return tuple(parsed(path, (ROOT / path).read_text()) for path in our_paths())


def parsed(path: str, text: str) -> Module:
    module = Module(path, text, ast.parse(text))
    for parent in module.walk():
        for child in ast.iter_child_nodes(parent):
            module.parents[child] = parent
    return module
