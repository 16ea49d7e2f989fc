from enum import Enum

import strawberry


@strawberry.enum(description="Whether an opportunity is still open, and how it ended.")
class OpportunityStatus(Enum):
    OPEN = strawberry.enum_value("OPEN", description="Not decided.")
    WON = strawberry.enum_value("WON", description="Sold.")
    LOST = strawberry.enum_value("LOST", description="Not sold.")


@strawberry.enum(description="By what opportunities can be ordered.")
class OpportunityOrderField(Enum):
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="When it was opened.")
    UPDATED_AT = strawberry.enum_value("UPDATED_AT", description="When it changed last.")
    AMOUNT = strawberry.enum_value(
        "AMOUNT", description="How much it brings, whatever the currency."
    )
    PROBABILITY = strawberry.enum_value("PROBABILITY", description="How likely it is.")
    EXPECTED_CLOSE = strawberry.enum_value("EXPECTED_CLOSE", description="When it should close.")
    CLOSED_AT = strawberry.enum_value("CLOSED_AT", description="When it was won or lost.")
