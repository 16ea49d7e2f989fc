from enum import Enum

import strawberry


@strawberry.enum(description="What a customer is.")
class CustomerKind(Enum):
    PERSON = strawberry.enum_value("PERSON", description="A natural person.")
    ORGANIZATION = strawberry.enum_value(
        "ORGANIZATION", description="A company, an authority, an association."
    )


@strawberry.enum(description="How far the relationship has come.")
class Lifecycle(Enum):
    SUSPECT = strawberry.enum_value("SUSPECT", description="Might be interested.")
    PROSPECT = strawberry.enum_value("PROSPECT", description="Fits, and was found to.")
    LEAD = strawberry.enum_value("LEAD", description="Has shown interest.")
    CUSTOMER = strawberry.enum_value("CUSTOMER", description="Buys.")
    PAST = strawberry.enum_value("PAST", description="Bought once.")


@strawberry.enum(description="The way on which a contact point reaches somebody.")
class ContactPointKind(Enum):
    EMAIL = strawberry.enum_value("EMAIL", description="An e-mail address.")
    PHONE = strawberry.enum_value("PHONE", description="A telephone number.")
    POSTAL = strawberry.enum_value("POSTAL", description="A postal address.")
    SOCIAL = strawberry.enum_value("SOCIAL", description="A profile in a social network.")
    WEB = strawberry.enum_value("WEB", description="A website.")


@strawberry.enum(description="What one customer is to another.")
class RelationshipType(Enum):
    WORKS_FOR = strawberry.enum_value(
        "WORKS_FOR", description="A person works for an organisation."
    )
    PART_OF = strawberry.enum_value("PART_OF", description="An organisation is part of another.")
    SUPPLIES = strawberry.enum_value("SUPPLIES", description="An organisation supplies a customer.")
    HOUSEHOLD = strawberry.enum_value("HOUSEHOLD", description="Both belong to one household.")
    REFERRED_BY = strawberry.enum_value(
        "REFERRED_BY", description="Somebody was referred by somebody."
    )
    PARTNER_OF = strawberry.enum_value("PARTNER_OF", description="Both are partners.")


@strawberry.enum(description="Whether a consent is in force, unless it has expired.")
class ConsentStatus(Enum):
    GRANTED = strawberry.enum_value("GRANTED", description="Given, and not withdrawn.")
    WITHDRAWN = strawberry.enum_value("WITHDRAWN", description="Withdrawn.")


@strawberry.enum(description="How a grant or a withdrawal came to be recorded.")
class ConsentSource(Enum):
    API = strawberry.enum_value("API", description="By a mutation.")
    IMPORT = strawberry.enum_value("IMPORT", description="By an import.")
    UPGRADE = strawberry.enum_value(
        "UPGRADE", description="By the upgrade that began the history, from what then stood."
    )


@strawberry.enum(description="Why processing is restricted (GDPR Art. 18(1)).")
class RestrictionReason(Enum):
    ACCURACY_CONTESTED = strawberry.enum_value(
        "ACCURACY_CONTESTED", description="The person contests that the data are accurate (a)."
    )
    UNLAWFUL = strawberry.enum_value(
        "UNLAWFUL", description="Processing is unlawful, and the person opposes erasure (b)."
    )
    LEGAL_CLAIM = strawberry.enum_value(
        "LEGAL_CLAIM", description="The person needs the data for a legal claim (c)."
    )
    OBJECTION = strawberry.enum_value(
        "OBJECTION", description="The person has objected, and that is being examined (d)."
    )


@strawberry.enum(description="By what customers can be ordered.")
class CustomerOrderField(Enum):
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By when taken in.")
    UPDATED_AT = strawberry.enum_value("UPDATED_AT", description="By the last change.")
    ERASED_AT = strawberry.enum_value("ERASED_AT", description="By erasure.")
    RESTRICTED_AT = strawberry.enum_value("RESTRICTED_AT", description="By restriction.")
    LANGUAGE = strawberry.enum_value("LANGUAGE", description="By language.")
    TIME_ZONE = strawberry.enum_value("TIME_ZONE", description="By time zone.")
    COUNTRY = strawberry.enum_value("COUNTRY", description="By country.")
    NAME = strawberry.enum_value(
        "NAME",
        description="By the name, without regard to case and accents, of at most 10,000 customers.",
    )


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


@strawberry.enum(description="By what the history of consents can be ordered.")
class ConsentEventOrderField(Enum):
    AT = strawberry.enum_value("AT", description="By when it was said.")
    PURPOSE = strawberry.enum_value("PURPOSE", description="By purpose.")
    METHOD = strawberry.enum_value("METHOD", description="By how it was said.")
    EXPIRES_AT = strawberry.enum_value("EXPIRES_AT", description="By when it ends by itself.")
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By when it was recorded.")
