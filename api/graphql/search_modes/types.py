"""GraphQL types of search modes."""

from collections.abc import Mapping
from enum import Enum

import strawberry

from api.graphql.records.enums import described_enum
from api.graphql.records.published import SEARCHED_TEXTS
from api.graphql.records.sentences import texts_of
from api.graphql.records.shells import SERVED
from domain.declaration.registry import Registry
from domain.searching.chosen import Choice
from domain.searching.modes import chosen_for


def _named(field: str) -> str:
    return field.replace(".", "_").upper()


SearchedText = described_enum(
    "SearchedText",
    {
        _named(field): SEARCHED_TEXTS.get(field) or texts_of(*text)
        for field, text in chosen_for(SERVED).items()
    },
    "A sealed text for which a tenant chooses how it is found.",
)


@strawberry.enum(
    description="How a sealed text is found, and what it leaves in the database for that."
)
class SearchMode(Enum):
    EXACT = strawberry.enum_value(
        "EXACT",
        description="By whole words and as a whole (`eq`, `in`, `hasWords`, `search`): keyed tokens of"
        " these and nothing else. E-mail addresses leave none and are found whole; for them it is what"
        " there is where nothing was chosen.",
    )
    FUZZY = strawberry.enum_value(
        "FUZZY",
        description="By beginnings, with a typo, by ear and in other forms as well (`startsWith`,"
        " `matches`): keyed tokens, also of parts of words. What there is where nothing was chosen, but of"
        " e-mail addresses.",
    )
    PLAIN = strawberry.enum_value(
        "PLAIN",
        description="By any part as well (`contains`): keyed tokens, and the text itself in the clear,"
        " without case and accents, until the record goes. Of names, titles and subjects only.",
    )


@strawberry.type(description="How a sealed text is found.")
class TextSearchMode:
    text: str = strawberry.field(graphql_type=SearchedText, description="The text.")
    mode: SearchMode = strawberry.field(description="What was chosen.")
    mode_in_force: SearchMode = strawberry.field(
        description="What holds for all records: until they are made anew, the stricter of what was"
        " chosen and what was before."
    )
    is_pending: bool = strawberry.field(description="Whether records are still made anew.")


def field_of(registry: Registry, text: Enum) -> str:
    """The name of a text."""
    return next(field for field in chosen_for(registry) if _named(field) == text.name)


def shown(choice: Choice) -> Mapping[str, str | bool]:
    """A choice as the answer shows it."""
    return {
        "text": _named(choice.field),
        "mode": choice.mode.value,
        "modeInForce": choice.in_force.value,
        "isPending": choice.is_pending,
    }
