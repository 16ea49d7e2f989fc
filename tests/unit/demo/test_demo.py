"""The made-up data set repeats itself, holds together, and keeps the rules of the domain."""

import hashlib
import os
import string
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from typing import Any, TypeVar

import msgspec
import phonenumbers
import pytest

from domain.customers.prepare import kept
from domain.declaration.names import RECORD
from domain.demo import CUSTOM_FIELDS, DemoUnavailableError, demo_records
from domain.demo.load import chunks
from domain.demo.principals import PRINCIPALS
from domain.demo.records.mentions import SOURCES
from domain.demo.values import names
from domain.demo.values.chance import chance
from domain.demo.values.days import REFERENCE
from domain.demo.values.locations import location
from domain.demo.values.markets import MARKETS
from domain.demo.values.notes import NATIVE, notes_in
from domain.entities.directory import MemberRole
from domain.entities.interactions import Channel, ContactDirection, Outcome
from domain.entities.registry import BUILT_IN
from domain.importing.records.records import (
    CustomerRecord,
    DeclaredRecord,
    InteractionRecord,
    MemberRecord,
    OpportunityRecord,
    PartnerAccountRecord,
    Record,
    Reference,
)
from domain.importing.write.consents import kept_consents
from domain.importing.write.relationships import TYPES
from domain.interactions.record_interaction import DURATION_SECONDS_MAX, sealed_values
from domain.settings.provisioning import PIPELINE, STAGES
from domain.validation import customers as validation
from domain.values.money import Money
from policy.defaults.grants import DEPARTMENTS
from privacy.vault.normalise import email

CUSTOMERS = 400
END = datetime(REFERENCE.year, REFERENCE.month, REFERENCE.day, tzinfo=UTC)
RESERVED = ("example.com", "example.org", "example.net")
OPEN_STAGES = [name for name, outcome, _ in STAGES if outcome == "OPEN"]

DIGEST_OF_50 = """
import hashlib, msgspec
from domain.demo import demo_records
from domain.entities.registry import BUILT_IN
found = hashlib.sha256()
for record in demo_records(BUILT_IN, 50, 7):
    found.update(msgspec.json.encode(record))
print(found.hexdigest())
"""

T = TypeVar("T")


@cache
def the_records() -> Sequence[Record]:
    return tuple(demo_records(BUILT_IN, CUSTOMERS, 1))


def of(kind: type[T]) -> list[T]:
    return [record for record in the_records() if isinstance(record, kind)]


def points(kind: str) -> Iterable[tuple[CustomerRecord, str]]:
    for record in of(CustomerRecord):
        for point in record.values["contact_points"]:
            if point["kind"] == kind:
                yield record, point["value"]


def digest(customers: int, seed: int) -> str:
    found = hashlib.sha256()
    for record in demo_records(BUILT_IN, customers, seed):
        found.update(msgspec.json.encode(record))
    return found.hexdigest()


def key(record: Record) -> object:
    return record.handle if isinstance(record, PartnerAccountRecord) else record.reference


def links(record: Record) -> Iterable[Any]:
    """The other records that a record names; partner accounts by their handle."""
    match record:
        case MemberRecord():
            yield record.manager
        case PartnerAccountRecord():
            yield record.customer
        case CustomerRecord():
            yield from (record.owner, record.partner_account)
            yield from (other for _, other in record.relationships)
        case InteractionRecord():
            yield from (record.customer, record.author, record.partner_account)
            yield from record.participants
        case OpportunityRecord():
            yield from (record.customer, record.owner, record.partner_account)
        case DeclaredRecord():
            yield record.values[RECORD].reference
            yield from (one for one in record.values.values() if isinstance(one, Reference))


def test_the_same_seed_makes_the_same_data_whatever_the_process() -> None:
    for hash_seed in ("1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": "Pacific/Auckland"}
        done = subprocess.run(  # noqa: S603 - our own interpreter and script
            [sys.executable, "-c", DIGEST_OF_50],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        assert done.stdout.strip() == digest(50, 7)


def test_each_declared_record_type_has_some_with_every_field() -> None:
    for entity in BUILT_IN.all:
        if entity.is_attached:
            found = [one.values for one in of(DeclaredRecord) if one.entity == entity.name]
            given = {
                name for values in found for name, value in values.items() if value is not None
            }
            texts = {field.name for field in entity.sealed if field.kind == "text"}
            assert {RECORD, "created_at", *texts} <= given


def test_another_seed_makes_other_data() -> None:
    assert digest(10, 1) != digest(10, 2)


def test_more_customers_continue_the_same_data_set() -> None:
    fewer = list(demo_records(BUILT_IN, 120, 1))
    assert list(the_records())[: len(fewer)] == fewer


def test_records_come_one_by_one() -> None:
    assert isinstance(next(demo_records(BUILT_IN, 10**9, 1)), MemberRecord)


def test_every_record_names_only_records_before_it() -> None:
    seen: set[object] = {None}
    for record in the_records():
        assert seen.issuperset(links(record)), record
        assert key(record) not in seen
        seen.add(key(record))


def test_chunks_keep_customers_together_with_what_is_theirs() -> None:
    found = list(chunks(demo_records(BUILT_IN, 100, 1), 30))
    assert [sum(isinstance(r, CustomerRecord) for r in chunk) for chunk in found] == [
        30,
        30,
        30,
        10,
    ]
    assert [record for chunk in found for record in chunk] == list(demo_records(BUILT_IN, 100, 1))


def test_there_are_the_principals_that_the_documentation_names() -> None:
    members = {record.handle: record for record in of(MemberRecord)}
    accounts = {record.handle: record for record in of(PartnerAccountRecord)}
    assert set(PRINCIPALS) <= members.keys() | accounts.keys()
    assert accounts.keys() == {"partner", "supplier"}
    assert (members["admin"].role, members["admin"].department) == ("ADMIN", None)
    for department in DEPARTMENTS:
        member = members[department.lower()]
        assert (member.role, member.department) == ("MEMBER", department)
        assert member.manager is not None
    managed = {record.department for record in members.values() if record.role == "MANAGER"}
    assert managed == set(DEPARTMENTS)
    assert {record.role for record in members.values()} <= set(MemberRole.__members__)


def test_the_supplier_supplies_some_organisations() -> None:
    (account,) = [r for r in of(PartnerAccountRecord) if r.handle == "supplier"]
    by_reference = {record.reference: record for record in of(CustomerRecord)}
    assert account.customer is not None
    supplied = [
        other
        for type_, other in by_reference[account.customer].relationships
        if type_ == "SUPPLIES"
    ]
    assert len(supplied) > 5
    assert {by_reference[one].values["kind"] for one in supplied} == {"ORGANIZATION"}


def test_no_customers_is_a_data_set_too() -> None:
    handles = {
        r.handle
        for r in demo_records(BUILT_IN, 0, 1)
        if isinstance(r, MemberRecord | PartnerAccountRecord)
    }
    assert set(PRINCIPALS) <= handles


def test_every_customer_keeps_the_rules() -> None:
    for record in of(CustomerRecord):
        values = kept(record.values, "DE", CUSTOM_FIELDS)
        validation.named(values)
        kept_consents(record.consents, END)
        assert {type_ for type_, _ in record.relationships} <= TYPES
        assert len(set(record.relationships)) == len(record.relationships)
        assert record.department in DEPARTMENTS
        assert record.values["created_at"] < END


def test_every_interaction_keeps_the_rules() -> None:
    for record in of(InteractionRecord):
        values = record.values
        sealed = sealed_values(values["subject"], values["body"])
        assert sealed == {name: values[name].strip() for name in ("subject", "body")}
        assert "{" not in values["subject"] + values["body"]
        assert values["direction"] in ContactDirection.__members__
        assert values["outcome"] in Outcome.__members__
        assert values["occurred_at"] < END
        assert 0 <= (values["duration_seconds"] or 0) <= DURATION_SECONDS_MAX
        assert record.department in DEPARTMENTS


def test_every_opportunity_took_an_allowed_way_through_the_pipeline() -> None:
    outcomes = {name: outcome for name, outcome, _ in STAGES}
    for record in of(OpportunityRecord):
        names_, moments = zip(*record.history, strict=True)
        outcome = outcomes[record.stage]
        passed = [*names_[: len(names_) if outcome == "OPEN" else -1]]
        assert passed
        assert passed == OPEN_STAGES[: len(passed)]
        assert (record.pipeline, record.stage) == (PIPELINE, names_[-1])
        assert all(earlier < later for earlier, later in pairwise(moments))
        assert record.values["created_at"] == moments[0]
        assert record.values["closed_at"] == (None if outcome == "OPEN" else moments[-1])
        assert (record.values["lost_reason"] is not None) is (outcome == "LOST")
        assert moments[-1] < END
        Money(record.values["amount"], record.values["currency"])
        assert record.values["amount"].as_tuple().exponent == -2


def test_nobody_real_is_ever_written_to() -> None:
    addresses = [value for _, value in points("EMAIL")]
    addresses += [record.values["email"] for record in of(MemberRecord)]
    for address in addresses:
        domain = email(address).rpartition("@")[2]
        assert domain in RESERVED or domain.endswith(tuple(f".{root}" for root in RESERVED))
    for kind in ("WEB", "SOCIAL"):
        for _, url in points(kind):
            assert url.split("/")[2].endswith(RESERVED)


def test_every_telephone_number_is_valid_in_its_country() -> None:
    for record, value in points("PHONE"):
        number = phonenumbers.parse(value, None)
        assert phonenumbers.is_valid_number(number), value
        assert phonenumbers.region_code_for_number(number) == record.values["country"]


def test_every_customer_is_where_their_city_is() -> None:
    markets = {MARKETS.draw(chance(1, number)) for number in range(300)}
    cities = {city.name: location(city.name) for market in markets for city in market.cities}
    assert len({tuple(place.values()) for place in cities.values()}) == len(cities)
    for record, home in points("POSTAL"):
        places = [place for city, place in cities.items() if city in home]
        assert record.values["location"] in places


def test_no_two_customers_share_an_email_address() -> None:
    addresses = [value for _, value in points("EMAIL")]
    assert len(set(addresses)) == len(addresses)


def test_everything_that_can_be_told_apart_is_there() -> None:
    customers, interactions = of(CustomerRecord), of(InteractionRecord)
    assert {r.values["lifecycle"] for r in customers} == validation.LIFECYCLES
    assert {p["kind"] for r in customers for p in r.values["contact_points"]} == set(
        validation.POINT_FIELDS
    )
    assert {name for r in customers for name in r.values["custom_fields"]} == set(CUSTOM_FIELDS)
    assert {r.values["channel"] for r in interactions} == Channel.__members__.keys()
    assert {r.values["direction"] for r in interactions} == ContactDirection.__members__.keys()
    assert {c["status"] for r in customers for c in r.consents} == {"GRANTED", "WITHDRAWN"}
    assert {r.stage for r in of(OpportunityRecord)} == {name for name, _, _ in STAGES}
    assert {r.values["currency"] for r in of(OpportunityRecord)} == {
        "EUR",
        "USD",
        "GBP",
        "PLN",
        "CHF",
    }
    types = {type_ for r in customers for type_, _ in r.relationships}
    assert types >= {"WORKS_FOR", "PART_OF", "HOUSEHOLD", "SUPPLIES"}


def test_the_proportions_are_those_of_a_company() -> None:
    customers, interactions = of(CustomerRecord), of(InteractionRecord)
    kinds = Counter(record.values["kind"] for record in customers)
    people = [record for record in customers if record.values["kind"] == "PERSON"]
    assert 1.8 < kinds["PERSON"] / kinds["ORGANIZATION"] < 2.2
    assert 3.4 < len(interactions) / CUSTOMERS < 4.6
    assert 0.45 < len(of(OpportunityRecord)) / CUSTOMERS < 0.75
    assert 0.4 < sum(bool(record.consents) for record in people) / len(people) < 0.6
    assert 0.1 < sum(bool(record.partner_account) for record in customers) / CUSTOMERS < 0.2
    assert any(record.participants for record in interactions)
    assert any(record.partner_account for record in interactions)


@pytest.mark.parametrize("language", NATIVE)
def test_notes_use_only_names_that_can_be_filled_in(language: str) -> None:
    for channel, notes in notes_in(language, business=True).items():
        for note in notes:
            used = {name for _, name, _, _ in string.Formatter().parse(note.subject + note.body)}
            assert used - {None} <= SOURCES.keys(), note.subject
            assert (channel, note.department) == (note.channel, note.department)
            assert channel in Channel.__members__
            assert note.department in DEPARTMENTS
            assert note.direction in ContactDirection.__members__
            assert set(note.outcomes) <= Outcome.__members__.keys()


def test_without_faker_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faker", None)
    names._faker.cache_clear()
    with pytest.raises(DemoUnavailableError, match="Faker"):
        demo_records(BUILT_IN, 1, 1)
