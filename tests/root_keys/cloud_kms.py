"""Google Cloud KMS: the three calls that Farley makes, over gRPC with the service's own messages."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

import google_crc32c
import grpc
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.cloud.kms_v1 import (
    CryptoKey,
    CryptoKeyVersion,
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

from privacy.vault.root_keys.gcp_kms import RECONNECTING

RING = "projects/p/locations/europe-west3/keyRings/farley"
SERVICE = "google.cloud.kms.v1.KeyManagementService"
NONCE_BYTES = 12


class CloudKms:
    """Crypto keys by their names, each a list of versions of which the last is the primary."""

    def __init__(self) -> None:
        self.keys: dict[str, list[bytes]] = {}
        self.damages_answers = False
        self._port = 0
        self.start()

    def add(self, name: str) -> str:
        key = f"{RING}/cryptoKeys/{name}"
        self.keys[key] = [os.urandom(32)]
        return key

    def start(self) -> None:
        self._server = grpc.server(ThreadPoolExecutor(2), options=[("grpc.so_reuseport", 0)])
        self._server.add_generic_rpc_handlers([_service(self)])
        self._port = self._server.add_insecure_port(f"127.0.0.1:{self._port}")
        self._server.start()

    def stop(self) -> None:
        self._server.stop(None).wait()

    def connect(self) -> KeyManagementServiceClient:
        channel = grpc.insecure_channel(f"127.0.0.1:{self._port}", options=RECONNECTING)
        return KeyManagementServiceClient(
            transport=KeyManagementServiceGrpcTransport(channel=channel)
        )

    def get_crypto_key(self, request: GetCryptoKeyRequest, call: grpc.ServicerContext) -> CryptoKey:
        return CryptoKey(
            name=request.name,
            primary=CryptoKeyVersion(name=_version(request.name, len(self._key(request, call)))),
        )

    def encrypt(self, request: EncryptRequest, call: grpc.ServicerContext) -> EncryptResponse:
        versions, number = self._key(request, call), len(self._key(request, call))
        nonce, aad = os.urandom(NONCE_BYTES), request.additional_authenticated_data
        _check(request.plaintext, request.plaintext_crc32c, call)
        _check(aad, request.additional_authenticated_data_crc32c, call)
        sealed = AESGCM(versions[-1]).encrypt(nonce, request.plaintext, aad)
        ciphertext = number.to_bytes(4) + nonce + sealed
        return EncryptResponse(
            name=_version(request.name, number),
            ciphertext=self._sent(ciphertext),
            ciphertext_crc32c=google_crc32c.value(ciphertext),
            verified_plaintext_crc32c=True,
            verified_additional_authenticated_data_crc32c=True,
        )

    def decrypt(self, request: DecryptRequest, call: grpc.ServicerContext) -> DecryptResponse:
        versions, text = self._key(request, call), request.ciphertext
        aad = request.additional_authenticated_data
        _check(text, request.ciphertext_crc32c, call)
        _check(aad, request.additional_authenticated_data_crc32c, call)
        number, nonce, sealed = int.from_bytes(text[:4]), text[4:16], text[16:]
        try:
            plaintext = AESGCM(dict(enumerate(versions, 1))[number]).decrypt(nonce, sealed, aad)
        except (InvalidTag, KeyError, ValueError):
            _refuse(call, "Decryption failed: verify that 'name' refers to the correct CryptoKey.")
        return DecryptResponse(
            plaintext=self._sent(plaintext),
            plaintext_crc32c=google_crc32c.value(plaintext),
            used_primary=number == len(versions),
        )

    def _sent(self, content: bytes) -> bytes:
        return content[:-1] + bytes([content[-1] ^ 1]) if self.damages_answers else content

    def _key(self, request: Any, call: grpc.ServicerContext) -> list[bytes]:
        if request.name not in self.keys:
            call.abort(grpc.StatusCode.NOT_FOUND, "CryptoKey not found")
        return self.keys[request.name]


def _check(content: bytes, checksum: int, call: grpc.ServicerContext) -> None:
    if google_crc32c.value(content) != checksum:
        _refuse(call, "The checksum did not match the data.")


def _refuse(call: grpc.ServicerContext, message: str) -> NoReturn:
    call.abort(grpc.StatusCode.INVALID_ARGUMENT, message)
    raise AssertionError


def _version(key: str, number: int) -> str:
    return f"{key}/cryptoKeyVersions/{number}"


def _service(kms: CloudKms) -> grpc.GenericRpcHandler:
    calls: dict[str, tuple[Any, Any, Any]] = {
        "GetCryptoKey": (kms.get_crypto_key, GetCryptoKeyRequest, CryptoKey),
        "Encrypt": (kms.encrypt, EncryptRequest, EncryptResponse),
        "Decrypt": (kms.decrypt, DecryptRequest, DecryptResponse),
    }
    return grpc.method_handlers_generic_handler(
        SERVICE,
        {
            name: grpc.unary_unary_rpc_method_handler(
                call,
                request_deserializer=asked.deserialize,
                response_serializer=answered.serialize,
            )
            for name, (call, asked, answered) in calls.items()
        },
    )
