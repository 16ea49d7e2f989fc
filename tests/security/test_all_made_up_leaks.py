"""Made-up callers, from whom every field is hidden in every manner, are told nothing of it."""

import pytest

from tests.footprints import Heard
from tests.security.leaks.callers import MADE_UP, Asker
from tests.security.leaks.comparing import assert_tells_nothing_hidden
from tests.security.leaks.fixtures import known_to_the_directory, questions, settings, world
from tests.security.leaks.question import Question
from tests.security.leaks.world import World

pytestmark = pytest.mark.proof

__all__ = ["known_to_the_directory", "questions", "settings", "world"]


@pytest.mark.parametrize("asker", MADE_UP, ids=str)
async def test_no_answer_tells_a_hidden_value(
    world: World, questions: list[Question], asker: Asker, heard: Heard
) -> None:
    await assert_tells_nothing_hidden(world, questions, asker, heard)
