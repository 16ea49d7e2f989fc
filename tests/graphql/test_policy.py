"""The policy as an administrator reads and changes it."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from domain.entities.directory import MEMBER
from domain.policies.approval import set_policy_approval
from domain.settings.tenants import named_id
from domain.tables import tenants
from domain.values.ids import new_id
from policy.tables import policy_changes
from tests.api import Api
from tests.builders import a_customer, an_interaction, another_tenant, as_service, put

RULE = {
    "subject": "SUPPORT:MEMBER",
    "resource": "customer",
    "action": "read",
    "purpose": "support",
    "condition": "owner",
    "fields": ["birth_date"],
}
RULE_ID = "SUPPORT:MEMBER allow read customer for support where owner"
UNCOVERED = "the purpose 'support' does not cover birth_date of customer: no rule gives that"
CHANGE = """change { id status author reason baseVersion version warnings expiresAt decidedBy
    difference { added { id fields effect } removed { id fields } linked { member role }
                 unlinked { member role } } }"""
POLICY = """query($version: Int) { policy(version: $version) {
    version author reason rules { id fields effect subject } links { member role } } }"""


@pytest.fixture
async def company(api: Api) -> Api:
    """A tenant of its own for each test, with a second administrator."""
    other = await another_tenant(api, f"policy-{new_id()}")
    async with as_service(other) as work:
        id_, now = named_id(other.tenant, "member", "second"), work.stores.now()
        await work.stores.vault.create_keys(other.tenant, [id_])
        row = {"id": id_, "handle": "second", "role": "ADMIN", "department_id": None}
        times = {"version": 1, "created_at": now, "updated_at": now}
        await work.records.add(MEMBER, {**row, "active": True, **times}, {"name": "Second"})
    return other


async def change(
    api: Api, name: str = "changePolicy", *, as_: str = "admin", **given: Any
) -> dict[str, Any]:
    return await api.mutate(name, CHANGE, as_=as_, **({"reason": "a test"} | given))


def refused(payload: dict[str, Any], code: str = "INVALID_POLICY") -> str:
    assert payload["change"] is None
    (error,) = payload["userErrors"]
    assert error["code"] == code, error
    return str(error["message"])


async def shown(api: Api, version: int | None = None, as_: str = "admin") -> dict[str, Any]:
    return dict((await api.data(POLICY, as_=as_, version=version))["policy"])


async def test_a_change_makes_a_version_with_author_reason_and_difference(company: Api) -> None:
    admin = f"member:{named_id(company.tenant, 'member', 'admin')}"
    link = {"member": "SUPPORT:MANAGER", "role": "SALES:MEMBER"}
    made = (await change(company, add=[RULE], link=[link], expectedVersion=1))["change"]
    assert (made["status"], made["baseVersion"], made["version"]) == ("APPLIED", 1, 2)
    assert (made["author"], made["reason"], made["warnings"]) == (admin, "a test", [UNCOVERED])
    rule = {"id": RULE_ID, "fields": ["birth_date"], "effect": "ALLOW"}
    assert made["difference"] == {"added": [rule], "removed": [], "linked": [link], "unlinked": []}
    now = await shown(company)
    assert (now["version"], now["author"], now["reason"]) == (2, admin, "a test")
    assert RULE_ID in {one["id"] for one in now["rules"]} - {
        one["id"] for one in (await shown(company, 1))["rules"]
    }
    assert link in now["links"]


async def test_a_rule_is_in_force_with_the_next_request(company: Api) -> None:
    await an_interaction(company, await a_customer(company))
    query = "{ interactions(first: 1) { nodes { id createdAt } } }"
    nothing = await company.data(query, as_="finance")
    assert nothing["interactions"]["nodes"] == []
    fields = ["occurred_at"]
    given = {"subject": "FINANCE:MEMBER", "resource": "interaction", "purpose": "billing"}
    await change(company, add=[{**given, "action": "read", "fields": fields}])
    seen = (await company.data(query, as_="finance"))["interactions"]["nodes"]
    assert [one["createdAt"] for one in seen] == [None]
    id_ = "FINANCE:MEMBER allow read interaction for billing"
    assert "there already" in refused(
        await change(company, add=[{**given, "action": "read", "fields": ["created_at"]}])
    )
    wider = {**given, "action": "read", "fields": [*fields, "created_at"]}
    made = (await change(company, remove=[id_], add=[wider]))["change"]
    assert made["difference"]["removed"] == [{"id": id_, "fields": fields}]
    assert (await company.data(query, as_="finance"))["interactions"]["nodes"][0]["createdAt"]


async def test_a_taken_right_is_gone_with_the_next_request(company: Api) -> None:
    customer = await a_customer(company)
    query = "query($id: ID!) { node(id: $id) { id } }"
    assert (await company.data(query, as_="support", id=customer))["node"]
    await change(company, remove=["SUPPORT:MEMBER allow read customer for support"])
    assert (await company.data(query, as_="support", id=customer))["node"] is None


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"add": [{**RULE, "fields": ["shoe_size"]}]}, "customer has no field shoe_size"),
        ({"add": [{**RULE, "condition": "owner or 1=1"}]}, "cannot hold '='"),
        ({"add": [{**RULE, "purpose": "fun"}]}, "no purpose is called 'fun'"),
        ({"add": [{**RULE, "resource": "custmer"}]}, "no resource is called 'custmer'"),
        ({"add": [{**RULE, "action": "peek"}]}, "no action is called 'peek'"),
        ({"add": [{**RULE, "subject": "SUPORT:MEMBER"}]}, "is called 'SUPORT:MEMBER'"),
        ({"add": [{**RULE, "subject": "a, b"}], "newRoles": ["a, b"]}, "letters, digits"),
        ({"add": [RULE, RULE]}, "is there already"),
        ({"remove": ["NOBODY allow read customer for sales"]}, "there is no rule"),
        ({"link": [{"member": "SALES:MEMBR", "role": "MEMBER"}]}, "is called 'SALES:MEMBR'"),
        ({"link": [{"member": "MEMBER", "role": "SALES:MANAGER"}]}, "contains itself"),
        ({"link": [{"member": "ADMIN", "role": "MEMBER"}]}, "is there already"),
        ({"link": [{"member": "*", "role": "ADMIN"}]}, "everybody is no role"),
        ({"unlink": [{"member": "ADMIN", "role": "SALES:MEMBER"}]}, "there is no link"),
    ],
)
async def test_a_change_with_one_bad_word_is_refused_as_a_whole(
    api: Api, given: dict[str, Any], why: str
) -> None:
    good = {**RULE, "subject": "FINANCE:MEMBER"}
    payload = await change(api, **{**given, "add": [good, *given.get("add", [])]})
    assert why in refused(payload)
    assert (await shown(api))["version"] == 1


async def test_an_empty_change_an_unexpected_version_and_a_missing_reason_are_refused(
    api: Api,
) -> None:
    assert refused(await change(api), "INVALID") == "it would change nothing"
    assert refused(await change(api, add=[RULE], expectedVersion=7), "STALE_VERSION")
    assert refused(await change(api, add=[RULE], reason=" "), "INVALID")
    assert (await shown(api))["version"] == 1


async def test_nobody_locks_every_administrator_out(company: Api) -> None:
    right = "ADMIN allow administer policy for administration"
    assert "nobody could administer" in refused(await change(company, remove=[right]))
    denial = {"subject": "ADMIN", "resource": "policy", "action": "administer"}
    denied = {**denial, "purpose": "*", "fields": [], "effect": "DENY"}
    assert "nobody could administer" in refused(await change(company, add=[denied]))
    handed_on = {**denial, "subject": "COMPLIANCE:MEMBER", "purpose": "compliance", "fields": []}
    assert (await change(company, remove=[right], add=[handed_on]))["userErrors"] == []
    answer = await company.ask(POLICY, as_="admin")
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_the_policy_cannot_be_emptied(company: Api) -> None:
    ids = [one["id"] for one in (await shown(company))["rules"]]
    assert "empty" in refused(await change(company, remove=ids))


@pytest.mark.parametrize("as_", ["sales", "manager", "partner", "supplier", "compliance"])
async def test_who_may_not_administer_changes_nothing(api: Api, as_: str) -> None:
    for name, given in (
        ("changePolicy", {"add": [RULE]}),
        ("restorePolicy", {"version": 1}),
        ("importPolicy", {"csv": ""}),
    ):
        refused(await change(api, name, as_=as_, **given), "FORBIDDEN")
    for name in ("approvePolicyChange", "rejectPolicyChange"):
        payload = await api.mutate(name, CHANGE, as_=as_, changeId="pch_x")
        assert payload["userErrors"][0]["code"] in {"FORBIDDEN", "NOT_FOUND"}
    if as_ != "compliance":
        for query in (
            "{ policy { version } }",
            "{ policyVersions { version } }",
            "{ policyDifference(from: 1, to: 1) { added { id } } }",
            "{ policyChanges { id } }",
            "{ policyCsv }",
        ):
            (error,) = (await api.ask(query, as_=as_))["errors"]
            assert error["extensions"]["code"] == "FORBIDDEN"


async def test_an_auditor_reads_the_policy(api: Api) -> None:
    assert (await shown(api, as_="compliance"))["version"] == 1


async def test_versions_are_listed_compared_and_restored(company: Api) -> None:
    await change(company, add=[RULE])
    await change(company, add=[{**RULE, "effect": "DENY"}], reason="wrong")
    query = "query($below: Int) { policyVersions(first: 2, below: $below) { version reason } }"
    assert (await company.data(query, as_="admin"))["policyVersions"] == [
        {"version": 3, "reason": "wrong"},
        {"version": 2, "reason": "a test"},
    ]
    listed = (await company.data(query, as_="admin", below=2))["policyVersions"]
    assert [one["version"] for one in listed] == [1]
    query = "{ policyDifference(from: 3, to: 1) { added { id } removed { id effect } } }"
    assert (await company.data(query, as_="admin"))["policyDifference"] == {
        "added": [],
        "removed": [
            {"id": RULE_ID, "effect": "ALLOW"},
            {"id": RULE_ID.replace("allow", "deny"), "effect": "DENY"},
        ],
    }
    restored = (await change(company, "restorePolicy", version=1))["change"]
    assert (restored["version"], len(restored["difference"]["removed"])) == (4, 2)
    first, now = await shown(company, 1), await shown(company)
    assert (first["rules"], first["links"]) == (now["rules"], now["links"])
    assert refused(await change(company, "restorePolicy", version=9), "NOT_FOUND")
    changes = await company.data("{ policyChanges(first: 9) { version status } }", as_="admin")
    assert [one["version"] for one in changes["policyChanges"]] == [4, 3, 2]


async def test_a_repeated_command_makes_one_version(company: Api) -> None:
    first = await change(company, add=[RULE], clientMutationId="once")
    assert await change(company, add=[RULE], clientMutationId="once") == first
    other = await change(company, remove=[RULE_ID], clientMutationId="once")
    refused(other, "KEY_REUSED")
    assert (await shown(company))["version"] == 2


async def test_of_changes_at_once_each_is_made_on_what_the_other_left(company: Api) -> None:
    one, other = {**RULE, "purpose": "sales"}, {**RULE, "purpose": "billing"}
    made = await asyncio.gather(*(change(company, add=[rule]) for rule in (one, other, one)))
    assert sorted(p["change"]["version"] for p in made if p["change"]) == [2, 3]
    assert "there already" in refused(next(p for p in made if not p["change"]))
    expecting = [change(company, add=[{**RULE, "effect": "DENY", "purpose": p, "fields": []}],
                        expectedVersion=3) for p in ("sales", "billing")]  # fmt: skip
    answers = await asyncio.gather(*expecting)
    assert sorted(len(p["userErrors"]) for p in answers) == [0, 1]


async def test_a_role_of_its_own_is_named_as_new_once(company: Api) -> None:
    rule = {**RULE, "subject": "AUDITORS"}
    assert "is called 'AUDITORS'" in refused(await change(company, add=[rule]))
    link = {"member": "FINANCE:MEMBER", "role": "AUDITORS"}
    made = await change(company, add=[rule], link=[link], newRoles=["AUDITORS"])
    assert made["userErrors"] == []
    again = await change(company, add=[{**rule, "purpose": "sales"}])
    assert again["userErrors"] == []


async def test_a_rule_about_everybody_binds_whoever_has_no_link(company: Api) -> None:
    """As the denials of restricted processing do: a role of its own is bound from its first day."""
    customer = await a_customer(company, givenName="Grace", familyName="Quibbleton")
    rule = {**RULE, "subject": "FINANCE:MEMBER", "purpose": "sales", "fields": ["given_name"]}
    link = {"member": "FINANCE:MEMBER", "role": "MEMBER"}
    made = await change(company, add=[rule | {"condition": ""}], unlink=[link])
    assert made["userErrors"] == []
    query = "query($id: ID!) { node(id: $id) { ... on Customer { givenName } } }"

    async def given_name() -> str | None:
        data = await company.data(query, as_="finance", purpose="sales", id=customer)
        return None if data["node"] is None else data["node"]["givenName"]

    assert await given_name() == "Grace"
    restricting = {"customerId": customer, "reason": "OBJECTION"}
    await company.mutate("restrictProcessing", "customer { id }", as_="compliance", **restricting)
    assert await given_name() is None
    explained = """{ explain(principal: "finance", action: READ, resource: "customer",
        purpose: "sales") { rules { rolePath } } }"""
    rules = (await company.data(explained, as_="admin"))["explain"]["rules"]
    assert [rule["rolePath"] for rule in rules] == [["FINANCE:MEMBER"], ["*"]]


async def test_a_rule_about_one_person_names_somebody_who_is_there(company: Api) -> None:
    support = f"member:{named_id(company.tenant, 'member', 'support')}"
    nobody = f"member:{named_id(company.tenant, 'member', 'nobody')}"
    assert nobody in refused(await change(company, add=[{**RULE, "subject": nobody}]))
    assert (await change(company, add=[{**RULE, "subject": support}]))["userErrors"] == []


async def test_what_nothing_asks_for_yet_is_said(company: Api) -> None:
    rules = [{**RULE, "action": action, "condition": ""} for action in ("open", "merge", "read")]
    made = (await change(company, add=[{**rules[2], "purpose": "sales"}, *rules[:2]]))["change"]
    assert made["warnings"] == [
        "nothing asks for merge yet: these rules have no effect",
        "the purpose 'sales' does not cover birth_date of customer: no rule gives that",
        UNCOVERED,
    ]


async def test_a_stage_that_no_pipeline_has_is_said(company: Api) -> None:
    def rule(condition: str) -> dict[str, Any]:
        about = {"resource": "opportunity", "fields": ["customer"], "condition": condition}
        return {**RULE, **about}

    conditions = ("stage(Won Qualified)", 'not (owner or stage("Won over" Wonn New))')
    made = (await change(company, add=[rule(one) for one in conditions]))["change"]
    expected = [
        "no pipeline has a stage called 'Won over': no opportunity is at it",
        "no pipeline has a stage called 'Wonn': no opportunity is at it",
    ]
    assert (made["status"], made["warnings"]) == ("APPLIED", expected)
    listed = await company.data("{ policyChanges(first: 1) { warnings } }", as_="admin")
    assert listed == {"policyChanges": [{"warnings": expected}]}


async def test_what_a_purpose_does_not_cover_is_said(company: Api) -> None:
    def rule(purpose: str, resource: str, fields: str, effect: str = "ALLOW") -> dict[str, Any]:
        about = {"purpose": purpose, "resource": resource, "effect": effect, "condition": ""}
        return {**RULE, **about, "fields": fields.split()}

    made = await change(
        company,
        add=[
            rule("supply", "customer", "kind birth_date addresses"),
            rule("supply", "customer", "emails~ organization_name") | {"condition": "owner"},
            rule("supply", "opportunity", "status title", "DENY"),
            rule("*", "interaction", "body"),
        ],
    )
    assert made["userErrors"] == []
    assert made["change"]["warnings"] == [
        "the purpose 'supply' does not cover birth_date, emails of customer: no rule gives that",
    ]


async def test_changes_are_audited(company: Api) -> None:
    made = (await change(company, add=[RULE]))["change"]
    rows = await company.services.pool.fetch(
        company.tenant,
        "SELECT event, entities::text[] FROM outbox WHERE tenant_id = $1 ORDER BY number",
        company.tenant,
    )
    assert ("PolicyChanged", [made["id"].removeprefix("pch_")]) in [tuple(row) for row in rows]


# --- two people -----------------------------------------------------------------------------------


async def with_approval(api: Api) -> Api:
    async with as_service(api) as work:
        await set_policy_approval(work, required=True)
    return api


async def decide(api: Api, name: str, id_: str, *, as_: str) -> dict[str, Any]:
    return await api.mutate(name, CHANGE, as_=as_, changeId=id_)


async def test_a_proposed_change_waits_for_another_administrator(company: Api) -> None:
    await with_approval(company)
    made = (await change(company, add=[RULE]))["change"]
    assert (made["status"], made["version"]) == ("PROPOSED", None)
    assert made["expiresAt"]
    assert (await shown(company))["version"] == 1
    own = await decide(company, "approvePolicyChange", made["id"], as_="admin")
    refused(own, "SAME_PERSON")
    approved = (await decide(company, "approvePolicyChange", made["id"], as_="second"))["change"]
    second = f"member:{named_id(company.tenant, 'member', 'second')}"
    assert (approved["status"], approved["version"]) == ("APPLIED", 2)
    assert (approved["author"], approved["decidedBy"]) == (made["author"], second)
    now = await shown(company)
    assert (now["version"], now["author"]) == (2, made["author"])
    assert RULE_ID in {one["id"] for one in now["rules"]}
    again = await decide(company, "approvePolicyChange", made["id"], as_="second")
    assert "applied already" in refused(again, "CONFLICT")


async def test_a_proposal_is_taken_back_by_its_author_and_rejected_by_another(
    company: Api,
) -> None:
    await with_approval(company)
    for as_, status in (("admin", "WITHDRAWN"), ("second", "REJECTED")):
        id_ = (await change(company, add=[RULE]))["change"]["id"]
        closed = (await decide(company, "rejectPolicyChange", id_, as_=as_))["change"]
        assert closed["status"] == status
        late = await decide(company, "approvePolicyChange", id_, as_="second")
        assert f"{status.lower()} already" in refused(late, "CONFLICT")
    assert (await shown(company))["version"] == 1


async def test_a_proposal_expires(company: Api) -> None:
    await with_approval(company)
    id_ = (await change(company, add=[RULE]))["change"]["id"]
    await put(company, policy_changes, id_, expires_at=sa.func.now())
    late = await decide(company, "approvePolicyChange", id_, as_="second")
    assert "expired already" in refused(late, "CONFLICT")
    listed = await company.data("{ policyChanges { status } }", as_="second")
    assert listed["policyChanges"] == [{"status": "EXPIRED"}]


async def test_a_proposal_for_a_policy_that_was_changed_since_is_not_applied(company: Api) -> None:
    await with_approval(company)
    first = (await change(company, add=[RULE]))["change"]["id"]
    second = (await change(company, add=[{**RULE, "effect": "DENY"}]))["change"]["id"]
    await decide(company, "approvePolicyChange", first, as_="second")
    late = await decide(company, "approvePolicyChange", second, as_="second")
    assert "changed since" in refused(late, "CONFLICT")


async def test_two_administrators_stay_where_two_are_needed(company: Api) -> None:
    await with_approval(company)
    admin = f"member:{named_id(company.tenant, 'member', 'admin')}"
    denied = {"subject": admin, "resource": "policy", "action": "administer", "purpose": "*"}
    payload = await change(company, add=[{**denied, "fields": [], "effect": "DENY"}])
    assert "only one member of staff" in refused(payload)


async def test_two_people_are_not_asked_for_where_there_is_one(api: Api) -> None:
    from domain.values.errors import ConflictError  # noqa: PLC0415 - one test's own

    async with as_service(api) as work:
        with pytest.raises(ConflictError):
            await set_policy_approval(work, required=True)
        query = sa.select(tenants.c.policy_approval).where(tenants.c.tenant_id == api.tenant)
        assert (await work.execute(query)).scalar_one() is False


async def test_another_company_s_policy_is_out_of_reach(api: Api, company: Api) -> None:
    await with_approval(company)
    id_ = (await change(company, add=[RULE]))["change"]["id"]
    foreign = await decide(api, "approvePolicyChange", id_, as_="admin")
    refused(foreign, "NOT_FOUND")
