from enum import Enum

import strawberry


@strawberry.enum(description="What a member of staff may do, within the department.")
class MemberRole(Enum):
    MEMBER = strawberry.enum_value("MEMBER", description="Works in the department.")
    MANAGER = strawberry.enum_value("MANAGER", description="Leads the department.")
    ADMIN = strawberry.enum_value("ADMIN", description="Administers the tenant.")


@strawberry.enum(description="What a partner account is for.")
class PartnerKind(Enum):
    PARTNER = strawberry.enum_value("PARTNER", description="Sells with us.")
    SUPPLIER = strawberry.enum_value("SUPPLIER", description="Supplies our customers.")


@strawberry.enum(description="By what departments can be ordered.")
class DepartmentOrderField(Enum):
    CODE = strawberry.enum_value("CODE", description="By code.")
    NAME = strawberry.enum_value("NAME", description="By name.")
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By when made.")


@strawberry.enum(description="By what members of staff can be ordered.")
class MemberOrderField(Enum):
    HANDLE = strawberry.enum_value("HANDLE", description="By the name to sign in with.")
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By when taken in.")
    UPDATED_AT = strawberry.enum_value("UPDATED_AT", description="By the last change.")


@strawberry.enum(description="By what partners and suppliers can be ordered.")
class PartnerAccountOrderField(Enum):
    HANDLE = strawberry.enum_value("HANDLE", description="By the name to sign in with.")
    NAME = strawberry.enum_value("NAME", description="By name.")
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By when made.")
