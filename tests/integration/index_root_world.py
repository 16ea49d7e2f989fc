"""A company whose records are looked for by every path while its index root gives way to a newer one."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from api.settings.databases import Urls
from domain.importing.records.records import CustomerRecord, Reference
from domain.importing.records.results import BatchResult
from domain.importing.write.batches import BulkWriter
from domain.keys import replace_index_root as reindexing
from domain.keys.replace_index_root import Reindex
from domain.tables import external_references, lookup_tags, search_tokens
from privacy.database import TenantPool
from tests.api import Api
from tests.builders import a_customer, an_interaction, another_tenant

NAMES = ("Lovelace", "Babbage", "Hopper", "Turing", "Noether", "Wozniak", "Kilburn", "Papert")
SLIPS = ("Lovelase", "Babage", "Hoper", "Turring", "Nother", "Wosniak", "Kilbern", "Pappert")

FIND = """query($email: String!, $phone: String!, $reference: String!, $name: String!, $start: String!,
    $family: String!, $slip: String!, $custom: String!, $note: String!) {
  email: customers(first: 9, filter: {email: {eq: $email}}) { nodes { id } }
  emailAmong: customers(first: 9, filter: {email: {in: [$email, "nobody@example.com"]}}) { nodes { id } }
  phone: customers(first: 9, filter: {phone: {eq: $phone}}) { nodes { id } }
  reference: customers(first: 9, filter: {externalReference: {eq: {system: "erp", id: $reference}}})
    { nodes { id } }
  name: customers(first: 9, filter: {name: {eq: $name}}) { nodes { id } }
  start: customers(first: 9, filter: {name: {startsWith: $start}}) { nodes { id } }
  startWithin: customers(first: 9, filter: {name: {startsWith: $start}, country: {eq: "GB"}})
    { nodes { id } }
  words: customers(first: 9, filter: {name: {hasWords: $family}}) { nodes { id } }
  alike: customers(first: 9, filter: {name: {matches: $slip}}) { nodes { id } totalCount }
  custom: customers(first: 9, filter: {customFields: [{name: "badge", text: {eq: $custom}}]})
    { nodes { id } }
  search(query: $family, first: 9, types: [CUSTOMER]) { hits { record { ... on Customer { id } } } }
  said: search(query: $note, first: 9, types: [INTERACTION])
    { hits { record { ... on Interaction { customer { id } } } } }
  called: interactionsByContactPoint(phone: $phone, first: 9) { nodes { customer { id } } }
  wrote: interactionsByContactPoint(email: $email, first: 9) { nodes { customer { id } } }
  others: customers(first: 99, filter: {not: {email: {eq: $email}}}) { nodes { id } }
}"""


@dataclass(slots=True)
class Person:
    """What somebody is found by."""

    id: str
    number: int
    family: str
    slip: str

    @property
    def values(self) -> Mapping[str, str]:
        """The variables of ``FIND``."""
        name = f"Given{self.number} {self.family}"
        return {
            "email": f"p{self.number}@example.com",
            "phone": f"+44 20 7946 {self.number:04}",
            "reference": f"R{self.number}",
            "name": name,
            "start": name[:-2],
            "family": self.family,
            "slip": self.slip,
            "custom": f"B{self.number}",
            "note": f"remark{self.number}",
        }


@dataclass(slots=True)
class Company:
    """Two processes: the application behind ``api.http``, and ``api.services``."""

    api: Api
    owner: TenantPool
    people: list[Person] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    """Others that are there, of whom nothing is looked for."""

    async def work(self) -> Reindex:
        caller, region = await self.api.services.acting(self.api.tenant)
        return Reindex(self.api.services.stores, self.owner, caller, region, 0.1)

    async def takes_in(self, count: int) -> None:
        for _ in range(count):
            number = len(self.people)
            at = number % len(NAMES)
            person = Person("", number, NAMES[at], SLIPS[at])
            person.id = await a_customer(self.api, as_="manager", **given(person))
            await an_interaction(
                self.api, person.id, as_="manager", body=f"A {person.values['note']}."
            )
            self.people.append(person)

    async def renames(self, person: Person, at: int) -> None:
        """Changes the family name, so that the row's tags and tokens are all written anew."""
        node = await self.api.data(
            "query($id: ID!) { node(id: $id) { ... on Customer { version } } }",
            as_="manager",
            id=person.id,
        )
        payload = await self.api.mutate(
            "updateCustomer",
            "customer { id }",
            as_="manager",
            id=person.id,
            expectedVersion=node["node"]["version"],
            familyName=NAMES[at],
        )
        assert payload["userErrors"] == []
        person.family, person.slip = NAMES[at], SLIPS[at]

    async def imports(self, *records: CustomerRecord) -> BatchResult:
        caller, region = await self.api.services.acting(self.api.tenant)
        return await BulkWriter(self.api.services.stores, caller, region).write(records)

    async def everybody_is_found(self) -> None:
        for person in self.people:
            await self.is_found(person)

    async def is_found(self, person: Person) -> None:
        data = await self.api.data(FIND, as_="manager", **person.values)
        family = sorted(one.id for one in self.people if one.family == person.family)
        assert data["alike"].pop("totalCount") == len(family)
        by_family = {"words", "alike", "search"}
        others = sorted([*self.beside, *(one.id for one in self.people if one is not person)])
        for path, found in data.items():
            wanted = family if path in by_family else others if path == "others" else [person.id]
            assert sorted(_ids(found)) == wanted, (path, person)

    async def roots(self) -> Mapping[str, Sequence[int]]:
        """Under which roots there are rows, by table."""
        found = {}
        for table in (lookup_tags, external_references, search_tokens):
            sql = f"SELECT DISTINCT root FROM {table.name} ORDER BY root"  # noqa: S608 - our own names
            rows = await self.api.services.pool.fetch(self.api.tenant, sql)
            found[table.name] = [row[0] for row in rows]
        return found


def given(person: Person) -> dict[str, Any]:
    """The input that makes a customer of a person."""
    values = person.values
    return {
        "givenName": f"Given{person.number}",
        "familyName": person.family,
        "country": "GB",
        "contactPoints": [
            {"kind": "EMAIL", "value": values["email"]},
            {"kind": "PHONE", "value": values["phone"]},
        ],
        "externalReferences": [{"system": "erp", "id": values["reference"]}],
        "customFields": [{"name": "badge", "value": values["custom"]}],
    }


def a_record(person: Person) -> CustomerRecord:
    """The same person from another system."""
    values = {"kind": "PERSON", "given_name": f"Given{person.number}", "family_name": person.family}
    return CustomerRecord(Reference("erp", person.values["reference"]), values)


async def a_company(api: Api, urls: Urls, slug: str) -> Company:
    """With a sealed custom field, and nobody in it."""
    other = await another_tenant(api, slug)
    payload = await other.mutate(
        "defineCustomField", "customField { name }", as_="admin", name="badge", type="TEXT"
    )
    assert payload["userErrors"] == []
    return Company(other, await TenantPool.open(urls.owner_vault, size_max=3))


def _ids(found: Mapping[str, Any]) -> list[str]:
    hits = found.get("hits")
    records = found["nodes"] if hits is None else [hit["record"] for hit in hits]
    return [(one.get("customer") or one)["id"] for one in records]


ALL = ("lookup_tags", "external_references", "search_tokens")


def only(root: int) -> dict[str, list[int]]:
    return {table: [root] for table in ALL}


@pytest.fixture
async def company(
    api: Api, urls: Urls, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Company]:
    monkeypatch.setattr(reindexing, "BATCH", 2)
    made = await a_company(api, urls, f"roots-{abs(hash(request.node.name))}")
    await made.takes_in(4)
    yield made
    await made.owner.close()
