# ruff: noqa: RUF001 - names stand in their own letters
"""Names from before today's spellings (O21, O22): found as before, and after the upgrade by all."""

import asyncpg
import sqlalchemy as sa

from api.runtime.worker import _remake
from api.settings.databases import Urls
from domain.searching.spelling.earlier import earlier_spellings, earlier_words
from domain.searching.tokens import PREFIX, START, WHOLE, WORD
from domain.tables import search_tokens
from privacy.vault import IndexKeys
from tests.api import Api
from tests.builders import a_customer, another_tenant, as_service
from tests.folding_upgrade import admin, upgraded

__all__ = ["admin"]

PERSON = "customer.person_name"
NAMES = [("Sinéad", "O’Brien"), ("Андрей", "Белый"), ("مُحَمَّد", "العَلِي"), ("Anna", "Müller")]
AS_BEFORE = [
    {"eq": "sinead o’brien"},
    {"hasWords": "андрей"},
    {"startsWith": "андрей б"},
    {"eq": "مُحَمَّد العَلِي"},
    {"hasWords": "العَلِي"},
    {"eq": "Anna Mueller"},
]
ONLY_AFTER = [{"eq": "Sinead OBrien"}, {"startsWith": "sinead o'b"}, {"hasWords": "محمد"}]
QUERY = """query($name: NameFilter!) {
  customers(first: 9, filter: {name: $name}) { totalCount } }"""


def earlier_tokens(keys: IndexKeys, name: str) -> list[int]:
    """What a name left before, as far as is looked for here."""
    terms = {one for word in earlier_words(name) for one in earlier_spellings(word)}
    wholes = set(earlier_spellings(name))
    starts = {whole[:end] for whole in wholes for end in range(1, len(whole) + 1)}
    beginnings = {term[:end] for term in terms for end in range(2, len(term) + 1)}
    kinds = {WORD: terms, PREFIX: beginnings, WHOLE: wholes, START: starts}
    return [token for kind, some in kinds.items() for token in keys.tokens(kind, PERSON, some)]


async def counts(api: Api, filters: list[dict[str, str]]) -> list[int]:
    answers = [await api.data(QUERY, as_="sales", name=one) for one in filters]
    return [data["customers"]["totalCount"] for data in answers]


async def test_older_names_are_found_as_before_and_then_by_every_spelling(
    api: Api, urls: Urls, admin: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    company = await another_tenant(api, "folding-upgrade")
    keys = await company.services.vault.index(company.tenant)
    for given, family in NAMES:
        id_ = await a_customer(company, givenName=given, familyName=family)
        left = sa.update(search_tokens).where(
            search_tokens.c.tenant_id == company.tenant, search_tokens.c.row_id == id_[4:]
        )
        async with as_service(company) as work:
            await work.execute(left.values(tokens=earlier_tokens(keys, f"{given} {family}")))
    assert await counts(company, AS_BEFORE) == [1] * len(AS_BEFORE)
    assert await counts(company, ONLY_AFTER) == [0] * len(ONLY_AFTER)
    jobs = [job for job in await upgraded(urls, admin) if job.tenant == company.tenant]
    assert await counts(company, AS_BEFORE) == [1] * len(AS_BEFORE)
    assert PERSON in {field for job in jobs for field in job.ids}
    for job in jobs:
        await _remake(company.services, job)
    assert await counts(company, [*AS_BEFORE, *ONLY_AFTER]) == [1] * 9
