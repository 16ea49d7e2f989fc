"""A group's key tells no id of a record that the caller may not see (item 19)."""

from typing import Any

import pytest
import sqlalchemy as sa

from domain.tables import customers, tenants
from tests.api import Api
from tests.builders import a_customer, an_interaction, another_tenant, as_service, put

GROUPS = """query($by: [InteractionGroupBy!]!) { interactionGroups(by: $by, first: 100) {
  groups { count key { customerId customer { id } } } } }"""
BY = [{"field": "CUSTOMER"}]


@pytest.fixture(scope="module")
async def company(api: Api) -> Api:
    """Where groups of one person are shown."""
    company = await another_tenant(api, "group-keys")
    query = sa.update(tenants).where(tenants.c.tenant_id == company.tenant)
    async with as_service(company) as work:
        await work.execute(query.values(aggregate_threshold=1))
    return company


@pytest.fixture(scope="module")
async def kept(company: Api) -> str:
    id_ = await a_customer(company, partner="partner")
    await an_interaction(company, id_, as_="partner")
    return id_


@pytest.fixture(scope="module")
async def gone(company: Api, kept: str) -> list[str]:
    """Customers that were taken from the partner, who still reads what it recorded of them."""
    ids = [await a_customer(company, partner="partner") for _ in range(2)]
    for id_ in ids:
        await an_interaction(company, id_, as_="partner")
        await put(company, customers, id_, partner_account_id=None)
    return ids


async def groups(api: Api, as_: str) -> dict[str | None, dict[str, Any]]:
    found = (await api.data(GROUPS, as_=as_, by=BY))["interactionGroups"]["groups"]
    assert len({one["key"]["customerId"] for one in found}) == len(found)
    return {one["key"]["customerId"]: one for one in found}


async def test_a_key_tells_no_id_of_a_hidden_customer(
    company: Api, kept: str, gone: list[str]
) -> None:
    as_partner = await groups(company, "partner")
    assert as_partner.keys() == {kept, None}
    assert as_partner[None]["count"] == len(gone)
    assert as_partner[None]["key"]["customer"] is None
    assert as_partner[kept]["key"]["customer"] == {"id": kept}


async def test_who_sees_the_customers_has_a_group_of_each(
    company: Api, kept: str, gone: list[str]
) -> None:
    assert (await groups(company, "compliance")).keys() == {kept, *gone}


async def test_hidden_customers_are_one_group_in_what_holds_of_groups(
    company: Api, kept: str, gone: list[str]
) -> None:
    query = """{ interactionGroups(by: [{field: CUSTOMER}], first: 100, having: {count: {gte: 2}}) {
      groups { count key { customerId } } } }"""
    found = (await company.data(query, as_="partner"))["interactionGroups"]["groups"]
    assert found == [{"count": 2, "key": {"customerId": None}}]


async def test_a_filter_tells_no_more_than_the_key(
    company: Api, kept: str, gone: list[str]
) -> None:
    query = """query($f: InteractionFilter) { interactions(first: 9, filter: $f) { totalCount } }"""
    for customer, count in (
        ({"in": [gone[0]]}, 0),
        ({"in": [kept, *gone]}, 1),
        ({"isNull": True}, len(gone)),
        ({"isNull": False}, 1),
    ):
        found = await company.data(query, as_="partner", f={"customer": customer})
        assert found["interactions"]["totalCount"] == count, customer
    found = await company.data(query, as_="compliance", f={"customer": {"in": gone}})
    assert found["interactions"]["totalCount"] == len(gone)
