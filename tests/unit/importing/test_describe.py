"""``farley import describe``: every part of every target, from the declarations."""

import pytest

from domain.declaration.kinds import Kind
from domain.importing.guide.describe import CHOICES, RESOURCES, described, targets
from domain.importing.mapping.field_types import FIELDS


def test_every_field_that_can_be_imported_is_described_once() -> None:
    names = [(part.target, part.name) for part in described()]
    assert len(names) == len(set(names))
    for target, fields in FIELDS.items():
        assert {(target, f"fields.{field}") for field in fields} <= set(names)
    assert {part.target for part in described()} == set(targets())


def test_every_closed_list_tells_its_values() -> None:
    """So that a new one cannot be forgotten."""
    for target, fields in FIELDS.items():
        for field in fields:
            if RESOURCES[target].by_name[field].kind is Kind.ENUM:
                assert CHOICES.get((target, field)), f"{target}.{field}"


@pytest.mark.parametrize("part", described(), ids=lambda part: f"{part.target}.{part.name}")
def test_a_part_has_a_type_and_an_example(part: object) -> None:
    assert part.type  # type: ignore[attr-defined] # A Part.
    assert part.example, part  # type: ignore[attr-defined] # A Part.


def test_what_is_sealed_and_what_is_required_is_told() -> None:
    parts = {(part.target, part.name): part for part in described("customer")}
    assert parts["customer", "fields.family_name"].sealed
    assert parts["customer", "contact_points[].value"].sealed
    assert not parts["customer", "fields.country"].sealed
    assert parts["customer", "reference"].required
    assert parts["customer", "fields.kind"].required
    assert "fields.given_name" in parts["customer", "fields.given_name"].shown


def test_a_target_that_there_is_not_is_an_error() -> None:
    with pytest.raises(KeyError):
        described("invoice")
