"""Item 18: whatever stands in a leaf of the input, no answer has the code INTERNAL.

Every leaf of the schema gets some of its edge values, others in each leaf; ``make proof EDGES=all`` sends
all.
"""

import random
import zlib
from collections import Counter
from typing import Any

import pytest

from api.graphql.schema.schema import build_schema
from tests.builders import a_customer, the_pipeline
from tests.security.bad import NOBODY, World
from tests.security.edges.amount import ALL
from tests.security.edges.asking import Asking, Filler, codes
from tests.security.edges.leaves import Leaf, leaves
from tests.security.edges.values import OF_TYPE, ids, lists

pytestmark = pytest.mark.proof

EACH, OF_AMOUNTS = 1, 4
"""How many values a leaf gets, unless all are sent."""

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


ENDS = (
    *("deactivatePartnerAccount", "deactivateMember", "restrictProcessing"),
    *("eraseMember", "eraseSubject"),
)
"""What leaves the records of the others in a state that refuses everything: comes last."""


@pytest.fixture(scope="module")
def found(world: World) -> list[Leaf]:
    schema = build_schema()._schema
    return sorted(leaves(schema, Filler(world, schema)), key=_comes_last)


def _comes_last(leaf: Leaf) -> int:
    return ENDS.index(leaf.root) if leaf.root in ENDS else -1


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


async def test_what_is_asked_around_the_leaves_is_answered(found: list[Leaf], world: World) -> None:
    """Else the leaves of a field would be refused for something else."""
    asking, refused = Asking(world.here), {}
    for leaf in {leaf.root: leaf for leaf in found}.values():
        given = codes(await asking.send(leaf.root, leaf.document, leaf.given))
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
            given = codes(await asking.send(leaf.root, leaf.document, leaf.with_value(value)))
            seen.update(given or ["TAKEN"])
            if "INTERNAL" in given or "TIMEOUT" in given:
                wrong.append((leaf.root, leaf.path, repr(value)[:60]))
    assert wrong == []
    assert seen["TAKEN"] > seen.total() // 25, seen  # Some edge values are good ones.
    assert not seen["RATE_LIMITED"], seen


@pytest.mark.parametrize(
    ("mutation", "as_", "given", "member"),
    [
        (
            "addPartnerAccount",
            "admin",
            {"kind": "SUPPLIER", "handle": "s", "name": "S"},
            "customerId",
        ),
        ("assignPartner", "manager", {"id": "customer", "expectedVersion": 1}, "partnerAccountId"),
        (
            "createOpportunity",
            "sales",
            {"customerId": "customer", "pipelineId": "pipeline", "title": "x"},
            "stageId",
        ),
        ("registerDeal", "partner", {"pipelineId": "pipeline", "title": "x"}, "customerId"),
        ("approveDealRegistration", "manager", {"id": "deal", "expectedVersion": 1}, "customerId"),
        ("createCustomer", "sales", {"kind": "PERSON", "givenName": "Ada"}, "departmentId"),
        ("createCustomer", "sales", {"kind": "PERSON", "givenName": "Ada"}, "ownerId"),
    ],
)
async def test_an_empty_id_that_may_be_left_out_is_that_of_no_record(
    world: World, mutation: str, as_: str, given: dict[str, Any], member: str
) -> None:
    """It was taken for none in Python, and for an id by the database."""
    known = {
        "customer": await a_customer(world.here),  # The other may be erased by now.
        "pipeline": the_pipeline(world.here),
        "deal": f"dea_{NOBODY}",
    }
    filled = {name: known.get(value, value) for name, value in given.items()}
    payload = await world.here.mutate(mutation, "", as_=as_, **filled, **{member: ""})
    told = {(error["code"], *error["path"]) for error in payload["userErrors"]}
    assert ("NOT_FOUND", "input", member) in told
