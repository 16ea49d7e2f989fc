from enum import Enum

import strawberry


@strawberry.enum(description="Where a registered deal stands.")
class DealStatus(Enum):
    PENDING = strawberry.enum_value("PENDING", description="Waits for a decision.")
    APPROVED = strawberry.enum_value("APPROVED", description="Became an opportunity.")
    REJECTED = strawberry.enum_value("REJECTED", description="Was declined.")
    WITHDRAWN = strawberry.enum_value("WITHDRAWN", description="The partner took it back.")
    EXPIRED = strawberry.enum_value("EXPIRED", description="Nobody decided in time.")


@strawberry.enum(
    description="Why a deal was rejected, as its partner is told; no reason speaks of anybody else."
)
class DealRejectionReason(Enum):
    INCOMPLETE = strawberry.enum_value("INCOMPLETE", description="Too little is said of it.")
    NOT_ELIGIBLE = strawberry.enum_value(
        "NOT_ELIGIBLE", description="Deals of this kind are not registered."
    )
    DECLINED = strawberry.enum_value("DECLINED", description="It was not accepted.")


@strawberry.enum(description="By what registered deals can be ordered.")
class DealRegistrationOrderField(Enum):
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By when registered.")
    UPDATED_AT = strawberry.enum_value("UPDATED_AT", description="By the last change.")
    EXPIRES_AT = strawberry.enum_value("EXPIRES_AT", description="By when it expires.")
    DECIDED_AT = strawberry.enum_value("DECIDED_AT", description="By when decided.")
    EXPECTED_CLOSE = strawberry.enum_value("EXPECTED_CLOSE", description="By when it should close.")
    AMOUNT = strawberry.enum_value("AMOUNT", description="By amount, whatever the currency.")
    CURRENCY = strawberry.enum_value("CURRENCY", description="By currency.")
    COUNTRY = strawberry.enum_value("COUNTRY", description="By country.")
