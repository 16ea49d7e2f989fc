"""GraphQL types of search modes."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry

from domain.declaration.registry import Registry
from domain.searching.chosen import Choice
from domain.searching.modes import chosen_for


@strawberry.enum(description="A sealed text for which a tenant chooses how it is found.")
class SearchedText(Enum):
    CUSTOMER_ORGANIZATION_NAME = strawberry.enum_value(
        "CUSTOMER_ORGANIZATION_NAME", description="The names of organisations."
    )
    CUSTOMER_PERSON_NAME = strawberry.enum_value(
        "CUSTOMER_PERSON_NAME", description="The given and family names of persons."
    )
    CUSTOMER_EMAILS = strawberry.enum_value(
        "CUSTOMER_EMAILS", description="The e-mail addresses of customers, in `search`."
    )
    INTERACTION_SUBJECT = strawberry.enum_value(
        "INTERACTION_SUBJECT", description="The subjects of interactions."
    )
    INTERACTION_BODY = strawberry.enum_value(
        "INTERACTION_BODY", description="The bodies of interactions."
    )
    OPPORTUNITY_TITLE = strawberry.enum_value(
        "OPPORTUNITY_TITLE", description="The titles of opportunities."
    )
    OPPORTUNITY_LOST_REASON = strawberry.enum_value(
        "OPPORTUNITY_LOST_REASON", description="Why opportunities were lost."
    )
    MEMBER_NAME = strawberry.enum_value("MEMBER_NAME", description="The names of staff.")
    MEMBER_EMAIL = strawberry.enum_value(
        "MEMBER_EMAIL", description="The e-mail addresses of staff."
    )
    MEMBER_JOB_TITLE = strawberry.enum_value(
        "MEMBER_JOB_TITLE", description="The job titles of staff."
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
    text: SearchedText = strawberry.field(description="The text.")
    mode: SearchMode = strawberry.field(description="What was chosen.")
    mode_in_force: SearchMode = strawberry.field(
        description="What holds for all records: until they are made anew, the stricter of what was"
        " chosen and what was before."
    )
    is_pending: bool = strawberry.field(description="Whether records are still made anew.")


def _named(field: str) -> str:
    return field.replace(".", "_").upper()


def field_of(registry: Registry, text: SearchedText) -> str:
    """The name of a text."""
    return next(field for field in chosen_for(registry) if _named(field) == text.name)


def shown(choice: Choice) -> Mapping[str, Any]:
    """A choice as the answer shows it."""
    return {
        "text": _named(choice.field),
        "mode": choice.mode.value,
        "modeInForce": choice.in_force.value,
        "isPending": choice.is_pending,
    }
