"""How a tenant has its texts found: which operators are refused, and what is found by parts."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from domain.declaration.kinds import Manner
from domain.entities.registry import ALL
from tests.reference.custom_matching import declares
from tests.reference.eyes import Eyes
from tests.reference.spelling import spellings

Given = Mapping[str, Any]
EXACT, FUZZY, PLAIN = "EXACT", "FUZZY", "PLAIN"
TEXTS = (
    *("customer.organization_name", "customer.person_name", "customer.emails"),
    *(
        f"{entity.name}.{field.name}"
        for entity in ALL
        for field in entity.fields
        if entity.subject and field.find not in {None, Manner.REFERENCE}
    ),
)
OF_KIND = {"ORGANIZATION": "customer.organization_name", "PERSON": "customer.person_name"}
PARTS = {
    "customer.organization_name": ("organization_name",),
    "customer.person_name": ("given_name", "family_name"),
}
OFFERED = {"startsWith": {FUZZY, PLAIN}, "matches": {FUZZY, PLAIN}, "contains": {PLAIN}}
ADDRESS = re.compile(r"[^\s@]+@\S+|[^\W_]+")


def mode_of(eyes: Eyes, text: str) -> str:
    is_whole = "email" in text or text.endswith(".external_references")
    return eyes.records.modes.get(text, EXACT if is_whole else FUZZY)


def source_of(resource: str, fields: Sequence[str]) -> str:
    """The name of a searched text."""
    named = "person_name" if len(fields) > 1 else fields[0]
    return f"{resource}.{named}"


def faults(eyes: Eyes, given: Given, kinds: Collection[str]) -> Iterator[str]:
    """What is wrong with a comparison of names, where only records of some kind are asked for."""
    texts = [OF_KIND[kind] for kind in kinds] if len(kinds) == 1 else [*OF_KIND.values()]
    usable = [one for one in texts if all(eyes.may_use("customer", part) for part in PARTS[one])]
    for operator, operand in given.items():
        if operand is None:
            continue
        modes = OFFERED.get(operator)
        if modes and any(mode_of(eyes, one) not in modes for one in usable):
            yield "SEARCH_MODE"
        if operator == "contains" and not is_long_enough(operand):
            yield "INVALID"


def kinds(given: Given) -> set[str]:
    """Of which kinds the customers must be."""
    found = set()
    kind = given.get("kind")
    if kind and kind.get("eq") is not None:
        found.add(str(getattr(kind["eq"], "value", kind["eq"])))
    return found.union(*(kinds(part) for part in given.get("and") or ()))


def is_long_enough(text: str) -> bool:
    """Whether an index of trigrams helps."""
    return any(re.search(r"[^\W_]{3}", one) for one in spellings(text))


def contains(name: str, part: str) -> bool:
    return any(one in known for known in spellings(name) for one in spellings(part))


def has_parts(text: str, wanted: str) -> bool:
    """Whether a text that stands in the clear has all the words somewhere."""
    sought = ADDRESS.findall(wanted)
    return any(map(is_long_enough, sought)) and all(contains(text, one) for one in sought)


def shown(eyes: Eyes) -> list[dict[str, Any]]:
    """All for those who may choose; for others those of texts by which they may find something."""
    found = []
    for text in TEXTS:
        resource, _, field = text.partition(".")
        fields = PARTS.get(text, (field,))
        is_found_by = eyes.sees_some(resource) and all(eyes.may_use(resource, f) for f in fields)
        if is_found_by or declares(eyes):
            mode = mode_of(eyes, text)
            named = text.replace(".", "_").upper()
            found.append({"text": named, "mode": mode, "modeInForce": mode, "isPending": False})
    return found
