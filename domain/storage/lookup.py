"""Lookup tags of sealed fields; writing and reading make them here alike."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from domain.declaration.entity import Entity
from domain.values.errors import InvalidInputError
from privacy.invisible import without_invisible
from privacy.spellings import telephone
from privacy.spellings.plain_text import NotNormalisableError
from privacy.vault import normalise
from privacy.vault.blind_index import IndexKeys

Spellings = Callable[[Any, str, str | None], Sequence[str]]
"""Of a value, in a tenant of that region, in a record of that country."""


def reference_text(system: str, id_: str) -> str:
    """An external reference as one text: the system, and the id as it is."""
    shown = without_invisible(id_).strip()
    return f"{normalise.text(without_invisible(system))}\0{shown}"


def _reference(value: Any, _region: str, _country: str | None = None) -> list[str]:
    return [reference_text(value["system"], value["id"])]


def _sought_reference(value: Any, _region: str, _country: str | None) -> list[str]:
    """Without what nobody sees, and as it is given: older records may have it either way."""
    given = f"{normalise.text(value['system'])}\0{value['id'].strip()}"
    return list(dict.fromkeys((*_reference(value, ""), given)))


def _email(value: str, _region: str, _country: str | None) -> list[str]:
    return [normalise.email(value)]


_WRITTEN: Mapping[str, Spellings] = {
    "email": _email,
    "emails": _email,
    "phones": lambda value, region, country: telephone.written(value, country, region),
    "external_references": _reference,
}

_SOUGHT: Mapping[str, Spellings] = {
    **_WRITTEN,
    "phones": lambda value, region, _: telephone.sought(value, region),
    "external_references": _sought_reference,
}


def written(field: str, value: Any, region: str, country: str | None = None) -> Sequence[str]:
    """The spellings by which a record of that country is found; raises ``InvalidInputError``."""
    return _spelled(_WRITTEN, field, value, region, country)


def sought(field: str, value: Any, region: str) -> Sequence[str]:
    """The spellings by one of which whoever has the value is found; raises ``InvalidInputError``."""
    return _spelled(_SOUGHT, field, value, region, None)


def _spelled(
    how: Mapping[str, Spellings], field: str, value: Any, region: str, country: str | None
) -> Sequence[str]:
    try:
        return how[field](value, region, country)
    except NotNormalisableError as error:
        raise InvalidInputError(str(error), (field,)) from None


def tag_name(resource: Entity, field: str) -> str:
    """The stable name under which a field's tags are derived."""
    return f"{resource.stable}.{field}"


def tags_for(
    keys: IndexKeys,
    resource: Entity,
    field: str,
    values: Iterable[Any],
    region: str,
    country: str | None = None,
) -> list[bytes]:
    """The tags of values of one field, as they are written of a record of that country."""
    name = tag_name(resource, field)
    return [
        keys.tag(name, spelling)
        for value in values
        for spelling in written(field, value, region, country)
    ]


def sought_tags(
    keys: IndexKeys, resource: Entity, field: str, values: Iterable[Any], region: str
) -> list[bytes]:
    """The tags by which such values are found, whichever root made them."""
    name = tag_name(resource, field)
    spellings = [spelling for value in values for spelling in sought(field, value, region)]
    return [one.tag(name, spelling) for one in keys.looked_up for spelling in spellings]
