"""The bench's peers do not seal: nothing of the product may reach them."""

import ast
import subprocess
import sys

import pytest

from tests.architecture.modules import ROOT, Module, our_modules, parsed

PACKS = """
from domain.entities.customers import CUSTOMER
from domain.importing.write import upsert
from tests.bench.plain.modes import become
become("MODE")
print(upsert.sealed_record("t", CUSTOMER, "row", None, "subject", {"given_name": "Zoé"}))
"""


def importing_the_tests(module: Module) -> list[int]:
    return [
        node.lineno
        for node in module.walk()
        if (isinstance(node, ast.Import) and any(_is_tests(one.name) for one in node.names))
        or (isinstance(node, ast.ImportFrom) and _is_tests(node.module or ""))
        or (isinstance(node, ast.Constant) and _is_tests(node.value))
    ]


def _is_tests(name: object) -> bool:
    return isinstance(name, str) and f"{name}.".startswith("tests.")


def test_the_product_imports_no_tests() -> None:
    found = {m.path: importing_the_tests(m) for m in our_modules()}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "text",
    [
        "import tests.bench.plain.vault",
        "from tests.bench.plain import vault",
        "import_module('tests.bench.plain.vault')",
    ],
)
def test_importing_the_tests_is_noticed(text: str) -> None:
    assert importing_the_tests(parsed("x.py", text))


@pytest.mark.parametrize("mode", ["packs", "columns"])
def test_a_peer_does_not_seal(mode: str) -> None:
    """In a process of its own: what it replaces stays replaced."""
    command = [sys.executable, "-c", PACKS.replace("MODE", mode)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=60)  # noqa: S603 - our own command
    assert said.stdout.strip() == rb"b'\x81\x01\xa4Zo\xc3\xa9'"
