"""Tenants: what they are known by, and what each declares: its region."""

import uuid

from privacy.database import TenantPool

_NAMESPACE = uuid.UUID("8d0f4f0e-6f0a-5b2f-9c55-6b6f0b6a5d4e")


def tenant_id(slug: str) -> str:
    """The id of the tenant of that slug: the same everywhere, so that it can be found before any
    connection may see a tenant.
    """
    return _named("tenant", slug)


def named_id(tenant: str, kind: str, name: str) -> str:
    """The id of something a tenant has once under a name, such as a department or a stage."""
    return _named(tenant, kind, name)


def _named(*parts: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, "/".join(parts)))


class UnknownTenantError(LookupError):
    """No tenant has this id."""


class Tenants:
    """The tenants' regions (ISO 3166-1), read once each."""

    def __init__(self, pool: TenantPool) -> None:
        self._pool = pool
        self._regions: dict[str, str] = {}

    async def region(self, tenant: str) -> str:
        """Where telephone numbers without a country are taken to be."""
        region = self._regions.get(tenant)
        if region is None:
            rows = await self._pool.fetch(
                tenant, "SELECT region FROM tenants WHERE tenant_id = $1", tenant
            )
            if not rows:
                raise UnknownTenantError
            region = self._regions[tenant] = str(rows[0][0])
        return region
