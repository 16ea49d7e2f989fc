"""The setting: URLs, the newest root key first."""

import subprocess
import sys
from pathlib import Path

import pytest

from privacy.vault.providers import FileKeyProvider, KeyProviderError
from privacy.vault.root_keys import is_file, root_keys

GCP = "gcp-kms://projects/p/locations/l/keyRings/r/cryptoKeys/k"
TOKEN = "pkcs11:token=farley%20hsm;object=root;type=secret-key"
MODULE = "module-path=/usr/lib/softhsm/libsofthsm2.so"
ARN = "arn:aws:kms:eu-central-1:111122223333:key/0f2d"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("aws-kms://eu-central-1/0f2d", "AwsKmsKeyProvider('0f2d')"),
        ("aws-kms://eu-central-1/alias/farley", "AwsKmsKeyProvider('alias/farley')"),
        (f"aws-kms://eu-central-1/{ARN}", f"AwsKmsKeyProvider('{ARN}')"),
        (GCP, "GcpKmsKeyProvider('projects/p/locations/l/keyRings/r/cryptoKeys/k')"),
        ("vault-transit://vault:8200/transit/farley", "VaultTransitKeyProvider(transit/farley)"),
        (
            "vault-transit://vault/a/b/farley?namespace=crm&token-file=/run/token",
            "VaultTransitKeyProvider(a/b/farley)",
        ),
        (
            "vault-transit://127.0.0.1:8200/transit/farley?tls=off",
            "VaultTransitKeyProvider(transit/farley)",
        ),
        (f"{TOKEN}?{MODULE}", "Pkcs11KeyProvider(farley hsm/root)"),
        (f"{TOKEN}?{MODULE}&pin-source=file:/run/pin", "Pkcs11KeyProvider(farley hsm/root)"),
        (f"{TOKEN}?{MODULE}&pin-source=/run/pin", "Pkcs11KeyProvider(farley hsm/root)"),
    ],
)
def test_a_url_names_a_root_key_which_is_not_asked_yet(url: str, shown: str) -> None:
    assert repr(root_keys(url)) == shown


@pytest.mark.parametrize(
    "url",
    [
        "",
        "  ",
        "root.key",
        "/etc/root.key",
        "https://vault/transit/secret-farley",
        "file://host/secret-farley",
        "file:secret-farley",
        "file:///tmp/secret-farley?mode=0644",
        "aws-kms://eu-central-1",
        "aws-kms:///secret-farley",
        "aws-kms://eu-central-1/secret-farley?endpoint=x",
        "gcp-kms://projects/p/locations/l/keyRings/r/cryptoKeys/",
        "gcp-kms://projects/p/secret-farley/l/keyRings/r/cryptoKeys/k",
        f"{GCP}/cryptoKeyVersions/secret-farley",
        "vault-transit://vault:8200/secret-farley",
        "vault-transit://vault:port/transit/secret-farley",
        "vault-transit://user:secret-farley@vault/transit/farley",
        "vault-transit://vault/transit/farley?token=secret-farley",
        "vault-transit://vault/transit/farley?tls=secret-farley",
        "vault-transit://vault/transit/farley?tls=off&tls=on",
        "vault-transit://vault/transit/farley?tls=off",
        "vault-transit://10.0.0.1/transit/farley?tls=off",
        f"pkcs11:object=root?{MODULE}",
        f"pkcs11:token=secret-farley?{MODULE}",
        TOKEN,
        f"{TOKEN}?{MODULE}&pin-value=secret-farley",
        f"{TOKEN};type=private?{MODULE}",
        f"{TOKEN};slot-id=1?{MODULE}",
        f"{TOKEN}%FF?{MODULE}",
    ],
)
def test_a_url_that_cannot_be_read_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(KeyProviderError, match="FARLEY_ROOT_KEY") as refused:
        root_keys(url)
    assert "secret-farley" not in str(refused.value)


def test_the_first_of_several_wraps_and_all_open(tmp_path: Path) -> None:
    old, new = ((tmp_path / name).as_uri() for name in ("old key", "new"))
    wrapped = root_keys(old).wrap(bytes(32), b"context")
    both = root_keys(f"{new}\n {old}")
    assert both.unwrap(wrapped, b"context") == bytes(32)
    assert root_keys(new).unwrap(both.rewrap(wrapped, b"context"), b"context") == bytes(32)
    assert isinstance(root_keys(new), FileKeyProvider)


def test_an_older_root_key_that_is_missing_is_not_made(tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    with pytest.raises(KeyProviderError, match="is missing"):
        root_keys(f"{new.as_uri()} {old.as_uri()}")
    assert not old.exists()


def test_it_is_told_whether_the_newest_root_key_lies_in_a_file() -> None:
    assert is_file("file:///a aws-kms://r/k")
    assert not is_file("aws-kms://r/k file:///a")


# --- extras ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "module", "extra"),
    [
        ("aws-kms://eu-central-1/k", "boto3", "aws"),
        (GCP, "google.cloud.kms_v1", "gcp"),
        ("vault-transit://vault/transit/k", "hvac", "vault"),
        (f"{TOKEN}?{MODULE}", "pkcs11", "pkcs11"),
    ],
)
def test_a_missing_extra_is_named(
    url: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("aws_kms", "gcp_kms", "vault_transit", "pkcs11_token"):
        monkeypatch.delitem(sys.modules, f"privacy.vault.root_keys.{name}", raising=False)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(KeyProviderError, match=rf"farley\[{extra}\]"):
        root_keys(url)


def test_a_server_with_a_root_key_in_a_file_imports_no_extra() -> None:
    program = (
        "import sys, api.runtime.wiring\n"
        "print([m for m in ('boto3', 'grpc', 'hvac', 'pkcs11', 'requests') if m in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
