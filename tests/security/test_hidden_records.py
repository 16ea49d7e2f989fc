"""A record that a caller may not see is not there: in no answer, in no count, and in no refusal."""

import json
from typing import Any

from domain.settings.tenants import named_id
from tests.api import Api
from tests.builders import (
    a_consent,
    a_customer,
    a_department,
    an_interaction,
    an_opportunity,
    another_tenant,
    relate,
)


async def test_a_masked_contact_point_is_not_found_by_its_value(api: Api) -> None:
    """The two have the same mask, so that the answer may show it."""
    support = a_department(api, "SUPPORT")
    told: dict[str, list[Any]] = {"sales": [], "support": []}
    query = """query($e: String!, $p: String!, $r: ExternalReferenceInput!, $d: ID!) {
        by_email: customers(first: 9, filter: {department: {eq: $d}, email: {eq: $e}}) { totalCount }
        by_emails: customers(first: 9, filter: {department: {eq: $d}, email: {in: [$e]}}) { totalCount }
        by_phone: customers(first: 9, filter: {department: {eq: $d}, phone: {eq: $p}}) { totalCount }
        by_reference: customers(first: 9, filter: {department: {eq: $d},
          externalReference: {eq: $r}}) { totalCount }
        without: customers(first: 9, filter: {department: {eq: $d}, not: {email: {eq: $e}}}) {
          totalCount nodes { name email phone externalReferences { id } } } }"""
    asked: dict[str, Any] = {
        "e": "grace@example.com",
        "p": "0151 7654321",
        "r": {"system": "ERP", "id": "4711"},
        "d": support,
    }
    for email, phone, reference in (
        ("grace@example.com", "0151 7654321", "4711"),
        ("gwen@elsewhere.com", "0160 1114321", "4712"),
    ):
        other = await another_tenant(api, f"leak-{reference}")
        await a_customer(
            other,
            departmentId=a_department(other, "SUPPORT"),
            contactPoints=[{"kind": "EMAIL", "value": email}, {"kind": "PHONE", "value": phone}],
            externalReferences=[{"system": "ERP", "id": reference}],
        )
        asked["d"] = a_department(other, "SUPPORT")
        for as_, answers in told.items():
            answers.append(await other.ask(query, as_=as_, **asked))
    assert told["sales"][0] == told["sales"][1]
    assert told["sales"][0]["data"]["without"]["nodes"][0]["email"] == "g•••@e•••.com"
    assert told["support"][0] != told["support"][1]


async def test_a_partner_is_told_nothing_of_the_customers_of_others(api: Api) -> None:
    query = """query($e: String!, $id: ID!, $ids: [ID!]!) { node(id: $id) { id } nodes(ids: $ids) { id }
        customers(first: 9, filter: {or: [{email: {eq: $e}}, {kind: {eq: PERSON}}]}) { totalCount
          nodes { id } pageInfo { hasNextPage } }
        interactions(first: 9) { totalCount } opportunities(first: 9) { totalCount
          totals { currency amount count } } }"""
    points = [{"kind": "EMAIL", "value": "hidden@example.com"}]
    before = "cus_00000000-0000-0000-0000-000000000000"
    asked: dict[str, Any] = {"e": "hidden@example.com"}
    empty = await api.ask(query, as_="rival", id=before, ids=[before], **asked)
    hidden = await a_customer(api, partner="partner", contactPoints=points)
    await an_interaction(api, hidden)
    await an_opportunity(api, hidden, "4711")
    assert await api.ask(query, as_="rival", id=hidden, ids=[hidden], **asked) == empty


async def test_records_behind_an_edge_that_a_partner_does_not_see_are_not_there(api: Api) -> None:
    """Whether there are such records, how many, and what stands in them: the answers are the same."""
    customer = await a_customer(api, partner="rival", tags=["edge"])
    owner = f"mem_{named_id(api.tenant, 'member', 'sales')}"
    quantified: list[dict[str, Any]] = [
        {edge: {quantifier: filter_}}
        for edge, filters in (
            (
                "interactions",
                [{}, {"channel": {"eq": "PHONE"}}, {"not": {"channel": {"eq": "WEB"}}}],
            ),
            ("opportunities", [{}, {"status": {"eq": "OPEN"}}, {"amount": {"gt": "1"}}]),
            ("consents", [{}, {"status": {"eq": "GRANTED"}}]),
            ("relationships", [{}, {"to": {"is": {"kind": {"eq": "PERSON"}}}}]),
        )
        for quantifier in ("some", "none", "every")
        for filter_ in filters
    ]
    told = set()
    for change in (None, "interaction", "opportunity", "consent", "relationship"):
        if change == "interaction":
            await an_interaction(api, customer)
        elif change == "opportunity":
            await an_opportunity(api, customer, "4711")
        elif change == "consent":
            await a_consent(api, customer)
        elif change == "relationship":
            await relate(api, "HOUSEHOLD", customer, await a_customer(api, ownerId=owner))
        answers = []
        for filter_ in quantified:
            query = """query($f: CustomerFilter, $n: CustomerFilter) { customers(first: 3, filter: $f) {
                totalCount nodes { id } } others: customers(first: 3, filter: $n) { totalCount } }"""
            answers.append(await api.ask(query, as_="rival", f=filter_, n={"not": filter_}))
        told.add(json.dumps(answers))
    assert len(told) == 1
    assert customer in next(iter(told))
    assert "errors" not in next(iter(told))


async def test_a_refused_write_does_not_tell_whether_a_guess_was_right(api: Api) -> None:
    customer = await a_customer(api)
    right = {"nationalId": "DE-4711", "birthDate": "1990-01-01"}
    change = {"id": customer, "expectedVersion": 1}
    await api.mutate("updateCustomer", "customer { id }", as_="compliance", **change, **right)
    wrong = {"nationalId": "DE-4712", "birthDate": "1990-01-02"}
    change["expectedVersion"] = 2
    payloads = [
        await api.mutate(
            "updateCustomer", "customer { version }", as_=as_, **change, **{name: guess[name]}
        )
        for as_ in ("sales", "support")
        for name in right
        for guess in (right, wrong)
    ]
    assert payloads[0::2] == payloads[1::2]
    assert {p["userErrors"][0]["code"] for p in payloads} == {"FORBIDDEN"}


async def test_an_error_does_not_tell_the_value_it_is_about(api: Api) -> None:
    owner = f"mem_{named_id(api.tenant, 'member', 'sales')}"
    customer = await a_customer(api, ownerId=owner, partner="partner")
    await an_opportunity(api, customer, "4711.47", partner="partner")
    for as_, query in (
        ("support", "{ opportunities(first: 1, orderBy: {field: AMOUNT}) { totalCount } }"),
        ("support", '{ opportunities(first: 1, filter: {amount: {eq: "4711.47"}}) { totalCount } }'),
        ("support", "{ opportunities(first: 1) { totals { amount } } }"),
        ("partner", f'{{ customers(first: 1, filter: {{owner: {{eq: "{owner}"}}}}) {{ totalCount }} }}'),
    ):  # fmt: skip
        response = await api.post(query, as_=as_)
        codes = [e["extensions"]["code"] for e in response.json()["errors"]]
        assert codes == ["FORBIDDEN"]
        assert "4711" not in response.text
        assert owner[4:] not in response.text
