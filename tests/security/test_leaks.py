"""Every field is asked about on every path, and hidden from many; a partner is told nothing of a customer
that they may not see. All callers are told of all records in ``test_all_leaks``.
"""

from collections import Counter

import pytest

from domain.declaration.entity import Entity
from domain.entities.registry import ALL
from domain.reading.groups.groups import Function, groupable, measurable
from tests.footprints import Heard
from tests.security.leaks.callers import ASKERS, hidden
from tests.security.leaks.comparing import assert_tells_nothing_hidden
from tests.security.leaks.fixtures import known_to_the_directory, questions, settings, world
from tests.security.leaks.paths import Path, why_not
from tests.security.leaks.question import ALL_FIELDS, Question
from tests.security.leaks.world import World

CALLERS_MIN = 5

__all__ = ["known_to_the_directory", "questions", "settings", "world"]


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


async def test_no_answer_tells_a_partner_a_hidden_value_of_a_customer(
    world: World, questions: list[Question], heard: Heard
) -> None:
    partner = next(asker for asker in ASKERS if asker.name == "partner")
    asked = [question for question in questions if question.resource == "customer"]
    await assert_tells_nothing_hidden(world, asked, partner, heard)


@pytest.mark.parametrize("resource", ALL, ids=lambda resource: resource.name)
def test_a_sealed_field_is_never_grouped_or_aggregated(resource: Entity) -> None:
    used = [*groupable(resource), *(f for fn in Function for f in measurable(resource, fn))]
    assert [field.name for field in used if field.is_sealed] == []
