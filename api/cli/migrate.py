from typing import Annotated

import typer

from api.cli import output
from api.databases import databases
from api.databases import migrate as run_migrations
from api.settings import Settings
from migrations.run import Database
from migrations.run import sql as migration_sql


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
    if sql:
        output.result(migration_sql(Database.VAULT if vault else Database.MAIN))
        return
    with databases(Settings()) as urls:
        run_migrations(urls)
    output.note("Both databases are up to date.")
