"""From a request to the principal behind its credential."""

from starlette.requests import Request

from api.tokens import InvalidTokenError, Signer
from policy.principals import Principal


class AuthenticationError(Exception):
    """No credential, or none that holds. Says nothing about why it does not."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def authenticate(request: Request, signer: Signer) -> Principal:
    """The bearer of the request's token (RFC 6750); raises ``AuthenticationError``."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise AuthenticationError(
            "UNAUTHENTICATED", "send a bearer token in the Authorization header"
        )
    try:
        return signer.verify(token.strip())
    except InvalidTokenError:
        raise AuthenticationError(
            "INVALID_TOKEN", "the token is not valid, or not any more"
        ) from None
