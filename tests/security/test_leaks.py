"""A caller who may not see a value gets the same answers whatever it is.

Each case changes one hidden value and asks everything that uses the field: every operator, negated
and joined, every order, counts, totals, cursors, pages below a record. The whole transcript must not
change by a byte. Somebody who may see the value gets another transcript, so that the questions are
known to tell values apart.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa

from domain.persistence.tables import customers, interactions, opportunities
from domain.provisioning import named_id
from tests.api import Api
from tests.builders import (
    a_consent,
    a_customer,
    a_department,
    an_interaction,
    an_opportunity,
    another_tenant,
    put,
    relate,
)

EQUAL = ("eq", "neq", "in", "notIn", "isNull")
RANGE = (*EQUAL, "lt", "lte", "gt", "gte")
TEXT = (*RANGE, "contains", "startsWith", "endsWith")
MOMENT = (*RANGE, "withinLast", "olderThan", "withinNext", "laterThan")
TAGS = ("hasAny", "hasAll", "hasNone")
DURATIONS = ["P1M", "P8M", "P20Y"]
TABLES = {"customers": customers, "interactions": interactions, "opportunities": opportunities}
FILTERS = {
    "customers": "CustomerFilter",
    "interactions": "InteractionFilter",
    "opportunities": "OpportunityFilter",
}
SELECTION = "totalCount nodes { id } edges { cursor } pageInfo { hasNextPage endCursor }"
PATHS = {
    "customers": [
        ("interactions", "InteractionFilter", ["customer", "is"]),
        ("customers", "CustomerFilter", ["opportunities", "every", "customer", "is"]),
    ],
    "interactions": [
        ("customers", "CustomerFilter", ["interactions", quantifier])
        for quantifier in ("some", "none", "every")
    ],
    "opportunities": [
        ("customers", "CustomerFilter", ["opportunities", quantifier])
        for quantifier in ("some", "none", "every")
    ],
}
CURSOR = re.compile(r'("(?:cursor|startCursor|endCursor)": )"([^"]*)"')


@dataclass(frozen=True)
class Hidden:
    """A value that ``as_`` may not see, and the values it takes while they ask."""

    as_: str
    connection: str
    columns: Sequence[dict[str, Any]]
    filters: dict[str, tuple[tuple[str, ...], list[Any]]]
    orders: tuple[str, ...] = ()
    totals: bool = False
    sees: str = "compliance"

    def __str__(self) -> str:
        return f"{self.as_}-{'-'.join(self.filters)}"

    def all_filters(self, name: str) -> Iterator[dict[str, Any]]:
        operators, values = self.filters[name]
        for operator in operators:
            special: dict[str, list[Any]] = {
                "isNull": [True, False],
                "in": [values, values[:1]],
                "notIn": [values, values[:1]],
                **dict.fromkeys(MOMENT[-4:], DURATIONS),
            }
            given = special.get(operator, values)
            for value in given:
                plain = {name: {operator: value}}
                yield plain
                yield {"not": plain}
                if operator == "eq":
                    yield {"or": [plain, {"createdAt": {"lt": "2020-01-01T00:00:00Z"}}]}


async def transcript(api: Api, hidden: Hidden, as_: str, customer: str) -> str:
    """Everything that ``as_`` is told when they use the field in every way there is."""
    answers: list[Any] = []
    for name in hidden.filters:
        for filters in batched(list(hidden.all_filters(name)), 12):
            answers.append(await filtered(api, hidden, as_, filters))
            answers.append(await related(api, hidden, as_, filters))
            if hidden.connection != "customers" and as_ == hidden.as_:
                answers.append(await filtered(api, hidden, as_, filters, customer))
    for order in hidden.orders:
        for direction, nulls in product(("ASC", "DESC"), ("FIRST", "LAST")):
            by = [{"field": order, "direction": direction, "nulls": nulls}]
            answers += [page async for page in walked(api, hidden, as_, by)]
    if hidden.totals:
        query = "{ opportunities(first: 9) { totals { currency amount count } } }"
        answers.append(await api.ask(query, as_=as_))
    text = json.dumps(answers, indent=1)
    return CURSOR.sub(lambda match: f'{match[1]}"{len(match[2])} characters"', text)


def batched(filters: list[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(filters), size):
        yield filters[start : start + size]


async def filtered(
    api: Api, hidden: Hidden, as_: str, filters: list[dict[str, Any]], below: str | None = None
) -> dict[str, Any]:
    numbers = range(len(filters))
    declared = ", ".join(f"$f{i}: {FILTERS[hidden.connection]}" for i in numbers)
    fields = " ".join(
        f"a{i}: {hidden.connection}(first: 3, filter: $f{i}) {{ {SELECTION} }}" for i in numbers
    )
    if below:
        fields = f'node(id: "{below}") {{ ... on Customer {{ {fields} }} }}'
    variables: dict[str, Any] = {f"f{i}": filter_ for i, filter_ in enumerate(filters)}
    return await api.ask(f"query({declared}) {{ {fields} }}", as_=as_, **variables)


async def related(
    api: Api, hidden: Hidden, as_: str, filters: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The answers of other connections whose records lead to those with the value."""
    answers = []
    for connection, type_, path in PATHS[hidden.connection]:
        variables: dict[str, Any] = {
            f"f{i}": _behind(path, filter_) for i, filter_ in enumerate(filters)
        }
        declared = ", ".join(f"${name}: {type_}" for name in variables)
        fields = " ".join(
            f"{name}: {connection}(first: 3, filter: ${name}) {{ totalCount }}"
            for name in variables
        )
        answers.append(await api.ask(f"query({declared}) {{ {fields} }}", as_=as_, **variables))
    return answers


def _behind(path: Sequence[str], filter_: dict[str, Any]) -> dict[str, Any]:
    for step in reversed(path):
        filter_ = {step: filter_}
    return filter_


async def walked(api: Api, hidden: Hidden, as_: str, order: list[dict[str, str]]) -> Any:
    type_ = FILTERS[hidden.connection].replace("Filter", "Order")
    query = f"""query($o: [{type_}!], $after: String) {{ {hidden.connection}(first: 1, orderBy: $o,
        after: $after) {{ nodes {{ id }} edges {{ cursor }} pageInfo {{ hasNextPage endCursor }} }} }}"""
    after = None
    while True:
        answer = await api.ask(query, as_=as_, o=order, after=after)
        yield answer
        page = (answer.get("data") or {}).get(hidden.connection)
        if page is None or not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


DENIED = [
    Hidden(
        "support",
        "opportunities",
        [
            {"amount": None, "currency": None},
            {"amount": 1, "currency": "EUR"},
            {"amount": 4711, "currency": "USD"},
        ],
        {"amount": (RANGE, ["1", "100"]), "currency": (TEXT, ["EUR", "USD"])},
        orders=("AMOUNT", "CURRENCY"),
        totals=True,
    ),
    Hidden(
        "support",
        "opportunities",
        [{"probability": 1}, {"probability": 99}],
        {"probability": (RANGE, [1, 99])},
        orders=("PROBABILITY",),
    ),
    Hidden(
        "partner",
        "customers",
        [{"tags": []}, {"tags": ["debtor"]}],
        {"tags": (TAGS, [["debtor"], []])},
    ),
]
PURPOSE = [
    Hidden(
        "finance",
        "customers",
        [{"lifecycle": "LEAD"}, {"lifecycle": "PAST"}],
        {"lifecycle": (EQUAL, ["LEAD", "PAST"])},
    ),
    Hidden(
        "finance",
        "customers",
        [{"tags": []}, {"tags": ["debtor"]}],
        {"tags": (TAGS, [["debtor"], []])},
    ),
]
NO_CONSENT = [
    Hidden(
        "marketing",
        "customers",
        [{"lifecycle": "LEAD"}, {"lifecycle": "PAST"}],
        {"lifecycle": (EQUAL, ["LEAD", "PAST"])},
    ),
    Hidden(
        "marketing",
        "customers",
        [{"country": None}, {"country": "DE"}, {"country": "FR"}],
        {"country": (TEXT, ["DE", "FR"])},
        orders=("COUNTRY",),
    ),
    Hidden(
        "marketing",
        "customers",
        [{"tags": []}, {"tags": ["vip"]}],
        {"tags": (TAGS, [["vip"]])},
    ),
    Hidden(
        "marketing",
        "interactions",
        [{"channel": "WEB"}, {"channel": "POST"}],
        {"channel": (EQUAL, ["WEB", "POST"])},
    ),
    Hidden(
        "marketing",
        "interactions",
        [
            {"occurred_at": sa.text("TIMESTAMPTZ '2026-01-01'")},
            {"occurred_at": sa.text("TIMESTAMPTZ '2026-09-01'")},
        ],
        {"occurredAt": (MOMENT, ["2026-01-01T00:00:00Z", "2026-05-01T00:00:00Z"])},
        orders=("OCCURRED_AT",),
    ),
]


@pytest.fixture(scope="module")
async def people(api: Api) -> tuple[str, str]:
    """Two customers of a partner who consented to nothing."""
    return await a_customer(api, partner="partner"), await a_customer(api, partner="partner")


async def record(api: Api, hidden: Hidden, customer: str) -> str:
    if hidden.connection == "customers":
        return customer
    make = an_interaction if hidden.connection == "interactions" else an_opportunity
    await make(api, customer)
    return await make(api, customer)


@pytest.mark.parametrize("hidden", DENIED + PURPOSE + NO_CONSENT, ids=str)
async def test_no_question_tells_a_hidden_value(
    api: Api, people: tuple[str, str], hidden: Hidden
) -> None:
    customer = people[0]
    id_ = await record(api, hidden, customer)
    told: dict[str, set[str]] = {hidden.as_: set(), hidden.sees: set()}
    for columns in hidden.columns:
        await put(api, TABLES[hidden.connection], id_, **columns)
        for as_, transcripts in told.items():
            transcripts.add(await transcript(api, hidden, as_, customer))
    assert len(told[hidden.as_]) == 1
    assert len(told[hidden.sees]) == len(hidden.columns)


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


WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("updateCustomer", "id", {"expectedVersion": 1, "language": "de"}),
    ("recordInteraction", "customerId", {
        "channel": "WEB", "direction": "INBOUND", "occurredAt": "2026-01-01T00:00:00Z"}),
    ("grantConsent", "customerId", {"purpose": "marketing", "method": "form"}),
    ("withdrawConsent", "customerId", {"purpose": "marketing"}),
    ("eraseSubject", "customerId", {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "argument", "given"), WRITES, ids=lambda value: str(value)[:16])
async def test_a_write_does_not_tell_whether_an_unseen_customer_is_there(
    api: Api, people: tuple[str, str], name: str, argument: str, given: dict[str, Any]
) -> None:
    nobody = "cus_00000000-0000-0000-0000-000000000000"
    payloads = [
        await api.mutate(name, "clientMutationId", as_="rival", **{argument: id_}, **given)
        for id_ in (people[0], nobody, "nonsense")
    ]
    assert payloads[0] == payloads[1] == payloads[2]
    assert payloads[0]["userErrors"][0]["code"] == "NOT_FOUND"


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
    assert {p["userErrors"][0]["code"] for p in payloads} == {"FORBIDDEN", "PURPOSE"}


async def test_an_error_does_not_tell_the_value_it_is_about(api: Api) -> None:
    owner = f"mem_{named_id(api.tenant, 'member', 'sales')}"
    customer = await a_customer(api, ownerId=owner, partner="partner")
    await an_opportunity(api, customer, "4711.4711", as_="partner")
    for as_, query in (
        ("support", "{ opportunities(first: 1, orderBy: {field: AMOUNT}) { totalCount } }"),
        ("support", '{ opportunities(first: 1, filter: {amount: {eq: "4711.4711"}}) { totalCount } }'),
        ("support", "{ opportunities(first: 1) { totals { amount } } }"),
        ("partner", f'{{ customers(first: 1, filter: {{owner: {{eq: "{owner}"}}}}) {{ totalCount }} }}'),
    ):  # fmt: skip
        response = await api.post(query, as_=as_)
        codes = [e["extensions"]["code"] for e in response.json()["errors"]]
        assert codes == ["FORBIDDEN"]
        assert "4711" not in response.text
        assert owner[4:] not in response.text
