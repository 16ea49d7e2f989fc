"""Records that are shared with somebody for a time, as a frontend developer meets them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.settings.tenants import named_id
from domain.tables import record_shares
from policy.rules import Effect, Rule
from tests.api import Api
from tests.builders import a_customer, a_department, add_rules, an_interaction, another_tenant, put

SHARE = "share { id record grantee reason endsAt endedAt version author { handle } }"
NAMES = ("kind", "given_name", "family_name", "version")


def in_days(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


@pytest.fixture(scope="module", autouse=True)
async def rules(api: Api) -> None:
    """Support sees and changes but what is shared with them; partners too, for their purpose."""
    names = ("given_name", "family_name")
    await add_rules(
        api,
        Rule(
            "SUPPORT:MEMBER", "customer", "read", "support", "not shared_with_me", (), Effect.DENY
        ),
        Rule("SUPPORT:MEMBER", "customer", "update", "support", "shared_with_me", names),
        Rule("PARTNER", "customer", "read", "partner", "shared_with_me", NAMES),
        Rule("PARTNER", "interaction", "read", "partner", "shared_with_me", ("channel",)),
    )


async def shared(api: Api, record: str, grantee: str, *, as_: str = "admin", **values: Any) -> Any:
    given = {"recordId": record, "grantee": grantee, "reason": "COVER", "endsAt": in_days(1)}
    return await api.mutate("shareRecord", SHARE, as_=as_, **{**given, **values})


async def sees(api: Api, record: str, *, as_: str) -> bool:
    answer = await api.data("query($id: ID!) { node(id: $id) { id } }", as_=as_, id=record)
    return answer["node"] is not None


def member(api: Api, handle: str) -> str:
    return f"mem_{named_id(api.tenant, 'member', handle)}"


def account(api: Api, handle: str) -> str:
    return f"par_{named_id(api.tenant, 'partner_account', handle)}"


def grantees(api: Api) -> dict[str, str]:
    return {
        "member": member(api, "support"),
        "department": a_department(api, "SUPPORT"),
        "role": "role:SUPPORT:MEMBER",
    }


# --- what a share opens ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["member", "department", "role"])
async def test_a_record_is_seen_by_whom_it_is_shared_with(api: Api, kind: str) -> None:
    customer, other = await a_customer(api), await a_customer(api)
    assert not await sees(api, customer, as_="support")
    payload = await shared(api, customer, grantees(api)[kind])
    assert payload["userErrors"] == []
    assert payload["share"]["record"] == customer
    assert payload["share"]["grantee"] == grantees(api)[kind]
    assert payload["share"]["author"] == {"handle": "admin"}
    assert await sees(api, customer, as_="support")
    assert not await sees(api, other, as_="support")


async def test_a_partner_sees_the_one_record_that_is_shared_with_it(api: Api) -> None:
    customer = await a_customer(api)
    contact = await an_interaction(api, customer)
    await shared(api, customer, account(api, "partner"))
    assert await sees(api, customer, as_="partner")
    assert not await sees(api, contact, as_="partner")
    assert not await sees(api, customer, as_="rival")
    await shared(api, contact, account(api, "rival"))
    assert await sees(api, contact, as_="rival")
    count = "{ customers(first: 0) { totalCount } }"
    assert (await api.data(count, as_="partner"))["customers"]["totalCount"] == 1
    assert (await api.data(count, as_="rival"))["customers"]["totalCount"] == 0


async def test_the_name_of_whom_is_shared_and_restricted_is_said_to_be_restricted(api: Api) -> None:
    """An organisation's name is not shared: that it is denied is not why theirs is hidden."""
    customer = await a_customer(api)
    await shared(api, customer, account(api, "partner"))
    given = {"customerId": customer, "reason": "OBJECTION"}
    await api.mutate("restrictProcessing", "clientMutationId", as_="compliance", **given)
    query = """query($id: ID!, $ids: [ID!]!) {
        node(id: $id) { ... on Customer { name organizationName redactions { field reason } } }
        recordAccess(ids: $ids) { fields { name reason } } }"""
    answer = await api.data(query, as_="partner", id=customer, ids=[customer])
    assert answer["node"]["redactions"] == [
        {"field": "name", "reason": "RESTRICTED"},
        {"field": "organizationName", "reason": "DENIED"},
    ]
    (access,) = answer["recordAccess"]
    reasons = {one["name"]: one["reason"] for one in access["fields"]}
    assert (reasons["name"], reasons["organizationName"]) == ("RESTRICTED", "DENIED")


async def test_a_record_is_seen_by_whoever_has_the_role_through_another(api: Api) -> None:
    """``SUPPORT:MEMBER`` has ``MEMBER``, which no token carries."""
    customer = await a_customer(api)
    await shared(api, customer, "role:MEMBER")
    assert await sees(api, customer, as_="support")
    assert not await sees(api, customer, as_="partner")
    assert await renamed(api, customer) == []
    other = await a_customer(api)
    await shared(api, other, "role:SUPPORT:MANAGER")
    assert not await sees(api, other, as_="support")
    assert await renamed(api, other) == ["NOT_FOUND"]


async def test_a_share_that_has_ended_opens_nothing(api: Api) -> None:
    customer = await a_customer(api)
    share = (await shared(api, customer, member(api, "support")))["share"]["id"]
    assert await sees(api, customer, as_="support")
    past = datetime.now(UTC) - timedelta(seconds=1)
    await put(api, record_shares, share, ends_at=past)
    assert not await sees(api, customer, as_="support")


async def test_a_share_that_is_taken_back_opens_nothing_until_it_is_shared_again(api: Api) -> None:
    customer, grantee = await a_customer(api), member(api, "support")
    first = (await shared(api, customer, grantee))["share"]
    for _ in range(2):
        ended = await api.mutate("unshareRecord", SHARE, as_="admin", id=first["id"])
        assert ended["userErrors"] == []
        assert ended["share"]["endedAt"] is not None
        assert ended["share"]["version"] == 2
        assert not await sees(api, customer, as_="support")
    again = (await shared(api, customer, grantee, reason="HANDOVER", expectedVersion=2))["share"]
    assert (again["id"], again["reason"], again["version"]) == (first["id"], "HANDOVER", 3)
    assert again["endedAt"] is None
    assert await sees(api, customer, as_="support")


# --- writing --------------------------------------------------------------------------------------


async def renamed(api: Api, customer: str) -> list[str]:
    payload = await api.mutate(
        "updateCustomer",
        "customer { id }",
        as_="support",
        id=customer,
        expectedVersion=1,
        givenName="Augusta",
    )
    return [error["code"] for error in payload["userErrors"]]


async def test_the_gate_of_writing_knows_of_shares(api: Api) -> None:
    customer = await a_customer(api)
    assert await renamed(api, customer) == ["NOT_FOUND"]
    share = (await shared(api, customer, member(api, "support")))["share"]["id"]
    assert await renamed(api, customer) == []
    await api.mutate("unshareRecord", SHARE, as_="admin", id=share)
    assert await renamed(api, customer) == ["NOT_FOUND"]


# --- who may share --------------------------------------------------------------------------------


@pytest.mark.parametrize("as_", ["sales", "support", "finance", "partner", "supplier"])
async def test_nobody_else_may_share(api: Api, as_: str) -> None:
    customer = await a_customer(api, partner="partner")
    await shared(api, customer, member(api, "support"))
    payload = await shared(api, customer, member(api, "sales"), as_=as_)
    assert payload["share"] is None
    assert payload["userErrors"][0]["code"] in {"FORBIDDEN", "NOT_FOUND"}


async def test_a_manager_sees_and_ends_only_what_they_shared(api: Api) -> None:
    customer = await a_customer(api)
    theirs = (await shared(api, customer, member(api, "finance")))["share"]["id"]
    own = (await shared(api, customer, member(api, "support"), as_="manager"))["share"]["id"]
    listed = "query($f: RecordShareFilter) { recordShares(first: 9, filter: $f) { nodes { id } } }"
    found = await api.data(listed, as_="manager", f={"record": {"eq": customer}})
    assert found["recordShares"]["nodes"] == [{"id": own}]
    found = await api.data(listed, as_="admin", f={"record": {"eq": customer}})
    assert {node["id"] for node in found["recordShares"]["nodes"]} == {own, theirs}
    for id_, codes in ((theirs, ["NOT_FOUND"]), (own, [])):
        payload = await api.mutate("unshareRecord", SHARE, as_="manager", id=id_)
        assert [error["code"] for error in payload["userErrors"]] == codes
    nothing = (await api.data("{ recordShares(first: 0) { totalCount } }", as_="sales"))[
        "recordShares"
    ]
    assert nothing["totalCount"] == 0


async def test_a_manager_takes_no_share_over_that_is_not_theirs(api: Api) -> None:
    customer, grantee = await a_customer(api), member(api, "support")
    await shared(api, customer, grantee)
    payload = await shared(api, customer, grantee, as_="manager", endsAt=in_days(300))
    assert [error["code"] for error in payload["userErrors"]] == ["FORBIDDEN"]


async def test_nothing_crosses_to_another_tenant(api: Api) -> None:
    customer, other = await a_customer(api), await another_tenant(api)
    elsewhere = await shared(other, customer, member(other, "support"))
    assert [error["path"] for error in elsewhere["userErrors"]] == [["input", "recordId"]]
    foreign = await shared(api, customer, member(other, "support"))
    assert [error["path"] for error in foreign["userErrors"]] == [["input", "grantee"]]


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"endsAt": in_days(-1)}, "INVALID", "endsAt"),
        ({"endsAt": in_days(367)}, "INVALID", "endsAt"),
        ({"grantee": "nobody"}, "NOT_FOUND", "grantee"),
        ({"grantee": "role:"}, "NOT_FOUND", "grantee"),
        ({"grantee": "role:a b"}, "NOT_FOUND", "grantee"),
        ({"grantee": f"mem_{named_id('x', 'member', 'x')}"}, "NOT_FOUND", "grantee"),
        ({"grantee": f"cus_{named_id('x', 'member', 'x')}"}, "NOT_FOUND", "grantee"),
        ({"recordId": "cus_1"}, "NOT_FOUND", "recordId"),
        ({"recordId": f"cus_{named_id('x', 'member', 'x')}"}, "NOT_FOUND", "recordId"),
        ({"recordId": f"mem_{named_id('x', 'member', 'x')}"}, "NOT_FOUND", "recordId"),
        ({"expectedVersion": 1}, "STALE_VERSION", "expectedVersion"),
    ],
)
async def test_what_cannot_be_shared_is_refused(
    api: Api, given: dict[str, Any], code: str, path: str
) -> None:
    customer = await a_customer(api)
    values = {"recordId": customer, "grantee": member(api, "support"), **given}
    payload = await shared(api, values.pop("recordId"), values.pop("grantee"), **values)
    assert payload["share"] is None
    assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [(code, ["input", path])]
