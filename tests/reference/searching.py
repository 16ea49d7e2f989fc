"""What a search finds: the words of every text that the caller sees, compared one by one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from domain.declaration.entity import Entity
from domain.declaration.kinds import Kind, Manner
from domain.entities.registry import ALL, RESOURCES
from tests.reference.eyes import Eyes
from tests.reference.modes import EXACT, PLAIN, contains, has_parts, mode_of, source_of
from tests.reference.names import camel
from tests.reference.pages import CURSOR, Key, cut
from tests.reference.records import Row
from tests.reference.spelling import spellings

NAME, ADDRESS, REFERENCE, TITLE, BODY = "name", "address", "reference", "title", "body"
WEIGHTS = {NAME: 1.0, ADDRESS: 0.95, REFERENCE: 0.95, TITLE: 0.9, BODY: 0.8}
WHOLE, BEGINNING, FORM, PART = 1.0, 0.6, 0.4, 0.2

Source = tuple[str, str, tuple[str, ...]]
MANNERS: Mapping[Manner | None, str] = {
    Manner.NAME: NAME,
    Manner.ADDRESS: ADDRESS,
    Manner.REFERENCE: REFERENCE,
    Manner.TITLE: TITLE,
    Manner.BODY: BODY,
}
CUSTOMERS: Sequence[Source] = (
    ("name", NAME, ("organization_name",)),
    ("name", NAME, ("given_name", "family_name")),
    ("email", ADDRESS, ("emails",)),
)


def _searched(entity: Entity) -> Sequence[Source]:
    """A record's own name before its other texts."""
    return [
        *(CUSTOMERS if entity.name == "customer" else ()),
        *(
            (camel(field.name), MANNERS[field.find], (field.name,))
            for field in sorted(entity.fields, key=lambda field: field.name != "name")
            if field.find in MANNERS
        ),
    ]


SEARCHED: Mapping[str, Sequence[Source]] = {
    entity.name: sources for entity in ALL if (sources := _searched(entity))
}
"""What a text is called, how it is looked through, and of which fields it is made."""

FORMS = {"calls": "call", "calling": "call", "hides": "hide", "engined": "engines"}
"""Words of the documents that are other forms of words in the data."""

QUERIES = (
    *("ada", "ZOE", "zoë müller", "mueller", "Ærøs", "acme", "cafe 100", "strasse", "aer", "final"),
    *("ada@example.com", "example", "zoe@exam", "call zoe", "1234567", "Nothing hide", "dear"),
    *("Ada@Example.com ada", "zoe ada@example.com", "ada@example.com lovelace"),
    *("engines", "engin", "about ada", "head sales", "sales", "sup", "qual", "standard", "nowhere"),
    *("lovel", "cme", "ngine", "vel ace", "bout ad", "oe mull"),
    *FORMS,
)
HIGHLIGHTS_MAX = 3


class Hit(NamedTuple):
    """A record that has all the words."""

    score: float
    resource: str
    row: Row
    highlights: Sequence[Mapping[str, Any]]


def search(eyes: Eyes, given: Mapping[str, Any]) -> dict[str, Any]:
    types = given.get("types") or [name.upper() for name in SEARCHED]
    hits = [
        hit for name in dict.fromkeys(types) for hit in _hits(eyes, name.lower(), given["query"])
    ]
    page = cut(
        "SearchResults",
        hits,
        [
            Key(lambda hit: hit.score, descending=True),
            Key(lambda hit: _recency(eyes, hit), descending=True),
            Key(lambda hit: hit.row["id"], descending=True),
        ],
        lambda hit: str(hit.row["id"]),
        given,
        lambda id_: next(hit for hit in hits if hit.row["id"] == id_),
        lambda hit: (RESOURCES[hit.resource], hit.row),
    )
    shown = [
        {
            "score": hit.score,
            "cursor": CURSOR + page.whose(hit),
            "highlights": hit.highlights,
            "record": page.shown(hit),
        }
        for hit in page.entries
    ]
    return {"hits": shown, "pageInfo": page.info, "candidatesCapped": False}


def _recency(eyes: Eyes, hit: Hit) -> Any:
    """The time by which such records are put in order, if they are."""
    field = RESOURCES[hit.resource].by_name[RESOURCES[hit.resource].order[0].field]
    if field.kind is not Kind.TIMESTAMP or not eyes.is_open(hit.resource, field.name, hit.row):
        return None
    return hit.row[field.name]


def _hits(eyes: Eyes, resource: str, query: str) -> Iterator[Hit]:
    wanted = list(dict.fromkeys(_words(query)))
    for row in eyes.seen(resource):
        best = dict.fromkeys(wanted, 0.0)
        highlights = []
        in_parts = []
        for shown_as, manner, fields in SEARCHED[resource]:
            if all(eyes.reason(resource, name, row) is None for name in fields):
                mode = mode_of(eyes, source_of(resource, fields))
                for text in _texts(fields, row):
                    if mode == PLAIN and has_parts(text, query):
                        in_parts.append((shown_as, manner, text))
                    found = _found(text, wanted, manner, mode)
                    for _, one, quality in found:
                        best[one] = max(best[one], quality * WEIGHTS[manner])
                    if found:
                        highlights.append(
                            _highlight(shown_as, text, [span for span, _, _ in found])
                        )
        if in_parts and not all(best.values()):
            most = max(WEIGHTS[manner] for _, manner, _ in in_parts)
            best = {one: max(quality, PART * most) for one, quality in best.items()}
            highlights = [_part_highlight(one[0], one[2], wanted) for one in in_parts]
        if all(best.values()):
            score = round(sum(best.values()) / len(best), 4)
            yield Hit(score, resource, row, highlights[:HIGHLIGHTS_MAX])


def _texts(fields: Sequence[str], row: Row) -> list[str]:
    if fields == ("emails",):
        return [point["value"] for point in row["emails"] or ()]
    if fields == ("external_references",):
        return [one["id"] for one in row["external_references"] or ()]
    text = " ".join(row[name] for name in fields if row[name])
    return [text] if text else []


def _words(text: str) -> list[str]:
    return [text[start:end] for start, end in _spans(text)]


def _spans(text: str) -> list[tuple[int, int]]:
    """An address is one word; all else is parted by what is neither letter nor digit."""
    return [match.span() for match in re.finditer(r"[^\s@]+@\S+|[^\W_]+", text)]


def _found(
    text: str, wanted: Sequence[str], manner: str, mode: str
) -> list[tuple[tuple[int, int], str, float]]:
    """Which words of a text are which of those that are wanted, and how well."""
    return [
        ((start, end), one, quality)
        for start, end in _spans(text)
        for one in wanted
        if (quality := _quality(text[start:end], one, manner, mode))
    ]


def _quality(word: str, wanted: str, manner: str, mode: str) -> float:
    spelled = {*spellings(word)}
    if manner == ADDRESS and mode == EXACT:
        return WHOLE if "@" in wanted and word.lower() == wanted.lower() else 0.0
    if mode == EXACT:
        return WHOLE if spelled & spellings(wanted) else 0.0
    if manner == ADDRESS:
        spelled |= {one for part in _words(word.replace("@", " ")) for one in spellings(part)}
    if spelled & spellings(wanted):
        return WHOLE
    if manner != BODY and any(one.startswith(tuple(spellings(wanted))) for one in spelled):
        return BEGINNING
    is_form = manner in {TITLE, BODY} and FORMS.get(wanted) in spelled
    return FORM if is_form else 0.0


def _part_highlight(field: str, text: str, wanted: Sequence[str]) -> dict[str, Any]:
    spans = _spans(text)
    found = [(a, b) for a, b in spans if any(contains(text[a:b], one) for one in wanted)]
    return _highlight(field, text, found)


def _highlight(field: str, text: str, found: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """All of the text: those of the data are short."""
    parts, shown = [], 0
    for start, end in sorted(set(found)):
        parts += [(text[shown:start], False), (text[start:end], True)]
        shown = end
    parts.append((text[shown:], False))
    return {
        "field": field,
        "fragment": text,
        "parts": [{"text": piece, "isMatch": is_match} for piece, is_match in parts if piece],
    }
