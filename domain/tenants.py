"""What a tenant declares: its region."""

from privacy.database import TenantPool


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
