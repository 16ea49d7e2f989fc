"""A caller who may not see a value gets the same answers whatever it is.

The matrix: every field of the catalogue, every caller who may not see it, and every path on which a
value could come out. All the values that a caller may not see are changed at once in the database;
not a byte of what they are told may change. The default policy's staff is here; others of it are in
``test_all_leaks_outside``, and callers who are made up so that every field is hidden in every manner in
``test_all_made_up_leaks``.
"""

import pytest

from tests.footprints import Heard
from tests.security.leaks.callers import MEMBER, REAL, Asker
from tests.security.leaks.comparing import assert_tells_nothing_hidden
from tests.security.leaks.fixtures import known_to_the_directory, questions, settings, world
from tests.security.leaks.question import Question
from tests.security.leaks.world import World

pytestmark = pytest.mark.proof

__all__ = ["known_to_the_directory", "questions", "settings", "world"]


STAFF = [asker for asker in REAL if asker.kind is MEMBER]


@pytest.mark.parametrize("asker", STAFF, ids=str)
async def test_no_answer_tells_a_hidden_value(
    world: World, questions: list[Question], asker: Asker, heard: Heard
) -> None:
    await assert_tells_nothing_hidden(world, questions, asker, heard)
