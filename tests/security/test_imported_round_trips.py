"""Bad input: what an import has taken in is read and sent back by the API, and stays as it was."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.importing.records.records import CustomerRecord, Reference
from domain.importing.write.batches import BulkWriter
from tests.api import Api
from tests.builders import as_service
from tests.security.edges.amount import examples
from tests.security.edges.records import FIELDS, some
from tests.security.test_round_trips import SHOWN, sent

pytestmark = pytest.mark.proof

SNAKE = {
    "givenName": "given_name",
    "contactPoints": "contact_points",
    "language": "language",
    "timeZone": "time_zone",
    "country": "country",
    "tags": "tags",
    "location": "location",
}
ROWS = st.lists(
    some({SNAKE[name]: FIELDS[name] for name in SNAKE}),
    min_size=10,
    max_size=20,
)
SOUGHT = f"""query($s: String!, $i: String!) {{ customers(first: 1, filter: {{
    externalReference: {{eq: {{system: $s, id: $i}}}} }}) {{ nodes {{ {SHOWN} }} }} }}"""


@examples(5)
@given(rows=ROWS)
async def test_an_imported_customer_is_sent_back_as_it_was_read(
    api: Api, rows: list[dict[str, Any]]
) -> None:
    begun = next(COUNT)
    records = [_record(f"{begun}.{number}", values) for number, values in enumerate(rows)]
    async with as_service(api) as work:
        caller = work.caller
    result = await BulkWriter(api.services.stores, caller, "DE").write(records)
    assert {one.code for one in result.rejected} <= {"INVALID"}
    back_and_forth = 0
    for record in records:
        found = await api.data(SOUGHT, as_="sales", s="round", i=record.reference.id)
        for read in found["customers"]["nodes"]:
            back_and_forth += 1
            back = {n: v for n, v in read.items() if v is not None and n not in {"version", "kind"}}
            changed = await sent(
                api,
                "updateCustomer",
                f"customer {{ {SHOWN} }}",
                expectedVersion=read["version"],
                **back,
            )
            assert changed is not None
            assert (changed["userErrors"], changed["customer"]) == ([], read)
    assert back_and_forth == result.created


COUNT = itertools.count()


def _record(id_: str, values: dict[str, Any]) -> CustomerRecord:
    given = {"kind": "PERSON", "family_name": "Kranich", **values}
    for point in given.get("contact_points", ()):
        point.setdefault("label", None)
    return CustomerRecord(Reference("round", id_), given, "SALES")
