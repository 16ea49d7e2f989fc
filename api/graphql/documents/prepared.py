"""Prepared documents: scanned, parsed, measured and validated once, with what they may cost.

Everything that depends on the document's text alone is done here and remembered, what is wrong with
it too. Each check comes before the dearer one behind it: tokens before parsing, depth and numbers
before validation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from sys import getsizeof

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
    validate,
)
from graphql.validation import (
    KnownDirectivesRule,
    KnownFragmentNamesRule,
    NoUndefinedVariablesRule,
    ValuesOfCorrectTypeRule,
)
from graphql.validation.rules import overlapping_fields_can_be_merged
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from api.graphql.documents.cost import UNKNOWN, CostFormula
from api.graphql.documents.errors import Presented, presented
from api.graphql.documents.limits import DocumentLimits, LimitError
from api.graphql.documents.measure import Fragments, Measurer
from api.graphql.documents.pricing import formula
from api.graphql.documents.scan import scan
from api.graphql.messages.allowed_words import names_in
from api.graphql.messages.suggestions import (
    DirectiveNamesRule,
    FragmentNamesRule,
    VariableNamesRule,
)
from api.graphql.messages.value_faults import LiteralsRule
from privacy.bounded_caches import Kept

OURS = {
    ValuesOfCorrectTypeRule: LiteralsRule,
    KnownDirectivesRule: DirectiveNamesRule,
    KnownFragmentNamesRule: FragmentNamesRule,
    NoUndefinedVariablesRule: VariableNamesRule,
}
RULES = (
    *(rule for rule in specified_rules if rule not in OURS),
    *OURS.values(),
    MaybeNullValidationRule,
    OneOfInputValidationRule,
)
ERRORS_MAX = 20
DOCUMENT_BYTES = 2_000
TOKEN_BYTES = 220
ERROR_BYTES = 2_000
"""What a document takes in memory, each of its tokens with its share of the syntax tree, and each error."""

# graphql-core compares fields of one name pair by pair; this is how far it goes before it gives up.
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 5_000


class NoOperationError(Exception):
    """The document has no such operation, or several and none is named."""


@dataclass(frozen=True, slots=True)
class PreparedOperation:
    """One operation of a document. What it costs is known only of a document without errors."""

    node: OperationDefinitionNode
    introspects: bool
    cost: CostFormula

    @property
    def kind(self) -> OperationType:
        """Query, mutation or subscription."""
        return self.node.operation


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document. It may be executed if ``errors`` is empty; those are as answers show them."""

    document: DocumentNode | None
    operations: Mapping[str | None, PreparedOperation]
    fragments: Fragments
    errors: tuple[Presented, ...] = ()
    helpful: tuple[Presented, ...] = ()
    """The same errors for whoever may introspect: with names of the schema that they may have meant."""
    tokens: int = 0

    def operation(self, name: str | None) -> PreparedOperation:
        """The operation of that name, or the only one; raises ``NoOperationError``."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        found = self.operations.get(name) if name is not None else None
        if found is None:
            raise NoOperationError
        return found


class Preparer:
    """Prepares documents for one schema and remembers those that were used last."""

    def __init__(
        self, schema: GraphQLSchema, names: frozenset[str], limits: DocumentLimits
    ) -> None:
        self.limits = limits
        self._schema = schema
        self._names = names
        self._prepared: Kept[Prepared] = Kept()

    def prepare(self, text: str) -> Prepared:
        """The document, whatever may be wrong with it."""
        found = self._prepared.get(text)
        if found is not None:
            return found
        found = self._new(text)
        if len(text) > self.limits.length:
            return found
        size = getsizeof(text) + DOCUMENT_BYTES + found.tokens * TOKEN_BYTES
        size += ERROR_BYTES * len(found.errors)
        return self._prepared.put(text, found, size)

    def _new(self, text: str) -> Prepared:
        try:
            tokens = scan(text, self.limits)
            document = parse(text, max_source_length=self.limits.length)
        except (LimitError, GraphQLError) as error:
            return self._unusable(error)
        fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        try:
            return self._checked(document, operations, fragments, tokens)
        except LimitError as error:
            return self._unusable(error)

    def _checked(
        self,
        document: DocumentNode,
        operations: list[OperationDefinitionNode],
        fragments: Fragments,
        tokens: int,
    ) -> Prepared:
        measurer = Measurer(fragments, self.limits)
        measured = [(node, measurer.operation(node)) for node in operations]
        wrong = validate(self._schema, document, RULES, max_errors=ERRORS_MAX)
        prepared = {
            node.name.value if node.name else None: PreparedOperation(
                node,
                measure.introspects,
                UNKNOWN if wrong else formula(self._schema, node, fragments, measure.top),
            )
            for node, measure in measured
        }
        _unlink(document)
        if not wrong:
            return Prepared(document, prepared, fragments, tokens=tokens)
        names = self._names | names_in(document)
        shown = [tuple(presented(e, names, hints=hints) for e in wrong) for hints in (False, True)]
        usual, helpful = shown
        return Prepared(document, prepared, fragments, usual, helpful, tokens)

    def _unusable(self, error: GraphQLError | LimitError) -> Prepared:
        if isinstance(error, LimitError):
            error = GraphQLError(error.message, original_error=error)
        shown = (presented(error, self._names),)
        return Prepared(None, {}, {}, shown, shown)


def _unlink(document: DocumentNode) -> None:
    """Take the tokens apart: linked to each other they would take half of the memory, and outlive their
    document until the next collection of all garbage, which is seldom. Places are told by numbers.
    """
    token = document.loc.start_token if document.loc else None
    while token is not None:
        following, token.next, token.prev = token.next, None, None
        token = following
