"""HashiCorp Vault's transit engine: its endpoints and errors over HTTP, for AES-256-GCM keys."""

import json
import os
import re
import threading
from base64 import b64decode, b64encode
from binascii import Error as WrongBase64
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

TOKEN = "transit-token"
NONCE_BYTES = 12


class RefusedError(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class Key:
    derived: bool = True
    versions: list[bytes] = field(default_factory=lambda: [os.urandom(32)])

    def encrypt(self, plaintext: bytes, context: bytes | None) -> str:
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._cipher(len(self.versions), context).encrypt(nonce, plaintext, None)
        return f"vault:v{len(self.versions)}:{b64encode(nonce + sealed).decode()}"

    def decrypt(self, ciphertext: str, context: bytes | None) -> bytes:
        found = re.fullmatch(r"vault:v(\d+):(.+)", ciphertext)
        if found is None:
            raise RefusedError(400, "invalid ciphertext: no prefix")
        if not 1 <= int(found[1]) <= len(self.versions):
            raise RefusedError(400, "invalid ciphertext: version is too new")
        try:
            sealed = b64decode(found[2], validate=True)
            cipher = self._cipher(int(found[1]), context)
            return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
        except WrongBase64:
            raise RefusedError(400, "invalid ciphertext: could not decode base64") from None
        except (InvalidTag, ValueError):
            raise RefusedError(400, "cipher: message authentication failed") from None

    def _cipher(self, version: int, context: bytes | None) -> AESGCM:
        """As Vault does, a key that is not derived ignores the context."""
        key = self.versions[version - 1]
        if not self.derived:
            return AESGCM(key)
        if not context:
            raise RefusedError(400, "missing 'context' for key derivation")
        return AESGCM(HKDF(SHA256(), 32, salt=None, info=context).derive(key))


class TransitServer:
    """One mount with named keys; it may be stopped and started again at the same port."""

    def __init__(self) -> None:
        self.keys: dict[str, Key] = {}
        self.sealed = False
        self.plaintexts_sent = 0
        self._port = 0
        self.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._port}"

    def start(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), _handler(self))
        self._port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, method: str, path: str, token: str | None, body: dict[str, str]) -> Any:
        if self.sealed:
            raise RefusedError(503, "Vault is sealed")
        if token != TOKEN:
            raise RefusedError(403, "permission denied")
        found = re.fullmatch(r"/v1/transit/(keys|encrypt|decrypt|rewrap)/([\w-]+)", path)
        if found is None:
            raise RefusedError(404, f"no handler for route {path}")
        key = self.keys.get(found[2])
        if found[1] == "keys":
            if key is None or method != "GET":
                raise RefusedError(404, "")
            return {"latest_version": len(key.versions), "derived": key.derived}
        if key is None:
            raise RefusedError(400, "encryption key not found")
        return self._crypto(found[1], key, body)

    def _crypto(self, operation: str, key: Key, body: dict[str, str]) -> dict[str, str]:
        context = b64decode(body["context"]) if body.get("context") else None
        if operation == "encrypt":
            return {"ciphertext": key.encrypt(b64decode(body["plaintext"]), context)}
        plaintext = key.decrypt(body["ciphertext"], context)
        if operation == "rewrap":
            return {"ciphertext": key.encrypt(plaintext, context)}
        self.plaintexts_sent += 1
        return {"plaintext": b64encode(plaintext).decode()}


def _handler(server: TransitServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            pass

        def _answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = json.loads(self.rfile.read(length) or b"{}")
            try:
                token = self.headers.get("x-vault-token")
                status, told = 200, {"data": server.answer(self.command, self.path, token, body)}
            except RefusedError as error:
                status, told = error.status, {"errors": [str(error)] if str(error) else []}
            text = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(text)))
            # So that a stopped server has no connection left on which it answers.
            self.send_header("connection", "close")
            self.end_headers()
            self.wfile.write(text)

    return Handler
