"""Somebody who sees everything is told something else for each field on each path: so the questions about
leaks are known to tell values apart.
"""

import pytest

from domain.entities.registry import ALL
from tests.security.leaks.callers import ALL_SEEING
from tests.security.leaks.comparing import about
from tests.security.leaks.fixtures import known_to_the_directory, questions, settings, world
from tests.security.leaks.paths import Path, why_not
from tests.security.leaks.question import Question, essential
from tests.security.leaks.transcripts import STEPS_MAX, Answers, Asked
from tests.security.leaks.world import World

pytestmark = pytest.mark.proof

__all__ = ["known_to_the_directory", "questions", "settings", "world"]


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
