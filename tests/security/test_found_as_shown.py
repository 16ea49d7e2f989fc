"""Bad input: what a record shows is what finds it, whatever it was given."""

from collections.abc import Iterator

import pytest
from hypothesis import given

from tests.api import Api
from tests.builders import a_customer
from tests.security.edges.amount import examples
from tests.security.edges.records import CUSTOMER, Input
from tests.security.test_round_trips import SHOWN, refused, sent

pytestmark = pytest.mark.proof

FIND = "query($f: CustomerFilter!) { customers(first: 100, filter: $f) { nodes { id } } }"
LENGTH_MAX = 200
"""What a filter takes."""
KINDS = {
    "rt_text": "text",
    "rt_plain": "text",
    "rt_number": "number",
    "rt_whole": "number",
    "rt_day": "date",
    "rt_time": "dateTime",
    "rt_flag": "boolean",
    "rt_choice": "choice",
}


def finders(read: Input) -> Iterator[Input]:
    """Filters by what is shown."""
    if read["name"] and len(read["name"]) <= LENGTH_MAX:
        yield {"name": {"eq": read["name"]}}
    for point in read["contactPoints"]:
        if point["kind"] in {"EMAIL", "PHONE"}:
            yield {point["kind"].lower(): {"eq": point["value"]}}
    for one in read["externalReferences"]:
        yield {"externalReference": {"eq": one}}
    if read["tags"]:
        yield {"tags": {"hasAll": read["tags"]}}
    for name in ("country", "language", "timeZone"):
        if read[name]:
            yield {name: {"eq": read[name]}}
    for item in read["customFields"]:
        kind, value = KINDS[item["name"]], item["value"]
        operand = value == "true" if kind == "boolean" else value
        yield {"customFields": [{"name": item["name"], kind: {"eq": operand}}]}


@examples(60)
@given(customer=CUSTOMER)
async def test_a_customer_is_found_by_all_that_is_shown(
    declaring: Api, customer: tuple[str, Input]
) -> None:
    kind, values = customer
    named = {"organizationName": "Kranich"} if kind == "ORGANIZATION" else {"familyName": "Kranich"}
    begun: Input = {"kind": kind, "givenName": None, "familyName": None, **named}
    id_ = await a_customer(declaring, **begun)
    shown = f"customer {{ name {SHOWN} }}"
    made = await sent(
        declaring, "updateCustomer", shown, "compliance", id=id_, expectedVersion=1, **values
    )
    if made is None or refused(made):
        return
    for filter_ in finders(made["customer"]):
        answer = await declaring.ask(FIND, as_="compliance", f=filter_)
        assert "errors" not in answer, (filter_, answer)
        found = [node["id"] for node in answer["data"]["customers"]["nodes"]]
        assert id_ in found or len(found) == 100, filter_
