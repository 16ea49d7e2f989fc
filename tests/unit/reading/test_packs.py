"""A record's sealed fields come back as they were, each in its place, and nowhere else."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import structlog
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from domain.declaration.entity import Entity
from domain.declaration.kinds import Kind
from domain.entities.registry import ALL
from domain.storage.sealed_records import (
    BROKEN,
    BUCKET_BYTES,
    LOST,
    PADDING,
    decode_sealed,
    encode_sealed,
    opened,
    opened_rows,
    padded_length,
    place_of,
    repadded,
)
from domain.writing.records import opened_record, sealed_record
from privacy.vault import SealingKey
from tests.unit.privacy import vectors

KEY = SealingKey(1, AESGCM(vectors.DATA_KEY))
SEALED = [resource for resource in ALL if resource.sealed]

ids = st.uuids().map(str)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(
    ["", "\0", "\u202eadA", "a\u0301", "á", " ", "null", "\ufeff", "😀" * 9]
)
numbers = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False)
plain = st.none() | st.booleans() | numbers | texts
objects = st.lists(st.dictionaries(texts, plain, max_size=4), max_size=4)
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: texts,
    Kind.DATE: st.dates().map(date.isoformat),
    Kind.JSON: objects,
    Kind.TAGS: st.lists(texts, max_size=4),
}


@st.composite
def records(draw: st.DrawFn) -> tuple[Entity, dict[str, Any]]:
    """A resource, and a value or nothing for each of its sealed fields."""
    resource = draw(st.sampled_from(SEALED))
    values = {f.name: draw(st.none() | VALUES[f.kind]) for f in resource.sealed}
    return resource, values


def test_values_of_every_sealed_kind_are_tried() -> None:
    assert {field.kind for resource in SEALED for field in resource.sealed} <= VALUES.keys()


@given(records(), ids, ids, ids)
def test_a_record_opens_as_it_was_sealed(
    record: tuple[Entity, dict[str, Any]], tenant: str, row: str, subject: str
) -> None:
    resource, values = record
    row = subject if resource.subject == "id" else row
    sealed = sealed_record(tenant, resource, row, KEY, subject, values)
    kept = {"id": row, resource.subject or "": subject, "sealed": sealed}
    assert typed(opened_record(tenant, resource, kept, KEY)) == typed(values)


def typed(values: Any) -> Any:
    """Values with their types: 1, 1.0 and true are equal to Python, and so are 0.0 and -0.0."""
    if isinstance(values, dict):
        return {typed(name): typed(value) for name, value in values.items()}
    return [typed(v) for v in values] if isinstance(values, list) else f"{type(values)} {values!r}"


@given(records())
def test_nothing_and_an_empty_value_are_two_things(record: tuple[Entity, dict[str, Any]]) -> None:
    resource, values = record
    empty = {f.name: [] if f.kind in {Kind.JSON, Kind.TAGS} else "" for f in resource.sealed}
    names = [name for name, value in values.items() if value is None]
    known = decode_sealed(resource, encode_sealed(resource, values))
    assert [name for name in known if known[name] is None] == names
    assert decode_sealed(resource, encode_sealed(resource, empty)) == empty
    nothing = encode_sealed(resource, {})
    assert nothing == encode_sealed(resource, dict.fromkeys(values))
    assert nothing != encode_sealed(resource, empty)


@given(records())
def test_a_packs_length_tells_a_bucket_only(record: tuple[Entity, dict[str, Any]]) -> None:
    resource, values = record
    pack = encode_sealed(resource, values)
    assert len(pack) % BUCKET_BYTES == 0
    bare = msgspec.msgpack.encode(
        {f.pack: values[f.name] for f in resource.sealed if values.get(f.name) is not None}
    )
    assert repadded(bare) == repadded(pack) == pack


def test_padding_adds_an_eighth_at_most() -> None:
    shorter = [padded_length(length) for length in range(1, 70_000)]
    assert shorter == sorted(shorter)
    for length, padded in enumerate(shorter, 1):
        assert padded_length(padded) == padded
        assert length <= padded <= max(length * 9 / 8, length + BUCKET_BYTES - 1)
    assert len(set(shorter)) < 120


@given(records(), records(), st.tuples(ids, ids, ids), st.tuples(ids, ids, ids))
def test_a_pack_opens_in_its_own_place_only(
    record: tuple[Entity, dict[str, Any]],
    other: tuple[Entity, dict[str, Any]],
    here: tuple[str, str, str],
    there: tuple[str, str, str],
) -> None:
    (resource, values), (elsewhere, _) = record, other
    own = (resource, *here)
    sealed = sealed_record(here[0], resource, here[1], KEY, here[2], values)
    for where in (
        own,
        (elsewhere, *here),
        (resource, there[0], *here[1:]),
        (resource, here[0], there[1], here[2]),
        (resource, *here[:2], there[2]),
    ):
        if where == own:
            assert opened_in(where, sealed) == [decode(resource, values)] * 2
        else:
            assert opened_in(where, sealed) == [BROKEN] * 2


def decode(resource: Entity, values: dict[str, Any]) -> dict[int, Any]:
    return {f.pack or 0: v for f in resource.sealed if (v := values[f.name]) is not None}


def opened_in(where: tuple[Entity, str, str, str], sealed: bytes) -> list[dict[int, Any]]:
    """The pack as one row and as one of a page, without padding."""
    resource, tenant, row, subject = where
    prefix = place_of(tenant, resource).prefix()
    page = opened_rows([(row, subject, sealed)], (2, 0, 1), lambda _: KEY, prefix)
    packs = [*page, opened(sealed, KEY, prefix, row, subject)]
    for pack in packs:
        assert pack is BROKEN or set(pack.pop(PADDING)) <= {0}
    return packs


@given(records(), st.tuples(ids, ids, ids), st.data())
def test_a_pack_that_was_changed_anywhere_opens_nowhere(
    record: tuple[Entity, dict[str, Any]], here: tuple[str, str, str], data: st.DataObject
) -> None:
    resource, values = record
    tenant, row, subject = here
    sealed = sealed_record(tenant, resource, row, KEY, subject, values)
    start = data.draw(st.integers(0, len(sealed) - 1))
    end = data.draw(st.integers(start, len(sealed)))
    changed = sealed[:start] + data.draw(st.binary(max_size=end - start + 1)) + sealed[end:]
    prefix = place_of(tenant, resource).prefix()
    if changed == sealed:
        assert opened(changed, KEY, prefix, row, subject) is not LOST
        return
    with structlog.testing.capture_logs() as logs:
        assert opened(changed, KEY, prefix, row, subject) is BROKEN
    (told,) = logs
    assert told.pop("reason") in {
        "the sealed value has an unknown form",
        "the sealed value was made with another key",
        "the sealed value does not belong here or was changed",
    }
    assert told == {
        "event": "record.damaged",
        "log_level": "error",
        "row": row,
        "subject": subject,
    }


@given(records(), st.tuples(ids, ids, ids))
def test_equal_records_have_different_ciphertexts(
    record: tuple[Entity, dict[str, Any]], here: tuple[str, str, str]
) -> None:
    resource, values = record
    tenant, row, subject = here
    packs = {sealed_record(tenant, resource, row, KEY, subject, values) for _ in range(3)}
    assert len({pack[6:18] for pack in packs}) == len({pack[18:] for pack in packs}) == 3
    assert len({pack[:6] for pack in packs}) == len({len(pack) for pack in packs}) == 1


def test_only_a_row_without_key_or_ciphertext_is_lost() -> None:
    prefix = place_of(vectors.TENANT, SEALED[0]).prefix()
    place = prefix, vectors.ROW, vectors.SUBJECT
    assert opened(None, KEY, *place) is opened(vectors.SEALED, None, *place) is LOST
    for sealed in (b"", b"\x80", vectors.SEALED):
        assert opened(sealed, KEY, *place) is BROKEN


def test_of_a_page_those_rows_open_that_were_not_damaged() -> None:
    prefix, subject = place_of(vectors.TENANT, SEALED[0]).prefix(), vectors.SUBJECT
    ids = [str(UUID(int=number)) for number in range(4)]
    values = {"given_name": "Ada"}
    packs = [sealed_record(vectors.TENANT, SEALED[0], i, KEY, subject, values) for i in ids]
    rows = list(zip(ids, [packs[0], packs[0], None, packs[3]], strict=True))
    page = opened_rows([(i, subject, p) for i, p in rows], (2, 0, 1), lambda _: KEY, prefix)
    assert page[1] is BROKEN
    assert page[2] is LOST
    assert page[0] == page[3] != {}
