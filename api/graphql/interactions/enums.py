from enum import Enum

import strawberry


@strawberry.enum(description="The way on which a contact took place.")
class Channel(Enum):
    WEB = "WEB"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    CHAT = "CHAT"
    SOCIAL = "SOCIAL"
    SMS = "SMS"
    MEETING = "MEETING"
    POST = "POST"
    IN_PERSON = "IN_PERSON"
    CAMPAIGN = "CAMPAIGN"


@strawberry.enum(description="Who contacted whom.")
class ContactDirection(Enum):
    INBOUND = "INBOUND"
    OUTBOUND = "OUTBOUND"
    INTERNAL = "INTERNAL"


@strawberry.enum(description="How a contact ended.")
class Outcome(Enum):
    RESOLVED = "RESOLVED"
    FOLLOW_UP = "FOLLOW_UP"
    NO_ANSWER = "NO_ANSWER"
    INTERESTED = "INTERESTED"
    NOT_INTERESTED = "NOT_INTERESTED"
    ESCALATED = "ESCALATED"


@strawberry.enum(description="By what interactions can be ordered.")
class InteractionOrderField(Enum):
    OCCURRED_AT = strawberry.enum_value("OCCURRED_AT", description="By time.")
    DURATION_SECONDS = strawberry.enum_value("DURATION_SECONDS", description="By duration.")
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By when recorded.")
    UPDATED_AT = strawberry.enum_value("UPDATED_AT", description="By the last change.")


@strawberry.enum(description="By what participants can be ordered.")
class ParticipantOrderField(Enum):
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By when recorded.")
