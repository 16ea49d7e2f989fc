import copy
import pickle
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from privacy.vault import Place, Sealed, SealingKey, UnsealError
from privacy.vault.sealing import (
    HEADER_BYTES,
    TAG_BYTES,
    associated_data,
    seal,
    unseal,
    unseal_rows,
)
from tests.unit.privacy import vectors

KEY = SealingKey(vectors.DATA_KEY_NUMBER, AESGCM(vectors.DATA_KEY))
PLACE = Place(vectors.TENANT, "customer")

ids = st.builds(lambda number: str(UUID(int=number)), st.integers(0, 2**128 - 1))
names = st.text("abc_", max_size=4)
places = st.tuples(ids, names, names, ids, ids)
Where = tuple[str, ...]


def aad_of(where: Where) -> bytes:
    tenant, table, part, row, subject = where
    return associated_data(Place(tenant, table, part).prefix(), row, subject)


AAD = aad_of((vectors.TENANT, "customer", "pack", vectors.ROW, vectors.SUBJECT))


@given(st.binary(max_size=300), places)
def test_what_was_sealed_opens_in_its_place(plaintext: bytes, where: Where) -> None:
    assert unseal(KEY, seal(KEY, plaintext, aad_of(where)).data, aad_of(where)) == plaintext


@given(places, places)
def test_two_places_never_look_alike(one: Where, other: Where) -> None:
    assert (aad_of(one) == aad_of(other)) is (one == other)


@given(places, st.integers(0, 4), ids)
def test_a_ciphertext_moved_anywhere_else_does_not_open(
    where: Where, step: int, elsewhere: str
) -> None:
    moved = (*where[:step], elsewhere, *where[step + 1 :])
    sealed = seal(KEY, b"Ada", aad_of(where)).data
    if moved == where:
        assert unseal(KEY, sealed, aad_of(moved)) == b"Ada"
    else:
        with pytest.raises(UnsealError):
            unseal(KEY, sealed, aad_of(moved))


def test_tenant_table_and_part_do_not_run_into_one_another() -> None:
    assert Place("a", "bc").prefix() != Place("ab", "c").prefix()
    assert Place("t", "a", "bc").prefix() != Place("t", "ab", "c").prefix()


@given(st.integers(0, 8 * len(vectors.SEALED) - 1))
def test_a_ciphertext_with_any_bit_flipped_does_not_open(bit: int) -> None:
    changed = bytearray(vectors.SEALED)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(UnsealError):
        unseal(KEY, bytes(changed), AAD)


@given(st.integers(0, len(vectors.SEALED) - 1))
def test_a_truncated_ciphertext_does_not_open(length: int) -> None:
    with pytest.raises(UnsealError):
        unseal(KEY, vectors.SEALED[:length], AAD)


@given(st.binary(min_size=1, max_size=40))
def test_a_ciphertext_with_something_behind_it_does_not_open(more: bytes) -> None:
    with pytest.raises(UnsealError):
        unseal(KEY, vectors.SEALED + more, AAD)


@given(st.binary(max_size=100))
def test_bytes_that_were_never_sealed_do_not_open(noise: bytes) -> None:
    with pytest.raises(UnsealError):
        unseal(KEY, noise, AAD)


@pytest.mark.parametrize("header", [b"\x00\x01", b"\x02\x01", b"\x01\x00", b"\x01\x02"])
def test_another_version_or_algorithm_does_not_open(header: bytes) -> None:
    with pytest.raises(UnsealError, match="unknown form"):
        unseal(KEY, header + vectors.SEALED[2:], AAD)


def test_another_persons_key_does_not_open_it() -> None:
    foreign = SealingKey(KEY.number, AESGCM(bytes(32)))
    with pytest.raises(UnsealError, match="does not belong here"):
        unseal(foreign, vectors.SEALED, AAD)


def test_a_key_of_another_number_does_not_open_it() -> None:
    with pytest.raises(UnsealError, match="another key"):
        unseal(SealingKey(8, KEY.cipher), vectors.SEALED, AAD)


@given(st.lists(st.tuples(st.binary(max_size=300), ids, ids, st.integers(0, 3)), max_size=9))
def test_rows_open_together_as_one_by_one(rows: list[tuple[bytes, str, str, int]]) -> None:
    prefix = PLACE.prefix()
    sealed = [
        seal(KEY, text, associated_data(prefix, row, whose)).data if kept != 1 else None
        for text, row, whose, kept in rows
    ]
    keys = [KEY if kept != 2 else None for *_, kept in rows]
    opened = unseal_rows(prefix, keys, sealed, [row[1] for row in rows], [row[2] for row in rows])
    assert opened == [text if kept not in {1, 2} else None for text, *_, kept in rows]


@pytest.mark.parametrize(
    ("key", "sealed", "row", "reason"),
    [
        (KEY, vectors.SEALED, vectors.SUBJECT, "does not belong here"),
        (KEY, vectors.SEALED[:-1], vectors.ROW, "does not belong here"),
        (KEY, vectors.SEALED[:HEADER_BYTES], vectors.ROW, "does not belong here"),
        (KEY, b"\x02" + vectors.SEALED[1:], vectors.ROW, "unknown form"),
        (KEY, b"", vectors.ROW, "unknown form"),
        (SealingKey(8, KEY.cipher), vectors.SEALED, vectors.ROW, "another key"),
        (SealingKey(KEY.number, AESGCM(bytes(32))), vectors.SEALED, vectors.ROW, "not belong"),
    ],
)
def test_one_row_that_does_not_open_opens_none(
    key: SealingKey, sealed: bytes, row: str, reason: str
) -> None:
    both = [vectors.SEALED, sealed], [vectors.ROW, row], [vectors.SUBJECT] * 2
    with pytest.raises(UnsealError, match=reason) as refused:
        unseal_rows(PLACE.prefix(), [KEY, key], *both)
    assert refused.value.__cause__ is None
    assert (refused.value.row, refused.value.subject) == (row, vectors.SUBJECT)


def test_what_does_not_open_says_nothing_about_the_value() -> None:
    with pytest.raises(UnsealError) as refused:
        unseal(KEY, vectors.SEALED, AAD + b"x")
    assert refused.value.__cause__ is None
    assert "Ada" not in repr(refused.value)


@given(st.binary(max_size=50))
def test_equal_values_have_different_ciphertexts(plaintext: bytes) -> None:
    sealed = {seal(KEY, plaintext, AAD).data for _ in range(3)}
    nonces = {data[6:HEADER_BYTES] for data in sealed}
    assert len(sealed) == len(nonces) == 3
    assert {len(data) for data in sealed} == {HEADER_BYTES + len(plaintext) + TAG_BYTES}


def test_ciphertext_and_keys_show_nothing_of_themselves() -> None:
    assert repr(Sealed(vectors.SEALED)) == f"{Sealed(vectors.SEALED)}" == "Sealed(***)"
    assert repr(KEY) == f"{KEY}" == "SealingKey(number=7)"


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_key_is_never_pickled(protocol: int) -> None:
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(KEY, protocol)


def test_a_key_is_never_copied() -> None:
    with pytest.raises(TypeError, match="never pickled"):
        copy.copy(KEY)
