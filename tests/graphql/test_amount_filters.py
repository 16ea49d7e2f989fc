"""Item 18: what amounts are compared with is of any size, and is refused where it would be rounded."""

from typing import Any

import pytest

from tests.api import Api
from tests.builders import a_customer, an_opportunity

FILTER = (
    """query($f: OpportunityFilter) { opportunities(first: 9, filter: $f) { nodes { amount } } }"""
)
HAVING = """query($h: OpportunityHaving) { opportunityGroups(first: 9, by: [], having: $h) {
    groups { count } } }"""
LARGE = ["1000000000000000", "9" * 30, "999999999999999.9999"]


@pytest.fixture(scope="module")
async def sold(api: Api) -> Api:
    customer = await a_customer(api)
    for amount in ("10", "10.01", "999999999999999.99"):
        await an_opportunity(api, customer, amount)
    return api


async def amounts(api: Api, **compared: Any) -> list[str]:
    nodes = (await api.data(FILTER, as_="sales", f={"amount": compared}))["opportunities"]["nodes"]
    return sorted(node["amount"] for node in nodes)


@pytest.mark.parametrize("operator", ["lt", "lte", "neq"])
@pytest.mark.parametrize("operand", LARGE)
async def test_an_amount_of_any_size_is_compared(sold: Api, operator: str, operand: str) -> None:
    assert len(await amounts(sold, **{operator: operand})) == 3


@pytest.mark.parametrize("operator", ["eq", "gt", "gte"])
@pytest.mark.parametrize("operand", LARGE)
async def test_nothing_is_as_large(sold: Api, operator: str, operand: str) -> None:
    assert await amounts(sold, **{operator: operand}) == []
    assert await amounts(sold, **{"in": [operand, "10"]}) == ["10.0000"]


async def test_four_places_are_compared_exactly(sold: Api) -> None:
    assert await amounts(sold, gt="10.0099", lt="10.0101") == ["10.0100"]


@pytest.mark.parametrize("operator", ["eq", "neq", "lt", "lte", "gt", "gte"])
@pytest.mark.parametrize("operand", ["0.00001", "10.00000001", "999999999999999.99999"])
async def test_more_places_are_refused_and_not_rounded(
    sold: Api, operator: str, operand: str
) -> None:
    answer = await sold.ask(FILTER, as_="sales", f={"amount": {operator: operand}})
    extensions = answer["errors"][0]["extensions"]
    assert (extensions["code"], extensions["fields"]) == ("INVALID", ["amount", operator])
    assert operand not in str(answer)
    compared = {"sum": {"value": {"currency": "EUR", operator: operand}}}
    answer = await sold.ask(HAVING, as_="sales", h=compared)
    assert answer["errors"][0]["extensions"]["code"] == "INVALID"


async def test_more_places_in_a_list_are_refused(sold: Api) -> None:
    answer = await sold.ask(FILTER, as_="sales", f={"amount": {"in": ["1", "0.00001"]}})
    assert answer["errors"][0]["extensions"]["code"] == "INVALID"
    assert await amounts(sold, eq="10.00000") == ["10.0000"]  # Zeros are no places.


@pytest.mark.parametrize("function", ["sum", "avg", "min", "max"])
@pytest.mark.parametrize("operand", LARGE[:2])
async def test_groups_are_compared_with_sums_of_any_size(
    sold: Api, function: str, operand: str
) -> None:
    for operator, count in (("lt", [3]), ("gt", [])):
        compared = {function: {"value": {"currency": "EUR", operator: operand}}}
        groups = (await sold.data(HAVING, as_="sales", h=compared))["opportunityGroups"]["groups"]
        if function != "sum":
            assert [group["count"] for group in groups] == count


async def test_a_sum_may_be_larger_than_any_amount(sold: Api) -> None:
    compared = {"sum": {"value": {"currency": "EUR", "eq": "1000000000000020.00"}}}
    groups = (await sold.data(HAVING, as_="sales", h=compared))["opportunityGroups"]["groups"]
    assert [group["count"] for group in groups] == [3]
