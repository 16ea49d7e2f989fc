"""``farley migrate``: both databases, brought to the newest revision or printed as SQL."""

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
) -> None:
    """Bring both databases to the newest revision."""
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
