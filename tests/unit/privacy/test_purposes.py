import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.labels import Category
from privacy.purposes import (
    PURPOSES,
    LawfulBasis,
    Purpose,
    UnknownPurposeError,
    purpose_named,
)

categories = st.sampled_from(Category)


def a_purpose(*allowed: str, basis: LawfulBasis = LawfulBasis.CONTRACT) -> Purpose:
    return Purpose("p", "essential", basis, frozenset(allowed), 30)


@given(categories)
def test_a_category_covers_itself_and_user_covers_every_personal_one(category: Category) -> None:
    assert category.is_covered_by(category)
    assert category.is_covered_by("user") is category.is_personal


@pytest.mark.parametrize(
    ("category", "allowed", "covered"),
    [
        (Category.COUNTRY, "user.contact.address", True),
        (Category.COUNTRY, "user.contact", True),
        (Category.ADDRESS, "user.contact.address.country", False),
        (Category.EMAIL, "user.contact.phone_number", False),
        (Category.CONTENT, "user.cont", False),
        (Category.USER, "user.name", False),
        (Category.EMAIL, "", False),
    ],
)
def test_a_parent_covers_its_children_and_nothing_beside_them(
    category: Category, allowed: str, *, covered: bool
) -> None:
    assert category.is_covered_by(allowed) is covered
    assert a_purpose(allowed).covers(category) is covered


def test_only_what_lies_below_user_is_personal() -> None:
    assert {category for category in Category if not category.is_personal} == {Category.SYSTEM}


def test_what_is_not_personal_may_be_processed_for_any_purpose() -> None:
    assert a_purpose().covers(Category.SYSTEM)
    assert not a_purpose().covers(Category.NAME)


@pytest.mark.parametrize("basis", LawfulBasis)
def test_only_the_basis_of_consent_needs_consent(basis: LawfulBasis) -> None:
    assert a_purpose(basis=basis).needs_consent is (basis == "consent")


@pytest.mark.parametrize("purpose", PURPOSES.values(), ids=PURPOSES.keys())
def test_a_declared_purpose_says_all_that_the_records_of_processing_ask_for(
    purpose: Purpose,
) -> None:
    known = [str(category) for category in Category]
    strays = [a for a in purpose.categories if not any(f"{k}.".startswith(f"{a}.") for k in known)]
    assert strays == []
    assert purpose.retention_days > 0
    assert purpose.data_use
    assert purpose.recipients or purpose.data_use != "third_party_sharing"


def test_of_the_declared_purposes_marketing_alone_asks_for_consent() -> None:
    assert {name for name, p in PURPOSES.items() if p.needs_consent} == {"marketing"}


@pytest.mark.parametrize("name", ["", "Sales", "sales ", "curiosity about Ada"])
def test_an_undeclared_purpose_is_refused_without_repeating_it(name: str) -> None:
    with pytest.raises(UnknownPurposeError) as refused:
        purpose_named(name)
    assert str(refused.value) == "the purpose is not declared"
    assert refused.value.__cause__ is None
