"""What many verbs share stands once: the sentences of refusals, and the rows by which records are found."""

import ast
import re

import pytest

from domain.tables import INDEXES
from tests.architecture.modules import Module, our_modules, parsed

REFUSALS = "domain/values/refusals.py"
SENTENCES = re.compile(
    r"there is no such|was changed meanwhile|the (\{.*\}|customer|member) was erased$"
)
OTHERS = {
    "api/graphql/credential_status.py": "of what a caller may do, and of no record",
    "domain/customers/point_changes.py": "a contact point is no record: its code is that of an input",
    "domain/opportunities/pipelines.py": "of what a field points to",
    "domain/validation/contact_points.py": "a contact point is no record",
    "domain/writing/verbs/attached.py": "of what a record hangs on: it is the input that is wrong",
    "domain/writing/verbs/links.py": "of what a field points to: it is the input that is wrong",
    "domain/writing/bulk_rows.py": "of many records, to whoever imports",
}

MAKING = {"index_rows", "custom_rows", "row_tokens", "text_rows"}
"""What makes rows by which records are found; each alone makes a part of them."""


def spoken(module: Module) -> list[str]:
    """The sentences of shared refusals that a module spells."""
    return [
        text
        for node in module.walk()
        if isinstance(node, ast.JoinedStr | ast.Constant)
        and not isinstance(module.parents.get(node), ast.JoinedStr | ast.Expr)
        and SENTENCES.search(text := ast.unparse(node).strip("'\"").removeprefix("f'"))
    ]


def made(module: Module) -> set[str]:
    """What a module calls of what makes index rows."""
    calls = [node.func for node in module.walk() if isinstance(node, ast.Call)]
    return MAKING & {call.id for call in calls if isinstance(call, ast.Name)}


def listed(module: Module) -> bool:
    """Whether a module names several tables of the indexes together."""
    names = {table.name for table in INDEXES}
    return any(
        len(names & {one.id for one in node.elts if isinstance(one, ast.Name)}) > 2
        for node in module.walk()
        if isinstance(node, ast.Tuple | ast.List | ast.Set)
    )


def test_each_sentence_of_a_shared_refusal_stands_once() -> None:
    found = {m.path for m in our_modules() if m.path.startswith(("api/", "domain/")) and spoken(m)}
    assert found == {REFUSALS, *OTHERS}


def test_rows_by_which_records_are_found_are_made_in_one_place() -> None:
    assert {m.path: made(m) for m in our_modules() if made(m)} == {
        "domain/writing/indexing.py": MAKING
    }


def test_the_tables_of_such_rows_are_listed_once() -> None:
    assert [m.path for m in our_modules() if listed(m)] == ["domain/tables/lookups.py"]


@pytest.mark.parametrize(
    "text",
    [
        'raise StaleVersionError("the share was changed meanwhile")',
        'raise NotFoundError(f"there is no such {name}", ("id",))',
        'raise ConflictError("the customer was erased", code="ERASED")',
        'raise ConflictError(f"the {who} was erased")',
    ],
)
def test_a_sentence_is_noticed(text: str) -> None:
    assert spoken(parsed("x.py", text))


def test_a_docstring_is_none() -> None:
    assert not spoken(parsed("x.py", '"""The record was changed meanwhile."""'))


def test_a_list_of_tables_and_a_part_of_the_rows_are_noticed() -> None:
    text = "a = (lookup_tags, lookup_values, search_texts)\nindex_rows(x)"
    assert listed(parsed("x.py", text))
    assert made(parsed("x.py", text)) == {"index_rows"}
