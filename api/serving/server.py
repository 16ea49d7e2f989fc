"""HTTP server: uvicorn with uvloop, httptools and our guard of heads (decision 12)."""

import uvicorn
from starlette.types import ASGIApp

from api.serving.guard import HeadLimits, guarded
from api.settings.settings import Settings


def server_config(app: ASGIApp, settings: Settings, *, stop_seconds: int | None) -> uvicorn.Config:
    """How the application is served, in production and in tests."""
    limits = HeadLimits(
        bytes_max=settings.header_bytes_max,
        headers_max=settings.headers_max,
        timeout_s=settings.header_timeout_ms / 1000,
    )
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=guarded(limits),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # Whom a proxy forwards is read by api/auth/client_address.py.
        timeout_graceful_shutdown=stop_seconds,
    )
