"""Errors whose texts hold nothing but names of the schema and of the request."""

from collections.abc import Sequence

from graphql import GraphQLError, Node


class ToldInputError(GraphQLError):
    """What is wrong with a given value. ``hint`` tells more of the schema than the request said, so only
    whoever may introspect is shown it.
    """

    def __init__(self, text: str, hint: str, nodes: Sequence[Node]) -> None:
        super().__init__(text, nodes)
        self.hint = hint


def listed(names: Sequence[str], last: str = "or") -> str:
    """Quoted names in a sentence."""
    quoted = [f'"{name}"' for name in names]
    if len(quoted) <= 1:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"
