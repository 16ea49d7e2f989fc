"""What each may read of one record's fields on the ten paths, asked through the API.

An answer is compared with that to somebody who sees everything; of selected fields the record itself
says why they are withheld.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from domain.declaration.entity import Entity
from domain.entities.registry import ALL, BUILT_IN, RESOURCES
from domain.reading.views.timeline import timeline_sources
from tests.security.leaks.callers import ALL_SEEING, Asker
from tests.security.leaks.documents import all_shown, node, shown
from tests.security.leaks.paths import Path, why_not
from tests.security.leaks.question import ALL_FIELDS, Question, essential
from tests.security.leaks.questions import Asking
from tests.security.leaks.transcripts import Answers, Asked
from tests.security.leaks.world import Pair, World

ALL_OF_IT, PART, NOTHING, MASKED, REFUSED, NOT_HERE = "o", "p", "0", "m", "-", "."
LEGEND = {
    ALL_OF_IT: "all of it, as somebody who sees everything has it",
    PART: "a part: of some records, or made of what is seen only",
    MASKED: "masked",
    NOTHING: "an answer with nothing in it",
    REFUSED: "refused or withheld",
    NOT_HERE: "the path does not exist for the field (overviews are not shown here)",
}
CUSTOMER = RESOURCES["customer"]

Told = tuple[Any, Sequence[Any]]
"""The data of an answer and its errors."""


class Reads:
    """Asks, as one caller after the other, the question that tells most on each path."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._asking = Asking(world)
        self._all: Answers = {}

    async def cells(self, askers: Mapping[str, Asker]) -> dict[tuple[Pair, str], str]:
        """One letter for each path, by field and caller."""
        candidates = [q for q in essential(self._asking.questions()) if q.field != ALL_FIELDS]
        candidates += self._whole()
        self._all, _ = await Asked(self._world, ALL_SEEING).transcript(candidates)
        chosen = self._chosen(candidates)
        asked = list(dict.fromkeys(q for of in chosen.values() for q in of.values()))
        cells = {}
        for name, asker in askers.items():
            answers, _ = await Asked(self._world, asker).transcript(asked)
            for pair, of in chosen.items():
                cells[pair, name] = "".join(
                    self._letter(pair, path, of.get(path), answers) for path in Path
                )
        return cells

    def _whole(self) -> Iterator[Question]:
        """Each record itself, and in the timeline and the networks of the customers."""
        for resource in ALL:
            text = node(self._world, resource, all_shown(resource))
            yield Question(resource.name, ALL_FIELDS, Path.SELECT, text)
        for name in dict.fromkeys(
            source.resource for source in timeline_sources(BUILT_IN).values()
        ):
            resource = RESOURCES[name]
            record = f"record {{ ... on {resource.type_name} {{ {all_shown(resource)} }} }}"
            yield self._in_view(name, f"timeline(first: 50) {{ nodes {{ {record} }} }}")
        met = f"nodes {{ customer {{ {all_shown(CUSTOMER)} }} }}"
        yield self._in_view("customer", f"network(first: 9, depth: 2) {{ {met} }}")

    def _in_view(self, resource: str, view: str) -> Question:
        text = node(self._world, CUSTOMER, f"id {view}")
        return Question(resource, ALL_FIELDS, Path.TIMELINE, text)

    def _chosen(self, candidates: Iterable[Question]) -> dict[Pair, dict[Path, Question]]:
        """The first question of each field on each path to which there is an answer at all."""
        chosen: dict[Pair, dict[Path, Question]] = {
            (resource.name, name): {} for resource in ALL for name in sorted(resource.grantable)
        }
        by_telling = sorted(candidates, key=self._tells_little)
        for question in by_telling:
            for pair in _concerned(question):
                if pair in chosen and question.path not in why_not(*pair):
                    chosen[pair].setdefault(question.path, question)
        return chosen

    def _tells_little(self, question: Question) -> bool:
        """Of errors only what is refused tells whether everybody is refused alike."""
        data, errors = _told(question, self._all)
        return not (errors if question.path is Path.ERROR else _has_something(data))

    def _letter(self, pair: Pair, path: Path, question: Question | None, answers: Answers) -> str:
        if question is None:
            return NOT_HERE
        data, errors = _told(question, answers)
        if path in {Path.SELECT, Path.TIMELINE}:
            return _shown(RESOURCES[pair[0]], pair[1], data)
        if _is_refused(errors):
            return REFUSED
        if path is not Path.ERROR and not _has_something(data):
            return NOTHING
        return ALL_OF_IT if (data, errors) == _told(question, self._all) else PART


def _concerned(question: Question) -> list[Pair]:
    resource = RESOURCES[question.resource]
    if question.field == ALL_FIELDS:
        return [(resource.name, name) for name in resource.grantable]
    if question.path is Path.SELECT:
        return []  # Whole records tell it.
    return [(resource.name, question.field)]


def _told(question: Question, answers: Answers) -> Told:
    """What is answered, on every step of a walk."""
    if not question.walk:
        data, errors = json.loads(answers[question])
        return data, errors or []
    steps = [
        json.loads(answers[step, question]) for step in range(4) if (step, question) in answers
    ]
    return [data for data, _ in steps], [error for _, errors in steps for error in errors or ()]


def _is_refused(errors: Sequence[Any]) -> bool:
    return any(shown["extensions"]["code"] == "FORBIDDEN" for shown, _ in errors)


def _has_something(tree: Any) -> bool:
    """Whether anything is told but that there is nothing, and but the id of what a list hangs on."""
    match tree:
        case dict():
            hangs = any(isinstance(value, (dict, list)) for value in tree.values())
            beside = {"suppressed", "hasMore", "pageInfo", *(("id",) if hangs else ())}
            return any(_has_something(value) for name, value in tree.items() if name not in beside)
        case list():
            return any(map(_has_something, tree))
    return tree not in (None, 0, False, "")


# --- selected fields ------------------------------------------------------------------------------


def _shown(resource: Entity, name: str, data: Any) -> str:
    """How the records show the field, which says so itself."""
    word = shown(resource, resource.by_name[name]).split()[0]
    seen = {_of_record(record, word) for record in _records(data)}
    if not seen:
        return NOTHING
    return seen.pop() if len(seen) == 1 else PART


def _of_record(record: Mapping[str, Any], word: str) -> str:
    reasons = {one["field"]: one["reason"] for one in record["redactions"]}
    if word not in reasons:
        return ALL_OF_IT
    return MASKED if reasons[word] == "MASKED" else REFUSED


def _records(tree: Any) -> Iterator[Mapping[str, Any]]:
    """The records that say what they withhold."""
    if isinstance(tree, dict):
        if "redactions" in tree:
            yield tree
        for value in tree.values():
            yield from _records(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _records(value)
