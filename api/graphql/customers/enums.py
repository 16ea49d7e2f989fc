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
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By when taken in.")
    UPDATED_AT = strawberry.enum_value("UPDATED_AT", description="By the last change.")
    ERASED_AT = strawberry.enum_value("ERASED_AT", description="By erasure.")
    LANGUAGE = strawberry.enum_value("LANGUAGE", description="By language.")
    TIME_ZONE = strawberry.enum_value("TIME_ZONE", description="By time zone.")
    COUNTRY = strawberry.enum_value("COUNTRY", description="By country.")


@strawberry.enum(description="By what relationships can be ordered.")
class RelationshipOrderField(Enum):
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By when recorded.")


@strawberry.enum(description="By what consents can be ordered.")
class ConsentOrderField(Enum):
    PURPOSE = strawberry.enum_value("PURPOSE", description="By purpose.")
    METHOD = strawberry.enum_value("METHOD", description="By how it was given.")
    GIVEN_AT = strawberry.enum_value("GIVEN_AT", description="By when it was given.")
    WITHDRAWN_AT = strawberry.enum_value("WITHDRAWN_AT", description="By when it was taken back.")
    EXPIRES_AT = strawberry.enum_value("EXPIRES_AT", description="By when it ends by itself.")
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By when it was recorded first.")
    UPDATED_AT = strawberry.enum_value("UPDATED_AT", description="By the last change.")
