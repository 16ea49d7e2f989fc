"""``farley import describe``: every part of every target, from the declarations."""

import pytest

from domain.entities.registry import ALL, BUILT_IN, RESOURCES
from domain.importing.guide.describe import described, targets
from domain.importing.records.records import cell_fields


def test_every_field_that_can_be_imported_is_described_once() -> None:
    names = [(part.target, part.name) for part in described(BUILT_IN)]
    assert len(names) == len(set(names))
    for entity in ALL:
        if entity.importable:
            fields = {(entity.name, f"fields.{name}") for name in cell_fields(entity)}
            assert fields <= set(names)
    assert {part.target for part in described(BUILT_IN)} == set(targets(BUILT_IN))


def test_every_closed_list_tells_its_values() -> None:
    """So that a new one cannot be forgotten."""
    for part in described(BUILT_IN):
        declared = RESOURCES[part.target].by_name.get(part.name.removeprefix("fields."))
        if declared is not None and declared.values is not None:
            assert part.values == tuple(sorted(declared.values.__members__)), part


@pytest.mark.parametrize("part", described(BUILT_IN), ids=lambda part: f"{part.target}.{part.name}")
def test_a_part_has_a_type_and_an_example(part: object) -> None:
    assert part.type  # type: ignore[attr-defined] # A Part.
    assert part.example, part  # type: ignore[attr-defined] # A Part.


def test_what_is_sealed_and_what_is_required_is_told() -> None:
    parts = {(part.target, part.name): part for part in described(BUILT_IN, "customer")}
    assert parts["customer", "fields.family_name"].sealed
    assert parts["customer", "contact_points[].value"].sealed
    assert not parts["customer", "fields.country"].sealed
    assert parts["customer", "reference"].required
    assert parts["customer", "fields.kind"].required
    assert "fields.given_name" in parts["customer", "fields.given_name"].shown


def test_a_target_that_there_is_not_is_an_error() -> None:
    with pytest.raises(KeyError):
        described(BUILT_IN, "invoice")
