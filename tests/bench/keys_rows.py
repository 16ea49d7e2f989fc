"""People for ``tests.bench.keys``: keys, sealed names and addresses, tags, as an import makes them."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeAlias

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from api.runtime.wiring import Services
from domain.entities.customers import CUSTOMER
from domain.settings.tenants import named_id
from domain.storage.lookup import tag_name
from domain.storage.lookup_rows import tag_row
from domain.values.ids import new_id
from domain.writing.records import sealed_record
from privacy.vault import SealingKey
from tests.bench.fuzzy_rows import COLUMNS
from tests.bench.importing import FAMILY, GIVEN

BATCH = 20_000
KEY_COLUMNS = ("tenant_id", "subject_id", "number", "tenant_key_version", "wrapped")
TAG_COLUMNS = ("tenant_id", "row_id", "customer_id", "field", "short", "proof", "root")
PLANNED = """INSERT INTO lookup_plans (tenant_id, field, rows) VALUES ($1, $2, $3)
    ON CONFLICT (tenant_id, field) DO UPDATE SET rows = lookup_plans.rows + excluded.rows"""
Admin: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def load(admins: Sequence[Admin], connected: Services, tenant: str, count: int) -> list[str]:
    """So many people's rows in both databases; returns their ids, in the order of their addresses."""
    began, people = time.perf_counter(), [new_id() for _ in range(count)]
    for start in range(0, count, BATCH):
        await _load_some(admins, connected, tenant, people, range(start, min(start + BATCH, count)))
    for admin in admins:
        await admin.execute("VACUUM ANALYZE")
    print(f"({count} people loaded in {time.perf_counter() - began:.0f} s)", flush=True)
    return people


async def _load_some(
    admins: Sequence[Admin],
    connected: Services,
    tenant: str,
    people: Sequence[str],
    numbers: range,
) -> None:
    wrapping, now = await connected.vault.tenant(tenant), datetime.now(UTC)
    department, email = named_id(tenant, "department", "SALES"), tag_name(CUSTOMER, "emails")
    keys, rows, tags = [], [], []
    for number in numbers:
        id_, secret = people[number], AESGCM.generate_key(256)
        keys.append((tenant, id_, 1, wrapping.current, wrapping.wrap(tenant, id_, 1, secret)))
        address = f"person{number}@example.org"
        sealed = {
            "given_name": GIVEN[number % len(GIVEN)],
            "family_name": FAMILY[number % len(FAMILY)],
            "emails": [{"value": address, "label": None, "preferred": True, "verified": False}],
        }
        pack = sealed_record(tenant, CUSTOMER, id_, SealingKey(1, AESGCM(secret)), id_, sealed)
        rows.append((tenant, id_, "PERSON", "LEAD", department, now, now, 1, pack))
        owner = {"tenant_id": tenant, "row_id": id_, "customer_id": id_}
        tag = tag_row(owner, email, wrapping.index.tag(email, address), wrapping.index.version)
        tags.append(tuple(tag[name] for name in TAG_COLUMNS))
    main, vault = admins
    await vault.copy_records_to_table("subject_keys", records=keys, columns=KEY_COLUMNS)
    await main.copy_records_to_table("customers", records=rows, columns=COLUMNS)
    await main.execute(PLANNED, tenant, email, len(tags))
    await main.copy_records_to_table("lookup_tags", records=tags, columns=TAG_COLUMNS)
