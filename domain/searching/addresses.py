"""E-mail addresses in a search text: whole, they are found by the tags of their lookup."""

from collections import defaultdict
from collections.abc import Mapping

from domain.searching.words import word_texts
from privacy.vault import normalise


def address_of(text: str) -> str | None:
    """The one spelling of an e-mail address; nothing of what is none."""
    if "@" not in text:
        return None
    try:
        return normalise.email(text)
    except normalise.NotNormalisableError:
        return None


def addresses_in(text: str) -> Mapping[str, frozenset[str]]:
    """The words that are an address or a part of one (``o'brien@example.com`` has two), with these."""
    found: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    for written in text.split() if "@" in text else ():
        for word in word_texts(written):
            known = (address_of(written), address_of(word))
            found[word] |= {address for address in known if address is not None}
    return found
