"""Name words: what a word of a name looks like, and which words are no names."""

from __future__ import annotations

from typing import Final

from spacy.lang.de.stop_words import STOP_WORDS as GERMAN
from spacy.lang.en.stop_words import STOP_WORDS as ENGLISH
from spacy.lang.es.stop_words import STOP_WORDS as SPANISH
from spacy.lang.fr.stop_words import STOP_WORDS as FRENCH
from spacy.lang.it.stop_words import STOP_WORDS as ITALIAN
from spacy.lang.nl.stop_words import STOP_WORDS as DUTCH
from spacy.lang.pl.stop_words import STOP_WORDS as POLISH
from spacy.lang.pt.stop_words import STOP_WORDS as PORTUGUESE

# Pattern parts for the `regex` module with VERBOSE; every repetition is bounded.
_CAPITALISED: Final = r"\p{Lu}[\p{L}\p{M}'’-]{0,30}"
_PARTICLE: Final = r"""
    (?:al|bin|da|de|del|della|den|der|di|do|dos|du|el|ibn|la|le|ten|ter|van|von|y|zu|zum|zur)[ ]"""
_INITIAL_DOT: Final = r"(?:(?<=(?<!\p{L})\p{Lu})\.)?"
# Up to five words on one line: "Hanne I. van der Kreutz".
NAME: Final = rf"{_CAPITALISED}(?:{_INITIAL_DOT}[ ](?:{_PARTICLE}){{0,2}}{_CAPITALISED}){{0,4}}"

_IN_LETTERS: Final = """
    hi hello hey dear sir madam mr mrs ms miss dr prof thanks thank regards yes no ok okay please
    sorry wishes i'm i've i'll i'd it's that's what's there's don't can't asap faq iban pin sms
    usd eur gbp name address phone email e-mail mail website fax mobile street road suite apt unit
    box po team all everyone everybody folks guys support colleagues customer client ladies
    gentlemen
    hallo danke bitte herr frau guten gruß grüße grüßen freundliche freundlichen viele liebe
    kollegen bonjour merci monsieur madame cordialement hola gracias señor señora saludos ciao
    grazie buongiorno saluti olá obrigado obrigada senhor senhora beste bedankt groeten dank dzień
    dobry dziękuję pozdrawiam
"""
NEVER_A_NAME: Final = frozenset(_IN_LETTERS.split()).union(
    *(ENGLISH, GERMAN, SPANISH, FRENCH, ITALIAN, DUTCH, POLISH, PORTUGUESE)
)


def is_known(word: str, words: frozenset[str]) -> bool:
    """Tell whether `words` has the word, or without its possessive or plural, or all its parts."""
    plain = word.lower().replace("’", "'").removesuffix("'s").strip("'-")
    if plain in NEVER_A_NAME or plain in words or plain.removesuffix("s") in words:
        return True
    parts = plain.replace("'", "-").split("-")
    return len(parts) > 1 and all(part in words for part in parts if part)
