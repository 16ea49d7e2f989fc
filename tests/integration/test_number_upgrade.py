"""Numbers of records from before today's spellings (O17, O33): found by every one after the upgrade."""

import asyncpg

from api.runtime.worker import _remake
from api.settings.databases import Urls
from domain.entities.customers import CUSTOMER
from domain.storage.lookup import tag_name
from domain.storage.lookup_rows import tag_row
from privacy.spellings.telephone import phone
from tests.api import Api
from tests.builders import a_customer, another_tenant
from tests.folding_upgrade import admin, upgraded

__all__ = ["admin"]

QUERY = "query($p: String!) { customers(first: 9, filter: {phone: {eq: $p}}) { totalCount } }"
NUMBERS = [
    ("06 98 95 00 05", "FR"),
    ("044 668 18 00", "CH"),
    ("06 1234 5678", "IT"),
    ("+49 30 9011111 ext. 12", "DE"),
]
AS_BEFORE = ["+33 6 98 95 00 05", "+41 44 668 18 00", "+39 06 12345678", "030 9011111"]
ONLY_AFTER = ["06 98 95 00 05", "044 668 18 00", "06 1234 5678", "030 9011111 ext. 12"]
FIELD = tag_name(CUSTOMER, "phones")


async def counts(api: Api, numbers: list[str]) -> list[int]:
    answers = [await api.data(QUERY, as_="sales", p=one) for one in numbers]
    return [data["customers"]["totalCount"] for data in answers]


async def as_it_was(api: Api, id_: str, number: str, country: str) -> None:
    """With one tag, of the number as E.164 without its extension, as releases before wrote it."""
    keys = await api.services.vault.index(api.tenant)
    owner = {"tenant_id": api.tenant, "row_id": id_[4:], "customer_id": id_[4:]}
    old = tag_row(owner, FIELD, keys.tag(FIELD, phone(number, country)), keys.version)
    await api.services.pool.fetch(
        api.tenant,
        "DELETE FROM lookup_tags WHERE tenant_id = $1 AND row_id = $2 AND field = $3"
        " AND proof <> $4",
        api.tenant,
        id_[4:],
        FIELD,
        old["proof"],
    )


async def test_older_numbers_are_found_as_before_and_then_by_every_spelling(
    api: Api, urls: Urls, admin: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    company = await another_tenant(api, "number-upgrade")
    for number, country in NUMBERS:
        points = [{"kind": "PHONE", "value": number}]
        id_ = await a_customer(company, country=country, contactPoints=points)
        await as_it_was(company, id_, number, country)
    assert await counts(company, AS_BEFORE) == [1] * len(AS_BEFORE)
    assert await counts(company, ONLY_AFTER) == [0] * len(ONLY_AFTER)
    jobs = [job for job in await upgraded(urls, admin) if job.tenant == company.tenant]
    for _ in range(2):  # Nothing comes twice.
        for job in jobs:
            await _remake(company.services, job)
        assert await counts(company, [*AS_BEFORE, *ONLY_AFTER]) == [1] * 8
