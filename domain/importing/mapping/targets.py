"""Mapping targets, compiled to what makes records of a row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from typing import Any

from domain.declaration.field import Field, Values
from domain.declaration.kinds import Form, Kind
from domain.entities.customers import CUSTOMER
from domain.entities.directory import MEMBER
from domain.entities.interactions import INTERACTION
from domain.entities.opportunities import OPPORTUNITY
from domain.importing.mapping import document as m
from domain.importing.mapping.declared_targets import attached
from domain.importing.mapping.expressions import WHEN, MappingExpressions, Read
from domain.importing.mapping.transforms import Table
from domain.importing.mapping.values import Blanks, Row
from domain.importing.records.faults_of_row import Attempt, Dropped, Notes
from domain.importing.records.records import (
    CustomerRecord,
    DeclaredRecord,
    InteractionRecord,
    MemberRecord,
    OpportunityRecord,
    PartnerAccountRecord,
    Record,
)
from privacy.invisible import without_invisible


@dataclass(frozen=True, slots=True)
class RecordMaker:
    """Makes one record of a row, or none where the row has none; needs these columns and lookups.

    ``attempt`` tells all that is wrong, and ``make`` raises it, with the field and never with the value.
    The parts in ``lenient`` may be left out of a record where they are wrong.
    """

    columns: frozenset[str]
    lookups: frozenset[str]
    lenient: frozenset[str]
    attempt: Callable[[Row], Attempt]
    origin: Callable[[str, int | None, Row], str]
    """The columns from which a part of the record comes, of a list the one at that place."""

    def make(self, row: Row) -> Record | None:
        """The record; raises ``InvalidInputError``."""
        return self.attempt(row).whole()


def compile_target(
    target: m.AnyTarget,
    path: str,
    system: str,
    zone: tzinfo,
    lookups: Mapping[str, Table],
    blank: Blanks = frozenset(),
) -> RecordMaker:
    """The maker of a target; raises ``MappingError`` with the path."""
    given = MappingExpressions(path, system, zone, lookups, blank)
    build = _BUILDERS.get(type(target), _declared)(given, target)
    when = given.optional(WHEN, target.when)
    columns = tuple(given.columns)

    def attempt(written: Row) -> Attempt:
        notes = given.notes = Notes(written=written)
        row = _seen(written, columns)
        if target.when is not None and when(row) is None:
            return Attempt(None, tuple(notes.faults))
        record: Record = build(row)
        dropped = () if row is written else _dropped(given, written, row)
        if not notes.faults and not notes.skipped:
            return Attempt(record, dropped=dropped)
        found = None if notes.is_hopeless else record
        return Attempt(found, tuple(notes.faults), tuple(notes.skipped), dropped)

    return RecordMaker(
        frozenset(given.columns),
        frozenset(given.lookups),
        frozenset(given.lenient),
        attempt,
        partial(_origin, given),
    )


def _seen(written: Row, columns: Sequence[str]) -> Row:
    """The row as its reader sees it: itself where nothing in it is invisible."""
    changed = {
        column: seen
        for column in columns
        if (seen := without_invisible(written[column])) != written[column]
    }
    return {**written, **changed} if changed else written


def _dropped(given: MappingExpressions, written: Row, seen: Row) -> tuple[Dropped, ...]:
    """By part and column, but of texts that keep what nobody sees."""
    changed = {column for column in given.columns if seen[column] != written[column]}
    return tuple(
        Dropped(part, column)
        for part, columns in sorted(given.origin.items())
        if part not in {WHEN, *given.prose} and "." not in part
        for column in sorted(columns & changed)
    )


def _origin(given: MappingExpressions, part: str, place: int | None, row: Row) -> str:
    whole = given.origin.get(part.split(".", 1)[0], set())
    columns = given.origin.get(part, whole)
    if place is not None and given.points:
        seen = _seen(row, tuple(given.columns))
        there = [(field, own) for field, read, own in given.points if read(seen) is not None]
        if place < len(there) and there[place][0] == part:
            columns = set(there[place][1])
    return ", ".join(sorted(columns))


def _made(record: Callable[..., Record], **parts: Read) -> Read:
    return lambda row: record(**{name: read(row) for name, read in parts.items()})


def _each(reads: Sequence[Read]) -> Read:
    """What is not empty of several values."""
    return lambda row: tuple(one for read in reads if (one := read(row)) is not None)


def _member(given: MappingExpressions, target: m.MemberTarget) -> Read:
    return _made(
        MemberRecord,
        reference=given.required_reference("reference", target.reference),
        handle=given.required("handle", target.handle),
        role=given.required("role", target.role),
        department=given.optional("department", target.department),
        values=given.fields(MEMBER, target.fields),
        manager=given.reference("manager", target.manager),
    )


def _customer(given: MappingExpressions, target: m.CustomerTarget) -> Read:
    return _made(
        CustomerRecord,
        reference=given.required_reference("reference", target.reference),
        department=given.optional("department", target.department),
        owner=given.reference("owner", target.owner),
        partner_account=given.optional("partner_account", target.partner_account),
        values=_customer_values(given, target),
        relationships=_relationships(given, target.relationships),
        consents=given.consents(target.consents),
    )


def _relationships(given: MappingExpressions, related: Sequence[m.Relationship]) -> Read:
    links = [
        (one.type, given.reference(f"relationships[{i}].to", one.to))
        for i, one in enumerate(related)
    ]
    return lambda row: tuple(
        (type_, other) for type_, read in links if (other := read(row)) is not None
    )


def _customer_values(given: MappingExpressions, target: m.CustomerTarget) -> Read:
    fields = given.fields(CUSTOMER, target.fields)
    parts: dict[str, Read] = {}
    if target.contact_points is not None:
        parts["contact_points"] = given.contact_points(target.contact_points)
    if target.tags is not None:
        parts["tags"] = _texts(given, "tags", target.tags)
    if target.custom_fields is not None:
        customs = {
            name: given.optional(f"custom_fields.{name}", value)
            for name, value in target.custom_fields.items()
        }
        parts["custom_fields"] = lambda row: {
            n: str(v) for n, read in customs.items() if (v := read(row)) is not None
        }
    if target.external_references:
        parts["external_references"] = _other_ids(given, target.external_references)
    return lambda row: {**fields(row), **{name: read(row) for name, read in parts.items()}}


def _texts(given: MappingExpressions, name: str, said: Sequence[m.AnyValue]) -> Read:
    read = _each([given.optional(f"{name}[{i}]", one) for i, one in enumerate(said)])
    return lambda row: list(read(row))


def _other_ids(given: MappingExpressions, said: Sequence[m.Named]) -> Read:
    others = [
        (one.system, given.optional(f"external_references[{i}]", one.id))
        for i, one in enumerate(said)
    ]
    return lambda row: [{"system": s, "id": str(i)} for s, read in others if (i := read(row))]


def _interaction(given: MappingExpressions, target: m.InteractionTarget) -> Read:
    others = enumerate(target.participants)
    return _made(
        InteractionRecord,
        reference=given.required_reference("reference", target.reference),
        customer=given.required_reference("customer", target.customer),
        values=given.fields(INTERACTION, target.fields),
        author=given.reference("author", target.author),
        department=given.optional("department", target.department),
        partner_account=given.optional("partner_account", target.partner_account),
        participants=_each([given.reference(f"participants[{i}]", one) for i, one in others]),
    )


def _opportunity(given: MappingExpressions, target: m.OpportunityTarget) -> Read:
    return _made(
        OpportunityRecord,
        reference=given.required_reference("reference", target.reference),
        customer=given.required_reference("customer", target.customer),
        pipeline=given.required("pipeline", target.pipeline),
        stage=given.required("stage", target.stage),
        values=given.fields(OPPORTUNITY, target.fields),
        owner=given.reference("owner", target.owner),
        department=given.optional("department", target.department),
        partner_account=given.optional("partner_account", target.partner_account),
    )


def _partner_account(given: MappingExpressions, target: m.PartnerAccountTarget) -> Read:
    return _made(
        PartnerAccountRecord,
        handle=given.required("handle", target.handle),
        kind=given.required("kind", target.kind),
        name=given.required("name", target.name),
        customer=given.reference("customer", target.customer),
    )


def _declared(given: MappingExpressions, target: m.DeclaredTarget) -> Read:
    """Of a record whose parts follow from its declaration. A part that is empty is not given."""
    entity = target.entity
    fields = given.fields(entity, target.fields)
    parts = {
        field.name: _part(given, target, field, said)
        for field in entity.imported
        if (said := getattr(target, field.name, None))
    }

    def values(row: Row) -> Values:
        found = {name: one for name, read in parts.items() if (one := read(row)) is not None}
        return {**fields(row), **found}

    return _made(
        partial(DeclaredRecord, entity.name),
        reference=given.required_reference("reference", target.reference),
        values=values,
    )


def _part(given: MappingExpressions, target: m.DeclaredTarget, field: Field, said: Any) -> Read:
    if field.form is Form.EXTERNAL_REFERENCES:
        return _other_ids(given, said)
    if field.kind is Kind.TAGS:
        return _texts(given, field.name, said)
    if field.name in target.codes:
        return (given.required if field.must_be_given else given.optional)(field.name, said)
    if isinstance(said, m.Attachment):
        return given.attachment(field.name, attached(said), required=field.must_be_given)
    return (given.required_reference if field.must_be_given else given.reference)(field.name, said)


_BUILDERS: Mapping[type[Any], Callable[[MappingExpressions, Any], Read]] = {
    m.MemberTarget: _member,
    m.CustomerTarget: _customer,
    m.InteractionTarget: _interaction,
    m.OpportunityTarget: _opportunity,
    m.PartnerAccountTarget: _partner_account,
}
