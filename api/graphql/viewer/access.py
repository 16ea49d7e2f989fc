"""Access report: what the caller may do with a type of record, and with single records."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

import strawberry
from graphql import GraphQLSchema

from api.graphql.records.enums import described_enum
from api.graphql.records.published import RECORD_TYPES
from api.graphql.records.sentences import called
from api.graphql.records.shells import SERVED
from api.graphql.types.relay import RedactionReason
from domain.declaration.entity import Entity
from domain.declaration.names import camel
from domain.explaining.access_report import RecordReport, Report

RecordType: Any = described_enum(
    "RecordType",
    {
        one.name.upper(): RECORD_TYPES.get(one.name) or f"{called(one).capitalize()}."
        for one in SERVED.all
    },
    "A type of record.",
)


@strawberry.enum(description="What may be done with records.")
class RecordAction(Enum):
    READ = strawberry.enum_value("READ", description="Read them.")
    CREATE = strawberry.enum_value("CREATE", description="Make new ones.")
    UPDATE = strawberry.enum_value("UPDATE", description="Change them.")
    DELETE = strawberry.enum_value("DELETE", description="Erase them.")
    EXPORT = strawberry.enum_value("EXPORT", description="Take copies out.")
    MERGE = strawberry.enum_value("MERGE", description="Join two that are the same.")
    OPEN = strawberry.enum_value("OPEN", description="Open sealed fields of them.")
    DECIDE = strawberry.enum_value("DECIDE", description="Decide about them.")
    ADMINISTER = strawberry.enum_value("ADMINISTER", description="Administer them.")


@strawberry.enum(description="How a field is shown.")
class FieldLevel(Enum):
    OPEN = strawberry.enum_value("OPEN", description="As it is.")
    MASKED = strawberry.enum_value("MASKED", description="In part only; it cannot be looked up.")
    CONDITIONAL = strawberry.enum_value(
        "CONDITIONAL", description="It depends on the record, or on the parts that it is made of."
    )
    DENIED = strawberry.enum_value("DENIED", description="Not at all.")


@strawberry.type(description="What the caller may do with a field.")
class FieldAccess:
    name: str = strawberry.field(description="The field's name.")
    access: FieldLevel = strawberry.field(description="How it is shown.")
    reason: RedactionReason | None = strawberry.field(
        description="Why it is not shown as it is, where that is known."
    )
    writable: bool = strawberry.field(
        description="Whether it may be written; of a type of record, in some record."
    )
    creatable: bool = strawberry.field(
        description="Whether it may be written in a new record; of a single record, false."
    )
    updatable: bool = strawberry.field(
        description="Whether it may be written in a record that there is; of a type of record, in some."
    )
    openable: bool = strawberry.field(
        description="Whether `openRecord` shows more of it; of a type of record, in some record."
    )


@strawberry.type(description="What the caller may do with records of a type, for this purpose.")
class TypeAccess:
    actions: list[RecordAction] = strawberry.field(
        description="What may be done with some records of the type."
    )
    fields: list[FieldAccess] = strawberry.field(description="Field by field.")


@strawberry.type(
    description="What the caller may do with a record, for this purpose; nothing, with one that is"
    " not there or that the caller may not see."
)
class RecordAccess:
    id: strawberry.ID = strawberry.field(description="As it was given.")
    can_read: bool = strawberry.field(description="Whether the caller may see it.")
    can_update: bool = strawberry.field(description="Whether some field of it may be written.")
    can_delete: bool = strawberry.field(description="Whether the caller may erase it.")
    fields: list[FieldAccess] = strawberry.field(
        description="Field by field; empty where it may not be read."
    )


def shown_fields(
    schema: GraphQLSchema, resource: Entity, report: Report
) -> Sequence[Mapping[str, Any]]:
    """The report on those fields that the type of the schema has."""
    names = schema.type_map[resource.type_name].fields  # type: ignore[attr-defined]  # an object type
    return [
        {
            "name": camel(name),
            "access": field.level.value,
            "reason": field.reason and field.reason.value,
            "writable": field.writable,
            "openable": field.openable,
            "creatable": field.creatable,
            "updatable": field.updatable,
        }
        for name, field in report.items()
        if camel(name) in names
    ]


def record_access(
    schema: GraphQLSchema, id_: str, resource: Entity | None, report: RecordReport | None
) -> Mapping[str, Any]:
    """What may be done with a record; nothing without a report."""
    can_read = resource is not None and report is not None
    return {
        "id": id_,
        "canRead": can_read,
        "canUpdate": report is not None and report.can_update,
        "canDelete": report is not None and report.can_delete,
        "fields": shown_fields(schema, resource, report.fields) if resource and report else [],
    }
