"""Nothing reads the data of people but the gate of reading and the gate of writing."""

import ast
import re
from collections.abc import Iterator

import pytest

from domain.entities.registry import ALL
from tests.architecture.modules import Module, our_modules, parsed

READING_GATE = (
    "domain/reading/",
    "domain/access/",
    "domain/explaining/",
    "domain/break_glass/read_opened.py",
)
GATES = (*READING_GATE, "domain/writing/records.py")

# Each entry is a function that selects from a table with people in it, or from one that it is handed.
ALLOWED = {
    "api/cli/server/serve.py:_is_new": "whether there is any customer or member, no column of one",
    "domain/consents/change_consent.py:_stored": "an id, for the gate of writing to load",
    "domain/consents/history.py:current_consents": "times of grants and withdrawals, to compare with",
    "domain/directory/administrators.py:active_administrators": "ids, so that one is left",
    "domain/directory/everyone.py:_members": "who is asked about: role and department, nothing sealed",
    "domain/customers/unseen_values.py:_made": "whether the caller sees fields of what is being changed",
    "domain/directory/directory_listing.py:listed_departments": "departments, and those above them",
    "domain/directory/directory_listing.py:listed_members": "ids, handles and roles, for administrators",
    "domain/directory/partner_accounts.py:handles_taken": "handles, to refuse one twice",
    "domain/directory/principals.py:_member": "who signs in: role and department, nothing sealed",
    "domain/directory/principals.py:member_since": "when a member was added, for whoever signs in",
    "domain/directory/principal_status.py:_member": "whether a token's member is active, and their role",
    "domain/directory/switch_member.py:locked_member": "a plain row, locked to be changed; nothing sealed",
    "domain/directory/switch_member.py:member_called": "an id by handle, for whoever administers them",
    "domain/storage/lookup_rows.py:count": "which fields' numbers nobody else is changing",
    "domain/erasure/mentions/erasure_notes.py:registrations_of": "ids, for the gate of writing to load",
    "domain/erasure/mentions/erasure_notes.py:_in_relation": "ids of others, which are sealed",
    "domain/erasure/mentions/erasure_notes.py:_in_interaction": "ids of others, which are sealed",
    "domain/erasure/mentions/erasure_notes.py:note_participations": "a count",
    "domain/erasure/mentions/candidates.py:tags_of": "tags, to look for a name in them",
    "domain/erasure/mentions/candidates.py:without_tokens": "whether there is one, and only that",
    "domain/erasure/mentions/candidates.py:_page": "ids, for the gate of writing to load",
    "domain/erasure/mentions/namesakes.py:opened_people": "the gate of writing, for whom it does not lock",
    "domain/erasure/mentions/namesakes.py:_found": "ids of people whose names are compared",
    "domain/erasure/mentions/namesakes.py:_has_another": "whether there is one, and only that",
    "domain/erasure/mentions/redact.py:_people": "ids of those who took part",
    "domain/erasure/erasure_listing.py:_query": "ids and states of erasures, and of what kind they are",
    "domain/erasure/replay.py:not_looked_through": "ids of erasures",
    "domain/writing/purge.py:_lock": "ids of rows that are to be locked, and nothing of them",
    "domain/erasure/read_erasure.py:_is_theirs": "whether there is a customer",
    "domain/erasure/replay.py:keep_out": "keyed hashes, for the other database",
    "domain/writing/purge.py:_forget_commands": "ids inside a statement, which returns none of them",
    "domain/importing/write/consents.py:_existing": "rows locked to be changed; answers with counts only",
    "domain/importing/write/interactions.py:_existing": "ids of participants, to add those that are new",
    "domain/importing/write/drafts/reference_cache.py:_accounts": "ids and kinds of partners",
    "domain/importing/write/drafts/reference_cache.py:_departments": "ids of departments by code",
    "domain/importing/write/drafts/reference_cache.py:seen_customers": "plain columns for the policy",
    "domain/importing/write/drafts/reference_cache.py:_seen": "plain columns of what the caller sees",
    "domain/importing/write/drafts/reference_cache.py:_ids": "ids by external reference",
    "domain/writing/indexing.py:_languages": "languages of people whose records are indexed",
    "domain/writing/verbs/links.py:_is_there": "an id, to check a reference",
    "domain/writing/bulk_rows.py:insert_rows": "from a temporary table into the real one",
    "domain/importing/write/members.py:precheck": "ids by handle, to refuse a handle twice",
    "domain/importing/write/partner_accounts.py:_existing": "partner accounts are no people",
    "domain/writing/suppression.py:_is_shared": "whether somebody living has an address: yes or no",
    "domain/keys/make_tokens.py:_missing": "proofs of tags, so that none is counted twice",
    "domain/keys/make_tokens.py:_pending": "ids, for the gate of writing to load",
    "domain/importing/write/relationships.py:_existing": "ids, to add those that are new",
    "domain/importing/write/duplicate_warning.py:_query": "ids by tag; who may be seen is asked later",
    "domain/importing/write/duplicate_warning.py:begin": "whether there is anybody, and only that",
    "domain/writing/stored_rows.py:stored_rows": "the gate of writing for a batch: locked, opened",
    "domain/detecting/detect_personal_data.py:pending": "ids, for the gate of writing to load",
    "domain/keys/retag.py:_not_leaving": "ids, to leave alone who is being erased",
    "domain/keys/retag.py:drop_older": "ids of what an older root made, to delete it",
    "domain/keys/retag.py:next_part": "ids, for the gate of writing to load",
    "domain/keys/retag.py:newest": "the newest root that made any, of all rows together",
    "domain/keys/retag.py:standing": "how many rows each root made",
    "domain/keys/verify.py:_chosen": "ids, to verify what they name",
    "domain/keys/verify.py:_rows": "sealed packs, to see whether they open; their contents are dropped",
    "domain/writing/resealing.py:reseal_rows": "sealed packs, written back under another key",
    "domain/writing/resealing.py:still_outdated": "ids of people with a row under an older key",
    "domain/policies/subjects.py:_members": "ids, roles and departments: whom rules are about",
    "privacy/leak_scan/tables.py:_rows": "every value as it lies there, for who sees all; tells places",
    **{
        f"policy/conditions/entries/{where}": "the row rule itself, compiled into the gate's statements"
        for where in (
            "stage_and_value.py:_at_stage",
            "hierarchy.py:_below",
            "hierarchy.py:_is_in",
            "consent.py:_consents",
            "radius.py:_near",
            "restriction.py:_is_free",
            "shares.py:_shared",
            "supply.py:_supplied",
            "territory.py:_within",
        )
    },
    "migrations/later_rules.py:add_rules": "rules of the policy, from one version into the next",
    "migrations/mirrored_rules.py:mirror_rules": "rules of the policy, from one version into the next",
}

ABOUT_PEOPLE = {r.table.name for r in ALL if r.subject} | {
    "participants",
    "lookup_tags",
    "lookup_values",
    "external_references",
    "search_tokens",
    "search_texts",
}
_TABLE = rf"({'|'.join(sorted(ABOUT_PEOPLE))}|\{{)"
READING = re.compile(
    rf"\bselect\b.*\b(from|join)\s+{_TABLE}|\b(into|update|from)\s+{_TABLE}.*\breturning\b",
    re.IGNORECASE | re.DOTALL,
)
COPYING = {"copy_from_query", "copy_from_table"}


def selections(module: Module) -> set[str]:
    """The functions of a module that select what may be about people."""
    harmless = _harmless_tables(module)
    found: set[str] = set()
    for node in module.walk():
        if (isinstance(node, ast.Call) and _selects(module, node, harmless)) or (
            isinstance(node, ast.Constant | ast.JoinedStr) and _is_sql_about_people(module, node)
        ):
            found.add(f"{module.path}:{module.function_around(node)}")
    return found


def _harmless_tables(module: Module) -> set[str]:
    imported = {
        alias.asname or alias.name
        for node in module.walk()
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("tables")
        for alias in node.names
    }
    return imported - ABOUT_PEOPLE


def _selects(module: Module, call: ast.Call, harmless: set[str]) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    if name in COPYING:
        return True
    if name not in {"select", "exists", "returning"}:
        return False
    return any(root not in harmless for root in _tables_in(module.statement_around(call)))


def _tables_in(statement: ast.AST) -> Iterator[str]:
    """The names whose columns a statement uses, and those that it selects whole."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Attribute) and node.attr in {"c", "columns"}:
            yield ast.unparse(node.value)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("select"):
            for arg in node.args:
                if isinstance(arg, ast.Name | ast.Starred) or ast.unparse(arg).endswith(".table"):
                    yield ast.unparse(arg)


def _is_sql_about_people(module: Module, node: ast.Constant | ast.JoinedStr) -> bool:
    if isinstance(node, ast.JoinedStr):
        text = "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{" for part in node.values
        )
    elif isinstance(node.value, str) and not isinstance(module.parents[node], ast.Expr):
        text = node.value
    else:
        return False
    return bool(READING.search(text))


def test_only_the_gates_select_what_is_about_people() -> None:
    found = {use for m in our_modules() if not m.path.startswith(GATES) for use in selections(m)}
    assert found == set(ALLOWED)


@pytest.mark.parametrize(
    "text",
    [
        "sa.select(customers.c.id)",
        "sa.select(customers)",
        "select(resource.table)",
        "sa.select(table.c.id).where(table.c.x == 1)",
        "sa.select(sa.func.count()).select_from(departments).where(customers.c.x)",
        "sa.insert(customers).values(x).returning(customers.c.sealed)",
        "sa.select(sa.exists().where(consents.c.id == x))",
        "fetch('SELECT sealed FROM customers WHERE true')",
        "fetch('SELECT 1 FROM departments d JOIN members m ON true')",
        "fetch(f'SELECT * FROM {table}')",
        "fetch('UPDATE customers SET tags = NULL RETURNING sealed')",
        "connection.copy_from_query('...', output=file)",
    ],
)
def test_a_selection_of_people_is_noticed(text: str) -> None:
    assert selections(parsed("x.py", f"from domain.tables import departments\n{text}"))


@pytest.mark.parametrize(
    "text",
    [
        "sa.select(departments.c.id)",
        "sa.select(departments)",
        "sa.select(sa.func.set_config('a', 'b', True))",
        "sa.delete(customers).where(customers.c.id == x)",
        "fetch('SELECT name FROM departments')",
        "'''How customers select what they buy from customers.'''",
    ],
)
def test_other_statements_are_none_of_its_business(text: str) -> None:
    module = parsed("x.py", f"from domain.tables import departments\n{text}")
    assert selections(module) == set()


# Within the gate, what selects asks an effective access which rows there are; or it is a part of such a
# statement.
ASKING = re.compile(r"\b(access|effective|over|to|self\._(access|effective))\.where\(")
PARTS = {
    "groups/aggregates.py:_grouped": "from the rows of _read_rows, which asks",
    "groups/aggregates.py:_money_cells": "from the rows of _read_rows",
    "groups/aggregates.py:_page": "from the groups of _grouped",
    "groups/aggregates.py:_shown": "from the groups of _grouped",
    "groups/aggregates.py:_without_hidden_cells": "from the cells of _money_cells",
    "groups/aggregates.py:query": "from the page of _page",
    "sql/parents.py:per_parent": "around a page of records or of a view, which ask",
    "sql/custom_match.py:_rows": "ids by tag and by value, among the rows of a statement that asks",
    "domain/explaining/review_statement.py:changes": "records that two versions show, for administrators",
    "domain/explaining/record_truths.py:_record": "what the rules say of a record, for administrators",
    "sql/filters.py:_tagged": "ids by tag, among the rows of a statement that asks",
    "views/network.py:_count": "from the rings of _ring and _step, which ask",
    "views/network.py:_members": "from the rings of _ring and _step",
    "views/network.py:_page": "from the rings of _ring and _step",
    "views/overview.py:_absent": "whether a row of the statement that asks has a tag",
    "views/overview.py:_freshness": "from the parts of _newest, which asks",
    "views/overview_parts.py:_consents": "what _part makes a statement of, which asks",
    "views/overview_parts.py:_latest_interactions": "what _part makes a statement of",
    "views/overview_parts.py:_next_close": "what _part makes a statement of",
    "views/overview_parts.py:query": "what _part makes a statement of",
    "domain/access/row_attributes.py:_below": "ids of departments and staff below the caller",
    "domain/access/row_attributes.py:_of_customer": "what conditions look at, by their own SQL",
    "domain/access/row_attributes.py:_shared": "with whom a record is shared, for the policy",
    "domain/access/effective_access.py:consent_in_force": "whether the person consented",
    "views/timeline.py:_page": "from the events of _events, which asks",
    "sql/token_match.py:is_common": "whether very many rows have a word, which nobody is told",
}


def test_what_the_gate_selects_it_has_asked_for() -> None:
    silent = {
        use.removeprefix("domain/reading/")
        for module in our_modules()
        if module.path.startswith(READING_GATE)
        for use in selections(module)
        if not any(ASKING.search(text) for text in _functions(module, use.partition(":")[2]))
    }
    assert silent == set(PARTS)


def _functions(module: Module, name: str) -> list[str]:
    """The functions of that name, as text."""
    return [
        ast.unparse(node)
        for node in module.walk()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name
    ]


# Of what may select beside the gates, what names whole rows or ciphertexts.
WHOLE_ROWS = {
    "domain/erasure/mentions/namesakes.py:opened_people": "names that are compared, and dropped",
    "domain/erasure/mentions/candidates.py:_page": "whether there is one, and only that",
    "domain/importing/write/consents.py:_existing": "nothing of a consent is sealed",
    "domain/writing/bulk_rows.py:insert_rows": "into the table, and out of none",
    "domain/importing/write/partner_accounts.py:_existing": "partner accounts are no people",
    "domain/writing/stored_rows.py:stored_rows": "the gate of writing for a batch",
    "domain/keys/make_tokens.py:_pending": "whether there is one, and only that",
    "domain/detecting/detect_personal_data.py:pending": "whether there is one, and only that",
    "domain/keys/retag.py:next_part": "whether there is one, and only that",
    "domain/keys/verify.py:_chosen": "whether there is one, and only that",
    "domain/keys/verify.py:_rows": "packs that are opened to see whether they do, and dropped",
    "domain/writing/resealing.py:reseal_rows": "packs that are written back where they stood",
}


def test_what_is_allowed_beside_the_gates_selects_columns_by_name_and_no_sealed_ones() -> None:
    found = {
        use
        for module in our_modules()
        for use in selections(module) & set(ALLOWED)
        for text in _functions(module, use.partition(":")[2])
        if WHOLE.search(text)
    }
    assert found == set(WHOLE_ROWS)


WHOLE = re.compile(
    r"\bselect\((table|\*staging\.columns|[a-z_.]+\.table)\)|\bSELECT \*|(?<!!= )['\".]sealed\b"
)


@pytest.mark.parametrize(
    "text",
    [
        "sa.select(table).where(x)",
        "sa.select(resource.table)",
        "sa.select(table.c.id, table.c.sealed)",
        "fetch('SELECT * FROM customers')",
        "sa.select(table.c['sealed'])",
    ],
)
def test_a_whole_row_is_noticed(text: str) -> None:
    assert WHOLE.search(text)


OPENING = {
    "domain/storage/sealed_records.py",
    "domain/reading/search/sorted_pages.py",
    "domain/writing/records.py",
    "domain/writing/stored_rows.py",
    # What these open nobody sees: it is sealed again, or dropped.
    "domain/keys/verify.py",
    "domain/writing/resealing.py",
    "domain/erasure/mentions/namesakes.py",
}


UNSEALING = ("unseal", "unseal_rows", "unsealed", "opened_pack", "opened_row")


def test_sealed_values_are_opened_in_the_gates_only() -> None:
    found = {
        m.path
        for m in our_modules()
        for node in m.walk()
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(UNSEALING)
    }
    assert found == OPENING
