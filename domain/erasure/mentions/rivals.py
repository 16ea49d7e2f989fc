"""Rivals: living customers whose own name may be what stands in a text."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.declaration.field import Values
from domain.entities.customers import NAMES
from domain.erasure.mentions.spotting.names import fits, given_words, initials_of, is_beside_names
from domain.searching.spelling.folding import spellings, wholes
from domain.searching.words import word_texts
from domain.values.display_values import display_name


@dataclass(frozen=True, slots=True)
class Rival:
    """The words of a name; ``related`` are those whom its bearer has to do with."""

    words: frozenset[str]
    initials: frozenset[str]
    wholes: frozenset[str]
    surnames: frozenset[str]
    related: frozenset[str] = frozenset()

    def may_be(self, said: str) -> bool:
        """Whether somebody may think of them: nothing stands there that is not their name's."""
        if not self.wholes.isdisjoint(wholes(said)):
            return True
        found = [
            word for word in word_texts(said) if not any(map(is_beside_names, spellings(word)))
        ]
        return bool(found) and all(map(self._has, found))

    def _has(self, word: str) -> bool:
        known = spellings(word)
        if len(word) == 1:
            return not self.initials.isdisjoint(known)
        return any(fits(one, self.words) for one in known)


def rival_of(sealed: Values) -> Rival:
    """Of what is sealed of a customer; an organisation is mistaken for somebody by its whole name only."""
    name = display_name(*map(sealed.get, NAMES)) or ""
    turned = " ".join(reversed(name.split()))
    return Rival(
        words=frozenset() if sealed.get("organization_name") else words_of(name),
        initials=initials_of(given_words(sealed.get("given_name"))),
        wholes=frozenset({*wholes(name), *wholes(turned)} if name else ()),
        surnames=words_of(sealed.get("family_name") or ""),
    )


def words_of(name: str) -> frozenset[str]:
    """The words of a name, in their spellings."""
    return frozenset(one for word in word_texts(name) for one in spellings(word))


def meant(rivals: Mapping[str, Rival], said: str) -> frozenset[str]:
    """The ids of those whom it may mean."""
    return frozenset(id_ for id_, rival in rivals.items() if rival.may_be(said))
