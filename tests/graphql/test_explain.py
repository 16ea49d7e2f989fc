"""What administrators are told of the policy is what the gates then do."""

from typing import Any

import pytest

from domain.settings.tenants import named_id
from domain.tables import opportunities, partner_accounts
from policy.subjects.principals import PrincipalKind
from tests.answers import assert_as_graphql_has_it
from tests.api import Api
from tests.builders import (
    a_consent,
    a_customer,
    a_department,
    an_interaction,
    an_opportunity,
    put,
    relate,
)

EXPLAIN = """query($principal: String!, $action: RecordAction!, $resource: String, $id: ID) {
  explain(principal: $principal, action: $action, resource: $resource, id: $id) {
    decision principal { name handle } action resource purpose policyVersion roles readable
    rules { id effect rolePath condition fields masked holds } conditions { name holds }
    consent { needed inForce } fields { name access reason writable rules } } }"""
WHO = """query($id: ID!, $field: String!, $limit: Int! = 1000) {
  whoCanSee(id: $id, field: $field, limit: $limit) { count complete policyVersion
    nodes { principal { name handle } kind purpose access rules } } }"""
SIMULATE = """query($change: PolicyChangeInput!) { simulate(change: $change) { count complete policyVersion
  effects { principals { handle } principalCount action resource purpose allowedBefore allowedAfter
    recordsGained recordsLost fields { name before after recordsGained recordsLost } } } }"""
RECORDS = """query($ids: [ID!]!) { recordAccess(ids: $ids) { canRead canUpdate canDelete
  fields { name access reason writable } } }"""
CALLERS = (
    "sales", "manager", "support", "marketing", "finance", "compliance", "admin", "partner", "rival",
    "supplier",
)  # fmt: skip
SALES_READS_OWN = "SALES:MEMBER allow read customer for sales where own_department"
SALES_DENIED_RESTRICTED = "* deny read customer for sales where not not_restricted"


@pytest.fixture(scope="module")
async def some(api: Api) -> list[str]:
    """Records of two departments, some of a partner, one with consent, one that is supplied."""
    made = []
    for code, partner in (("SALES", None), ("SUPPORT", "partner")):
        customer = await a_customer(
            api, departmentId=a_department(api, code), partner=partner,
            contactPoints=[{"kind": "EMAIL", "value": f"ada@{code.lower()}.example"}],
        )  # fmt: skip
        made += [customer, await an_interaction(api, customer, as_="support", subject="Hello")]
        made += [opportunity := await an_opportunity(api, customer, "5", as_="sales")]
        if partner:
            account = named_id(api.tenant, "partner_account", partner)
            await put(api, opportunities, opportunity, partner_account_id=account)
    await a_consent(api, made[0])
    return made


async def explained(api: Api, principal: str, action: str, **more: Any) -> dict[str, Any]:
    variables = {"principal": principal, "action": action, **more}
    data = await api.data(EXPLAIN, as_="admin", **variables)
    assert_as_graphql_has_it(EXPLAIN, data, variables)
    return dict(data["explain"])


async def test_a_decision_is_explained_by_its_rules(api: Api, some: list[str]) -> None:
    found = await explained(api, "manager", "READ", id=some[0])
    (own,) = (rule for rule in found["rules"] if rule["id"] == SALES_READS_OWN)
    assert found["decision"] == "PARTLY"
    assert own["rolePath"] == ["SALES:MANAGER", "SALES:MEMBER"]
    assert (own["condition"], own["holds"], own["effect"]) == ("own_department", True, "ALLOW")
    assert {"name": "own_department", "holds": True} in found["conditions"]
    fields = {field["name"]: field for field in found["fields"]}
    assert (fields["emails"]["access"], fields["emails"]["rules"][0]) == ("OPEN", SALES_READS_OWN)
    denied = [SALES_DENIED_RESTRICTED]
    assert (fields["nationalId"]["access"], fields["nationalId"]["rules"]) == ("DENIED", denied)
    assert found["policyVersion"] == 1
    assert found["consent"] == {"needed": False, "inForce": None}
    elsewhere = await explained(api, "manager", "READ", id=some[3])
    fields = {field["name"]: field for field in elsewhere["fields"]}
    assert fields["emails"]["access"] == "MASKED"
    assert {"name": "own_department", "holds": False} in elsewhere["conditions"]


async def test_no_value_of_the_record_is_told(api: Api, some: list[str]) -> None:
    found = await explained(api, "compliance", "READ", id=some[0])
    assert not any(word in str(found) for word in ("Ada", "Lovelace", "sales.example"))


async def test_consent_is_explained(api: Api, some: list[str]) -> None:
    given, missing = [
        (await explained(api, "marketing", "READ", id=id_)) for id_ in (some[0], some[3])
    ]
    assert given["consent"] == {"needed": True, "inForce": True}
    assert missing["consent"] == {"needed": True, "inForce": False}
    reasons = {field["name"]: field["reason"] for field in missing["fields"]}
    assert reasons["givenName"] == "NO_CONSENT"


@pytest.mark.parametrize("as_", CALLERS)
async def test_an_explanation_agrees_with_what_the_principal_may_do(
    api: Api, some: list[str], as_: str
) -> None:
    access = (await api.data(RECORDS, as_=as_, ids=some))["recordAccess"]
    for id_, record in zip(some, access, strict=True):
        reading, updating, erasing = [
            await explained(api, as_, action, id=id_) for action in ("READ", "UPDATE", "DELETE")
        ]
        assert (reading["decision"] != "DENIED") is record["canRead"] is reading["readable"]
        writable = [field["name"] for field in updating["fields"] if field["writable"]]
        assert (updating["decision"] != "DENIED" and bool(writable)) is record["canUpdate"]
        assert (erasing["decision"] != "DENIED") is record["canDelete"]
        told = {field["name"]: field for field in reading["fields"]}
        for field in record["fields"]:
            assert {name: told[field["name"]][name] for name in field} == field
        if not record["canRead"]:
            assert {(f["access"], f["writable"]) for f in reading["fields"]} == {("DENIED", False)}


async def test_a_principal_is_named_by_handle_name_or_id(api: Api) -> None:
    sales = named_id(api.tenant, "member", "sales")
    answers = [
        await explained(api, name, "READ", resource="customer")
        for name in ("sales", f"{PrincipalKind.MEMBER}:{sales}", f"mem_{sales}")
    ]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["principal"] == {"name": f"member:{sales}", "handle": "sales"}
    assert {rule["holds"] for rule in answers[0]["rules"]} == {True, None}
    assert answers[0]["conditions"] == []


@pytest.mark.parametrize(
    ("variables", "code", "fields"),
    [
        ({"principal": "nobody", "resource": "customer"}, "NOT_FOUND", ["principal"]),
        ({"principal": "partner:1", "resource": "customer"}, "NOT_FOUND", ["principal"]),
        ({"principal": "sales", "resource": "nothing"}, "INVALID", ["resource"]),
        ({"principal": "sales"}, "INVALID", ["resource"]),
        ({"principal": "sales", "id": "cus_1"}, "NOT_FOUND", ["id"]),
        (
            {"principal": "sales", "id": "cus_00000000-0000-7000-8000-000000000000"},
            "NOT_FOUND",
            ["id"],
        ),
        (
            {
                "principal": "sales",
                "resource": "member",
                "id": "cus_00000000-0000-7000-8000-000000000000",
            },
            "INVALID",
            ["resource"],
        ),
    ],
)
async def test_what_cannot_be_asked_is_refused(
    api: Api, variables: dict[str, Any], code: str, fields: list[str]
) -> None:
    answer = await api.ask(EXPLAIN, as_="admin", action="READ", **variables)
    assert answer["errors"][0]["extensions"] == {"code": code, "fields": fields}


async def test_an_undeclared_purpose_is_refused(api: Api) -> None:
    query = '{ explain(principal: "sales", action: READ, resource: "customer", purpose: "x") { purpose } }'
    answer = await api.ask(query, as_="admin")
    assert answer["errors"][0]["extensions"] == {"code": "INVALID", "fields": ["purpose"]}


@pytest.mark.parametrize("as_", [caller for caller in CALLERS if caller != "admin"])
async def test_only_an_administrator_may_ask(api: Api, some: list[str], as_: str) -> None:
    asked: tuple[tuple[str, dict[str, Any]], ...] = (
        (EXPLAIN, {"principal": as_, "action": "READ", "resource": "customer"}),
        (WHO, {"id": some[0], "field": "email"}),
        (SIMULATE, {"change": {}}),
    )
    for query, variables in asked:
        answer = await api.ask(query, as_=as_, **variables)
        assert answer["data"] is None
        assert answer["errors"][0]["extensions"] == {"code": "FORBIDDEN"}


async def test_an_administrator_for_another_purpose_may_not_ask(api: Api) -> None:
    answer = await api.ask(
        EXPLAIN, as_="admin", purpose="sales", principal="x", action="READ", resource="customer"
    )
    assert answer["errors"][0]["extensions"] == {
        "code": "PURPOSE_NOT_ALLOWED",
        "purposes": ["administration"],
    }


async def test_every_question_leaves_a_trace(api: Api, some: list[str]) -> None:
    await explained(api, "sales", "READ", id=some[0])
    rows = await api.services.pool.fetch(
        api.tenant,
        "SELECT convert_from(leaf, 'UTF8')::json FROM audit_leaves WHERE tenant_id = $1"
        " ORDER BY number DESC LIMIT 1",
        api.tenant,
    )
    leaf = rows[0][0]
    assert '"action":"explain"' in leaf
    assert some[0][4:] in leaf


# --- whoCanSee ------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["email", "givenName", "nationalId", "department", "name"])
async def test_everyone_who_sees_a_field_is_named_and_nobody_else(
    api: Api, some: list[str], field: str
) -> None:
    for id_ in (some[0], some[3]):
        found = (await api.data(WHO, as_="admin", id=id_, field=field))["whoCanSee"]
        told = {(n["principal"]["handle"], n["purpose"]): n["access"] for n in found["nodes"]}
        assert found["complete"]
        for as_ in CALLERS:
            for purpose in (None, "sales", "marketing", "compliance"):
                answer = await api.ask(RECORDS, as_=as_, purpose=purpose, ids=[id_])
                if "errors" in answer:
                    assert answer["errors"][0]["extensions"]["code"] == "PURPOSE_NOT_ALLOWED"
                    assert (as_, purpose) not in told
                    continue
                asked = answer["data"]
                shown = {f["name"]: f["access"] for f in asked["recordAccess"][0]["fields"]}
                own = (await api.data("{ viewer { purpose } }", as_=as_, purpose=purpose))["viewer"]
                access = shown.get(field, "DENIED")
                assert told.get((as_, own["purpose"]), "DENIED") == access, (as_, own)


async def test_who_sees_a_field_is_told_with_rules_and_in_part(api: Api, some: list[str]) -> None:
    found = (await api.data(WHO, as_="admin", id=some[0], field="email", limit=1))["whoCanSee"]
    assert len(found["nodes"]) == 1 < found["count"]
    assert found["nodes"][0]["rules"]
    answer = await api.ask(WHO, as_="admin", id=some[0], field="nothing")
    assert answer["errors"][0]["extensions"] == {"code": "INVALID", "fields": ["field"]}


# --- simulate -------------------------------------------------------------------------------------

FINANCE_SEES_ADDRESSES = {
    "subject": "FINANCE:MEMBER",
    "resource": "customer",
    "action": "read",
    "purpose": "billing",
    "condition": "not own_department",
    "fields": ["emails", "birth_date", "kind"],
}


async def simulated(api: Api, **change: Any) -> list[dict[str, Any]]:
    data = await api.data(SIMULATE, as_="admin", change=change)
    assert_as_graphql_has_it(SIMULATE, data, {"change": change})
    assert data["simulate"]["complete"]
    return list(data["simulate"]["effects"])


async def test_a_rule_gives_fields_that_the_purpose_needs(api: Api, some: list[str]) -> None:
    """Billing has no use for days of birth, so no rule shows them."""
    (effect,) = await simulated(api, add=[FINANCE_SEES_ADDRESSES])
    assert [p["handle"] for p in effect["principals"]] == ["finance"]
    assert (effect["recordsGained"], effect["recordsLost"]) == (0, 0)
    assert effect["fields"] == [changed_field("emails", "DENIED", "CONDITIONAL", gained=2)]


async def test_a_field_is_gained_only_in_records_that_are_shown(api: Api, some: list[str]) -> None:
    rule = {
        "subject": "PARTNER", "resource": "customer", "action": "read", "purpose": "partner",
        "condition": "partner_account and not owner", "fields": ["phones"],
    }  # fmt: skip
    told = {
        p["handle"]: e["fields"]
        for e in await simulated(api, add=[rule])
        for p in e["principals"]
        if e["resource"] == "customer"
    }
    one, other = told["partner"], told["rival"]
    assert changed_field("phones", "CONDITIONAL", "CONDITIONAL", gained=1) in one
    assert "phones" not in {field["name"] for field in other}


async def test_a_denial_takes_records_and_fields(api: Api, some: list[str]) -> None:
    rule = {
        "subject": "SUPPORT:MEMBER", "resource": "customer", "action": "read", "purpose": "*",
        "condition": "own_department", "fields": [], "effect": "DENY",
    }  # fmt: skip
    (effect,) = await simulated(api, add=[rule])
    assert (effect["purpose"], effect["recordsLost"]) == ("support", 1)
    assert {(f["recordsGained"], f["recordsLost"]) for f in effect["fields"]} == {(0, 1)}


def changed_field(
    name: str, before: str, after: str, *, gained: int = 0, lost: int = 0
) -> dict[str, Any]:
    counts = {"recordsGained": gained, "recordsLost": lost}
    return {"name": name, "before": before, "after": after, **counts}


async def test_removing_a_rule_takes_records(api: Api, some: list[str]) -> None:
    effects = await simulated(
        api, remove=["PARTNER allow read customer for partner where partner_account"]
    )
    told = {
        p["handle"]: (e["recordsGained"], e["recordsLost"], e["allowedBefore"], e["allowedAfter"])
        for e in effects
        for p in e["principals"]
    }
    assert told == {"partner": (0, 1, True, False), "rival": (0, 0, True, False)}


async def test_a_link_gives_what_the_role_has(api: Api, some: list[str]) -> None:
    effects = await simulated(api, link=[{"member": "SUPPORT:MEMBER", "role": "SALES:MEMBER"}])
    assert {p["handle"] for e in effects for p in e["principals"]} == {"support"}
    (read,) = (e for e in effects if (e["action"], e["resource"]) == ("READ", "customer"))
    assert (read["purpose"], read["recordsGained"]) == ("sales", 2)
    emails = next(field for field in read["fields"] if field["name"] == "emails")
    assert emails == changed_field("emails", "DENIED", "CONDITIONAL", gained=2)
    (update,) = (e for e in effects if (e["action"], e["resource"]) == ("UPDATE", "customer"))
    assert update["recordsGained"] == 1


async def test_an_empty_change_does_nothing(api: Api) -> None:
    assert await simulated(api) == []


async def test_a_simulation_changes_nothing(api: Api, some: list[str]) -> None:
    before = await explained(api, "support", "READ", id=some[0])
    await simulated(api, link=[{"member": "SUPPORT:MEMBER", "role": "COMPLIANCE:MEMBER"}])
    assert await explained(api, "support", "READ", id=some[0]) == before


@pytest.mark.parametrize(
    "change",
    [
        {"remove": ["no such rule"]},
        {"add": [{**FINANCE_SEES_ADDRESSES, "condition": "nothing"}]},
        {"add": [{**FINANCE_SEES_ADDRESSES, "fields": ["nothing"]}]},
        {"add": [FINANCE_SEES_ADDRESSES, FINANCE_SEES_ADDRESSES]},
        {"link": [{"member": "ADMIN", "role": "MEMBER"}]},
        {"link": [{"member": "MEMBER", "role": "ADMIN"}]},
        {"unlink": [{"member": "MEMBER", "role": "ADMIN"}]},
    ],
)
async def test_a_change_that_would_be_refused_is_not_simulated(
    api: Api, change: dict[str, Any]
) -> None:
    answer = await api.ask(SIMULATE, as_="admin", change=change)
    assert answer["errors"][0]["extensions"]["code"] == "INVALID"


async def test_a_supplier_is_named_for_what_it_supplies(api: Api, some: list[str]) -> None:
    bare: dict[str, Any] = {"givenName": None, "familyName": None}
    organisation = await a_customer(api, kind="ORGANIZATION", organizationName="Mill", **bare)
    account = named_id(api.tenant, "partner_account", "supplier")
    await put(api, partner_accounts, f"par_{account}", customer_id=organisation[4:])
    supplied = await a_customer(api, givenName="Charles")
    await relate(api, "SUPPLIES", organisation, supplied)
    for id_, handles in ((supplied, {"supplier"}), (some[0], set())):
        found = (await api.data(WHO, as_="admin", id=id_, field="kind"))["whoCanSee"]
        assert {
            n["principal"]["handle"] for n in found["nodes"] if n["kind"] == "supplier"
        } == handles
