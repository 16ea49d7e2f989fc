"""A caller who may not see a value gets the same answers whatever it is.

The matrix: every field of the catalogue, every caller who may not see it, and every path on which a
value could come out. All the values that a caller may not see are changed at once in the database;
not a byte of what they are told may change. Somebody who sees everything is told something else for
each field on each path, so that the questions are known to tell values apart.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
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
    Asking,
    Path,
    Question,
    _groups_of,
    _holding,
    _over,
)
from tests.security.leaks.transcripts import Answers, Asked
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


async def test_all(world: World, questions: list[Question]) -> None:
    import time
    await world.put([])
    asked = Asked(world, ALL_SEEING)
    print(len(questions), Counter(q.path for q in questions))
    t = time.time()
    answers, _ = await asked.transcript(questions)
    print("first", time.time() - t)
    t = time.time()
    answers, _ = await asked.transcript(questions)
    print("second", time.time() - t)
    errs = [(k, v) for k, v in answers.items() if isinstance(k, Question) and not v.endswith("null]")]
    for k, v in errs: print(k, v[:300])
    t = time.time()
    await world.put([("customer", "country")])
    print("put", time.time() - t)
