"""Tenant that a command works for: one that is there. Only `farley init`, and the demo, make one."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from api.cli.terminal import output

if TYPE_CHECKING:
    from api.runtime.connections import Connections
    from api.settings.databases import Urls
    from api.settings.settings import Settings

USAGE = 2
NEAR_MAX = 3


def require_installation(settings: Settings) -> None:
    """End where there is none: a misspelt directory is not filled with an empty database."""
    if settings.is_embedded and not settings.data_dir.exists():
        output.fail(
            f"There is no installation in {settings.data_dir.resolve()}: set FARLEY_DATA_DIR, or make one"
            " with `farley init` or `farley serve`.",
            USAGE,
        )


async def require_tenant(connected: Connections, urls: Urls) -> None:
    """End where nobody made the tenant of the settings: a slip of the pen makes none."""
    from domain.settings.tenants import UnknownTenantError

    try:
        await connected.tenants.region(connected.own_tenant)
    except UnknownTenantError:
        slug = connected.settings.tenant
        near = get_close_matches(slug, await _slugs(connected.settings, urls), NEAR_MAX)
        output.fail(no_tenant(slug, near), USAGE)


def no_tenant(slug: str, near: list[str]) -> str:
    """What to say of a tenant that is not there."""
    meant = f" (is {' or '.join(near)} meant?)" if near else ""
    return (
        f"There is no tenant {slug} here{meant}: set FARLEY_TENANT, and FARLEY_DATA_DIR where it is"
        " elsewhere, or make one with `farley init`."
    )


async def _slugs(settings: Settings, urls: Urls) -> list[str]:
    """Those of all tenants, for whoever may see every row; row-level security shows others their own."""
    import asyncpg

    from api.settings.databases import InvalidSettingError, audited

    try:
        where = audited(settings, urls)
        connection = await asyncpg.connect(where.main, user=where.user)
        try:
            return [str(row[0]) for row in await connection.fetch("SELECT slug FROM tenants")]
        finally:
            await connection.close()
    except (InvalidSettingError, OSError, asyncpg.PostgresError):
        return []
