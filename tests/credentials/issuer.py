"""An OpenID Connect issuer over HTTP: discovery, keys that can be rotated, and tokens as one wants them."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | Ed25519PrivateKey
AUDIENCE = "https://farley.example/api"


@dataclass(slots=True)
class Issuer:
    """``keys`` are published; ``asked`` are the paths that were fetched."""

    url: str = ""
    keys: dict[str, Key] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    named: str | None = None
    is_down: bool = False
    more: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, path: str) -> Any:
        self.asked.append(path)
        if self.is_down:
            return None
        if path == "/.well-known/openid-configuration":
            return {"issuer": self.named or self.url, "jwks_uri": f"{self.url}/keys"}
        if path == "/keys":
            return {"keys": [*(published(kid, key) for kid, key in self.keys.items()), *self.more]}
        return None

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = int(time.time())
        given = {"iss": self.url, "aud": AUDIENCE, "sub": "sales", "iat": now, "exp": now + 600}
        return {k: v for k, v in {**given, **changes}.items() if v is not None}

    def token(self, kid: str = "rsa", alg: str = "RS256", **changes: Any) -> str:
        headers = {"typ": "at+jwt", "kid": kid}
        return jwt.encode(self.claims(**changes), self.keys[kid], algorithm=alg, headers=headers)


def published(kid: str, key: Key) -> dict[str, Any]:
    public = key.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        jwk = RSAAlgorithm.to_jwk(public, as_dict=True)
    elif isinstance(public, ec.EllipticCurvePublicKey):
        jwk = ECAlgorithm.to_jwk(public, as_dict=True)
    else:
        jwk = OKPAlgorithm.to_jwk(public, as_dict=True)
    return {**jwk, "kid": kid, "use": "sig"}


def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@contextmanager
def running() -> Iterator[Issuer]:
    """An issuer with an RSA, an EC and an Ed25519 key, on a port of its own."""
    keys: dict[str, Key] = {"rsa": rsa_key(), "ec": ec_key(), "ed": Ed25519PrivateKey.generate()}
    issuer = Issuer(keys=keys)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = issuer.answer(self.path)
            body = json.dumps(answer).encode()
            self.send_response(200 if answer is not None else 503)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
