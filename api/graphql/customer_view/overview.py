"""GraphQL types of a customer's overview; below the root the gate finishes it."""

from enum import Enum

import strawberry

from api.graphql.records.enums import described_enum
from api.graphql.records.published import FRESH_PARTS
from api.graphql.records.sentences import called
from api.graphql.records.shells import SERVED
from api.graphql.types.relay import MoneyTotal, Redaction
from api.graphql.types.scalars import Date, DateTime
from domain.entities.consents import ConsentStatus
from domain.entities.interactions import Channel
from domain.reading.views.overview_parts import fresh_parts

CustomerPart = described_enum(
    "CustomerPart",
    {
        part.name: FRESH_PARTS.get(part.name) or f"{called(part.entity).capitalize()}."
        for part in fresh_parts(SERVED)
    },
    "A part of what is known of a customer.",
)


@strawberry.enum(description="What should be known of every customer.")
class ExpectedPart(Enum):
    EMAIL = strawberry.enum_value("EMAIL", description="An e-mail address.")
    PHONE = strawberry.enum_value("PHONE", description="A telephone number.")
    LANGUAGE = strawberry.enum_value("LANGUAGE", description="The language.")
    TIME_ZONE = strawberry.enum_value("TIME_ZONE", description="The time zone.")
    COUNTRY = strawberry.enum_value("COUNTRY", description="The country.")
    OWNER = strawberry.enum_value("OWNER", description="The member who looks after them.")
    DEPARTMENT = strawberry.enum_value("DEPARTMENT", description="The department that owns them.")


@strawberry.type(description="The latest interaction on a channel.")
class LastContact:
    channel: Channel = strawberry.field(description="On which way.")
    at: DateTime = strawberry.field(description="When.")


@strawberry.type(description="Whether there is a consent to a purpose.")
class ConsentState:
    purpose: str = strawberry.field(description="To what.")
    status: ConsentStatus = strawberry.field(description="Given or taken back.")
    in_force: bool = strawberry.field(description="Whether it is given and has not ended.")


@strawberry.type(description="How old a part is.")
class Freshness:
    part: str = strawberry.field(graphql_type=CustomerPart, description="Which part.")
    updated_at: DateTime = strawberry.field(description="When its newest record changed last.")
    age_seconds: int = strawberry.field(description="How long that is ago.")


@strawberry.type(
    description="A customer at a glance, made of what the caller may see and of nothing else."
)
class CustomerOverview:
    last_contacts: list[LastContact] = strawberry.field(
        description="The latest interaction on each channel, the latest first."
    )
    open_value: list[MoneyTotal] = strawberry.field(
        description="What open opportunities may bring, one sum per currency."
    )
    won_value: list[MoneyTotal] = strawberry.field(
        description="What won opportunities brought, one sum per currency."
    )
    next_expected_close: Date | None = strawberry.field(
        description="When the first open opportunity should close; a day in the past is overdue."
    )
    consents: list[ConsentState] = strawberry.field(description="Consents by purpose.")
    freshness: list[Freshness] = strawberry.field(
        description="How old each part is of which there is any record."
    )
    missing: list[ExpectedPart] = strawberry.field(
        description="What should be known and is not; a field that the caller may not use is never"
        " told to be missing, but stands in `redactions`."
    )
    redactions: list[Redaction] = strawberry.field(
        description="What was withheld: selected parts of the overview, and fields of the customer"
        " of which `missing` tells nothing."
    )
