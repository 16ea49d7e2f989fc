"""``python -m tests.bench.plain MODE farley WORDS`` or ``MODE fill JSON CUSTOMERS``."""

import asyncio
import json
import sys
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg

from api.cli import main as farley
from api.cli.records.demo import make_demo
from api.runtime import wiring
from api.settings.databases import Urls, migrate
from api.settings.logs import configure
from api.settings.settings import Settings
from domain.importing.records.records import CustomerRecord, Reference
from domain.importing.write.batches import BulkWriter
from domain.settings.tenants import tenant_id
from domain.writing.unit_of_work import Stores
from tests.bench.importing import FAMILY, GIVEN
from tests.bench.plain import columns
from tests.bench.plain.modes import COLUMNS, become, put

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    mode, work, *arguments = sys.argv[1:]
    become(mode)
    if work == "farley":
        sys.argv[1:] = arguments
        farley()
        return
    configure(development=True)
    given = json.loads(arguments[0])
    urls = Urls(**given["urls"])
    migrate(urls)
    if mode == COLUMNS:
        asyncio.run(_add_columns(urls))
    settings = Settings(data_dir=Path(given["data_dir"]), development=False)
    asyncio.run(_fill(settings, urls, int(arguments[1])))


async def _add_columns(urls: Urls) -> None:
    owner = await asyncpg.connect(urls.owner_main)
    for statement in columns.added_columns():
        await owner.execute(statement)
    await owner.close()


async def _fill(settings: Settings, urls: Urls, customers: int) -> None:
    """The demo's customers, and as many people of six sealed fields who came after them; with the same ids
    at the same times in every mode.
    """
    put(wiring, Stores=_same_stores())
    async with wiring.services(settings, urls) as connected:
        if customers:
            await make_demo(connected, customers, seed=1)
            writer = BulkWriter(
                connected.stores, *await connected.acting(tenant_id(settings.tenant))
            )
            result = await writer.write([_person(number) for number in range(customers)])
            assert result.created == customers


def _person(number: int) -> CustomerRecord:
    """Given and family name, e-mail and postal address, telephone number, external reference."""
    points = {
        "EMAIL": f"person{number}@example.org",
        "PHONE": f"+4930{1_000_000 + number}",
        "POSTAL": f"Hauptstr. {number % 400}, 10115 Berlin",
    }
    values = {
        "kind": "PERSON",
        "lifecycle": "LEAD",
        "given_name": GIVEN[number % len(GIVEN)],
        "family_name": FAMILY[number % len(FAMILY)],
        "contact_points": [
            {"kind": k, "value": v, "label": None, "preferred": True, "verified": False}
            for k, v in points.items()
        ],
    }
    return CustomerRecord(Reference("bench", f"P{number}"), values, department="SALES")


def _same_stores() -> Callable[..., Stores]:
    count = iter(range(10**9))

    def new_id() -> str:
        return str(uuid.UUID(int=(0x7 << 76) | (0x2 << 62) | next(count) << 80))

    def now() -> datetime:
        return BEGIN + timedelta(seconds=next(count))

    return lambda engine, keys: Stores(engine, keys, now, new_id)


main()
