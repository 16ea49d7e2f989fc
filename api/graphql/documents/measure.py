"""Measure of a parsed document: how large its operations are, before anything validates it.

Each fragment is measured once and remembered, so the time is linear in the document, however often
fragments spread one another. Of a cycle nothing is counted: validation refuses it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from api.graphql.documents.limits import DocumentLimits, over

INTROSPECTION = frozenset({"__schema", "__type"})
Fragments = Mapping[str, FragmentDefinitionNode]


@dataclass(frozen=True, slots=True)
class Measure:
    """A selection: fields below one another (``depth``), fields and fragments below one another
    (``levels``), all fields as often as they are spread, those of its own level (``top``).
    """

    depth: int = 0
    levels: int = 0
    fields: int = 0
    top: int = 0
    introspects: bool = False

    def beside(self, other: "Measure") -> "Measure":
        """Both selections in one."""
        return Measure(
            max(self.depth, other.depth),
            max(self.levels, other.levels),
            self.fields + other.fields,
            self.top + other.top,
            self.introspects or other.introspects,
        )

    def below_field(self, name: str) -> "Measure":
        """The field that has this selection."""
        introspects = self.introspects or name in INTROSPECTION
        return Measure(self.depth + 1, self.levels + 1, self.fields + 1, 1, introspects)

    def in_fragment(self) -> "Measure":
        """A fragment that has this selection."""
        return Measure(self.depth, self.levels + 1, self.fields, self.top, self.introspects)


NOTHING = Measure()


class Measurer:
    """Measures the operations of one document; raises ``LimitError`` for what is too large."""

    def __init__(self, fragments: Fragments, limits: DocumentLimits) -> None:
        self._fragments = fragments
        self._limits = limits
        self._measured: dict[str, Measure] = {}

    def operation(self, node: OperationDefinitionNode) -> Measure:
        """The measure of an operation that is within the limits."""
        limits = self._limits
        found = self._selections(node.selection_set, 0)
        if found.depth > limits.depth:
            raise over("TOO_DEEP", "fields below one another", limits.depth)
        if found.top > limits.root_fields:
            raise over("TOO_MANY_ROOT_FIELDS", "root fields", limits.root_fields)
        if found.fields > limits.fields:
            raise over("TOO_MANY_FIELDS", "fields, counted wherever spread", limits.fields)
        return found

    def _selections(self, node: SelectionSetNode | None, level: int) -> Measure:
        found = NOTHING
        for selection in node.selections if node else ():
            found = found.beside(self._selection(selection, level + 1))
        if level + found.levels > self._limits.levels:
            message = "fields and fragments below one another"
            raise over("TOO_DEEP", message, self._limits.levels)
        return found

    def _selection(self, node: SelectionNode, level: int) -> Measure:
        if level > self._limits.levels:
            message = "fields and fragments below one another"
            raise over("TOO_DEEP", message, self._limits.levels)
        if isinstance(node, FieldNode):
            if node.selection_set is None:
                return (
                    LEAF if node.name.value not in INTROSPECTION else NOTHING.below_field("__type")
                )
            return self._selections(node.selection_set, level).below_field(node.name.value)
        if isinstance(node, InlineFragmentNode):
            return self._selections(node.selection_set, level).in_fragment()
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value, level).in_fragment()
        return NOTHING

    def _fragment(self, name: str, level: int) -> Measure:
        found = self._measured.get(name)
        if found is None:
            self._measured[name] = NOTHING
            fragment = self._fragments.get(name)
            found = self._selections(fragment.selection_set if fragment else None, level)
            self._measured[name] = found
        return found


LEAF = NOTHING.below_field("")
