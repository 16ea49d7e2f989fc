"""From the text of a rule's condition to its formula.

``a and not (b or territory(DE AT))``: ``and`` binds closer than ``or``, ``not`` closer than both. Arguments
are words, parted by spaces; one of several words stands in double quotes. The empty text is "always".
"""

import re
from functools import lru_cache
from typing import NamedTuple

from policy.conditions.formula import ALWAYS, CLAUSES_MAX, Formula, Literal
from policy.conditions.registry import CONDITIONS
from policy.shapes.condition import InvalidConditionError, UnknownConditionError
from privacy import caches

LENGTH_MAX = 1000
DEPTH_MAX = 16
_TOKEN = re.compile(r'(?P<mark>[()])|"(?P<quoted>[\w .&/+-]+)"|(?P<word>[\w.&/+-]+)| +')
_KEYWORDS = frozenset({"and", "or", "not"})


class _Token(NamedTuple):
    text: str
    kind: str


_END = _Token("", "end")


@lru_cache(maxsize=caches.CONDITIONS)
def parse(text: str) -> Formula:
    """The formula; raises ``InvalidConditionError``, and ``UnknownConditionError`` for a name that the
    registry does not hold.
    """
    if len(text) > LENGTH_MAX:
        message = f"a condition has at most {LENGTH_MAX} characters"
        raise InvalidConditionError(message)
    tokens = _tokens(text)
    if not tokens:
        return ALWAYS
    parser = _Parser(tokens)
    found = parser.alternatives()
    parser.end()
    return found


def _tokens(text: str) -> list[_Token]:
    found, position = [], 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            message = f"a condition cannot hold {text[position]!r}"
            raise InvalidConditionError(message)
        if match.lastgroup is not None:
            found.append(_Token(match[match.lastgroup], match.lastgroup))
        position = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = [*tokens, _END]
        self._next = 0
        self._depth = 0

    def alternatives(self) -> Formula:
        found = self._together()
        while self._takes("or"):
            found |= self._together()
            if len(found.clauses) > CLAUSES_MAX:
                message = f"it has more than {CLAUSES_MAX} alternatives"
                raise InvalidConditionError(message)
        return found

    def end(self) -> None:
        if self._token is not _END:
            message = f"{self._token.text!r} stands where nothing was expected"
            raise InvalidConditionError(message)

    def _together(self) -> Formula:
        found = self._one()
        while self._takes("and"):
            found &= self._one()
        return found

    def _one(self) -> Formula:
        is_negated = False
        while self._takes("not"):
            is_negated = not is_negated
        found = self._one_given()
        return ~found if is_negated else found

    def _one_given(self) -> Formula:
        if not self._takes("("):
            return Formula(frozenset({frozenset({self._literal()})}))
        self._depth += 1
        if self._depth > DEPTH_MAX:
            message = f"brackets stand at most {DEPTH_MAX} deep"
            raise InvalidConditionError(message)
        found = self.alternatives()
        self._close()
        self._depth -= 1
        return found

    def _literal(self) -> Literal:
        token = self._token
        if token.kind != "word" or token.text in _KEYWORDS:
            message = f"the name of a condition is missing before {token.text or 'the end'!r}"
            raise InvalidConditionError(message)
        self._next += 1
        condition = CONDITIONS.get(token.text)
        if condition is None:
            known = ", ".join(sorted(CONDITIONS))
            message = f"no condition is called {token.text!r}; there are {known}"
            raise UnknownConditionError(message)
        try:
            return Literal(token.text, arguments=condition.arguments(self._words()))
        except InvalidConditionError as error:
            message = f"{token.text}: {error}"
            raise InvalidConditionError(message) from None

    def _words(self) -> tuple[str, ...]:
        if not self._takes("("):
            return ()
        first = self._next
        while self._token.kind in {"word", "quoted"}:
            self._next += 1
        words = tuple(token.text for token in self._tokens[first : self._next])
        self._close()
        return words

    def _close(self) -> None:
        if not self._takes(")"):
            raise InvalidConditionError("a bracket is not closed")

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _takes(self, text: str) -> bool:
        """Go past the next token if it is this mark or keyword."""
        token = self._token
        is_next = token.text == text and token.kind in {"mark", "word"}
        self._next += is_next
        return is_next
