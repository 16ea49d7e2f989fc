"""What a mode leaves in the database, and what that finds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.graphql.search_modes.types import SearchedText
from api.graphql.search_modes.types import SearchMode as ShownMode
from domain.entities.registry import BUILT_IN, RESOURCES
from domain.searching.matching import match
from domain.searching.modes import STRICTNESS, Modes, SearchMode, chosen_for, offered, stricter
from domain.searching.plain import patterns_of_part, patterns_of_words, plain_texts
from domain.searching.query import WORDS_MAX, parsed
from domain.searching.sources import sources_of
from domain.searching.spelling.folding import lines, wholes
from domain.searching.tokens import row_tokens, word_tokens
from domain.searching.words import pieces, words
from domain.values.errors import InvalidInputError
from privacy.vault import IndexKeys

KEYS = IndexKeys(b"k" * 32)
WORDS = st.text(st.characters(codec="utf-8", categories=["L", "Mn", "Nd"]), min_size=1, max_size=12)
TEXTS = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
FIELD = st.sampled_from(
    [
        ("customer", "family_name"),
        ("customer", "organization_name"),
        ("interaction", "subject"),
        ("interaction", "body"),
        ("opportunity", "title"),
    ]
)


def in_mode(mode: SearchMode) -> Modes:
    return Modes(dict.fromkeys(chosen_for(BUILT_IN), mode))


def tokens(resource: str, field: str, text: str, mode: SearchMode) -> set[int]:
    made = row_tokens(KEYS, RESOURCES[resource], {}, {field: text}, "de", in_mode(mode))
    return set(made)


@given(FIELD, TEXTS)
@settings(max_examples=200, deadline=None)
def test_a_stricter_mode_leaves_fewer_of_the_same_tokens(field: tuple[str, str], text: str) -> None:
    """So what is asked for in a stricter mode finds rows of every other."""
    exact, fuzzy, plain = (tokens(*field, text, mode) for mode in STRICTNESS)
    assert exact <= fuzzy == plain
    manner = next(s for s in sources_of(RESOURCES[field[0]]) if field[1] in s.fields).manner
    found = {one for piece in pieces(text, manner) for one in piece.spellings}
    assert len(exact) <= len(found) + len(wholes(text))


@given(FIELD, TEXTS, WORDS, st.sampled_from(STRICTNESS))
@settings(max_examples=400, deadline=None)
def test_what_is_exact_is_found_by_whole_words_only(
    field: tuple[str, str], text: str, wanted: str, kept: SearchMode
) -> None:
    found = {word.text for word in words(wanted)}
    if not 0 < len(found) <= WORDS_MAX:
        return
    query, (resource, name) = parsed(wanted), field
    modes = in_mode(SearchMode.EXACT)
    sources = sources_of(RESOURCES[resource])
    asked = [word_tokens(KEYS, one, query, modes.of(one)) for one in sources]
    there = tokens(resource, name, text, kept)
    indexed = all(any(there.intersection(one[row]) for one in asked) for row in range(8))
    manner = next(source for source in sources if name in source.fields).manner
    known = {one for piece in pieces(text, manner) for one in piece.spellings}
    is_there = all(known.intersection((*one.spellings, *one.joined)) for one in query.words)
    matched = match(query, sources, {name: text}, modes) is not None
    assert matched is is_there
    assert indexed or not is_there
    if kept is SearchMode.EXACT:
        assert indexed is is_there


@given(TEXTS, st.data())
@settings(max_examples=300)
def test_a_text_in_the_clear_is_found_by_any_part(text: str, data: st.DataObject) -> None:
    (one, *_) = lines(text)
    start = data.draw(st.integers(0, max(0, len(one) - 3)))
    part = one[start : start + data.draw(st.integers(3, 12))]
    kept = dict(
        plain_texts(RESOURCES["customer"], {"family_name": text}, in_mode(SearchMode.PLAIN))
    )
    if not kept:  # Of what nobody sees nothing is left to be found.
        return
    (clear,) = kept.values()
    try:
        patterns = patterns_of_part(part, ("name", "contains"))
    except InvalidInputError:
        return
    assert patterns
    assert any(pattern and pattern[1:-1] in clear for pattern in patterns[0])


@pytest.mark.parametrize("mode", [SearchMode.EXACT, SearchMode.FUZZY])
def test_nothing_stands_in_the_clear_in_other_modes(mode: SearchMode) -> None:
    for resource in ("customer", "interaction", "opportunity"):
        values = dict.fromkeys(("family_name", "subject", "body", "title"), "Zephirine")
        assert list(plain_texts(RESOURCES[resource], values, in_mode(mode))) == []


def test_wild_cards_are_letters_like_others() -> None:
    assert patterns_of_part("a%_\\bcd", ("name", "contains")) == [["%a\\%\\_\\\\bcd%", *[None] * 5]]
    assert patterns_of_words(parsed("ab cd")) is None


def test_no_address_and_no_body_is_kept_in_the_clear() -> None:
    plain = {
        name
        for name, (_, source) in chosen_for(BUILT_IN).items()
        if SearchMode.PLAIN in offered(source)
    }
    assert plain == {
        *("customer.organization_name", "customer.person_name", "interaction.subject"),
        *("opportunity.title", "member.name", "member.job_title", "task.title"),
    }


def test_the_stricter_is_that_which_finds_less() -> None:
    assert [stricter(SearchMode.FUZZY, mode) for mode in STRICTNESS] == [
        *(SearchMode.EXACT, SearchMode.FUZZY, SearchMode.FUZZY)
    ]


def test_the_schema_names_all_texts_and_modes() -> None:
    assert {one.name for one in SearchedText} == {
        name.replace(".", "_").upper() for name in chosen_for(BUILT_IN)
    }
    assert [one.name for one in ShownMode] == [mode.name for mode in SearchMode]
