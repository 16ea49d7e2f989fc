"""Scan of a document: its tokens are counted before any of it is parsed.

Parsing costs ten times as much per token, so whatever can be refused by its tokens is refused here.
Outside parentheses a colon is an alias's; ``@`` is
always a directive's.
"""

import re
from collections.abc import Sequence
from itertools import islice

from api.graphql.documents.limits import DocumentLimits, over

# What is left open runs to the end, so that no text is looked through twice.
_TOKEN = re.compile(
    r"""[\s,\ufeff]+|\#[^\n\r]*
    |(\"{3}(?:[^"\\]|\\"{3}|\\|"(?!""))*+(?:\"{3}|\Z)
    |"(?:[^"\\\n\r]|\\.)*+"?
    |\.\.\.|[A-Za-z_]\w*|-?[0-9][\w.+-]*|.)""",
    re.VERBOSE | re.DOTALL,
)


_COLON = frozenset(":")
_PARENTHESES = frozenset("()")
_BRACKETS = {"{": 1, "[": 1, "(": 1, "}": -1, "]": -1, ")": -1}


def scan(text: str, limits: DocumentLimits) -> int:
    """How many tokens the text has. No more of it is looked at than it may have.

    Raises ``LimitError`` for too many aliases, directives or tokens, nested too deeply, or too long.
    """
    matches = _TOKEN.finditer(text[: limits.length])
    tokens = list(islice((found for match in matches if (found := match[1])), limits.tokens + 1))
    aliases, nesting = _counted(tokens)
    if aliases > limits.aliases:
        raise over("TOO_MANY_ALIASES", "aliases", limits.aliases)
    if tokens.count("@") > limits.directives:
        raise over("TOO_MANY_DIRECTIVES", "directives", limits.directives)
    if nesting > limits.nesting:
        raise over("TOO_DEEP", "brackets within one another", limits.nesting)
    if len(tokens) > limits.tokens:
        raise over("TOO_MANY_TOKENS", "tokens", limits.tokens)
    if len(text) > limits.length:
        raise over("DOCUMENT_TOO_LONG", "characters", limits.length)
    return len(tokens)


def _counted(tokens: Sequence[str]) -> tuple[int, int]:
    """How many aliases there are, and how deeply brackets are nested."""
    aliases = depth = deepest = parentheses = 0
    for token in tokens:
        if token in _BRACKETS:
            step = _BRACKETS[token]
            depth += step
            deepest = max(deepest, depth)
            parentheses += step if token in _PARENTHESES else 0
        elif token in _COLON and not parentheses:
            aliases += 1
    return aliases, deepest
