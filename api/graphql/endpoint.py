"""GraphQL over HTTP: POST with a JSON body, and nothing that a browser sends by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import strawberry
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.graphql import OperationType

from api.authentication import AuthenticationError, Authenticator
from api.graphql.context import Context
from api.graphql.errors import logged, presented, unavailable
from api.wiring import Services
from domain.reading.gate import Caller, Reading
from policy.rules import InvalidPolicyError
from privacy.audit import OPENED, Leaf
from privacy.database import DatabaseUnavailableError
from privacy.purposes import UnknownPurposeError

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
RETRY_AFTER_SECONDS = "2"
OPERATIONS = {OperationType.QUERY, OperationType.MUTATION}


class RefusedError(Exception):
    """A request that does not reach the executor."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        headers: Mapping[str, str] | None = None,
        **extensions: str,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers
        self.extensions = {"code": code, **extensions}


@dataclass(frozen=True, slots=True)
class Operation:
    """The body of a request."""

    query: str
    variables: dict[str, Any] | None
    name: str | None


class GraphQLEndpoint:
    """Answers the requests of ``/graphql``."""

    def __init__(self, schema: strawberry.Schema, services: Services) -> None:
        self._schema = schema
        self._services = services
        self._authenticator = Authenticator(services.signer)
        graphql_schema = schema._schema  # noqa: SLF001 - graphql-core's schema, for its names
        self._names = _names(graphql_schema)

    async def __call__(self, request: Request) -> Response:
        """The answer; a request that is refused has a status code of its own."""
        media_type = _media_type(request)
        try:
            caller = await self._caller(request)
            operation = await _operation(request, self._services.settings.body_bytes_max)
            body = await self._execute(caller, operation)
            return _response(body, 200, media_type)
        except RefusedError as refusal:
            return _refusal(refusal, media_type)
        except DatabaseUnavailableError:
            headers = {"retry-after": RETRY_AFTER_SECONDS}
            down = RefusedError(503, "UNAVAILABLE", "the database does not answer", headers)
            return _refusal(down, media_type)
        except Exception as failure:  # noqa: BLE001 - the edge: nobody above may see or log its message
            id_ = logged(failure, [])
            unexpected = RefusedError(500, "INTERNAL", "something went wrong here", id=id_)
            return _refusal(unexpected, media_type)

    async def _caller(self, request: Request) -> Caller:
        try:
            principal = self._authenticator.principal(request)
            purpose = request.headers.get("farley-purpose", principal.purpose)
            return await self._services.caller(principal, purpose)
        except AuthenticationError as error:
            headers = {"www-authenticate": "Bearer"}
            raise RefusedError(401, error.code, str(error), headers) from None
        except UnknownPurposeError as error:
            raise RefusedError(403, "UNKNOWN_PURPOSE", str(error)) from None
        except InvalidPolicyError:
            raise RefusedError(
                403, "NO_POLICY", "there is no valid policy, so nothing is allowed"
            ) from None

    async def _execute(self, caller: Caller, operation: Operation) -> dict[str, Any]:
        region = await self._services.tenants.region(caller.principal.tenant_id)
        reading = self._services.reading(caller, region)
        context = Context(self._services, caller, reading, region, operation.name)
        try:
            result = await self._schema.execute(
                operation.query,
                variable_values=operation.variables,
                operation_name=operation.name,
                context_value=context,
                allowed_operation_types=OPERATIONS,
            )
        except (CannotGetOperationTypeError, InvalidOperationTypeError):
            raise RefusedError(
                400, "NO_OPERATION", "name one of the document's operations"
            ) from None
        errors = result.errors or []
        if unavailable(errors):
            raise DatabaseUnavailableError
        await self._leave_trace(caller, reading)
        body: dict[str, Any] = {"data": result.data}
        if errors:
            body["errors"] = [presented(error, self._names) for error in errors]
            if result.data is None and not any(error.path for error in errors):
                del body["data"]
        return body

    async def _leave_trace(self, caller: Caller, reading: Reading) -> None:
        """One leaf for all that the request opened, durable before the answer is sent."""
        trail, principal = reading.trail, caller.principal
        if not trail:
            return
        keys = await self._services.vault.index(principal.tenant_id)
        leaf = Leaf(
            at=datetime.now(UTC),
            actor=principal.name,
            action=OPENED,
            resource="",
            purpose=caller.purpose.name,
            policy_version=caller.snapshot.version,
            fields=tuple(sorted(trail.fields)),
            subjects=tuple(sorted(keys.reference(subject).hex() for subject in trail.subjects)),
        )
        await self._services.audit.write(principal.tenant_id, leaf)


def _names(schema: Any) -> frozenset[str]:
    found = set(schema.type_map)
    for type_ in schema.type_map.values():
        for name, field in getattr(type_, "fields", {}).items():
            found.add(name)
            found.update(getattr(field, "args", ()))
        found.update(getattr(type_, "values", ()))
    return frozenset(found)


def _media_type(request: Request) -> str:
    return GRAPHQL_JSON if GRAPHQL_JSON in request.headers.get("accept", "") else JSON


def _response(
    body: dict[str, Any], status: int, media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    refused = status == 200 and "data" not in body and media_type == GRAPHQL_JSON  # noqa: PLR2004
    return Response(
        orjson.dumps(body),
        status_code=400 if refused else status,
        media_type=f"{media_type}; charset=utf-8",
        headers={"cache-control": "no-store", **(headers or {})},
    )


def _refusal(refusal: RefusedError, media_type: str) -> Response:
    error = {"message": str(refusal), "extensions": refusal.extensions}
    return _response({"errors": [error]}, refusal.status, media_type, refusal.headers)


async def _operation(request: Request, bytes_max: int) -> Operation:
    """The operation in the body; raises ``RefusedError`` (RFC 9110 status codes)."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != JSON:
        raise RefusedError(415, "UNSUPPORTED_MEDIA_TYPE", "send the operation as application/json")
    try:
        body = orjson.loads(await _body(request, bytes_max))
    except orjson.JSONDecodeError:
        raise RefusedError(400, "BAD_REQUEST", "the body is not JSON") from None
    if not isinstance(body, dict):
        raise RefusedError(400, "BAD_REQUEST", "the body is not a JSON object")
    query, variables, name = body.get("query"), body.get("variables"), body.get("operationName")
    if (
        not isinstance(query, str)
        or not query
        or not isinstance(variables, dict | None)
        or not isinstance(name, str | None)
    ):
        message = "the body needs a query, and may have variables and an operationName"
        raise RefusedError(400, "BAD_REQUEST", message)
    return Operation(query, variables, name)


async def _body(request: Request, bytes_max: int) -> bytes:
    chunks, size = [], 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > bytes_max:
                raise RefusedError(413, "TOO_LARGE", f"a body has at most {bytes_max} bytes")
            chunks.append(chunk)
    except ClientDisconnect:
        raise RefusedError(400, "BAD_REQUEST", "the body is not complete") from None
    return b"".join(chunks)
