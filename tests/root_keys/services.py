"""Every place where a root key can live, as the tests need it: rotated, stopped, started again."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Protocol

import boto3
import pkcs11
import pytest
from moto.core.exceptions import JsonRESTError
from moto.kms.exceptions import AccessDeniedException
from moto.kms.models import KmsBackend
from moto.kms.responses import KmsResponse
from moto.server import ThreadedMotoServer

from privacy.vault.providers import KeyProvider
from privacy.vault.root_keys import root_keys
from privacy.vault.root_keys.circuit_breaker import CircuitBreaker
from privacy.vault.root_keys.gcp_kms import GcpKmsKeyProvider
from tests.root_keys.cloud_kms import CloudKms
from tests.root_keys.transit import TOKEN, Key, TransitServer

REGION = "eu-central-1"
SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "4711"


class KeyService(Protocol):
    """Holds Farley's root key and another one."""

    def provider(self) -> KeyProvider:
        """As a process has it that starts now."""
        ...

    def another(self) -> KeyProvider:
        """The other root key."""
        ...

    def rotate(self) -> None:
        """Make a newest root key; the older ones are kept."""
        ...

    def close(self) -> None: ...


class RemoteService(KeyService, Protocol):
    def stop(self) -> None: ...

    def start(self) -> None: ...


class Files:
    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._home = home
        self._urls = [self._url("root.key")]

    def provider(self) -> KeyProvider:
        return root_keys(" ".join(self._urls))

    def another(self) -> KeyProvider:
        return root_keys(self._url("another.key"))

    def rotate(self) -> None:
        self.provider()
        self._urls.insert(0, self._url(f"root.key.{len(self._urls)}"))

    def close(self) -> None: ...

    def _url(self, name: str) -> str:
        return (self._home / name).as_uri()


def as_kms_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where moto answers otherwise than KMS: the error for another key than the one named, and that
    ReEncrypt minds the source that is named.
    """
    decrypt, re_encrypt = KmsBackend.decrypt, KmsResponse.re_encrypt

    def decrypted(self: KmsBackend, *args: Any, **how: Any) -> Any:
        try:
            return decrypt(self, *args, **how)
        except AccessDeniedException:
            raise JsonRESTError("IncorrectKeyException", "") from None

    def re_encrypted(self: KmsResponse) -> str:
        self.kms_backend.decrypt(
            self._get_param("CiphertextBlob"),
            self._get_param("SourceEncryptionContext", {}),
            self._get_param("SourceKeyId"),
        )
        return re_encrypt(self)

    monkeypatch.setattr(KmsBackend, "decrypt", decrypted)
    monkeypatch.setattr(KmsResponse, "re_encrypt", re_encrypted)


class AwsKms:
    """KMS as moto serves it over HTTP; an alias names the newest key."""

    ALIAS = "alias/farley"

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        as_kms_does(monkeypatch)
        self._port = 0
        self.start()
        for name, value in {
            "AWS_ENDPOINT_URL_KMS": f"http://127.0.0.1:{self._port}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }.items():
            monkeypatch.setenv(name, value)
        self._client = boto3.session.Session().client("kms", region_name=REGION)
        self._keys = [self._made()]
        self._client.create_alias(AliasName=self.ALIAS, TargetKeyId=self._keys[0])
        self._other = self._made()

    def provider(self) -> KeyProvider:
        older = [f"aws-kms://{REGION}/{key}" for key in self._keys[:-1]]
        return root_keys(" ".join([f"aws-kms://{REGION}/{self.ALIAS}", *older]))

    def another(self) -> KeyProvider:
        return root_keys(f"aws-kms://{REGION}/{self._other}")

    def rotate(self) -> None:
        self._keys.append(self._made())
        self._client.update_alias(AliasName=self.ALIAS, TargetKeyId=self._keys[-1])

    def start(self) -> None:
        self._server = ThreadedMotoServer("127.0.0.1", self._port, verbose=False)
        self._server.start()
        self._port = self._server.get_host_and_port()[1]

    def stop(self) -> None:
        self._server.stop()

    def close(self) -> None:
        self._client.delete_alias(AliasName=self.ALIAS)
        self.stop()

    def _made(self) -> str:
        return str(self._client.create_key()["KeyMetadata"]["KeyId"])


class Gcp:
    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kms = CloudKms()
        self._name, self._other = self.kms.add("farley"), self.kms.add("another")
        self.start, self.stop, self.close = self.kms.start, self.kms.stop, self.kms.stop

    def provider(self) -> KeyProvider:
        return CircuitBreaker(GcpKmsKeyProvider(self._name, self.kms.connect))

    def another(self) -> KeyProvider:
        return CircuitBreaker(GcpKmsKeyProvider(self._other, self.kms.connect))

    def rotate(self) -> None:
        self.kms.keys[self._name].append(os.urandom(32))


class Transit:
    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server = TransitServer()
        self.server.keys = {"farley": Key(), "another": Key()}
        self.token = home / "token"
        self.token.write_text(f"{TOKEN}\n")
        self.start, self.stop, self.close = self.server.start, self.server.stop, self.server.stop

    def provider(self, key: str = "farley") -> KeyProvider:
        return root_keys(
            f"vault-transit://{self.server.address}/transit/{key}?token-file={self.token}&tls=off"
        )

    def another(self) -> KeyProvider:
        return self.provider("another")

    def rotate(self) -> None:
        self.server.keys["farley"].versions.append(os.urandom(32))


class SoftHsm:
    """Two tokens of SoftHSM 2; it is down while its directory is away."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        if not SOFTHSM.exists() or shutil.which("softhsm2-util") is None:
            pytest.skip("SoftHSM 2 is not installed (Debian: softhsm2)")
        self._tokens, self._away, self.pin = home / "tokens", home / "away", home / "pin"
        self._tokens.mkdir()
        self.pin.write_text(f"{PIN}\n")
        (home / "conf").write_text(f"directories.tokendir = {self._tokens}\nlog.level = ERROR\n")
        monkeypatch.setenv("SOFTHSM2_CONF", str(home / "conf"))
        for token in ("farley", "another"):
            _init(token)
        pkcs11.lib(str(SOFTHSM)).reinitialize()
        self._make("farley", "root key")
        self._make("another", "root key")
        self._versions = 0

    def provider(self, label: str = "farley") -> KeyProvider:
        return root_keys(
            f"pkcs11:token={label};object=root%20key;type=secret-key"
            f"?module-path={SOFTHSM}&pin-source=file:{self.pin}"
        )

    def another(self) -> KeyProvider:
        return self.provider("another")

    def rotate(self) -> None:
        self._versions += 1
        self._make("farley", f"root key.{self._versions}")

    def stop(self) -> None:
        self._tokens.rename(self._away)

    def start(self) -> None:
        self._away.rename(self._tokens)

    def close(self) -> None: ...

    @staticmethod
    def _make(token: str, label: str) -> None:
        found = pkcs11.lib(str(SOFTHSM)).get_token(token_label=token)
        with found.open(user_pin=PIN, rw=True) as session:
            session.generate_key(
                pkcs11.KeyType.AES,
                256,
                label=label,
                store=True,
                template={pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False},
            )


def _init(token: str) -> None:
    command = ["softhsm2-util", "--init-token", "--free", "--label", token]
    command += ["--pin", PIN, "--so-pin", PIN]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - fixed words
