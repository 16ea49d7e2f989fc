"""Sealed record: the sealed fields of a row, packed under one ciphertext, and padded."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec
import structlog

from domain.declaration.entity import Entity
from domain.declaration.field import Values
from privacy.vault import UnsealError
from privacy.vault.sealing import Place, SealingKey, unseal_rows

log = structlog.get_logger(__name__)

SealedRecord = dict[int, Any]
"""The sealed values of a row by their fields' stable numbers."""

LOST: SealedRecord = {}
"""Stands for a sealed record whose key or ciphertext is gone."""

BROKEN: SealedRecord = {}
"""Stands for a sealed record that does not open."""

PADDING = -1
"""The number under which a sealed record holds zeros for length; no field has it."""
BUCKET_BYTES = 64

_decode = msgspec.msgpack.Decoder(SealedRecord).decode
_BIN_32 = b"\xc6"
_SIZE_BYTES = 4


def place_of(tenant: str, resource: Entity) -> Place:
    """Where a resource's sealed records stand."""
    return Place(tenant, resource.stable)


def opened(
    ciphertext: bytes | None, key: SealingKey | None, prefix: str, row: str, subject: str
) -> SealedRecord:
    """The sealed record of a row, ``LOST``, or ``BROKEN`` when it does not belong where it stands."""
    (record,) = unsealed(prefix, [key], [ciphertext], [row], [subject])
    return BROKEN if record is False else LOST if record is None else _decode(record)


def opened_rows(
    rows: Sequence[Sequence[Any]],
    columns: tuple[int, int, int],
    key: Callable[[str], SealingKey | None],
    prefix: str,
) -> list[SealedRecord]:
    """The sealed records of rows as ``opened`` gives them; the columns hold ciphertext, id and subject."""
    sealed, id_, whose = columns
    subjects = [row[whose] for row in rows]
    ids = subjects if id_ == whose else [row[id_] for row in rows]
    keys, ciphertexts = [*map(key, subjects)], [row[sealed] for row in rows]
    return [
        BROKEN if record is False else LOST if record is None else _decode(record)
        for record in unsealed(prefix, keys, ciphertexts, ids, subjects)
    ]


def unsealed(
    prefix: str,
    keys: Sequence[SealingKey | None],
    sealed: Sequence[bytes | None],
    rows: Sequence[str],
    subjects: Sequence[str],
) -> Sequence[bytes | Literal[False] | None]:
    """What ``unseal_rows`` gives, and ``False`` for a value that does not open: one damaged record must
    not keep the others from being read. The log says which it is.
    """
    try:
        return unseal_rows(prefix, keys, sealed, rows, subjects)
    except UnsealError as error:
        if len(rows) == 1:
            note_damage(error)
            return [False]
    each = zip(keys, sealed, rows, subjects, strict=True)
    return [unsealed(prefix, [key], [value], [row], [of])[0] for key, value, row, of in each]


def note_damage(error: UnsealError) -> None:
    """Tell the operator which value does not open."""
    log.error("record.damaged", row=error.row, subject=error.subject, reason=str(error))


def encode_sealed(resource: Entity, values: Values) -> bytes:
    """The sealed fields of a row as bytes; absent and null fields are not in it."""
    return _padded(
        {
            field.pack: values[field.name]
            for field in resource.sealed
            if field.pack is not None and values.get(field.name) is not None
        }
    )


def repadded(plaintext: bytes) -> bytes:
    """A record as it would be written today; those of earlier versions are not padded."""
    record = _decode(plaintext)
    record.pop(PADDING, None)
    return _padded(record)


def padded_length(length: int) -> int:
    """The next multiple of 64, or for long ones of a larger power of two: Padmé (Nikitin et al., Reducing
    Metadata Leakage from Encrypted Files, PoPETs 2019), which adds an eighth at most.
    """
    bits = length.bit_length()
    free = bits - 1 - (bits - 1).bit_length()
    bucket = max(BUCKET_BYTES, 1 << max(free, 0))
    return -(-length // bucket) * bucket


def _padded(record: SealedRecord) -> bytes:
    """MessagePack, with zeros at the end whose length always takes four bytes."""
    head = msgspec.msgpack.encode(record | {PADDING: b""})[:-2] + _BIN_32
    length = len(head) + _SIZE_BYTES
    zeros = padded_length(length) - length
    return head + zeros.to_bytes(_SIZE_BYTES, "big") + bytes(zeros)


def decode_sealed(resource: Entity, plaintext: bytes) -> dict[str, Any]:
    """The sealed fields of a row by name."""
    record = _decode(plaintext)
    return {field.name: record.get(field.pack or 0) for field in resource.sealed}
