"""Bulk write of rows: COPY into a temporary twin of the table, then INSERT or UPDATE from it.

COPY goes into no table that has row-level security; the statement that follows it is subject to it.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from itertools import repeat
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.declaration.field import Values
from domain.values.errors import StaleVersionError
from domain.writing.unit_of_work import UnitOfWork

Rows = Sequence[Values]


async def insert_rows(work: UnitOfWork, table: sa.Table, rows: Rows) -> None:
    """Add rows, which all have the same columns; ``tenant_id`` is filled in. A trial adds none."""
    if work.trial is not None:
        return
    async with _staged(work, table, rows) as staging:
        names = [column.name for column in staging.columns]
        if names:
            await work.execute(sa.insert(table).from_select(names, sa.select(*staging.columns)))


async def replace_rows(work: UnitOfWork, table: sa.Table, rows: Rows) -> None:
    """Write rows over those with their ids and the version before; raises ``StaleVersionError``."""
    if work.trial is not None:
        return
    async with _staged(work, table, rows) as staging:
        if not rows:
            return
        query = (
            sa.update(table)
            .values({column.name: column for column in staging.columns})
            .where(
                table.c.tenant_id == staging.c.tenant_id,
                table.c.id == staging.c.id,
                table.c.version == staging.c.version - 1,
            )
        )
        if (await work.execute(query)).rowcount != len(rows):
            raise StaleVersionError("a record was changed meanwhile: run the import again")


async def delete_rows(work: UnitOfWork, table: sa.Table, column: str, ids: Collection[str]) -> None:
    """Remove the rows whose ``column`` is one of ``ids``."""
    if ids and work.trial is None:
        wanted = sa.any_(sa.literal(list(ids), ARRAY(UUID(as_uuid=False))))
        where = (table.c.tenant_id == work.tenant, table.c[column] == wanted)
        await work.execute(sa.delete(table).where(*where))


@asynccontextmanager
async def _staged(work: UnitOfWork, table: sa.Table, rows: Rows) -> AsyncIterator[sa.TableClause]:
    names = ["tenant_id", *(name for name in (rows[0] if rows else ()) if name != "tenant_id")]
    staging = sa.table(
        f"import_{table.name}", *(sa.column(n, table.c[n].type) for n in (names if rows else ()))
    )
    if not rows:
        yield staging
        return
    await work.execute(sa.text(f"CREATE TEMPORARY TABLE {staging.name} (LIKE {table.name})"))
    driver = (await work.connection.get_raw_connection()).driver_connection
    if driver is None:
        raise ConnectionError
    columns = [_copied(table.c[name], rows) for name in names[1:]]
    records = zip(repeat(work.tenant, len(rows)), *columns, strict=True)
    await driver.copy_records_to_table(staging.name, records=records, columns=names)
    yield staging
    await work.execute(sa.text(f"DROP TABLE {staging.name}"))


def _copied(column: sa.Column[Any], rows: Rows) -> list[Any]:
    """The values of a column as COPY takes them: the driver's codec of JSON takes text only."""
    values = [row[column.name] for row in rows]
    if not isinstance(column.type, sa.JSON):
        return values
    return [None if value is None else msgspec.json.encode(value).decode() for value in values]
