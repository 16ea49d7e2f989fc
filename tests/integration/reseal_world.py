"""A company whose people get new keys."""

from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from domain.entities.registry import BUILT_IN
from domain.keys.reseal import Reseal
from domain.keys.verify import Broken, Verify
from privacy.vault import Vault
from privacy.vault.key_numbers import KeyNumbers
from privacy.vault.sealing import FORM_BYTES
from tests.api import Api
from tests.builders import a_customer, an_interaction, an_opportunity, another_tenant, as_service

NOTE = "She wrote the first program."
READ = """query($id: ID!) { node(id: $id) { ... on Customer { name redactions { field reason }
    interactions(first: 9) { nodes { body } } opportunities(first: 9) { nodes { title } } } } }"""


@dataclass(frozen=True, slots=True)
class Company:
    api: Api
    work: Reseal
    ada: str

    @property
    def vault(self) -> Vault:
        return self.api.services.vault

    @property
    def numbers(self) -> KeyNumbers:
        return KeyNumbers(self.api.services.vault_pool, self.vault, self.api.tenant)

    async def reads_all(self, id_: str | None = None) -> bool:
        node = (await self.api.data(READ, as_="manager", id=f"cus_{id_ or self.ada}"))["node"]
        bodies = [one["body"] for one in node["interactions"]["nodes"]]
        titles = [one["title"] for one in node["opportunities"]["nodes"]]
        return (node["name"], set(bodies), titles) == ("Ada Lovelace", {NOTE}, ["Engines"])

    async def forms(self, id_: str | None = None) -> set[int]:
        """The numbers of the keys that the person's rows are sealed with."""
        found: set[int] = set()
        async with as_service(self.api) as work:
            for resource in BUILT_IN.sealed:
                table = resource.table
                query = sa.select(table.c.sealed).where(
                    table.c.tenant_id == self.api.tenant,
                    table.c[resource.subject or "id"] == (id_ or self.ada),
                    table.c.sealed.is_not(None),
                )
                rows = await work.execute(query)
                found |= {int.from_bytes(row[0][2:FORM_BYTES], "big") for row in rows}
        return found

    async def key_numbers(self, id_: str | None = None) -> list[int]:
        rows = await self.api.services.vault_pool.fetch(
            self.api.tenant,
            "SELECT number FROM subject_keys WHERE subject_id = $1 ORDER BY number",
            id_ or self.ada,
        )
        return [row[0] for row in rows]

    async def broken(self, sample: int | None = None) -> list[Broken]:
        caller, region = await self.api.services.acting(self.api.tenant)
        services = self.api.services
        verify = Verify(services.stores, services.vault_pool, caller, region)
        parts = verify.all() if sample is None else verify.sample(sample)
        return [one async for part in parts for one in part.broken]


@pytest.fixture
async def company(api: Api, request: pytest.FixtureRequest) -> Company:
    other = await another_tenant(api, f"company-{abs(hash(request.node.name))}")
    caller, region = await other.services.acting(other.tenant)
    work = Reseal(other.services.stores, other.services.vault_pool, caller, region, 0.0)
    return Company(other, work, await lovelace(other))


async def lovelace(api: Api) -> str:
    id_ = await a_customer(api, as_="manager")
    await an_interaction(api, id_, as_="manager", body=NOTE)
    await an_opportunity(api, id_, as_="manager")
    return id_[4:]
