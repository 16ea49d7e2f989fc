"""Pricing: the formula of what an operation may cost, read off its selections.

One pass over a valid document, in which each fragment is walked once.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
    is_union_type,
    value_from_ast_untyped,
)

from api.graphql.documents.cost import SIZE_MAX, CostFormula, Polynomial, Term, priced
from api.graphql.documents.measure import Fragments

ROOT_FIELD = 1
MUTATION = 200
"""A transaction with its audit entry: some ten milliseconds."""
OVER_ALL_PAGES = 10
"""A count, or sums, over everything that a connection holds."""

UNSIZED_LIST = 10
"""How many records a list without a page size is taken to hold."""

INTROSPECTED = {"types": 100}
INTROSPECTED_LIST = 5

OVER_ALL_PRINCIPALS = {"Explanation": 100, "FieldSights": 800, "Simulation": 2_500}
"""Questions about the policy, by their type: each asks the rules for somebody, or for everybody."""

PAGE = ("first", "last")
IDS = ("ids",)
_OF_PAGES = frozenset({"pageInfo", "__typename"})
_OF_RECORDS = frozenset({"nodes", "edges", "hits"})
_PAGED = ("Connection", "SearchResults")


def formula(
    schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Fragments, top: int
) -> CostFormula:
    """The formula of an operation of a valid document that has ``top`` root fields."""
    walked = _Walk(schema, fragments).operation(operation, top)
    defaults = {
        definition.variable.name.value: value_from_ast_untyped(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value is not None
    }
    return priced(walked.records, walked.fixed, defaults)


@dataclass(slots=True)
class _Spent:
    """What a selection costs per object that has it. Within a connection ``per_record`` is multiplied
    by the size of the page as well.
    """

    records: Polynomial
    fixed: Polynomial
    records_each: Polynomial
    fixed_each: Polynomial

    @classmethod
    def nothing(cls) -> "_Spent":
        return cls({}, {}, {}, {})

    def add(self, other: "_Spent") -> None:
        _add(self.records, other.records)
        _add(self.fixed, other.fixed)
        _add(self.records_each, other.records_each)
        _add(self.fixed_each, other.fixed_each)


@dataclass(frozen=True, slots=True)
class _Size:
    """A number, times variables."""

    number: int = 1
    names: Term = ()


ONE = _Size()


class _Walk:
    """One pass over an operation; each fragment is walked once."""

    def __init__(self, schema: GraphQLSchema, fragments: Fragments) -> None:
        self._schema = schema
        self._fragments = fragments
        self._walked: dict[str, _Spent] = {}

    def operation(self, node: OperationDefinitionNode, top: int) -> _Spent:
        spent = self._selections(node.selection_set, self._schema.get_root_type(node.operation))
        each = MUTATION if node.operation is OperationType.MUTATION else ROOT_FIELD
        _add(spent.fixed, {(): each * top})
        return spent

    def _selections(self, node: SelectionSetNode | None, parent: GraphQLNamedType | None) -> _Spent:
        spent = _Spent.nothing()
        for selection in node.selections if node else ():
            if isinstance(selection, FieldNode):
                spent.add(self._field(selection, parent))
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                type_ = self._schema.get_type(condition.name.value) if condition else parent
                spent.add(self._selections(selection.selection_set, type_))
            elif isinstance(selection, FragmentSpreadNode):
                spent.add(self._fragment(selection.name.value))
        return spent

    def _fragment(self, name: str) -> _Spent:
        if name not in self._walked:
            fragment = self._fragments[name]
            type_ = self._schema.get_type(fragment.type_condition.name.value)
            self._walked[name] = self._selections(fragment.selection_set, type_)
        return self._walked[name]

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None) -> _Spent:
        field = self._definition(node, parent)
        if field is None or node.selection_set is None:
            return _leaf(node, parent)
        type_ = get_named_type(field.type)
        below = self._selections(node.selection_set, type_)
        if any(name in field.args for name in PAGE):
            return _page(below, _size(node, PAGE))
        if _is_a(parent, _PAGED):
            return _member(node, below)
        if type_.name.startswith("__"):
            return _introspected(node, field, below)
        if _is_a(parent, "Edge"):
            return below
        return self._object(node, field, below)

    def _object(self, node: FieldNode, field: GraphQLField, below: _Spent) -> _Spent:
        size = ONE
        if IDS[0] in field.args:
            size = _size(node, IDS)
        elif is_list_type(get_nullable_type(field.type)) and self._is_record(field):
            size = _Size(UNSIZED_LIST)
        spent = _times(below, size)
        asked = OVER_ALL_PRINCIPALS.get(get_named_type(field.type).name, 0)
        _add(spent.fixed, {(): asked} if asked else {})
        if self._is_record(field):
            _add(spent.records, {size.names: size.number})
        return spent

    def _is_record(self, field: GraphQLField) -> bool:
        type_ = get_named_type(field.type)
        types = type_.types if is_union_type(type_) else (type_,)
        interfaces = {one.name for type_ in types for one in getattr(type_, "interfaces", ())}
        return get_named_type(field.type).name == "Node" or "Node" in interfaces

    def _definition(self, node: FieldNode, parent: GraphQLNamedType | None) -> GraphQLField | None:
        if parent is None or not is_composite_type(parent):
            return None
        return self._schema.get_field(parent, node.name.value)


def _leaf(node: FieldNode, parent: GraphQLNamedType | None) -> _Spent:
    spent = _Spent.nothing()
    if _is_a(parent, _PAGED) and node.name.value not in _OF_PAGES:
        spent.fixed[()] = OVER_ALL_PAGES
    return spent


def _page(below: _Spent, size: _Size) -> _Spent:
    spent = _Spent(dict(below.records), dict(below.fixed), {}, {})
    each = _times(_Spent(below.records_each, below.fixed_each, {}, {}), size)
    spent.add(each)
    _add(spent.records, {size.names: size.number})
    return spent


def _member(node: FieldNode, below: _Spent) -> _Spent:
    """A field of a connection: once per record, or once per page."""
    if node.name.value in _OF_RECORDS:
        return _Spent({}, {}, below.records, below.fixed)
    spent = _Spent(below.records, dict(below.fixed), {}, {})
    if node.name.value not in _OF_PAGES:
        _add(spent.fixed, {(): OVER_ALL_PAGES})
    return spent


def _introspected(node: FieldNode, field: GraphQLField, below: _Spent) -> _Spent:
    if not is_list_type(get_nullable_type(field.type)):
        return below
    size = INTROSPECTED.get(node.name.value, INTROSPECTED_LIST)
    spent = _times(below, _Size(size))
    _add(spent.fixed, {(): size})
    return spent


def _is_a(type_: GraphQLNamedType | None, kinds: str | tuple[str, ...]) -> bool:
    return type_ is not None and type_.name.endswith(kinds)


def _size(node: FieldNode, arguments: Iterable[str]) -> _Size:
    """A page given two sizes is refused, unless one of them is null."""
    given = [a.value for a in node.arguments or () if a.name.value in arguments]
    number = max((_number(value) for value in given), default=0)
    names = tuple(value.name.value for value in given if isinstance(value, VariableNode))
    return _Size(1, (names,)) if names and not number else _Size(number)


def _number(value: ValueNode) -> int:
    if isinstance(value, IntValueNode):
        return min(int(value.value[:9]), SIZE_MAX)
    if isinstance(value, ListValueNode):
        return min(len(value.values), SIZE_MAX)
    return int(isinstance(value, StringValueNode))


def _times(spent: _Spent, size: _Size) -> _Spent:
    return _Spent(
        _multiplied(spent.records, size),
        _multiplied(spent.fixed, size),
        _multiplied(spent.records_each, size),
        _multiplied(spent.fixed_each, size),
    )


def _multiplied(polynomial: Polynomial, size: _Size) -> Polynomial:
    if size == ONE:
        return dict(polynomial)
    found: Polynomial = {}
    for names, factor in polynomial.items():
        _add(found, {tuple(sorted((*names, *size.names))): factor * size.number})
    return found


def _add(into: Polynomial, more: Polynomial) -> None:
    for names, factor in more.items():
        into[names] = into.get(names, 0) + factor
