"""With the compiled WHERE switched off, no question on any path is answered of another tenant."""

import pytest

from domain.entities.registry import RESOURCES
from tests.policy.two_tenants import foreign, without_where, worlds
from tests.security.leaks.callers import ALL_SEEING
from tests.security.leaks.fixtures import known_to_the_directory, settings
from tests.security.leaks.paths import Path
from tests.security.leaks.question import essential
from tests.security.leaks.questions import Asking
from tests.security.leaks.transcripts import Asked
from tests.security.leaks.views import of_records
from tests.security.leaks.world import World

pytestmark = pytest.mark.proof

__all__ = ["known_to_the_directory", "settings", "without_where", "worlds"]


@pytest.mark.usefixtures("without_where")
async def test_no_question_on_any_path_is_answered_of_another_tenant(
    worlds: tuple[World, World],
) -> None:
    mine, other = worlds
    asked = essential([*Asking(mine).questions(), *of_records(mine)])
    questions = list(dict.fromkeys(q for q in asked if not q.mutation))
    caller = Asked(mine, ALL_SEEING)
    await caller.transcript(questions)
    assert foreign(" ".join(caller.heard), other) == set()
    assert {q.path for q in questions} == set(Path)
    assert {q.resource for q in questions} == set(RESOURCES)
