"""From the targets of a mapping to what makes records of a row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from typing import Any

from domain.importing.mapping import document as m
from domain.importing.mapping.notes import Attempt, Dropped, Notes
from domain.importing.mapping.record_parts import WHEN, Read, RecordParts
from domain.importing.mapping.transforms import Table
from domain.importing.mapping.values import Blanks, Row
from domain.importing.records import (
    CustomerRecord,
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
    given = RecordParts(path, system, zone, lookups, blank)
    build = _BUILDERS[type(target)](given, target)
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


def _dropped(given: RecordParts, written: Row, seen: Row) -> tuple[Dropped, ...]:
    """By part and column, but of texts that keep what nobody sees."""
    changed = {column for column in given.columns if seen[column] != written[column]}
    return tuple(
        Dropped(part, column)
        for part, columns in sorted(given.origin.items())
        if part not in {WHEN, *given.prose} and "." not in part
        for column in sorted(columns & changed)
    )


def _origin(given: RecordParts, part: str, place: int | None, row: Row) -> str:
    whole = given.origin.get(part.split(".", 1)[0], set())
    columns = given.origin.get(part, whole)
    if place is not None and given.points:
        seen = _seen(row, tuple(given.columns))
        there = [(field, own) for field, read, own in given.points if read(seen) is not None]
        if place < len(there) and there[place][0] == part:
            columns = set(there[place][1])
    return ", ".join(sorted(columns))


def _member(given: RecordParts, target: m.MemberTarget) -> Read:
    reference = given.required_reference("reference", target.reference)
    handle = given.required("handle", target.handle)
    role = given.required("role", target.role)
    department = given.optional("department", target.department)
    fields = given.fields("member", target.fields)
    manager = given.reference("manager", target.manager)
    return lambda row: MemberRecord(
        reference(row), handle(row), role(row), department(row), fields(row), manager(row)
    )


def _customer(given: RecordParts, target: m.CustomerTarget) -> Read:
    reference = given.required_reference("reference", target.reference)
    department = given.optional("department", target.department)
    owner = given.reference("owner", target.owner)
    account = given.optional("partner_account", target.partner_account)
    values = _customer_values(given, target)
    relationships = [
        (one.type, given.reference(f"relationships[{i}].to", one.to))
        for i, one in enumerate(target.relationships)
    ]
    consents = given.consents(target.consents)

    def build(row: Row) -> CustomerRecord:
        links = ((type_, read(row)) for type_, read in relationships)
        return CustomerRecord(
            reference(row),
            values(row),
            department(row),
            owner(row),
            account(row),
            tuple((type_, other) for type_, other in links if other is not None),
            consents(row),
        )

    return build


def _customer_values(given: RecordParts, target: m.CustomerTarget) -> Read:
    fields = given.fields("customer", target.fields)
    parts: list[tuple[str, Read]] = []
    if target.contact_points is not None:
        parts.append(("contact_points", given.contact_points(target.contact_points)))
    if target.tags is not None:
        tags = [given.optional(f"tags[{i}]", tag) for i, tag in enumerate(target.tags)]
        parts.append(("tags", lambda row: [t for tag in tags if (t := tag(row)) is not None]))
    if target.custom_fields is not None:
        customs = [
            (name, given.optional(f"custom_fields.{name}", value))
            for name, value in target.custom_fields.items()
        ]
        parts.append(
            (
                "custom_fields",
                lambda row: {n: str(v) for n, read in customs if (v := read(row)) is not None},
            )
        )
    others = [
        (one.system, given.optional(f"external_references[{i}]", one.id))
        for i, one in enumerate(target.external_references)
    ]
    if others:
        parts.append(
            (
                "external_references",
                lambda row: [{"system": s, "id": str(i)} for s, read in others if (i := read(row))],
            )
        )
    return lambda row: {**fields(row), **{name: read(row) for name, read in parts}}


def _interaction(given: RecordParts, target: m.InteractionTarget) -> Read:
    reference = given.required_reference("reference", target.reference)
    customer = given.required_reference("customer", target.customer)
    fields = given.fields("interaction", target.fields)
    author = given.reference("author", target.author)
    department = given.optional("department", target.department)
    account = given.optional("partner_account", target.partner_account)
    others = [
        given.reference(f"participants[{i}]", one) for i, one in enumerate(target.participants)
    ]
    return lambda row: InteractionRecord(
        reference(row),
        customer(row),
        fields(row),
        author(row),
        department(row),
        account(row),
        tuple(one for read in others if (one := read(row)) is not None),
    )


def _opportunity(given: RecordParts, target: m.OpportunityTarget) -> Read:
    reference = given.required_reference("reference", target.reference)
    customer = given.required_reference("customer", target.customer)
    pipeline = given.required("pipeline", target.pipeline)
    stage = given.required("stage", target.stage)
    fields = given.fields("opportunity", target.fields)
    owner = given.reference("owner", target.owner)
    department = given.optional("department", target.department)
    account = given.optional("partner_account", target.partner_account)
    return lambda row: OpportunityRecord(
        reference(row),
        customer(row),
        pipeline(row),
        stage(row),
        fields(row),
        owner(row),
        department(row),
        account(row),
    )


def _partner_account(given: RecordParts, target: m.PartnerAccountTarget) -> Read:
    handle = given.required("handle", target.handle)
    kind = given.required("kind", target.kind)
    name = given.required("name", target.name)
    customer = given.reference("customer", target.customer)
    return lambda row: PartnerAccountRecord(handle(row), kind(row), name(row), customer(row))


_BUILDERS: Mapping[type[Any], Callable[[RecordParts, Any], Read]] = {
    m.MemberTarget: _member,
    m.CustomerTarget: _customer,
    m.InteractionTarget: _interaction,
    m.OpportunityTarget: _opportunity,
    m.PartnerAccountTarget: _partner_account,
}
