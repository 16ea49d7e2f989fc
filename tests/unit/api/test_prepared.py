"""Each limit at the limit and one over it, and what is refused before it is looked at closely."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from graphql import get_introspection_query

from api.graphql.documents.limits import DocumentLimits
from api.graphql.documents.prepared import NoOperationError, Prepared, Preparer
from api.graphql.documents.scan import scan
from api.graphql.schema.schema import build_schema, names_of
from privacy.bounded_caches import MIB, Budget, Kept

SCHEMA = build_schema()._schema
NAMES = names_of(SCHEMA)
LIMITS = DocumentLimits()
CPU_S = 0.02


def prepared(text: str, limits: DocumentLimits = LIMITS) -> Prepared:
    return Preparer(SCHEMA, NAMES, limits).prepare(text)


def codes(text: str, limits: DocumentLimits = LIMITS) -> list[str]:
    return [error["extensions"]["code"] for error in prepared(text, limits).errors]


def deep(levels: int) -> str:
    """A chain of departments; customers, nodes and the last id are levels too."""
    return (
        "{ customers(first: 1) { nodes { department { "
        + "parent { " * (levels - 4)
        + "id"
        + " }" * (levels - 4)
        + " } } } }"
    )


def through_fragments(levels: int) -> str:
    spread = "".join(f"fragment F{i} on Department {{ ...F{i + 1} }} " for i in range(levels - 5))
    last = f"fragment F{levels - 5} on Department {{ id }}"
    return f"{{ customers(first: 1) {{ nodes {{ department {{ ...F0 }} }} }} }} {spread}{last}"


MEASURED: list[tuple[str, str, Callable[[int], str]]] = [
    ("length", "DOCUMENT_TOO_LONG", "{ viewer { kind } }".ljust),
    ("tokens", "TOO_MANY_TOKENS", lambda n: "{ viewer { " + "kind " * (n - 5) + "} }"),
    ("nesting", "TOO_DEEP", lambda n: "{ customers(filter: " + "{not: " * (n - 2) + "}" * n),
    ("depth", "TOO_DEEP", deep),
    ("levels", "TOO_DEEP", through_fragments),
    (
        "aliases",
        "TOO_MANY_ALIASES",
        lambda n: "{ viewer { " + " ".join(f"a{i}: kind" for i in range(n)) + " } }",
    ),
    (
        "directives",
        "TOO_MANY_DIRECTIVES",
        lambda n: "{ viewer { " + "kind @skip(if: false) " * n + "} }",
    ),
    (
        "root_fields",
        "TOO_MANY_ROOT_FIELDS",
        lambda n: "{ " + " ".join(f"a{i}: viewer {{ kind }}" for i in range(n)) + " }",
    ),
    (
        "fields",
        "TOO_MANY_FIELDS",
        lambda n: "{ " + f"viewer {{ {'kind ' * (n - 1)} }}" + " }",
    ),
]
SMALL = DocumentLimits(
    length=500, tokens=100, nesting=8, depth=6, levels=9, aliases=10, directives=4, root_fields=3
)


@pytest.mark.parametrize(("name", "code", "document"), MEASURED, ids=[m[0] for m in MEASURED])
def test_a_document_at_the_limit_passes_and_one_over_it_does_not(
    name: str, code: str, document: Callable[[int], str]
) -> None:
    limits = replace(SMALL, fields=40)
    limit = getattr(limits, name)
    assert code not in codes(document(limit), limits)
    (error,) = prepared(document(limit + 1), limits).errors
    assert error["extensions"] == {"code": code, "limit": limit}


def test_a_field_counts_wherever_its_fragment_is_spread() -> None:
    limits = replace(LIMITS, fields=30)
    document = (
        "{ viewer { ...A } v: viewer { ...A } } fragment A on Viewer { " + "kind " * 14 + "} "
    )
    assert codes(document, limits) == []
    assert codes(document.replace("kind }", "kind kind }"), limits) == ["TOO_MANY_FIELDS"]


def test_root_fields_count_through_fragments() -> None:
    limits = replace(LIMITS, root_fields=3)
    within = "a: viewer { kind } ... { b: viewer { kind } }"
    document = f"{{ ...A viewer {{ kind }} }} fragment A on Query {{ {within} }}"
    assert codes(document, limits) == []
    assert codes(document, replace(limits, root_fields=2)) == ["TOO_MANY_ROOT_FIELDS"]


def test_a_colon_within_parentheses_is_no_alias() -> None:
    arguments = 'first: $a, filter: {email: {eq: ":::@@{{{"}}'
    text = f"query($a: Int = 1) {{ c: customers({arguments}) {{ totalCount }} }}"
    scan(text, replace(LIMITS, aliases=1, directives=0))


@pytest.mark.parametrize(
    "text",
    ['"""a \\""" b @ { """', '"\\" @ {"', "# @ { \n", '"""" @ {', '"@ {\n', '"""@ {', '"""\\"""@'],
)
def test_nothing_is_counted_within_strings_and_comments(text: str) -> None:
    scan(text.partition("\n")[0], replace(LIMITS, directives=0, nesting=0))


def attacks() -> Iterator[tuple[str, str, str]]:
    chain = " ".join(f"fragment F{i} on Customer {{ ...F{i + 1} ...F{i + 1} }}" for i in range(30))
    start = "{ customers(first: 1) { nodes { ...F0 } } } "
    yield "chain", start + chain + " fragment F30 on Customer { id }", "TOO_MANY_FIELDS"
    branching = " ".join(
        f"fragment F{i} on Department {{ a: parent {{ ...F{i + 1} }} b: parent {{ ...F{i + 1} }} }}"
        for i in range(30)
    )
    start = "{ customers(first: 1) { nodes { department { ...F0 } } } } "
    yield "tree", start + branching + " fragment F30 on Department { id }", "TOO_DEEP"
    aliases = " ".join(f"a{i}: __typename" for i in range(10_000))
    yield "aliases", f"{{ {aliases} }}", "TOO_MANY_ALIASES"
    yield "directives", "{ viewer { kind " + "@a " * 10_000 + "} }", "TOO_MANY_DIRECTIVES"
    nested = "{ __schema { types { " + "fields { type { " * 12 + "name" + " } }" * 12 + " } } }"
    yield "introspection", nested, "TOO_DEEP"
    shallow = "{ __schema { types { " + "fields { type { " * 3 + "name" + " } }" * 3 + " } } }"
    yield "lists of lists", shallow, "TOO_DEEP"
    yield "brackets", "{" * 100_000, "TOO_DEEP"
    yield "lists", "{ a(b: " + "[" * 100_000, "TOO_DEEP"
    yield "tokens", "{ viewer { " + "kind " * 30_000 + "} }", "TOO_MANY_TOKENS"
    yield "comment", "#" * 1_000_000, "DOCUMENT_TOO_LONG"
    yield "open strings", '\\"""' * 200_000, "DOCUMENT_TOO_LONG"
    yield "nothing", " " * 1_000_000, "DOCUMENT_TOO_LONG"


ATTACKS = list(attacks())


@pytest.mark.parametrize(
    ("document", "code"), [a[1:] for a in ATTACKS], ids=[a[0] for a in ATTACKS]
)
def test_an_attack_is_refused_before_it_costs_much(document: str, code: str) -> None:
    spent = []
    for _ in range(5):
        before = time.thread_time()
        found = codes(document)
        spent.append(time.thread_time() - before)
        assert found == [code]
    assert min(spent) < CPU_S


@pytest.mark.parametrize(
    "document",
    [
        "{ customers(first: 1) { " + "nodes { id } " * 400 + "} }",
        "{ viewer { " + "kind " * 1_900 + "} }",
        "{ viewer { "
        + " ".join(f"...F{i}" for i in range(190))
        + " } } "
        + " ".join(f"fragment F{i} on Viewer {{ kind }}" for i in range(190)),
    ],
    ids=["pages", "fields", "fragments"],
)
def test_fields_that_would_be_compared_pair_by_pair_are_given_up(document: str) -> None:
    assert codes(document) == ["TOO_COMPLEX"]


@pytest.mark.parametrize(
    "document",
    [
        "{ customers(first: 1) { nodes { ...F } } } fragment F on Customer { ...F }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "{ ...Missing }",
        "{ viewer(first: $nothing) { kind } }",
    ],
)
def test_what_is_not_valid_is_measured_all_the_same(document: str) -> None:
    assert codes(document)


def test_the_usual_introspection_passes() -> None:
    document = prepared(get_introspection_query(input_value_deprecation=True))
    assert document.errors == ()
    operation = document.operation(None)
    assert operation.introspects
    assert operation.cost.of(None).total < LIMITS.cost / 5


@pytest.mark.parametrize(
    ("document", "introspects"),
    [
        ("{ viewer { __typename } }", False),
        ('{ __type(name: "Customer") { name } }', True),
        ("{ ...A } fragment A on Query { ... { __schema { queryType { name } } } }", True),
    ],
)
def test_introspection_is_noticed(document: str, *, introspects: bool) -> None:
    assert prepared(document).operation(None).introspects is introspects


def test_an_operation_is_found_by_its_name_or_when_it_is_the_only_one() -> None:
    two = prepared("query A { viewer { kind } } mutation B { __typename }")
    assert two.operation("A").kind.value == "query"
    assert two.operation("B").kind.value == "mutation"
    for name in (None, "C", ""):
        with pytest.raises(NoOperationError):
            two.operation(name)
    assert prepared("query A { viewer { kind } }").operation(None).node.name
    with pytest.raises(NoOperationError):
        prepared("{ viewer { kind } }").operation("A")


def test_a_document_is_prepared_once_and_few_are_remembered() -> None:
    preparer = Preparer(SCHEMA, NAMES, LIMITS)
    preparer._prepared = Kept(Budget(2 * MIB))  # That of the process has what others left.
    first = preparer.prepare("{ viewer { kind } }")
    assert preparer.prepare("{ viewer { kind } }") is first
    wrong = preparer.prepare("{ nothing }")
    assert preparer.prepare("{ nothing }") is wrong
    for i in range(60):
        preparer.prepare(f"{{ viewer {{ kind }} }} #{i}".ljust(150_000, "x"))
    assert preparer.prepare("{ viewer { kind } }") is not first
    assert len(preparer._prepared.entries) < 20
