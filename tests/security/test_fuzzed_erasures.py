"""Bad input: whoever was taken in, under whatever name and address, is erased to the end; others stay."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.api import Api
from tests.builders import a_customer, as_service
from tests.erasing import finish_erasures
from tests.security.edges.amount import examples
from tests.security.edges.records import CUSTOMER, Input
from tests.security.edges.strategies import TEXT
from tests.security.test_round_trips import SHOWN, refused, sent

pytestmark = pytest.mark.proof

PEOPLE = st.lists(st.tuples(CUSTOMER, TEXT), min_size=3, max_size=5)
READ = "query($id: ID!) { node(id: $id) { ... on Customer { name tags contactPoints { value } } } }"


async def taken_in(api: Api, kind: str, values: Input) -> str | None:
    named = {"organizationName": "Kranich"} if kind == "ORGANIZATION" else {"familyName": "Kranich"}
    begun: Input = {"kind": kind, "givenName": None, "familyName": None, **named}
    id_ = await a_customer(api, **begun)
    shown = f"customer {{ {SHOWN} }}"
    given = {**values, "id": id_, "expectedVersion": 1}
    made = await sent(api, "updateCustomer", shown, "compliance", **given)
    return None if made is None or refused(made) else id_


async def noted(api: Api, id_: str, text: str) -> None:
    """Somebody else's text that speaks of them."""
    given = {"channel": "EMAIL", "direction": "INBOUND", "occurredAt": "2026-03-01T12:00:00Z"}
    await sent(api, "recordInteraction", "interaction { id }", customerId=id_, body=text, **given)


@examples(3)
@given(people=PEOPLE)
async def test_everybody_is_erased_to_the_end(
    declaring: Api, people: list[tuple[tuple[str, Input], str]]
) -> None:
    stays = await a_customer(declaring, familyName="Stays")
    ids = []
    for (kind, values), text in people:
        id_ = await taken_in(declaring, kind, values)
        if id_ is not None:
            ids.append(id_)
            await noted(declaring, stays, f"{text} {values.get('givenName', '')} {values}")
    for id_ in ids:
        payload = await declaring.mutate("eraseSubject", "", as_="compliance", customerId=id_)
        assert payload["userErrors"] == []
    await finish_erasures(declaring)
    async with as_service(declaring) as work:
        left = await work.stores.vault.keys(work.tenant, [id_[4:] for id_ in ids])
    assert left == {}
    for id_ in ids:
        assert shows_nothing(await declaring.data(READ, as_="compliance", id=id_))
    assert not shows_nothing(await declaring.data(READ, as_="compliance", id=stays))


def shows_nothing(data: dict[str, Any]) -> bool:
    node = data["node"]
    return node is None or (not node["name"] and not node["tags"] and not node["contactPoints"])
