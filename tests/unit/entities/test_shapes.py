"""Made-up record types whose columns are called as those of others: each is judged as what it is."""

from datetime import UTC, datetime
from enum import auto
from typing import Any

import pytest
import sqlalchemy as sa

from domain.access.effective_access import EffectiveAccess
from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.fields import choice, decimal, reference, text, timestamp
from domain.entities.registry import ALL, SHAPES
from domain.importing.records.records import Reference
from domain.importing.write.drafts.draft import Draft, require
from domain.values.choice import Choice
from domain.values.errors import InvalidInputError
from domain.writing.records import Stored
from policy.compiler import compile_policy
from policy.conditions import CONDITIONS, parse
from policy.rules import InvalidPolicyError, Rule
from policy.shapes.row_shape import RowShape, UnfitConditionError
from policy.subjects.principals import Principal, PrincipalKind
from privacy.labels import Category
from privacy.purposes import PURPOSES

CALLER = Principal("t", PrincipalKind.MEMBER, "ada", frozenset({"A"}), "sales", customer_id="me")


class Path(Choice):
    """The way of a shipment."""

    EAST = auto(), "To the east."


def an_entity(name: str, *fields: Field, **given: Any) -> Entity:
    """A made-up record type with a table that has a column for each of its fields."""
    columns = [sa.Column(field.column, sa.Text) for field in fields if not field.is_sealed]
    ids = [sa.Column(one, sa.Text, primary_key=True) for one in ("tenant_id", "id")]
    return Entity(
        name,
        name.capitalize(),
        name[:3],
        name,
        fields,
        sa.Table(f"{name}s", sa.MetaData(), *ids, *columns),
        **given,
    )


CASE = an_entity(
    "case",
    reference("customer", "customer", says="Who asks for help."),
    text("channel", Category.BEHAVIOR, says="How it came."),
    text("lifecycle", Category.BEHAVIOR, says="How far it is."),
    reference("stage", "case_stage", says="Where it stands, on no stage of a pipeline."),
    reference("author", "member", says="Who noted it."),
    of="customer",
    shareable=True,
)
PRODUCT = an_entity(
    "product",
    text("lifecycle", Category.SYSTEM, says="Whether it is still made."),
    text("country", Category.SYSTEM, says="Where it is made."),
    text("owner", Category.SYSTEM, says="Whose trade mark it is."),
    text("customer_id", Category.SYSTEM, says="A number of the maker's."),
    decimal("amount", Category.SYSTEM, says="In a box."),
)
SHIPMENT = an_entity(
    "shipment",
    reference("customer", "customer", says="Who gets it."),
    reference("receiver", "customer", says="At whose door it is left."),
    choice("direction", Path, Category.SYSTEM, says="Which way it goes."),
    timestamp("created_at", says="When."),
    of="receiver",
)
TAXED = an_entity(
    "taxed",
    text("tax_id", Category.SYSTEM, says="A number."),
    text("national_id", Category.NATIONAL_ID, pack=1, says="Another number."),
    reference("owner", "member", says="Whose work it is."),
)
MADE_UP = {one.name: one.shape for one in (CASE, PRODUCT, SHIPMENT, TAXED)}


def fitting(entity: Entity) -> set[str]:
    return {name for name, one in CONDITIONS.items() if one.fits(entity.shape)} - OF_ANY


OF_ANY = {"self", "own_account", "own_record"}
OF_CUSTOMERS = {
    "consent_in_force",
    "not_restricted",
    "own_customer",
    "radius",
    "supplied_by_me",
    "territory",
}


def in_sql(text_: str, entity: Entity) -> str:
    return str(parse(text_).sql(entity.table.alias("t"), entity.shape))


# --- which conditions fit -------------------------------------------------------------------------


def test_only_what_was_declared_can_be_asked() -> None:
    assert fitting(CASE) == OF_CUSTOMERS | {"author", "my_team", "shared_with_me"}
    assert fitting(SHIPMENT) == OF_CUSTOMERS
    assert fitting(TAXED) == {"owner", "my_team"}


def test_a_product_with_a_lifecycle_is_no_customer() -> None:
    assert fitting(PRODUCT) == set()
    for condition in ("territory(DE)", "not_restricted", "shared_with_me", "owner", "own_customer"):
        rule = Rule("A", "product", "read", "*", condition, ("country",))
        with pytest.raises(InvalidPolicyError, match="product has nothing that"):
            compile_policy("t", 1, [rule], [], shapes=MADE_UP, purposes=PURPOSES)


@pytest.mark.parametrize("condition", ["territory(DE)", "owner", "value_up_to(5 EUR)"])
def test_a_condition_that_does_not_fit_answers_nothing(condition: str) -> None:
    row = {"country": "DE", "owner_id": "ada", "amount": 1, "customer_country": "DE"}
    with pytest.raises(UnfitConditionError):
        in_sql(condition, PRODUCT)
    if CONDITIONS[condition.partition("(")[0]].needs is None:
        with pytest.raises(UnfitConditionError):
            parse(condition).holds(row, CALLER, PRODUCT.shape)


# --- which row is judged --------------------------------------------------------------------------


def test_a_case_with_a_channel_is_shared_as_a_case() -> None:
    assert "'cas_'" in in_sql("shared_with_me", CASE)
    shared = {"shared_with": {"role:A": datetime.max.replace(tzinfo=UTC)}}
    assert parse("shared_with_me").holds(shared, CALLER, CASE.shape)


@pytest.mark.parametrize("condition", ["territory(DE)", "not_restricted", "radius(52.5 13.4 50)"])
def test_a_case_with_a_lifecycle_is_judged_by_its_customer(condition: str) -> None:
    found = in_sql(condition, CASE)
    assert "customers" in found
    assert "t.customer_id" in found


def test_of_two_customers_the_declared_one_counts() -> None:
    assert SHIPMENT.shape.customer == "receiver_id"
    assert "t.receiver_id" in in_sql("own_customer", SHIPMENT)
    own = parse("own_customer")
    assert own.holds({"receiver_id": "me", "customer_id": "x"}, CALLER, SHIPMENT.shape)
    assert not own.holds({"receiver_id": "x", "customer_id": "me"}, CALLER, SHIPMENT.shape)


def test_a_compiled_policy_judges_by_the_shape() -> None:
    rules = [Rule("A", "shipment", "read", "*", "own_customer", ("direction",))]
    snapshot = compile_policy("t", 1, rules, [], shapes=MADE_UP, purposes=PURPOSES)
    access = snapshot.plan(CALLER, "shipment", "read", "sales")
    assert access.allows({"receiver_id": "me"}, CALLER)
    assert not access.allows({"customer_id": "me"}, CALLER)
    assert "t.receiver_id" in str(access.where(SHIPMENT.table.alias("t")))


def test_the_shapes_of_record_types_with_verbs_of_their_own() -> None:
    """What conditions looked at when they still guessed it."""
    declared = {one.name for one in ALL if one.is_written}
    shapes = {name: shape for name, shape in SHAPES.items() if name not in declared}
    deal = shapes["deal_registration"]
    assert shapes["customer"].customer == "id"
    assert {name for name, one in shapes.items() if one.customer == "customer_id"} == {
        "consent",
        "consent_event",
        "deal_registration",
        "interaction",
        "opportunity",
        "participant",
        "partner_account",
    }
    assert {name: one.prefix for name, one in shapes.items() if one.is_shareable} == {
        "customer": "cus",
        "interaction": "int",
        "opportunity": "opp",
    }
    assert (deal.money, deal.stage, deal.team) == (("amount", "currency"), None, None)
    assert shapes["policy"] == RowShape(resource="policy")


# --- which field a column is ----------------------------------------------------------------------


def test_a_text_that_is_called_an_id_is_no_reference() -> None:
    assert [TAXED.field_at(name) for name in ("tax_id", "national_id", "owner_id", "id")] == [
        "tax_id",
        "national_id",
        "owner",
        "id",
    ]
    assert (TAXED.column("tax_id").name, TAXED.column("owner").name) == ("tax_id", "owner_id")


def test_an_edge_over_a_column_that_is_called_an_id_is_used_as_its_field() -> None:
    rules = [Rule("A", "taxed", "read", "*", "", ("tax_id",))]
    snapshot = compile_policy("t", 1, rules, [], shapes=MADE_UP, purposes=PURPOSES)
    access = snapshot.plan(CALLER, "taxed", "read", "sales")
    effective = EffectiveAccess(TAXED, access, PURPOSES["sales"])
    assert effective.joins("tax_id")
    assert not effective.joins("owner_id")


def test_a_record_that_lacks_or_changes_a_field_says_its_own_name() -> None:
    draft = Draft(1, None, Reference("x", "y"), {"tax_id": None, "owner_id": None}, {})  # type: ignore[arg-type]  # what it was read from counts for nothing here
    with pytest.raises(InvalidInputError) as refused:
        require(draft, TAXED, "tax_id")
    assert refused.value.path == ("tax_id",)
    draft.row = {"tax_id": "2", "owner_id": "bob"}
    draft.sealed = {"national_id": "4"}
    stored = Stored(TAXED, {"id": "z", "version": 1, "tax_id": "1"}, {"national_id": "3"})
    draft.stored = stored
    draft.complete(TAXED, _Stores())  # type: ignore[arg-type]  # all of them that a draft asks
    assert draft.changed == {"tax_id", "owner", "national_id"}


class _Stores:
    @staticmethod
    def now() -> datetime:
        return datetime.now(UTC)
