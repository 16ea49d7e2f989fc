"""How keys are written: what is mistyped, made up or meant for elsewhere is refused without a database."""

import string
import uuid

from hypothesis import given
from hypothesis import strategies as st

from domain.credentials.secret import KeyName, _check, named_in, new_key

NAME = KeyName(str(uuid.UUID(int=7)), str(uuid.UUID(int=(1 << 128) - 1)))
DIGITS = string.digits + string.ascii_letters


@given(st.uuids(), st.uuids())
def test_a_key_names_its_tenant_and_itself(tenant: uuid.UUID, id_: uuid.UUID) -> None:
    name = KeyName(str(tenant), str(id_))
    assert named_in(new_key("live", name), "live") == name


def test_a_key_has_the_form_that_scanners_know() -> None:
    prefix, environment, id_, rest = new_key("live", NAME).split("_")
    assert (prefix, environment, len(id_), len(rest)) == ("farley", "live", 43, 49)


def test_two_keys_of_one_name_have_nothing_secret_in_common() -> None:
    one, other = (new_key("live", NAME).split("_")[3] for _ in range(2))
    assert one[:43] != other[:43]


@given(st.integers(0, 104), st.sampled_from(DIGITS))
def test_one_wrong_character_is_noticed(place: int, character: str) -> None:
    text = new_key("live", NAME)
    changed = text[:place] + character + text[place + 1 :]
    assert named_in(changed, "live") == (NAME if changed == text else None)


def test_what_is_no_key_names_nothing() -> None:
    text = new_key("live", NAME)
    for wrong in (text.upper(), f"{text}0", text[:-1], f" {text}", f"{text}\n", "farley_", ""):
        assert named_in(wrong, "live") is None


def test_a_key_of_another_environment_names_nothing() -> None:
    assert named_in(new_key("test", NAME), "live") is None


def test_an_id_that_is_too_large_names_nothing() -> None:
    body = f"farley_live_{'z' * 43}_{'0' * 43}"
    assert named_in(body + _check(body), "live") is None
