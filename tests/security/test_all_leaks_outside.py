"""Partners, suppliers and data subjects are told nothing of a hidden value (see ``test_all_leaks``)."""

import pytest

from tests.footprints import Heard
from tests.security.leaks.callers import MEMBER, REAL, Asker
from tests.security.leaks.comparing import assert_tells_nothing_hidden
from tests.security.leaks.fixtures import known_to_the_directory, questions, settings, world
from tests.security.leaks.question import Question
from tests.security.leaks.world import World

pytestmark = pytest.mark.proof

__all__ = ["known_to_the_directory", "questions", "settings", "world"]


OUTSIDE = [asker for asker in REAL if asker.kind is not MEMBER]


@pytest.mark.parametrize("asker", OUTSIDE, ids=str)
async def test_no_answer_tells_a_hidden_value(
    world: World, questions: list[Question], asker: Asker, heard: Heard
) -> None:
    await assert_tells_nothing_hidden(world, questions, asker, heard)
