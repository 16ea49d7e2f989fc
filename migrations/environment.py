"""What both Alembic environments do."""

import asyncio

import sqlalchemy as sa
from alembic import context
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

LIMITS = "SET lock_timeout = '5s'; SET statement_timeout = '600s'"


def run(metadata: sa.MetaData) -> None:
    """Run the migrations as Alembic's command line or ``migrations.run`` asks for it."""
    if context.is_offline_mode():
        context.configure(
            dialect_name="postgresql", target_metadata=metadata, literal_binds=True, as_sql=True
        )
        with context.begin_transaction():
            context.execute(LIMITS)
            context.run_migrations()
    else:
        asyncio.run(_online(context.config.attributes["url"], metadata))


async def _online(url: str, metadata: sa.MetaData) -> None:
    engine = create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"), hide_parameters=True
    )
    async with engine.connect() as connection:
        await connection.run_sync(_migrate, metadata)
        await connection.commit()
    await engine.dispose()


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """PgQueuer declares its tables itself."""
    return kind != "table" or not str(name).startswith("pgqueuer")


def _migrate(connection: sa.Connection, metadata: sa.MetaData) -> None:
    for limit in LIMITS.split("; "):
        connection.execute(sa.text(limit))
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        include_name=_is_ours,
    )
    with context.begin_transaction():
        context.run_migrations()
