"""Bad input: whole requests with odd values in filters, conditions, orders, cursors, searches and inputs.

None of them is an INTERNAL error, and none runs out of time. What a single leaf takes is tried by
``test_edge_values``; here values meet: several members of an input, nested, in lists, with any cursor.
"""

import itertools
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.graphql.schema.schema import build_schema
from domain.reading.groups.group_tree import time_zones
from tests.api import Api
from tests.builders import a_customer, a_department, a_stage, an_interaction, the_pipeline
from tests.security.bad import World
from tests.security.edges.amount import examples
from tests.security.edges.asking import Asking, codes
from tests.security.edges.leaves import asked_fields
from tests.security.edges.requests import Request, Requests
from tests.security.edges.strategies import TEXT
from tests.security.edges.values import ids

pytestmark = pytest.mark.proof

CUSTOM = {
    "fz_text": ("TEXT", "Äpfel", True),
    "fz_words": ("TEXT", "100% \u0627\u0644", False),
    "fz_number": ("DECIMAL", "-0.5", False),
    "fz_whole": ("INTEGER", "7", True),
    "fz_flag": ("BOOLEAN", "true", False),
    "fz_day": ("DATE", "2024-02-29", False),
    "fz_time": ("DATETIME", "2026-03-01T12:00:00+01:00", False),
    "fz_choice": ("CHOICE", "red", False),
}
ENDS_THE_WORLD = frozenset(
    (
        *("eraseSubject", "eraseMember", "deactivateMember", "deactivatePartnerAccount"),
        *("changePolicy", "importPolicy", "restorePolicy", "approvePolicyChange", "setSearchMode"),
    )
)
"""After these others would be refused for something else."""
CURSORS = """{ customers(first: 2) { edges { cursor } }
    interactions(first: 1, orderBy: [{field: OCCURRED_AT}]) { edges { cursor } } }"""


IDS = (
    "customer",
    "opportunity",
    "pipeline",
    "department",
    "stage",
    "foreign",
    "foreign_opportunity",
)
PLACES = (*IDS, "cursor", "other_cursor", "third_cursor")
"""What is known of the world only: it stands in a drawn request by its name in brackets."""
COUNT = itertools.count()


@pytest.fixture(scope="module")
async def known(world: World) -> dict[str, str]:
    """What stands for the places, of a world in which every kind of custom field has a value."""
    api = world.here
    for name, (type_, _, sealed) in CUSTOM.items():
        choices = {"choices": ["red", "blue"]} if type_ == "CHOICE" else {}
        about: dict[str, Any] = {"name": name, "type": type_, "sealed": sealed, **choices}
        category = "user.content.private" if sealed else "user.behavior"
        made = await api.mutate("defineCustomField", "", as_="admin", category=category, **about)
        assert made["userErrors"] == []
    values = [{"name": name, "value": value} for name, (_, value, _) in CUSTOM.items()]
    place = {"latitude": 52.5, "longitude": 179.9}
    rich = await a_customer(api, customFields=values, tags=["vip"], location=place)
    await an_interaction(api, rich, body="Order of apples")
    found = await api.data(CURSORS, as_="sales")
    cursors = [edge["cursor"] for page in found.values() for edge in page["edges"]]
    ids_ = (
        *(world.customer, world.opportunity, the_pipeline(api), a_department(api, "SALES")),
        *(a_stage(api, "Qualified"), world.foreign, world.foreign_opportunity),
    )
    return {f"<{name}>": value for name, value in zip(PLACES, (*ids_, *cursors), strict=True)}


def filled(value: Any, known: Mapping[str, str]) -> Any:
    """The value with what stands for its places."""
    if isinstance(value, dict):
        return {name: filled(one, known) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, known) for one in value]
    return known.get(value, value) if isinstance(value, str) else value


@cache
def requests(kind: str) -> st.SearchStrategy[Request]:
    """Of all fields; the schema is made when the first one is drawn."""
    schema = build_schema()._schema
    whole = st.sampled_from([f"<{name}>" for name in IDS])
    cursor = st.sampled_from(
        [*(f"<{name}>" for name in PLACES[len(IDS) :]), "", "=", "\u0663", "A" * 99]
    )
    drawn = Requests(
        st.one_of(whole, whole, st.sampled_from(ids([], []))),
        {
            **{name: st.integers(0, 3) for name in ("first", "last")},
            **dict.fromkeys(("after", "before"), cursor),
            "currency": st.sampled_from(["EUR", "JPY", "KWD", "DEM"]),
            "timeZone": st.sampled_from(sorted(time_zones())),
            "name": st.sampled_from(sorted(CUSTOM)),
            "latitude": st.floats(-90, 90),
            "longitude": st.floats(-180, 180),
            "kilometres": st.floats(0, 20_037),
            "purpose": st.sampled_from(["marketing", "sales"]),
            "principal": st.sampled_from(["sales", "partner"]),
            "resource": st.sampled_from(["customer", "interaction"]),
            "field": st.sampled_from(["name", "country"]),
        },
    )
    fields = asked_fields(schema, lambda root, _name, _type: f"<{root.partition('.')[0].lower()}>")
    return st.one_of(
        [
            drawn.of(one)
            for one in fields
            if one.document.startswith(kind) and one.root not in ENDS_THE_WORLD
        ]
    )


CALLERS = st.sampled_from([None, None, None, "partner", "marketing", "compliance", "support"])


@examples(150)
@given(request=st.deferred(lambda: requests("query")), caller=CALLERS)
async def test_no_question_is_an_internal_error(
    world: World, known: dict[str, str], request: Request, caller: str | None
) -> None:
    await answered(world, known, request, caller)


@examples(100)
@given(request=st.deferred(lambda: requests("mutation")))
async def test_no_change_is_an_internal_error(
    world: World, known: dict[str, str], request: Request
) -> None:
    await answered(world, known, request, None)


async def answered(
    world: World, known: dict[str, str], request: Request, caller: str | None
) -> None:
    variables = filled(dict(request.variables), known)
    found = codes(await Asking(world.here).send(request.root, request.document, variables, caller))
    assert not {"INTERNAL", "TIMEOUT"} & set(found), (request.root, variables)


PAGE = """query($size: Int!, $after: String, $d: Direction!) { partnerAccounts(first: $size, after: $after,
    orderBy: [{field: NAME, direction: $d}]) { nodes { id } pageInfo { hasNextPage endCursor } } }"""


@examples(4)
@example(names=["\U0001f600" * 200, "\ufdfa" * 200], direction="ASC")
@given(names=st.lists(TEXT, min_size=2, max_size=6), direction=st.sampled_from(["ASC", "DESC"]))
async def test_every_cursor_that_is_given_is_taken(
    api: Api, names: list[str], direction: str
) -> None:
    for name in names:
        await api.mutate(
            "addPartnerAccount",
            "",
            as_="admin",
            kind="PARTNER",
            handle=f"h{next(COUNT)}",
            name=name,
        )
    counted = await api.data("{ partnerAccounts(first: 0) { totalCount } }", as_="admin")
    total = counted["partnerAccounts"]["totalCount"]
    found: list[str] = []
    asked, has_next = {"size": 3 + total // 20, "after": None, "d": direction}, True
    while has_next:
        page = (await api.data(PAGE, as_="admin", **asked))["partnerAccounts"]
        found += [node["id"] for node in page["nodes"]]
        asked["after"], has_next = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert len(set(found)) == len(found) == total
