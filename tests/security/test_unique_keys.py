"""What a unique key tells of records that the caller may not see: no more than docs/leakage.md says."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from domain import tables
from domain.settings.tenants import named_id
from policy.rules import Effect, Rule
from tests.api import Api
from tests.builders import a_customer, add_rules, put
from tests.statements import all_of_them

PAGE = (Path(__file__).parents[2] / "docs" / "leakage.md").read_text()
OURS = {
    "audit_leaves",
    "outbox",
    "tombstone_log",
    "tombstone_marks",
    "policy_versions",
    "policy_changes",
}
"""Numbered by Farley."""
BELOW_ONE_RECORD = {
    "lookup_tags",
    "lookup_values",
    "lookup_plans",
    "search_texts",
    "search_tokens",
}
"""What hangs on one row, or is counted of all."""

HIDDEN, SEEN, FREE = ({"system": "shop", "id": one} for one in ("hidden-1", "seen-1", "free-1"))


FIELDS = ("kind", "given_name", "external_references", "department", "lifecycle", "tags")


@pytest.fixture(scope="module", autouse=True)
async def known(api: Api) -> dict[str, str]:
    """Sales sees no customers in Austria. Support takes customers in, without references."""
    hides = Rule(
        "SALES:MEMBER", "customer", "read", "sales", "territory(AT)", (), effect=Effect.DENY
    )
    lets = Rule("SUPPORT:MEMBER", "customer", "create", "support", "", FIELDS)
    refuses = replace(lets, fields=("external_references",), effect=Effect.DENY)
    await add_rules(api, hides, lets, refuses)
    hidden = await a_customer(api, externalReferences=[HIDDEN])
    await put(api, tables.customers, hidden, country="AT")
    return {"hidden": hidden, "seen": await a_customer(api, externalReferences=[SEEN])}


async def created(api: Api, reference: dict[str, str], as_: str) -> tuple[Any, list[str]]:
    """The answer, and the statements that it took."""
    given = {"kind": "PERSON", "givenName": "Eve", "externalReferences": [reference]}
    with all_of_them() as statements:
        answer = await api.mutate("createCustomer", "customer { id }", as_=as_, **given)
    return answer, statements


async def test_a_reference_of_a_hidden_record_is_refused_as_that_of_one_that_is_seen(
    api: Api, known: dict[str, str]
) -> None:
    query = "query($id: ID!) { node(id: $id) { id } }"
    for name, is_seen in (("hidden", False), ("seen", True)):
        node = (await api.data(query, as_="sales", id=known[name]))["node"]
        assert (node is not None) is is_seen
    await created(api, SEEN, "sales")  # Whatever is prepared once is.
    hidden, seen = [await created(api, one, "sales") for one in (HIDDEN, SEEN)]
    assert hidden == seen
    (error,) = hidden[0]["userErrors"]
    assert (error["code"], error["path"]) == ("CONFLICT", ["input", "externalReferences"])


async def test_so_it_is_where_a_record_is_changed(api: Api) -> None:
    own = await a_customer(api, externalReferences=[{"system": "shop", "id": "own-1"}])
    answers = []
    for reference in (HIDDEN, SEEN):
        change = {"id": own, "expectedVersion": 1, "externalReferences": [reference]}
        answers.append(await api.mutate("updateCustomer", "customer { id }", as_="sales", **change))
    assert answers[0] == answers[1]
    assert answers[0]["userErrors"][0]["code"] == "CONFLICT"


async def test_who_may_write_no_references_learns_of_none(api: Api) -> None:
    """What docs/leakage.md advises."""
    hidden, free = [(await created(api, one, "support"))[0] for one in (HIDDEN, FREE)]
    assert hidden == free
    (error,) = hidden["userErrors"]
    assert (error["code"], error["path"]) == ("FORBIDDEN", ["input", "externalReferences"])


@pytest.mark.parametrize(
    ("mutation", "taken", "free"),
    [
        (
            "addPartnerAccount",
            {"kind": "PARTNER", "handle": "partner", "name": "Acme"},
            {"kind": "PARTNER", "handle": "nobody", "name": "Acme"},
        ),
        (
            "addPartnerAccount",
            {"kind": "PARTNER", "handle": "compliance", "name": "Acme"},
            {"kind": "PARTNER", "handle": "nobody", "name": "Acme"},
        ),
        (
            "defineCustomField",
            {"name": "size", "type": "TEXT", "category": "USER"},
            {"name": "height", "type": "TEXT", "category": "USER"},
        ),
    ],
)
async def test_who_may_not_make_one_is_refused_whether_the_name_is_taken_or_not(
    api: Api, mutation: str, taken: dict[str, Any], free: dict[str, Any]
) -> None:
    if mutation == "defineCustomField":
        await api.mutate(mutation, "clientMutationId", as_="admin", **taken)
    answers = [
        await api.mutate(mutation, "clientMutationId", as_=name, **given)
        for name in ("sales", "rival")
        for given in (taken, free)
    ]
    assert answers[0] == answers[1]
    assert answers[2] == answers[3]
    assert {one["userErrors"][0]["code"] for one in answers} == {"FORBIDDEN"}


async def test_a_mutation_id_is_its_senders_own(api: Api) -> None:
    given = {"kind": "PERSON", "givenName": "Ann", "clientMutationId": "the-same"}
    first, other = [
        await api.mutate("createCustomer", "customer { id }", as_=name, **given)
        for name in ("sales", "manager")
    ]
    assert first["customer"]["id"] != other["customer"]["id"]


async def test_what_a_share_by_somebody_else_tells(api: Api) -> None:
    """A manager shares what an administrator has shared with the same partner."""
    customer = await a_customer(api)
    grantee = f"par_{named_id(api.tenant, 'partner_account', 'rival')}"
    ends = (datetime.now(UTC) + timedelta(days=9)).isoformat()
    given = {"recordId": customer, "grantee": grantee, "reason": "OTHER", "endsAt": ends}
    for name, codes in (("admin", []), ("manager", ["FORBIDDEN"])):
        answer = await api.mutate("shareRecord", "clientMutationId", as_=name, **given)
        assert [error["code"] for error in answer["userErrors"]] == codes


# --- the page ---------------------------------------------------------------------------------------


def chosen_keys() -> set[str]:
    """The tables with a unique key of anything that Farley does not choose itself."""
    own = {("tenant_id", "id"), ("tenant_id",)}
    metadata = tables.customers.metadata
    return {
        table.name
        for table in metadata.sorted_tables
        if table.name not in OURS | BELOW_ONE_RECORD
        for columns in unique_columns(table)
        if columns not in own
    }


def unique_columns(table: sa.Table) -> set[tuple[str, ...]]:
    constraints = {
        tuple(column.name for column in constraint.columns)
        for constraint in table.constraints
        if isinstance(constraint, sa.UniqueConstraint | sa.PrimaryKeyConstraint)
    }
    indexes = {tuple(one.columns.keys()) for one in table.indexes if one.unique}
    return constraints | indexes


def test_the_page_names_every_unique_key() -> None:
    section = PAGE.partition("## What unique keys tell")[2]
    named = {
        name
        for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    assert named == chosen_keys()
