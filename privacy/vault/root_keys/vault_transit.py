"""Transit engine of HashiCorp Vault or OpenBao as a root-key provider (extra ``vault``)."""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hvac
import requests
from hvac.exceptions import InvalidRequest, VaultError
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from privacy.vault.providers import (
    KeyProviderError,
    KeyProviderUnavailableError,
    WrongRootKeyError,
)

TIMEOUT_SECONDS = (2.0, 3.0)
"""To connect, and for the answer."""
RETRIES = Retry(
    total=1,
    backoff_factor=0.2,
    status_forcelist=(500, 502, 503, 504),
    allowed_methods=None,
    raise_on_status=False,
    respect_retry_after_header=False,
)
_WRAPPED = re.compile(rb"vault:v([1-9][0-9]{0,8}):([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True, slots=True)
class TransitKey:
    """Which key of which server, and how the server is reached."""

    url: str
    mount: str
    name: str
    token_file: Path | None = None
    namespace: str | None = None
    ca_file: Path | None = None

    def __str__(self) -> str:
        return f"{self.mount}/{self.name}"


class VaultTransitKeyProvider:
    """Encrypts with a transit key that was made with ``derived=true``: each context has a key of its own.

    Vault ignores the context for any other key, so that such a one is refused. Wrapped keys are Vault's
    own words, ``vault:v3:…``. The token is read from its file at every call, or comes from VAULT_TOKEN.
    """

    def __init__(self, key: TransitKey) -> None:
        self._key = key
        session = requests.Session()
        session.mount(key.url, HTTPAdapter(max_retries=RETRIES))
        self._client = hvac.Client(
            url=key.url,
            token="" if key.token_file else None,
            namespace=key.namespace,
            verify=str(key.ca_file) if key.ca_file else None,
            timeout=TIMEOUT_SECONDS,
            session=session,
            allow_redirects=False,
        )

    def __repr__(self) -> str:
        return f"VaultTransitKeyProvider({self._key!s})"

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Encrypt a key, bound to ``context``."""
        self._newest()
        answer = self._ask(
            self._client.secrets.transit.encrypt_data,
            plaintext=b64encode(key).decode(),
            context=b64encode(context).decode(),
        )
        return str(answer["ciphertext"]).encode()

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt, under whichever version of the transit key it was."""
        self._version(wrapped)
        answer = self._ask(
            self._client.secrets.transit.decrypt_data,
            ciphertext=wrapped.decode(),
            context=b64encode(context).decode(),
        )
        return b64decode(answer["plaintext"])

    def rewrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Encrypt anew within Vault: the key does not come here."""
        self._version(wrapped)
        answer = self._ask(
            self._client.secrets.transit.rewrap_data,
            ciphertext=wrapped.decode(),
            context=b64encode(context).decode(),
        )
        return str(answer["ciphertext"]).encode()

    def current(self, wrapped: bytes) -> bool:
        """Whether the version named is the latest."""
        return self._version(wrapped) == self._newest()

    def _newest(self) -> int:
        key = self._ask(self._client.secrets.transit.read_key)
        if not key.get("derived"):
            raise KeyProviderError(
                f"the transit key {self._key} was not made with derived=true: it would bind a wrapped"
                " key to no tenant"
            )
        return int(key["latest_version"])

    def _version(self, wrapped: bytes) -> int:
        found = _WRAPPED.fullmatch(wrapped)
        if found is None:
            raise self._wrong()
        return int(found[1])

    def _ask(self, call: Callable[..., Any], **request: str) -> Mapping[str, Any]:
        if self._key.token_file is not None:
            self._client.token = _token(self._key.token_file)
        try:
            answer = call(name=self._key.name, mount_point=self._key.mount, **request)
        except InvalidRequest:
            raise self._wrong() from None
        except (VaultError, requests.RequestException) as error:
            raise self._unavailable(type(error).__name__) from None
        data = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(data, dict):
            raise self._unavailable("its answer is not Vault's")
        return data

    def _wrong(self) -> WrongRootKeyError:
        return WrongRootKeyError(
            f"the transit key {self._key} does not open this tenant key: is it the right one, and is"
            " its min_decryption_version low enough?"
        )

    def _unavailable(self, why: str) -> KeyProviderUnavailableError:
        return KeyProviderUnavailableError(f"Vault does not answer for {self._key}: {why}")


def _token(file: Path) -> str:
    try:
        return file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyProviderUnavailableError(
            f"the token file {file} cannot be read: {type(error).__name__}"
        ) from None
