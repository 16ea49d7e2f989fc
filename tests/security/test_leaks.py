"""A caller who may not see a value gets the same answers whatever it is.

The matrix: every field of the catalogue, every caller who may not see it, and every path on which a
value could come out. All the values that a caller may not see are changed at once in the database;
not a byte of what they are told may change. Somebody who sees everything is told something else for
each field on each path, so that the questions are known to tell values apart.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from os.path import commonprefix
from pathlib import Path as FilePath

import pytest

from api.databases import Urls
from api.settings import Settings
from api.wiring import Services
from domain.catalogue import Kind, Lookup, Resource
from domain.reading.groups import Function, groupable, measurable
from domain.resources import ALL, RESOURCES
from tests.api import Api
from tests.builders import add_rules
from tests.conftest import TENANT
from tests.footprints import Heard
from tests.security.leaks.callers import ALL_SEEING, ASKERS, Asker, hidden, made_up_rules
from tests.security.leaks.questions import (
    ALL_FIELDS,
    SCHEMA,
    VIEWED,
    essential,
    Asking,
    Path,
    Question,
    _groups_of,
    _holding,
    _over,
)
from tests.security.leaks.transcripts import STEPS_MAX, Answers, Asked
from tests.security.leaks.values import words
from tests.security.leaks.world import Pair, World, a_world
from domain.catalogue import ToMany, ToOne


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Room for many questions in one request."""
    return Settings(
        data_dir=FilePath(tmp_path_factory.mktemp("farley")),
        tenant=TENANT,
        tokens_max=100_000,
        aliases_max=10_000,
        root_fields_max=1_000,
        fields_max=100_000,
        cost_max=10_000_000,
        throttle_limit=1_000_000_000,
        throttle_restore_rate=1_000_000_000,
    )


@pytest.fixture(scope="module")
async def world(api: Api) -> World:
    await add_rules(api, *made_up_rules())
    return await a_world(api)


@pytest.fixture(scope="module")
def questions(world: World) -> list[Question]:
    return list(dict.fromkeys(Asking(world).questions()))


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
        answers = [one.get(key, ""), other.get(key, "")]
        if answers[0] != answers[1]:
            start = max(0, len(commonprefix(answers)) - 80)
            found.append("\n".join((str(key), *(answer[start : start + 160] for answer in answers))))
    return found


def _about(question: Question, answers: Answers) -> list[str | None]:
    """What is answered to a question, on every step where it is a walk."""
    keys: list[object] = [question, *((step, question) for step in range(STEPS_MAX))]
    return [answers.get(key) for key in keys]


async def test_the_questions_tell_values_apart(world: World, questions: list[Question]) -> None:
    """Whoever sees everything is told something else for each field on each path."""
    caller = Asked(world, ALL_SEEING)
    await world.put([])
    answers, _ = await caller.transcript(essential(questions))
    same: set[tuple[str, str, Path]] = set()
    for resource in ALL:
        for name in resource.grantable:
            asked = about({(resource.name, name)}, essential(questions))
            asked = [q for q in asked if q.field != ALL_FIELDS or q.resource == resource.name]
            await world.put([(resource.name, name)])
            others, _ = await caller.transcript(asked)
            told = {q.path for q in asked if _about(q, answers) != _about(q, others)}
            same |= {(resource.name, name, path) for path in {q.path for q in asked} - told}
    print("\n".join(map(str, sorted(same))))
    assert same == set()


@pytest.mark.parametrize("asker", ASKERS, ids=str)
async def test_no_answer_tells_a_hidden_value(
    world: World, questions: list[Question], asker: Asker, heard: Heard
) -> None:
    unseen = hidden(asker)
    asked, caller = about(unseen, questions), Asked(world, asker)
    asked = asked if asker.thorough else essential(asked)
    await world.put([])
    answers, cursors = await caller.transcript(asked)
    await world.put(unseen)
    others, _ = await caller.transcript(asked)
    print("\n".join(differences(answers, others)))
    assert differences(answers, others) == []
    led, _ = await caller.transcript([q for q in asked if q.walk], cursors)
    assert differences({key: others[key] for key in led}, led) == []
    told = {word for pair in unseen for word in words(RESOURCES[pair[0]], pair[1])}
    assert [word for word in told if any(word in text.lower() for text in caller.heard)] == []
    written = heard.text().lower()
    assert [word for word in told if word in written] == []
