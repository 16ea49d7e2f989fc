"""Token exchange (RFC 8693): a program acts for a person, and both are known afterwards.

The new token has what both credentials have in common, says in ``act`` who acts, and ends after a few
minutes, or as soon as one of both does.
"""

import asyncio
import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.auth.authentication import AuthenticationError, Authenticator, Bearer
from api.auth.client_address import Clients
from api.auth.guessing import TooManyGuessesError
from api.auth.jwks import IssuerUnavailableError
from api.runtime.wiring import Services
from api.serving.responses import RETRY_AFTER_SECONDS
from domain.values import clock
from policy.rules import Action
from policy.subjects.principals import Principal, PrincipalKind
from policy.subjects.scopes import ACT_FOR, SCOPES, narrowed, unknown_scopes
from privacy.audit import AuditEntry
from privacy.database import DatabaseUnavailableError, TooSlowError
from privacy.tombstones.guard import RestoreNeededError
from privacy.vault.providers import KeyProviderUnavailableError

GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - a type's name
JWT = "urn:ietf:params:oauth:token-type:jwt"
TYPES = {ACCESS_TOKEN, JWT}
FORM = "application/x-www-form-urlencoded"
EXCHANGED = "TokenExchanged"
BODY_BYTES_MAX = 64 * 1024
FIELDS_MAX = 20
UNAVAILABLE = (
    DatabaseUnavailableError,
    IssuerUnavailableError,
    KeyProviderUnavailableError,
    RestoreNeededError,
    TooSlowError,
)
SUBJECTS = (PrincipalKind.MEMBER, PrincipalKind.PARTNER, PrincipalKind.SUPPLIER)


CODES = {
    "invalid_request": "INVALID_REQUEST",
    "invalid_grant": "INVALID_GRANT",
    "invalid_scope": "INVALID_SCOPE",
    "invalid_target": "INVALID_TARGET",
    "unauthorized_client": "UNAUTHORIZED_CLIENT",
    "unsupported_grant_type": "UNSUPPORTED_GRANT_TYPE",
    "slow_down": "TOO_MANY_ATTEMPTS",
    "temporarily_unavailable": "UNAVAILABLE",
}
"""What the standard's errors are called in docs/errors.md."""


class ExchangeError(Exception):
    """Why there is no token, as RFC 6749, section 5.2, names it."""

    def __init__(
        self, error: str, description: str, status: int = 400, code: str | None = None
    ) -> None:
        super().__init__(description)
        self.error = error
        self.status = status
        self.code = code


class TokenExchange:
    """Answers ``POST /token``."""

    def __init__(self, services: Services, authenticator: Authenticator) -> None:
        self._services = services
        self._shapes = services.registry.shapes
        self._authenticator = authenticator
        self._clients = Clients(services.settings.trusted_proxies)

    async def __call__(self, request: Request) -> Response:
        """A token, or why there is none."""
        try:
            return _json(await self._exchanged(request), 200)
        except ExchangeError as error:
            return _json(_error(error.error, str(error), error.code), error.status)
        except AuthenticationError:
            return _json(_error("invalid_grant", "a token does not hold, or not any more"), 400)
        except TooManyGuessesError as error:
            body = _error("slow_down", str(error))
            return _json(body, 429, {"retry-after": str(error.retry_after_s)})
        except UNAVAILABLE as error:
            needs_restore = isinstance(error, RestoreNeededError)
            code = "RESTORE_NEEDED" if needs_restore else None
            body = _error("temporarily_unavailable", "try again", code)
            return _json(body, 503, {"retry-after": RETRY_AFTER_SECONDS})

    async def _exchanged(self, request: Request) -> dict[str, Any]:
        await self._services.guard.require()
        given = await self._form(request)
        address = self._clients.of(request)
        actor = await self._authenticator.bearer(given["actor_token"], address)
        subject = await self._authenticator.bearer(given["subject_token"], address)
        _require_right(actor.principal, subject.principal)
        both = _in_common(subject.principal, actor.principal, given.get("scope"), self._shapes)
        seconds = self._seconds(actor, subject)
        await self._leave_trace(both)
        token = self._services.signer.issue(
            both, timedelta(seconds=seconds), act=actor.principal.name
        )
        return {
            "access_token": token,
            "issued_token_type": ACCESS_TOKEN,
            "token_type": "Bearer",
            "expires_in": seconds,
            "scope": " ".join(sorted(both.scopes | (both.permissions or frozenset()))),
        }

    def _seconds(self, *bearers: Bearer) -> int:
        left = min(bearer.expires for bearer in bearers) - time.time()
        if left < 1:
            raise ExchangeError("invalid_grant", "a token does not hold, or not any more")
        return int(min(left, self._services.settings.exchange_s))

    async def _form(self, request: Request) -> Mapping[str, str]:
        if request.headers.get("content-type", "").split(";", 1)[0].strip().lower() != FORM:
            raise ExchangeError("invalid_request", f"send {FORM}")
        try:
            body = (await self._body(request)).decode("ascii")
            pairs = parse_qsl(body, strict_parsing=True, max_num_fields=FIELDS_MAX, errors="strict")
        except ValueError:
            raise ExchangeError("invalid_request", "the form cannot be read") from None
        given = dict(pairs)
        if len(given) < len(pairs):
            raise ExchangeError("invalid_request", "a parameter is given twice")
        self._check(given)
        return given

    def _check(self, given: Mapping[str, str]) -> None:
        if not given.get("grant_type"):
            raise ExchangeError("invalid_request", "name a grant_type")
        if given["grant_type"] != GRANT:
            raise ExchangeError("unsupported_grant_type", "tokens are exchanged here, and no more")
        for name in ("subject_token", "actor_token"):
            if not given.get(name) or given.get(f"{name}_type") not in TYPES:
                message = (
                    f"{name} and {name}_type are needed: an access token, or a JWT that is one"
                )
                raise ExchangeError("invalid_request", message)
        if given.get("requested_token_type", ACCESS_TOKEN) not in TYPES:
            raise ExchangeError("invalid_request", "access tokens are given, and no others")
        audience = self._services.settings.audience
        if given.get("audience", audience) != audience or "resource" in given:
            raise ExchangeError("invalid_target", "tokens are for this server only")

    async def _body(self, request: Request) -> bytes:
        body = b""
        try:
            async with asyncio.timeout(self._services.settings.body_timeout_ms / 1000):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > BODY_BYTES_MAX:
                        raise ExchangeError(
                            "invalid_request", "the form is too long", 413, "TOO_LARGE"
                        )
        except TimeoutError:
            raise ExchangeError(
                "invalid_request", "the form takes too long", 408, "TOO_SLOW"
            ) from None
        return body

    async def _leave_trace(self, principal: Principal) -> None:
        entry = AuditEntry(
            at=clock.now(),
            actor=principal.actor,
            action=EXCHANGED,
            resource="credential",
            purpose=principal.purpose,
            policy_version=0,
        )
        await self._services.audit.write(principal.tenant_id, entry)


def _require_right(actor: Principal, subject: Principal) -> None:
    """Only a key or token with the scope acts for others: for people, of its own tenant, and never for
    somebody who acts for somebody else.
    """
    if ACT_FOR not in actor.scopes or " via " in (actor.via or ""):
        raise ExchangeError("unauthorized_client", f"the actor needs the scope {ACT_FOR}")
    if (
        subject.tenant_id != actor.tenant_id
        or subject.kind not in SUBJECTS
        or subject.via is not None
        or subject.name == actor.name
    ):
        raise ExchangeError("invalid_grant", "nobody acts for this subject")


def _in_common(
    subject: Principal, actor: Principal, wanted: str | None, shapes: Collection[str]
) -> Principal:
    """The subject with what both credentials may use, and of that no more than is wanted."""
    permissions = narrowed(subject.permissions, actor.permissions)
    scopes = (subject.scopes & actor.scopes) - {ACT_FOR}
    if wanted is not None:
        asked = frozenset(wanted.split())
        if not asked or unknown_scopes(asked, shapes, set(Action)) or ACT_FOR in asked:
            raise ExchangeError("invalid_scope", "a scope is not known, or not to be had")
        scopes &= asked
        permissions = narrowed(permissions, asked - SCOPES)
    purposes = _common(subject.purposes, actor.purposes)
    if purposes is not None and not purposes:
        raise ExchangeError("invalid_grant", "both credentials have no purpose in common")
    purpose = subject.purpose
    if purposes is not None and purpose not in purposes:
        purpose = min(purposes)
    return replace(
        subject,
        scopes=scopes,
        permissions=permissions,
        purposes=purposes,
        purpose=purpose,
        via=actor.actor,
    )


def _common(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _error(error: str, description: str, code: str | None = None) -> dict[str, Any]:
    """As RFC 6749 has it, and beside that as everything else here says it."""
    told = {"message": description, "extensions": {"code": code or CODES[error]}}
    return {"error": error, "error_description": description, "errors": [told]}


def _json(body: Any, status: int, headers: Mapping[str, str] | None = None) -> Response:
    never_kept = {"cache-control": "no-store", "pragma": "no-cache"}
    return JSONResponse(body, status, headers={**never_kept, **(headers or {})})
