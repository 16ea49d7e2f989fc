"""The commands, registered."""

import asyncpg
import typer
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from api.cli import output
from api.cli.audit import audit
from api.cli.demo import demo
from api.cli.department import departments
from api.cli.detect import detect
from api.cli.documents import documents
from api.cli.erase import erase
from api.cli.import_ import import_files
from api.cli.key import key
from api.cli.keys import keys
from api.cli.member import members
from api.cli.migrate import migrate
from api.cli.partner import partners
from api.cli.policy import policy
from api.cli.policy_questions import questions
from api.cli.reindex import reindex_search
from api.cli.restore import restore, tombstones
from api.cli.schema import schema
from api.cli.search_modes import search_modes
from api.cli.serve import RESTORE_NEEDED, serve
from api.cli.tenant import tenant
from api.cli.token import token
from api.cli.worker import worker
from api.databases import InvalidSettingError
from api.embedded import EmbeddedUnavailableError
from api.logs import configure
from domain.directory.principals import UnknownPrincipalError
from domain.errors import FarleyError
from policy.rules import InvalidPolicyError
from privacy.database import DatabaseUnavailableError
from privacy.purposes import UnknownPurposeError
from privacy.tombstones.guard import RestoreNeededError
from privacy.tombstones.journal import JournalError
from privacy.vault.key_files import KeyFileError
from privacy.vault.providers import KeyProviderError

INTERRUPTED = 128 + 2  # As shells count SIGINT.

app = typer.Typer(
    help="Farley, a headless CRM: one GraphQL API, bound to who asks, for what purpose, and what the"
    " person behind the record allows.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)

for command in (serve, worker, migrate, token, tenant, demo, detect, erase, restore, schema):
    app.command()(command)
app.command("import")(import_files)
app.add_typer(audit, name="audit")
app.add_typer(documents, name="documents")
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


def main() -> None:
    """Run a command; what goes wrong is said in one sentence, with exit code 1.

    Nothing is logged to standard output: it holds a command's answer, such as a token, and only that.
    """
    configure(development=True)
    try:
        app()
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except FarleyError as error:
        output.fail(f"{error} ({error.code})")
    except ValidationError as error:
        names = ", ".join(f"FARLEY_{part}".upper() for one in error.errors() for part in one["loc"])
        output.fail(f"These settings have values that cannot be: {names}.")
    except UnknownPrincipalError:
        output.fail(
            "Nobody active has that name here: the demo's are listed by `farley token --help`. With"
            " FARLEY_DATA_DIR the server was started elsewhere? Set it for this command too."
        )
    except UnknownPurposeError:
        output.fail(
            "Who is acted as has no usual purpose: members of the departments shipped have."
        )
    except RestoreNeededError:
        output.fail(RESTORE_NEEDED)
    except DatabaseUnavailableError:
        output.fail(
            "The database does not answer: is it running, and are FARLEY_DATABASE_URL and"
            " FARLEY_VAULT_URL right?"
        )
    except (
        InvalidSettingError,
        EmbeddedUnavailableError,
        KeyFileError,
        KeyProviderError,
        InvalidPolicyError,
        JournalError,
    ) as error:
        output.fail(str(error))
    except (asyncpg.UndefinedTableError, SQLAlchemyError) as error:
        output.fail(
            f"The database refused a statement ({type(error).__name__}): run `farley migrate`."
        )
