"""Round trips of odd values in each field that callers write, of every record type: what was taken is read,
and taken back as it was read, without a change; what is refused is refused with a code, never INTERNAL.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.declaration.field import Field
from domain.declaration.kinds import Form, Kind
from domain.declaration.names import camel
from domain.entities.registry import ALL
from domain.values.choice import values_of
from tests.api import Api
from tests.builders import a_customer
from tests.entities.makers import Made, an_input, who
from tests.entities.values import Input, asked
from tests.security.edges.amount import examples
from tests.security.edges.strategies import DAY, DECIMAL, MOMENT, TEXT, WHOLE, Strategy
from tests.security.leaks.documents import shown
from tests.security.test_round_trips import as_seen, refused, sent

pytestmark = pytest.mark.proof

_REFERENCE = st.fixed_dictionaries({"system": TEXT, "id": TEXT})
OF_KIND: Mapping[Kind | Form, Strategy] = {
    Kind.TEXT: TEXT,
    Kind.INTEGER: WHOLE,
    Kind.DECIMAL: DECIMAL,
    Kind.BOOLEAN: st.booleans(),
    Kind.DATE: DAY,
    Kind.TIMESTAMP: MOMENT,
    Kind.TAGS: st.lists(TEXT, max_size=3),
    Form.EXTERNAL_REFERENCES: st.lists(_REFERENCE, max_size=3),
}
WRITTEN = {
    f"{entity.name}.{field.name}": (entity, field)
    for entity in ALL
    if entity.is_written
    for field in asked(entity, is_new=False)
    if field.target == ""
}
"""By a name, which Hypothesis prints."""


def of_field(field: Field) -> Strategy:
    if field.values is not None:
        return st.sampled_from(values_of(field.values))
    return OF_KIND[field.form or field.kind]


@pytest.fixture(scope="module")
async def least(api: Api) -> Mapping[str, Input]:
    """What a record of each type does not go without."""
    records = Made(api, 0, {"customer": await a_customer(api)})
    return {
        entity.name: {
            name: value
            for name, value in (await an_input(records, entity)).items()
            if name in {camel(field.column) for field in entity.fields if field.required}
        }
        for entity in ALL
        if entity.is_written
    }


@examples(120)
@given(
    drawn=st.sampled_from(sorted(WRITTEN)).flatmap(
        lambda name: st.tuples(st.just(name), of_field(WRITTEN[name][1]))
    )
)
async def test_what_is_taken_is_taken_back_as_it_was_read(
    api: Api, least: Mapping[str, Input], drawn: tuple[str, Any]
) -> None:
    (entity, field), value = WRITTEN[drawn[0]], drawn[1]
    name, record = camel(field.name), camel(entity.name)
    selected = f"{record} {{ id version {shown(entity, field)} }}"
    as_ = who(entity, "create")
    given_ = {**least[entity.name], name: value}
    made = await sent(api, f"create{entity.type_name}", selected, as_, **given_)
    if made is None or refused(made):
        return
    read = made[record]
    if field.kind is Kind.TEXT:
        assert as_seen(read[name] or "") == as_seen(value)
    back = {"id": read["id"], "expectedVersion": read["version"], name: read[name]}
    changed = await sent(api, f"update{entity.type_name}", selected, as_, **back)
    assert changed is not None
    assert (changed["userErrors"], changed[record]) == ([], read)
