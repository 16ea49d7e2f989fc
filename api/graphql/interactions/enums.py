from enum import Enum

import strawberry


@strawberry.enum(description="The way on which a contact took place.")
class Channel(Enum):
    WEB = strawberry.enum_value("WEB", description="On a website.")
    PHONE = strawberry.enum_value("PHONE", description="By telephone.")
    EMAIL = strawberry.enum_value("EMAIL", description="By e-mail.")
    CHAT = strawberry.enum_value("CHAT", description="In a chat.")
    SOCIAL = strawberry.enum_value("SOCIAL", description="In a social network.")
    SMS = strawberry.enum_value("SMS", description="By text message.")
    MEETING = strawberry.enum_value("MEETING", description="In a meeting.")
    POST = strawberry.enum_value("POST", description="By letter.")
    IN_PERSON = strawberry.enum_value("IN_PERSON", description="In person.")
    CAMPAIGN = strawberry.enum_value("CAMPAIGN", description="By a campaign.")


@strawberry.enum(description="Who contacted whom.")
class ContactDirection(Enum):
    INBOUND = strawberry.enum_value("INBOUND", description="The customer contacted us.")
    OUTBOUND = strawberry.enum_value("OUTBOUND", description="We contacted the customer.")
    INTERNAL = strawberry.enum_value("INTERNAL", description="Among ourselves.")


@strawberry.enum(description="How a contact ended.")
class Outcome(Enum):
    RESOLVED = strawberry.enum_value("RESOLVED", description="It is settled.")
    FOLLOW_UP = strawberry.enum_value("FOLLOW_UP", description="Something is still to be done.")
    NO_ANSWER = strawberry.enum_value("NO_ANSWER", description="Nobody was reached.")
    INTERESTED = strawberry.enum_value("INTERESTED", description="The customer is interested.")
    NOT_INTERESTED = strawberry.enum_value(
        "NOT_INTERESTED", description="The customer is not interested."
    )
    ESCALATED = strawberry.enum_value("ESCALATED", description="It was handed on.")


@strawberry.enum(description="By what interactions can be ordered.")
class InteractionOrderField(Enum):
    OCCURRED_AT = strawberry.enum_value("OCCURRED_AT", description="By time.")
    DURATION_SECONDS = strawberry.enum_value("DURATION_SECONDS", description="By duration.")
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By when recorded.")
    UPDATED_AT = strawberry.enum_value("UPDATED_AT", description="By the last change.")


@strawberry.enum(description="By what participants can be ordered.")
class ParticipantOrderField(Enum):
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By when recorded.")
