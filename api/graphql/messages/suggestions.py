"""Suggestions: names that may have been meant of fragments, variables and directives."""

from collections.abc import Iterable

from graphql import FragmentDefinitionNode, GraphQLError, NameNode, OperationDefinitionNode
from graphql.pyutils import did_you_mean
from graphql.validation import KnownDirectivesRule, KnownFragmentNamesRule, NoUndefinedVariablesRule
from rapidfuzz import fuzz, process

ALIKE = 70
NAME_LENGTH_MAX = 100
"""Names of a request may be long, and comparing takes time by their product."""


class FragmentNamesRule(KnownFragmentNamesRule):
    """Fragments that the document has."""

    def report_error(self, error: GraphQLError) -> None:
        """Report with the fragments of the document that are called nearly so."""
        definitions = self.context.document.definitions
        known = [d.name.value for d in definitions if isinstance(d, FragmentDefinitionNode)]
        super().report_error(_with_near(error, known))


class DirectiveNamesRule(KnownDirectivesRule):
    """Directives that the schema has."""

    def report_error(self, error: GraphQLError) -> None:
        """Report with the directives that are called nearly so."""
        schema = self.context.schema
        known = [d.name for d in schema.directives] if schema else []
        is_unknown = error.message.startswith("Unknown")
        super().report_error(_with_near(error, known, mark="@") if is_unknown else error)


class VariableNamesRule(NoUndefinedVariablesRule):
    """Variables that the operation defines."""

    def report_error(self, error: GraphQLError) -> None:
        """Report with the variables of the operation that are called nearly so."""
        operations = [n for n in error.nodes or () if isinstance(n, OperationDefinitionNode)]
        defined = (v for node in operations for v in node.variable_definitions or ())
        known = [one.variable.name.value for one in defined]
        super().report_error(_with_near(error, known, mark="$"))


def _with_near(error: GraphQLError, known: Iterable[str], *, mark: str = "") -> GraphQLError:
    node = error.nodes[0] if error.nodes else None
    name = node if isinstance(node, NameNode) else getattr(node, "name", None)
    if not isinstance(name, NameNode):
        return error
    short = [one for one in known if len(one) <= NAME_LENGTH_MAX]
    if len(name.value) > NAME_LENGTH_MAX:
        return error
    near = process.extract(name.value, short, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=5)
    return GraphQLError(
        f"{error.message}{did_you_mean([mark + one for one, *_ in near])}", error.nodes
    )
