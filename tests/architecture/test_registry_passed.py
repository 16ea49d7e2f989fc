"""The registry is passed: what works on any entity names no constant, since tenants will have their own."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.modules import Module, our_modules, parsed

HOME = "domain.entities.registry"
TAKERS = frozenset(
    {
        "api/cli/compliance/erase.py",
        "api/cli/policies/policy_questions.py",
        "api/cli/records/import_.py",
        "api/cli/records/importing.py",
        "api/cli/server/entity.py",
        "api/cli/server/keys.py",
        "api/cli/server/migrate.py",
        "api/graphql/records/shells.py",
        "api/runtime/wiring.py",
    }
)
"""Who takes the built-in entities: wiring, commands that read an id, a name or a mapping before they are
connected, and the types of the schema that is served.
"""

SHELLS = "api.graphql.records.shells"
TYPE_MAKERS = frozenset(
    f"api/graphql/{path}.py"
    for path in (
        "customer_view/overview",
        "customer_view/timeline",
        "records/filters",
        "schema/schema",
        "search/types",
        "search_modes/types",
        "sharing/mutations",
        "viewer/access",
    )
)
"""Who takes the entities of the schema that is served: their types are made when they are imported."""


def taken(module: Module, home: str, *names: str) -> Iterator[str]:
    """What a module takes from that one; of all names where none is given."""
    room, _, own = home.rpartition(".")
    for node in module.walk():
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name == home)
        if isinstance(node, ast.ImportFrom):
            found = [alias.name for alias in node.names]
            if node.module == home:
                yield from (name for name in found if not names or name in names)
            elif node.module == room and own in found:
                yield own


def test_only_wiring_commands_and_types_take_the_built_in_entities() -> None:
    assert {one.path for one in our_modules() if any(taken(one, HOME))} == TAKERS


def test_only_types_that_are_made_once_take_the_served_entities() -> None:
    takers = {one.path for one in our_modules() if any(taken(one, SHELLS, "SERVED"))}
    assert takers == TYPE_MAKERS


@pytest.mark.parametrize(
    "text",
    [
        "from domain.entities.registry import BUILT_IN",
        "def f():\n    from domain.entities.registry import ALL",
        "from domain.entities import registry",
        "import domain.entities.registry",
    ],
)
def test_each_way_to_take_them_is_noticed(text: str) -> None:
    assert any(taken(parsed("x.py", text), HOME))


@pytest.mark.parametrize(
    "text",
    [
        "from domain.declaration.registry import Registry",
        "from domain.entities.customers import CUSTOMER",
        "from api.graphql.records.shells import record",
    ],
)
def test_nothing_else_is_noticed(text: str) -> None:
    module = parsed("x.py", text)
    assert not any(taken(module, HOME))
    assert not any(taken(module, SHELLS, "SERVED"))
