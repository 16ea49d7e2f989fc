"""Words are alike but for a slip or by their sound; the tokens of a name find just those."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.entities.customers import CUSTOMER
from domain.searching.alike import are_alike, sound
from domain.searching.modes import USUAL_MODES
from domain.searching.query import parsed
from domain.searching.ranking import Ranking
from domain.searching.sources import CUSTOMER_NAMES
from domain.searching.spelling.folding import spellings
from domain.searching.tokens import alike_tokens, row_tokens
from privacy.vault import IndexKeys

KEYS = IndexKeys(b"k" * 32)
PERSON = CUSTOMER_NAMES[1]
LETTERS = st.text("abeimrsz", min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("word", "looked_for"),
    [
        ("gonzalez", "gonzales"),  # Another letter.
        ("johnson", "jonson"),  # One is missing.
        ("johnson", "johnnson"),  # One too many.
        ("johnson", "jonhson"),  # In its neighbour's place.
        ("schwarzenegger", "sschwarzenneger"),  # Two too many in a long one, and one is missing.
        ("meier", "mayer"),
        ("schmidt", "szmit"),
        ("philipp", "filip"),
        ("weiss", "vais"),
        ("jacques", "jakes"),
    ],
)
def test_such_words_are_alike(word: str, looked_for: str) -> None:
    assert are_alike(word, looked_for)


@pytest.mark.parametrize(
    ("word", "looked_for"),
    [
        ("ann", "bea"),
        ("li", "lu"),
        ("100", "101"),
        ("mayer", "maria"),
        ("mohr", "nohra"),
        ("x" * 21, "x" * 20),
        ("иванов", "петров"),
    ],
)
def test_such_words_are_not(word: str, looked_for: str) -> None:
    assert not are_alike(word, looked_for)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("meier", "907"),
        ("mayer", "907"),
        ("maria", "9070"),
        ("schmidt", "8902"),
        ("johnson", "06806"),
        ("cecilia", "808050"),
        ("bach", "104"),
        ("alexander", "0504806207"),
        ("lea", None),
        ("иванов", None),
    ],
)
def test_a_word_sounds_so(word: str, code: str | None) -> None:
    assert sound(word) == code


@given(LETTERS, LETTERS)
@settings(max_examples=500, deadline=None)
def test_the_tokens_find_what_is_alike(word: str, looked_for: str) -> None:
    tokens = set(row_tokens(KEYS, CUSTOMER, {}, {"family_name": word}, None, USUAL_MODES))
    (wanted,) = alike_tokens(KEYS, PERSON, parsed(looked_for))
    pairs = [(one, other) for one in spellings(word) for other in spellings(looked_for)]
    begins = any(len(other) > 1 and one.startswith(other) for one, other in pairs)
    alike = any(are_alike(one, other) for one, other in pairs)
    assert bool(tokens.intersection(wanted)) is (begins or alike)


@given(st.text(min_size=1, max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_has_tokens_and_a_place(text: str) -> None:
    assert row_tokens(KEYS, CUSTOMER, {}, {"organization_name": text}, None, USUAL_MODES)
    place = Ranking(parsed("anna"), CUSTOMER_NAMES).place({"organization_name": text}, ())
    assert place is not None
    assert 0 <= float(place) <= 1


def test_few_tokens_are_added() -> None:
    name = {"given_name": "Wilhelmina", "family_name": "Schwarzenegger"}
    letters = sum(map(len, name.values()))
    sounds = 2
    together = 1  # Both words, written as one.
    doubled = 2  # Of two equal letters that stand together it does not matter which is left out.
    added = len(row_tokens(KEYS, CUSTOMER, {}, name, None, USUAL_MODES)) - _exact(name)
    assert added == letters + sounds - doubled + together + 1


def _exact(name: dict[str, str]) -> int:
    """How many tokens a name leaves to be found as it is: words, beginnings and the whole's."""
    whole = len(" ".join(name.values()))
    return len(name) + sum(min(len(word), 16) - 1 for word in name.values()) + 1 + whole


def test_a_hidden_part_has_no_place() -> None:
    values = {"given_name": None, "family_name": "Jonson", "organization_name": "Acme"}
    ranking = Ranking(parsed("jonson"), CUSTOMER_NAMES)
    nothing = Ranking(parsed("jonson"), CUSTOMER_NAMES).place({"organization_name": "Acme"}, ())
    assert ranking.place(values, ()) != nothing
    assert ranking.place(values, ("given_name",)) == nothing
    assert ranking.place(values, ("given_name", "organization_name")) is None


def test_umlauts_are_two_letters_too() -> None:
    assert spellings("Müller") == ("muller", "mueller")
    tokens = set(row_tokens(KEYS, CUSTOMER, {}, {"family_name": "Müller"}, None, USUAL_MODES))
    for looked_for in ("muler", "mueler", "Möller", "miller"):
        assert tokens.intersection(*alike_tokens(KEYS, PERSON, parsed(looked_for))), looked_for
