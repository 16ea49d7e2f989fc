"""Orders over text and over values that some rows do not show; every list has an order."""

from typing import Any

import pytest

from domain.settings.tenants import named_id
from domain.tables import customers, partner_accounts
from privacy.tables import consents
from tests.api import Api
from tests.builders import a_consent, a_customer, put
from tests.folding import folded

PAGE = """query($f: CustomerFilter, $o: [CustomerOrder!], $first: Int, $after: String, $last: Int,
    $before: String) { customers(filter: $f, orderBy: $o, first: $first, after: $after, last: $last,
    before: $before) { nodes { id country }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


async def walked(
    api: Api, as_: str, order: list[dict[str, str]], filter_: dict[str, Any], *, backwards: bool
) -> list[dict[str, Any]]:
    """All customers, a page of two at a time."""
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        place: dict[str, Any] = (
            {"last": 2, "before": cursor} if backwards else {"first": 2, "after": cursor}
        )
        page = (await api.data(PAGE, as_=as_, f=filter_, o=order, **place))["customers"]
        found = page["nodes"] + found if backwards else found + page["nodes"]
        info = page["pageInfo"]
        if not info["hasPreviousPage" if backwards else "hasNextPage"]:
            return found
        cursor = info["startCursor" if backwards else "endCursor"]


@pytest.fixture(scope="module")
async def mixed(api: Api) -> dict[str, str | None]:
    """Customers with countries, some without consent to marketing: what marketing sees of each."""
    seen: dict[str, str | None] = {}
    for number, country in enumerate(["de", "DE", "É", "e", "Z", "a", None, "Ä", "FR", None]):
        id_ = await a_customer(api, departmentId=None)
        await put(api, customers, id_, country=country)
        if number % 3:
            await a_consent(api, id_, as_="marketing")
        seen[id_] = country if number % 3 else None
    return seen


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("nulls", ["FIRST", "LAST"])
async def test_text_is_ordered_past_case_and_accents_and_what_is_hidden_as_if_missing(
    api: Api, mixed: dict[str, str | None], direction: str, nulls: str
) -> None:
    order = [{"field": "COUNTRY", "direction": direction, "nulls": nulls}]
    down = direction == "DESC"
    ids = sorted(mixed, key=lambda id_: id_[4:], reverse=down)
    without = [id_ for id_ in ids if mixed[id_] is None]
    with_value = [id_ for id_ in ids if mixed[id_] is not None]
    with_value.sort(key=lambda id_: folded(mixed[id_] or ""), reverse=down)
    expected = without + with_value if nulls == "FIRST" else with_value + without
    filter_ = {"department": {"isNull": True}}
    for backwards in (False, True):
        rows = await walked(api, "marketing", order, filter_, backwards=backwards)
        assert [row["id"] for row in rows] == expected
        assert {row["id"]: row["country"] for row in rows} == mixed


LISTS = {
    "members": ("MemberFilter", "MemberOrder", {"role": {"eq": "MANAGER"}}, "HANDLE"),
    "departments": ("DepartmentFilter", "DepartmentOrder", {"code": {"startsWith": "s"}}, "NAME"),
    "partnerAccounts": ("PartnerAccountFilter", "PartnerAccountOrder", {"name": {"contains": "I"}}, "NAME"),
    "pipelines": ("PipelineFilter", "PipelineOrder", {"stages": {"some": {"name": {"eq": "Won"}}}}, "NAME"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(LISTS))
async def test_a_list_of_the_company_is_filtered_and_ordered(api: Api, name: str) -> None:
    filter_type, order_type, filter_, field = LISTS[name]
    query = f"""query($f: {filter_type}, $o: [{order_type}!]) {{
        all: {name}(first: 50, orderBy: $o) {{ nodes {{ id value: {field.lower()} }} }}
        some: {name}(first: 50, filter: $f) {{ nodes {{ id }} }}
        none: {name}(first: 50, filter: {{not: {{createdAt: {{withinLast: "P1D"}}}}}}) {{
          totalCount }} }}"""
    order = [{"field": field, "direction": "DESC"}]
    data = await api.data(query, as_="sales", f=filter_, o=order)
    values = [row["value"] for row in data["all"]["nodes"]]
    assert values == sorted(values, key=str.lower, reverse=True)
    assert 0 < len(data["some"]["nodes"]) <= len(values)
    assert data["none"]["totalCount"] == 0


async def test_the_lists_below_a_record_are_filtered_and_ordered(api: Api) -> None:
    customer = await a_customer(api)
    for purpose in ("sales", "partner", "marketing"):
        consent = await a_consent(api, customer, method=f"Förm {purpose}")
        given = {"given_at": None} if purpose == "partner" else {}
        await put(api, consents, consent, purpose=purpose, **given)
    query = """query($id: ID!, $f: ConsentFilter, $o: [ConsentOrder!]) { node(id: $id) { ... on Customer {
        consents(first: 9, filter: $f, orderBy: $o) { totalCount nodes { purpose } } } } }"""
    descending = {"field": "PURPOSE", "direction": "DESC"}
    nulls_first = {"field": "GIVEN_AT", "nulls": "FIRST"}
    for filter_, order, expected in (
        (
            {"method": {"startsWith": "FORM"}},
            {"field": "PURPOSE"},
            ["marketing", "partner", "sales"],
        ),
        ({"purpose": {"contains": "ar"}}, descending, ["partner", "marketing"]),
        ({"purpose": {"neq": "sales"}}, nulls_first, ["partner", "marketing"]),
        ({"givenAt": {"withinLast": "PT1H"}}, {"field": "METHOD"}, ["marketing", "sales"]),
    ):
        data = await api.data(query, as_="sales", id=customer, f=filter_, o=[order])
        found = data["node"]["consents"]
        assert [row["purpose"] for row in found["nodes"]] == expected
        assert found["totalCount"] == len(expected)


async def test_partner_accounts_are_found_by_their_own_record(api: Api) -> None:
    company = await a_customer(
        api, kind="ORGANIZATION", organizationName="Steel", givenName=None, familyName=None
    )
    account = f"par_{named_id(api.tenant, 'partner_account', 'supplier')}"
    await put(api, partner_accounts, account, customer_id=company[4:])
    query = """query($f: PartnerAccountFilter) { partnerAccounts(first: 9, filter: $f) { nodes { id } } }"""
    filter_ = {"customer": {"is": {"kind": {"eq": "ORGANIZATION"}}}}
    data = await api.data(query, as_="sales", f=filter_)
    assert data["partnerAccounts"]["nodes"] == [{"id": account}]
    data = await api.data(query, as_="sales", f={"customer": {"eq": company}})
    assert data["partnerAccounts"]["nodes"] == [{"id": account}]
