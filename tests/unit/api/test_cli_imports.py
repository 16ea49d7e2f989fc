"""Commands load what they do when they do it: saying what there is to do takes a tenth of loading all."""

import json
import subprocess
import sys

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
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    commands, packages, modules = json.loads(done.stdout)
    assert commands > 30
    assert [name for name in HEAVY if name in packages] == []
    assert modules < MODULES_MAX


SELDOM = (
    "alembic",
    "mako",
    "snowballstemmer",
    "pgqueuer",
    "strawberry",
    "graphql",
    "faker",
    "babel",
)
"""What a command that connects does not need as a rule."""


def test_a_command_that_connects_loads_no_migrations_stemmers_or_schema() -> None:
    script = "import json, sys, api.databases, api.wiring; print(json.dumps(list(sys.modules)))"
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    packages = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert [name for name in SELDOM if name in packages] == []
