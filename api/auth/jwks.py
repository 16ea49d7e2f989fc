"""JSON Web Key Set of an OpenID Connect issuer: discovered, cached, and fetched again within bounds."""

import asyncio
import math
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt
import orjson
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

log = structlog.get_logger(__name__)

DISCOVERY = "/.well-known/openid-configuration"
KEPT_S = 3_600.0
"""How long keys are used without asking the issuer again."""
AGAIN_AFTER_S = 30.0
"""An unknown ``kid`` makes us ask the issuer, and no flood of them more often than this."""
RETRY_AFTER_S = 2.0
"""The same while no keys are known."""
KEPT_MAX_S = 86_400.0
"""How long keys are used while the issuer does not answer."""
TIMEOUT_S = 5.0
BYTES_MAX = 256 * 1024
KEYS_MAX = 50
RSA_BITS_MIN = 2_048
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class IssuerUnavailableError(Exception):
    """The issuer does not answer, or not as it should, and its keys are not known."""


class Jwks:
    """The signing keys of one issuer, by ``kid``."""

    def __init__(
        self,
        issuer: str,
        http: httpx.AsyncClient,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        _require_https(issuer)
        self._issuer = issuer
        self._http = http
        self._clock = clock
        self._keys: dict[str, Mapping[str, Any]] = {}
        self._fetched: float | None = None
        self._tried: float | None = None
        self._lock = asyncio.Lock()
        self.generation = 0
        """Counts the times that the keys were others than before."""

    async def key(self, kid: str, algorithm: str) -> Any | None:
        """The public key of that id for that algorithm, if the issuer has one.

        Raises ``IssuerUnavailableError`` where no keys are known at all.
        """
        await self.keep_fresh()
        if kid not in self._keys:
            await self._refresh()
        if self._age() > KEPT_MAX_S:
            raise IssuerUnavailableError
        found = self._keys.get(kid)
        return _usable(found, algorithm) if found is not None else None

    async def keep_fresh(self) -> None:
        """Ask the issuer for its keys, where that was long ago."""
        if self._age() >= KEPT_S:
            await self._refresh()

    def _age(self) -> float:
        return math.inf if self._fetched is None else self._clock() - self._fetched

    async def _refresh(self) -> None:
        """Ask the issuer, unless it was asked a moment ago; where it does not answer, the old keys stay."""
        async with self._lock:
            wait_s = RETRY_AFTER_S if self._fetched is None else AGAIN_AFTER_S
            if self._tried is not None and self._clock() - self._tried < wait_s:
                return
            self._tried = self._clock()
            try:
                keys = await self._fetch()
            except (httpx.HTTPError, ValueError, TypeError, KeyError, AttributeError) as error:
                log.warning("oidc.keys_not_fetched", error=type(error).__name__)
                return
            self._fetched = self._clock()
            if keys != self._keys:
                self._keys = keys
                self.generation += 1

    async def _fetch(self) -> dict[str, Mapping[str, Any]]:
        found = await self._json(self._issuer.rstrip("/") + DISCOVERY)
        if found["issuer"] != self._issuer:
            raise ValueError("the document is another issuer's")
        _require_https(found["jwks_uri"])
        keys = (await self._json(found["jwks_uri"]))["keys"][:KEYS_MAX]
        return {str(key["kid"]): key for key in keys if key.get("kid") and _signs(key)}

    async def _json(self, url: str) -> Any:
        async with self._http.stream("GET", url, timeout=TIMEOUT_S) as response:
            response.raise_for_status()
            body = b""
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > BYTES_MAX:
                    raise ValueError("the issuer's answer is too long")
        return orjson.loads(body)


def _signs(key: Mapping[str, Any]) -> bool:
    """Whether it is a public key for signatures: never a shared secret."""
    return key.get("kty") in {"RSA", "EC", "OKP"} and key.get("use", "sig") == "sig"


def _usable(key: Mapping[str, Any], algorithm: str) -> Any | None:
    """The key for that algorithm; none where it is of another kind, meant for another, or too short."""
    if key.get("alg", algorithm) != algorithm:
        return None
    try:
        public = jwt.PyJWK(dict(key), algorithm).key
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    if isinstance(public, RSAPublicKey) and public.key_size < RSA_BITS_MIN:
        return None
    return public


def _require_https(url: str) -> None:
    """Keys that anybody on the way could change are worth nothing."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise ValueError("an issuer and its keys are found by https")
