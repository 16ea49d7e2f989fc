"""What a wrong document or a wrong variable is told: names, never a value (issue 12, item 8)."""

import json
from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse, specified_rules
from graphql.execution.values import get_variable_values
from hypothesis import given, settings
from hypothesis import strategies as st

from api.graphql.documents.errors import presented
from api.graphql.documents.limits import DocumentLimits
from api.graphql.documents.prepared import RULES, Preparer
from api.graphql.messages.allowed_words import WITHHELD, rebuilt
from api.graphql.messages.value_faults import variable_faults
from api.graphql.schema.schema import build_schema, names_of

SCHEMA = build_schema()._schema
NAMES = names_of(SCHEMA)
PREPARER = Preparer(SCHEMA, NAMES, DocumentLimits())
SECRET = "Zebulon Quast"


def helpful(text: str) -> list[str]:
    return [error["message"] for error in PREPARER.prepare(text).helpful]


def terse(text: str) -> list[str]:
    return [error["message"] for error in PREPARER.prepare(text).errors]


def create(members: str) -> str:
    return f"mutation {{ createCustomer(input: {{{members}}}) {{ clientMutationId }} }}"


TOLD: list[tuple[str, str, str]] = [
    (
        "{ customers(first: 1) { nodes { nmae } } }",
        'Cannot query field "nmae" on type "Customer".',
        ' Did you mean "name"?',
    ),
    (
        "{ custmers(first: 1) { totalCount } }",
        'Cannot query field "custmers" on type "Query".',
        ' Did you mean "customers"?',
    ),
    (
        "{ customers(frist: 1) { totalCount } }",
        'Unknown argument "frist" on field "Query.customers".',
        ' Did you mean "first" or "last"?',
    ),
    (
        create('kind: PERSON, givnName: "Zebulon Quast"'),
        'Field "givnName" is not defined by type "CreateCustomerInput".',
        ' Did you mean "givenName"?',
    ),
    (
        create("kind: PERSN"),
        'The value does not exist in "CustomerKind" enum.',
        ' Its values are "PERSON" and "ORGANIZATION".',
    ),
    (
        create('kind: "PERSON"'),
        'The value does not exist in "CustomerKind" enum: a name without quotes is wanted.',
        ' Its values are "PERSON" and "ORGANIZATION".',
    ),
    (
        create('givenName: "Zebulon Quast"'),
        'Field "kind" of required type "CustomerKind!" was not provided.',
        "",
    ),
    (create("kind: PERSON, tags: [1]"), 'Expected value of type "String!".', ""),
    (create("kind: PERSON, tags: [null]"), 'Expected value of type "String!" not to be null.', ""),
    (
        create('kind: PERSON, contactPoints: "Zebulon Quast"'),
        'Expected value of type "ContactPointInput" to be an object.',
        "",
    ),
    (
        create('kind: PERSON, birthDate: "Zebulon Quast"'),
        'Expected value of type "Date".',
        " A calendar day (ISO 8601), such as 2026-11-21.",
    ),
    (
        "query($a: Strng) { customers(after: $a) { totalCount } }",
        'Unknown type "Strng".',
        ' Did you mean "String" or "Stage"?',
    ),
    ("{ ...Missing }", 'Unknown fragment "Missing".', ""),
    (
        "{ viewer { kind } } fragment Spare on Viewer { kind }",
        'Fragment "Spare" is never used.',
        "",
    ),
    ("{ customers(first: $size) { totalCount } }", 'Variable "$size" is not defined.', ""),
    (
        "query Q($size: Int) { viewer { kind } }",
        'Variable "$size" is never used in operation "Q".',
        "",
    ),
    (
        "query($size: String) { customers(first: $size) { totalCount } }",
        'Variable "$size" of type "String" used in position expecting type "Int".',
        "",
    ),
    (
        "{ viewer { kind @inclde } }",
        'Unknown directive "@inclde".',
        ' Did you mean "@include"?',
    ),
    (
        "{ viewer { ...Kinds } } fragment Kind on Viewer { kind }",
        'Unknown fragment "Kinds".',
        ' Did you mean "Kind"?',
    ),
    (
        "query($size: Int) { customers(first: $siez) { totalCount } }",
        'Variable "$siez" is not defined.',
        ' Did you mean "$size"?',
    ),
    (
        "{ viewer { kind @skip } }",
        'Argument "@skip(if:)" of type "Boolean!" is required, but it was not provided.',
        "",
    ),
    (
        "{ node(id: 1) { ... on Viewer { kind } } }",
        'Fragment cannot be spread here as objects of type "Node" can never be of type "Viewer".',
        "",
    ),
    (
        '{ a: node(id: "Zebulon Quast") { id } a: node(id: "x") { id } }',
        (
            'Fields "a" conflict because they have differing arguments. Use different aliases on the'
            " fields to fetch both if this was intentional."
        ),
        "",
    ),
    (
        "subscription { customers }",
        "There are no subscriptions yet: ask again with a query.",
        "",
    ),
]


@pytest.mark.parametrize(("text", "message", "hint"), TOLD, ids=range(len(TOLD)))
def test_a_wrong_document_is_told_by_its_names(text: str, message: str, hint: str) -> None:
    assert message + hint in helpful(text)
    assert message in terse(text)
    assert SECRET not in str(PREPARER.prepare(text).helpful)


def test_nothing_that_a_document_can_bring_about_is_withheld() -> None:
    """Each rule's words are known."""
    documents = [
        *(text for text, _, _ in TOLD),
        "{ viewer { kind } } { viewer { kind } }",
        "query A { viewer { kind } } query A { viewer { kind } }",
        "type X { a: Int }",
        "{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }",
        "{ viewer { kind } } fragment F on Int { x }",
        "{ viewer { ... on Int { x } } }",
        "{ viewer { kind @skip(if: true) @skip(if: true) } }",
        "query @skip(if: true) { viewer { kind } }",
        "{ customers(first: 1, first: 2) { totalCount } }",
        create("kind: PERSON, kind: PERSON"),
        "query($a: Int, $a: Int) { customers(first: $a) { totalCount } }",
        "query($a: Customer) { customers(first: $a) { totalCount } }",
        "{ a: viewer { x: kind } a: viewer { x: roles } }",
        "{ viewer { kind { x } } }",
        "{ viewer }",
        "{ node { id } }",
        '{ node(id: "1") { name } }',
        "query Q { customers(first: $a) { totalCount } }",
        "fragment A on Viewer { kind } fragment A on Viewer { kind } { viewer { ...A } }",
        "{ viewer { kind @include(iff: true) } }",
    ]
    for text in documents:
        assert helpful(text), text
        assert WITHHELD not in helpful(text), text


def test_the_rules_are_those_of_the_specification() -> None:
    assert len(RULES) == len(specified_rules) + 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Expected Name, found the end of the document at line 1, column 2."),
        ('{\n  node("Zebulon Quast")', "Expected Name, found String at line 2, column 8."),
        ("{ a(b: Zebulon Quast) }", 'Expected ":", found ")" at line 1, column 21.'),
        ("{ a(b: 4711", "Expected Name, found the end of the document at line 1, column 12."),
        ("{ a } Zebulon", "Unexpected Name at line 1, column 7."),
        ('{ a(b: "Zebulon Quast) }', "Unterminated string at line 1, column 25."),
        ('{ a(b: "\\uZebulon Quast") }', "Invalid Unicode escape sequence at line 1, column 9."),
        ("{ a(b: 4711x) }", "Invalid number at line 1, column 12."),
        ('"Zebulon Quast" { a }', "Unexpected description at line 1, column 1."),
        ("query($a: Int = $Zebulon) { a }", "Unexpected variable at line 1, column 17."),
    ],
)
def test_a_syntax_error_says_where_it_is_and_what_was_expected(text: str, message: str) -> None:
    assert helpful(text) == terse(text) == [f"Syntax Error: {message}"]


def told(document: str, variables: dict[str, Any], *, hints: bool = True) -> list[str]:
    node = parse(document).definitions[0]
    assert isinstance(node, OperationDefinitionNode)
    found = variable_faults(SCHEMA, node, variables)
    return [str(presented(error, NAMES, hints=hints)["message"]) for error in found]


CREATE = "mutation($i: CreateCustomerInput!) { createCustomer(input: $i) { clientMutationId } }"


@pytest.mark.parametrize(
    ("value", "messages"),
    [
        (None, ['; Expected value of type "CreateCustomerInput!" not to be null.']),
        (SECRET, ['; Expected value of type "CreateCustomerInput" to be an object.']),
        (
            {"kind": "PERSON", "nmae": SECRET, "givnName": SECRET},
            [
                '; Field "nmae" is not defined by type "CreateCustomerInput".',
                (
                    '; Field "givnName" is not defined by type "CreateCustomerInput". Did you mean'
                    ' "givenName"?'
                ),
            ],
        ),
        (
            {"kind": SECRET, "contactPoints": [{"kind": "WEB", "value": 4711, "x": 1}]},
            [
                (
                    ' at "i.kind"; The value does not exist in "CustomerKind" enum. Its values are'
                    ' "PERSON" and "ORGANIZATION".'
                ),
                ' at "i.contactPoints[0].value"; Expected value of type "String!".',
                ' at "i.contactPoints[0]"; Field "x" is not defined by type "ContactPointInput".',
            ],
        ),
        (
            {"kind": "PERSON", SECRET: SECRET, "l" * 101: 1},
            ['; A field that is given is not defined by type "CreateCustomerInput".'] * 2,
        ),
        (
            {"tags": [[SECRET]], "birthDate": SECRET},
            [
                '; Field "kind" of required type "CustomerKind!" was not provided.',
                (
                    ' at "i.birthDate"; Expected value of type "Date". A calendar day (ISO 8601), such'
                    " as 2026-11-21."
                ),
                ' at "i.tags[0]"; Expected value of type "String!".',
            ],
        ),
    ],
)
def test_a_wrong_variable_is_told_by_its_path_and_the_type_wanted(
    value: Any, messages: list[str]
) -> None:
    found = told(CREATE, {"i": value})
    assert sorted(found) == sorted(f'Variable "$i" got invalid value{one}' for one in messages)
    assert not [one for one in told(CREATE, {"i": value}, hints=False) if "Did you mean" in one]


def test_a_variable_that_lacks_is_told_with_its_type() -> None:
    query = "query($size: Int!, $at: String) { customers(first: $size, after: $at) { totalCount } }"
    assert told(query, {}) == ['Variable "$size" of required type "Int!" was not provided.']
    assert told(query, {"size": 1}) == []


def test_no_more_than_twenty_faults_are_told() -> None:
    assert len(told(CREATE, {"i": {"kind": "PERSON", **{f"x{i}": i for i in range(50)}}})) == 20


def test_what_is_not_known_to_be_a_name_is_withheld() -> None:
    for message in (
        "Cannot query field 'Zebulon' on type 'Customer'.",
        "Zebulon is no word of ours",
        "Field 'name' 4711",
        "Unknown type 'String Zebulon'.",
        "Unknown type 'String",
        "Unknown type 'String'; DROP TABLE.",
    ):
        assert rebuilt(message, NAMES) == (WITHHELD, "")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.just(SECRET),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "kind",
                    "givenName",
                    "tags",
                    "contactPoints",
                    "value",
                    "location",
                    "birthDate",
                    SECRET,
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def _literal(value: Any) -> str:
    if isinstance(value, dict):
        members = (f"{k}: {_literal(v)}" for k, v in value.items() if k != SECRET)
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return json.dumps(value)


@settings(max_examples=150, deadline=None)
@given(ANYTHING, st.sampled_from(["PERSON", '"Zebulon Quast"', "Quast"]))
def test_no_value_comes_back_from_a_literal_or_a_variable(value: Any, kind: str) -> None:
    literal = create(f"kind: {kind}, customFields: {_literal(value)}, tags: {_literal(value)}")
    default = CREATE.replace("!)", f" = {_literal(value)})", 1)
    for text in (literal, default, create(f"kind: {_literal(value)}")):
        shown = str(PREPARER.prepare(text).helpful)
        assert "Zebulon" not in shown
        assert "Quast" not in shown
    node = parse(CREATE).definitions[0]
    assert isinstance(node, OperationDefinitionNode)
    variables = {"i": value}
    is_wrong = isinstance(
        get_variable_values(SCHEMA, node.variable_definitions or (), variables), list
    )
    found = told(CREATE, variables)
    assert bool(found) is is_wrong
    assert "Zebulon" not in str(found)
