"""One question, asked by everybody: what each may see, and why the rest is missing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.access.caller import Caller
from domain.access.usable_purposes import is_usable, usable_purposes
from domain.detecting.detect_personal_data import detect_personal_data
from domain.directory.principals import principal_named
from domain.entities.interactions import INTERACTION
from domain.settings.tenants import named_id
from domain.tables import partner_accounts
from privacy.detection.findings import Finding
from privacy.purposes import PURPOSES
from privacy.tables import consents
from tests.api import Api
from tests.builders import (
    a_consent,
    a_customer,
    a_department,
    an_interaction,
    an_opportunity,
    as_service,
    put,
    relate,
)

EMAIL = {"kind": "EMAIL", "value": "grace@example.com", "label": "work"}
PHONE = {"kind": "PHONE", "value": "0151 7654321", "label": None}
POSTAL = {"kind": "POSTAL", "value": "Unter den Linden 1", "label": None}
WHOLE: dict[str, Any] = {
    "kind": "PERSON",
    "name": "Grace Hopper",
    "givenName": "Grace",
    "familyName": "Hopper",
    "organizationName": None,
    "email": EMAIL["value"],
    "phone": PHONE["value"],
    "contactPoints": [EMAIL, PHONE, POSTAL],
    "birthDate": "1906-12-09",
    "nationalId": "DE-123456789",
    "language": "de",
    "timeZone": "Europe/Berlin",
    "country": "DE",
    "lifecycle": "CUSTOMER",
    "tags": ["vip"],
    "externalReferences": [{"system": "ERP", "id": "4711"}],
    "owner": {"handle": "sales"},
    "partnerAccount": {"handle": "partner"},
    "version": 2,
    "erasedAt": None,
}
QUERY = """query($id: ID!) { node(id: $id) { ... on Customer { kind name givenName familyName
    organizationName email phone contactPoints { kind value label } birthDate nationalId language
    timeZone country lifecycle tags externalReferences { system id } owner { handle }
    partnerAccount { handle } version erasedAt redactions { field reason } } } }"""

Withheld = dict[str, tuple[Any, str]]


async def grace(api: Api, department: str) -> str:
    id_ = await a_customer(
        api,
        partner="partner",
        givenName="Grace",
        familyName="Hopper",
        contactPoints=[EMAIL, PHONE, POSTAL],
        language="de",
        timeZone="Europe/Berlin",
        country="DE",
        lifecycle="CUSTOMER",
        tags=["vip"],
        externalReferences=[{"system": "ERP", "id": f"4711-{department}"}],
        departmentId=a_department(api, department),
        ownerId=f"mem_{named_id(api.tenant, 'member', 'sales')}",
    )
    payload = await api.mutate(
        "updateCustomer",
        "customer { id }",
        as_="compliance",
        id=id_,
        expectedVersion=1,
        birthDate=WHOLE["birthDate"],
        nationalId=WHOLE["nationalId"],
    )
    assert payload["userErrors"] == []
    return id_


@pytest.fixture(scope="module")
async def ours(api: Api) -> str:
    """A customer of the sales department."""
    return await grace(api, "SALES")


@pytest.fixture(scope="module")
async def theirs(api: Api) -> str:
    """A customer of the support department."""
    return await grace(api, "SUPPORT")


async def seen(api: Api, id_: str, as_: str, purpose: str | None = None) -> dict[str, Any] | None:
    node = (await api.data(QUERY, as_=as_, purpose=purpose, id=id_))["node"]
    for reference in (node or {}).get("externalReferences", ()):
        reference["id"] = reference["id"].partition("-")[0]
    return node if node is None else dict(node)


def whole_but(withheld: Withheld) -> dict[str, Any]:
    redactions = [
        {"field": name, "reason": withheld[name][1]} for name in WHOLE if name in withheld
    ]
    values = {name: value for name, (value, _) in withheld.items()}
    return {**WHOLE, **values, "redactions": redactions}


async def test_sales_see_their_own_customers(api: Api, ours: str) -> None:
    assert await seen(api, ours, "sales") == whole_but(
        {"birthDate": (None, "DENIED"), "nationalId": (None, "DENIED")}
    )


async def test_sales_see_another_department_s_customers_masked(api: Api, theirs: str) -> None:
    email, phone = "g•••@e•••.com", "•••4321"
    points = [{**EMAIL, "value": email, "label": None}, {**PHONE, "value": phone}]
    assert await seen(api, theirs, "sales") == whole_but(
        {
            "email": (email, "MASKED"),
            "phone": (phone, "MASKED"),
            "contactPoints": (points, "MASKED"),
            "birthDate": (None, "DENIED"),
            "nationalId": (None, "DENIED"),
            "externalReferences": ([], "DENIED"),
        }
    )


async def test_support_see_how_to_reach_everybody(api: Api, ours: str, theirs: str) -> None:
    expected = whole_but({"birthDate": (None, "DENIED"), "nationalId": (None, "DENIED")})
    assert await seen(api, ours, "support") == expected
    assert await seen(api, theirs, "support") == expected


async def test_finance_see_names_addresses_and_a_masked_national_id(api: Api, ours: str) -> None:
    assert await seen(api, ours, "finance") == whole_but(
        {
            "email": (None, "DENIED"),
            "phone": (None, "DENIED"),
            "contactPoints": ([POSTAL], "DENIED"),
            "birthDate": (None, "DENIED"),
            "nationalId": ("•••6789", "MASKED"),
            "timeZone": (None, "DENIED"),
            "lifecycle": (None, "DENIED"),
            "tags": ([], "DENIED"),
        }
    )


async def test_compliance_see_everything(api: Api, ours: str, theirs: str) -> None:
    assert await seen(api, ours, "compliance") == whole_but({})
    assert await seen(api, theirs, "compliance") == whole_but({})


async def test_administrators_see_initials(api: Api, ours: str) -> None:
    denied = ("email", "phone", "birthDate", "nationalId")
    assert await seen(api, ours, "admin") == whole_but(
        {
            "name": ("G. H.", "MASKED"),
            "givenName": ("G.", "MASKED"),
            "familyName": ("H.", "MASKED"),
            "contactPoints": ([], "DENIED"),
            "externalReferences": ([], "DENIED"),
            **dict.fromkeys(denied, (None, "DENIED")),
        }
    )


async def test_a_partner_sees_its_own_customers_and_a_rival_does_not(api: Api, ours: str) -> None:
    phone = "•••4321"
    denied = ("birthDate", "nationalId", "timeZone", "owner", "partnerAccount", "erasedAt")
    assert await seen(api, ours, "partner") == whole_but(
        {
            "phone": (phone, "MASKED"),
            "contactPoints": ([EMAIL, {**PHONE, "value": phone}], "MASKED"),
            "language": (None, "DENIED"),
            "tags": ([], "DENIED"),
            "externalReferences": ([], "DENIED"),
            **dict.fromkeys(denied, (None, "DENIED")),
        }
    )
    assert await seen(api, ours, "rival") is None


async def test_a_supplier_sees_whom_it_supplies_and_nothing_of_people(
    api: Api, ours: str, theirs: str
) -> None:
    company = await a_customer(
        api, kind="ORGANIZATION", organizationName="Steel", givenName=None, familyName=None
    )
    account = f"par_{named_id(api.tenant, 'partner_account', 'supplier')}"
    await put(api, partner_accounts, account, customer_id=company[4:])
    assert await seen(api, ours, "supplier") is None
    await relate(api, "SUPPLIES", company, ours)
    denied = [n for n in WHOLE if n not in {"kind", "organizationName", "version"}]
    withheld: Withheld = dict.fromkeys(denied, (None, "DENIED"))
    withheld |= {"tags": ([], "DENIED"), "externalReferences": ([], "DENIED")}
    withheld |= {"contactPoints": ([], "DENIED")}
    assert await seen(api, ours, "supplier") == whole_but(withheld)
    assert await seen(api, theirs, "supplier") is None


def without_consent() -> dict[str, Any]:
    names = ("name", "givenName", "familyName", "organizationName")
    hidden = (*names, "email", "language", "country", "lifecycle")
    denied = ("phone", "birthDate", "nationalId")
    return whole_but(
        {
            **dict.fromkeys(hidden, (None, "NO_CONSENT")),
            **dict.fromkeys(denied, (None, "DENIED")),
            "contactPoints": ([], "NO_CONSENT"),
            "tags": ([], "NO_CONSENT"),
            "externalReferences": ([], "DENIED"),
            "timeZone": (None, "DENIED"),
        }
    )


def with_consent() -> dict[str, Any]:
    denied = ("phone", "birthDate", "nationalId")
    return whole_but(
        {
            **dict.fromkeys(denied, (None, "DENIED")),
            "contactPoints": ([EMAIL], "DENIED"),
            "externalReferences": ([], "DENIED"),
            "timeZone": (None, "DENIED"),
        }
    )


async def test_marketing_sees_who_consented_for_as_long_as_they_do(api: Api) -> None:
    id_ = await grace(api, "MARKETING")
    assert await seen(api, id_, "marketing") == without_consent()
    consent = await a_consent(api, id_, as_="marketing")
    assert await seen(api, id_, "marketing") == with_consent()
    withdrawal = {"customerId": id_, "purpose": "marketing"}
    payload = await api.mutate(
        "withdrawConsent", "consent { status }", as_="marketing", **withdrawal
    )
    assert payload["consent"] == {"status": "WITHDRAWN"}
    assert await seen(api, id_, "marketing") == without_consent()
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    await a_consent(api, id_, as_="marketing", expiresAt=tomorrow.isoformat())
    assert await seen(api, id_, "marketing") == with_consent()
    await put(api, consents, consent, expires_at=datetime.now(UTC))
    assert await seen(api, id_, "marketing") == without_consent()


async def test_a_purpose_that_is_not_theirs_is_refused_with_those_that_are(
    api: Api, ours: str
) -> None:
    """F7: an error, and not an empty CRM."""
    for as_, purpose, own in (
        ("sales", "compliance", "sales"),
        ("sales", "marketing", "sales"),
        ("support", "sales", "support"),
        ("partner", "sales", "partner"),
        ("finance", "administration", "billing"),
        ("compliance", "detection", "compliance"),
    ):
        response = await api.post(QUERY, as_=as_, purpose=purpose, id=ours)
        assert response.status_code == 403
        (error,) = response.json()["errors"]
        assert error["extensions"] == {"code": "PURPOSE_NOT_ALLOWED", "purposes": [own]}
        assert error["message"] == f"you may do nothing for this purpose; you may ask for: {own}"


async def test_a_purpose_that_nobody_declared_is_refused_with_those_that_are_theirs(
    api: Api, ours: str
) -> None:
    for purpose in ("curiosity", "", "SALES"):
        token = await api.token("marketing")
        headers = {"authorization": f"Bearer {token}", "farley-purpose": purpose}
        body = {"query": QUERY, "variables": {"id": ours}}
        response = await api.http.post("/graphql", json=body, headers=headers)
        assert response.status_code == 403
        extensions = response.json()["errors"][0]["extensions"]
        assert extensions == {"code": "UNKNOWN_PURPOSE", "purposes": ["marketing"]}
        stranger = await api.http.post("/graphql", json=body, headers={"farley-purpose": purpose})
        assert stranger.status_code == 401
        assert "marketing" not in stranger.text


async def test_a_token_whose_usual_purpose_is_not_theirs_is_refused_too(
    api: Api, ours: str
) -> None:
    principal = await principal_named(api.services.pool, api.tenant, "sales")
    token = api.services.signer.issue(replace(principal, purpose="billing"), timedelta(hours=1))
    headers = {"authorization": f"Bearer {token}"}
    body = {"query": QUERY, "variables": {"id": ours}}
    refused = await api.http.post("/graphql", json=body, headers=headers)
    assert refused.json()["errors"][0]["extensions"]["purposes"] == ["sales"]
    headers["farley-purpose"] = "sales"
    assert (await api.http.post("/graphql", json=body, headers=headers)).json()["data"]["node"]


async def test_whoever_has_no_purpose_keeps_what_all_may_see(api: Api) -> None:
    """A member without a department reads the directory, for any purpose."""
    principal = await principal_named(api.services.pool, api.tenant, "sales")
    bare = replace(principal, roles=frozenset({"MEMBER"}))
    snapshot = await api.services.policies.snapshot(api.tenant)
    for name in ("sales", "compliance"):
        caller = Caller(bare, PURPOSES[name], snapshot, api.services.registry)
        assert usable_purposes(caller) == ()
        assert is_usable(caller)


async def test_a_manager_has_what_members_have_and_may_change_other_departments_customers(
    api: Api, ours: str, theirs: str
) -> None:
    assert await seen(api, ours, "manager") == await seen(api, ours, "sales")
    change = {"id": theirs, "expectedVersion": 99, "language": "de"}
    for as_, code in (("sales", "FORBIDDEN"), ("manager", "STALE_VERSION")):
        payload = await api.mutate("updateCustomer", "customer { id }", as_=as_, **change)
        assert [e["code"] for e in payload["userErrors"]] == [code]


TEXTS = """query($id: ID!) { node(id: $id) { ... on Interaction { subject body
    findings { subject { type start end } body { type start end } }
    redactions { field reason } } } }"""
MASKED = [
    {"field": "subject", "reason": "MASKED"},
    {"field": "body", "reason": "MASKED"},
    {"field": "findings", "reason": "DENIED"},
]


class FindsGrace:
    """Finds one name."""

    def detect_many(self, texts: Sequence[str]) -> list[tuple[Finding, ...]]:
        return [
            tuple(
                Finding("PERSON", at, at + 5, 0.9)
                for at in range(len(text))
                if text[at : at + 5] == "Grace"
            )
            for text in texts
        ]


async def test_a_masked_text_is_nothing_until_its_personal_data_is_found(
    api: Api, ours: str
) -> None:
    id_ = await an_interaction(
        api, ours, as_="support", subject="Grace", body="🎉 Grace and Grace Hopper called"
    )

    async def read(as_: str) -> dict[str, Any]:
        return dict((await api.data(TEXTS, as_=as_, id=id_))["node"])

    open_ = {"subject": "Grace", "body": "🎉 Grace and Grace Hopper called"}
    assert await read("sales") == {
        "subject": None,
        "body": None,
        "findings": None,
        "redactions": MASKED,
    }
    assert await read("support") == {**open_, "findings": None, "redactions": []}
    async with as_service(api, "detection") as work:
        assert await detect_personal_data(work, INTERACTION, [id_[4:]], FindsGrace()) == 1
    assert await read("sales") == {
        "subject": "[PERSON]",
        "body": "🎉 [PERSON] and [PERSON] Hopper called",
        "findings": None,
        "redactions": MASKED,
    }
    findings = {
        "subject": [{"type": "PERSON", "start": 0, "end": 5}],
        "body": [
            {"type": "PERSON", "start": 2, "end": 7},
            {"type": "PERSON", "start": 12, "end": 17},
        ],
    }
    for as_ in ("support", "compliance"):
        assert await read(as_) == {**open_, "findings": findings, "redactions": []}
    withheld = {"subject": None, "body": None, "findings": None}
    denied = [{"field": name, "reason": "DENIED"} for name in withheld]
    assert await read("admin") == {**withheld, "redactions": denied}


async def test_a_department_reads_its_own_texts(api: Api, theirs: str) -> None:
    id_ = await an_interaction(api, theirs, as_="sales", subject="Engines", body="Grace wants two")
    node = (await api.data(TEXTS, as_="sales", id=id_))["node"]
    assert (node["subject"], node["body"]) == ("Engines", "Grace wants two")
    assert node["redactions"] == [{"field": "findings", "reason": "DENIED"}]


async def test_contacts_are_for_those_who_may_see_them(api: Api, ours: str) -> None:
    staff = await an_interaction(api, ours, as_="support")
    partner = await an_interaction(api, ours, as_="partner")
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    both = [{"id": staff}, {"id": partner}]
    for as_, expected in (
        ("sales", both),
        ("support", both),
        ("marketing", both),
        ("compliance", both),
        ("admin", both),
        ("finance", [None, None]),
        ("partner", [None, {"id": partner}]),
        ("rival", [None, None]),
        ("supplier", [None, None]),
    ):
        nodes = (await api.data(query, as_=as_, ids=[staff, partner]))["nodes"]
        assert nodes == expected, as_


DEAL = """query($id: ID!) { node(id: $id) { ... on Opportunity { title value { amount } status
    probability owner { handle } redactions { field reason } } } }"""


async def test_a_deal_is_for_those_who_may_see_it(api: Api, ours: str) -> None:
    id_ = await an_opportunity(api, ours, "10", partner="partner", title="Two engines")
    whole = {
        "title": "Two engines",
        "value": {"amount": "10.0000"},
        "status": "OPEN",
        "probability": 10,
        "owner": None,
    }
    for as_, hidden in (
        ("sales", ()),
        ("compliance", ()),
        ("admin", ()),
        ("support", ("title", "value", "probability", "owner")),
        ("partner", ("probability", "owner")),
    ):
        node = (await api.data(DEAL, as_=as_, id=id_))["node"]
        redactions = [{"field": name, "reason": "DENIED"} for name in hidden]
        assert node == {**whole, **dict.fromkeys(hidden), "redactions": redactions}, as_
    for as_ in ("marketing", "rival", "supplier"):
        assert (await api.data(DEAL, as_=as_, id=id_))["node"] is None, as_


async def test_finance_sees_what_was_sold_for(api: Api, ours: str) -> None:
    id_ = await an_opportunity(api, ours, "10")
    query = "query($id: ID!) { node(id: $id) { ... on Opportunity { value { amount } } } }"
    node = (await api.data(query, as_="finance", id=id_))["node"]
    assert node == {"value": {"amount": "10.0000"}}


async def test_a_page_below_a_record_is_open_even_where_its_order_is_not(
    api: Api, ours: str
) -> None:
    id_ = await an_opportunity(api, ours, "10")
    query = """query($id: ID!) { node(id: $id) { ... on Opportunity { stageHistory(first: 1) {
        totalCount nodes { changedAt toStage { name } redactions { field reason } } } } } }"""
    history = (await api.data(query, as_="finance", id=id_))["node"]["stageHistory"]
    redactions = [{"field": "changedAt", "reason": "PURPOSE"}]
    step = {"changedAt": None, "toStage": {"name": "New"}, "redactions": redactions}
    assert history == {"totalCount": 1, "nodes": [step]}
