"""The codes of errors that the source uses, found in its syntax trees."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("api", "domain")
CODE = re.compile(r"[A-Z][A-Z_]{2,}")
PLACES = {
    "RefusedError": 1,
    "_answer": 1,
    "BadRecord": 1,
    "over": 0,
    "AuthenticationError": 0,
    "_refusal": 2,
    "_refuse": 1,
    "ExchangeError": 3,
}
"""Which argument of a call is a code."""


def used_codes() -> dict[str, str]:
    """Each code with the file that uses it."""
    trees = {
        path: ast.parse(path.read_text())
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
    }
    constants: dict[str, str] = {}
    for tree in trees.values():
        constants |= dict(_constants(tree))
    found: dict[str, str] = {}
    for path, tree in trees.items():
        for node in ast.walk(tree):
            for value in _codes(node):
                code = constants.get(value.id) if isinstance(value, ast.Name) else _text(value)
                if code and CODE.fullmatch(code):
                    found.setdefault(code, str(path.relative_to(ROOT)))
    return found


def _codes(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if (
            name in PLACES
        ):
            yield from args[PLACES[name] : PLACES[name] + 1]
            yield from (word.value for word in node.keywords if word.arg == "code")
        case ast.Tuple(elts=[ast.Attribute(value=ast.Name(id="HTTPStatus")), code]):
            yield code
        case ast.Call():
            yield from (word.value for word in node.keywords if word.arg == "code")
        case ast.FunctionDef(name="_code"):
            yield from (n.value for n in ast.walk(node) if isinstance(n, ast.Return) and n.value)
            yield from (
                part
                for n in ast.walk(node)
                if isinstance(n, ast.IfExp)
                for part in (n.body, n.orelse)
            )
        case ast.Dict(keys=keys, values=values):
            yield from (v for k, v in zip(keys, values, strict=True) if k and _text(k) == "code")
        case ast.AnnAssign(target=ast.Name(id="code"), value=ast.Call(keywords=words)):
            yield from (word.value for word in words if word.arg == "default")


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                yield name, text


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
