"""Rules of style that a machine can keep."""

import ast

import pytest

from tests.architecture.modules import Module, our_modules, parsed

LINES_MAX = 300
FUNCTION_LINES_MAX = 50
NAMELESS = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}


def reading_the_environment(module: Module) -> list[int]:
    names = {"environ", "environb", "getenv", "getenvb", "BaseSettings"}
    return [
        node.lineno
        for node in module.walk()
        if (isinstance(node, ast.Attribute) and node.attr in names)
        or (isinstance(node, ast.Name) and node.id in names)
        or (isinstance(node, ast.keyword) and node.arg in {"envvar", "auto_envvar_prefix"})
        or (isinstance(node, ast.ImportFrom) and names & {alias.name for alias in node.names})
    ]


def catching_everything_without_a_reason(module: Module) -> list[int]:
    return [
        node.lineno
        for node in module.walk()
        if isinstance(node, ast.ExceptHandler | ast.With | ast.AsyncWith)
        and _catches_everything(node)
        and not _has_reason(module.line(node))
    ]


def _catches_everything(node: ast.ExceptHandler | ast.With | ast.AsyncWith) -> bool:
    if isinstance(node, ast.ExceptHandler):
        return node.type is None or _names_everything(node.type)
    return any(
        isinstance(item.context_expr, ast.Call)
        and ast.unparse(item.context_expr.func).endswith("suppress")
        and any(map(_names_everything, item.context_expr.args))
        for item in node.items
    )


def _names_everything(node: ast.expr) -> bool:
    caught = node.elts if isinstance(node, ast.Tuple) else [node]
    return any(isinstance(c, ast.Name) and c.id in {"Exception", "BaseException"} for c in caught)


def _has_reason(line: str) -> bool:
    comment = line.partition("#")[2].strip()
    return len(comment.partition(" - ")[2] if comment.startswith("noqa") else comment) > 10


def test_only_the_settings_read_the_environment() -> None:
    assert {m.path for m in our_modules() if reading_the_environment(m)} == {
        "api/settings/settings.py"
    }


def test_whoever_catches_everything_says_why() -> None:
    found = {m.path: catching_everything_without_a_reason(m) for m in our_modules()}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_a_module_is_named_after_something_of_the_field() -> None:
    steps = {step for m in our_modules() for step in m.path.removesuffix(".py").split("/")}
    assert steps & NAMELESS == set()


def test_a_module_is_not_too_long() -> None:
    lengths = {m.path: len(m.text.splitlines()) for m in our_modules()}
    assert {path for path, lines in lengths.items() if lines > LINES_MAX} == set()


def test_a_module_says_what_it_is() -> None:
    silent = {m.path for m in our_modules() if m.tree.body and not ast.get_docstring(m.tree)}
    assert silent == set()


def test_a_function_is_not_too_long() -> None:
    assert [
        f"{m.path}:{node.lineno} {node.name}"
        for m in our_modules()
        for node in m.walk()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES_MAX
    ] == []


# --- the rules themselves -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.environ['X']",
        "import os\nos.getenv('X')",
        "from os import environ",
        "typer.Option(envvar='X')",
        "class S(BaseSettings): ...",
    ],
)
def test_reading_the_environment_is_noticed(text: str) -> None:
    assert reading_the_environment(parsed("x.py", text))


@pytest.mark.parametrize(
    ("head", "comment", "noticed"),
    [
        ("except Exception:", "", True),
        ("except Exception as e:", "  # noqa: BLE001", True),
        ("except Exception as e:", "  # noqa: BLE001 - the edge, nobody is above", False),
        ("except:", "", True),
        ("except (ValueError, BaseException):", "", True),
        ("except ValueError:", "", False),
    ],
)
def test_catching_everything_is_noticed(head: str, comment: str, *, noticed: bool) -> None:
    module = parsed("x.py", f"try:\n    f()\n{head}{comment}\n    pass\n")
    assert bool(catching_everything_without_a_reason(module)) is noticed


def test_suppressing_everything_is_noticed() -> None:
    assert catching_everything_without_a_reason(
        parsed("x.py", "with contextlib.suppress(Exception):\n    f()")
    )
