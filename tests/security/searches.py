"""Searches: what they tell a caller in all, of a company with a value in one place."""

import json
import re

import sqlalchemy as sa

from domain.detecting.detect_personal_data import detect_personal_data
from domain.entities.interactions import INTERACTION
from tests.api import Api
from tests.builders import (
    a_customer,
    a_department,
    an_interaction,
    an_opportunity,
    another_tenant,
    as_service,
)
from tests.security.finding import FindsNothing

SEARCH = """query($q: String!, $types: [SearchedType!], $first: Int!) {
  search(query: $q, types: $types, first: $first) { hits { score cursor highlights { field fragment }
    record { __typename ... on Node { id } } } pageInfo { hasNextPage endCursor } candidatesCapped } }"""
NAMES = (
    """query($f: CustomerFilter!) { customers(first: 9, filter: $f) { totalCount nodes { id } } }"""
)
SORTED = """query($after: String) { customers(first: 1, after: $after, orderBy: {field: NAME}) {
  totalCount nodes { id } edges { cursor } pageInfo { hasNextPage endCursor } } }"""
CURSOR = re.compile(r'("(?:cursor|startCursor|endCursor)": )"([^"]*)"')
ID = re.compile(r"\b([a-z]{3})_[0-9a-f-]{36}\b")
GUESSES = (
    *("zebulon", "zebulon person", "ordinary", "quartzes", "deal zebulon"),
    *("zebulon@example.org", "quartz@example.org person", "ordinary@example.org zebulon"),
)
NEARLY = ("zebullon", "sebulon", "qartz", "ordinari persom", "persn")


async def hits(api: Api, as_: str, q: str, *types: str) -> list[str]:
    data = await api.data(SEARCH, as_=as_, q=q, types=list(types) or None, first=20)
    return [hit["record"]["id"] for hit in data["search"]["hits"]]


async def transcript(api: Api, as_: str) -> str:
    """Everything that search, name filters and the order by name tell; ids count by their order."""
    found = [await api.ask(SEARCH, as_=as_, q=q, first=first) for q in GUESSES for first in (1, 9)]
    plain = [{"name": {op: q}} for q in GUESSES[:3] for op in ("eq", "startsWith", "hasWords")]
    plain += [{"name": {"matches": q}} for q in (*GUESSES[:3], *NEARLY)]
    for filters in zip(plain, ({"not": one} for one in plain), strict=True):
        found += [await api.ask(NAMES, as_=as_, f=one) for one in filters]
    after, walked = None, []
    for _ in range(3):
        walked.append(await api.ask(SORTED, as_=as_, after=after))
        page = (walked[-1].get("data") or {}).get("customers") or {}
        after = page.get("pageInfo", {}).get("endCursor")
    told = CURSOR.sub("", json.dumps(found, indent=1))  # Their length goes with the time of making.
    told += CURSOR.sub(lambda m: f"{m[1]}{len(m[2])}", json.dumps(walked, indent=1))
    numbers: dict[str, str] = {}
    return ID.sub(lambda match: numbers.setdefault(match[0], f"{match[1]}_{len(numbers)}"), told)


TEXT = {"subject": "About {}", "body": "The {} stones and more {}"}


async def made(api: Api, place: str, value: str) -> None:
    """Two customers with what belongs to them, and the value in one place of the second."""
    for word in ("ordinary", value):
        name = word if place == "name" else "ordinary"
        email = f"{word if place == 'email' else 'ordinary'}@example.org"
        customer = await a_customer(
            api,
            givenName=name,
            familyName="Person",
            contactPoints=[{"kind": "EMAIL", "value": email}],
            departmentId=a_department(api, "SALES"),
        )
        texts = {
            field: text.replace("{}", word if place == field else "ordinary")
            for field, text in TEXT.items()
        }
        await an_interaction(api, customer, as_="support", **texts)
        title = f"Deal about {word if place == 'title' else 'ordinary'}"
        await an_opportunity(api, customer, "1", title=title)
    async with as_service(api, "detection") as work:
        table = INTERACTION.table
        query = sa.select(table.c.id).where(table.c.tenant_id == api.tenant)
        ids = [str(id_) for id_ in (await work.execute(query)).scalars()]
        await detect_personal_data(work, INTERACTION, ids, FindsNothing())


async def assert_tells_nothing_hidden(api: Api, as_: str, place: str, sees: str) -> None:
    told: dict[str, set[str]] = {as_: set(), sees: set()}
    for value in ("zebulon", "quartz"):
        company = await another_tenant(api, f"hidden-{as_}-{place}-{value}")
        await made(company, place, value)
        for who, transcripts in told.items():
            transcripts.add(await transcript(company, who))
    assert len(told[as_]) == 1
    assert len(told[sees]) == 2
