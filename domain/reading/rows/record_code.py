"""Record code: what makes trees of rows, generated once per plan and kind of caller.

Interpreting a plan row by row costs several times as much as opening the rows. Nothing but numbers
and the literals of a validated document goes into the source.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import sqlalchemy as sa

from domain.access.row_visibility import REASONS, FieldVisibility, Row
from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind, Lookup
from domain.declaration.parts import ToMany, ToOne
from domain.reading.plan.plan import (
    GlobalId,
    Item,
    Leaf,
    Many,
    One,
    Redactions,
    Selection,
    Typename,
    View,
)
from domain.reading.rows.generated_source import function_of
from domain.reading.rows.projection import projector
from domain.reading.rows.redactions import redactions
from domain.reading.sql.columns import output
from domain.reading.sql.joins import Columns, Joined
from domain.storage.custom_labelled import covered
from domain.storage.sealed_records import BROKEN, LOST, opened, opened_rows
from domain.values.locations import shown as shown_place
from policy.conditions import NEVER
from privacy.redaction import Reason
from privacy.vault.sealing import Place, SealingKey

Tree = dict[str, Any]
Trees = Mapping[str, Tree]
"""What stands below one edge, by the id of the record above."""

Builder = Callable[[Sequence[Row], str, Mapping[str, SealingKey], Sequence[Trees]], list[Tree]]


@dataclass(frozen=True, slots=True)
class SealedFields:
    """Sealed fields that a row set opens; ``subject`` is the column of whose they are."""

    resource: Entity
    names: tuple[str, ...]
    subject: int


@dataclass(frozen=True, slots=True)
class Below:
    """Pages or a view below each record: the target's column that holds the id, and ours that tells it."""

    item: Many | View
    column: str
    ids: int


@dataclass(slots=True)
class Code:
    """Source that is being written, and the objects that it names."""

    sealed: list[SealedFields]
    below: list[Below]
    each: str = "r in rows"
    length: int = 0
    """Of the source, in characters."""
    setup: list[str] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)
    names: dict[str, Any] = field(
        default_factory=lambda: {
            "opened": opened,
            "opened_rows": opened_rows,
            "loads": orjson.loads,
            "place": shown_place,
            "prefix": _prefix,
            "LOST": LOST,
            "BROKEN": BROKEN,
            **REASONS,
        }
    )

    def name(self, value: Any) -> str:
        """A name for an object."""
        name = f"c{len(self.names)}"
        self.names[name] = value
        return name

    def function(self, lines: Iterable[str]) -> str:
        """Add a function of a row; returns its name."""
        name = f"record{len(self.functions)}"
        self.functions.append("\n".join([f"    def {name}(r):", *(f"        {x}" for x in lines)]))
        return name

    def builder(self, lines: Iterable[str]) -> Builder:
        """The compiled code; the lines make one record's tree, ``t``, of a row."""
        source = "\n".join(
            [
                "def build(rows, tenant, keys, below):",
                "    key = keys.get",
                "    trees = []",
                "    add = trees.append",
                *(f"    {line}" for line in self.setup),
                *self.functions,
                f"    for {self.each}:",
                *(f"        {line}" for line in lines),
                "        add(t)",
                "    return trees",
            ]
        )
        self.length = len(source)
        return function_of(source, "build", self.names)


def _prefix(tenant: str, stable: str) -> str:
    return Place(tenant, stable).prefix()


class RecordCode:
    """Writes the code that makes a record's tree: in the loop over a row set, or as a joined function."""

    def __init__(self, columns: Columns, code: Code, selection: Selection, at: Joined) -> None:
        self._columns = columns
        self._code = code
        self._selection = selection
        self._at = at
        self._resource = at.access.resource
        self._decisions = at.access.decisions
        self._lines: list[str] = []
        self._values: dict[str, str] = {}
        self._reasons: dict[str, str] = {}
        self._decided: dict[str, str] = {}
        self._wanted = [f for f in self._resource.fields if f.name in self._sources()]
        self._shown = [f for f in self._wanted if self._decisions[f.name].withheld is None]

    def builder(self) -> Builder:
        """What makes the trees of all rows."""
        return self._code.builder([*self._record(), f"t = {self._tree()}"])

    def function(self) -> str:
        """The name of the function."""
        absent = f"if r[{self._at.id}] is None: return None"
        return self._code.function([absent, *self._record(), f"return {self._tree()}"])

    def _record(self) -> list[str]:
        """What is opened and decided before the tree is made."""
        self._open()
        visible = {one.field.name: one for one in self._at.visibility.of(self._shown)}
        for shown in self._shown:
            self._value(shown, visible.get(shown.name))
        self._collect_reasons()
        return self._lines

    def _tree(self) -> str:
        items = ", ".join(f"{item.key!r}: {self._item(item)}" for item in self._selection.items)
        return f"{{{items}}}"

    def _sources(self) -> frozenset[str]:
        by_name = self._resource.by_name
        return frozenset(
            source
            for name in _selected(self._selection)
            for source in by_name[name].sources or (name,)
        )

    def _open(self) -> None:
        sealed = tuple(f.name for f in self._shown if f.is_sealed)
        subject = self._resource.subject
        if not sealed or subject is None:
            return
        place, at = self._columns.place, self._at
        ciphertext = place((at.path, "sealed"), lambda: at.table.c.sealed)
        whose = at.id
        if subject != "id":
            whose = place((at.path, subject), lambda: sa.cast(at.table.c[subject], sa.Text))
        self._code.sealed.append(SealedFields(self._resource, sealed, whose))
        prefix = f"x{len(self._code.setup)}"
        self._code.setup.append(f"{prefix} = prefix(tenant, {self._resource.stable!r})")
        if at.path:
            self._lines.append(f"s = r[{whose}]")
            self._lines.append(f"p = opened(r[{ciphertext}], key(s), {prefix}, r[{at.id}], s)")
        else:
            columns = ciphertext, at.id, whose
            self._code.setup.append(f"packs = opened_rows(rows, {columns}, key, {prefix})")
            self._code.each = "r, p in zip(rows, packs)"
        self._lines.append("of = p.get")

    def _value(self, shown: Field, visibility: FieldVisibility | None) -> None:
        value = self._values[shown.name] = f"v{len(self._values)}"
        expression = self._expression(shown)
        if visibility is None:
            self._lines.append(f"{value} = {expression}")
            return
        reason = self._reasons[shown.name] = self._reason(shown, visibility)
        mask = self._code.name(visibility.mask)
        is_masked = visibility.decision.masked != NEVER
        masked = f"{mask}({expression}, r) if {reason} is MASKED else None" if is_masked else "None"
        self._lines.append(f"{value} = {expression} if {reason} is None else {masked}")

    def _reason(self, shown: Field, visibility: FieldVisibility) -> str:
        """The variable that says why a field is withheld: one for all that are withheld alike."""
        gone = "ERASED if p is LOST else DAMAGED if p is BROKEN else "
        code = gone + visibility.code if shown.is_sealed else visibility.code
        if code not in self._decided:
            self._decided[code] = f"w{len(self._decided)}"
            self._lines.append(f"{self._decided[code]} = {code}")
        return self._decided[code]

    def _expression(self, shown: Field) -> str:
        if shown.lookup is Lookup.DECLARED:
            return f"{self._code.name(covered(self._at.access.purpose))}(of({shown.pack}))"
        if shown.is_sealed:
            return f"of({shown.pack})"
        at = self._at
        column = self._columns.place(
            (at.path, "field", shown.name), lambda: output(self._resource, shown, at.table)
        )
        if shown.kind in {Kind.JSON, Kind.PLACE}:
            read = "loads" if shown.kind is Kind.JSON else "place"
            return f"(None if r[{column}] is None else {read}(r[{column}]))"
        return f"r[{column}]"

    def _collect_reasons(self) -> None:
        if not any(isinstance(item, Redactions) for item in self._selection.items):
            return
        found = {f.name: self._decisions[f.name].withheld for f in self._wanted}
        withheld = {name: reason for name, reason in found.items() if reason is not None}
        self._lines.append(f"q = {self._code.name(withheld)}.copy()")
        sealed = [f.name for f in self._shown if f.is_sealed]
        if sealed and self._resource.subject is not None:
            for pack, reason in (("LOST", Reason.ERASED), ("BROKEN", Reason.DAMAGED)):
                gone = self._code.name(dict.fromkeys(sealed, reason))
                self._lines.append(f"if p is {pack}: q.update({gone})")
        for name, why in self._reasons.items():
            self._lines.append(f"if {why} is not None: q[{name!r}] = {why}")

    def _item(self, item: Item) -> str:
        match item:
            case Leaf():
                return self._leaf(self._resource.by_name[item.field], item)
            case GlobalId():
                return f"{self._resource.prefix + '_'!r} + r[{self._at.id}]"
            case Typename():
                return repr(item.name)
            case Redactions():
                return self._redactions(item)
            case One():
                return self._one(item)
            case Many() | View():
                return self._below(item)
        raise LookupError(item.key)  # ``OneOf`` stands in the entries of views only.

    def _leaf(self, chosen: Field, leaf: Leaf) -> str:
        value = self._values.get(chosen.name, "None")
        if chosen.derive is not None:
            sources = ", ".join(self._values.get(name, "None") for name in chosen.sources)
            id_ = f"r[{self._at.id}], " if chosen.derives_by_id else ""
            value = f"{self._code.name(chosen.derive)}({id_}{sources})"
        elif chosen.kind is Kind.TAGS or (chosen.kind is Kind.JSON and chosen.is_sealed):
            value = f"({value} or [])"
        return f"{self._code.name(projector(leaf.parts))}({value})" if leaf.parts else value

    def _one(self, item: One) -> str:
        edge = self._resource.edge_by_name[item.edge]
        reference = self._values.get(item.edge)
        target = self._columns.joined(self._at, edge) if isinstance(edge, ToOne) else None
        if reference is None or target is None:
            return "None"
        record = RecordCode(self._columns, self._code, item.selection, target).function()
        return f"None if {reference} is None else {record}(r)"

    def _redactions(self, item: Redactions) -> str:
        shown = self._code.name(redactions(self._resource, self._selection, item))
        values = ", ".join(f"{name!r}: {value}" for name, value in self._values.items())
        return f"{shown}(q, {{{values}}}) if q else []"

    def _below(self, item: Many | View) -> str:
        edge = self._resource.edge_by_name[item.edge] if isinstance(item, Many) else None
        column = edge.column if isinstance(edge, ToMany) else ""
        number = len(self._code.below)
        self._code.below.append(Below(item, column, self._at.id))
        self._code.setup.append(f"b{number} = below[{number}]")
        return f"b{number}.get(r[{self._at.id}])"


def _selected(selection: Selection) -> Iterator[str]:
    """The declared fields that a selection names."""
    for item in selection.items:
        if isinstance(item, Leaf):
            yield item.field
        elif isinstance(item, One):
            yield item.edge
