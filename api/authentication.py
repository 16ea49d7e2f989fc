"""From a request to the principal behind its credential."""

import time
from functools import lru_cache

from starlette.requests import Request

from api.tokens import InvalidTokenError, Signer
from policy.principals import Principal

CACHED_TOKENS = 4_096


class AuthenticationError(Exception):
    """No credential, or none that holds. Says nothing about why it does not."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Authenticator:
    """Verifies bearer tokens (RFC 6750). A signature is checked once; the expiry, every time."""

    def __init__(self, signer: Signer) -> None:
        self._verified = lru_cache(maxsize=CACHED_TOKENS)(signer.verify)

    def principal(self, request: Request) -> Principal:
        """The bearer of the request's token; raises ``AuthenticationError``."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            message = "send a bearer token in the Authorization header"
            raise AuthenticationError("UNAUTHENTICATED", message)
        try:
            principal, expires = self._verified(token.strip())
        except InvalidTokenError:
            raise _invalid() from None
        if expires <= time.time():
            raise _invalid()
        return principal


def _invalid() -> AuthenticationError:
    return AuthenticationError("INVALID_TOKEN", "the token is not valid, or not any more")
