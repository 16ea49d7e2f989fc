"""What an earlier version kept, this version opens and finds."""

from datetime import datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy.audit import Leaf, leaf_hash
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
    leaf = Leaf(
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
