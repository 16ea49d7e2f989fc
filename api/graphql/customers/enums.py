from enum import Enum

import strawberry


@strawberry.enum(description="What a customer is.")
class CustomerKind(Enum):
    PERSON = "PERSON"
    ORGANIZATION = "ORGANIZATION"


@strawberry.enum(description="How far the relationship has come.")
class Lifecycle(Enum):
    SUSPECT = "SUSPECT"
    PROSPECT = "PROSPECT"
    LEAD = "LEAD"
    CUSTOMER = "CUSTOMER"
    PAST = "PAST"


@strawberry.enum(description="The way on which a contact point reaches somebody.")
class ContactPointKind(Enum):
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    POSTAL = "POSTAL"
    SOCIAL = "SOCIAL"
    WEB = "WEB"


@strawberry.enum(description="What one customer is to another.")
class RelationshipType(Enum):
    WORKS_FOR = "WORKS_FOR"
    PART_OF = "PART_OF"
    SUPPLIES = "SUPPLIES"
    HOUSEHOLD = "HOUSEHOLD"
    REFERRED_BY = "REFERRED_BY"
    PARTNER_OF = "PARTNER_OF"


@strawberry.enum(description="Whether a consent is in force, unless it has expired.")
class ConsentStatus(Enum):
    GRANTED = "GRANTED"
    WITHDRAWN = "WITHDRAWN"


@strawberry.enum(description="By what customers can be ordered.")
class CustomerOrderField(Enum):
    CREATED_AT = "CREATED_AT"
    UPDATED_AT = "UPDATED_AT"
    NAME = strawberry.enum_value(
        "NAME",
        description="By the name, without regard to case and accents, of at most 10,000 customers.",
    )
