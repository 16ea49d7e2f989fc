from enum import Enum
from typing import Any

import strawberry

from api.graphql import finish
from api.graphql.context import FarleyInfo
from api.graphql.directory.types import Department, Member, PartnerAccount
from policy.principals import PrincipalKind


@strawberry.enum(description="What stands behind a credential.")
class ViewerKind(Enum):
    MEMBER = strawberry.enum_value("MEMBER", description="A member of staff.")
    PARTNER = strawberry.enum_value("PARTNER", description="A partner account.")
    SUPPLIER = strawberry.enum_value("SUPPLIER", description="A supplier's account.")
    DATA_SUBJECT = strawberry.enum_value("DATA_SUBJECT", description="A person whose data is held.")
    SERVICE = strawberry.enum_value("SERVICE", description="A program.")


@strawberry.type(description="Who asks.")
class Viewer:
    kind: ViewerKind = strawberry.field(description="What stands behind the credential.")
    roles: list[str] = strawberry.field(description="The roles it has, through others too.")
    purpose: str = strawberry.field(description="For what this request is made.")
    member: Member | None = strawberry.field(description="The member of staff, if it is one.")
    department: Department | None = strawberry.field(description="Their department.")
    partner_account: PartnerAccount | None = strawberry.field(
        description="The partner account, if any."
    )


@strawberry.type
class ViewerQuery:
    @strawberry.field(graphql_type=Viewer, description="Who asks.")
    async def viewer(self, info: FarleyInfo) -> Any:
        caller = info.context.caller
        principal = caller.principal
        is_member = principal.kind is PrincipalKind.MEMBER
        return await finish.object_(
            info,
            {
                "kind": principal.kind.upper(),
                "roles": sorted(caller.snapshot.subjects(principal.roles)),
                "purpose": caller.purpose.name,
                "member": principal.id if is_member else None,
                "department": principal.department_id,
                "partnerAccount": principal.partner_account_id,
            },
            {
                "member": "member",
                "department": "department",
                "partnerAccount": "partner_account",
            },
        )
