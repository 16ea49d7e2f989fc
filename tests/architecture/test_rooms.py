"""Rooms: no folder holds more than a newcomer takes in, and no two folders import each other."""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.architecture.modules import Module, our_modules, our_paths

MODULES_MAX = 15

MODULES = frozenset(our_paths())


def folder(path: str) -> str:
    """Where a module stands."""
    return path.rpartition("/")[0]


def taken_from(module: Module) -> Iterator[str]:
    """The folders from which a module takes something."""
    for node in module.walk():
        if isinstance(node, ast.ImportFrom) and node.module:
            whole = node.module.replace(".", "/")
            for name in (alias.name for alias in node.names):
                found = (f"{whole}/{name}.py", f"{whole}.py", f"{whole}/__init__.py")
                yield from [folder(path) for path in found if path in MODULES][:1]


def test_no_folder_holds_more_than_fifteen_modules() -> None:
    counts = Counter(folder(path) for path in MODULES)
    assert {name: count for name, count in counts.items() if count > MODULES_MAX} == {}


def test_no_two_folders_import_each_other() -> None:
    leads: defaultdict[str, set[str]] = defaultdict(set)
    for module in our_modules():
        own = folder(module.path)
        leads[own] |= {other for other in taken_from(module) if other != own}
    pairs = {(a, b) for a in [*leads] for b in leads[a] if a < b and a in leads[b]}
    assert pairs == set()
