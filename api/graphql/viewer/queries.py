"""Query of the viewer: who asks, and what they may do."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Annotated, Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.execution.finished import unwalked
from api.graphql.planning import finish
from api.graphql.planning.reads import at_most, parsed
from api.graphql.records.shells import record, records
from api.graphql.viewer.access import (
    RecordAccess,
    RecordType,
    TypeAccess,
    record_access,
    shown_fields,
)
from domain.explaining import access_report
from policy.subjects.principals import PrincipalKind


@strawberry.enum(description="What stands behind a credential.")
class ViewerKind(Enum):
    MEMBER = strawberry.enum_value("MEMBER", description="A member of staff.")
    PARTNER = strawberry.enum_value("PARTNER", description="A partner account.")
    SUPPLIER = strawberry.enum_value("SUPPLIER", description="A supplier's account.")
    DATA_SUBJECT = strawberry.enum_value("DATA_SUBJECT", description="A person whose data is held.")
    SERVICE = strawberry.enum_value("SERVICE", description="A program.")


Type = Annotated[RecordType, strawberry.argument(description="Which type.")]
Ids = Annotated[list[strawberry.ID], strawberry.argument(description="Up to 100 ids.")]


@strawberry.type(description="Who asks.")
class Viewer:
    kind: ViewerKind = strawberry.field(description="What stands behind the credential.")
    roles: list[str] = strawberry.field(description="The roles it has, through others too.")
    purpose: str = strawberry.field(description="For what this request is made.")
    member: Any = record("member", "The member of staff, if it is one.")
    department: Any = record("department", "Their department.")
    departments: Any = records("department", "The departments whose records are their own.")
    purposes: list[str] = strawberry.field(
        description="The purposes for which they may read anything at all."
    )
    partner_account: Any = record("partner_account", "The partner account, if any.")

    @strawberry.field(description="What they may do with records of a type, for this purpose.")
    def access(self, type: Type) -> TypeAccess:
        unwalked()


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
                "departments": [id_ for id_ in (principal.department_id,) if id_],
                "purposes": access_report.purposes(caller),
                "partnerAccount": principal.partner_account_id,
            },
            {
                "member": "member",
                "department": "department",
                "departments": "department",
                "partnerAccount": "partner_account",
            },
            {"access": lambda arguments: _type_access(info, arguments)},
        )

    @strawberry.field(
        graphql_type=list[RecordAccess],
        description="What the caller may do with each of up to 100 records, in their order.",
    )
    async def record_access(self, info: FarleyInfo, ids: Ids) -> Any:
        schema = info._raw_info.schema  # noqa: SLF001 - Strawberry's way to graphql-core's
        registry = info.context.caller.registry
        records = [parsed(registry, text) for text in at_most(ids)]
        reports = await _reports(info, [record for record in records if record])
        return finish.objects(
            info,
            [
                record_access(
                    schema,
                    id_,
                    registry.by_name[record[0]] if record else None,
                    reports.get(record),
                )
                for id_, record in zip(ids, records, strict=True)
            ],
        )


def _type_access(info: FarleyInfo, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    caller, schema = info.context.caller, info._raw_info.schema  # noqa: SLF001
    asked = arguments["type"]
    resource = caller.registry.by_name[str(getattr(asked, "value", asked)).lower()]
    return {
        "actions": [action.upper() for action in access_report.actions(caller, resource)],
        "fields": shown_fields(schema, resource, access_report.fields(caller, resource)),
    }


async def _reports(
    info: FarleyInfo, records: Sequence[tuple[str, str]]
) -> Mapping[tuple[str, str] | None, access_report.RecordReport]:
    context = info.context
    reports: dict[tuple[str, str] | None, access_report.RecordReport] = {}
    for name in dict.fromkeys(resource for resource, _ in records):
        ids = [id_ for resource, id_ in records if resource == name]
        resource = context.caller.registry.by_name[name]
        found = await access_report.records(context.reading, context.caller, resource, ids)
        reports |= {(name, id_): report for id_, report in found.items()}
    return reports
