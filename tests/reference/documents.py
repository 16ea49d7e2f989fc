"""Documents as small trees, and their text: values as literals, as variables or as defaults of those."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLEnumType, GraphQLNonNull, get_named_type


@dataclass(frozen=True, slots=True)
class Value:
    """A value of an argument; ``other`` is one of the same shape.

    ``as_`` is "literal", "variable" or "default", which is a variable that has the value if none is given.
    Dicts and lists hold values again.
    """

    type: Any
    value: Any
    other: Any = None
    as_: str = "literal"


@dataclass(frozen=True, slots=True)
class CursorOf:
    """A place in a connection: the numbered one, at one of the edges that it has without this."""

    connection: int
    edge: int
    edges: str = "edges"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A field of a selection."""

    name: str
    alias: str | None = None
    arguments: tuple[tuple[str, Value | CursorOf], ...] = ()
    selection: "tuple[Item, ...] | None" = None
    directive: str = ""


@dataclass(frozen=True, slots=True)
class Fragment:
    """Fields of a type, in place or by name."""

    type_name: str
    selection: "tuple[Item, ...]"
    named: bool
    directive: str = ""


Item = Chosen | Fragment

SWITCHES: Mapping[str, bool] = {"yes": True, "no": False}
"""Variables that directives use."""


@dataclass(frozen=True, slots=True)
class Document:
    """One query."""

    roots: tuple[Item, ...]

    def rendered(self, cursors: Mapping[int, str] | None = None) -> "Text":
        """The text: with these cursors in its connections, or with edges that tell them."""
        return Text.of(self, cursors)


@dataclass(slots=True)
class Text:
    """A document's text with its variables; a variable of a default has no value here."""

    text: str = ""
    variables: dict[str, Any] = field(default_factory=dict)
    others: dict[str, Any] = field(default_factory=dict)
    probes: list[CursorOf] = field(default_factory=list)
    has_leaves: bool = False
    _declared: list[str] = field(default_factory=list)
    _fragments: list[str] = field(default_factory=list)
    _cursors: Mapping[int, str] | None = None

    @classmethod
    def of(cls, document: Document, cursors: Mapping[int, str] | None) -> "Text":
        made = cls(_cursors=cursors)
        body = made._selection(document.roots)
        for name, value in SWITCHES.items():
            if f"${name})" in body or any(f"${name})" in one for one in made._fragments):
                made._declared.append(f"${name}: Boolean!")
                made.variables[name] = made.others[name] = value
        head = f"query({', '.join(made._declared)})" if made._declared else "query"
        made.text = "\n".join([f"{head} {body}", *made._fragments])
        return made

    def _selection(self, items: Sequence[Item]) -> str:
        return "{ " + " ".join(map(self._item, items)) + " }"

    def _item(self, item: Item) -> str:
        if isinstance(item, Chosen):
            return self._chosen(item)
        if not item.named:
            return f"... on {item.type_name} {item.directive} {self._selection(item.selection)}"
        name = f"F{len(self._fragments)}"
        self._fragments.append("")
        text = f"fragment {name} on {item.type_name} {self._selection(item.selection)}"
        self._fragments[int(name[1:])] = text
        return f"...{name} {item.directive}"

    def _chosen(self, item: Chosen) -> str:
        probe, arguments = "", []
        for name, value in item.arguments:
            if isinstance(value, Value):
                arguments.append(f"{name}: {self._value(value)}")
            elif self._cursors is None:
                self.probes.append(value)
                probe = f"probe{value.connection}: {value.edges} {{ cursor }} "
            elif value.connection in self._cursors:
                arguments.append(f"{name}: {json.dumps(self._cursors[value.connection])}")
        alias = f"{item.alias}: " if item.alias else ""
        given = f"({', '.join(arguments)})" if arguments else ""
        head = f"{alias}{item.name}{given}"
        if item.selection is None:
            return f"{head} {item.directive}"
        selection = self._selection(item.selection)
        return f"{head} {item.directive} {{ {probe}{selection[2:]}"

    # --- values -------------------------------------------------------------------------------------

    def _value(self, value: Value) -> str:
        if value.as_ == "literal":
            return self._literal(value, value.value, self._value)
        name = f"v{len(self._declared)}"
        default = ""
        if value.as_ == "default":
            default = f" = {self._literal(value, value.value, self._as_literal)}"
        else:
            self.variables[name] = _plain(value)
            self.others[name] = _other(value)
            self.has_leaves = self.has_leaves or self.others[name] != self.variables[name]
        self._declared.append(f"${name}: {value.type}{default}")
        return f"${name}"

    def _as_literal(self, value: Value) -> str:
        return self._literal(value, value.value, self._as_literal)

    def _literal(self, value: Value, plain: Any, below: Any) -> str:
        if isinstance(plain, dict):
            return "{" + ", ".join(f"{name}: {below(one)}" for name, one in plain.items()) + "}"
        if isinstance(plain, list):
            return "[" + ", ".join(map(below, plain)) + "]"
        if isinstance(get_named_type(value.type), GraphQLEnumType) and plain is not None:
            return str(plain)
        return json.dumps(plain, ensure_ascii=False)


def _plain(value: Value) -> Any:
    return _with(value, lambda leaf: leaf.value)


def _other(value: Value) -> Any:
    return _with(value, lambda leaf: leaf.value if leaf.other is None else leaf.other)


def _with(value: Value, leaf: Any) -> Any:
    if isinstance(value.value, dict):
        return {name: _with(one, leaf) for name, one in value.value.items()}
    if isinstance(value.value, list):
        return [_with(one, leaf) for one in value.value]
    return leaf(value)


def nullable(type_: Any) -> Any:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_
