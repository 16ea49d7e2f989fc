"""What an interface is told of the caller's rights is what the gates then do."""

from typing import Any

import pytest

from api.graphql.planning.names import snake
from domain.entities.registry import ALL
from domain.settings.tenants import named_id
from tests.answers import assert_as_graphql_has_it
from tests.api import Api
from tests.builders import (
    a_consent,
    a_customer,
    a_department,
    an_interaction,
    an_opportunity,
)
from tests.statements import counted

ACCESS = "actions fields { name access reason writable }"
TYPES = [resource.name.upper() for resource in ALL]
RECORDS = """query($ids: [ID!]!) { recordAccess(ids: $ids) { id canRead canUpdate canDelete
    fields { name access reason writable } } }"""
CALLERS = ("sales", "manager", "support", "marketing", "finance", "compliance", "admin", "partner")
NOTHING = {"canRead": False, "canUpdate": False, "canDelete": False, "fields": []}
SELECTED = {
    "cus": "kind name givenName familyName organizationName email phone birthDate nationalId language"
    " timeZone country lifecycle tags version erasedAt",
    "int": "channel direction subject occurredAt durationSeconds outcome version",
    "opp": "status title amount currency probability expectedClose lostReason version",
}
TYPE_NAMES = {"cus": "Customer", "int": "Interaction", "opp": "Opportunity"}


async def type_access(api: Api, as_: str, type_: str, purpose: str | None = None) -> dict[str, Any]:
    query = f"{{ viewer {{ access(type: {type_}) {{ {ACCESS} }} }} }}"
    data = await api.data(query, as_=as_, purpose=purpose)
    assert_as_graphql_has_it(query, data)
    return dict(data["viewer"]["access"])


async def records(api: Api, as_: str, *ids: str) -> list[dict[str, Any]]:
    data = await api.data(RECORDS, as_=as_, ids=list(ids))
    assert_as_graphql_has_it(RECORDS, data, {"ids": list(ids)})
    return list(data["recordAccess"])


def by_name(access: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {field["name"]: field for field in access["fields"]}


@pytest.fixture(scope="module")
async def some(api: Api) -> list[str]:
    """Records of the sales department and of the support department, some of a partner."""
    made = []
    for code, partner in (("SALES", None), ("SUPPORT", "partner")):
        customer = await a_customer(
            api, departmentId=a_department(api, code), partner=partner,
            contactPoints=[{"kind": "PHONE", "value": "0151 7654321"}],
        )  # fmt: skip
        made += [customer, await an_interaction(api, customer, as_="support", subject="Hello")]
        made += [await an_opportunity(api, customer, "5", partner=partner)]
    return made


async def test_the_viewer_has_a_department_roles_and_purposes(api: Api) -> None:
    query = "{ viewer { member { handle } departments { code } roles purposes } }"
    for as_, purposes, departments in (
        ("sales", ["sales"], [{"code": "SALES"}]),
        ("manager", ["sales"], [{"code": "SALES"}]),
        ("marketing", ["marketing"], [{"code": "MARKETING"}]),
        ("partner", ["partner"], []),
        ("supplier", ["supply"], []),
        ("admin", ["administration"], []),
    ):
        viewer = (await api.data(query, as_=as_))["viewer"]
        assert (viewer["purposes"], viewer["departments"]) == (purposes, departments)
        assert viewer["roles"]


@pytest.mark.parametrize("type_", TYPES)
async def test_every_type_names_the_fields_that_it_shows(api: Api, type_: str) -> None:
    resource = next(r for r in ALL if r.name.upper() == type_)
    for as_ in ("sales", "supplier"):
        fields = by_name(await type_access(api, as_, type_))
        assert {snake(name) for name in fields} <= {field.name for field in resource.fields}
        assert fields


async def test_a_field_is_open_masked_conditional_or_denied(api: Api) -> None:
    sales = by_name(await type_access(api, "sales", "CUSTOMER"))
    assert (await type_access(api, "sales", "CUSTOMER"))["actions"] == ["READ", "CREATE", "UPDATE"]
    # A person whose data are restricted is not shown by name.
    assert sales["name"] == {
        "name": "name",
        "access": "CONDITIONAL",
        "reason": None,
        "writable": True,
    }
    assert sales["phone"]["access"] == "CONDITIONAL"
    assert (sales["birthDate"]["access"], sales["birthDate"]["reason"]) == ("DENIED", "DENIED")
    assert (sales["nationalId"]["access"], sales["nationalId"]["reason"]) == ("DENIED", "DENIED")
    assert {sales[name]["writable"] for name in ("version", "createdAt", "erasedAt")} == {False}
    finance = by_name(await type_access(api, "finance", "CUSTOMER"))
    assert (finance["nationalId"]["access"], finance["nationalId"]["reason"]) == (
        "MASKED",
        "MASKED",
    )
    assert not any(field["writable"] for field in finance.values())
    marketing = by_name(await type_access(api, "marketing", "CUSTOMER"))
    assert marketing["email"]["access"] == "CONDITIONAL"  # With consent only.
    assert marketing["kind"]["access"] == "OPEN"


async def test_it_is_told_for_the_purpose_of_the_request(api: Api) -> None:
    """And a purpose that is not the caller's is no answer but a refusal."""
    query = "{ viewer { purpose access(type: CUSTOMER) { actions } } }"
    (error,) = (await api.ask(query, as_="sales", purpose="marketing"))["errors"]
    assert error["extensions"] == {"code": "PURPOSE_NOT_ALLOWED", "purposes": ["sales"]}
    viewer = (await api.data(query, as_="sales", purpose="sales"))["viewer"]
    assert viewer["purpose"] == "sales"
    assert viewer["access"]["actions"]


async def test_creating_and_updating_are_told_apart(api: Api) -> None:
    """F6: support corrects addresses and makes no customers; what sales may write in a new one."""
    query = "{ viewer { access(type: %s) { fields { name writable creatable updatable } } } }"
    told = {}
    for as_, type_ in (("sales", "OPPORTUNITY"), ("support", "CUSTOMER"), ("marketing", "CONSENT")):
        fields = (await api.data(query % type_, as_=as_))["viewer"]["access"]["fields"]
        for field in fields:
            assert field["writable"] == (field["creatable"] or field["updatable"]), field
        told[as_] = {one["name"]: (one["creatable"], one["updatable"]) for one in fields}
    assert told["sales"]["title"] == (True, False)
    assert told["sales"]["stage"] == (True, True)
    assert told["sales"]["lostReason"] == (False, True)
    assert told["sales"]["version"] == (False, False)
    assert told["support"]["language"] == (False, True)
    assert told["support"]["givenName"] == (False, False)
    assert told["marketing"]["status"] == (True, True)


async def test_of_a_single_record_nothing_is_creatable(api: Api) -> None:
    query = "query($ids: [ID!]!) { recordAccess(ids: $ids) { fields { writable creatable updatable } } }"
    for as_ in ("sales", "support", "finance"):
        id_ = await a_customer(api)
        (record,) = (await api.data(query, as_=as_, ids=[id_]))["recordAccess"]
        assert record["fields"]
        for field in record["fields"]:
            assert field["updatable"] == field["writable"]
            assert not field["creatable"]


async def test_types_are_asked_for_side_by_side(api: Api) -> None:
    query = "{ viewer { a: access(type: CONSENT) { actions } access(type: STAGE) { actions } } }"
    viewer = (await api.data(query, as_="sales"))["viewer"]
    assert viewer == {
        "a": {"actions": ["READ", "CREATE", "UPDATE"]},
        "access": {"actions": ["READ"]},
    }


@pytest.mark.parametrize("as_", CALLERS)
async def test_a_record_is_shown_as_its_access_says(api: Api, some: list[str], as_: str) -> None:
    for id_, access in zip(some, await records(api, as_, *some), strict=True):
        prefix = id_[:3]
        query = f"""query($id: ID!) {{ node(id: $id) {{ ... on {TYPE_NAMES[prefix]} {{
            {SELECTED[prefix]} redactions {{ field reason }} }} }} }}"""
        node = (await api.data(query, as_=as_, id=id_))["node"]
        assert access["canRead"] is (node is not None)
        if node is None:
            assert access == {"id": id_, **NOTHING}
            continue
        reasons = {entry["field"]: entry["reason"] for entry in node["redactions"]}
        fields = by_name(access)
        for name in SELECTED[prefix].split():
            if fields[name]["access"] == "CONDITIONAL" or name == "name":
                continue  # Made of several, which are shown as their own access says.
            assert fields[name]["reason"] == reasons.get(name), (id_, name)
            level = {None: "OPEN", "MASKED": "MASKED"}.get(reasons.get(name), "DENIED")
            assert fields[name]["access"] == level, (id_, name)


@pytest.mark.parametrize("as_", CALLERS)
async def test_a_field_can_be_written_as_its_access_says(api: Api, as_: str) -> None:
    for code in ("SALES", "SUPPORT"):
        customer = await a_customer(api, departmentId=a_department(api, code), partner="partner")
        (access,) = await records(api, as_, customer)
        fields, version = by_name(access), 1
        for name, value in (
            ("language", "de"),
            ("givenName", "Grace"),
            ("nationalId", "DE-1"),
            ("birthDate", "1990-01-01"),
            ("tags", ["vip"]),
        ):
            change = {"id": customer, "expectedVersion": version, name: value}
            payload = await api.mutate("updateCustomer", "customer { version }", as_=as_, **change)
            written = payload["userErrors"] == []
            assert written is fields[name]["writable"], (as_, code, name)
            assert access["canUpdate"] or not written
            version += written


async def test_consent_counts_record_by_record(api: Api) -> None:
    with_, without = [await a_customer(api, language="de") for _ in range(2)]
    await a_consent(api, with_)
    first, second = await records(api, "marketing", with_, without)
    assert by_name(first)["language"]["access"] == "OPEN"
    assert (by_name(second)["language"]["access"], by_name(second)["language"]["reason"]) == (
        "DENIED",
        "NO_CONSENT",
    )


async def test_who_may_erase(api: Api, some: list[str]) -> None:
    assert [a["canDelete"] for a in await records(api, "compliance", *some)] == [
        id_.startswith("cus") for id_ in some
    ]
    assert not any(a["canDelete"] for a in await records(api, "sales", *some))


async def test_forbidden_and_unknown_are_the_same_answer(api: Api, some: list[str]) -> None:
    nobody = "cus_00000000-0000-0000-0000-000000000000"
    member = f"mem_{named_id(api.tenant, 'member', 'sales')}"
    asked = [some[0], nobody, "nonsense", "", member, some[3]]
    answers = await records(api, "rival", *asked)
    assert answers == [{"id": id_, **NOTHING} for id_ in asked]
    assert [a["canRead"] for a in await records(api, "partner", *asked)] == [*[False] * 5, True]


async def test_a_hundred_ids_need_one_statement_per_type(api: Api, some: list[str]) -> None:
    for times in (1, 16):
        with counted() as statements:
            answers = await records(api, "sales", *(some * times))
        assert len(statements) == 3
        assert [a["id"] for a in answers] == some * times
    answer = await api.ask(RECORDS, as_="sales", ids=["nonsense"] * 101)
    assert answer["errors"][0]["extensions"]["code"] == "INVALID"
    assert await records(api, "sales") == []
