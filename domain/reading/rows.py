"""From a database row to what the caller may see of it: opened, masked, or withheld with a reason."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
import orjson
import sqlalchemy as sa

from domain.catalogue import Kind, Resource
from domain.reading.columns import output
from domain.reading.guards import Guard, GuardColumns, Row
from domain.reading.plan import Part
from domain.reading.reach import Reach
from privacy.redaction import Reason
from privacy.vault.sealing import Place, SealingKey, associated_data, unseal

Pack = dict[int, Any]

_decode_pack = msgspec.msgpack.Decoder(dict[int, Any]).decode


@dataclass(slots=True)
class Visible:
    """The values of one record that its reader may see, and why the others are missing."""

    id: str
    values: dict[str, Any]
    reasons: dict[str, Reason]


class RowProgram:
    """The columns that a statement selects for some fields, and how a row of them is read."""

    def __init__(self, reach: Reach, names: Iterable[str], table: sa.FromClause) -> None:
        resource = reach.resource
        wanted = [f for f in resource.fields if f.name in _expanded(resource, names)]
        verdicts = {f.name: reach.verdicts[f.name] for f in wanted}
        self.resource = resource
        self.columns: list[sa.ColumnElement[Any]] = [sa.cast(table.c.id, sa.Text)]
        self._withheld = {n: v.withheld for n, v in verdicts.items() if v.withheld is not None}
        shown = [f for f in wanted if verdicts[f.name].withheld is None]
        self._plain = [
            (f.name, self._add(output(resource, f, table))) for f in shown if not f.is_sealed
        ]
        self._json = [f.name for f in shown if f.kind is Kind.JSON and not f.is_sealed]
        self.sealed = tuple(f for f in shown if f.is_sealed)
        self._read_sealed(table)
        self._guards = GuardColumns(reach, table, self._add).guards(shown)

    def _add(self, column: sa.ColumnElement[Any]) -> int:
        self.columns.append(column)
        return len(self.columns) - 1

    def _read_sealed(self, table: sa.FromClause) -> None:
        subject = self.resource.subject
        if not self.sealed or subject is None:
            return
        self._ciphertext = self._add(table.c.sealed)
        self._subject = 0 if subject == "id" else self._add(sa.cast(table.c[subject], sa.Text))

    def subject_of(self, row: Row) -> str:
        """The data subject of a row."""
        return str(row[self._subject])

    def read(self, row: Row, prefix: bytes, key: SealingKey | None) -> Visible:
        """What the reader may see; raises ``UnsealError`` when a value does not belong where it stands."""
        visible = Visible(row[0], {name: row[i] for name, i in self._plain}, dict(self._withheld))
        for name in self._json:
            text = visible.values[name]
            visible.values[name] = None if text is None else orjson.loads(text)
        if self.sealed:
            self._open(row, prefix, key, visible)
        for guard in self._guards:
            _apply(guard, row, visible)
        return visible

    def _open(self, row: Row, prefix: bytes, key: SealingKey | None, visible: Visible) -> None:
        ciphertext = row[self._ciphertext]
        if ciphertext is None or key is None:
            for field in self.sealed:
                visible.reasons[field.name] = Reason.ERASED
            return
        aad = associated_data(prefix, row[0], row[self._subject])
        pack = _decode_pack(unseal(key, ciphertext, aad))
        for field in self.sealed:
            visible.values[field.name] = pack.get(field.pack or 0)


def _apply(guard: Guard, row: Row, visible: Visible) -> None:
    name, reason = guard.field.name, guard.reason(row)
    if reason is None or name in visible.reasons:
        return
    visible.reasons[name] = reason
    value = visible.values.get(name)
    visible.values[name] = guard.mask(value, row) if reason is Reason.MASKED else None


def place_of(tenant: str, resource: Resource) -> Place:
    """Where a resource's packs stand."""
    return Place(tenant, resource.stable)


def encode_pack(resource: Resource, values: Mapping[str, Any]) -> bytes:
    """The sealed fields of a row as bytes; absent and null fields take no room."""
    pack: Pack = {
        field.pack: values[field.name]
        for field in resource.sealed
        if field.pack is not None and values.get(field.name) is not None
    }
    return msgspec.msgpack.encode(pack)


def decode_pack(resource: Resource, plaintext: bytes) -> dict[str, Any]:
    """The sealed fields of a row by name."""
    pack = _decode_pack(plaintext)
    return {field.name: pack.get(field.pack or 0) for field in resource.sealed}


def _expanded(resource: Resource, names: Iterable[str]) -> frozenset[str]:
    wanted: set[str] = set()
    for name in names:
        wanted.update(resource.by_name[name].sources or (name,))
    return frozenset(wanted)


Projector = Callable[[Any], Any]


def projector(parts: Sequence[Part]) -> Projector:
    """How an object value, or a list of them, is cut down to the selected members."""
    if not parts:
        return lambda value: value
    members = [(part.key, part.name, _member(part)) for part in parts]
    return partial(_project, members)


def _member(part: Part) -> Projector:
    return projector(part.parts) if part.constant is None else lambda _: part.constant


def _project(members: Sequence[tuple[str, str, Projector]], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, list):
        return [_project(members, entry) for entry in value]
    return {key: cut(value.get(name)) for key, name, cut in members}
