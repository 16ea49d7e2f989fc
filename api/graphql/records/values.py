"""Values of records as the schema shows them: by the kind of a field, or by the form of an object."""

from collections.abc import Mapping
from typing import Any

import strawberry

from api.graphql.records.enums import choice_enum
from api.graphql.records.making import Member, object_type
from api.graphql.records.published import FINDINGS_TYPES
from api.graphql.types.relay import ExternalReference
from api.graphql.types.scalars import Date, DateTime, DecimalText
from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Form, Kind
from domain.entities.customers import ContactPointKind


@strawberry.type(description="A way to reach somebody.")
class ContactPoint:
    id: strawberry.ID = strawberry.field(
        description="Stays while the contact point does, whatever becomes of its value."
    )
    kind: ContactPointKind = strawberry.field(description="Which way.")
    value: str | None = strawberry.field(description="The address, number or page.")
    label: str | None = strawberry.field(description="What it is used for.")
    preferred: bool = strawberry.field(description="Whether it is the one to use first.")
    verified: bool = strawberry.field(description="Whether it was checked.")
    is_valid: bool | None = strawberry.field(
        description="False for a telephone number that cannot be dialled and that the tenant keeps all the"
        " same; null where that was not looked at, and where the number is masked."
    )


@strawberry.type(description="Where somebody is, to a tenth of a degree (WGS 84).")
class Location:
    latitude: float = strawberry.field(description="-90 to 90, northwards.")
    longitude: float = strawberry.field(description="-180 to 180, eastwards.")


@strawberry.type(description="A field that the tenant has declared, as text.")
class CustomField:
    name: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value, of the declared type.")


@strawberry.type(description="Personal data that was found in a text.")
class Finding:
    type: str = strawberry.field(description="What kind.")
    start: int = strawberry.field(description="The first character (Unicode code points).")
    end: int = strawberry.field(description="One behind the last character.")
    score: float = strawberry.field(description="How sure: 0 to 1.")


@strawberry.type(description="An exact amount of money.")
class Money:
    amount: DecimalText = strawberry.field(description="With four decimal places.")
    currency: str = strawberry.field(description="ISO 4217.")


choice_enum(ContactPointKind)

FINDINGS = "findings"

_KINDS: Mapping[Kind, Any] = {
    Kind.TEXT: str | None,
    Kind.BOOLEAN: bool | None,
    Kind.INTEGER: int | None,
    Kind.DECIMAL: DecimalText | None,
    Kind.DATE: Date | None,
    Kind.TIMESTAMP: DateTime | None,
    Kind.TAGS: list[str],
    Kind.PLACE: Location | None,
}

_FORMS: Mapping[Form, Any] = {
    Form.CONTACT_POINTS: list[ContactPoint],
    Form.CUSTOM_FIELDS: list[CustomField],
    Form.EXTERNAL_REFERENCES: list[ExternalReference],
    Form.MONEY: Money | None,
}


def shown_types(entity: Entity, records: Mapping[str, type]) -> Mapping[str, Any]:
    """The types of an entity's values by field; those that are shown within another field have none."""
    found = {field.name: shown_type(field, records) for field in entity.fields}
    if entity.detected:
        found[FINDINGS] = _findings(entity) | None
    return {name: type_ for name, type_ in found.items() if type_ is not None}


def _findings(entity: Entity) -> Any:
    texts = (entity.by_name[name] for name in entity.detected)
    owner = f"{'an' if entity.name[0] in 'aeiou' else 'a'} {entity.noun}"
    return object_type(
        FINDINGS_TYPES.get(entity.name) or f"{entity.type_name}Findings",
        f"What was found in {owner}'s texts; null before they were looked at.",
        {text.name: Member(list[Finding], f"In the {text.noun}.") for text in texts},
    )


def shown_type(field: Field, records: Mapping[str, type]) -> Any:
    """The type of a field's values; none where they are shown within another field only."""
    if field.values is not None:
        return choice_enum(field.values) | None
    if field.target:
        return records[field.target] | None
    if field.kind is Kind.JSON:
        return _FORMS.get(field.form) if field.form else None
    return _KINDS[field.kind]
