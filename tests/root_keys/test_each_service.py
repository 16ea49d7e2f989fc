"""What is peculiar to one kind of provider."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from moto.kms.models import Key

from privacy.vault.providers import (
    FileKeyProvider,
    KeyProviderError,
    KeyProviderUnavailableError,
)
from privacy.vault.root_keys import root_keys
from privacy.vault.root_keys.key_envelope import root_id
from privacy.vault.root_keys.pkcs11_token import Pkcs11KeyProvider, TokenKey
from privacy.vault.root_keys.vault_transit import TransitKey, VaultTransitKeyProvider
from tests.root_keys import transit as stand_in
from tests.root_keys.services import SOFTHSM, AwsKms, Gcp, SoftHsm, Transit
from tests.unit.privacy import vectors

CONTEXT = b"farley/1|tenant|seal"

# With the root key 00…1f, the tenant key 20…3f, the context above and the nonce 00…0b.
WRAPPED = bytes.fromhex(
    "a6322e192bc9f533"
    "000102030405060708090a0b"
    "6723f438e1c0e43ca568bda09dc45642b3e7b507c44e694b005edfbe21543e8d"
    "faaca8512d617f6a2c73f3cbc83e2947"
)


# --- a file ----------------------------------------------------------------------------------------


def file_with(path: Path, content: bytes) -> FileKeyProvider:
    path.touch(0o600)
    path.write_bytes(content)
    return FileKeyProvider(path)


def test_what_was_wrapped_before_root_keys_had_ids_opens_and_is_rewrapped(tmp_path: Path) -> None:
    context = f"farley/1|{vectors.TENANT}|seal".encode()
    provider = file_with(tmp_path / "key", vectors.ROOT_KEY)
    assert not provider.current(vectors.WRAPPED_TENANT_KEY)
    key = provider.unwrap(vectors.WRAPPED_TENANT_KEY, context)
    new = provider.rewrap(vectors.WRAPPED_TENANT_KEY, context)
    assert len(new) == len(vectors.WRAPPED_TENANT_KEY) + 8
    assert provider.current(new)
    assert provider.unwrap(new, context) == key


def test_what_this_version_wraps_opens_in_later_ones(tmp_path: Path) -> None:
    provider = file_with(tmp_path / "key", bytes(range(32)))
    assert provider.unwrap(WRAPPED, CONTEXT) == bytes(range(32, 64))
    assert provider.current(WRAPPED)
    name = "aws-kms|arn:aws:kms:eu-central-1:1:key/k|m"
    assert root_id(name).hex() == "44e98f15f578bedc"


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyProviderError, match="No such file"):
        FileKeyProvider(tmp_path / "nowhere" / "root.key")


# --- AWS KMS ---------------------------------------------------------------------------------------


def test_new_material_of_the_same_kms_key_makes_a_newest_root_key(
    aws: AwsKms, monkeypatch: pytest.MonkeyPatch
) -> None:
    """moto has no material ids; KMS tells the current one with the key."""
    material = ["1" * 64]
    described: Callable[[Key], dict[str, Any]] = Key.to_dict

    def to_dict(self: Key) -> dict[str, Any]:
        told = described(self)
        told["KeyMetadata"]["CurrentKeyMaterialId"] = material[-1]
        return told

    monkeypatch.setattr(Key, "to_dict", to_dict)
    provider, key = aws.provider(), os.urandom(32)
    old = provider.wrap(key, CONTEXT)
    assert provider.current(old)
    material.append("2" * 64)
    assert not provider.current(old)
    assert provider.unwrap(old, CONTEXT) == key
    assert provider.current(provider.rewrap(old, CONTEXT))


def test_a_kms_key_that_is_not_there_is_not_a_wrong_one(aws: AwsKms) -> None:
    missing = root_keys("aws-kms://eu-central-1/alias/missing")
    with pytest.raises(KeyProviderUnavailableError, match="refuses to describe_key"):
        missing.wrap(bytes(32), CONTEXT)


def test_kms_without_credentials_is_down(aws: AwsKms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(KeyProviderUnavailableError, match="NoCredentialsError"):
        aws.provider().wrap(bytes(32), CONTEXT)


# --- Google Cloud KMS ------------------------------------------------------------------------------


def test_an_answer_that_was_damaged_on_its_way_is_not_used(gcp: Gcp) -> None:
    wrapped = gcp.provider().wrap(bytes(32), CONTEXT)
    gcp.kms.damages_answers = True
    with pytest.raises(KeyProviderUnavailableError, match="Damaged"):
        gcp.provider().wrap(bytes(32), CONTEXT)
    with pytest.raises(KeyProviderUnavailableError, match="Damaged"):
        gcp.provider().unwrap(wrapped, CONTEXT)


def test_a_crypto_key_that_is_not_there_is_not_a_wrong_one(gcp: Gcp) -> None:
    wrapped = gcp.provider().wrap(bytes(32), CONTEXT)
    gcp.kms.keys.clear()
    with pytest.raises(KeyProviderUnavailableError, match="NotFound"):
        gcp.provider().unwrap(wrapped, CONTEXT)


def test_cloud_kms_without_credentials_is_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    provider = root_keys("gcp-kms://projects/p/locations/l/keyRings/r/cryptoKeys/k")
    with pytest.raises(KeyProviderUnavailableError, match="DefaultCredentialsError"):
        provider.wrap(bytes(32), CONTEXT)


# --- Vault transit ---------------------------------------------------------------------------------


def test_a_transit_key_that_ignores_the_context_is_refused(transit: Transit) -> None:
    transit.server.keys["farley"] = stand_in.Key(derived=False)
    with pytest.raises(KeyProviderError, match="derived=true") as refused:
        transit.provider().wrap(bytes(32), CONTEXT)
    assert not isinstance(refused.value, KeyProviderUnavailableError)


def test_rewrapping_happens_within_vault(transit: Transit) -> None:
    old = transit.provider().wrap(bytes(32), CONTEXT)
    transit.rotate()
    assert transit.provider().rewrap(old, CONTEXT).startswith(b"vault:v2:")
    assert transit.server.plaintexts_sent == 0


def test_a_sealed_vault_and_a_token_that_does_not_hold_are_told_as_down(transit: Transit) -> None:
    wrapped = transit.provider().wrap(bytes(32), CONTEXT)
    transit.server.sealed = True
    with pytest.raises(KeyProviderUnavailableError, match="VaultDown"):
        transit.provider().unwrap(wrapped, CONTEXT)
    transit.server.sealed = False
    transit.token.write_text("expired")
    with pytest.raises(KeyProviderUnavailableError, match="Forbidden"):
        transit.provider().unwrap(wrapped, CONTEXT)
    transit.token.unlink()
    with pytest.raises(KeyProviderUnavailableError, match="token file"):
        transit.provider().unwrap(wrapped, CONTEXT)


def test_a_new_token_is_read_from_its_file(transit: Transit) -> None:
    transit.token.write_text("expired")
    provider = VaultTransitKeyProvider(
        TransitKey(f"http://{transit.server.address}", "transit", "farley", transit.token)
    )
    with pytest.raises(KeyProviderUnavailableError):
        provider.wrap(bytes(32), CONTEXT)
    transit.token.write_text(stand_in.TOKEN)
    assert provider.unwrap(provider.wrap(bytes(32), CONTEXT), CONTEXT) == bytes(32)


# --- PKCS#11 ---------------------------------------------------------------------------------------


def test_a_wrong_pin_is_tried_once_until_it_is_another(softhsm: SoftHsm) -> None:
    right = softhsm.pin.read_text()
    key = TokenKey(SOFTHSM, "farley", "root key", softhsm.pin)
    provider = Pkcs11KeyProvider(key)
    softhsm.pin.write_text("0000")
    told: list[str] = []
    for _ in range(20):
        with pytest.raises(KeyProviderUnavailableError, match="its PIN is wrong") as refused:
            provider.wrap(bytes(32), CONTEXT)
        told.append(str(refused.value.__context__))
    assert [one for one in told if one != "None"] == told[:1]
    softhsm.pin.write_text(right)
    assert provider.unwrap(provider.wrap(bytes(32), CONTEXT), CONTEXT) == bytes(32)


@pytest.mark.parametrize("object_", ["root", "root key.9", "Root key", ".*"])
def test_a_key_is_found_by_its_whole_name(softhsm: SoftHsm, object_: str) -> None:
    key = TokenKey(SOFTHSM, "farley", object_, softhsm.pin)
    with pytest.raises(KeyProviderUnavailableError, match="no such key"):
        Pkcs11KeyProvider(key).wrap(bytes(32), CONTEXT)


def test_the_tenth_version_is_newer_than_the_ninth(softhsm: SoftHsm) -> None:
    wrapped = []
    for _ in range(10):
        softhsm.rotate()
        wrapped.append(softhsm.provider().wrap(bytes(32), CONTEXT))
    provider = softhsm.provider()
    assert [provider.current(one) for one in wrapped] == [False] * 9 + [True]
