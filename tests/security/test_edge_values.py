"""Item 18: whatever stands in a leaf of the input, no answer has the code INTERNAL.

Every leaf of the schema gets some of its edge values, others in each leaf; FARLEY_EDGES=all sends all
(``make proof``).
"""

import json
import os
import random
import zlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from graphql import GraphQLEnumType

from api.graphql.schema import build_schema
from domain.provisioning import named_id
from tests.api import Api
from tests.builders import a_department, a_stage, the_pipeline
from tests.security.bad import World
from tests.security.edges.leaves import Leaf, leaves
from tests.security.edges.values import OF_TYPE, TIMES, ids, lists

ALL = os.environ.get("FARLEY_EDGES") == "all"
EACH, OF_AMOUNTS = 1, 4
"""How many values a leaf gets, unless all are sent."""

ACTORS = {
    **dict.fromkeys(("registerDeal", "withdrawDealRegistration"), "partner"),
    **dict.fromkeys(
        (
            *("eraseSubject", "erasure", "restrictProcessing", "liftRestriction", "recordAccess"),
            "liftSuppression",
        ),
        "compliance",
    ),
    **dict.fromkeys(
        (
            *("defineCustomField", "setSearchMode", "createApiKey", "revokeApiKey", "changePolicy"),
            *("importPolicy", "restorePolicy", "approvePolicyChange", "rejectPolicyChange"),
            *("addPartnerAccount", "deactivatePartnerAccount", "activatePartnerAccount", "explain"),
            *("simulate", "whoCanSee", "policy", "policyCsv", "policyVersions", "policyDifference"),
            *("policyChanges", "apiKeys", "members"),
            *("activateMember", "deactivateMember", "eraseMember"),
        ),
        "admin",
    ),
}
_ENUMS = ("STATUS", "KIND", "CHANNEL", "READ")
_PLAIN = {"Int": 1, "Float": 1.0, "Boolean": True, "Decimal": "1", **TIMES}


OPTIONAL = {
    ("interactionsByContactPoint", "email?"): "a@example.com",
    ("explain", "resource?"): "customer",
    ("createCustomer", "givenName?"): "Ada",
    ("registerDeal", "kind?"): "PERSON",
    ("registerDeal", "givenName?"): "Ada",
}
STRINGS = {
    "purpose": "marketing",
    "currency": "EUR",
    "principal": "sales",
    "field": "name",
    "code": "EDGE",
    "csv": "p, SALES:MEMBER, customer, read, sales, always, *, allow",
}


STANDS_ALONE = frozenset(
    (
        *("approveDealRegistration", "rejectDealRegistration", "withdrawDealRegistration"),
        *(
            "activatePartnerAccount",
            "deactivatePartnerAccount",
            "eraseSubject",
            "erasure",
            "liftRestriction",
            "liftSuppression",
        ),
        *("createApiKey", "revokeApiKey", "changePolicy", "importPolicy", "restorePolicy"),
        *("activateMember", "deactivateMember", "eraseMember"),
        *(
            "approvePolicyChange",
            "rejectPolicyChange",
            "shareRecord",
            "unshareRecord",
            "openRecord",
        ),
    )
)
"""What needs a record that is not there, or more words than one."""


class Filler:
    """Right values for what is required."""

    def __init__(self, world: World, members: Mapping[str, frozenset[str]]) -> None:
        self._members = members
        self._ids = {
            "customer": world.customer,
            "opportunity": world.opportunity,
            "pipeline": the_pipeline(world.here),
            "stage": a_stage(world.here, "Qualified"),
            "department": a_department(world.here, "SALES"),
            "partneraccount": f"par_{named_id(world.here.tenant, 'partner_account', 'partner')}",
        }

    def __call__(self, root: str, name: str, type_: str) -> Any:
        if name.endswith("?"):
            return OPTIONAL.get((root, name))
        if type_ == "ID":
            return self._id(root, name)
        if type_ in self._members:
            return next((one for one in _ENUMS if one in self._members[type_]), None)
        return STRINGS.get(name, "x") if type_ == "String" else _PLAIN.get(type_)

    def _id(self, root: str, name: str) -> str:
        kind = root.partition(".")[0] if "." in root else name.removesuffix("Id")
        if root == "advanceOpportunity" and name == "id":
            kind = "opportunity"
        return self._ids.get(kind.lower(), self._ids["customer"])


@pytest.fixture(scope="module")
def found(world: World) -> list[Leaf]:
    schema = build_schema()._schema
    members = {
        name: frozenset(type_.values)
        for name, type_ in schema.type_map.items()
        if isinstance(type_, GraphQLEnumType)
    }
    return list(leaves(schema, Filler(world, members)))


class Asking:
    """Requests of several callers, whose tokens are kept."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._tokens: dict[str, str] = {}

    async def send(self, leaf: Leaf, variables: dict[str, Any]) -> httpx.Response:
        as_ = ACTORS.get(leaf.root, "sales")
        if as_ not in self._tokens:
            self._tokens[as_] = await self._api.token(as_)
        body = json.dumps({"query": leaf.document, "variables": variables})
        headers = {
            "authorization": f"Bearer {self._tokens[as_]}",
            "content-type": "application/json",
        }
        return await self._api.http.post("/graphql", content=body, headers=headers)


def values_of(leaf: Leaf, world: World) -> list[Any]:
    """All edge values of a leaf, or a few of them that follow from its place."""
    known = [world.customer, world.opportunity, the_pipeline(world.here)]
    foreign = [world.foreign, world.foreign_opportunity]
    values = (
        ids(known, foreign) if leaf.type == "ID" else list(OF_TYPE.get(leaf.type, ("", "X", 5)))
    )
    if leaf.is_list:
        values = lists(values)
    values.append(None)
    if ALL:
        return values
    place = f"{leaf.root} {leaf.path}".encode()
    count = OF_AMOUNTS if leaf.type == "Decimal" else EACH
    return random.Random(zlib.crc32(place)).sample(values, count)


def codes(response: httpx.Response) -> list[str]:
    if response.status_code == 400:
        return ["BAD_BODY"]
    assert response.status_code in {200, 413}, response.text[:500]
    answer = response.json()
    given = [error["extensions"]["code"] for error in answer.get("errors") or ()]
    for value in (answer.get("data") or {}).values():
        if isinstance(value, dict):
            given += [error["code"] for error in value.get("userErrors") or ()]
    return given


async def test_what_is_asked_around_the_leaves_is_answered(found: list[Leaf], world: World) -> None:
    """Else the leaves of a field would be refused for something else."""
    asking, refused = Asking(world.here), {}
    for leaf in {leaf.root: leaf for leaf in found}.values():
        given = codes(await asking.send(leaf, leaf.given))
        if given and leaf.root not in STANDS_ALONE:
            refused[leaf.root] = given
    assert refused == {}, str(refused)


@pytest.mark.parametrize("kind", ["query", "mutation"])
async def test_no_edge_value_is_an_internal_error(
    found: list[Leaf], world: World, kind: str
) -> None:
    asking, wrong, seen = Asking(world.here), [], Counter[str]()
    for leaf in found:
        if not leaf.document.startswith(kind):
            continue
        for value in values_of(leaf, world):
            given = codes(await asking.send(leaf, leaf.with_value(value)))
            seen.update(given or ["TAKEN"])
            if "INTERNAL" in given or "TIMEOUT" in given:
                wrong.append((leaf.root, leaf.path, repr(value)[:60]))
    assert wrong == []
    assert seen["TAKEN"] > seen.total() // 25, seen  # Some edge values are good ones.
    assert not seen["RATE_LIMITED"], seen
