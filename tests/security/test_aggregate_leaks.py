"""Groups and aggregates tell a caller nothing of a value that they may not see."""

import json
from typing import Any

import pytest

from domain.catalogue import Kind
from domain.reading.groups import TIMES, Function, groupable, is_money, measurable
from domain.reading.names import camel
from domain.resources import RESOURCES
from tests.api import Api
from tests.builders import a_customer, put
from tests.security.test_leaks import DENIED, NO_CONSENT, PURPOSE, TABLES, Hidden, record

RESOURCE = {
    "customers": "customer",
    "interactions": "interaction",
    "opportunities": "opportunity",
}


@pytest.fixture(scope="module")
async def people(api: Api) -> list[str]:
    """More customers than the threshold, all of a partner; nobody consented to anything."""
    return [await a_customer(api, partner="partner") for _ in range(7)]


def questions(hidden: Hidden) -> list[str]:
    """Every way to group by the hidden fields and to aggregate them, and groups that do neither."""
    resource = RESOURCES[RESOURCE[hidden.connection]]
    names = {name for columns in hidden.columns for name in columns}
    asked = [("by: []", "count"), ("by: {field: CREATED_AT, unit: YEAR}", "count")]
    for field in groupable(resource):
        if field.name in names:
            unit = ", unit: DAY" if field.kind in TIMES else ""
            by = f"by: {{field: {field.name.upper()}{unit}}}"
            key = camel(field.name) + ("Id" if field.kind is Kind.REFERENCE else "")
            shown = f"key {{ {key} }} count"
            asked += [(by, shown), (f"{by}, having: {{count: {{gte: 1}}}}", shown)]
    for function in Function:
        for field in measurable(resource, function):
            if field.name in names or set(field.sources) & names:
                asked += aggregated(function, camel(field.name), money=is_money(field))
    root = f"{RESOURCE[hidden.connection]}Groups"
    return [
        f"{{ {root}({arguments}, first: 100) {{ groups {{ {selection} }} hasMore suppressed }} }}"
        for arguments, selection in asked
    ]


def aggregated(function: Function, name: str, *, money: bool) -> list[tuple[str, str]]:
    shown = f"{function.value} {{ {name}{' { currency amount count }' if money else ''} }}"
    order = f"{function.name}_{''.join(f'_{c}' if c.isupper() else c.upper() for c in name)}"
    currency = ', currency: "EUR"' if money else ""
    asked = [
        ("by: []", shown),
        (f"by: {{field: CREATED_AT, unit: YEAR}}, orderBy: {{field: {order}{currency}}}", shown),
    ]
    if money:
        compared = '{currency: "EUR", gt: "0"}'
    elif function in {Function.SUM, Function.AVG, Function.COUNT_DISTINCT}:
        compared = "{gt: 0}"
    else:
        return asked
    return [*asked, (f"by: [], having: {{{function.value}: {{{name}: {compared}}}}}", "count")]


@pytest.mark.parametrize("hidden", DENIED + PURPOSE + NO_CONSENT, ids=str)
async def test_no_group_and_no_aggregate_tells_a_hidden_value(
    api: Api, people: list[str], hidden: Hidden
) -> None:
    id_ = await record(api, hidden, people[0])
    told: dict[str, set[str]] = {hidden.as_: set(), hidden.sees: set()}
    for columns in hidden.columns:
        await put(api, TABLES[hidden.connection], id_, **columns)
        for as_, answers in told.items():
            asked: list[Any] = [await api.ask(query, as_=as_) for query in questions(hidden)]
            answers.add(json.dumps(asked))
    assert len(told[hidden.as_]) == 1
    if "tags" not in hidden.filters:  # Nothing groups by tags.
        assert len(told[hidden.sees]) == len(hidden.columns)


@pytest.mark.parametrize("resource", RESOURCE.values())
def test_a_sealed_field_is_never_grouped_or_aggregated(resource: str) -> None:
    declared = RESOURCES[resource]
    used = [*groupable(declared), *(f for fn in Function for f in measurable(declared, fn))]
    assert [field.name for field in used if field.is_sealed] == []
