"""From the peers' ids to Farley's, over the external references under which the records came in."""

import os
from collections.abc import Sequence
from unittest.mock import patch

from api.runtime.wiring import services
from api.settings.databases import databases
from api.settings.settings import Settings
from domain.entities.customers import CUSTOMER
from domain.settings.tenants import tenant_id
from domain.storage.lookup import tags_for
from tests.bench.peers.place import TENANT, farley_environment

SQL = (
    "SELECT tag, row_id::text FROM external_references"
    " WHERE tenant_id = $1 AND resource = $2 AND tag = ANY($3)"
)


async def farley_ids(customers: Sequence[str]) -> dict[str, str]:
    """The ids as callers see them."""
    with patch.dict(os.environ, farley_environment()):
        settings = Settings()
    with databases(settings) as urls:
        async with services(settings, urls) as connected:
            tenant = tenant_id(TENANT)
            keys = await connected.vault.index(tenant)
            named = [{"system": TENANT, "id": one} for one in customers]
            tags = tags_for(keys, CUSTOMER, "external_references", named, settings.region)
            rows = await connected.pool.fetch(tenant, SQL, tenant, CUSTOMER.name, tags)
    by_tag = {bytes(tag): f"{CUSTOMER.prefix}_{id_}" for tag, id_ in rows}
    return {one: by_tag[tag] for one, tag in zip(customers, tags, strict=True)}
