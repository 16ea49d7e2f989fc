"""With the compiled WHERE switched off, row-level security still keeps other tenants' rows away: for every
kind of record and on every path.
"""

from collections.abc import AsyncIterator

import pytest

from api.graphql.planning.roots import roots_of
from api.runtime.wiring import Services
from api.settings.databases import Urls
from api.settings.embedded import EmbeddedCluster
from api.settings.settings import Settings
from domain.entities.registry import ALL, BUILT_IN
from tests.api import Api
from tests.policy.two_tenants import foreign, without_where, worlds
from tests.security.leaks.callers import ALL_SEEING, ASKERS
from tests.security.leaks.documents import literal
from tests.security.leaks.fixtures import known_to_the_directory, settings
from tests.security.leaks.transcripts import Asked
from tests.security.leaks.values import PEER, SHOWN
from tests.security.leaks.world import World

LISTS = roots_of(BUILT_IN).lists
LISTED = {entity.name for entity in LISTS.values()}

__all__ = ["known_to_the_directory", "settings", "without_where", "worlds"]


def lists() -> list[str]:
    return [f"{root}: {root}(first: 50) {{ totalCount nodes {{ id }} }}" for root in LISTS]


def of_both(worlds: tuple[World, World]) -> str:
    """Every record of both tenants by its id."""
    ids = [
        world.id(resource.name, which)
        for world in worlds
        for resource in ALL
        for which in (SHOWN, PEER)
    ]
    return f"nodes(ids: {literal(ids)}) {{ __typename id }}"


@pytest.mark.usefixtures("without_where")
async def test_lists_and_ids_lead_to_no_row_of_another_tenant(worlds: tuple[World, World]) -> None:
    for mine, other in (worlds, worlds[::-1]):
        caller = Asked(mine, ALL_SEEING)
        await caller._post(f"{{ {' '.join(lists())} }}")
        assert foreign(caller.heard[0], other) == set()
        assert all(mine.ids[name, SHOWN] in caller.heard[0] for name in LISTED)
        answer = await caller._post(f"{{ {of_both(worlds)} }}")
        found = {node["id"] for node in answer["data"]["nodes"] if node}
        assert found == {mine.id(resource.name, w) for resource in ALL for w in (SHOWN, PEER)}


@pytest.mark.usefixtures("without_where")
async def test_whoever_sees_nothing_sees_all_of_their_tenant_s_and_nothing_else(
    worlds: tuple[World, World],
) -> None:
    """So the WHERE is off indeed."""
    mine, other = worlds
    stranger = next(asker for asker in ASKERS if asker.name == "another supplier")
    caller = Asked(mine, stranger)
    await caller._post("{ customers(first: 50) { nodes { id } } }")
    assert mine.ids["customer", SHOWN] in caller.heard[0]
    assert foreign(caller.heard[0], other) == set()


# --- that the test would notice -------------------------------------------------------------------


@pytest.fixture
async def unwalled(
    worlds: tuple[World, World],
    without_where: None,
    settings: Settings,
    urls: Urls,
    cluster: EmbeddedCluster,
    services: Services,
) -> AsyncIterator[Api]:
    """The same application with a role that row-level security does not bind."""
    name = urls.main.partition("@/")[2].partition("?")[0]
    superuser = Urls(cluster.url(name), urls.vault, urls.owner_main, urls.owner_vault)
    async with Api.started(settings, superuser, services, worlds[0].api.tenant) as api:
        yield api


async def test_without_the_second_wall_the_rows_would_be_there(
    worlds: tuple[World, World], unwalled: Api
) -> None:
    mine, other = worlds
    caller = Asked(World(unwalled, mine.ids, mine.others), ALL_SEEING)
    await caller._post(f"{{ {' '.join(lists())} }}")
    assert {name for name, _ in foreign(caller.heard[0], other)} == LISTED
