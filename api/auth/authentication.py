"""Authentication: from a request to the principal behind its credential.

A bearer token (RFC 6750) is an API key, a token of ours, or a token of the OpenID Connect issuer that
the settings name. Why one does not hold is never said: the answer is the same.
"""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import jwt
from starlette.requests import Request

from api.auth.client_address import Address, Clients
from api.auth.guessing import Guesses
from api.auth.oidc import Claimed, OidcVerifier
from api.auth.tokens import LENGTH_MAX, InvalidTokenError, Signer
from domain.credentials.api_keys import VIA, ApiKeys, InvalidKeyError
from domain.credentials.secret import PREFIX
from domain.directory.principal_status import Directory
from domain.directory.principals import UnknownPrincipalError
from policy.subjects.principals import Principal
from privacy import caches

Verified = TypeVar("Verified")


class AuthenticationError(Exception):
    """No credential, or none that holds. Says nothing about why it does not."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class RefusedCredentialError(Exception):
    """The credential does not hold; ``tenant`` is whose it claims to be, where that is known. One that was
    good, and is not any more, is no guess.
    """

    def __init__(self, tenant: str | None = None, *, is_guess: bool = True) -> None:
        super().__init__("the credential does not hold")
        self.tenant = tenant
        self.is_guess = is_guess


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who comes with a credential, and until when it holds at most (seconds since 1970)."""

    principal: Principal
    expires: float


class _Cache(Generic[Verified]):
    """What tokens said whose signatures were good: checked once."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[Verified, float]] = OrderedDict()

    def get(self, token: str) -> tuple[Verified, float] | None:
        return self._known.get(token)

    def put(self, token: str, verified: Verified, expires: float) -> tuple[Verified, float]:
        found = self._known[token] = verified, expires
        if len(self._known) > caches.VERIFIED_TOKENS:
            self._known.popitem(last=False)
        return found

    def clear(self) -> None:
        self._known.clear()


class Authenticator:
    """Verifies credentials. A signature is checked once; expiry, directory and revocation every time."""

    def __init__(
        self,
        signer: Signer,
        directory: Directory,
        keys: ApiKeys,
        oidc: OidcVerifier | None,
        clients: Clients,
        guesses: Guesses,
    ) -> None:
        self._signer = signer
        self._directory = directory
        self._keys = keys
        self._oidc = oidc
        self._clients = clients
        self._guesses = guesses
        self._ours: _Cache[Principal] = _Cache()
        self._issuers: _Cache[Claimed] = _Cache()
        self._generation = 0

    async def principal(self, request: Request) -> Principal:
        """The bearer of the request's token.

        Raises ``AuthenticationError``, ``TooManyGuessesError``, and ``IssuerUnavailableError``.
        """
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            message = "send a bearer token in the Authorization header"
            raise AuthenticationError("UNAUTHENTICATED", message)
        return (await self.bearer(token.strip(), self._clients.of(request))).principal

    async def bearer(self, token: str, address: Address | None) -> Bearer:
        """Whoever bears the token, as the directory has them now; raises as ``principal`` does."""
        try:
            return await self._verified(token, address)
        except RefusedCredentialError as refusal:
            if refusal.is_guess:
                self._guesses.failed(address, refusal.tenant)
            raise AuthenticationError(
                "INVALID_TOKEN", "the token is not valid, or not any more"
            ) from None

    async def _verified(self, token: str, address: Address | None) -> Bearer:
        if token.startswith(PREFIX):
            return await self._of_key(token, address)
        known = self._ours.get(token)
        if known is None and self._is_the_issuers(token):
            return await self._of_issuer(token, address)
        if known is None:
            self._guesses.allow(address)
            try:
                known = self._ours.put(token, *self._signer.verify(token))
            except InvalidTokenError as error:
                raise _refused(error) from None
        principal, expires = known
        await self._require_actor(principal)
        current = await self._current(principal, expires, self._directory.current)
        return Bearer(current, expires)

    async def _of_key(self, text: str, address: Address | None) -> Bearer:
        if not self._keys.knows(text):
            self._guesses.allow(address)
        try:
            principal = await self._keys.holder(text, address)
        except InvalidKeyError as error:
            raise RefusedCredentialError(error.tenant) from None
        return Bearer(principal, float("inf"))

    def _is_the_issuers(self, token: str) -> bool:
        """Whether the token says that it is the issuer's, which is then checked."""
        if self._oidc is None or len(token) > LENGTH_MAX:
            return False
        try:
            claims = jwt.decode(token, options={"verify_signature": False})
        except (jwt.PyJWTError, ValueError):
            return False
        return claims.get("iss") == self._oidc.issuer

    async def _of_issuer(self, token: str, address: Address | None) -> Bearer:
        assert self._oidc is not None  # noqa: S101 - asked by _is_the_issuers
        generation = await self._oidc.generation()
        if generation != self._generation:
            self._generation = generation
            self._issuers.clear()
        known = self._issuers.get(token)
        if known is None:
            self._guesses.allow(address)
            try:
                claimed = await self._oidc.claimed(token)
            except InvalidTokenError as error:
                raise _refused(error) from None
            known = self._issuers.put(token, claimed, claimed.expires)
        claimed, expires = known
        return Bearer(await self._current(claimed, expires, self._oidc.principal), expires)

    async def _current(
        self, said: Verified, expires: float, ask: Callable[[Verified], Awaitable[Principal]]
    ) -> Principal:
        """The principal now; a token that has ended, or whose bearer is not active any more, is none."""
        if expires <= time.time():
            raise RefusedCredentialError(is_guess=False)
        try:
            return await ask(said)
        except UnknownPrincipalError:
            raise RefusedCredentialError(is_guess=False) from None

    async def _require_actor(self, principal: Principal) -> None:
        """A token in exchange for a key holds no longer than the key."""
        _, named, key = (principal.via or "").rpartition(VIA)
        if named and not await self._keys.is_in_force(principal.tenant_id, key):
            raise RefusedCredentialError(is_guess=False)


def _refused(error: InvalidTokenError) -> RefusedCredentialError:
    """The time is looked at after the signature: a token that has ended was good once."""
    return RefusedCredentialError(
        is_guess=not isinstance(error.__cause__, jwt.ExpiredSignatureError)
    )
