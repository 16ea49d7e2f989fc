"""Records that hang on a customer's record, or on none: they are that customer's data, or nobody's under a
key of their own; what others wrote of somebody in them is redacted when that person is erased.
"""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from domain.declaration.entity import Entity
from domain.declaration.names import camel
from domain.entities.registry import ALL, RESOURCES
from domain.keys.verify import Verify
from domain.settings.tenants import named_id
from domain.values.choice import Choice
from policy.rules import Rule
from tests.api import Api
from tests.builders import a_customer, add_rules, an_interaction
from tests.entities.makers import Made, an_input, create, mutated, who
from tests.entities.values import Input, is_text, word
from tests.erasing import finish_erasures

ATTACHED = [entity for entity in ALL if entity.is_attached]
LOOSE = [entity for entity in ATTACHED if entity.may_be_nobodys]
every_type = pytest.mark.parametrize("entity", ATTACHED, ids=lambda entity: entity.name)
types_of_nobody = pytest.mark.parametrize("entity", LOOSE, ids=lambda entity: entity.name)
NUMBERS = itertools.count(1)
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
async def company(api: Api) -> Api:
    """Partners see what is shared with them; marketing, which needs consent, everything."""
    rules = (
        rule
        for entity in ATTACHED
        for names in [tuple(sorted(entity.grantable))]
        for rule in (
            Rule("PARTNER", entity.name, "read", "partner", "shared_with_me", names),
            Rule("MARKETING:MEMBER", entity.name, "read", "marketing", "", names),
        )
    )
    await add_rules(api, *rules)
    return api


async def given(api: Api, entity: Entity, record: str | None) -> tuple[int, Input]:
    """A number and everything that may be given of a record on another, or on none."""
    number = next(NUMBERS)
    ids = {"customer": record or f"cus_{UNKNOWN}"}
    input_ = await an_input(Made(api, number, ids), entity)
    if record is None:
        del input_["record"]
    return number, input_


async def a_record(api: Api, entity: Entity, record: str | None, **more: Any) -> tuple[int, str]:
    """Its number and its id."""
    number, input_ = await given(api, entity, record)
    return number, await create(api, entity, {**input_, **more}, as_=who(entity, "create"))


async def node(api: Api, entity: Entity, id_: str, selected: str, as_: str | None = None) -> Any:
    query = f"query($id: ID!) {{ node(id: $id) {{ ... on {entity.type_name} {{ {selected} }} }} }}"
    return (await api.data(query, as_=as_ or who(entity, "read"), id=id_))["node"]


def text_of(entity: Entity) -> str:
    """The first text that callers write and detection looks through."""
    return next(field.name for field in entity.fields if field.detect and is_text(entity, field))


# --- on a record --------------------------------------------------------------------------------------


@every_type
async def test_what_hangs_on_a_record_is_its_customers(company: Api, entity: Entity) -> None:
    """It stands below the customer, in their timeline, and makes their overview fresh."""
    customer = await a_customer(company)
    interaction = await an_interaction(company, customer)
    _, id_ = await a_record(company, entity, interaction)
    whose = await node(company, entity, id_, "record customer { id }")
    assert whose == {"record": interaction, "customer": {"id": customer}}
    edge = camel(entity.plural)
    below = f"""{edge}(first: 9) {{ nodes {{ id }} }} timeline(first: 9) {{ nodes {{ record {{
        ... on Node {{ id }} }} }} }} overview {{ freshness {{ part }} }}"""
    shown = await node(company, RESOURCES["customer"], customer, below, who(entity, "read"))
    assert shown[edge]["nodes"] == [{"id": id_}]
    if entity.timeline:
        assert {"record": {"id": id_}} in shown["timeline"]["nodes"]
    assert {"part": entity.plural.upper()} in shown["overview"]["freshness"]


@every_type
async def test_it_hangs_on_no_record_that_is_nobodys_or_not_there(
    company: Api, entity: Entity
) -> None:
    department = f"dep_{named_id(company.tenant, 'department', 'SALES')}"
    nobodys = [(await a_record(company, one, None))[1] for one in LOOSE]
    for record in (department, f"int_{UNKNOWN}", "nonsense", *nobodys):
        _, input_ = await given(company, entity, record)
        payload = await mutated(company, "create", entity, input_, as_=who(entity, "create"))
        told = [(error["code"], error["path"]) for error in payload["userErrors"]]
        assert told == [("NOT_FOUND", ["input", "record"])]


@every_type
async def test_what_is_not_given_is_as_usual(company: Api, entity: Entity) -> None:
    """The declared defaults, and whoever made it."""
    as_ = who(entity, "create")
    _, input_ = await given(company, entity, await a_customer(company))
    needed = {
        camel(field.column) for field in entity.fields if field.required and not field.default
    }
    least = {name: value for name, value in input_.items() if name in needed}
    id_ = await create(company, entity, least, as_=as_)
    usual = {
        camel(field.name): field.default.value
        if isinstance(field.default, Choice)
        else field.default
        for field in entity.fields
        if field.default is not None
    }
    made_by = "author { handle } department { code } version archivedAt"
    found = await node(company, entity, id_, " ".join([*usual, made_by]))
    by = {"author": {"handle": as_}, "department": {"code": as_.upper()}}
    assert found == {**usual, **by, "version": 1, "archivedAt": None}


@every_type
async def test_who_is_erased_is_redacted_where_others_mention_them(
    company: Api, entity: Entity
) -> None:
    customer = await a_customer(company, givenName="Berta", familyName="Zerrenner")
    other = await a_customer(company)
    text = text_of(entity)
    places = [other, *([None] if entity in LOOSE else [])]
    mentions = {camel(text): "Berta Zerrenner wants toner"}
    ids = [(await a_record(company, entity, place, **mentions))[1] for place in places]
    erased = await company.mutate(
        "eraseSubject", "clientMutationId", as_="compliance", customerId=customer
    )
    assert erased["userErrors"] == []
    await finish_erasures(company)
    for id_ in ids:
        found = await node(company, entity, id_, camel(text))
        assert found == {camel(text): "█████ █████████ wants toner"}
    search = '{ search(query: "Zerrenner", first: 9) { hits { score } } }'
    assert (await company.data(search, as_=who(entity, "read")))["search"]["hits"] == []


# --- of nobody ----------------------------------------------------------------------------------------


@types_of_nobody
async def test_a_record_of_nobody_is_made_found_changed_and_put_away(
    company: Api, entity: Entity
) -> None:
    number, id_ = await a_record(company, entity, None)
    as_ = who(entity, "update")
    whose = await node(company, entity, id_, "record customer { id }")
    assert whose == {"record": None, "customer": None}
    for field in entity.fields:
        if field.find:
            query = f'{{ search(query: "{word(entity, field, number)}", first: 9) {{ hits {{'
            query += " record { ... on Node { id } } } } }"
            hits = (await company.data(query, as_=as_))["search"]["hits"]
            assert [hit["record"]["id"] for hit in hits] == [id_]
    for version, verb in enumerate(("update", "archive", "restore"), 1):
        text = {camel(text_of(entity)): "Changed"} if verb == "update" else {}
        input_ = {"id": id_, "expectedVersion": version, **text}
        payload = await mutated(company, verb, entity, input_, as_=as_)
        assert payload == {
            camel(entity.name): {"id": id_, "version": version + 1},
            "userErrors": [],
        }


@types_of_nobody
async def test_neither_a_restriction_nor_consent_is_asked_of_nobody(
    company: Api, entity: Entity
) -> None:
    """Of the customer's they are, at once."""
    customer, text = await a_customer(company), camel(text_of(entity))
    _, on_customer = await a_record(company, entity, customer)
    _, on_nobody = await a_record(company, entity, None)
    given_ = {"customerId": customer, "reason": "OBJECTION"}
    await company.mutate("restrictProcessing", "clientMutationId", as_="compliance", **given_)
    behaves = next(
        camel(field.name) for field in entity.fields if field.default and not field.is_sealed
    )
    asked = ((who(entity, "read"), text, "RESTRICTED"), ("marketing", behaves, "NO_CONSENT"))
    for as_, name, reason in asked:
        selected = f"{name} redactions {{ field reason }}"
        hidden = await node(company, entity, on_customer, selected, as_)
        assert hidden[name] is None
        assert {"field": name, "reason": reason} in hidden["redactions"]
        shown = await node(company, entity, on_nobody, selected, as_)
        assert shown[name] is not None


@types_of_nobody
async def test_a_key_of_its_own_opens_it(company: Api, entity: Entity) -> None:
    await a_record(company, entity, None)
    services = company.services
    principal = services.service_principal(company.tenant)
    caller = await services.caller(principal, "administration")
    verify = Verify(services.stores, services.vault._pool, caller, "DE")
    verified = [one async for one in verify.all()]
    assert sum(one.rows for one in verified) > 1
    assert [one.broken for one in verified if one.broken] == []


@types_of_nobody
async def test_a_record_of_nobody_may_be_shared(company: Api, entity: Entity) -> None:
    _, id_ = await a_record(company, entity, None)
    assert await node(company, entity, id_, "id", "partner") is None
    payload = await company.mutate(
        "shareRecord",
        "share { record }",
        as_="manager",
        recordId=id_,
        grantee=f"par_{named_id(company.tenant, 'partner_account', 'partner')}",
        reason="COVER",
        endsAt=(company.services.stores.now() + timedelta(days=1)).isoformat(),
    )
    assert payload["userErrors"] == []
    assert await node(company, entity, id_, "id", "partner") == {"id": id_}
