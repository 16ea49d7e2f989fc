"""The audits of the npm package ``graphql-http`` (GraphQL over HTTP) against the real server."""

from pathlib import Path

import pytest

from tests.clients.conftest import Node
from tests.integration.running import Running

pytestmark = pytest.mark.proof

AUDITS = 61
SCHEMA = Path(__file__).parents[2] / "api" / "graphql" / "schema.graphql"


def test_every_audit_is_passed(node: Node, running_with_get: Running) -> None:
    results = node.run(
        "audits", url=f"{running_with_get.url}/graphql", tokens=running_with_get.tokens
    )
    failed = [
        f"{o['id']} {o['status']}: {o['name']}: {o['reason']}"
        for o in results
        if o["status"] != "ok"
    ]
    assert not failed, "\n".join(failed)
    assert len(results) == AUDITS


WON = "query Won { opportunities(first: 0, filter: {status: {eq: WON}}) { totalCount } }"


def test_urql_sends_queries_by_get(node: Node, running_with_get: Running) -> None:
    answers = node.run(
        "urql",
        get="within-url-limit",
        url=f"{running_with_get.url}/graphql",
        tokens=running_with_get.tokens,
        schema=SCHEMA.read_text(),
        documents=[{"name": "Won", "text": WON, "as": "sales", "variables": {}}],
    )
    counted = answers["operations"]["Won"]["opportunities"]["totalCount"]
    assert counted == running_with_get.ask(WON, "sales")["opportunities"]["totalCount"]
