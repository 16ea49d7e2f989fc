from enum import Enum

import strawberry


@strawberry.enum(description="Whether an opportunity is still open, and how it ended.")
class OpportunityStatus(Enum):
    OPEN = strawberry.enum_value("OPEN", description="Not decided.")
    WON = strawberry.enum_value("WON", description="Sold.")
    LOST = strawberry.enum_value("LOST", description="Not sold.")


@strawberry.enum(description="By what opportunities can be ordered.")
class OpportunityOrderField(Enum):
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By when opened.")
    UPDATED_AT = strawberry.enum_value("UPDATED_AT", description="By the last change.")
    AMOUNT = strawberry.enum_value("AMOUNT", description="By amount, whatever the currency.")
    PROBABILITY = strawberry.enum_value("PROBABILITY", description="By probability.")
    EXPECTED_CLOSE = strawberry.enum_value("EXPECTED_CLOSE", description="By when it should close.")
    CLOSED_AT = strawberry.enum_value("CLOSED_AT", description="By when it closed.")
    CURRENCY = strawberry.enum_value("CURRENCY", description="By currency.")


@strawberry.enum(description="By what pipelines can be ordered.")
class PipelineOrderField(Enum):
    NAME = strawberry.enum_value("NAME", description="By name.")
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By when declared.")


@strawberry.enum(description="By what stages can be ordered.")
class StageOrderField(Enum):
    POSITION = strawberry.enum_value("POSITION", description="By place.")
    NAME = strawberry.enum_value("NAME", description="By name.")
    PROBABILITY = strawberry.enum_value("PROBABILITY", description="By probability.")
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By when declared.")


@strawberry.enum(description="By what the steps of opportunities can be ordered.")
class StageChangeOrderField(Enum):
    CHANGED_AT = strawberry.enum_value("CHANGED_AT", description="By time.")
