"""No value decides a plan: what is alike in shape has one plan, and its values stand in slots."""

from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.graphql.planning.bind_parameters import BindParameter, Given, bound, shape, stand_ins


class Color(Enum):
    RED = "RED"
    BLUE = "BLUE"


leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.sampled_from(Color))
values = st.recursive(
    leaves, lambda below: st.lists(below) | st.dictionaries(st.text(), below), max_leaves=20
)


@given(values)
def test_what_stands_in_is_filled_with_what_was_there(value: Any) -> None:
    variables = {"v": value}
    assert bound([BindParameter(stand_ins(variables)["v"])], variables) == [value]


@given(values)
def test_values_of_one_shape_have_the_same_plan(value: Any) -> None:
    assert stand_ins(value) == stand_ins(_others(value))
    assert shape(value) == shape(_others(value))


def _others(value: Any) -> Any:
    """The value with other texts and numbers."""
    if isinstance(value, bool | Enum):
        return value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return value + "x"
    if isinstance(value, list):
        return [_others(one) for one in value]
    if isinstance(value, dict):
        return {key: _others(one) for key, one in value.items()}
    return value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, "x"),
        (True, False),
        (Color.RED, Color.BLUE),
        ({"a": 1}, {"b": 1}),
        ({"a": 1}, {"a": None}),
        ([Color.RED], [Color.BLUE]),
        ([], ["x"]),
        ([{"a": 1}], [{"a": 1}, {"a": 1}]),
    ],
)
def test_what_may_decide_a_plan_makes_another_shape(one: Any, other: Any) -> None:
    assert shape(one) != shape(other)


def test_a_list_of_texts_is_one_value_however_long() -> None:
    assert shape(["a"]) == shape(["a", "b", "c"]) == Given


def test_a_value_is_converted_when_it_is_there() -> None:
    assert bound([BindParameter(Given(("n",)), str), BindParameter(2, str)], {"n": 1}) == ["1", "2"]
