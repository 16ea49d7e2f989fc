"""Customers as a frontend developer meets them."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from domain.settings.tenants import named_id
from domain.tables import custom_field_definitions
from tests.api import Api
from tests.builders import (
    a_customer,
    a_department,
    another_tenant,
    as_service,
    relate,
)

CREATED = "customer { id version name email } clientMutationId"
POINTS: list[dict[str, Any]] = [
    {"kind": "EMAIL", "value": "first@example.com", "label": "work"},
    {"kind": "EMAIL", "value": "second@example.com", "preferred": True, "verified": True},
    {"kind": "PHONE", "value": "0151 2345678"},
    {"kind": "POSTAL", "value": "Unter den Linden 1, 10117 Berlin"},
    {"kind": "SOCIAL", "value": "@ada"},
    {"kind": "WEB", "value": "https://example.com/ada"},
]


async def read(api: Api, id_: str, fields: str, *, as_: str = "sales") -> dict[str, Any]:
    query = f"query($id: ID!) {{ node(id: $id) {{ ... on Customer {{ {fields} }} }} }}"
    return dict((await api.data(query, as_=as_, id=id_))["node"])


async def found(api: Api, filter_: dict[str, Any], *, as_: str = "sales") -> list[str]:
    query = """query($f: CustomerFilter) { customers(first: 100, filter: $f) {
        totalCount nodes { id } } }"""
    page = (await api.data(query, as_=as_, f=filter_))["customers"]
    assert page["totalCount"] == len(page["nodes"])
    return [node["id"] for node in page["nodes"]]


async def test_everything_given_is_read_back(api: Api) -> None:
    id_ = await a_customer(
        api,
        contactPoints=POINTS,
        language="de",
        timeZone="Europe/Berlin",
        country="DE",
        lifecycle="PROSPECT",
        tags=["b", "a", "b"],
        ownerId=f"mem_{named_id(api.tenant, 'member', 'manager')}",
        externalReferences=[{"system": "ERP", "id": "4711"}],
    )
    fields = """kind givenName familyName organizationName language timeZone country lifecycle tags
        email phone department { code } owner { handle } externalReferences { system id }
        contactPoints { kind value label preferred verified }"""
    points = [{"label": None, "preferred": False, "verified": False, **point} for point in POINTS]
    assert await read(api, id_, fields) == {
        "kind": "PERSON",
        "givenName": "Ada",
        "familyName": "Lovelace",
        "organizationName": None,
        "language": "de",
        "timeZone": "Europe/Berlin",
        "country": "DE",
        "lifecycle": "PROSPECT",
        "tags": ["a", "b"],
        "email": "second@example.com",
        "phone": "0151 2345678",
        "department": {"code": "SALES"},
        "owner": {"handle": "manager"},
        "externalReferences": [{"system": "ERP", "id": "4711"}],
        "contactPoints": points,
    }


async def test_a_change_touches_what_it_names_only(api: Api) -> None:
    id_ = await a_customer(api, contactPoints=POINTS, language="de", tags=["a"])
    payload = await api.mutate(
        "updateCustomer",
        "customer { version familyName givenName language tags email createdAt updatedAt }",
        as_="sales",
        id=id_,
        expectedVersion=1,
        familyName="King",
        language=None,
    )
    times = [payload["customer"].pop(name) for name in ("createdAt", "updatedAt")]
    assert payload["customer"] == {
        "version": 2,
        "familyName": "King",
        "givenName": "Ada",
        "language": None,
        "tags": ["a"],
        "email": "second@example.com",
    }
    assert times[0] < times[1]


async def test_a_change_that_changes_nothing_is_no_new_version(api: Api) -> None:
    id_ = await a_customer(api, contactPoints=POINTS, tags=["a"])
    same = {"givenName": "Ada", "tags": ["a", "a"], "contactPoints": POINTS}
    payload = await api.mutate(
        "updateCustomer", "customer { version }", as_="sales", id=id_, expectedVersion=1, **same
    )
    assert payload == {"customer": {"version": 1}, "userErrors": []}


async def test_a_stale_version_changes_nothing(api: Api) -> None:
    id_ = await a_customer(api)
    change = {"id": id_, "expectedVersion": 1}
    await api.mutate("updateCustomer", "customer { id }", as_="sales", **change, givenName="A")
    payload = await api.mutate(
        "updateCustomer", "customer { id }", as_="sales", **change, givenName="B"
    )
    assert payload["customer"] is None
    assert payload["userErrors"][0]["code"] == "STALE_VERSION"
    assert payload["userErrors"][0]["path"] == ["input", "expectedVersion"]
    assert await read(api, id_, "givenName version") == {"givenName": "A", "version": 2}


async def test_of_two_changes_at_once_one_is_stale(api: Api) -> None:
    id_ = await a_customer(api)
    payloads = await asyncio.gather(
        *(
            api.mutate(
                "updateCustomer",
                "customer { version }",
                as_="sales",
                id=id_,
                expectedVersion=1,
                givenName=name,
            )
            for name in ("A", "B")
        )
    )
    codes = [error["code"] for payload in payloads for error in payload["userErrors"]]
    assert codes == ["STALE_VERSION"]
    assert (await read(api, id_, "version"))["version"] == 2


async def test_a_sealed_value_is_found_in_any_spelling(api: Api) -> None:
    points = [
        {"kind": "EMAIL", "value": "Look.Up@Example.com"},
        {"kind": "PHONE", "value": "0151/7654321"},
    ]
    id_ = await a_customer(api, contactPoints=points)
    for spelling in ("look.up@example.com", "LOOK.UP@EXAMPLE.COM", "  look.up@Example.com "):
        assert await found(api, {"email": {"eq": spelling}}) == [id_], spelling
    for spelling in ("0151 7654321", "+49 151 7654321", "+49 (0)151-7654321", "0049151 7654321"):
        assert await found(api, {"phone": {"eq": spelling}}) == [id_], spelling
    several = ["nobody@example.com", "look.up@example.com"]
    assert await found(api, {"email": {"in": several}}) == [id_]
    assert id_ not in await found(api, {"not": {"email": {"in": several}}})


async def test_a_contact_point_that_was_replaced_no_longer_finds(api: Api) -> None:
    old, new = "before@example.com", "after@example.com"
    id_ = await a_customer(api, contactPoints=[{"kind": "EMAIL", "value": old}])
    points = [{"kind": "EMAIL", "value": new}]
    await api.mutate(
        "updateCustomer",
        "customer { id }",
        as_="sales",
        id=id_,
        expectedVersion=1,
        contactPoints=points,
    )
    assert await found(api, {"email": {"eq": old}}) == []
    assert await found(api, {"email": {"eq": new}}) == [id_]


async def test_an_external_reference_belongs_to_one_customer(api: Api) -> None:
    reference = {"system": "Shop", "id": "77"}
    id_ = await a_customer(api, externalReferences=[reference])
    payload = await api.mutate(
        "createCustomer",
        "customer { id }",
        as_="sales",
        kind="PERSON",
        givenName="Eve",
        externalReferences=[{"system": "shop", "id": "77"}],
    )
    assert payload["customer"] is None
    assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [
        ("CONFLICT", ["input", "externalReferences"])
    ]
    assert await found(api, {"externalReference": {"eq": reference}}) == [id_]


async def test_support_corrects_an_address_and_leaves_the_rest(api: Api) -> None:
    id_ = await a_customer(api, contactPoints=POINTS)
    change = {"id": id_, "expectedVersion": 1}
    points = [{"kind": "EMAIL", "value": "corrected@example.com"}]
    payload = await api.mutate(
        "updateCustomer",
        "customer { contactPoints { kind value } }",
        as_="support",
        **change,
        contactPoints=points,
    )
    kept = [{"kind": p["kind"], "value": p["value"]} for p in POINTS[4:]]
    assert payload == {"customer": {"contactPoints": [*points, *kept]}, "userErrors": []}
    refused = await api.mutate(
        "updateCustomer",
        "customer { id }",
        as_="support",
        **change,
        givenName="Eve",
        contactPoints=[*points, {"kind": "WEB", "value": "https://example.com"}],
    )
    assert [(e["code"], e["path"]) for e in refused["userErrors"]] == [
        ("FORBIDDEN", ["input", "givenName"]),
        ("FORBIDDEN", ["input", "contactPoints"]),
    ]


@pytest.mark.parametrize(
    ("given", "argument"),
    [
        ({"givenName": None, "familyName": None}, "familyName"),
        ({"organizationName": "Engines"}, "familyName"),
        ({"kind": "ORGANIZATION"}, "organizationName"),
        ({"lifecycle": None}, "lifecycle"),
        ({"tags": None}, "tags"),
        ({"language": "german"}, "language"),
        ({"timeZone": "Mars/Olympus"}, "timeZone"),
        ({"country": "XX"}, "country"),
        ({"contactPoints": [{"kind": "EMAIL", "value": "nobody"}]}, "contactPoints 0 value"),
        ({"contactPoints": [{"kind": "PHONE", "value": "none"}]}, "contactPoints 0 value"),
        ({"customFields": [{"name": "shoe", "value": "42"}]}, "customFields 0"),
        ({"tags": [str(i) for i in range(51)]}, "tags"),
    ],
)
async def test_what_a_customer_cannot_be_is_said_where_it_stands(
    api: Api, given: dict[str, Any], argument: str
) -> None:
    values = {"kind": "PERSON", "givenName": "Ada", "familyName": "Lovelace", **given}
    payload = await api.mutate("createCustomer", "customer { id }", as_="sales", **values)
    assert payload["customer"] is None
    assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [
        ("INVALID", ["input", *argument.split()])
    ]


async def test_custom_fields_have_their_declared_types(api: Api) -> None:
    types = {
        "size": "INTEGER",
        "rate": "DECIMAL",
        "since": "DATE",
        "vip": "BOOLEAN",
        "note": "TEXT",
    }
    rows = [
        {"tenant_id": api.tenant, "resource": "customer", "name": name, "type": type_}
        for name, type_ in types.items()
    ]
    async with as_service(api) as work:
        await work.execute(sa.insert(custom_field_definitions).values(rows))
    good = {"size": "42", "rate": "1.5", "since": "2026-01-01", "vip": "true", "note": "text"}
    fields = [{"name": name, "value": value} for name, value in sorted(good.items())]
    id_ = await a_customer(api, customFields=fields)
    assert (await read(api, id_, "customFields { name value }"))["customFields"] == fields
    for name in ("size", "rate", "since", "vip"):
        payload = await api.mutate(
            "createCustomer",
            "customer { id }",
            as_="sales",
            kind="PERSON",
            givenName="Ada",
            customFields=[{"name": name, "value": "not that"}],
        )
        assert payload["userErrors"][0]["path"] == ["input", "customFields", "0"]


async def test_who_takes_a_customer_in_looks_after_it(api: Api) -> None:
    selection = "customer { owner { handle } department { code } }"
    names = {"kind": "PERSON", "givenName": "Ada"}
    mine = await api.mutate("createCustomer", selection, as_="sales", **names)
    assert mine["customer"] == {"owner": {"handle": "sales"}, "department": {"code": "SALES"}}
    nobodys = await api.mutate(
        "createCustomer", selection, as_="sales", ownerId=None, departmentId=None, **names
    )
    assert nobodys["customer"] == {"owner": None, "department": None}


async def test_filters_join_as_they_say(api: Api) -> None:
    tag = {"tags": {"hasAll": ["joined"]}}
    made = {
        lifecycle: await a_customer(
            api, lifecycle=lifecycle, language=language, tags=["joined", lifecycle], ownerId=None
        )
        for lifecycle, language in (("LEAD", "de"), ("CUSTOMER", "en"), ("PAST", None))
    }
    lead, customer, past = made.values()
    expected: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {lead, customer, past}),
        ({"lifecycle": {"eq": "LEAD"}}, {lead}),
        ({"lifecycle": {"neq": "LEAD"}}, {customer, past}),
        ({"lifecycle": {"in": ["LEAD", "PAST"]}}, {lead, past}),
        ({"lifecycle": {"in": []}}, set()),
        ({"language": {"neq": "de"}}, {customer, past}),
        ({"language": {"isNull": True}}, {past}),
        ({"language": {"isNull": False}, "lifecycle": {"eq": "LEAD"}}, {lead}),
        ({"tags": {"hasAny": ["LEAD", "PAST", "none"]}}, {lead, past}),
        ({"or": [{"lifecycle": {"eq": "LEAD"}}, {"language": {"eq": "en"}}]}, {lead, customer}),
        ({"or": []}, set()),
        ({"not": {"or": [{"lifecycle": {"eq": "LEAD"}}]}}, {customer, past}),
        ({"not": {"language": {"eq": "de"}}}, {customer, past}),
        ({"and": [{"language": {"eq": "de"}}, {"lifecycle": {"eq": "PAST"}}]}, set()),
        ({"kind": {"eq": "ORGANIZATION"}}, set()),
        ({"department": {"eq": a_department(api, "SALES")}}, {lead, customer, past}),
        ({"department": {"in": [a_department(api, "SUPPORT")]}}, set()),
        ({"owner": {"isNull": True}}, {lead, customer, past}),
        ({"createdAt": {"lt": "2020-01-01T00:00:00Z"}}, set()),
        ({"createdAt": {"gte": "2020-01-01T00:00:00+14:00"}}, {lead, customer, past}),
        ({"erasedAt": {"isNull": False}}, set()),
    ]
    for filter_, ids in expected:
        assert set(await found(api, {"and": [tag, filter_]})) == ids, filter_


async def test_relationships_lead_both_ways(api: Api) -> None:
    person = await a_customer(api)
    company = await a_customer(
        api, kind="ORGANIZATION", organizationName="Engines", givenName=None, familyName=None
    )
    id_ = await relate(api, "WORKS_FOR", person, company)
    below = "totalCount nodes { id type from { id } to { id name } }"
    fields = f"relationships(first: 5) {{ {below} }} inverseRelationships(first: 5) {{ {below} }}"
    link = {
        "totalCount": 1,
        "nodes": [
            {
                "id": id_,
                "type": "WORKS_FOR",
                "from": {"id": person},
                "to": {"id": company, "name": "Engines"},
            }
        ],
    }
    none = {"totalCount": 0, "nodes": []}
    assert await read(api, person, fields) == {"relationships": link, "inverseRelationships": none}
    assert await read(api, company, fields) == {"relationships": none, "inverseRelationships": link}


async def test_a_repeated_command_answers_with_the_first_customer(api: Api) -> None:
    given = {"kind": "PERSON", "givenName": "Ada", "clientMutationId": "once"}
    first = await api.mutate("createCustomer", CREATED, as_="sales", **given)
    again = await api.mutate("createCustomer", CREATED, as_="sales", **given)
    assert first == again
    assert first["clientMutationId"] == "once"
    assert first["customer"]["version"] == 1


async def test_a_key_is_good_for_one_command_of_one_caller(api: Api) -> None:
    given = {"kind": "PERSON", "givenName": "Ada", "clientMutationId": "mine"}
    first = await api.mutate("createCustomer", CREATED, as_="sales", **given)
    other = await api.mutate("createCustomer", CREATED, as_="manager", **given)
    assert other["customer"]["id"] != first["customer"]["id"]
    reused = await api.mutate("createCustomer", CREATED, as_="sales", **given, familyName="King")
    assert (reused["customer"], reused["clientMutationId"]) == (None, "mine")
    assert [(e["code"], e["path"]) for e in reused["userErrors"]] == [
        ("KEY_REUSED", ["input", "clientMutationId"])
    ]


async def test_the_same_command_at_once_makes_one_customer(api: Api) -> None:
    given = {"kind": "PERSON", "givenName": "Ada", "tags": ["twin"], "clientMutationId": "twins"}
    payloads = await asyncio.gather(
        *(api.mutate("createCustomer", CREATED, as_="sales", **given) for _ in range(5))
    )
    ids = {payload["customer"]["id"] for payload in payloads}
    assert await found(api, {"tags": {"hasAny": ["twin"]}}) == list(ids)


@pytest.mark.parametrize(
    "selection",
    [
        "customer { interactions { totalCount } }",
        "customer { interactions(first: 101) { totalCount } }",
        'customer { interactions(first: 1, after: "x") { totalCount } }',
        "customer { interactions(first: 1) { nodes { participants(first: -1) { totalCount } } } }",
    ],
)
async def test_a_selection_that_cannot_be_answered_is_refused_before_anything_is_written(
    api: Api, selection: str
) -> None:
    given = '{kind: PERSON, givenName: "A", tags: ["unasked"]}'
    query = f"mutation {{ createCustomer(input: {given}) {{ {selection} }} }}"
    answer = await api.ask(query, as_="sales")
    assert answer["errors"][0]["extensions"]["code"] in {"PAGE_SIZE", "INVALID_CURSOR"}
    assert answer["errors"][0]["path"] == ["createCustomer"]
    assert await found(api, {"tags": {"hasAny": ["unasked"]}}) == []


@pytest.mark.parametrize(
    "id_",
    [
        "nonsense",
        "",
        "cus_",
        "cus_00000000-0000-0000-0000-000000000000",
        "xyz_00000000-0000-0000-0000-000000000000",
        "cus_00000000-0000-0000-0000-00000000000G",
    ],
)
async def test_an_id_that_is_none_is_nothing(api: Api, id_: str) -> None:
    query = "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id, $id]) { id } }"
    assert await api.data(query, as_="sales", id=id_) == {"node": None, "nodes": [None, None]}


async def test_ids_are_answered_in_their_order_and_only_for_their_tenant(api: Api) -> None:
    other = await another_tenant(api)
    foreign, mine, mine_too = await a_customer(other), await a_customer(api), await a_customer(api)
    ids = [mine_too, foreign, a_department(api, "SALES"), mine, mine, "nonsense"]
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Customer { name } } }"
    nodes = (await api.data(query, as_="sales", ids=ids))["nodes"]
    assert [node and node["id"] for node in nodes] == [mine_too, None, ids[2], mine, mine, None]
    assert [node and node["__typename"] for node in nodes[:3]] == ["Customer", None, "Department"]
    assert (await other.data(query, as_="sales", ids=[foreign, mine]))["nodes"][1] is None


async def test_an_id_of_another_kind_is_not_that_record(api: Api) -> None:
    customer = await a_customer(api)
    as_opportunity = customer.replace("cus_", "opp_")
    assert (await api.data(f'{{ node(id: "{as_opportunity}") {{ id }} }}', as_="sales")) == {
        "node": None
    }


async def test_a_viewer_is_told_who_they_are(api: Api) -> None:
    query = """{ viewer { kind roles purpose member { handle name } department { code }
        partnerAccount { handle kind } } }"""
    assert (await api.data(query, as_="manager"))["viewer"] == {
        "kind": "MEMBER",
        "roles": ["MEMBER", "SALES:MANAGER", "SALES:MEMBER"],
        "purpose": "sales",
        "member": {"handle": "manager", "name": "Manager Smith"},
        "department": {"code": "SALES"},
        "partnerAccount": None,
    }
    partner = (await api.data(query, as_="partner", purpose="partner"))["viewer"]
    assert partner["partnerAccount"] == {"handle": "partner", "kind": "PARTNER"}
    assert (partner["member"], partner["department"]) == (None, None)
