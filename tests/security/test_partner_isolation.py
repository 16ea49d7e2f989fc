"""Two partners and two suppliers beside each other: neither is told anything of what is not its own, be it
by a number, an order, a page or a refusal.
"""

import itertools
import json
import re
from dataclasses import dataclass
from typing import Any

import pytest

from domain.declaration.kinds import Kind
from domain.declaration.names import camel
from domain.declaration.parts import ToMany
from domain.entities.registry import ALL, RESOURCES
from domain.reading.groups.groups import groupable
from domain.settings.tenants import named_id
from domain.tables import interactions, partner_accounts
from policy.rules import Rule
from tests.api import Api
from tests.builders import (
    a_customer,
    add_rules,
    an_account,
    an_interaction,
    an_opportunity,
    put,
    relate,
    the_pipeline,
)
from tests.entities.makers import Made, an_input, create, who

EMAIL = "shared@isolation.example"
POINTS = [
    {"kind": "EMAIL", "value": EMAIL},
    {"kind": "PHONE", "value": "+49 30 1234567"},
    {"kind": "POSTAL", "value": "1 Harbour Way"},
]
CURSORS = re.compile(r'("(?:cursor|startCursor|endCursor)": )"[^"]*"')
PAGE = "totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage }"
INTERNAL = "{direction: {eq: INTERNAL}}"
NOTES = f"interactions(first: 1, filter: {INTERNAL}) {{ {PAGE} }}"
DECLARED = [entity for entity in ALL if entity.is_written]
NUMBERS = itertools.count()
OUTSIDERS = ("partner", "rival", "supplier", "carrier")
# What one contract names beside what every supplier sees, and what the other does.
CONTRACTS = {
    "supplier": ("addresses", "country"),
    "carrier": ("family_name", "given_name~", "emails"),
}


@dataclass(frozen=True)
class Market:
    """A customer of the partner's whom the supplier supplies, and one of their rivals'."""

    own: str
    theirs: str
    note: str


@pytest.fixture(scope="module")
async def market(api: Api) -> Market:
    await an_account(api, "carrier", "SUPPLIER")
    generous = Rule(
        "PARTNER",
        "customer",
        "create",
        "partner",
        "",
        ("kind", "family_name", "lifecycle", "tags", "external_references"),
    )
    await add_rules(api, generous, *(contract(api, handle) for handle in CONTRACTS))
    own, theirs = [
        await a_customer(api, partner=partner, contactPoints=POINTS, country="DE")
        for partner in ("partner", "rival")
    ]
    for customer, partner, supplier in ((own, "partner", "supplier"), (theirs, "rival", "carrier")):
        company = await a_customer(
            api, kind="ORGANIZATION", organizationName=f"Steel of {supplier}", givenName=None,
            familyName=None,
        )  # fmt: skip
        account = f"par_{named_id(api.tenant, 'partner_account', supplier)}"
        await put(api, partner_accounts, account, customer_id=company[4:])
        await relate(api, "SUPPLIES", company, customer)
        await an_interaction(api, customer, as_=partner, subject="Visit", body="Ordinary")
        await an_opportunity(api, customer, "10", partner=partner)
        await a_deal(api, partner)
        await everything_declared(api, customer, partner)
    return Market(own, theirs, await a_note(api, own, "partner"))


async def everything_declared(api: Api, customer: str, partner: str | None) -> None:
    """A record of each declared type on the customer, by the staff, and as the partner's own."""
    for entity in DECLARED:
        for is_theirs in (False, True) if partner else (False,):
            input_ = await an_input(Made(api, next(NUMBERS), {"customer": customer}), entity)
            id_ = await create(api, entity, input_, as_=who(entity, "create"))
            if is_theirs and entity.shape.partner_account:
                account = named_id(api.tenant, "partner_account", str(partner))
                await put(api, entity.table, id_, partner_account_id=account)


def contract(api: Api, handle: str) -> Rule:
    """What one supplier sees beside what every supplier does."""
    account = named_id(api.tenant, "partner_account", handle)
    return Rule(
        f"supplier:{account}", "customer", "read", "supply", "supplied_by_me", CONTRACTS[handle]
    )


async def a_deal(api: Api, partner: str) -> str:
    payload = await api.mutate(
        "registerDeal", "dealRegistration { id }", as_=partner, pipelineId=the_pipeline(api),
        title="Engines", kind="PERSON", familyName="Lovelace",
        contactPoints=[{"kind": "EMAIL", "value": EMAIL}],
    )  # fmt: skip
    assert payload["userErrors"] == []
    return str(payload["dealRegistration"]["id"])


async def a_note(api: Api, customer: str, partner: str) -> str:
    """An internal note that says, against the rules, that it is the partner's."""
    id_ = await an_interaction(
        api,
        customer,
        direction="INTERNAL",
        subject="Confidential",
        body="Ordinary and confidential",
    )
    account = named_id(api.tenant, "partner_account", partner)
    await put(api, interactions, id_, partner_account_id=account)
    return id_


async def questions(market: Market) -> list[str]:
    """Every way to ask about records, of one's own and of others'."""
    own, theirs, note = market.own, market.theirs, market.note
    lists = (
        *("customers", "interactions", "opportunities", "dealRegistrations", "partnerAccounts"),
        *(camel(entity.plural) for entity in DECLARED),
    )
    groups = [entity for entity in ALL if entity.has_groups]
    edges = [camel(edge.name) for edge in RESOURCES["customer"].edges if isinstance(edge, ToMany)]
    return [
        *(f"{name}(first: 1) {{ {PAGE} }}" for name in lists),
        *(f"{name}(last: 1) {{ edges {{ cursor node {{ id version }} }} {PAGE} }}"
          for name in lists if name != "partnerAccounts"),
        *(f"{camel(one.name)}Groups(by: [], first: 9) {{ groups {{ count }} hasMore suppressed }}"
          for one in groups),
        *(f"{camel(one.name)}Groups(by: {{field: {field.name.upper()}}}, first: 9) {{ groups {{"
          f" key {{ {camel(field.name)} }} count }} suppressed }}"
          for one in groups for field in groupable(one) if field.kind is Kind.ENUM),
        "opportunityGroups(by: {field: STATUS}, first: 9) { groups { count sum { value { amount } } } }",
        "opportunities(first: 1) { totals { currency amount count } }",
        f"customers(first: 1, filter: {{email: {{eq: {json.dumps(EMAIL)}}}}}) {{ {PAGE} }}",
        'customers(first: 1, filter: {name: {hasWords: "Lovelace"}}) { totalCount nodes { name } }',
        f"customers(first: 9, filter: {{interactions: {{some: {INTERNAL}}}}}) {{ {PAGE} }}",
        f"customers(first: 9, filter: {{opportunities: {{none: {{}}}}}}) {{ {PAGE} }}",
        NOTES,
        f"interactions(first: 1, filter: {{not: {{direction: {{eq: INBOUND}}}}}}) {{ {PAGE} }}",
        f"interactionsByContactPoint(first: 1, email: {json.dumps(EMAIL)}) {{ {PAGE} }}",
        f"dealRegistrations(first: 1, filter: {{email: {{eq: {json.dumps(EMAIL)}}}}}) {{ {PAGE} }}",
        *(f"search(query: {json.dumps(word)}, first: 9) {{ hits {{ score record {{ __typename }} }}"
          " pageInfo { hasNextPage } }" for word in ("ordinary", "confidential", "lovelace", "engines")),
        *(f"node(id: {json.dumps(id_)}) {{ id }}" for id_ in (own, theirs, note)),
        f"nodes(ids: {json.dumps([own, theirs, note])}) {{ id }}",
        f"recordAccess(ids: {json.dumps([own, theirs, note])}) {{ id canRead canUpdate canDelete }}",
        *(f"node(id: {json.dumps(id_)}) {{ ... on Customer {{ id version updatedAt"
          f" {' '.join(f'{name}(first: 1) {{ {PAGE} }}' for name in edges)}"
          f" priced: opportunities(first: 1) {{ totals {{ amount count }} }}"
          " timeline(first: 9) { totalCount nodes { kind at } }"
          " overview { openValue { amount count } lastContacts { channel at } missing }"
          " network(first: 9, depth: 2) { totalCount } redactions { field reason } } }"
          for id_ in (own, theirs)),
        "customers(first: 101) { totalCount }",
        "customers(first: 1, orderBy: {field: CREATED_AT}) { nodes { id createdAt } }",
        "viewer { partnerAccount { handle } roles purposes }",
    ]  # fmt: skip


async def answers(api: Api, market: Market, as_: str) -> dict[str, str]:
    return {
        asked: CURSORS.sub(r'\1""', json.dumps(await api.ask(f"{{ {asked} }}", as_=as_)))
        for asked in await questions(market)
    }


async def more_of_everything(api: Api, market: Market, but: str) -> None:
    """Records of everybody's except one outsider's: beside its own, and on its own customers."""
    for partner in {"partner", "rival"} - {but}:
        customer = await a_customer(api, partner=partner, contactPoints=POINTS)
        await an_interaction(api, customer, as_=partner, subject="Visit", body="Ordinary")
        await an_opportunity(api, customer, "99", partner=partner)
        await a_deal(api, partner)
        await everything_declared(api, customer, partner)
    for customer in (market.own, market.theirs):
        await everything_declared(api, customer, None)
        await an_interaction(api, customer, subject="Call", body="Ordinary")
        await an_opportunity(api, customer, "77", title="Engines")
        await a_note(api, customer, but if but in {"partner", "rival"} else "partner")
    await a_customer(api, contactPoints=POINTS)


@pytest.mark.parametrize("as_", OUTSIDERS)
async def test_what_others_have_changes_no_answer(api: Api, market: Market, as_: str) -> None:
    before = await answers(api, market, as_)
    await more_of_everything(api, market, as_)
    after = await answers(api, market, as_)
    assert {asked for asked in before if before[asked] != after[asked]} == set()


async def test_the_questions_tell_something(api: Api, market: Market) -> None:
    """Whoever may see it is told otherwise by most of them."""
    before = await answers(api, market, "sales")
    await more_of_everything(api, market, "supplier")
    after = await answers(api, market, "sales")
    assert sum(before[asked] != after[asked] for asked in before) > 20
    own = [answer for who in OUTSIDERS for answer in (await answers(api, market, who)).values()]
    codes = {e["extensions"]["code"] for one in own for e in json.loads(one).get("errors", ())}
    assert codes == {"FORBIDDEN", "PAGE_SIZE"}


async def test_an_internal_note_is_nowhere(api: Api, market: Market) -> None:
    """Not even for the partner whose it is said to be; to staff it is there."""
    for as_ in OUTSIDERS:
        told = await answers(api, market, as_)
        assert [q for q, answer in told.items() if market.note in answer.replace(q, "")] == [
            q for q in told if q.startswith("recordAccess")
        ]
        access = await api.data(
            "query($ids: [ID!]!) { recordAccess(ids: $ids) { canRead canUpdate } }",
            as_=as_, ids=[market.note],
        )  # fmt: skip
        assert access["recordAccess"] == [{"canRead": False, "canUpdate": False}]
        found = json.loads(told[NOTES])
        if as_ in {"partner", "rival"}:
            assert found["data"]["interactions"]["totalCount"] == 0
        assert "CONFIDENTIAL" not in "".join(told.values()).replace("confidential", "")
    assert market.note in "".join((await answers(api, market, "support")).values())


async def test_an_outsider_writes_no_internal_note(api: Api, market: Market) -> None:
    payload = await api.mutate(
        "recordInteraction", "interaction { id }", as_="partner", customerId=market.own,
        channel="PHONE", direction="INTERNAL", occurredAt="2026-03-01T12:00:00Z",
    )  # fmt: skip
    assert [e["code"] for e in payload["userErrors"]] == ["FORBIDDEN"]


SEEN = """query($id: ID!) { node(id: $id) { ... on Customer { kind country givenName familyName email phone
    contactPoints { value } redactions { field reason } } } }"""


async def test_a_supplier_sees_what_its_contract_names(api: Api, market: Market) -> None:
    (address,) = [{"value": p["value"]} for p in POINTS if p["kind"] == "POSTAL"]
    found = (await api.data(SEEN, as_="supplier", id=market.own))["node"]
    reasons = {r["field"]: r["reason"] for r in found.pop("redactions")}
    assert found == {
        "kind": "PERSON", "country": "DE", "givenName": None, "familyName": None, "email": None,
        "phone": None, "contactPoints": [address],
    }  # fmt: skip
    assert set(reasons) == {"givenName", "familyName", "email", "phone", "contactPoints"}
    found = (await api.data(SEEN, as_="carrier", id=market.theirs))["node"]
    reasons = {r["field"]: r["reason"] for r in found.pop("redactions")}
    assert found == {
        "kind": "PERSON", "country": None, "givenName": "A.", "familyName": "Lovelace",
        "email": None, "phone": None, "contactPoints": [],
    }  # fmt: skip
    assert reasons["givenName"] == "MASKED"
    # A contract cannot name what the purpose does not need.
    assert reasons["email"] == "PURPOSE"
    for as_, id_ in (("supplier", market.theirs), ("carrier", market.own)):
        assert (await api.data(SEEN, as_=as_, id=id_))["node"] is None


@pytest.mark.parametrize("as_", ["supplier", "carrier"])
async def test_what_a_contract_does_not_name_is_not_looked_up(
    api: Api, market: Market, as_: str
) -> None:
    for filter_ in (f'email: {{eq: "{EMAIL}"}}', 'phone: {eq: "+49 30 1234567"}'):
        answer = await api.ask(
            f"{{ customers(first: 1, filter: {{{filter_}}}) {{ totalCount }} }}", as_=as_
        )
        assert [e["extensions"]["code"] for e in answer["errors"]] == ["FORBIDDEN"]
    country = '{ customers(first: 9, filter: {country: {eq: "DE"}}) { nodes { id } } }'
    answer = await api.ask(country, as_=as_)
    if as_ == "supplier":
        assert answer["data"]["customers"]["nodes"] == [{"id": market.own}]
    else:
        assert [e["extensions"]["code"] for e in answer["errors"]] == ["FORBIDDEN"]


WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("updateCustomer", "customer", {"id": "$", "expectedVersion": 1, "tags": ["x"]}),
    ("recordInteraction", "interaction", {"customerId": "$", "channel": "PHONE", "direction": "INBOUND",
                                          "occurredAt": "2026-03-01T12:00:00Z"}),
    ("grantConsent", "consent", {"customerId": "$", "purpose": "marketing", "method": "form"}),
    ("eraseSubject", "customer", {"customerId": "$"}),
    ("assignPartner", "customer", {"id": "$", "expectedVersion": 1, "partnerAccountId": None}),
]  # fmt: skip


@pytest.mark.parametrize(("mutation", "field", "given"), WRITES, ids=[one[0] for one in WRITES])
async def test_another_s_customer_is_answered_as_one_that_is_not_there(
    api: Api, market: Market, mutation: str, field: str, given: dict[str, Any]
) -> None:
    hidden = {"partner": market.theirs, "rival": market.own, "supplier": market.theirs}
    for as_, theirs in hidden.items():
        told = []
        for id_ in (theirs, "cus_8a5f5a60-0000-4000-8000-000000000000"):
            input_ = {name: id_ if value == "$" else value for name, value in given.items()}
            payload = await api.mutate(mutation, f"{field} {{ id }}", as_=as_, **input_)
            assert payload["userErrors"]
            told.append(payload)
        assert told[0] == told[1]


@pytest.mark.parametrize("as_", OUTSIDERS)
async def test_an_external_reference_tells_no_outsider_that_one_exists(
    api: Api, market: Market, as_: str
) -> None:
    """Not even where a rule lets partners write it."""
    taken = {"system": "ERP", "id": f"taken-{as_}"}
    await a_customer(api, externalReferences=[taken])
    told = []
    for reference in (taken, {"system": "ERP", "id": "free"}):
        payload = await api.mutate(
            "createCustomer", "customer { id }", as_=as_, kind="PERSON", familyName="Nobody",
            externalReferences=[reference],
        )  # fmt: skip
        told.append(payload)
    assert told[0] == told[1]
    assert [error["code"] for error in told[0]["userErrors"]] == ["FORBIDDEN"]
