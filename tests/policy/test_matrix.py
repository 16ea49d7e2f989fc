"""What everybody may do, on all ten read paths and by every mutation, is what was reviewed."""

import difflib
import os
from pathlib import Path

import pytest

from api.settings.databases import Urls
from domain.entities.registry import ALL
from tests.api import Api
from tests.builders import add_rules
from tests.policy.matrix.askers import COLUMNS, WRITING
from tests.policy.matrix.reads import Reads
from tests.policy.matrix.table import table
from tests.policy.matrix.writes import Writes
from tests.security.leaks.callers import made_up_rules
from tests.security.leaks.fixtures import known_to_the_directory, settings
from tests.security.leaks.world import World, a_world, may_change_everything

pytestmark = pytest.mark.proof

REVIEWED = Path(__file__).with_name("matrix.txt")


__all__ = ["known_to_the_directory", "settings"]


@pytest.fixture(scope="module")
async def world(api: Api, urls: Urls) -> World:
    await may_change_everything(urls)
    await add_rules(api, *(rule for rule in made_up_rules() if rule.subject == "ALL_SEEING"))
    world = await a_world(api)
    await world.put([])
    return world


async def test_everybody_may_do_what_was_reviewed(world: World) -> None:
    read = await Reads(world).cells(COLUMNS)
    found = table(COLUMNS, read, await Writes(world).cells(WRITING))
    if os.environ.get("FARLEY_TEST_WRITE"):
        REVIEWED.write_text(found)
    reviewed = REVIEWED.read_text()
    changed = difflib.unified_diff(
        reviewed.splitlines(), found.splitlines(), "reviewed", "found", lineterm="", n=0
    )
    assert {pair for pair, _ in read} == {(r.name, name) for r in ALL for name in r.grantable}
    assert reviewed == found, "\n".join(changed)
