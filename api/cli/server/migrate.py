"""``farley migrate``: both databases, brought to the newest revision or printed as SQL; and drafts."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.terminal import output


def migrate(
    *,
    sql: Annotated[
        bool, typer.Option("--sql", help="Print the SQL instead of running it.")
    ] = False,
    vault: Annotated[
        bool, typer.Option("--vault", help="With --sql: the vault database's.")
    ] = False,
    draft: Annotated[
        str | None,
        typer.Option("--draft", help="Write the draft of a revision for the table of an entity."),
    ] = None,
) -> None:
    """Bring both databases to the newest revision."""
    if draft:
        output.note(f"Written: {_drafted(draft)}. Read it, and change it where need be.")
        return
    from api.settings.databases import databases
    from api.settings.databases import migrate as run_migrations
    from api.settings.settings import Settings
    from migrations.run import Database
    from migrations.run import sql as migration_sql

    if sql:
        output.result(migration_sql(Database.VAULT if vault else Database.MAIN))
        return
    settings = Settings()
    with databases(settings) as urls:
        if missing := settings.missing_owners:
            output.fail(
                f"Set {' and '.join(missing)}: the URL of the role that owns the tables, which"
                " migrates them (docs/operations.md). FARLEY_DATABASE_URL is the server's, which may not."
            )
        run_migrations(urls)
    output.note("Both databases are up to date.")


def _drafted(name: str) -> Path:
    """The file of a new revision that makes the entity's table, with what is granted on it."""
    from api.cli.server.drafted import revision_of
    from domain.entities.registry import BUILT_IN
    from migrations.databases import Database, newest_file

    entity = BUILT_IN.by_name.get(name)
    if entity is None:
        output.fail(f"There is no entity {name}: {', '.join(sorted(BUILT_IN.by_name))}.")
    below = newest_file(Database.MAIN)
    revision = f"{int(below.stem[:4]) + 1:04}_{entity.plural}"
    made = below.with_name(f"{revision}.py")
    made.write_text(revision_of(entity, revision=revision, below=below.stem))
    return made
