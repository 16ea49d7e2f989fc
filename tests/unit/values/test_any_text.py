"""Bad input: any text, in every rule that reads one: kept in a form that it keeps, or refused by name."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.declaration.kinds import Manner
from domain.importing.cells import countries, days, numbers
from domain.importing.cells.family_names import NameForm
from domain.importing.cells.person_names import parted
from domain.importing.mapping.transforms import compile_step
from domain.reading.plan.relative_times import Duration
from domain.searching import alike, words
from domain.searching.plain import patterns_of_part
from domain.searching.query import parsed
from domain.searching.spelling import folding
from domain.searching.spelling.earlier import earlier_spellings
from domain.searching.spelling.stems import stems
from domain.storage.lookup import reference_text, sought, written
from domain.validation.contact_points import NO_NUMBERS, AllNumbers, contact_point
from domain.validation.customers import RULES
from domain.validation.values import text
from domain.values.errors import FarleyError
from domain.values.locations import read as read_place
from privacy.invisible import without_any_invisible, without_invisible
from tests.security.edges.amount import examples
from tests.security.edges.mappings import CELL, STEPS

pytestmark = pytest.mark.proof

OF_TEXT = sorted(
    name for name in RULES if name not in {"location", "tags", "birth_date", "external_references"}
)
KINDS = ("EMAIL", "PHONE", "POSTAL", "SOCIAL", "WEB")


@examples(400)
@given(CELL)
def test_what_nobody_sees_is_dropped_at_once(given_text: str) -> None:
    """A joiner beside what was dropped would go the second time."""
    seen = without_invisible(given_text)
    assert without_invisible(seen) == seen
    assert without_any_invisible(without_any_invisible(seen)) == without_any_invisible(seen)


@pytest.mark.parametrize("field", OF_TEXT)
@examples(60)
@given(value=CELL)
def test_what_a_field_keeps_it_takes_again(field: str, value: str) -> None:
    try:
        kept = RULES[field](field, value)
    except FarleyError:
        return
    assert RULES[field](field, kept) == kept


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("keep_impossible", [True, False])
@examples(80)
@given(value=CELL, region=st.sampled_from(["DE", "US", "ZZ", "JP"]))
def test_a_contact_point_that_is_kept_is_taken_again_and_found(
    kind: str,
    keep_impossible: bool,  # noqa: FBT001 - what the tenant has chosen
    value: str,
    region: str,
) -> None:
    def kept(value: str) -> dict[str, Any]:
        point = {"kind": kind, "value": value, "label": value[:9]}
        undialled = AllNumbers() if keep_impossible else NO_NUMBERS
        return contact_point(point, region, ("x",), undialled=undialled)

    try:
        first = kept(value)
    except FarleyError:
        return
    assert kept(first["value"])["value"] == first["value"]
    field = {"EMAIL": "emails", "PHONE": "phones"}.get(kind)
    if field is None:
        return
    spellings = set(written(field, first["value"], "DE", region))
    assert spellings
    try:
        asked = sought(field, first["value"], "DE")
    except FarleyError:
        return  # Several numbers in one value, of a tenant that keeps such.
    if region == "DE":
        assert spellings & set(asked)


READERS: dict[str, Callable[[str], object]] = {
    "name": parted,
    "name, family first": lambda value: parted(value, NameForm(family_first=True)),
    "name of two words": lambda value: parted(value, NameForm(family_words=2)),
    "country": countries.country_code,
    "number": numbers.read_number,
    "number with a comma": lambda value: numbers.read_number(value, ",", percent=True),
    "integer": numbers.integer,
    "day": days.day,
    "moment": lambda value: days.moment(value, UTC),
    "place": read_place,
    "duration": Duration.parse,
    "reference": lambda value: reference_text(text("system", value, length_max=64), value),
    "query": parsed,
    "part": lambda value: patterns_of_part(value, ("x",)),
    "words": lambda value: [list(words.pieces(value, manner)) for manner in Manner],
    "row": lambda value: [words.row_words(value, manner) for manner in Manner],
    "spellings": lambda value: (folding.lines(value), folding.wholes(value), folding.joined(value)),
    "stems": lambda value: [stems(one) for one in words.word_texts(value)],
    "alike": lambda value: (alike.wanted(value[:20]), alike.sound(value)),
    "earlier": earlier_spellings,
}


@pytest.mark.parametrize("reader", READERS)
@examples(60)
@given(value=CELL)
def test_a_reader_takes_any_text_or_says_why_not(reader: str, value: str) -> None:
    with suppress(FarleyError):
        READERS[reader](value)


@examples(150)
@given(step=STEPS, value=CELL.filter(str.strip))
def test_a_step_takes_any_cell_or_says_why_not(step: Any, value: str) -> None:
    made = compile_step(step, "$", {"table": {"a": "1"}, "sums": {}})
    with suppress(FarleyError):
        made(value.strip())
