"""What is derived follows what it is derived from: a record that was changed by parts, by whatever way, is
as one that was made whole.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from domain.declaration.entity import Entity
from domain.entities.customers import CUSTOMER
from domain.entities.interactions import INTERACTION
from domain.entities.opportunities import OPPORTUNITY
from domain.importing.records.records import (
    CustomerRecord,
    InteractionRecord,
    OpportunityRecord,
    Reference,
)
from domain.importing.write.batches import BulkWriter
from domain.keys.make_tokens import reindex
from domain.settings.change_tenant import keep_impossible_numbers
from domain.storage.index_rows import index_rows
from domain.tables import lookup_tags, lookup_values, search_tokens
from domain.values.ids import FIRST_ID
from domain.writing.records import sealed_record
from tests.api import Api
from tests.builders import another_tenant, as_service
from tests.security.edges.amount import examples

pytestmark = pytest.mark.proof

NUMBERS = [
    "06 98 95 00 05",
    "030 1234567",
    "2125550123",
    "+49 30 1234567 ext. 5",
    "98950005",
    "110",
]
_PHONES = st.sampled_from([{"kind": "PHONE", "value": number} for number in NUMBERS])
_MAILS = st.sampled_from(
    [{"kind": "EMAIL", "value": mail} for mail in ("a@b.example", "c@d.example")]
)
POINTS = st.lists(_PHONES | _PHONES | _MAILS, max_size=3, unique_by=lambda one: one["value"]).map(
    lambda points: [{**one, "label": None} for one in points]
)
PARTS: Mapping[str, st.SearchStrategy[Any]] = {
    "country": st.sampled_from(["DE", "FR", "fr", "US", "NO", "AQ", None]),
    "language": st.sampled_from(["de", "fr", None]),
    "contactPoints": POINTS,
    "familyName": st.sampled_from(["Weiß", "Dubois"]),
    "givenName": st.sampled_from(["Zoë", None]),
    "tags": st.sampled_from([["vip"], []]),
    "customFields": st.sampled_from([[{"name": "size", "value": "7"}], []]),
}
CHANGE = st.fixed_dictionaries({}, optional=PARTS)
SNAKE = {
    "contactPoints": "contact_points",
    "customFields": "custom_fields",
    "familyName": "family_name",
    "givenName": "given_name",
}
MADE = "customer { id version contactPoints { id } }"
BEGUN = {"kind": "PERSON", "familyName": "Kranich"}
COUNT = itertools.count()
ID = "alike"
"""What records are found by is the id, whatever the system."""

OWN = {"id", "version", "created_at", "updated_at", "sealed", "tenant_id"} | {
    "owner_id",
    "department_id",
}
Part = dict[str, Any]
State = tuple[Any, ...]


@pytest.fixture(scope="module")
async def company(api: Api) -> Api:
    """It keeps numbers that cannot be dialled, so that nothing is refused."""
    other = await another_tenant(api, "by-parts")
    async with as_service(other) as work:
        await keep_impossible_numbers(work, kept=True)
    size = {"name": "size", "type": "INTEGER", "sealed": False, "category": "user.behavior"}
    assert (await other.mutate("defineCustomField", "", as_="admin", **size))["userErrors"] == []
    return other


async def point_by_point(api: Api, parts: Sequence[Part]) -> str:
    """With all contact points taken away one by one, and others added."""
    return await mutated(api, parts, singly=True)


async def mutated(api: Api, parts: Sequence[Part], *, singly: bool = False) -> str:
    reference = {"system": f"parts{next(COUNT)}", "id": ID}
    first = {**BEGUN, "externalReferences": [reference], **parts[0]}
    made = await api.mutate("createCustomer", MADE, as_="sales", **first)
    for part in parts[1:]:
        assert made["userErrors"] == []
        known = made["customer"]
        change = {"id": known["id"], "expectedVersion": known["version"], **part}
        if singly and "contactPoints" in change:
            gone = [point["id"] for point in known["contactPoints"]]
            change["contactPointChanges"] = {"remove": gone, "add": change.pop("contactPoints")}
        made = await api.mutate("updateCustomer", MADE, as_="sales", **change)
    assert made["userErrors"] == []
    return str(made["customer"]["id"])[4:]


async def imported(api: Api, parts: Sequence[Part]) -> str:
    async with as_service(api) as work:
        caller = work.caller
    reference = Reference(f"parts{next(COUNT)}", ID)
    writer = BulkWriter(api.services.stores, caller, "DE")
    for number, part in enumerate(parts):
        values = {SNAKE.get(name, name): value for name, value in part.items()}
        if number == 0:
            values = {"kind": "PERSON", "family_name": "Kranich", **values}
        if "custom_fields" in values:
            values["custom_fields"] = {one["name"]: one["value"] for one in values["custom_fields"]}
        assert (await writer.write([CustomerRecord(reference, values)])).rejected == ()
    query = "SELECT id::text FROM customers WHERE tenant_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1"
    return str((await api.services.pool.fetch(api.tenant, query, api.tenant))[0][0])


async def state(api: Api, id_: str) -> State:
    """What is kept of a customer, and what it is found by; its tags are those of what is kept."""
    async with as_service(api) as work:
        stored = await work.records.load(CUSTOMER, id_)
        tags = sa.select(lookup_tags.c.field, lookup_tags.c.proof)
        tags = tags.where(lookup_tags.c.tenant_id == work.tenant, lookup_tags.c.row_id == id_)
        found = {tuple(row) for row in await work.execute(tags)}
        owner = {"tenant_id": work.tenant, "row_id": id_, "customer_id": id_}
        place = (stored.sealed, work.region, stored.row["country"])
        made = dict(index_rows(work.index, CUSTOMER, owner, *place))
        assert found == {(row["field"], row["proof"]) for row in made[lookup_tags]}
        tokens = sa.select(search_tokens.c.tokens)
        tokens = tokens.where(
            search_tokens.c.tenant_id == work.tenant, search_tokens.c.row_id == id_
        )
        words = (await work.execute(tokens)).scalar_one()
        numbers = sa.select(lookup_values.c.value).where(lookup_values.c.row_id == id_)
        values = (await work.execute(numbers)).scalars().all()
    kept = {name: _as_kept(value) for name, value in stored.sealed.items() if value}
    del kept["external_references"]
    row = {name: value for name, value in stored.row.items() if name not in OWN}
    return row, kept, words, values


def _as_kept(value: Any) -> Any:
    """Without the ids of contact points."""
    if not isinstance(value, list):
        return value
    return [{n: v for n, v in one.items() if n != "id"} for one in value]


@pytest.mark.parametrize("way", [mutated, point_by_point, imported])
@examples(8)
@given(parts=st.lists(CHANGE, min_size=2, max_size=4))
async def test_a_customer_changed_by_parts_is_as_one_made_whole(
    company: Api, way: Any, parts: list[Part]
) -> None:
    derived = await state(company, await way(company, parts))
    whole: Part = {}
    for part in parts:
        whole |= part
    assert derived == await state(company, await mutated(company, [whole]))


THEN = datetime(2024, 3, 1, 12, tzinfo=UTC)
_STAGES = st.sampled_from(["New", "Proposal", "Won", "Lost"]).map(
    lambda stage: {
        "stage": stage,
        "lost_reason": "no budget" if stage == "Lost" else None,
        "closed_at": THEN if stage in {"Won", "Lost"} else None,
    }
)
_DEALS = {
    "title": st.sampled_from(["Motoren", "Pumpe"]),
    "money": st.sampled_from([("1.5", "EUR"), ("2", "JPY"), ("3.125", "KWD"), (None, None)]),
    "expected_close": st.sampled_from([date(2024, 5, 1), None]),
}
DEAL = st.tuples(_STAGES, st.fixed_dictionaries({}, optional=_DEALS)).map(
    lambda both: {**both[0], **both[1]}
)
SAID = st.fixed_dictionaries(
    {},
    optional={
        "subject": st.sampled_from(["Rückruf", "Angebot", None]),
        "body": st.sampled_from(["Bitte zurückrufen", None]),
        "channel": st.sampled_from(["EMAIL", "PHONE"]),
        "duration_seconds": st.sampled_from([90, None]),
        "outcome": st.sampled_from(["RESOLVED", None]),
    },
)


def a_deal(part: Part) -> OpportunityRecord:
    values = {name: value for name, value in part.items() if name not in {"stage", "money"}}
    if "money" in part:
        amount, currency = part["money"]
        values |= {"amount": amount and Decimal(amount), "currency": currency}
    reference = Reference(f"parts{next(COUNT)}", ID)
    return OpportunityRecord(reference, FIRM, "Standard", part["stage"], values)


def an_interaction(part: Part) -> InteractionRecord:
    return InteractionRecord(Reference(f"parts{next(COUNT)}", ID), FIRM, part)


FIRM = Reference("firms", "one")
WHOLE_DEAL: Part = {"title": "Motoren", "created_at": THEN}
WHOLE_CONTACT: Part = {"channel": "EMAIL", "direction": "INBOUND", "occurred_at": THEN}


async def hanging(api: Api, resource: Entity, record: Any, parts: Sequence[Part]) -> State:
    """What is kept of an interaction or a deal, and what it is found by, after an import of each part."""
    async with as_service(api) as work:
        caller = work.caller
    writer, first = BulkWriter(api.services.stores, caller, "DE"), record(parts[0])
    firm = CustomerRecord(FIRM, {"kind": "ORGANIZATION", "organization_name": "Firm"})
    for part in parts:
        one = replace(record(part), reference=first.reference)
        assert (await writer.write([firm, one])).rejected == ()
    newest = sa.select(resource.table.c.id).where(resource.table.c.tenant_id == api.tenant)
    newest = newest.order_by(resource.table.c.id.desc()).limit(1)
    tokens = sa.select(search_tokens.c.tokens).where(search_tokens.c.tenant_id == api.tenant)
    async with as_service(api) as work:
        stored = await work.records.load(resource, str((await work.execute(newest)).scalar_one()))
        query = tokens.where(search_tokens.c.row_id == stored.id)
        words = (await work.execute(query)).scalar_one()
    row = {name: value for name, value in stored.row.items() if name not in OWN}
    sealed = {n: v for n, v in stored.sealed.items() if n != "external_references" and v}
    return row, sealed, words


def _parts(begun: Part, change: st.SearchStrategy[Part]) -> st.SearchStrategy[list[Part]]:
    return st.lists(change, min_size=2, max_size=4).map(
        lambda parts: [{**begun, **parts[0]}, *parts[1:]]
    )


HANGING = st.one_of(
    st.tuples(st.just(OPPORTUNITY), st.just(a_deal), _parts(WHOLE_DEAL, DEAL)),
    st.tuples(st.just(INTERACTION), st.just(an_interaction), _parts(WHOLE_CONTACT, SAID)),
)


@examples(10)
@given(imported=HANGING)
async def test_what_hangs_on_a_customer_and_was_imported_by_parts_is_as_imported_whole(
    company: Api, imported: tuple[Entity, Any, list[Part]]
) -> None:
    resource, record, parts = imported
    whole: Part = {}
    for part in parts:
        whole |= part
    expected = await hanging(company, resource, record, [whole])
    assert await hanging(company, resource, record, parts) == expected


async def test_making_what_is_found_anew_judges_numbers_anew(company: Api) -> None:
    """Versions before left numbers of a record that moved by an import as they were judged before."""
    points = [{"kind": "PHONE", "value": "06 98 95 00 05"}]
    id_ = await mutated(company, [{"country": "FR", "contactPoints": points}])
    right = await state(company, id_)
    async with as_service(company) as work:
        stored = await work.records.load(CUSTOMER, id_)
        phones = [{**one, "is_valid": False} for one in stored.sealed["phones"]]
        keys = await work.stores.vault.keys(work.tenant, [id_])
        place, key = (work.tenant, CUSTOMER, id_), keys[id_]
        pack = sealed_record(*place, key, id_, {**stored.sealed, "phones": phones})
        table = CUSTOMER.table
        of = (table.c.tenant_id == work.tenant, table.c.id == id_)
        await work.execute(sa.update(table).where(*of).values(sealed=pack))
    assert await state(company, id_) != right
    after: str | None = FIRST_ID
    while after is not None:
        async with as_service(company) as work:
            _, after = await reindex(work, CUSTOMER, after, again=True, judging=True)
    assert await state(company, id_) == right
    async with as_service(company) as work:
        assert (await work.records.load(CUSTOMER, id_)).version == stored.version
