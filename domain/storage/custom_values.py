"""Stored custom fields: as text in the sealed record, with what says who may see it."""

from collections.abc import Mapping
from typing import Any

from domain.declaration.custom_types import (
    SEALED_LENGTH_MAX,
    CustomType,
    Definition,
    NotOfTypeError,
)
from domain.storage.custom_definitions import Definitions
from domain.storage.custom_labelled import FIELD, LABEL
from domain.validation.values import text
from domain.values.errors import InvalidInputError
from domain.values.faults import Faults
from privacy.labels import Category


def kept(values: Mapping[str, str], definitions: Definitions) -> list[dict[str, str]]:
    """Custom fields by name, as they are kept; raises ``InvalidInputError``, which names no value: the path
    has the place among those that were given.
    """
    faults, items = Faults(), []
    for place, (name, value) in enumerate(values.items()):
        with faults.noted(FIELD, str(place)):
            items.append(_kept(name, value, definitions))
    faults.settle()
    return sorted(items, key=lambda item: item["name"])


def _kept(name: str, value: str, definitions: Definitions) -> dict[str, str]:
    definition = definitions.get(name)
    if definition is None:
        raise InvalidInputError("no custom field has that name", (FIELD,))
    value = text(FIELD, value, length_max=SEALED_LENGTH_MAX)
    try:
        value = definition.canonical(value)
    except NotOfTypeError:
        raise InvalidInputError(
            f"the custom field {name} must be {_form(definition)}", (FIELD,)
        ) from None
    item = {"name": name, "value": value}
    if definition.category is not Category.CONTENT:
        item[LABEL] = definition.category.value
    return item


def _form(definition: Definition) -> str:
    if definition.type is CustomType.CHOICE:
        return "one of its choices"
    return f"of type {definition.type}, with 1 to {definition.length_max} characters"


def spellings(items: Any, definitions: Definitions) -> list[tuple[Definition, str]]:
    """What a record is found by: each declared field with the spelling of its value.

    A value that was taken in under older rules and has no spelling is found by nothing.
    """
    found = []
    for item in items or ():
        definition = definitions.get(item["name"])
        if definition is not None:
            try:
                found.append((definition, definition.spelled(item["value"])))
            except NotOfTypeError:
                continue
    return found
