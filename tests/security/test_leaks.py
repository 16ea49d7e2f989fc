"""A caller who may not see a value gets the same answers whatever it is.

The matrix: every field of the catalogue, every caller who may not see it, and every path on which a
value could come out. All the values that a caller may not see are changed at once in the database;
not a byte of what they are told may change. Somebody who sees everything is told something else for
each field on each path, so that the questions are known to tell values apart.
"""

from collections import Counter

import pytest

from api.settings.databases import Urls
from domain.declaration.entity import Entity
from domain.entities.registry import ALL, RESOURCES
from domain.reading.groups.groups import Function, groupable, measurable
from tests.api import Api
from tests.builders import add_rules
from tests.footprints import Heard
from tests.security.leaks.callers import ALL_SEEING, ASKERS, Asker, hidden, made_up_rules
from tests.security.leaks.fixtures import known_to_the_directory, settings
from tests.security.leaks.paths import Path, why_not
from tests.security.leaks.question import ALL_FIELDS, Question, essential
from tests.security.leaks.questions import Asking
from tests.security.leaks.transcripts import STEPS_MAX, Answers, Asked
from tests.security.leaks.values import words
from tests.security.leaks.views import of_records
from tests.security.leaks.world import Pair, World, a_world, may_change_everything

CALLERS_MIN = 5


__all__ = ["known_to_the_directory", "settings"]


@pytest.fixture(scope="module")
async def world(api: Api, urls: Urls) -> World:
    await may_change_everything(urls)
    await add_rules(api, *made_up_rules())
    return await a_world(api)


@pytest.fixture(scope="module")
def questions(world: World) -> list[Question]:
    return list(dict.fromkeys((*Asking(world).questions(), *of_records(world))))


async def test_every_field_is_asked_about_on_every_path(questions: list[Question]) -> None:
    """Or there is a reason why not."""
    asked = {(*q.pair, q.path) for q in questions}
    untested = [
        (resource.name, name, path)
        for resource in ALL
        for name in sorted(resource.grantable)
        for path in Path
        if path not in why_not(resource.name, name)
        and not {(resource.name, one, path) for one in (name, ALL_FIELDS)} & asked
    ]
    assert untested == []


def test_every_field_is_hidden_from_many() -> None:
    """And hidden in every manner: for everybody whom the policy does not show it."""
    counted = Counter(pair for asker in ASKERS for pair in hidden(asker))
    assert {r.name: {n for n in r.grantable if counted[r.name, n] < CALLERS_MIN} for r in ALL} == {
        r.name: set() for r in ALL
    }


def about(pairs: set[Pair], questions: list[Question]) -> list[Question]:
    """The questions that use one of the fields, or a field that is made of one of them."""
    made = {
        (name, field.name)
        for name, resource in RESOURCES.items()
        for field in resource.fields
        if any((name, source) in pairs for source in field.sources)
    }
    return [q for q in questions if q.field == ALL_FIELDS or q.pair in pairs | made]


def differences(one: Answers, other: Answers) -> list[str]:
    """The questions that are answered otherwise, and both answers from where they part."""
    found = []
    for key in dict.fromkeys((*one, *other)):
        answers = one.get(key, ""), other.get(key, "")
        if answers[0] != answers[1]:
            pairs = enumerate(zip(*answers, strict=False))
            start = max(0, next((i for i, (a, b) in pairs if a != b), 0) - 80)
            found.append(
                "\n".join((str(key), *(answer[start : start + 160] for answer in answers)))
            )
    return found


def _about(question: Question, answers: Answers) -> list[str | None]:
    """What is answered to a question, on every step where it is a walk."""
    keys: list[object] = [question, *((step, question) for step in range(STEPS_MAX))]
    return [answers.get(key) for key in keys]


async def test_the_questions_tell_values_apart(world: World, questions: list[Question]) -> None:
    """Whoever sees everything is told something else for each field on each path but that of errors,
    where nobody is told anything.
    """
    caller = Asked(world, ALL_SEEING)
    await world.put([])
    telling = [q for q in essential(questions) if q.path is not Path.ERROR]
    answers, _ = await caller.transcript(telling)
    same: set[tuple[str, str, Path]] = set()
    for resource in ALL:
        for name in resource.grantable:
            asked = about({(resource.name, name)}, telling)
            asked = [q for q in asked if q.resource == resource.name]
            await world.put([(resource.name, name)])
            others, _ = await caller.transcript(asked)
            told = {q.path for q in asked if _about(q, answers) != _about(q, others)}
            same |= {(resource.name, name, path) for path in {q.path for q in asked} - told}
    apart = sorted(one for one in same if one[2] not in why_not(*one[:2]))
    assert apart == []


@pytest.mark.parametrize("asker", ASKERS, ids=str)
async def test_no_answer_tells_a_hidden_value(
    world: World, questions: list[Question], asker: Asker, heard: Heard
) -> None:
    unseen = hidden(asker)
    asked, caller = about(unseen, questions), Asked(world, asker)
    thorough = [
        q for q in asked if asker.thorough and (q.resource == "opportunity" or q.field == "tags")
    ]
    chosen = {*essential(asked), *thorough}
    asked = [question for question in asked if question in chosen]
    await world.put([], restricted=asker.restricted)
    answers, cursors = await caller.transcript(asked)
    await world.put(unseen, restricted=asker.restricted)
    others, _ = await caller.transcript(asked)
    assert differences(answers, others) == []
    led, _ = await caller.transcript([q for q in asked if q.walk], cursors)
    assert differences({key: others[key] for key in led}, led) == []
    told = {word for pair in unseen for word in words(RESOURCES[pair[0]], pair[1])}
    assert [word for word in told if any(word in text.lower() for text in caller.heard)] == []
    written = heard.text().lower()
    assert [word for word in told if word in written] == []


@pytest.mark.parametrize("resource", ALL, ids=lambda resource: resource.name)
def test_a_sealed_field_is_never_grouped_or_aggregated(resource: Entity) -> None:
    used = [*groupable(resource), *(f for fn in Function for f in measurable(resource, fn))]
    assert [field.name for field in used if field.is_sealed] == []
