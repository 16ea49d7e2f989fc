"""What a process of the bench is: one that seals, or one of two that do not.

``sealed`` is Farley as it is; ``fetching`` too, but keeps no keys. ``packs`` leaves the packs of rows
unencrypted and unpadded, fetches no keys and keeps tags and tokens plain; ``columns`` does so too and
keeps each field in a text column of its own.
"""

from msgspec import msgpack

from api.runtime import connections
from domain.importing.write import upsert
from domain.reading.statements import row_set
from domain.storage import sealed_records as packs
from domain.storage.sealed_records import encode_sealed
from domain.writing import records
from domain.writing import stored_rows as stored
from privacy.vault import opened_keys
from tests.bench.plain import columns, vault

SEALED, FETCHING, PACKS, COLUMNS = "sealed", "fetching", "packs", "columns"


def become(mode: str) -> None:
    """Change this process; nothing of Farley's may have run in it."""
    if mode == FETCHING:
        opened_keys.CACHE_SECONDS = -1.0
    if mode in {SEALED, FETCHING}:
        return
    put(connections, Vault=vault.PlainVault)
    put(packs, _padded=msgpack.encode)
    for module in (packs, records):
        put(module, unseal_rows=vault.unseal_rows)
    for writer in (records, upsert):
        put(writer, sealed_record=_pack)
    if mode == COLUMNS:
        columns.add_columns()
        put(row_set, RecordCode=columns.ColumnCode)
        put(records.Records, _sealed_record=columns.written, _opened=columns.read)
        put(upsert.Upsert, _row=columns.copied)
        put(stored, opened_row=columns.stored)


def put(owner: object, **others: object) -> None:
    """Others in the place of what a module or a class holds under their names."""
    for name, other in others.items():
        assert hasattr(owner, name)
        setattr(owner, name, other)


def _pack(*given: object) -> bytes:
    """In place of ``records.sealed_record``."""
    _, resource, _, _, _, values = given
    return encode_sealed(resource, values)  # type: ignore[arg-type]
