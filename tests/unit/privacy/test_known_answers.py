"""What an earlier version kept, this version opens and finds."""

from datetime import datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.declaration.parts import OrderKey
from domain.entities.customers import CUSTOMER
from domain.reading.plan.criteria import Compare, Operator
from domain.reading.plan.plan import Connection
from domain.reading.rows.cursors import CursorSealer
from domain.searching.modes import USUAL_MODES
from domain.searching.query import Query, QueryWord
from domain.searching.sources import CUSTOMER_NAMES
from domain.searching.spelling.folding import spellings
from domain.searching.tokens import exact_tokens, row_tokens
from domain.storage.custom_index import index_name
from domain.storage.lookup import tags_for
from domain.storage.lookup_rows import tag_row
from domain.storage.sealed_records import encode_sealed, repadded
from domain.writing.records import opened_record, sealed_record
from privacy.audit import AuditEntry, leaf_hash
from privacy.vault import IndexKeys, Place, SealingKey
from privacy.vault.sealing import associated_data, seal, unseal
from tests.unit.privacy import vectors

KEY = SealingKey(vectors.DATA_KEY_NUMBER, AESGCM(vectors.DATA_KEY))
INDEX = IndexKeys(vectors.INDEX_ROOT)
AAD = associated_data(Place(vectors.TENANT, "customer").prefix(), vectors.ROW, vectors.SUBJECT)


def test_a_sealed_value_of_version_1_opens() -> None:
    assert unseal(KEY, vectors.SEALED, AAD) == vectors.PLAINTEXT


def test_a_sealed_value_has_the_documented_layout() -> None:
    sealed = seal(KEY, vectors.PLAINTEXT, AAD).data
    parts = (b"\x01", vectors.TENANT, "customer", "pack", vectors.ROW, vectors.SUBJECT)
    encoded = [part if isinstance(part, bytes) else part.encode() for part in parts]
    by_hand = b"".join(len(part).to_bytes(2, "big") + part for part in encoded)
    assert sealed[:6] == vectors.SEALED[:6]
    plaintext = AESGCM(vectors.DATA_KEY).decrypt(sealed[6:18], sealed[18:], by_hand)
    assert plaintext == vectors.PLAINTEXT


def test_keyed_tags_are_what_they_were() -> None:
    assert INDEX.tag("customer.emails", "ada@example.com") == vectors.EMAIL_TAG
    assert INDEX.suppression("customer.emails", "ada@example.com") == vectors.EMAIL_SUPPRESSION
    assert INDEX.reference(vectors.SUBJECT) == vectors.REFERENCE.hex()
    assert INDEX.fingerprint(b"payload") == vectors.FINGERPRINT
    assert INDEX.cursor_key() == vectors.CURSOR_KEY


@pytest.mark.parametrize(
    ("leaf", "digest"),
    [
        ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        ("00", "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
        ("10", "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7"),
        ("2021", "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7"),
    ],
)
def test_leaf_hashes_are_those_of_certificate_transparency(leaf: str, digest: str) -> None:
    assert leaf_hash(bytes.fromhex(leaf)).hex() == digest


def test_an_audit_leaf_keeps_its_bytes_in_whatever_zone_its_time_is_given() -> None:
    in_helsinki = datetime(2026, 11, 21, 12, 30, 5, 123456, tzinfo=timezone(timedelta(hours=2)))
    leaf = AuditEntry(
        at=in_helsinki,
        actor="member:1",
        action="CustomerUpdated",
        resource="customer",
        purpose="sales",
        policy_version=3,
        fields=("emails",),
        subjects=("ab12",),
        entities=(vectors.ROW,),
    )
    assert leaf.encoded() == vectors.LEAF
    assert leaf_hash(leaf.encoded()) == vectors.LEAF_HASH


# --- what Farley keeps, whole ---------------------------------------------------------------------


@pytest.mark.parametrize("sealed", [vectors.SEALED_PACK, vectors.SEALED_PADDED_PACK])
def test_a_customers_pack_of_version_1_opens_with_every_type_of_value(sealed: bytes) -> None:
    row = {"id": vectors.SUBJECT, "sealed": sealed}
    known = opened_record(vectors.TENANT, CUSTOMER, row, KEY)
    nothing = dict.fromkeys(field.name for field in CUSTOMER.sealed)
    assert known == nothing | vectors.PACK
    assert known["organization_name"] == ""
    assert known["addresses"] is None


@pytest.mark.parametrize("sealed", [vectors.SEALED_EMPTY_PACK, vectors.SEALED_PADDED_EMPTY_PACK])
def test_a_pack_without_values_opens_as_one_without_values(sealed: bytes) -> None:
    row = {"id": vectors.SUBJECT, "sealed": sealed}
    assert set(opened_record(vectors.TENANT, CUSTOMER, row, KEY).values()) == {None}


def test_a_customers_pack_is_sealed_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("privacy.vault.sealing.os.urandom", lambda _: vectors.PACK_NONCE)
    place = vectors.TENANT, CUSTOMER, vectors.SUBJECT, KEY, vectors.SUBJECT
    padded = encode_sealed(CUSTOMER, vectors.PACK)
    assert padded == b"\x89" + vectors.PACKED[1:] + vectors.PADDING
    assert repadded(vectors.PACKED) == padded
    assert sealed_record(*place, vectors.PACK) == vectors.SEALED_PADDED_PACK
    assert sealed_record(*place, {}) == vectors.SEALED_PADDED_EMPTY_PACK


def test_values_are_found_under_the_tags_they_had() -> None:
    def tags(field: str, *values: object) -> list[bytes]:
        return tags_for(INDEX, CUSTOMER, field, values, "DE")

    assert tags("emails", " Ada@Example.com", "ada@example.com") == [vectors.EMAIL_TAG] * 2
    assert tags("phones", "030 12 34-567", "+49 30 1234567") == [vectors.PHONE_TAG] * 2
    reference = {"system": "ERP ", "id": " A-1"}
    assert tags("external_references", reference) == [vectors.REFERENCE_TAG]
    assert INDEX.tag(index_name(CUSTOMER, "shoe"), "43") == vectors.CUSTOM_TAG
    owner = {"row_id": vectors.ROW}
    kept = {**owner, "field": "f", "short": vectors.EMAIL_SHORT, "proof": vectors.EMAIL_PROOF}
    kept |= {"root": 3}
    assert tag_row(owner, "f", vectors.EMAIL_TAG, 3) == kept
    assert tag_row(owner, "f", vectors.EMAIL_TAG, 3, divided=False) == kept | {"short": 0}
    assert INDEX.credential("farley_dev_secret") == vectors.CREDENTIAL


def test_words_are_found_under_the_tokens_they_had() -> None:
    spelled = ("muller", "mueller")
    for kind, tokens in vectors.TOKENS.items():
        assert INDEX.tokens(kind, "customer.person_name", spelled) == tokens
    (person,) = (source for source in CUSTOMER_NAMES if source.name == "customer.person_name")
    query = Query((QueryWord(spellings("Müller"), frozenset()),))
    assert set(exact_tokens(INDEX, person, query)[0]) == set(vectors.TOKENS["word"])
    kept = row_tokens(INDEX, CUSTOMER, {"country": "DE"}, {"given_name": "Ada"}, "de", USUAL_MODES)
    assert kept == sorted(vectors.ROW_TOKENS + vectors.ALIKE_TOKENS)


def test_a_cursor_that_was_given_away_still_leads_on() -> None:
    filter_ = Compare("country", Operator.EQ, 1)
    order = (OrderKey("created_at", descending=True),)
    plan = Connection("customer", (), 0, order, filter_)
    sealer = CursorSealer(INDEX.cursor_keys(), vectors.TENANT, plan, b'["DE"]')
    assert sealer.open(vectors.CURSOR) == vectors.CURSOR_POSITION
