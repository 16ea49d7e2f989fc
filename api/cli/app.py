"""Registry of the commands of ``farley``."""

from importlib.metadata import version
from typing import Annotated

import typer

from api.cli.compliance.audit import audit
from api.cli.compliance.erase import erase
from api.cli.compliance.erasure import erasures
from api.cli.compliance.restore import restore, tombstones
from api.cli.compliance.take_in_again import take_in_again
from api.cli.directory.department import departments
from api.cli.directory.init import init
from api.cli.directory.key import key
from api.cli.directory.member import members
from api.cli.directory.partner import partners
from api.cli.directory.tenant import tenant
from api.cli.directory.token import token
from api.cli.policies.policy import policy
from api.cli.policies.policy_questions import questions
from api.cli.records.demo import demo
from api.cli.records.detect import detect
from api.cli.records.importing import imports
from api.cli.records.reindex import reindex_search
from api.cli.records.search_modes import search_modes
from api.cli.server.documents import documents
from api.cli.server.entity import entities
from api.cli.server.keys import keys
from api.cli.server.migrate import migrate
from api.cli.server.schema import schema
from api.cli.server.serve import serve
from api.cli.server.worker import worker
from api.cli.terminal import output
from api.cli.terminal.garbage_collection import collect_less

INTERRUPTED = 128 + 2  # As shells count SIGINT.

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)

for command in (serve, init, worker, migrate, token, tenant, demo, detect, erase, restore, schema):
    app.command()(command)
app.add_typer(imports, name="import")
app.add_typer(audit, name="audit")
app.add_typer(documents, name="documents")
app.add_typer(entities, name="entity")
app.add_typer(erasures, name="erasure")
app.add_typer(key, name="key")
app.add_typer(keys, name="keys")
policy.add_typer(questions)
app.add_typer(policy, name="policy")
app.add_typer(departments, name="department")
app.add_typer(members, name="member")
app.add_typer(partners, name="partner")
app.add_typer(search_modes, name="search-modes")
app.add_typer(tombstones, name="tombstones")
app.command("reindex")(reindex_search)
app.command("take-in-again")(take_in_again)


def _version(*, asked: bool) -> None:
    if asked:
        output.result(f"farley {version('farley')}")
        raise typer.Exit


@app.callback()
def farley(
    *,
    version_: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_version, help="Print the version."),
    ] = False,
) -> None:
    """Farley, a headless CRM: one GraphQL API, bound to who asks, for what purpose, and what the person
    behind the record allows.
    """


def main() -> None:
    """Run a command; what goes wrong is said in one sentence, with exit code 1.

    Nothing is logged to standard output: it holds a command's answer, such as a token, and only that.
    """
    collect_less()
    try:
        app()
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except Exception as error:  # What has no sentence is raised again.
        from api.cli.terminal.failures import sentence

        said = sentence(error)
        if said is None:
            raise
        output.fail(said)
