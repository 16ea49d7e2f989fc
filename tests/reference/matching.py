"""Which records a filter finds: asked of each record, in Python."""

from collections.abc import Collection, Mapping
from typing import Any

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind, Lookup
from domain.declaration.parts import ToMany, ToOne
from domain.entities.registry import RESOURCES
from domain.storage.lookup import sought, written
from privacy.vault import normalise
from tests.reference import custom_matching, modes
from tests.reference.comparing import compare
from tests.reference.eyes import Eyes, raw_value
from tests.reference.names import snake
from tests.reference.records import Row
from tests.reference.sealed_names import name_matches, require_name

Given = Mapping[str, Any]
QUANTIFIERS = frozenset({"some", "none", "every", "is"})
CUSTOM_FIELDS = "customFields"


def joining(edge: ToOne | ToMany) -> str:
    """The field by which the records of an edge belong together."""
    return edge.name if isinstance(edge, ToOne) else edge.column.removesuffix("_id")


def related(eyes: Eyes, resource: Entity, edge: ToOne | ToMany, row: Row) -> list[Row]:
    """The records behind an edge that the caller sees, and may know to stand there."""
    if isinstance(edge, ToOne):
        if not eyes.is_open(resource.name, edge.name, row):
            return []
        found = eyes.behind(edge.target, row[f"{edge.name}_id"])
        return [] if found is None else [found]
    return [
        other
        for other in eyes.seen(edge.target)
        if other[edge.column] == row["id"] and eyes.is_open(edge.target, joining(edge), other)
    ]


class Matching:
    """One filter over one resource; raises ``RefusedError`` for fields that the caller may never use."""

    def __init__(self, eyes: Eyes, resource: str, given: Given | None) -> None:
        self._eyes = eyes
        self._resource = resource
        self._given = given or {}
        self._note_faults(RESOURCES[resource], self._given, modes.kinds(self._given))
        self._require(RESOURCES[resource], self._given)

    def rows(self) -> list[Row]:
        """The records that the caller sees and that match."""
        resource = RESOURCES[self._resource]
        seen = self._eyes.seen(self._resource)
        return [row for row in seen if self._all(resource, self._given, row)]

    # --- what may be asked --------------------------------------------------------------------------

    def _note_faults(self, resource: Entity, given: Given, kinds: Collection[str] = ()) -> None:
        """What is wrong with custom fields and with names: noted first, for of several faults the answer
        names any. ``kinds`` are those that the customers must be of.
        """
        for name, value in given.items():
            edge = resource.edge_by_name.get(snake(name))
            if value is None:
                continue
            if name in {"and", "or", "not"}:
                for part in [value] if name == "not" else value:
                    self._note_faults(resource, part, kinds if name == "and" else ())
            elif name in {CUSTOM_FIELDS, "name"}:
                self._note_own_faults(resource, name, value, kinds)
            elif edge is not None and self._eyes.sees_some(edge.target):
                for operator in QUANTIFIERS & value.keys():
                    self._note_faults(RESOURCES[edge.target], value[operator] or {})

    def _note_own_faults(
        self, resource: Entity, name: str, given: Any, kinds: Collection[str]
    ) -> None:
        if name == CUSTOM_FIELDS:
            for comparison in custom_matching.comparisons(given):
                self._eyes.note(custom_matching.fault(self._eyes, *comparison))
        elif resource.name == "customer":
            for code in modes.faults(self._eyes, given, kinds):
                self._eyes.note(code)

    def _require(self, resource: Entity, given: Given) -> None:
        for name, value in given.items():
            if value is None:
                continue
            if name in {"and", "or", "not"}:
                for part in [value] if name == "not" else value:
                    self._require(resource, part)
            elif name != CUSTOM_FIELDS:
                self._require_member(resource, name, value)

    def _require_member(self, resource: Entity, name: str, given: Given) -> None:
        edge = resource.edge_by_name.get(snake(name))
        for operator, value in given.items():
            if value is None:
                continue
            if edge is None or operator not in QUANTIFIERS:
                self._require_field(resource, looked_up(resource, name))
                continue
            if isinstance(edge, ToOne):
                self._eyes.require(resource.name, edge.name)
            if not self._eyes.sees_some(edge.target):
                continue
            if isinstance(edge, ToMany):
                self._eyes.require(edge.target, joining(edge))
            self._require(RESOURCES[edge.target], value)

    def _require_field(self, resource: Entity, declared: Field) -> None:
        if declared.lookup is Lookup.WORDS:
            require_name(self._eyes)
        else:
            self._eyes.require(resource.name, declared.name)

    # --- what matches -------------------------------------------------------------------------------

    def _all(self, resource: Entity, given: Given, row: Row) -> bool:
        return all(
            self._part(resource, name, value, row)
            for name, value in given.items()
            if value is not None
        )

    def _part(self, resource: Entity, name: str, value: Any, row: Row) -> bool:
        if name == "and":
            return all(self._all(resource, part, row) for part in value)
        if name == "or":
            return any(self._all(resource, part, row) for part in value)
        if name == "not":
            return not self._all(resource, value, row)
        if name == CUSTOM_FIELDS:
            return custom_matching.holds_all(self._eyes, row, value)
        return all(
            self._holds(resource, name, operator, operand, row)
            for operator, operand in value.items()
            if operand is not None
        )

    def _holds(self, resource: Entity, name: str, operator: str, operand: Any, row: Row) -> bool:
        edge = resource.edge_by_name.get(snake(name))
        if edge is not None and operator in QUANTIFIERS:
            others = related(self._eyes, resource, edge, row)
            target = RESOURCES[edge.target]
            matches = [self._all(target, operand, other) for other in others]
            return {"none": not any(matches), "every": all(matches)}.get(operator, any(matches))
        declared = looked_up(resource, name)
        if declared.lookup is Lookup.WORDS:
            return name_matches(self._eyes, operator, operand, row)
        if not self._eyes.is_open(resource.name, declared.name, row):
            return False
        if declared.lookup is Lookup.BLIND:
            return self._looked_up(declared, operator, operand, row)
        value = raw_value(declared, row)
        if declared.kind is Kind.REFERENCE:
            operand = _record_ids(operand)
            value = None if self._is_hidden(edge, value) else value
        return compare(declared, operator, value, operand, self._eyes.now)

    def _is_hidden(self, edge: ToOne | ToMany | None, id_: str | None) -> bool:
        """Whether a reference leads to a record that the caller does not see: it counts as none."""
        if not isinstance(edge, ToOne):
            return False
        if not self._eyes.sees_some(edge.target):
            return True
        is_there = self._eyes.records.found(edge.target, id_) is not None
        return is_there and self._eyes.behind(edge.target, id_) is None

    def _looked_up(self, declared: Field, operator: str, operand: Any, row: Row) -> bool:
        region = self._eyes.records.region
        stored = row[declared.name] or []
        wanted = operand if operator == "in" else [operand]
        if declared.name == "external_references":
            known = {_reference(one) for one in stored}
            return any(_reference(one) in known for one in wanted)
        spelled = {
            spelling
            for one in stored
            for spelling in written(declared.name, one["value"], region, row.get("country"))
        }
        return any(spelled & {*sought(declared.name, one, region)} for one in wanted)


def looked_up(resource: Entity, name: str) -> Field:
    """The declared field behind a filter's member: ``email`` finds by all of ``emails``."""
    names = (snake(name), snake(name) + "s")
    return next(
        resource.by_name[one]
        for one in names
        if one in resource.by_name and resource.by_name[one].lookup is not Lookup.NONE
    )


def _record_ids(operand: Any) -> Any:
    if isinstance(operand, list):
        return [_record_ids(one) for one in operand]
    return operand[4:] if isinstance(operand, str) else operand


def _reference(value: Mapping[str, str]) -> tuple[str, str]:
    return normalise.text(value["system"]), value["id"].strip()
