import os
import pickle
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.vault import IndexKeys

KEYS = IndexKeys(bytes(32))
fields = st.sampled_from(("customer.emails", "customer.phones", "interaction.emails", "emails"))
values = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(fields, values, fields, values)
def test_tags_are_equal_for_the_same_field_and_value_only(
    field: str, value: str, other_field: str, other: str
) -> None:
    equal = KEYS.tag(field, value) == KEYS.tag(other_field, other)
    assert equal is ((field, value) == (other_field, other))


@given(fields, values)
def test_another_tenant_has_other_tags(field: str, value: str) -> None:
    assert KEYS.tag(field, value) != IndexKeys(os.urandom(32)).tag(field, value)


USES: dict[str, Callable[[str], bytes]] = {
    "tag": lambda value: KEYS.tag("customer.emails", value),
    "suppression": lambda value: KEYS.suppression("customer.emails", value),
    "reference": lambda value: bytes.fromhex(KEYS.reference(value)),
    "fingerprint": lambda value: KEYS.fingerprint(value.encode()),
    "cursor key": lambda _: KEYS.cursor_key(),
}


@given(values)
def test_no_two_uses_of_the_index_root_meet(value: str) -> None:
    assert len({use(value)[:16] for use in USES.values()}) == len(USES)


def test_a_field_named_like_another_use_does_not_reach_its_key() -> None:
    tricks = ("", "/", "../cursor", "cursor", "suppression/customer.emails", "audit/subject")
    others = {use("x") for name, use in USES.items() if name != "tag"}
    assert others.isdisjoint({KEYS.tag(trick, "x") for trick in tricks})


def test_a_tag_is_as_wide_as_its_hash() -> None:
    assert len(KEYS.tag("customer.emails", "")) == 32
    assert len(KEYS.reference("")) == 32


def test_index_keys_show_nothing_and_are_never_pickled() -> None:
    assert repr(KEYS) == "IndexKeys(***)"
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(KEYS)
