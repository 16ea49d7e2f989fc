from enum import Enum

import strawberry


@strawberry.enum(description="Whether an opportunity is still open, and how it ended.")
class OpportunityStatus(Enum):
    OPEN = "OPEN"
    WON = "WON"
    LOST = "LOST"


@strawberry.enum(description="By what opportunities can be ordered.")
class OpportunityOrderField(Enum):
    CREATED_AT = "CREATED_AT"
    UPDATED_AT = "UPDATED_AT"
    AMOUNT = "AMOUNT"
    PROBABILITY = "PROBABILITY"
    EXPECTED_CLOSE = "EXPECTED_CLOSE"
    CLOSED_AT = "CLOSED_AT"
