"""Every record type is read as the plain reference model has it: whatever can be asked of each of its
fields, on every path, by callers who see all of it, some of it, masks or nothing.

The questions are those of the matrix of leaks, made from the declarations and the schema.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from graphql import parse

from api.graphql.planning.reads import Reads
from api.settings.databases import Urls
from domain.access.caller import Caller
from domain.declaration.entity import Entity
from domain.entities.registry import ALL, BUILT_IN, SHAPES
from policy.compiler import Snapshot, compile_policy
from policy.defaults.grants import default_links
from privacy.purposes import PURPOSES
from tests.api import Api
from tests.reference.answer import answered
from tests.reference.compiled import SCHEMA, Compiled
from tests.reference.differences import differences
from tests.reference.eyes import Eyes
from tests.reference.records import Records
from tests.security.leaks.callers import ALL_SEEING, ASKERS, RULES, Asker
from tests.security.leaks.documents import literal, texts
from tests.security.leaks.paths import Path
from tests.security.leaks.question import ALL_FIELDS, Question, essential
from tests.security.leaks.questions import Asking
from tests.security.leaks.values import PEER, SHOWN
from tests.security.leaks.world import World, a_world, may_change_everything

NOW = datetime(2026, 3, 31, 10, 30, tzinfo=UTC)
REGION = "DE"
HITS = "{ hits { score record { __typename ... on Node { id } } } }"
ELSEWHERE = {"custom_fields", "name"}
"""Fields that are looked up in ways of their own, of which ``tests/reference`` knows more."""
CALLERS = (ALL_SEEING, *(one for one in ASKERS if one.name == "partner"))


@pytest.fixture(scope="module")
async def world(api: Api, urls: Urls) -> World:
    await may_change_everything(urls)
    return await a_world(api)


@pytest.fixture(scope="module")
async def records(world: World, urls: Urls) -> Records:
    assert urls.owner_main
    api = world.api
    return await Records.loaded(urls.owner_main, api.services.vault, api.tenant, REGION)


@pytest.fixture(scope="module")
def snapshot(world: World) -> Snapshot:
    links = tuple(default_links())
    return compile_policy(world.api.tenant, 1, RULES, links, shapes=SHAPES, purposes=PURPOSES)


@pytest.fixture(scope="module")
def questions(world: World) -> list[Question]:
    asked = dict.fromkeys((*Asking(world).questions(), *searches(world)))
    return essential(one for one in asked if is_compared(one))


def searches(world: World) -> Iterator[Question]:
    """For what each text holds that search finds, and that of the peer."""
    for entity in ALL:
        for field in entity.fields:
            for which in (SHOWN, PEER) if field.find else ():
                for text in texts(world.value(entity, field.name, which)):
                    asked = f"search(query: {literal(text)}, first: 9) {HITS}"
                    yield Question(entity.name, field.name, Path.SEARCH, asked)


def is_compared(question: Question) -> bool:
    """Cursors are compared in ``tests/reference``; what a search nearly finds, and what is wrong with an
    argument, have tests of their own.
    """
    is_whole = question.path is Path.SEARCH and HITS not in question.text
    is_wrong = question.path is Path.ERROR
    return not (question.walk or is_whole or is_wrong or question.field in ELSEWHERE)


@pytest.fixture(scope="module")
def reads() -> Reads:
    return Reads(SCHEMA, BUILT_IN)


@pytest.mark.parametrize("asker", CALLERS, ids=str)
@pytest.mark.parametrize("entity", ALL, ids=lambda entity: entity.name)
async def test_every_question_is_answered_as_the_reference_does(
    world: World,
    records: Records,
    snapshot: Snapshot,
    questions: list[Question],
    reads: Reads,
    entity: Entity,
    asker: Asker,
) -> None:
    principal, purpose = asker.principal(world), PURPOSES[asker.purpose]
    caller = Caller(principal, purpose, snapshot, BUILT_IN)
    eyes = Eyes(records, principal, purpose, RULES, tuple(default_links()), NOW)
    compiled = Compiled(world.api.services, reads, caller, REGION, NOW)
    told = 0
    for question in questions:
        if question.resource == entity.name:
            document = parse(f"{{ {question.text} }}")
            expected = answered(eyes, document, {})
            found = differences(await compiled.planned(document, {}), expected)
            assert not found, "\n".join([*found, question.text])
            told += question.field == ALL_FIELDS or not expected.refused
    assert told
