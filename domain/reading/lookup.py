"""The tags by which sealed fields are looked up; writing and reading make them here alike."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from domain.catalogue import Resource
from domain.errors import InvalidInputError
from privacy.invisible import without_invisible
from privacy.vault import normalise
from privacy.vault.blind_index import IndexKeys


def reference_text(system: str, id_: str) -> str:
    """An external reference as one text: the system, and the id as it is."""
    shown = without_invisible(id_).strip()
    return f"{normalise.text(without_invisible(system))}\0{shown}"


def _reference(value: Any, _region: str) -> str:
    return reference_text(value["system"], value["id"])


_NORMALISERS: Mapping[str, Callable[[Any, str], str]] = {
    "email": lambda value, _: normalise.email(value),
    "emails": lambda value, _: normalise.email(value),
    "phones": normalise.phone,
    "external_references": _reference,
}


def normalised(field: str, value: Any, region: str) -> str:
    """The one spelling of a value that is looked up; raises ``InvalidInputError``."""
    try:
        return _NORMALISERS[field](value, region)
    except normalise.NotNormalisableError as error:
        raise InvalidInputError(str(error), (field,)) from None


def tag_name(resource: Resource, field: str) -> str:
    """The stable name under which a field's tags are derived."""
    return f"{resource.stable}.{field}"


def tags_for(
    keys: IndexKeys, resource: Resource, field: str, values: Iterable[Any], region: str
) -> list[bytes]:
    """The tags of values of one field, as they are written."""
    name = tag_name(resource, field)
    return [keys.tag(name, normalised(field, value, region)) for value in values]


def sought_tags(
    keys: IndexKeys, resource: Resource, field: str, values: Iterable[Any], region: str
) -> list[bytes]:
    """The tags by which such values are found, whichever root made them."""
    wanted = list(values)
    return [tag for one in keys.looked_up for tag in tags_for(one, resource, field, wanted, region)]
