"""A text is found by its words, by their beginnings and by their other forms; index and check agree."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.declaration.kinds import Manner
from domain.entities.registry import BUILT_IN, RESOURCES
from domain.searching.matching import match
from domain.searching.modes import USUAL_MODES, Modes, SearchMode
from domain.searching.query import parsed
from domain.searching.sources import Source, sources_of
from domain.searching.spelling.folding import folded, spellings, written
from domain.searching.tokens import row_tokens, word_tokens
from domain.searching.words import words
from privacy.vault import IndexKeys

KEYS = IndexKeys(b"k" * 32)
LANGUAGES = st.sampled_from(["de", "en", "es", "fr", "pl", "xx", None])
WORDS = st.text(st.characters(codec="utf-8", categories=["L", "Mn"]), min_size=1, max_size=20)
TEXTS = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)


def is_indexed_as_found(
    resource: str,
    field: str,
    text: str,
    query: str,
    language: str | None,
    modes: Modes = USUAL_MODES,
) -> bool:
    """Whether the index finds the text, which is then also what the check after opening says."""
    values = {field: text}
    asked = parsed(query)
    tokens = set(row_tokens(KEYS, RESOURCES[resource], {}, values, language, modes))
    by_source = [word_tokens(KEYS, s, asked, modes.of(s)) for s in sources_of(RESOURCES[resource])]
    indexed = all(any(tokens.intersection(found[row]) for found in by_source) for row in range(8))
    matched = match(asked, sources_of(RESOURCES[resource]), values, modes) is not None
    assert matched or not indexed
    return indexed


@given(TEXTS, LANGUAGES, st.data())
@settings(max_examples=200, deadline=None)
def test_a_text_is_found_by_any_of_its_words(
    text: str, language: str | None, data: st.DataObject
) -> None:
    found = [word.text for word in words(text)]
    if not found:
        return
    word = data.draw(st.sampled_from(found))
    for spelled in (word, word.upper(), word.lower(), *written(word)):
        if [w.text for w in words(spelled)] != [spelled] or folded(spelled) not in spellings(word):
            continue  # Some letters have no way back, such as the long s in capitals.
        assert is_indexed_as_found("interaction", "body", text, spelled, language)
        assert is_indexed_as_found("opportunity", "title", text, spelled, language)


@given(TEXTS, st.data())
@settings(max_examples=100, deadline=None)
def test_a_title_is_found_by_the_beginning_of_a_word(text: str, data: st.DataObject) -> None:
    found = [spelled for word in words(text) for spelled in written(word.text)]
    if not found:
        return
    word = data.draw(st.sampled_from(found))
    beginning = word[: data.draw(st.integers(2, 20))]
    # Some letters are spelled with a point in them, which parts the words of a query.
    is_word = [found.text for found in words(beginning)] == [beginning]
    if len(beginning) >= 2 and is_word and spellings(beginning)[0] == beginning:
        assert is_indexed_as_found("opportunity", "title", text, beginning, "de")


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Müller", "mueller"),
        ("Mueller", "müller"),
        ("Łódź", "lodz"),
        ("Straße", "STRASSE"),
        ("\uff26\uff55\uff4c\uff4c", "full"),
        ("Ørsted", "orsted"),
        ("O’Brien-Smith", "brien"),
        ("Ελλάδα", "ελλαδα"),
    ],
)
def test_a_spelling_is_found_by_another(text: str, query: str) -> None:
    assert is_indexed_as_found("opportunity", "title", text, query, None)


def test_no_two_sources_share_a_token() -> None:
    """A source that is not asked cannot be hit by chance of name."""
    names = [source.name for one in BUILT_IN.all for source in sources_of(one)]
    assert len(set(names)) == len(names)
    asked = parsed("word")
    found = [
        token
        for name in names
        for token in set(word_tokens(KEYS, _named(name), asked, SearchMode.FUZZY)[0])
    ]
    assert len(set(found)) == len(found)


def _named(name: str) -> Source:
    return next(s for one in BUILT_IN.all for s in sources_of(one) if s.name == name)


def test_a_body_keeps_no_beginnings_of_words() -> None:
    body = next(s for s in sources_of(RESOURCES["interaction"]) if s.manner is Manner.BODY)
    assert body.fields == ("body",)
    assert not is_indexed_as_found("interaction", "body", "confidential", "confid", "en")
