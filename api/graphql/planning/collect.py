"""Field collection: the fields a selection really has, with fragments, ``@skip`` and ``@include``."""

from collections.abc import Iterable
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    is_abstract_type,
)
from graphql.execution.values import VariableValues, get_directive_values

from domain.declaration.registry import Registry
from domain.reading.plan.plan import PAGE_SIZE_MAX

Fields = dict[str, list[FieldNode]]


class Collector:
    """Collects fields of selection sets, for one operation with its variables."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: dict[str, FragmentDefinitionNode],
        variables: VariableValues | None,
        registry: Registry,
        page_size_max: int = PAGE_SIZE_MAX,
    ) -> None:
        self.schema = schema
        self.registry = registry
        self.page_size_max = page_size_max
        self.variables = variables
        self._fragments = fragments

    def root(self, operation: OperationDefinitionNode, type_name: str) -> Fields:
        """The fields of an operation by response key."""
        found: Fields = {}
        self._collect(operation.selection_set, type_name, found, set())
        return found

    def fields(self, nodes: Iterable[FieldNode], type_name: str) -> Fields:
        """The fields below these nodes by response key, in the order of the answer."""
        found: Fields = {}
        seen: set[str] = set()
        for node in nodes:
            self._collect(node.selection_set, type_name, found, seen)
        return found

    def _collect(
        self, selections: SelectionSetNode | None, type_name: str, found: Fields, seen: set[str]
    ) -> None:
        for node in selections.selections if selections else ():
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                found.setdefault(key, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                if self._applies(node.type_condition, type_name):
                    self._collect(node.selection_set, type_name, found, seen)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                fragment = self._fragments[node.name.value]
                if self._applies(fragment.type_condition, type_name):
                    self._collect(fragment.selection_set, type_name, found, seen)

    def _included(self, node: SelectionNode) -> bool:
        if not node.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self.variables)
        include = get_directive_values(GraphQLIncludeDirective, node, self.variables)
        return not (skip and skip["if"]) and (include is None or bool(include["if"]))

    def _applies(self, condition: Any, type_name: str) -> bool:
        if condition is None or condition.name.value == type_name:
            return True
        general = self.schema.get_type(condition.name.value)
        special = self.schema.get_type(type_name)
        return (
            general is not None
            and is_abstract_type(general)
            and isinstance(special, GraphQLObjectType)
            and self.schema.is_sub_type(general, special)
        )
