"""Access tokens: JWT signed with Ed25519 (EdDSA), with the claims of RFC 9068."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from policy.subjects.principals import Principal, PrincipalKind
from privacy.vault.key_files import KeyFileError, read_or_create

ALGORITHM = "EdDSA"
TYPE = "at+jwt"
CLIENT = "farley-cli"
LENGTH_MAX = 8_192
_UNUSABLE = (jwt.PyJWTError, KeyError, ValueError, TypeError, AttributeError, OverflowError)
REQUIRED = ("iss", "sub", "aud", "exp", "iat", "jti", "client_id")


class InvalidTokenError(Exception):
    """The token is not one of ours, or not any more. Says nothing about why to the bearer."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Issues and verifies tokens with one key. Its repr shows nothing."""

    key: Ed25519PrivateKey
    issuer: str
    audience: str

    def __repr__(self) -> str:
        return "Signer(***)"

    @classmethod
    def from_file(cls, path: Path, issuer: str, audience: str) -> Self:
        """The key in a file with mode 0600, which is made where it is missing."""
        return cls(_signing_key(path), issuer, audience)

    def issue(self, principal: Principal, ttl: timedelta, act: str | None = None) -> str:
        """A token that lets its bearer act as the principal until ``ttl`` has passed; ``act`` names who
        acts for them (RFC 8693, section 4.1).
        """
        now = datetime.now(UTC)
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": principal.id,
            "client_id": CLIENT,
            "iat": now,
            "exp": now + ttl,
            "jti": str(uuid.uuid4()),
            **_claims(principal),
            **({"act": {"sub": act}} if act else {}),
        }
        return jwt.encode(claims, self.key, algorithm=ALGORITHM, headers={"typ": TYPE})

    def verify(self, token: str) -> tuple[Principal, float]:
        """Who bears the token, and until when (seconds since 1970); raises ``InvalidTokenError``."""
        try:
            if len(token) > LENGTH_MAX or jwt.get_unverified_header(token).get("typ") != TYPE:
                raise InvalidTokenError
            claims = jwt.decode(
                token,
                self.key.public_key(),
                algorithms=[ALGORITHM],
                audience=self.audience,
                issuer=self.issuer,
                options={"require": list(REQUIRED), "strict_aud": True},
            )
            return _principal(claims), float(claims["exp"])
        except _UNUSABLE as error:
            raise InvalidTokenError from error


def _claims(principal: Principal) -> dict[str, Any]:
    claims = {
        "tenant": principal.tenant_id,
        "kind": principal.kind,
        "roles": sorted(principal.roles),
        "purpose": principal.purpose,
        "department": principal.department_id,
        "partner_account": principal.partner_account_id,
        "customer": principal.customer_id,
        "scope": " ".join(sorted(principal.scopes)) or None,
        "permissions": _sorted(principal.permissions),
        "purposes": _sorted(principal.purposes),
        "via": principal.via,
    }
    return {name: value for name, value in claims.items() if value is not None}


def _principal(claims: Mapping[str, Any]) -> Principal:
    return Principal(
        tenant_id=_id(claims["tenant"]),
        kind=PrincipalKind(claims["kind"]),
        id=_id(claims["sub"]),
        roles=frozenset(map(str, claims["roles"])),
        purpose=str(claims["purpose"]),
        department_id=_optional_id(claims.get("department")),
        partner_account_id=_optional_id(claims.get("partner_account")),
        customer_id=_optional_id(claims.get("customer")),
        scopes=frozenset(str(claims.get("scope", "")).split()),
        permissions=_limit(claims.get("permissions")),
        purposes=_limit(claims.get("purposes")),
        via=claims.get("via"),
    )


def _sorted(limit: frozenset[str] | None) -> list[str] | None:
    return None if limit is None else sorted(limit)


def _limit(values: list[str] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(map(str, values))


def _id(value: str) -> str:
    return str(uuid.UUID(value))


def _optional_id(value: str | None) -> str | None:
    return None if value is None else _id(value)


def _signing_key(path: Path) -> Ed25519PrivateKey:
    key = load_pem_private_key(read_or_create(path, _new_signing_key), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{path} is not an Ed25519 key")
    return key


def _new_signing_key() -> bytes:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
