"""GraphQL over HTTP: POST with a JSON body, and nothing that a browser sends by itself.

A request passes, in this order: what it accepts, who asks and for what purpose, what it asks (with
limits on bytes and time), its document (prepared once), its cost, and only then the executor.
"""

from functools import partial

import strawberry
from starlette.requests import Request
from starlette.responses import Response

from api.auth.authentication import AuthenticationError, Authenticator
from api.auth.guessing import TooManyGuessesError
from api.auth.jwks import IssuerUnavailableError
from api.auth.rate_limit import Bucket, Buckets, Rate, RateLimitedError
from api.graphql.credential_status import CredentialStatus
from api.graphql.documents.errors import logged, missed
from api.graphql.documents.limits import document_limits
from api.graphql.documents.prepared import Preparer
from api.graphql.http.documents import Documents, WrongDocumentError, kinds_of
from api.graphql.http.operations import ADMISSION, Operations, cost_shown
from api.graphql.http.purposes import caller_for
from api.graphql.http.requests import GraphQLRequest, got, posted
from api.graphql.http.supervision import ClientGoneError, DeadlineError
from api.graphql.schema.schema import names_of
from api.runtime.wiring import Services
from api.serving.media_types import ANSWERS, EVENT_STREAM, JSON, chosen
from api.serving.responses import (
    CLIENT_GONE,
    Body,
    RefusedError,
    answered,
    internal,
    refused,
    restore_needed,
    unavailable_now,
)
from domain.access.caller import Caller
from policy.rules import InvalidPolicyError
from policy.subjects.principals import Principal
from policy.subjects.scopes import INTROSPECTION
from privacy.database import DatabaseUnavailableError, TooSlowError
from privacy.tombstones.guard import RestoreNeededError
from privacy.vault.providers import KeyProviderUnavailableError

STREAM = (EVENT_STREAM,)


class GraphQLEndpoint:
    """Answers the requests of ``/graphql`` and ``/graphql/stream``."""

    def __init__(
        self, schema: strawberry.Schema, services: Services, authenticator: Authenticator
    ) -> None:
        settings = services.settings
        core = schema._schema  # noqa: SLF001 - graphql-core's own
        names = names_of(core)
        limits = document_limits(settings)
        self._services = services
        self._settings = settings
        self._authenticator = authenticator
        self._kinds = {method: kinds_of(core, method) for method in ("GET", "POST")}
        self._buckets = Buckets(Rate(settings.throttle_limit, settings.throttle_restore_rate))
        self._operations = Operations(core, names, services, limits.cost)
        self._documents = Documents(
            Preparer(core, names, limits),
            services.documents,
            open_introspection=settings.development,
        )

    async def __call__(self, request: Request, *, streamed: bool = False) -> Response:
        """The answer; a request that is refused has a status code of its own."""
        media_type = chosen(request.headers.get("accept", ""), STREAM if streamed else ANSWERS)
        if media_type is None:
            message = "nothing that is accepted is offered"
            return refused(RefusedError(406, "NOT_ACCEPTABLE", message), JSON)
        try:
            return answered(await self._answer(request), media_type)
        except ClientGoneError:
            return Response(status_code=CLIENT_GONE)
        except Exception as failure:  # noqa: BLE001 - the edge: nobody above may see or log its message
            return refused(self._refusal(failure), media_type)

    def _refusal(self, failure: Exception) -> RefusedError:
        """Why there is no answer, in words that may be told."""
        match failure:
            case RefusedError():
                return failure
            case DatabaseUnavailableError() | IssuerUnavailableError():
                missed(failure)
                return unavailable_now()
            case KeyProviderUnavailableError():
                missed(failure)
                return unavailable_now("the root key does not answer")
            case RestoreNeededError():
                return restore_needed()
            case DeadlineError() | TooSlowError():
                message = "the database took too long to answer this"
                if isinstance(failure, DeadlineError):
                    message = f"a request may take {self._settings.request_timeout_ms} ms"
                return RefusedError(504, "TIMEOUT", message)
            case _:
                return internal(logged(failure, []))

    async def shows_schema_to(self, request: Request) -> bool:
        """Whether whoever asks may see the schema, and with it GraphiQL."""
        return await self.refusal_without(INTROSPECTION, request) is None

    async def refusal_without(self, scope: str, request: Request) -> Response | None:
        """What to answer who may not see what a general scope shows; everybody may in development."""
        if self._settings.development:
            return None
        try:
            principal = await self._principal(request)
        except Exception as failure:  # noqa: BLE001 - the edge: nobody above may see or log its message
            return refused(self._refusal(failure), JSON)
        if scope in principal.scopes:
            return None
        return refused(RefusedError(403, "NOT_ALLOWED", f"this needs the scope {scope}"), JSON)

    async def _answer(self, request: Request) -> Body:
        guard = self._services.guard
        try:
            seen = await guard.require()
        except DatabaseUnavailableError:
            # Who may not ask is told so, whatever else is down.
            await self._as_caller(await self._principal(request), request)
            raise
        body = await self._asked_by(request)
        await guard.still(seen)
        return body

    async def _asked_by(self, request: Request) -> Body:
        principal = await self._principal(request)
        credential_status = CredentialStatus(principal, partial(self._principal, request))
        caller = await self._as_caller(principal, request)
        graphql_request = await self._graphql_request(request)
        await credential_status.require()
        bucket = self._buckets.of((caller.principal.tenant_id, caller.principal.name))
        try:
            return await self._charged(request, caller, graphql_request, bucket, credential_status)
        except RateLimitedError as error:
            wait = error.retry_after_s
            headers = {"retry-after": str(wait)}
            refusal = RefusedError(429, "RATE_LIMITED", str(error), headers, retryAfter=wait)
            refusal.shown = cost_shown(0, 0, bucket)
            raise refusal from None

    async def _charged(
        self,
        request: Request,
        caller: Caller,
        graphql_request: GraphQLRequest,
        bucket: Bucket,
        credential_status: CredentialStatus,
    ) -> Body:
        bucket.take(ADMISSION)
        try:
            order = await self._documents.order(
                caller, graphql_request, self._kinds[request.method]
            )
            return await self._operations.answer(order, bucket, request.receive, credential_status)
        except WrongDocumentError as wrong:
            extensions = cost_shown(wrong.cost, ADMISSION, bucket)
            return {"errors": wrong.errors, "extensions": extensions}

    async def _graphql_request(self, request: Request) -> GraphQLRequest:
        if request.method == "GET":
            return got(request)
        settings = self._settings
        return await posted(request, settings.body_bytes_max, settings.body_timeout_ms / 1000)

    async def _principal(self, request: Request) -> Principal:
        try:
            return await self._authenticator.principal(request)
        except AuthenticationError as error:
            headers = {"www-authenticate": "Bearer"}
            raise RefusedError(401, error.code, str(error), headers) from None
        except TooManyGuessesError as error:
            headers = {"retry-after": str(error.retry_after_s)}
            raise RefusedError(429, "TOO_MANY_ATTEMPTS", str(error), headers) from None

    async def _as_caller(self, principal: Principal, request: Request) -> Caller:
        purpose = request.headers.get("farley-purpose", principal.purpose).strip()
        try:
            return await caller_for(self._services, principal, purpose)
        except InvalidPolicyError:
            raise RefusedError(
                403, "NO_POLICY", "there is no valid policy, so nothing is allowed"
            ) from None
