"""Roles and databases for a PostgreSQL that Farley may set up itself: the embedded one."""

import asyncpg

MAIN = "farley"
VAULT = "farley_vault"
OWNER = "farley_owner"
APP = "farley_app"


async def bootstrap(admin_url: str, main: str = MAIN, vault: str = VAULT) -> None:
    """Make the two roles and the two databases where they are missing; a second call changes nothing.

    The server's role owns nothing and may not bypass row-level security.
    """
    connection = await asyncpg.connect(admin_url)
    try:
        for role in (OWNER, APP):
            if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
                await connection.execute(
                    f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
                )
        for database in (main, vault):
            await _create_database(connection, database)
    finally:
        await connection.close()


async def _create_database(connection: asyncpg.Connection, database: str) -> None:
    if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
        return
    await connection.execute(f'CREATE DATABASE "{database}" OWNER {OWNER}')
    await connection.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
    await connection.execute(f'GRANT CONNECT, TEMPORARY ON DATABASE "{database}" TO {APP}')
