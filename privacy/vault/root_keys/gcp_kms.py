"""Google Cloud KMS as a root-key provider (extra ``gcp``)."""

import logging
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import google_crc32c
import grpc
from google.api_core.exceptions import (
    GoogleAPIError,
    InternalServerError,
    InvalidArgument,
    ServiceUnavailable,
)
from google.api_core.retry import Retry, if_exception_type
from google.auth.exceptions import GoogleAuthError
from google.cloud.kms_v1 import (
    CryptoKey,
    DecryptRequest,
    DecryptResponse,
    EncryptRequest,
    EncryptResponse,
    GetCryptoKeyRequest,
    KeyManagementServiceClient,
)
from google.cloud.kms_v1.services.key_management_service.transports import (
    KeyManagementServiceGrpcTransport,
)

from privacy.vault.providers import KeyProviderUnavailableError, WrongRootKeyError
from privacy.vault.root_keys.key_envelope import envelope_parts, root_id

# INVARIANT: at DEBUG the client logs whole requests and answers, which hold keys.
logging.getLogger("google.cloud.kms_v1").setLevel(logging.INFO)

CALL_SECONDS = 3.0
RECONNECTING = (
    ("grpc.initial_reconnect_backoff_ms", 500),
    ("grpc.min_reconnect_backoff_ms", 500),
    ("grpc.max_reconnect_backoff_ms", 1_000),
)
"""Left alone, gRPC waits up to two minutes until it tries again."""
RETRY = Retry(
    predicate=if_exception_type(ServiceUnavailable, InternalServerError),
    initial=0.1,
    maximum=0.5,
    timeout=CALL_SECONDS,
)

_Answer = TypeVar("_Answer")


def connected() -> KeyManagementServiceClient:
    """A client with the application default credentials."""

    def channel(*args: Any, options: list[tuple[str, int]], **more: Any) -> grpc.Channel:
        options = [*options, *RECONNECTING]
        return KeyManagementServiceGrpcTransport.create_channel(*args, options=options, **more)

    return KeyManagementServiceClient(
        transport=lambda **how: KeyManagementServiceGrpcTransport(channel=channel, **how)
    )


class _DamagedError(Exception):
    """A checksum tells that a request or an answer was changed on its way."""


class GcpKmsKeyProvider:
    """Encrypts with a symmetric crypto key, whose primary version is the newest root key.

    ``key`` is its full resource name. Credentials are the application default ones, looked for at the
    first use. Every request and every answer carries CRC32C checksums, which both sides check.
    """

    def __init__(
        self, key: str, connect: Callable[[], KeyManagementServiceClient] = connected
    ) -> None:
        self._key = key
        self._connect = connect
        self._connected: KeyManagementServiceClient | None = None
        self._connecting = threading.Lock()

    def __repr__(self) -> str:
        return f"GcpKmsKeyProvider({self._key!r})"

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Encrypt a key, bound to ``context``."""
        root = self._newest()
        bound = root + context
        request = EncryptRequest(
            name=self._key,
            plaintext=key,
            plaintext_crc32c=google_crc32c.value(key),
            additional_authenticated_data=bound,
            additional_authenticated_data_crc32c=google_crc32c.value(bound),
        )
        answer = self._ask(lambda client: _encrypted(client, request))
        return root + answer.ciphertext

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt, under whichever version of the crypto key it was."""
        root, ciphertext = envelope_parts(wrapped)
        bound = root + context
        request = DecryptRequest(
            name=self._key,
            ciphertext=ciphertext,
            ciphertext_crc32c=google_crc32c.value(ciphertext),
            additional_authenticated_data=bound,
            additional_authenticated_data_crc32c=google_crc32c.value(bound),
        )
        return self._ask(lambda client: _decrypted(client, request)).plaintext

    def rewrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt and encrypt anew: Cloud KMS has no operation that does both."""
        return self.wrap(self.unwrap(wrapped, context), context)

    def current(self, wrapped: bytes) -> bool:
        """Whether the version named is the primary one."""
        return envelope_parts(wrapped)[0] == self._newest()

    def _newest(self) -> bytes:
        """Asked before encrypting: a rotation in between costs a needless rewrap, never a missing one."""
        request = GetCryptoKeyRequest(name=self._key)
        key: CryptoKey = self._ask(
            lambda client: client.get_crypto_key(request, timeout=CALL_SECONDS, retry=RETRY)
        )
        return root_id(f"gcp-kms|{key.primary.name}")

    def _ask(self, call: Callable[[KeyManagementServiceClient], _Answer]) -> _Answer:
        try:
            return call(self._client())
        except InvalidArgument:
            raise WrongRootKeyError(
                f"the Cloud KMS key {self._key} does not open this tenant key: is it the right one?"
            ) from None
        except (GoogleAPIError, GoogleAuthError, _DamagedError) as error:
            raise KeyProviderUnavailableError(
                f"Cloud KMS does not answer for {self._key}: {type(error).__name__}"
            ) from None

    def _client(self) -> KeyManagementServiceClient:
        with self._connecting:
            if self._connected is None:
                self._connected = self._connect()
            return self._connected


def _encrypted(client: KeyManagementServiceClient, request: EncryptRequest) -> EncryptResponse:
    answer = client.encrypt(request, timeout=CALL_SECONDS, retry=RETRY)
    if not (
        answer.verified_plaintext_crc32c
        and answer.verified_additional_authenticated_data_crc32c
        and google_crc32c.value(answer.ciphertext) == answer.ciphertext_crc32c
    ):
        raise _DamagedError
    return answer


def _decrypted(client: KeyManagementServiceClient, request: DecryptRequest) -> DecryptResponse:
    answer = client.decrypt(request, timeout=CALL_SECONDS, retry=RETRY)
    if google_crc32c.value(answer.plaintext) != answer.plaintext_crc32c:
        raise _DamagedError
    return answer
