"""Access tokens of an OpenID Connect issuer (OpenID Connect Discovery 1.0, RFC 9068)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jwt

from api.auth.jwks import Jwks
from api.auth.tokens import LENGTH_MAX, InvalidTokenError
from api.settings.databases import InvalidSettingError
from api.settings.settings import Settings
from domain.directory.principals import (
    UnknownPrincipalError,
    department_of,
    member_since,
    principal_named,
    purpose_of,
)
from domain.settings.tenants import tenant_id
from domain.values.ttl_cache import TtlCache
from policy.subjects.principals import Principal
from policy.subjects.scopes import SCOPES
from privacy.database import TenantPool

LEEWAY_S = 10
REQUIRED = ("iss", "sub", "aud", "exp", "iat")
SCOPE_PREFIX = "farley:"
"""Of an issuer's scopes only these are ours: ``farley:customer:read``."""
SYMMETRIC = ("none", "hs")
_UNUSABLE = (jwt.PyJWTError, KeyError, ValueError, TypeError, AttributeError, OverflowError)


class InsecureAlgorithmError(InvalidSettingError):
    """The settings allow an algorithm that is none, or whose key anybody may know."""


def require_sound(settings: Settings) -> None:
    """Raise ``InvalidSettingError`` for an issuer whose tokens could not be told from others."""
    if settings.oidc_issuer is None:
        return
    if any(name.lower().startswith(SYMMETRIC) for name in settings.oidc_algorithms):
        message = "FARLEY_OIDC_ALGORITHMS allows none or a shared secret: name such as RS256 only."
        raise InsecureAlgorithmError(message)
    if not settings.oidc_audience:
        message = (
            "FARLEY_OIDC_AUDIENCE is not set: with FARLEY_OIDC_ISSUER, say whom its tokens are for."
        )
        raise InvalidSettingError(message)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a verified token says, as far as it is asked."""

    handle: str
    roles: frozenset[str] | None
    department: str | None
    scopes: frozenset[str]
    permissions: frozenset[str] | None
    issued: float
    expires: float


@dataclass(frozen=True, slots=True)
class _Found:
    """A member, and since when there is one of that id."""

    principal: Principal
    since: float


class OidcVerifier:
    """Verifies the tokens of the issuer that the settings name, and finds the member behind them."""

    def __init__(self, settings: Settings, jwks: Jwks, pool: TenantPool) -> None:
        require_sound(settings)
        self._settings = settings
        self._jwks = jwks
        self._tenant = tenant_id(settings.tenant)
        self._pool = pool
        self._members = TtlCache(self._load)
        self._departments = TtlCache(partial(department_of, pool, self._tenant))

    @property
    def issuer(self) -> str | None:
        """Whose tokens these are."""
        return self._settings.oidc_issuer

    async def generation(self) -> int:
        """Changes whenever the issuer's keys do: what was verified before counts no more."""
        await self._jwks.keep_fresh()
        return self._jwks.generation

    async def claimed(self, token: str) -> Claimed:
        """What the token says; raises ``InvalidTokenError`` and ``IssuerUnavailableError``."""
        try:
            header = jwt.get_unverified_header(token)
            kid, algorithm = str(header["kid"]), header["alg"]
            if not self._may_be_ours(token, header):
                raise InvalidTokenError
            key = await self._jwks.key(kid, algorithm)
            if key is None:
                raise InvalidTokenError
            claims = jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                audience=self._settings.oidc_audience,
                issuer=self._settings.oidc_issuer,
                leeway=LEEWAY_S,
                options={"require": list(REQUIRED)},
            )
            return self._read(claims)
        except _UNUSABLE as error:
            raise InvalidTokenError from error

    def _may_be_ours(self, token: str, header: Mapping[str, Any]) -> bool:
        return (
            len(token) <= LENGTH_MAX
            and header["alg"] in self._settings.oidc_algorithms
            and str(header.get("typ", "")).lower() in self._settings.oidc_types
            and "crit" not in header
        )

    def _read(self, claims: Mapping[str, Any]) -> Claimed:
        settings = self._settings
        named = _at(claims, settings.oidc_member_claim)
        if settings.oidc_member_claim == "email" and claims.get("email_verified") is not True:
            raise InvalidTokenError
        if not isinstance(named, str) or not named:
            raise InvalidTokenError
        handle = settings.oidc_members.get(named, named)
        granted = _texts(claims.get("scope", claims.get("scp")))
        departments = _mapped(claims, settings.oidc_department_claim, settings.oidc_departments)
        ours = {s.removeprefix(SCOPE_PREFIX) for s in granted if s.startswith(SCOPE_PREFIX)}
        return Claimed(
            handle=handle,
            roles=_mapped(claims, settings.oidc_roles_claim, settings.oidc_roles),
            department=next(iter(departments or ()), None),
            scopes=frozenset(ours) & SCOPES,
            permissions=frozenset(ours) - SCOPES or None,
            issued=float(claims["iat"]),
            expires=float(claims["exp"]),
        )

    async def principal(self, claimed: Claimed) -> Principal:
        """The active member whom the token means; raises ``UnknownPrincipalError``. A token that is older
        than the member meant another one, who had the handle.
        """
        found = await self._members.get(claimed.handle)
        if found is None or claimed.issued + LEEWAY_S < found.since:
            raise UnknownPrincipalError
        member = found.principal
        department = member.department_id
        if self._settings.oidc_department_claim is not None:
            department = await self._departments.get(claimed.department or "")
        roles = member.roles if claimed.roles is None else claimed.roles
        return replace(
            member,
            roles=roles,
            purpose=purpose_of(roles, member.purpose),
            department_id=department,
            scopes=claimed.scopes,
            permissions=claimed.permissions,
        )

    async def _load(self, handle: str) -> _Found | None:
        try:
            principal = await principal_named(self._pool, self._tenant, handle)
        except UnknownPrincipalError:
            return None
        since = await member_since(self._pool, self._tenant, principal.id)
        return None if since is None else _Found(principal, since.timestamp())


def _mapped(
    claims: Mapping[str, Any], claim: str | None, names: Mapping[str, str]
) -> frozenset[str] | None:
    """What the settings make of a claim's values; nothing of one they do not know. None: not asked."""
    if claim is None:
        return None
    return frozenset(names[text] for text in _texts(_at(claims, claim)) if text in names)


def _at(claims: Mapping[str, Any], path: str) -> Any:
    """A claim by its name, or by the names that lead to it."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return value.split()
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
