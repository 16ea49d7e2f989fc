"""Two tenants with the same records, and the application without a WHERE that keeps them apart."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from api.settings.databases import Urls
from domain.access.effective_access import EffectiveAccess
from policy.access import Access
from tests.api import Api
from tests.builders import add_rules, another_tenant
from tests.security.leaks.callers import made_up_rules
from tests.security.leaks.world import World, a_world, may_change_everything


@pytest.fixture(scope="module")
async def worlds(api: Api, urls: Urls) -> tuple[World, World]:
    """The same records twice, for two tenants."""
    await may_change_everything(urls)
    made = []
    for one in (api, await another_tenant(api)):
        await add_rules(one, *(rule for rule in made_up_rules() if rule.subject == "ALL_SEEING"))
        made.append(await a_world(one))
        await made[-1].put([])
    return made[0], made[1]


@pytest.fixture
def without_where(worlds: tuple[World, World]) -> Iterator[None]:
    """Neither the tenant nor the rules stand in the WHERE any more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Access, "where", lambda *_: sa.true())
        patch.setattr(EffectiveAccess, "where", lambda *_: sa.true())
        yield


def foreign(heard: str, other: World) -> set[tuple[str, str]]:
    """Whose records' ids stand in an answer that should hold none of them."""
    return {key for key, id_ in other.ids.items() if id_ in heard}
