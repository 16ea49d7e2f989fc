"""Item 16: a change by import to records in every state, through every path of import.

A record is new, changed or unchanged, alone or in a batch with others; whatever state it is in, it is taken
in or rejected, costs no other, and keeps what the record does not give.
"""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from domain.entities.customers import CUSTOMER
from domain.importing.records.records import (
    CustomerRecord,
    InteractionRecord,
    MemberRecord,
    OpportunityRecord,
    PartnerAccountRecord,
    Record,
    Reference,
)
from domain.importing.records.results import BatchResult
from domain.importing.write.batches import BulkWriter
from domain.tables import customers, interactions
from domain.writing.records import Stored, sealed_record
from tests.api import Api
from tests.builders import a_consent, as_service
from tests.erasing import finish_erasures

THEN = datetime(2024, 3, 1, tzinfo=UTC)
FINDINGS = {"body": [{"type": "PERSON", "start": 0, "end": 3, "score": 0.85}], "subject": []}
State = Callable[[Api, str], Coroutine[Any, Any, object]]


def ref(id_: str) -> Reference:
    return Reference("states", id_)


def of(state: str, text: str) -> list[Record]:
    """A customer with what belongs to them."""
    values = {
        "kind": "PERSON",
        "family_name": f"Person {state}",
        "tags": [text],
        "custom_fields": {"st_text": text, "st_number": "7"},
        "contact_points": [{"kind": "EMAIL", "value": f"{state}@example.org", "label": text}],
        "location": {"latitude": Decimal("52.5"), "longitude": Decimal("13.4")},
    }
    said = {"channel": "EMAIL", "direction": "INBOUND", "occurred_at": THEN, "body": f"Ada {text}"}
    deal = {"title": text, "amount": Decimal("0.5"), "currency": "EUR"}
    return [
        CustomerRecord(ref(state), values, "SALES"),
        InteractionRecord(ref(f"i-{state}"), ref(state), said, department="SALES"),
        OpportunityRecord(ref(f"d-{state}"), ref(state), "Standard", "New", deal),
    ]


async def mutated(api: Api, mutation: str, as_: str = "compliance", /, **given: Any) -> None:
    assert (await api.mutate(mutation, "", as_=as_, **given))["userErrors"] == []


async def looked_through(api: Api, id_: str) -> None:
    async with as_service(api) as work:
        of_them = interactions.c.tenant_id == api.tenant, interactions.c.customer_id == id_[4:]
        await work.execute(sa.update(interactions).where(*of_them).values(findings=FINDINGS))


async def restricted(api: Api, id_: str) -> None:
    await mutated(api, "restrictProcessing", customerId=id_, reason="OBJECTION")


async def from_before_ids(api: Api, id_: str) -> None:
    async with as_service(api) as work:
        stored = await work.records.load(CUSTOMER, id_[4:])
        bare = [{k: v for k, v in p.items() if k != "id"} for p in stored.sealed["emails"]]
        keys = await work.stores.vault.keys(work.tenant, [stored.id])
        sealed = {**stored.sealed, "emails": bare}
        pack = sealed_record(work.tenant, CUSTOMER, stored.id, keys[stored.id], stored.id, sealed)
        of_them = customers.c.tenant_id == api.tenant, customers.c.id == stored.id
        await work.execute(sa.update(customers).where(*of_them).values(sealed=pack))


async def erasing(api: Api, id_: str) -> None:
    await mutated(api, "eraseSubject", customerId=id_)


async def erased(api: Api, id_: str) -> None:
    await erasing(api, id_)
    await finish_erasures(api)


LIVING: dict[str, State] = {
    "plain": lambda _api, _id: _nothing(),
    "looked-through": looked_through,
    "restricted": restricted,
    "before-ids": from_before_ids,
    "consented": a_consent,
}
GONE: dict[str, State] = {"erased": erased, "erasing": erasing}


async def _nothing() -> None:
    pass


class World:
    def __init__(self, api: Api, writer: Callable[[int], BulkWriter]) -> None:
        self.api, self._writer = api, writer

    async def write(self, records: Sequence[Record], batch_size: int = 2_500) -> BatchResult:
        return await self._writer(batch_size).write(records)

    async def tried(self, records: Sequence[Record]) -> BatchResult:
        """What a check says."""
        async with as_service(self.api) as work:
            caller = work.caller
        writer = BulkWriter(self.api.services.stores, caller, "DE", check=True)
        return await writer.write(records)

    async def stored(self) -> dict[str, Stored]:
        """The customers by family name."""
        rows = await self.api.services.pool.fetch(self.api.tenant, "SELECT id::text FROM customers")
        async with as_service(self.api) as work:
            found = [await work.records.load(CUSTOMER, id_) for (id_,) in rows]
        return {str(one.sealed.get("family_name", one.id)): one for one in found}

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await self.api.services.pool.fetch(self.api.tenant, sql)]


@pytest.fixture(scope="module")
async def world(api: Api) -> World:
    about = {"type": "DECIMAL", "sealed": False, "category": "user.behavior"}
    await mutated(api, "defineCustomField", "admin", name="st_text", type="TEXT")
    await mutated(api, "defineCustomField", "admin", name="st_number", **about)
    caller = await api.services.caller(api.services.service_principal(api.tenant), "administration")
    made = World(api, lambda size: BulkWriter(api.services.stores, caller, "DE", batch_size=size))
    states = {**LIVING, **GONE}
    taken = await made.write([one for state in states for one in of(state, "begun")])
    assert taken.rejected == ()
    people = await made.stored()
    for state, put in states.items():
        await put(api, f"cus_{people[f'Person {state}'].id}")
    return made


def everybody(text: str) -> list[Record]:
    """By kind, as files have them, those who are gone in the midst of others."""
    records = [one for state in (*GONE, *LIVING, *GONE) for one in of(state, text)]
    kinds = (CustomerRecord, InteractionRecord, OpportunityRecord)
    return [one for kind in kinds for one in records if isinstance(one, kind)]


def codes(result: BatchResult) -> set[str]:
    return {one.code for one in result.rejected}


@pytest.mark.parametrize("batch_size", [1, 4, 2_500])
async def test_a_record_in_any_state_is_changed_and_costs_no_other(
    world: World, batch_size: int
) -> None:
    before = await world.stored()
    text, count = f"changed by {batch_size}", 3 * len(LIVING)
    done = await world.write(everybody(text), batch_size)
    assert (done.created, done.updated, done.unchanged) == (0, count, 0)
    assert codes(done) <= {"SUPPRESSED", "UNKNOWN_REFERENCE", "DUPLICATE"}
    again = await world.write(everybody(text), batch_size)
    assert (again.created, again.updated, again.unchanged) == (0, 0, count)
    after = await world.stored()
    for state in LIVING:
        name = f"Person {state}"
        one, earlier = after[name], before[name]
        assert (one.version, one.row["tags"]) == (earlier.version + 1, [text])
        kept = ("restricted_for", "restricted_at", "location", "created_at", "department_id")
        assert [one.row[field] for field in kept] == [earlier.row[field] for field in kept]
        assert [point["label"] for point in one.sealed["emails"]] == [text]
        assert {item["name"]: item["value"] for item in one.sealed["custom_fields"]} == {
            "st_text": text,
            "st_number": "7",
        }
    living = [one.id for name, one in after.items() if name.startswith("Person ")]
    findings = await world.rows("SELECT customer_id::text, findings FROM interactions")
    assert [row for row in findings if row[0] in living and row[1] is not None] == []


async def test_new_records_stand_in_a_batch_with_changed_ones(world: World) -> None:
    await looked_through(world.api, f"cus_{(await world.stored())['Person looked-through'].id}")
    records = [*of("new", "one"), *of("looked-through", "two"), *of("erased", "three")]
    done = await world.write(records)
    assert (done.created, done.updated) == (3, 3)
    assert (await world.write(records)).unchanged == 6


async def test_what_is_not_given_stays_with_what_was_found_in_the_text(world: World) -> None:
    await world.write(of("kept", "x"))
    id_ = (await world.stored())["Person kept"].id
    await looked_through(world.api, f"cus_{id_}")
    record = InteractionRecord(ref("i-kept"), ref("kept"), {"duration_seconds": 5})
    assert (await world.write([record])).updated == 1
    sql = f"SELECT duration_seconds, findings IS NULL FROM interactions WHERE customer_id = '{id_}'"  # noqa: S608 - its own id
    assert await world.rows(sql) == [(5, False)]


async def test_the_history_of_a_deal_goes_with_it_to_another_customer(world: World) -> None:
    await world.write([*of("from", "x"), *of("to", "x")])
    (deal,) = [one for one in of("from", "x") if isinstance(one, OpportunityRecord)]
    moved = replace(deal, customer=ref("to"), stage="Qualified")
    done = await world.write([moved])
    assert (done.updated, done.rejected) == (1, ())
    people = await world.stored()
    rows = await world.rows(
        "SELECT DISTINCT s.customer_id::text FROM stage_changes s JOIN opportunities o"
        " ON o.id = s.opportunity_id WHERE o.customer_id <> s.customer_id"
    )
    assert rows == []
    assert people["Person to"].id != people["Person from"].id


async def test_a_partner_account_that_stands_twice_in_a_file_is_made_once(world: World) -> None:
    one = PartnerAccountRecord("twice", "PARTNER", "Twice")
    done = await world.write([one, one, replace(one, name="Other")])
    assert (done.created, done.unchanged, done.updated, done.rejected) == (1, 1, 1, ())


async def test_a_member_and_a_partner_account_never_have_one_handle(world: World) -> None:
    """They sign in by it: who is known by an account's handle would be let in as the member."""

    def member(handle: str) -> MemberRecord:
        return MemberRecord(ref(f"h-{handle}"), handle, "ADMIN", None, {"name": "Ada"})

    account = PartnerAccountRecord("shared-first", "PARTNER", "Shared")
    both: list[Record] = [member("tried-first"), replace(account, handle="tried-first")]
    for records in (both, both[::-1]):
        tried = await world.tried(records)
        assert (tried.created, codes(tried)) == (1, {"HANDLE_TAKEN"})
    assert (await world.write([account])).created == 1
    done = await world.write([member("shared-first"), member("shared-second")])
    assert (done.created, codes(done)) == (1, {"HANDLE_TAKEN"})
    done = await world.write([replace(account, handle="shared-second"), account])
    assert (done.unchanged, codes(done)) == (1, {"HANDLE_TAKEN"})
    moved = replace(member("shared-second"), handle="shared-first")
    assert codes(await world.write([moved])) == {"HANDLE_TAKEN"}


async def test_no_file_gives_a_partner_what_no_mutation_would(world: World) -> None:
    accounts = [
        PartnerAccountRecord("reseller", "PARTNER", "Reseller"),
        PartnerAccountRecord("maker", "SUPPLIER", "Maker"),
    ]
    firm = CustomerRecord(ref("firm"), {"kind": "ORGANIZATION", "organization_name": "Firm"})
    said = {"channel": "PHONE", "direction": "INTERNAL", "occurred_at": THEN, "body": "Careful"}
    note = InteractionRecord(ref("note"), ref("firm"), said)
    assert (await world.write([*accounts, firm, note])).created == 4
    done = await world.write([replace(note, partner_account="reseller")])
    assert (done.updated, codes(done)) == (0, {"INTERNAL_NOTE"})
    call = replace(note, values={**said, "direction": "INBOUND"}, partner_account="reseller")
    assert (await world.write([call])).updated == 1
    done = await world.write([note])
    assert (done.updated, codes(done)) == (0, {"INTERNAL_NOTE"})
    done = await world.write([replace(firm, partner_account="maker")])
    assert [(one.code, one.field) for one in done.rejected] == [("INVALID", "partner_account")]


async def test_nobody_is_related_to_themselves_by_another_of_their_references(world: World) -> None:
    """The database refused it, and with it the batch."""
    own = {"external_references": [{"system": "crm", "id": "1"}]}
    other = CustomerRecord(ref("whole"), {"kind": "PERSON", "family_name": "Whole"})
    one = CustomerRecord(
        ref("self"),
        {"kind": "PERSON", "family_name": "Self", **own},
        relationships=(("WORKS_FOR", Reference("crm", "1")),),
    )
    for _ in range(2):
        done = await world.write([one, other])
        assert [(r.position, r.field) for r in done.rejected] == [(0, "relationships")]
    assert (await world.write([replace(one, relationships=()), one])).created == 1
    done = await world.write([one, other])
    assert [(r.position, r.code) for r in done.rejected] == [(0, "INVALID")]


async def test_a_member_who_left_or_was_erased_is_taken_in_with_the_others(world: World) -> None:
    def staff(text: str) -> list[Record]:
        return [
            MemberRecord(
                ref(f"m-{name}"), name, "MEMBER", "SALES", {"name": text, "job_title": text}
            )
            for name in ("stays", "left", "gone")
        ]

    assert (await world.write(staff("one"))).created == 3
    ids = {str(h): str(i) for h, i in await world.rows("SELECT handle, id::text FROM members")}
    await mutated(world.api, "deactivateMember", "admin", id=f"mem_{ids['left']}")
    await mutated(world.api, "eraseMember", "admin", id=f"mem_{ids['gone']}")
    for text, expected in (("two", (2, 0)), ("two", (0, 2))):
        done = await world.write(staff(text))
        assert (done.updated, done.unchanged) == expected
        assert codes(done) == {"SUPPRESSED"}
    active = dict(
        await world.rows("SELECT handle, active FROM members WHERE handle IN ('stays', 'left')")
    )
    assert active == {"stays": True, "left": False}


async def test_what_an_erasure_redacted_does_not_come_back_with_the_same_file(world: World) -> None:
    """F4: whose name it was nobody knows any more; that it is the text from before can be seen."""
    told = of("told", "Zerlina Quast decides")
    await world.write([*of("gone", "x"), *told])
    named = {"given_name": "Zerlina", "family_name": "Quast", "kind": "PERSON"}
    await world.write([CustomerRecord(ref("quast"), named, "SALES")])
    (id_,) = [one.id for name, one in (await world.stored()).items() if name == "Quast"]
    await erased(world.api, f"cus_{id_}")
    assert (await world.write(told)).unchanged == 3
    done = await world.write(of("told", "somebody else decides"))
    assert (done.updated, done.rejected) == (3, ())
