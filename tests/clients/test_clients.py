"""Apollo Client, urql and Relay run the documented operations against the real server as they are."""

from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import Node
from tests.integration.running import Running

pytestmark = pytest.mark.proof

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "api" / "graphql" / "schema.graphql"
DOCUMENTS = {path.stem: path.read_text() for path in (ROOT / "sdk" / "documents").glob("*.graphql")}
RELAY = {
    path.stem: path.read_text() for path in (Path(__file__).parent / "relay").glob("*.graphql")
}
SOME = "{ customers(first: 20) { nodes { id email } } }"
PAGE = "{ customers(first: 6) { nodes { id } } }"
CLIENTS = ("apollo", "urql", "relay")


@pytest.fixture(scope="module")
def customers(running: Running) -> list[dict[str, Any]]:
    """Those with an e-mail address; each client takes other ones."""
    nodes = running.ask(SOME, "support")["customers"]["nodes"]
    return [node for node in nodes if node["email"]]


@pytest.fixture(scope="module")
def compiled(node: Node) -> Path:
    return node.compile(DOCUMENTS | RELAY, SCHEMA)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_runs_the_documented_operations(
    client: str, node: Node, running: Running, customers: list[dict[str, Any]], compiled: Path
) -> None:
    at = CLIENTS.index(client)
    asked = _operations(customers[2 * at], customers[2 * at + 1])
    assert {one["name"] for one in asked} == {_name(text) for text in DOCUMENTS.values()}
    expected = {
        one["name"]: running.ask(one["text"], one["as"], **one["variables"])
        for one in asked
        if "query " in one["text"] and one["name"] != "CustomerView"  # It grows older meanwhile.
    }
    answers = node.run(
        client,
        url=f"{running.url}/graphql",
        tokens=running.tokens,
        schema=SCHEMA.read_text(),
        documents=asked,
        customer=customers[2 * at]["id"],
        compiled=str(compiled),
    )
    given = {name: _settled(data) for name, data in answers["operations"].items()}
    assert {name: given[name] for name in expected} == _settled(expected)
    assert given["CustomerView"]["node"]["name"]
    for name in given.keys() - expected.keys() - {"CustomerView"}:
        (payload,) = given[name].values()
        assert payload["userErrors"] == []
    first_two = [one["id"] for one in running.ask(PAGE, "support")["customers"]["nodes"]]
    assert answers["pages"] == first_two
    if "normalised" in answers:
        _one_object_for_a_record(answers["normalised"], customers[2 * at]["id"])


def test_relay_compiles_fragments_that_page_and_refetch(compiled: Path) -> None:
    made = {path.name for path in compiled.iterdir()}
    assert {"CustomerCardPaginationQuery.graphql.js", "CustomersPageQuery.graphql.js"} <= made


def _one_object_for_a_record(found: dict[str, Any], id_: str) -> None:
    assert f"Customer:{id_}" in found["keys"]
    assert found["after"]["name"] != found["before"]["name"]
    assert found["after"]["version"] == found["before"]["version"] + 1


def _operations(customer: dict[str, Any], erased: dict[str, Any]) -> list[dict[str, Any]]:
    by_email = {"email": customer["email"]}
    interaction = {
        "customerId": customer["id"],
        "channel": "PHONE",
        "direction": "INBOUND",
        "occurredAt": "2026-03-01T12:00:00Z",
        "body": "Called about the invoice.",
    }
    given: dict[str, tuple[str, dict[str, Any]]] = {
        "first": ("sales", by_email),
        "find_by_email": ("sales", by_email),
        "won_by_currency": ("sales", {}),
        "interactions_by_month": ("sales", {}),
        "find": ("sales", {"words": "invoice"}),
        "customer_view": ("sales", {"id": customer["id"]}),
        "screen_pop": ("support", {"phone": "+49 30 1234567"}),
        "record_interaction": ("sales", {"input": interaction}),
        "follow_up": ("sales", {}),
        "create_note": ("sales", {"input": {"body": "Prefers calls.", "record": customer["id"]}}),
        "create_task": ("sales", {"input": {"title": "Send the offer.", "record": customer["id"]}}),
        "erase_subject": ("compliance", {"input": {"customerId": erased["id"]}}),
    }
    return [
        {"name": _name(DOCUMENTS[file]), "text": DOCUMENTS[file], "as": as_, "variables": variables}
        for file, (as_, variables) in given.items()
    ]


def _name(text: str) -> str:
    """The name of a document's only operation."""
    words = text.replace("(", " ").split()
    return next(words[at + 1] for at, word in enumerate(words) if word in {"query", "mutation"})


def _settled(data: Any) -> Any:
    """Without what the clients select by themselves, and what grows with every second."""
    if isinstance(data, dict):
        dropped = {"__typename", "ageSeconds"}
        return {name: _settled(v) for name, v in data.items() if name not in dropped}
    return [_settled(item) for item in data] if isinstance(data, list) else data
