"""Demo records of declared entities: of each that hangs on a customer some, by what its fields say."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from random import Random

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Form, Kind
from domain.declaration.names import RECORD
from domain.demo.values.chance import happens
from domain.demo.values.days import REFERENCE, at_work
from domain.demo.values.profile import Profile
from domain.demo.values.staff import SYSTEM, Colleague, somebody
from domain.entities.customers import CUSTOMER
from domain.importing.records.records import Attached, DeclaredRecord, Reference

TEXTS: Mapping[str, tuple[str, ...]] = {
    "note.body": (
        "{name} prefers to be called in the morning, {phone}.",
        "Budget is decided in spring; {name} will say who signs.",
        "Wants invoices by post, and nothing by e-mail but offers.",
        "Met {name} at the fair: asks for a price list, {email}.",
    ),
    "task.title": (
        "Call {name} back",
        "Send the revised offer",
        "Ask {name} for the delivery address",
        "Prepare the yearly review",
    ),
    "task.notes": (
        "{name} is reached best by e-mail: {email}.",
        "The last offer is in the opportunity.",
        "Nobody answered twice; try {phone}.",
    ),
}
"""What may stand in a text, by entity and field."""

_ONE_IN_PERCENT, _SAID_PERCENT = 25, 70
_AROUND_DAYS = 21

Place = tuple[Random, Profile, Colleague]
Make = Callable[[Entity, Field, Place], object]


def written(rng: Random, profile: Profile, entities: Iterable[Entity]) -> Iterator[DeclaredRecord]:
    """What hangs on one customer, of some of these entities."""
    for entity in entities:
        if entity.is_attached and entity.importable and happens(rng, _ONE_IN_PERCENT):
            place = rng, profile, somebody(rng, rng.choice(("SALES", "SUPPORT")))
            yield DeclaredRecord(
                entity=entity.name,
                reference=Reference(SYSTEM, f"{entity.prefix.upper()}{profile.index:06}"),
                values={
                    RECORD: Attached(CUSTOMER.name, profile.reference),
                    **_values(entity, place),
                },
            )


def _values(entity: Entity, place: Place) -> dict[str, object]:
    """Of each field that an import gives; what may be missing is missing at times."""
    rng, _, _ = place
    return {
        field.name: make(entity, field, place)
        for field in entity.imported
        if (make := _making(field)) is not None and (field.required or happens(rng, _SAID_PERCENT))
    }


def _making(field: Field) -> Make | None:
    if field.name == RECORD or field.form is Form.EXTERNAL_REFERENCES:
        return None
    return _BY_TARGET.get(field.target) if field.target else _BY_KIND.get(field.kind)


def _text(entity: Entity, field: Field, place: Place) -> str:
    rng, profile, _ = place
    text = rng.choice(TEXTS.get(f"{entity.name}.{field.name}", (field.says,)))
    return text.format(name=profile.name, phone=profile.phone, email=profile.email)


def _choice(_: Entity, field: Field, place: Place) -> str:
    return place[0].choice(list(field.values.__members__ if field.values else ()))


def _moment(_: Entity, field: Field, place: Place) -> datetime:
    """Of what was made before the day that all was taken; what is due may be due later."""
    rng = place[0]
    day = rng.randint(1, _AROUND_DAYS)
    days = -day if field.ours else rng.choice((-day, day))
    return at_work(rng, REFERENCE + timedelta(days=days))


_BY_KIND: Mapping[Kind, Make] = {
    Kind.TEXT: _text,
    Kind.ENUM: _choice,
    Kind.TIMESTAMP: _moment,
}
_BY_TARGET: Mapping[str, Make] = {
    "member": lambda _entity, _field, place: place[2].reference,
    "department": lambda _entity, _field, place: place[2].department,
}
