"""Commands load what they do when they do it: saying what there is to do takes a tenth of loading all."""

import json
import os
import subprocess
import sys

import pytest

HEAVY = (
    "sqlalchemy",
    "asyncpg",
    "alembic",
    "pydantic",
    "strawberry",
    "cryptography",
    "casbin",
    "spacy",
)
MODULES_MAX = 400
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
"""Whoever measures coverage would load modules of its own."""
SCRIPT = """
import json, sys
from typer.main import get_command
from api.cli.app import app

def all_of(command):
    yield command
    for one in getattr(command, "commands", {}).values():
        yield from all_of(one)

texts = [command.get_short_help_str() for command in all_of(get_command(app))]
print(json.dumps([len(texts), sorted({name.split(".")[0] for name in sys.modules}), len(sys.modules)]))
"""


def test_what_the_commands_are_is_told_without_loading_what_they_do() -> None:
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, env=PLAIN
    )
    commands, packages, modules = json.loads(done.stdout)
    assert commands > 30
    assert [name for name in HEAVY if name in packages] == []
    assert modules < MODULES_MAX


RECORDS = ("sqlalchemy", "phonenumbers", "regex", "email_validator")
"""What reading and writing records takes."""

SELDOM = (
    "alembic",
    "babel",
    "casbin",
    "email_validator",
    "faker",
    "graphql",
    "httpx",
    "mako",
    "pgqueuer",
    "presidio_analyzer",
    "psutil",
    "rapidfuzz",
    "snowballstemmer",
    "spacy",
    "starlette",
    "strawberry",
    "uvicorn",
)
"""What a command that connects does not need as a rule."""


def loaded(module: str) -> list[str]:
    """The modules that are there when a command has loaded this one and found its databases."""
    script = f"import json, sys, api.cli.app, api.settings.databases, api.settings.logs, {module};"
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script + " print(json.dumps(list(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
        env=PLAIN,
    )
    return list(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("module", "spared", "modules_max"),
    [("api.runtime.connections", (*SELDOM, *RECORDS), 720), ("api.runtime.wiring", SELDOM, 1_080)],
)
def test_a_command_that_connects_loads_little(
    module: str, spared: tuple[str, ...], modules_max: int
) -> None:
    modules = loaded(module)
    packages = {name.partition(".")[0] for name in modules}
    assert [name for name in spared if name in packages] == []
    assert len(modules) < modules_max
