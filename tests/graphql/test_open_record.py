"""A single record that is opened deliberately: what rules of ``open`` show, and what they do not."""

import asyncio
import json
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.engine import Engine

from api.auth.break_glass_limit import BreakGlassLimit
from api.runtime.wiring import services as connect
from api.settings.databases import Urls
from api.settings.settings import Settings
from domain.settings.tenants import named_id
from domain.tables import customers, outbox
from domain.values.errors import InvalidInputError, TooManyError
from domain.values.ids import new_id
from policy.rules import Effect, Rule
from policy.subjects.principals import Principal, PrincipalKind
from privacy.tables import audit_leaves
from tests.answers import assert_as_graphql_has_it
from tests.api import Api
from tests.builders import (
    a_consent,
    a_customer,
    a_department,
    add_rules,
    an_interaction,
    another_tenant,
    as_service,
    relate,
)
from tests.erasing import finish_erasures
from tests.statements import all_of_them

EMAIL, PHONE, STREET = "grace@example.com", "+49 151 7654321", "Navy Yard 1, Arlington"
MASKED_EMAIL, MASKED_PHONE = "g•••@e•••.com", "•••4321"
NOWHERE = "cus_00000000-0000-0000-0000-000000000000"
SHOWN = "... on Customer { email phone address birthDate redactions { field reason } }"
OPEN = f"""mutation($input: OpenRecordInput!) {{ openRecord(input: $input) {{
    record {{ __typename id {SHOWN} }} clientMutationId userErrors {{ code message path }} }} }}"""
RULE = "SALES:MEMBER allow open customer for sales where territory(AT CH DE)"


def a_rule(subject: str, *fields: str, **other: str) -> Rule:
    given = {"resource": "customer", "action": "open", "purpose": "sales", "condition": "", **other}
    return Rule(subject, fields=fields, **given)


@pytest.fixture(scope="module", autouse=True)
async def rules(api: Api) -> None:
    """Sales open customers of other departments in three countries: in Austria no telephone, and in
    Switzerland none at all; owners are denied the address. Marketing opens telephones.
    """
    sales, deny = "SALES:MEMBER", {"effect": Effect.DENY}
    await add_rules(
        api,
        a_rule(sales, "phones", "addresses", "birth_date", condition="territory(AT CH DE)"),
        a_rule(sales, "phones", condition="territory(AT)", **deny),
        a_rule(sales, condition="territory(CH)", **deny),
        a_rule(sales, "addresses", action="read", condition="owner", **deny),
        a_rule(sales, "body", resource="interaction"),
        a_rule("MARKETING:MEMBER", "phones", purpose="marketing"),
        a_rule("PARTNER", "phones", purpose="partner"),
        a_rule("COMPLIANCE:MEMBER", "birth_date", purpose="compliance", condition="territory(DE)"),
    )


def a_member(api: Api, handle: str) -> str:
    return f"mem_{named_id(api.tenant, 'member', handle)}"


async def a_person(api: Api, country: str = "DE", **values: Any) -> str:
    """A customer of the support department, of whom sales see but masks."""
    points = [("EMAIL", EMAIL), ("PHONE", PHONE), ("POSTAL", STREET)]
    given = {
        "departmentId": a_department(api, "SUPPORT"),
        "contactPoints": [{"kind": kind, "value": value} for kind, value in points],
        "country": country,
        "ownerId": a_member(api, "manager"),
        **values,
    }
    id_ = await a_customer(api, **given)
    changed = await api.mutate(
        "updateCustomer", "customer { id }", as_="compliance", id=id_, expectedVersion=1,
        birthDate="1906-12-09",
    )  # fmt: skip
    assert changed["userErrors"] == []
    return id_


@pytest.fixture(scope="module")
async def grace(api: Api) -> str:
    return await a_person(api)


async def opened(api: Api, id_: str, *, as_: str = "sales", **more: Any) -> dict[str, Any]:
    """The payload."""
    given = {"id": id_, "reason": "CALL_BACK", **more}
    data = await api.data(OPEN, as_=as_, input=given)
    assert_as_graphql_has_it(OPEN, data, {"input": given})
    return dict(data["openRecord"])


async def code_of(api: Api, id_: str, **more: Any) -> str | None:
    payload = await opened(api, id_, **more)
    assert (payload["record"] is None) is bool(payload["userErrors"])
    return next((error["code"] for error in payload["userErrors"]), None)


async def leaves(api: Api, *actions: str) -> list[dict[str, Any]]:
    """The leaves of these actions, the latest first."""
    async with as_service(api) as work:
        query = sa.select(audit_leaves.c.leaf).where(audit_leaves.c.tenant_id == api.tenant)
        rows = (await work.execute(query.order_by(audit_leaves.c.number.desc()))).scalars().all()
    found = [json.loads(bytes(leaf)) for leaf in rows]
    return [leaf for leaf in found if leaf["action"] in actions]


async def events(api: Api, id_: str) -> list[tuple[str, list[str]]]:
    async with as_service(api) as work:
        query = sa.select(outbox.c.event, outbox.c.entities).where(
            outbox.c.tenant_id == api.tenant,
            sa.literal(id_[4:], UUID(as_uuid=False)) == sa.any_(outbox.c.entities),
        )
        rows = (await work.execute(query.order_by(outbox.c.number))).all()
    told = [(str(row.event), list(map(str, row.entities))) for row in rows]
    return [event for event in told if event[0] == "RecordOpened"]


# --- what is shown ----------------------------------------------------------------------------------


async def test_what_reading_masks_or_withholds_is_shown_and_nothing_that_no_rule_names(
    api: Api, grace: str
) -> None:
    read = f"query($id: ID!) {{ node(id: $id) {{ {SHOWN} }} }}"
    before = (await api.data(read, as_="sales", id=grace))["node"]
    assert (before["phone"], before["address"]) == (MASKED_PHONE, None)
    payload = await opened(api, grace, clientMutationId="shown")
    assert payload == {
        "record": {
            "__typename": "Customer",
            "id": grace,
            "email": MASKED_EMAIL,
            "phone": PHONE,
            "address": STREET,
            "birthDate": None,
            "redactions": [
                {"field": "email", "reason": "MASKED"},
                {"field": "birthDate", "reason": "PURPOSE"},
            ],
        },
        "clientMutationId": "shown",
        "userErrors": [],
    }
    assert (await api.data(read, as_="sales", id=grace))["node"] == before


async def test_denials_of_opening_win(api: Api) -> None:
    austrian, swiss = await a_person(api, "AT"), await a_person(api, "CH")
    record = (await opened(api, austrian))["record"]
    assert (record["phone"], record["address"]) == (None, STREET)
    assert {"field": "phone", "reason": "DENIED"} in record["redactions"]
    assert await code_of(api, swiss) == "FORBIDDEN"


async def test_denials_of_reading_win(api: Api) -> None:
    owned = await a_person(api, ownerId=a_member(api, "sales"))
    record = (await opened(api, owned))["record"]
    assert (record["phone"], record["address"]) == (PHONE, None)
    assert {"field": "address", "reason": "DENIED"} in record["redactions"]


async def test_where_no_rule_of_opening_holds_the_record_is_not_opened(api: Api) -> None:
    french = await a_person(api, "FR")
    assert await code_of(api, french) == "FORBIDDEN"
    assert await code_of(api, french, as_="support") == "FORBIDDEN"
    assert await events(api, french) == []


async def test_consent_must_be_in_force(api: Api) -> None:
    person = await a_person(api)
    record = (await opened(api, person, as_="marketing"))["record"]
    assert record["phone"] is None
    assert {"field": "phone", "reason": "NO_CONSENT"} in record["redactions"]
    assert (await leaves(api, "RecordOpened"))[0]["fields"] == []
    await a_consent(api, person)
    assert (await opened(api, person, as_="marketing"))["record"]["phone"] is not None
    assert (await leaves(api, "RecordOpened"))[0]["fields"] == ["phones"]


async def test_of_an_erased_person_nothing_is_left_to_open(api: Api) -> None:
    points = [{"kind": "PHONE", "value": "+49 151 1111111"}]
    person = await a_person(api, contactPoints=points)
    erased = await api.mutate(
        "eraseSubject", "clientMutationId", as_="compliance", customerId=person
    )
    assert erased["userErrors"] == []
    await finish_erasures(api)
    async with as_service(api) as work:  # Erasing takes the country too, by which the rule holds.
        where = customers.c.tenant_id == api.tenant, customers.c.id == person[4:]
        await work.execute(sa.update(customers).where(*where).values(country="DE"))
    payload = await opened(api, person)
    assert payload["record"]["phone"] is None
    reasons = {one["field"]: one["reason"] for one in payload["record"]["redactions"]}
    assert (reasons["phone"], reasons["address"]) == ("ERASED", "ERASED")
    assert (await leaves(api, "RecordOpened"))[0]["fields"] == []


async def test_only_the_record_itself_is_opened(api: Api, grace: str) -> None:
    await relate(api, "REFERRED_BY", grace, await a_person(api))
    contact = await an_interaction(api, grace, as_="support", body="Call me")
    query = """mutation($input: OpenRecordInput!) { openRecord(input: $input) { record { id
        ... on Customer { phone again: phone
            relationships(first: 1) { nodes { from { phone } to { phone } } }
            interactions(first: 1) { nodes { body customer { phone } } }
            timeline(first: 9) { nodes { record { ... on Interaction { id body } } } } }
        ... on Interaction { body customer { phone } } } } }"""

    async def record(id_: str) -> Any:
        given = {"id": id_, "reason": "LEGAL"}
        data = await api.data(query, as_="sales", input=given)
        assert_as_graphql_has_it(query, data, {"input": given})
        return data["openRecord"]["record"]

    masked = {"phone": MASKED_PHONE}
    shown = await record(grace)
    assert shown["phone"] == shown["again"] == PHONE
    assert shown["relationships"]["nodes"] == [{"from": masked, "to": masked}]
    (nested,) = shown["interactions"]["nodes"]
    assert nested["customer"] == masked
    assert nested["body"] != "Call me"
    assert "Call me" not in json.dumps(shown)
    assert await record(contact) == {"id": contact, "body": "Call me", "customer": masked}


async def test_nothing_is_filtered_or_searched_by_what_only_opening_shows(
    api: Api, grace: str
) -> None:
    query = """query($f: CustomerFilter!) { customers(first: 9, filter: $f) { totalCount } }"""
    found = await api.ask(query, as_="sales", f={"phone": {"eq": PHONE}})
    assert not found.get("data") or found["data"]["customers"]["totalCount"] == 0
    assert (await opened(api, grace))["userErrors"] == []
    assert await api.ask(query, as_="sales", f={"phone": {"eq": PHONE}}) == found
    assert await api.ask(OPEN, as_="sales", input={"id": grace, "reason": "LEGAL"})
    assert await api.ask(query, as_="sales", f={"phone": {"eq": PHONE}}) == found


async def test_one_payload_may_show_the_record_twice(api: Api, grace: str) -> None:
    query = """mutation($input: OpenRecordInput!) { openRecord(input: $input) { __typename
        one: record { ... on Customer { phone } } two: record { id ... on Customer { address } } } }"""
    given = {"id": grace, "reason": "OTHER"}
    data = await api.data(query, as_="sales", input=given)
    assert data["openRecord"] == {
        "__typename": "OpenRecordPayload",
        "one": {"phone": PHONE},
        "two": {"id": grace, "address": STREET},
    }
    assert (await leaves(api, "RecordOpened"))[0]["fields"] == ["phones", "addresses"]


# --- who may not even know ----------------------------------------------------------------------------


@pytest.mark.parametrize("as_", ["rival", "supplier"])
async def test_who_may_not_read_a_record_is_told_what_is_said_of_one_that_is_not_there(
    api: Api, as_: str
) -> None:
    """Of the two partners one has a rule."""
    hidden = await a_person(api, partner="partner")
    told = []
    for id_ in (NOWHERE, hidden, NOWHERE):
        with all_of_them() as statements:
            given = {"id": id_, "reason": "LEGAL"}
            answer = await api.ask(OPEN, as_=as_, input=given)
        told.append((answer, list(statements)))
    assert told[1] == told[2]
    assert told[1][0]["data"]["openRecord"]["userErrors"] == [
        {"code": "NOT_FOUND", "message": "there is no such customer", "path": ["input", "id"]}
    ]
    assert await events(api, hidden) == []


async def test_whoever_is_assigned_opens_what_the_rule_names(api: Api) -> None:
    theirs = await a_person(api, partner="partner")
    record = (await opened(api, theirs, as_="partner"))["record"]
    assert record["phone"] == PHONE
    assert record["birthDate"] is None


@pytest.mark.parametrize("id_", ["", "cus_", "nonsense", "dep_" + NOWHERE[4:], "x" * 300])
async def test_what_is_no_record_about_a_person_is_not_there(api: Api, id_: str) -> None:
    assert await code_of(api, id_) == "NOT_FOUND"


async def test_a_record_of_another_company_is_not_there(api: Api, grace: str) -> None:
    other = await another_tenant(api)
    await add_rules(other, a_rule("SALES:MEMBER", "phones"))
    assert await code_of(other, grace) == "NOT_FOUND"


# --- what it leaves behind ----------------------------------------------------------------------------


async def test_it_leaves_a_leaf_of_its_own_and_an_event_with_ids_only(api: Api) -> None:
    person = await a_person(api)
    await opened(api, person, reason="IDENTITY_CHECK")
    keys = await api.services.vault.index(api.tenant)
    (leaf, *_) = await leaves(api, "RecordOpened")
    assert {name: leaf[name] for name in leaf if name not in {"at", "policy_version"}} == {
        "action": "RecordOpened",
        "actor": f"member:{a_member(api, 'sales')[4:]}",
        "entities": [person[4:]],
        "fields": ["phones", "addresses"],
        "purpose": "sales",
        "reason": "IDENTITY_CHECK",
        "resource": "customer",
        "rules": [RULE],
        "subjects": [keys.reference(person[4:])],
    }
    assert leaf["policy_version"] == 1
    assert await events(api, person) == [("RecordOpened", [person[4:]])]
    (plain, *_) = await leaves(api, "open")
    assert keys.reference(person[4:]) in plain["subjects"]


async def test_no_value_is_in_what_it_leaves_or_says(
    api: Api, capfd: pytest.CaptureFixture[str]
) -> None:
    person = await a_person(api)
    await opened(api, person)
    answers = [await opened(api, person, as_="support"), await opened(api, NOWHERE)]
    wrong = await api.ask(OPEN, as_="sales", input={"id": person, "reason": PHONE})
    assert wrong["errors"]
    async with as_service(api) as work:
        left = [
            (await work.execute(sa.select(table))).all().__repr__()
            for table in (outbox, audit_leaves)
        ]
    logged = capfd.readouterr()
    said = "".join([*left, *map(str, answers), str(wrong), logged.out, logged.err])
    for value in (EMAIL, PHONE, "7654321", STREET, "1906-12-09"):
        assert value not in said


@pytest.mark.parametrize("table", ["outbox", "audit_leaves"])
async def test_what_leaves_no_leaf_is_not_shown(api: Api, grace: str, table: str) -> None:
    """The database refuses the leaf or the event: the answer holds nothing of the record."""
    refused = []

    def refuse(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if f"INSERT INTO {table}" in statement:
            refused.append(statement)
            raise InvalidInputError("no")

    sa.event.listen(Engine, "before_cursor_execute", refuse)
    try:
        payload = await opened(api, grace)
    finally:
        sa.event.remove(Engine, "before_cursor_execute", refuse)
    assert refused
    assert payload["record"] is None
    assert [error["code"] for error in payload["userErrors"]] == ["INVALID"]


# --- once, and how often ------------------------------------------------------------------------------


async def test_a_repetition_is_the_same_opening_but_leaves_its_leaf(api: Api) -> None:
    person = await a_person(api)
    key = new_id()
    first = await opened(api, person, clientMutationId=key)
    count = len(await leaves(api, "RecordOpened"))
    assert await opened(api, person, clientMutationId=key) == first
    assert len(await events(api, person)) == 1
    assert len(await leaves(api, "RecordOpened")) == count + 1
    assert await code_of(api, person, clientMutationId=key, reason="LEGAL") == "KEY_REUSED"


async def test_a_key_shows_nothing_beyond_what_was_asked_for_first(api: Api) -> None:
    person = await a_person(api)
    less = "mutation($input: OpenRecordInput!) { openRecord(input: $input) { record { id } } }"
    given = {"id": person, "reason": "CALL_BACK", "clientMutationId": new_id()}
    await api.data(less, as_="sales", input=given)
    assert await code_of(api, person, clientMutationId=given["clientMutationId"]) == "KEY_REUSED"


async def test_two_processes_make_one_opening(api: Api, settings: Settings, urls: Urls) -> None:
    async with (
        connect(settings, urls) as services,
        Api.started(settings, urls, services, api.tenant) as beside,
    ):
        person, key = await a_person(api), new_id()
        both = await asyncio.gather(
            *(opened(one, person, clientMutationId=key) for one in (api, beside) * 3)
        )
    assert all(payload == both[0] for payload in both)
    assert both[0]["record"]["phone"] == PHONE
    assert len(await events(api, person)) == 1


def a_principal(id_: str = "1", via: str | None = None) -> Principal:
    return Principal("t", PrincipalKind.MEMBER, id_, frozenset(), "sales", via=via)


def test_so_many_openings_and_no_more() -> None:
    break_glass_limit = BreakGlassLimit(3)
    for via in (None, "key:1", "key:2"):
        break_glass_limit.admit(a_principal(via=via))
    with pytest.raises(TooManyError) as refused:
        break_glass_limit.admit(a_principal(via="key:3"))
    assert refused.value.code == "TOO_MANY"
    break_glass_limit.admit(a_principal("2"))


async def test_too_many_openings_are_refused(settings: Settings, urls: Urls, api: Api) -> None:
    few = settings.model_copy(update={"openings_per_hour": 2})
    person, key = await a_person(api), new_id()
    async with (
        connect(few, urls) as services,
        Api.started(few, urls, services, api.tenant) as limited,
    ):
        assert await code_of(limited, person, clientMutationId=key) is None
        for id_ in (NOWHERE, await a_person(api, "FR")):  # What is not opened is not counted.
            assert await code_of(limited, id_) in {"NOT_FOUND", "FORBIDDEN"}
        assert await code_of(limited, person, clientMutationId=key) is None
        assert await code_of(limited, person) is None
        assert await code_of(limited, person) == "TOO_MANY"
        assert await code_of(limited, NOWHERE) == "NOT_FOUND"
        assert await code_of(limited, person, clientMutationId=key) is None
        assert await code_of(limited, person, as_="partner") == "NOT_FOUND"
    assert len(await events(api, person)) == 2


# --- what is told of it -------------------------------------------------------------------------------

EXPLAIN = """query($principal: String!, $id: ID) {
    explain(principal: $principal, action: OPEN, resource: "customer", id: $id) {
    decision readable rules { id holds } fields { name access reason rules } } }"""
WHO = """query($id: ID!, $opened: Boolean!) { whoCanSee(id: $id, field: "phone", opened: $opened) {
    nodes { principal { handle } purpose access rules } } }"""
SIMULATE = """query($change: PolicyChangeInput!) { simulate(change: $change) { effects { action
    principals { handle } allowedBefore allowedAfter recordsGained recordsLost
    fields { name before after recordsGained recordsLost } } } }"""
ACCESS = """query($ids: [ID!]!) { recordAccess(ids: $ids) { fields { name access openable } }
    viewer { access(type: CUSTOMER) { actions fields { name openable } } } }"""


def named(fields: Any) -> dict[str, Any]:
    return {field["name"]: field for field in fields}


async def explained(api: Api, id_: str | None, principal: str = "sales") -> dict[str, Any]:
    data = await api.data(EXPLAIN, as_="admin", principal=principal, id=id_)
    return dict(data["explain"])


async def test_it_is_explained_as_it_is_done(api: Api, grace: str) -> None:
    told = await explained(api, grace)
    assert (told["decision"], told["readable"]) == ("PARTLY", True)
    assert {"id": RULE, "holds": True} in told["rules"]
    fields = named(told["fields"])
    assert (fields["phones"]["access"], fields["emails"]["access"]) == ("OPEN", "MASKED")
    assert RULE in fields["phones"]["rules"]
    assert fields["birthDate"]["reason"] == "PURPOSE"
    french = await explained(api, await a_person(api, "FR"))
    assert (french["decision"], french["readable"]) == ("DENIED", True)
    assert {field["access"] for field in french["fields"]} == {"DENIED"}
    assert (await explained(api, None))["decision"] == "PARTLY"
    assert (await explained(api, None, "support"))["decision"] == "DENIED"
    assert (await explained(api, grace, "support"))["readable"] is True


async def test_who_sees_it_once_they_have_opened_the_record_is_told(api: Api, grace: str) -> None:
    async def sights(*, opened: bool) -> dict[tuple[str, str], Any]:
        data = await api.data(WHO, as_="admin", id=grace, opened=opened)
        found = data["whoCanSee"]["nodes"]
        return {(one["principal"]["handle"], one["purpose"]): one for one in found}

    sales = "sales", "sales"
    assert (await sights(opened=False))[sales]["access"] == "MASKED"
    after = await sights(opened=True)
    assert after[sales]["access"] == "OPEN"
    assert RULE in after[sales]["rules"]
    assert ("support", "support") not in after


async def test_a_change_of_opening_is_simulated(api: Api, grace: str) -> None:
    rule = {
        "subject": "SUPPORT:MEMBER", "resource": "customer", "action": "open",
        "purpose": "support", "condition": "territory(DE)", "fields": ["birth_date", "custom_fields"],
    }  # fmt: skip
    data = await api.data(SIMULATE, as_="admin", change={"add": [rule]})
    (effect,) = data["simulate"]["effects"]
    assert effect["action"] == "OPEN"
    assert [one["handle"] for one in effect["principals"]] == ["support"]
    assert (effect["allowedBefore"], effect["allowedAfter"]) == (False, True)
    assert effect["recordsGained"] > 0
    fields = named(effect["fields"])
    assert fields["customFields"]["after"] == "CONDITIONAL"  # Not of restricted people.
    assert "birthDate" not in fields
    data = await api.data(SIMULATE, as_="admin", change={"remove": [RULE]})
    effects = data["simulate"]["effects"]
    assert {(one["action"], one["allowedAfter"], one["recordsGained"]) for one in effects} == {
        ("OPEN", False, 0)
    }
    assert {who["handle"] for one in effects for who in one["principals"]} == {"sales", "manager"}
    assert await code_of(api, grace) is None


async def test_an_interface_is_told_what_may_be_opened_and_it_is_what_is_opened(
    api: Api, grace: str
) -> None:
    ids = [grace, *[await a_person(api, country) for country in ("AT", "CH", "FR")]]
    data = await api.data(ACCESS, as_="sales", ids=ids)
    type_ = data["viewer"]["access"]
    assert "OPEN" in type_["actions"]
    may = {name for name, one in named(type_["fields"]).items() if one["openable"]}
    assert may == {"phone", "address", "contactPoints"}
    for id_, access in zip(ids, data["recordAccess"], strict=True):
        record = (await opened(api, id_))["record"] or {}
        fields = named(access["fields"])
        assert fields["phone"]["openable"] is (record.get("phone") == PHONE)
        assert fields["address"]["openable"] is (record.get("address") == STREET)
        assert not fields["email"]["openable"]
        assert not fields["birthDate"]["openable"]
    support = await api.data(ACCESS, as_="support", ids=ids)
    assert "OPEN" not in support["viewer"]["access"]["actions"]
    assert not any(one["openable"] for one in support["recordAccess"][0]["fields"])
