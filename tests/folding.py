"""How text is compared past case and accents: a reference for what the database does."""

import unicodedata

LETTERS = {"ß": "ss", "Æ": "AE", "æ": "ae", "ø": "o", "Ø": "O"}


def folded(text: str) -> str:
    """Text without case, accents and compatibility forms."""
    kept = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text))
    plain = "".join(c for c in kept if not unicodedata.combining(c))
    for letter, plainer in LETTERS.items():
        plain = plain.replace(letter, plainer)
    return plain.lower()
