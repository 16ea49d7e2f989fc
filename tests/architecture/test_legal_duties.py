"""What the law asks of an entity with people's data: each duty reaches every one, or it is refused by name.

No list by hand: what holds is asked of the registry's entities, and of made-up ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
import sqlalchemy as sa

from domain.access.effective_access import EffectiveAccess, consent_in_force
from domain.declaration.checking import InvalidEntityError, checked
from domain.declaration.duties import aged_by, disclosed, is_of_people
from domain.declaration.entity import Entity
from domain.declaration.erasing import emptied, leading, persons_columns
from domain.declaration.grants import declared_rules
from domain.declaration.kinds import Erasure, Form
from domain.declaration.registry import Registry
from domain.entities.registry import ALL, BUILT_IN
from domain.erasure.mentions import redact
from domain.erasure.mentions.texts import texts_of
from domain.tables import INDEXES
from domain.writing.purge import purge
from domain.writing.records import Stored
from domain.writing.unit_of_work import UnitOfWork
from policy.compiler import compile_policy
from policy.defaults.grants import default_rules
from policy.defaults.restrictions import WORKING
from policy.rules import Effect, Rule
from policy.subjects.principals import EVERYBODY
from privacy.labels import Category
from privacy.purposes import PURPOSES
from privacy.tables import metadata
from tests.architecture.made_up_cases import CASE, MISSED

WITH_CASE = Registry((*ALL, CASE), BUILT_IN.beside)
PEOPLES = tuple(filter(is_of_people, WITH_CASE.all))
CUSTOMERS = tuple(entity for entity in PEOPLES if entity.speaks_of_customers)
every = pytest.mark.parametrize("entity", PEOPLES, ids=lambda one: one.name)
of_customers = pytest.mark.parametrize("entity", CUSTOMERS, ids=lambda one: one.name)


def test_one_that_no_duty_would_miss_is_taken() -> None:
    assert WITH_CASE.by_name[CASE.name] is CASE


@pytest.mark.parametrize(
    ("entity", "sentence"),
    [one[1:] for one in MISSED],
    ids=[f"{one[0]}: {one[2]}" for one in MISSED],
)
def test_one_that_a_duty_would_miss_is_refused_by_name(entity: Entity, sentence: str) -> None:
    with pytest.raises(InvalidEntityError) as refusal:
        checked((*ALL, entity))
    assert str(refusal.value) == sentence


# --- erasure (Art. 17) and residue -----------------------------------------------------------------


@dataclass
class Emptied:
    """A unit of work that notes what would be written, by table."""

    tenant: str = "t"
    registry: Registry = WITH_CASE
    written: dict[str, set[str]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)

    async def execute(self, query: Any) -> "Emptied":
        if isinstance(query, sa.Update):
            names = {str(getattr(one, "name", one)) for one in query._values or ()}
            self.written.setdefault(str(query.table), set()).update(names)
        if isinstance(query, sa.Delete):
            self.deleted.add(str(query.table))
        return self

    def mappings(self) -> "Emptied":
        return self

    def all(self) -> list[Any]:
        return []


@pytest.fixture(scope="module")
async def erased() -> Emptied:
    done = Emptied()
    await purge(cast("UnitOfWork", done), "somebody")
    return done


async def test_an_erasure_empties_every_table_with_somebodys_data(erased: Emptied) -> None:
    for entity in PEOPLES:
        name = entity.table.name
        match entity.erasure:
            case Erasure.DELETED:
                assert name in erased.deleted
            case Erasure.EMPTIED:
                assert erased.written.get(name, set()) >= emptied(entity).keys(), name
            case Erasure.KEPT:
                assert not any(one.category.is_personal for one in entity.fields), name


async def test_an_erasure_leaves_nothing_by_which_a_record_is_found(erased: Emptied) -> None:
    assert {table.name for table in INDEXES} <= erased.deleted
    assert all("customer_id" in table.c for table in INDEXES)


@every
def test_a_record_leads_to_whom_it_is_about(entity: Entity) -> None:
    columns = leading(entity)
    assert columns
    assert all(column in entity.table.c for column in columns)
    assert entity.erasure is Erasure.KEPT or persons_columns(entity)


@every
def test_what_is_sealed_opens_with_the_key_that_an_erasure_destroys(entity: Entity) -> None:
    if entity.sealed:
        assert entity.subject is not None
        assert emptied(entity)["sealed"] is None
        assert entity in WITH_CASE.sealed


def test_no_table_with_somebodys_data_is_beside_those_that_are_looked_through() -> None:
    """``farley audit residue`` takes its tables from the database; this one has no other."""
    assert {entity.table.name for entity in ALL if is_of_people(entity)} <= metadata.tables.keys()


# --- restriction (Art. 18) -------------------------------------------------------------------------


def _hidden(rules: Iterable[Rule], entity: Entity, purpose: str) -> set[str]:
    """What is read by nobody who works for that purpose, while processing is restricted."""
    meant = (EVERYBODY, entity.name, "read", purpose, "not not_restricted", Effect.DENY)
    return {
        name
        for rule in rules
        if (rule.subject, rule.resource, rule.action, rule.purpose, rule.condition, rule.effect)
        == meant
        for name in rule.fields
    }


@of_customers
@pytest.mark.parametrize("purpose", WORKING)
def test_a_restriction_hides_what_is_sealed_and_what_was_found(
    entity: Entity, purpose: str
) -> None:
    rules = [*default_rules(), *declared_rules(WITH_CASE.all)]
    found = {one.name for one in entity.fields if one.form is Form.FINDINGS}
    assert _hidden(rules, entity, purpose) >= {one.name for one in entity.sealed} | found


# --- retention and access (Art. 5(1)(e), 15) -------------------------------------------------------


@every
def test_the_age_of_a_record_is_known(entity: Entity) -> None:
    at = aged_by(entity)
    assert at is not None
    assert entity.column(at).name in entity.table.c


@every
def test_whoever_asks_what_is_held_of_them_is_told_all_that_is_personal(entity: Entity) -> None:
    findings = {one.name for one in entity.fields if one.form is Form.FINDINGS}
    personal = {f.name for f in entity.fields if f.category.is_personal and not f.sources}
    assert {*disclosed(entity)} >= personal - findings


@of_customers
def test_a_declared_record_is_read_by_whose_data_it_is(entity: Entity) -> None:
    rules = [one for one in declared_rules([entity]) if one.subject == "DATA_SUBJECT"]
    assert bool(rules) is bool(entity.grants)
    assert all(one.condition in {"own_customer", "own_record"} for one in rules)


# --- mentions of others ----------------------------------------------------------------------------


@every
def test_every_text_is_looked_through_for_others(entity: Entity) -> None:
    texts = {
        f.name: "Ada" for f in entity.sealed if f.kind == "text" and not f.category.is_identity
    }
    row = {name: ["Ada"] for name in entity.tagged}
    found = texts_of(Stored(entity, row, texts), {})
    assert {place.partition("/")[0] for place in found} >= texts.keys() | row.keys()
    if found:
        parts = redact.all_parts(WITH_CASE)
        times = [how for one, how in parts if one is entity]
        assert redact._changed in times
        assert len(times) > 1


# --- consent (Art. 7) ------------------------------------------------------------------------------


@of_customers
def test_what_is_personal_needs_the_consent_of_whose_data_it_is(entity: Entity) -> None:
    purpose = next(one for one in PURPOSES.values() if one.needs_consent)
    rule = Rule("X", entity.name, "read", purpose.name, "", tuple(entity.grantable))
    snapshot = compile_policy(
        "t", 1, [rule], [], shapes={entity.name: entity.shape}, purposes=PURPOSES
    )
    granted = snapshot.plan_for(frozenset({"X"}), entity.name, rule.action, purpose.name)
    effective = EffectiveAccess(entity, granted, purpose)
    for name, decision in effective.decisions.items():
        category = entity.by_name[name].category
        if category.is_personal and category is not Category.PREFERENCES:
            assert decision.withheld or decision.consent, name
    table = entity.table.alias("t")
    customer = entity.shape.customer or entity.subject
    assert f"t.{customer}" in str(consent_in_force(entity, table))
