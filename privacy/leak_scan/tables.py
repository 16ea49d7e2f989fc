"""Scan of a database: every table of every schema, the catalogues and statistics with them.

Values are searched as the database holds them: binary columns as their bytes, all others as the text
that a dump shows.
"""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

import asyncpg

from privacy.database import UNAVAILABLE, DatabaseUnavailableError
from privacy.leak_scan.report import Report
from privacy.leak_scan.scanner import Scanner

ROWS = 200
"""Read at a time."""
VIEWS = (
    "pg_stats",
    "pg_stats_ext",
    "pg_stats_ext_exprs",
    "pg_stat_activity",
    "pg_stat_statements",
    "pg_settings",
)
"""What shows data that no table holds: statistics, and statements with what stands in them."""

_RELATIONS = """
SELECT n.nspname::text AS schema, c.relname::text AS name, c.relkind <> 'v' AS stored,
       has_table_privilege(c.oid, 'SELECT') AS readable,
       array_agg(a.attname::text ORDER BY a.attnum) AS columns,
       array_agg(a.atttypid = 'bytea'::regtype ORDER BY a.attnum) AS binary
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE (c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND n.nspname <> 'pg_toast')
   OR (c.relkind = 'v' AND c.relname = ANY($1))
GROUP BY n.nspname, c.relname, c.relkind, c.oid ORDER BY n.nspname, c.relname
"""


class _Relation(NamedTuple):
    schema: str
    name: str
    stored: bool
    readable: bool
    columns: Sequence[str]
    binary: Sequence[bool]

    @property
    def is_ours(self) -> bool:
        return self.schema not in {"pg_catalog", "information_schema"}

    def place(self, database: str) -> str:
        schema = () if self.schema == "public" else (self.schema,)
        return ".".join((database, *schema, self.name))


async def search_database(
    scanner: Scanner, database: str, url: str, report: Report, user: str | None = None
) -> None:
    """Search all that the role may read; ``database`` is what places are called by.

    The role must not be bound by row-level security: a table of which it would not see every row is
    noted as unread. Raises ``DatabaseUnavailableError``.
    """
    try:
        connection = await asyncpg.connect(
            url,
            user=user,
            server_settings={"row_security": "off", "application_name": "farley audit"},
        )
    except (*UNAVAILABLE, asyncpg.PostgresError) as error:
        raise DatabaseUnavailableError from error
    try:
        for record in await connection.fetch(_RELATIONS, list(VIEWS)):
            await _search(scanner, connection, _Relation(*record), database, report)
    except UNAVAILABLE as error:
        raise DatabaseUnavailableError from error
    finally:
        await connection.close()


async def _search(
    scanner: Scanner,
    connection: asyncpg.Connection,
    relation: _Relation,
    database: str,
    report: Report,
) -> None:
    place = relation.place(database)
    try:
        async with connection.transaction(readonly=True):
            async for rows in _rows(connection, relation):
                _search_rows(scanner, relation, rows, place, report)
    except asyncpg.PostgresError:
        (report.unread if relation.readable or relation.is_ours else report.closed).append(place)
    else:
        report.tables += 1


async def _rows(
    connection: asyncpg.Connection, relation: _Relation
) -> AsyncIterator[Sequence[asyncpg.Record]]:
    names = [_quoted(name) for name in relation.columns]
    columns = [
        name if binary else f"convert_to({name}::text, 'UTF8')"
        for name, binary in zip(names, relation.binary, strict=True)
    ]
    first = "ctid::text" if relation.stored else "NULL"
    only = "ONLY " if relation.stored else ""
    source = f"{only}{_quoted(relation.schema)}.{_quoted(relation.name)}"
    cursor = await connection.cursor(f"SELECT {', '.join([first, *columns])} FROM {source}")  # noqa: S608 - quoted names of the catalogue
    while rows := await cursor.fetch(ROWS):
        yield rows


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _search_rows(
    scanner: Scanner,
    relation: _Relation,
    rows: Sequence[asyncpg.Record],
    place: str,
    report: Report,
) -> None:
    width = len(relation.columns)
    values = [value or b"" for row in rows for value in row[1:]]
    report.size += sum(map(len, values))
    for number, meaning in scanner.in_values(values):
        row, column = divmod(number, width)
        ctid = rows[row][0]
        at = f"row {ctid}" if ctid else "a row"
        report.add(f"{place}.{relation.columns[column]}", at, meaning)
