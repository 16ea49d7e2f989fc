import csv
import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from api.runtime.wiring import Services
from domain.access.caller import Caller
from domain.entities.customers import CUSTOMER
from domain.entities.registry import BUILT_IN
from domain.erasure.erase_subject import EraseSubject, request_erasure, run_erasure
from domain.importing.mapping.mapping_file import parse_mapping
from domain.importing.plan import plan_import
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
from domain.importing.run import FileResult, ImportRun
from domain.importing.write.batches import BulkWriter
from domain.writing.records import Stored
from domain.writing.unit_of_work import unit_of_work
from policy.subjects.principals import Principal, PrincipalKind

THEN = datetime(2024, 3, 1, 12, tzinfo=UTC)


def ref(id_: str) -> Reference:
    return Reference("erp", id_)


def a_person(id_: str, *, email: str | None = None, **record: Any) -> CustomerRecord:
    values: dict[str, Any] = {"kind": "PERSON", "family_name": f"Person {id_}"}
    if email:
        values["contact_points"] = [{"kind": "EMAIL", "value": email}]
    return CustomerRecord(ref(id_), {**values, **record.pop("values", {})}, **record)


def a_company(id_: str, **record: Any) -> CustomerRecord:
    values = {"kind": "ORGANIZATION", "organization_name": f"Company {id_}"}
    return CustomerRecord(ref(id_), values, **record)


def a_contact(id_: str, customer: str, **record: Any) -> InteractionRecord:
    values = {"channel": "EMAIL", "direction": "INBOUND", "occurred_at": THEN, "body": "Hello"}
    return InteractionRecord(ref(id_), ref(customer), values, **record)


def a_deal(id_: str, customer: str, *, stage: str = "Won", **values: Any) -> OpportunityRecord:
    given = {"title": "Deal", "amount": Decimal("12.34"), "currency": "EUR", **values}
    return OpportunityRecord(ref(id_), ref(customer), "Standard", stage, given)


class Loader:
    """Writes as Farley itself, and looks at what is there."""

    def __init__(self, services: Services, caller: Caller) -> None:
        self.services = services
        self.caller = caller
        self.tenant = caller.principal.tenant_id

    async def write(self, *records: Record, batch_size: int = 2_500) -> BatchResult:
        writer = BulkWriter(self.services.stores, self.caller, "DE", batch_size=batch_size)
        return await writer.write(records)

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await self.services.pool.fetch(self.tenant, sql)]

    async def customer(self, name: str) -> Stored:
        """The customer of that family name, opened."""
        async with unit_of_work(self.services.stores, self.caller, "DE") as work:
            for (id_,) in await self.rows("SELECT id::text FROM customers"):
                stored = await work.records.load(CUSTOMER, id_)
                if stored.sealed.get("family_name") == name:
                    return stored
        raise LookupError


@pytest.fixture(scope="module")
async def loader(services: Services, tenant: str) -> Loader:
    caller = await services.caller(services.service_principal(tenant), "administration")
    return Loader(services, caller)


def summary(result: BatchResult) -> tuple[int, int, int, list[tuple[int, str, str]]]:
    rejected = sorted((one.position, one.code, one.field) for one in result.rejected)
    return result.created, result.updated, result.unchanged, rejected


async def test_records_of_all_kinds_are_written_once(loader: Loader) -> None:
    records: Sequence[Record] = (
        MemberRecord(ref("m1"), "ann", "MEMBER", "SALES", {"name": "Ann"}, manager=ref("m2")),
        MemberRecord(ref("m2"), "bea", "MANAGER", "SALES", {"name": "Bea", "email": "b@x.org"}),
        PartnerAccountRecord("reseller", "PARTNER", "Reseller"),
        a_company("all-1", department="SALES", owner=ref("m1")),
        a_person(
            "all-2",
            email="two@example.org",
            partner_account="reseller",
            relationships=(("WORKS_FOR", ref("all-1")),),
            consents=({"purpose": "marketing", "status": "GRANTED", "given_at": THEN},),
        ),
        PartnerAccountRecord("reseller", "PARTNER", "Reseller", ref("all-1")),
        a_contact("all-i", "all-2", author=ref("m1"), participants=(ref("all-1"),)),
        a_deal("all-d", "all-1"),
    )
    assert summary(await loader.write(*records)) == (7, 1, 0, [])
    assert summary(await loader.write(*records)) == (0, 0, 8, [])


async def test_only_what_differs_is_changed(loader: Loader) -> None:
    people = [a_person(f"diff-{i}", email=f"diff{i}@example.org") for i in range(3)]
    await loader.write(*people)
    people[1] = a_person("diff-1", email="new@example.org")
    assert summary(await loader.write(*people)) == (0, 1, 2, [])
    stored = await loader.customer("Person diff-1")
    assert stored.version == 2
    assert [point["value"] for point in stored.sealed["emails"]] == ["new@example.org"]
    tagged = await loader.rows("SELECT row_id::text FROM lookup_tags")
    assert tagged.count((stored.id,)) == 1


async def test_a_field_that_is_not_given_stays_as_it_is(loader: Loader) -> None:
    await loader.write(a_person("stay", values={"given_name": "Kim", "language": "de"}))
    await loader.write(a_person("stay", values={"language": "fr"}))
    stored = await loader.customer("Person stay")
    assert (stored.sealed["given_name"], stored.row["language"]) == ("Kim", "fr")


async def test_a_location_is_kept_to_a_tenth_of_a_degree_and_compared_so(loader: Loader) -> None:
    def at(latitude: str, longitude: str) -> CustomerRecord:
        place = {"latitude": Decimal(latitude), "longitude": Decimal(longitude)}
        return a_person("place", values={"location": place})

    await loader.write(at("52.5200066", "13.404954"))
    assert (await loader.customer("Person place")).row["location"] == [525, 134]
    assert summary(await loader.write(at("52.4812", "13.3571"))) == (0, 0, 1, [])
    assert summary(await loader.write(at("-52.4812", "13.3571"))) == (0, 1, 0, [])
    assert (await loader.customer("Person place")).row["location"] == [-525, 134]
    refused = summary(await loader.write(at("90.5", "0")))
    assert refused == (0, 0, 0, [(0, "INVALID", "location.latitude")])
    await loader.write(a_person("place"))
    assert (await loader.customer("Person place")).row["location"] == [-525, 134]
    await loader.write(a_person("place", values={"location": None}))
    assert (await loader.customer("Person place")).row["location"] is None


async def test_bad_records_are_rejected_with_a_reason_and_without_their_values(
    loader: Loader,
) -> None:
    result = await loader.write(
        a_person("bad-0", email="secret at example"),
        a_person("bad-1", values={"lifecycle": "FRIEND"}),
        a_person("bad-2", department="KITCHEN"),
        a_person("bad-3", relationships=(("WORKS_FOR", ref("bad-4")),)),
        a_company("bad-4", relationships=(("PART_OF", ref("nobody")),)),
        a_person("bad-5"),
        a_person("bad-5"),
        a_person("bad-6", consents=({"purpose": "sales"},)),
        a_deal("bad-d", "bad-5", amount=Decimal("1.00001")),
        a_contact("bad-i", "nobody"),
    )
    assert summary(result) == (
        1,
        0,
        0,
        [
            (0, "INVALID", "emails"),
            (1, "INVALID", "lifecycle"),
            (2, "UNKNOWN_REFERENCE", "department"),
            (3, "UNKNOWN_REFERENCE", "relationships"),
            (4, "UNKNOWN_REFERENCE", "relationships"),
            (6, "DUPLICATE", "external_references"),
            (7, "INVALID", "consents.purpose"),
            (8, "INVALID", "amount"),
            (9, "UNKNOWN_REFERENCE", "customer"),
        ],
    )
    assert "secret" not in repr(result)


async def test_relationships_may_lead_forward_within_a_batch(loader: Loader) -> None:
    first = a_person("fwd-1", relationships=(("HOUSEHOLD", ref("fwd-2")),))
    assert summary(await loader.write(first, a_person("fwd-2")))[0] == 2
    further = dataclasses.replace(
        first, relationships=(*first.relationships, ("REFERRED_BY", ref("fwd-2")))
    )
    assert summary(await loader.write(further)) == (0, 1, 0, [])


async def test_an_erased_person_stays_out(loader: Loader) -> None:
    person = a_person("gone", email="gone@example.org")
    await loader.write(person)
    stored = await loader.customer("Person gone")
    principal = Principal(
        loader.tenant,
        PrincipalKind.MEMBER,
        stored.id,
        frozenset({"COMPLIANCE:MEMBER"}),
        "compliance",
    )
    caller = await loader.services.caller(principal, "compliance")
    async with unit_of_work(loader.services.stores, caller, "DE") as work:
        erasure = await request_erasure(EraseSubject(stored.id), work)
    assert summary(await loader.write(person))[3] == [(0, "SUPPRESSED", "emails")]
    assert summary(await loader.write(a_contact("gone-i", "gone")))[3] == [
        (0, "UNKNOWN_REFERENCE", "customer")
    ]
    await run_erasure(loader.services.stores, caller, "DE", erasure)
    under_another_id = a_person("gone-again", email="Gone@Example.org")
    result = await loader.write(person, under_another_id, a_contact("gone-i", "gone"))
    assert [one.code for one in result.rejected] == [
        "SUPPRESSED",
        "SUPPRESSED",
        "UNKNOWN_REFERENCE",
    ]


async def test_an_old_file_does_not_revive_a_withdrawn_consent(loader: Loader) -> None:
    def person(**consent: Any) -> CustomerRecord:
        return a_person(
            "consent", consents=({"purpose": "marketing", "status": "GRANTED", **consent},)
        )

    await loader.write(person(given_at=THEN))
    later = THEN + timedelta(days=1)
    withdrawn = person(status="WITHDRAWN", withdrawn_at=later)
    assert summary(await loader.write(withdrawn)) == (0, 1, 0, [])
    assert summary(await loader.write(person(given_at=THEN))) == (0, 0, 1, [])
    assert summary(await loader.write(person())) == (0, 0, 1, [])
    given_again = person(given_at=later + timedelta(days=1))
    assert summary(await loader.write(given_again)) == (0, 1, 0, [])


async def test_an_opportunity_keeps_the_stages_it_went_through(loader: Loader) -> None:
    history = (("New", THEN), ("Proposal", THEN + timedelta(days=3)))
    deal = dataclasses.replace(a_deal("hist", "hist-c", stage="Proposal"), history=history)
    await loader.write(a_company("hist-c"), deal)
    await loader.write(a_deal("hist", "hist-c", closed_at=THEN + timedelta(days=9)))
    changes = await loader.rows(
        "SELECT f.name, t.name, c.changed_at FROM stage_changes c"
        " JOIN stages t ON t.id = c.to_stage_id LEFT JOIN stages f ON f.id = c.from_stage_id"
        " JOIN opportunities o ON o.id = c.opportunity_id AND o.version = 2 ORDER BY c.changed_at"
    )
    assert changes == [
        (None, "New", THEN),
        ("New", "Proposal", THEN + timedelta(days=3)),
        ("Proposal", "Won", THEN + timedelta(days=9)),
    ]


async def test_new_and_changed_texts_are_looked_through(loader: Loader) -> None:
    async def queued() -> int:
        rows = await loader.rows("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'detect'")
        return int(rows[0][0])

    before = await queued()
    contacts = [a_contact(f"look-{i}", "look-c") for i in range(60)]
    await loader.write(a_company("look-c"), *contacts)
    assert await queued() == before + 2
    await loader.write(*contacts)
    assert await queued() == before + 2


async def test_a_batch_leaves_one_audit_leaf_and_one_event(loader: Loader) -> None:
    async def left() -> list[tuple[Any, ...]]:
        leaves = await loader.rows("SELECT count(*) FROM audit_leaves")
        events = await loader.rows("SELECT count(*), max(number) FROM outbox")
        return [*leaves, events[0][:1]]

    [(leaves,), (events,)] = await left()
    people = [a_person(f"leaf-{i}") for i in range(5)]
    await loader.write(*people)
    assert await left() == [(leaves + 1,), (events + 1,)]
    await loader.write(*people)
    assert await left() == [(leaves + 2,), (events + 1,)], "comparing opens what is there"


async def test_a_caller_without_the_right_writes_nothing(loader: Loader) -> None:
    principal = Principal(
        loader.tenant,
        PrincipalKind.MEMBER,
        loader.caller.principal.id,
        frozenset({"FINANCE:MEMBER"}),
        "billing",
    )
    finance = Loader(loader.services, await loader.services.caller(principal, "billing"))
    assert summary(await finance.write(a_person("forbidden")))[3] == [(0, "FORBIDDEN", "")]


MAPPING = """
system: people
files:
  - file: people.csv
    records:
      - target: customer
        reference: id
        fields: {kind: {constant: PERSON}, family_name: name, birth_date: born}
        contact_points: [{kind: EMAIL, value: mail}]
"""
PEOPLE = b"""id,name,born,mail
1,One,1970-01-31,one@example.org
2,Two,yesterday,two@example.org
3,Three,1970-01-31,secret
4,F\xfcr,1970-01-31,four@example.org
5,Five
6,,1970-01-31,six@example.org
1,Other,1970-01-31,one@example.org
1,One,1970-01-31,one@example.org
7,"Seven,1970-01-31,seven@example.org
8,Eight,,
"""


async def test_a_file_with_bad_rows_is_imported_without_them(
    loader: Loader, tmp_path: Path
) -> None:
    result = await imported(loader, tmp_path)
    assert (result.rows, result.created, result.rejected) == (10, 4, 5)
    assert rejects(tmp_path) == [
        ["3", "birth_date", "INVALID"],
        ["4", "emails", "INVALID"],
        ["7", "family_name", "INVALID"],
        ["8", "reference", "DUPLICATE"],
        ["10", "", "UNCLOSED_QUOTE"],
    ]
    for secret in ("secret", "yesterday", "example"):
        assert secret not in (tmp_path / "people.csv.rejects.csv").read_text()


async def test_an_import_that_is_run_again_goes_on_with_what_was_corrected(
    loader: Loader, tmp_path: Path
) -> None:
    corrected = PEOPLE.replace(b"secret", b"three@example.org")
    result = await imported(loader, tmp_path, corrected)
    assert (result.created, result.updated, result.unchanged) == (1, 0, 4)


async def imported(loader: Loader, directory: Path, content: bytes = PEOPLE) -> FileResult:
    path = written(directory, content)
    plan = plan_import(parse_mapping(directory / "mapping.yaml", BUILT_IN), [path])[0]
    run = ImportRun(BulkWriter(loader.services.stores, loader.caller, "DE"), batch_size=3)
    rejects_path = directory / "people.csv.rejects.csv"
    return await run.file(plan, rejects_path, lambda rows, position: None)


def written(directory: Path, content: bytes) -> Path:
    (directory / "mapping.yaml").write_text(MAPPING)
    path = directory / "people.csv"
    path.write_bytes(content)
    return path


def rejects(directory: Path) -> list[list[str]]:
    with (directory / "people.csv.rejects.csv").open() as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["line", "field", "code", "reason", "column"]
    return [row[:3] for row in rows[1:]]
