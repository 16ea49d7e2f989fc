"""Index rows: all by which a record is found; commands, imports and reindexing make them here alike."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.declaration.entity import Entity
from domain.declaration.field import Values
from domain.searching.chosen import for_writing
from domain.searching.modes import USUAL_MODES, Modes
from domain.searching.plain import text_rows
from domain.searching.sources import is_indexed
from domain.searching.tokens import row_tokens
from domain.storage.custom_definitions import Definitions, declared
from domain.storage.custom_index import custom_rows
from domain.storage.custom_labelled import FIELD as CUSTOM_FIELDS
from domain.storage.index_rows import index_rows
from domain.tables import INDEXES, customers, search_texts, search_tokens
from privacy.vault import IndexKeys

Written = tuple[Values, Values]
"""The plain columns of a record and its sealed fields."""
IndexRow = dict[str, Any]
IndexRows = Mapping[sa.Table, list[IndexRow]]


@dataclass(frozen=True, slots=True)
class Basis:
    """What index rows are made with: the tenant's keys, region and choices, and the languages of the people
    behind the records at hand.
    """

    tenant: str
    keys: IndexKeys
    region: str
    definitions: Definitions
    languages: Mapping[str, str | None]
    modes: Modes


def index_record(basis: Basis, resource: Entity, row: Values, sealed: Values) -> IndexRows:
    """The rows of one record, by table; no table is missing."""
    found: dict[sa.Table, list[IndexRow]] = {table: [] for table in INDEXES}
    subject = row["id"] if resource.subject is None else row[resource.subject]
    owner = {"tenant_id": basis.tenant, "row_id": row["id"], "customer_id": subject}
    for table, rows in (
        *index_rows(basis.keys, resource, owner, sealed, basis.region, row.get("country")),
        *custom_rows(basis.keys, resource, owner, sealed, basis.definitions),
    ):
        found[table] += rows
    if is_indexed(resource):
        language = basis.languages.get(subject)
        tokens = row_tokens(basis.keys, resource, row, sealed, language, basis.modes)
        found[search_tokens].append({**owner, "tokens": tokens, "root": basis.keys.version})
        found[search_texts] += text_rows(owner, resource, sealed, basis.modes)
    return found


def index_records(basis: Basis, resource: Entity, records: Iterable[Written]) -> IndexRows:
    """The rows of many records together, by table."""
    found: dict[sa.Table, list[IndexRow]] = {table: [] for table in INDEXES}
    for row, sealed in records:
        for table, rows in index_record(basis, resource, row, sealed).items():
            found[table] += rows
    return found


async def index_basis(
    connection: AsyncConnection,
    keys: IndexKeys,
    tenant: str,
    region: str,
    resource: Entity,
    records: Collection[Written],
) -> Basis:
    """What index rows of these records are made with; what none of them needs is not looked up."""
    definitions: Definitions = {}
    languages: Mapping[str, str | None] = {}
    modes = USUAL_MODES
    if any(sealed.get(CUSTOM_FIELDS) for _, sealed in records):
        definitions = await declared(connection, tenant, resource.name)
    if is_indexed(resource):
        rows = [row for row, _ in records]
        languages = await _languages(connection, tenant, resource, rows)
        modes = await for_writing(connection, tenant)
    return Basis(tenant, keys, region, definitions, languages, modes)


async def _languages(
    connection: AsyncConnection, tenant: str, resource: Entity, rows: Collection[Values]
) -> Mapping[str, str | None]:
    """The languages of the people behind rows, by their ids: known from the rows or looked up."""
    if resource.subject == "id":
        return {row["id"]: row.get("language") for row in rows}
    people = sorted({row[resource.subject or "id"] for row in rows})
    query = sa.select(customers.c.id, customers.c.language).where(
        customers.c.tenant_id == tenant,
        customers.c.id == sa.any_(sa.literal(people, ARRAY(UUID(as_uuid=False)))),
    )
    return {str(id_): language for id_, language in await connection.execute(query)}
