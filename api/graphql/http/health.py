"""Health: whether the process lives, whether it can serve, and gauges in the text format of Prometheus.

What anybody may hear is of the whole installation, never of a tenant or a person.
"""

from collections.abc import Mapping
from typing import Any

import psutil
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from api.graphql.http.endpoint import GraphQLEndpoint
from api.runtime.wiring import Services
from api.serving.responses import RefusedError, restore_needed, unavailable_now
from domain.writing.jobs import oldest_waiting_s
from policy.subjects.scopes import METRICS
from privacy.bounded_caches import BUDGET
from privacy.database import DatabaseUnavailableError, TooSlowError
from privacy.tombstones.guard import RestoreNeededError

GAUGES = "text/plain; version=0.0.4; charset=utf-8"
NO_STORE = {"cache-control": "no-store"}


async def live(_request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "live"})


async def ready(request: Request) -> Response:
    """Both databases answer too, and neither was restored since anybody was erased.

    Jobs that wait do not make it unready: whoever is turned away by that is served no better.
    """
    connected: Services = request.app.state.services
    try:
        await connected.pool.ping()
        await connected.vault_pool.ping()
        await connected.guard.require()
        waiting = await oldest_waiting_s(connected.pool)
    except (DatabaseUnavailableError, TooSlowError):
        return _not_ready(unavailable_now(), {"status": "unavailable"})
    except RestoreNeededError as error:
        said = {"status": "restore needed", "reasons": [*error.reasons]}
        return _not_ready(restore_needed(), said)
    return JSONResponse({"status": "ready", "jobs": {"oldestWaitingSeconds": int(waiting)}})


def _not_ready(refusal: RefusedError, said: dict[str, Any]) -> Response:
    return JSONResponse({**said, **refusal.body()}, refusal.status, headers=refusal.headers)


async def metrics(request: Request) -> Response:
    """Gauges, for who may see them: everybody in development, else a credential with the scope."""
    endpoint: GraphQLEndpoint = request.app.state.endpoint
    refusal = await endpoint.refusal_without(METRICS, request)
    if refusal is not None:
        return refusal
    connected: Services = request.app.state.services
    found = {
        "farley_resident_bytes": float(psutil.Process().memory_info().rss),
        "farley_cache_bytes": float(BUDGET.held),
        "farley_cache_bytes_max": float(BUDGET.bytes_max),
        "farley_cache_entries": float(len(BUDGET)),
    }
    try:
        found["farley_jobs_oldest_waiting_seconds"] = await oldest_waiting_s(connected.pool)
        found["farley_database_up"] = 1.0
    except (DatabaseUnavailableError, TooSlowError):
        found["farley_database_up"] = 0.0
    return PlainTextResponse(_as_text(found), headers=NO_STORE, media_type=GAUGES)


def _as_text(gauges: Mapping[str, float]) -> str:
    return "".join(f"# TYPE {name} gauge\n{name} {value:.15g}\n" for name, value in gauges.items())
