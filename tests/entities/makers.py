"""Makers: one record of any type, made through the API as its callers make it.

Of a type that is written by declared verbs the declaration says all. The others are made by mutations of
their own, which stand in ``BY_HAND``; a type that is in neither is none that anybody could make, and
``test_makers.py`` says so.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.declaration.entity import Entity
from domain.declaration.names import camel
from domain.entities.registry import ALL, RESOURCES
from domain.settings.tenants import named_id
from tests.api import Api
from tests.builders import (
    a_consent,
    a_customer,
    a_department,
    a_stage,
    an_interaction,
    an_opportunity,
    relate,
    the_pipeline,
)
from tests.entities.values import Input, given, words

ANYBODY = "sales"
"""Who makes what has a mutation of its own."""


@dataclass(frozen=True)
class Made:
    """One record of each type that hangs together: all of it is of one customer's. ``ids`` are those that
    callers see, by type; ``inputs`` what was given of records of declared types; ``words`` what stands in
    texts, and nowhere else.
    """

    api: Api
    number: int
    ids: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, Input] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)

    @property
    def customer(self) -> str:
        """Whose they are."""
        return self.ids["customer"]

    def word(self, name: str) -> str:
        """A word of that name for a text of these records."""
        self.words.add(found := f"Qu{name}x{self.number}z")
        return found


async def made(api: Api, number: int = 0) -> Made:
    """A customer with one record of each type."""
    records = Made(api, number)
    for entity in ALL:
        await a_record(records, entity)
    return records


async def a_record(records: Made, entity: Entity) -> str:
    """The id of the record of that type; what it leads to is made first."""
    if entity.name not in records.ids:
        maker = BY_HAND.get(entity.name)
        id_ = await (maker(records) if maker else by_declaration(records, entity))
        records.ids[entity.name] = id_
    return records.ids[entity.name]


async def by_declaration(records: Made, entity: Entity) -> str:
    """The id of a new record of a type that is written by declared verbs."""
    records.inputs[entity.name] = input_ = await an_input(records, entity)
    records.words.update(words(entity, records.number))
    return await create(records.api, entity, input_, as_=who(entity, "create"))


async def an_input(records: Made, entity: Entity, *, is_new: bool = True) -> Input:
    """Everything that may be given of a new record, or changed of one that is there."""
    targets = {one.target for one in entity.fields if one.target and not one.ours}
    ids = {name: await a_record(records, RESOURCES[name]) for name in sorted(targets)}
    customer = await a_record(records, RESOURCES["customer"])
    return given(entity, records.number, {**ids, "record": customer}, is_new=is_new)


async def create(api: Api, entity: Entity, input_: Mapping[str, Any], *, as_: str) -> str:
    """The new record's id."""
    payload = await mutated(api, "create", entity, input_, as_=as_)
    assert payload["userErrors"] == [], (entity.name, payload["userErrors"])
    return str(payload[camel(entity.name)]["id"])


async def mutated(
    api: Api, verb: str, entity: Entity, input_: Mapping[str, Any], *, as_: str
) -> dict[str, Any]:
    """What a declared verb answers."""
    selection = f"{camel(entity.name)} {{ id version }}"
    return await api.mutate(f"{verb}{entity.type_name}", selection, as_=as_, **input_)


def who(entity: Entity, action: str) -> str:
    """One of the staff who may do that with their own records, by the grants of the declaration."""
    for grant in entity.grants:
        department, _, role = grant.subject.partition(":")
        if action in grant.actions.split() and role == "MEMBER":
            return department.lower()
    message = f"no grant lets a member of the staff {action} a {entity.noun}"
    raise LookupError(message)


# --- by mutations of their own ----------------------------------------------------------------------


async def _customer(records: Made) -> str:
    word = records.word
    return await a_customer(
        records.api,
        givenName=word("given"),
        familyName=word("family"),
        contactPoints=[{"kind": "EMAIL", "value": f"{word('mail')}@example.org".lower()}],
        externalReferences=[{"system": "ERP", "id": word("reference")}],
        tags=[word("tag")],
        country="DE",
        lifecycle="LEAD",
    )


async def _interaction(records: Made) -> str:
    return await an_interaction(
        records.api,
        await _customer_of(records),
        subject=f"{records.word('subject')} and more",
        body=f"{records.word('body')} and more",
    )


async def _opportunity(records: Made) -> str:
    title = f"{records.word('title')} and more"
    return await an_opportunity(records.api, await _customer_of(records), "10", title=title)


async def _stage_change(records: Made) -> str:
    opportunity = await a_record(records, RESOURCES["opportunity"])
    return await _below(records.api, opportunity, "Opportunity", "stageHistory")


async def _participant(records: Made) -> str:
    """In an interaction with somebody else."""
    other = await a_customer(records.api, familyName="Present")
    there = [await _customer_of(records)]
    interaction = await an_interaction(records.api, other, participantIds=there)
    return await _below(records.api, interaction, "Interaction", "participants")


async def _consent(records: Made) -> str:
    method = records.word("method")
    return await a_consent(records.api, await _customer_of(records), method=method)


async def _consent_event(records: Made) -> str:
    consent = await a_record(records, RESOURCES["consent"])
    return await _below(records.api, consent, "Consent", "history")


async def _relationship(records: Made) -> str:
    other = await a_customer(records.api, familyName="Related")
    return await relate(records.api, "WORKS_FOR", await _customer_of(records), other)


async def _deal_registration(records: Made) -> str:
    """Of somebody who is no customer yet: of a customer only where that is the partner's."""
    payload = await records.api.mutate(
        "registerDeal",
        "dealRegistration { id }",
        as_="partner",
        pipelineId=the_pipeline(records.api),
        title="Engines",
        kind="PERSON",
        familyName="Prospect",
    )
    assert payload["userErrors"] == []
    return str(payload["dealRegistration"]["id"])


async def _record_share(records: Made) -> str:
    ends = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    given = {"recordId": await _customer_of(records), "grantee": "role:NOBODY", "endsAt": ends}
    payload = await records.api.mutate(
        "shareRecord", "share { id }", as_="admin", reason="COVER", **given
    )
    assert payload["userErrors"] == []
    return str(payload["share"]["id"])


async def _customer_of(records: Made) -> str:
    return await a_record(records, RESOURCES["customer"])


async def _below(api: Api, id_: str, type_name: str, edge: str) -> str:
    """The first record behind an edge."""
    below = f"... on {type_name} {{ {edge}(first: 1) {{ nodes {{ id }} }} }}"
    query = f"query($id: ID!) {{ node(id: $id) {{ {below} }} }}"
    nodes = (await api.data(query, as_=ANYBODY, id=id_))["node"][edge]["nodes"]
    return str(nodes[0]["id"])


def _named(name: str, handle: str) -> "Maker":
    """What every tenant begins with, or its staff."""

    async def known(records: Made) -> str:
        return f"{RESOURCES[name].prefix}_{named_id(records.api.tenant, name, handle)}"

    return known


async def _department(records: Made) -> str:
    return a_department(records.api, "SALES")


async def _pipeline(records: Made) -> str:
    return the_pipeline(records.api)


async def _stage(records: Made) -> str:
    return a_stage(records.api, "Qualified")


Maker = Callable[[Made], Awaitable[str]]

BY_HAND: Mapping[str, Maker] = {
    "customer": _customer,
    "interaction": _interaction,
    "participant": _participant,
    "opportunity": _opportunity,
    "stage_change": _stage_change,
    "consent": _consent,
    "consent_event": _consent_event,
    "relationship": _relationship,
    "deal_registration": _deal_registration,
    "record_share": _record_share,
    "member": _named("member", "sales"),
    "partner_account": _named("partner_account", "partner"),
    "department": _department,
    "pipeline": _pipeline,
    "stage": _stage,
}
"""Types whose records are made by mutations of their own, or begin with the tenant."""
