from enum import Enum

import strawberry


@strawberry.enum(description="Why a record is shared.")
class ShareReason(Enum):
    COVER = strawberry.enum_value("COVER", description="Somebody stands in for somebody else.")
    HANDOVER = strawberry.enum_value("HANDOVER", description="Somebody takes over.")
    PROJECT = strawberry.enum_value("PROJECT", description="They work on something together.")
    REVIEW = strawberry.enum_value("REVIEW", description="Somebody looks it over.")
    OTHER = strawberry.enum_value("OTHER", description="Something else.")


@strawberry.enum(description="By what shares can be ordered.")
class RecordShareOrderField(Enum):
    RECORD = strawberry.enum_value("RECORD", description="By the record's id.")
    GRANTEE = strawberry.enum_value("GRANTEE", description="By with whom.")
    ENDS_AT = strawberry.enum_value("ENDS_AT", description="By when it ends by itself.")
    ENDED_AT = strawberry.enum_value("ENDED_AT", description="By when it was taken back.")
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By when first shared.")
    UPDATED_AT = strawberry.enum_value("UPDATED_AT", description="By the last change.")
