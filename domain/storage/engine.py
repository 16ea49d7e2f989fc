"""Engine: the connection on which commands write."""

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


def create_engine(
    url: str, *, size_max: int = 8, statement_timeout_ms: int = 10_000
) -> AsyncEngine:
    """An engine for a ``postgresql://`` URL. Parameters never show in its errors or logs."""
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        hide_parameters=True,
        pool_size=size_max,
        max_overflow=0,
        pool_timeout=5,
        pool_pre_ping=False,
        connect_args={
            "timeout": 5,
            "command_timeout": statement_timeout_ms / 1000 + 1,
            "server_settings": {
                "timezone": "UTC",
                "jit": "off",
                "statement_timeout": str(statement_timeout_ms),
                "application_name": "farley-write",
            },
        },
    )
