"""A credential's limits take away, and never add."""

from collections.abc import Iterable

import pytest

from policy.compiler import compile_policy
from policy.rules import Rule
from policy.shapes.row_shape import RowShape
from policy.subjects.principals import Principal, PrincipalKind
from policy.subjects.scopes import narrowed, unknown_scopes

SHAPES = {
    name: RowShape(resource=name, fields=frozenset({"name"}))
    for name in ("customer", "interaction")
}
RULES = [
    Rule("A", resource, action, "*", "", ("name",))
    for resource in SHAPES
    for action in ("read", "update")
]
SNAPSHOT = compile_policy("t", 1, RULES, [], shapes=SHAPES, purposes=["sales"])


def allowed(permissions: Iterable[str] | None, roles: tuple[str, ...] = ("A",)) -> set[str]:
    limit = None if permissions is None else frozenset(permissions)
    caller = Principal(
        "t", PrincipalKind.MEMBER, "ada", frozenset(roles), "sales", permissions=limit
    )
    return {
        f"{resource}:{action}"
        for resource in SHAPES
        for action in ("read", "update")
        if SNAPSHOT.plan(caller, resource, action, "sales")
    }


ALL = {"customer:read", "customer:update", "interaction:read", "interaction:update"}


@pytest.mark.parametrize(
    ("permissions", "expected"),
    [
        (None, ALL),
        ([], set()),
        (["customer:read"], {"customer:read"}),
        (["*:read"], {"customer:read", "interaction:read"}),
        (["customer:*"], {"customer:read", "customer:update"}),
        (["*:*"], ALL),
        (["customer:erase", "custmer:read"], set()),
    ],
)
def test_a_credential_uses_what_it_is_permitted(
    permissions: list[str] | None, expected: set[str]
) -> None:
    assert allowed(permissions) == expected


def test_a_permission_gives_nothing_that_no_rule_gives() -> None:
    assert allowed(["*:*"], roles=()) == set()


def test_no_role_is_taken_for_a_permission() -> None:
    assert allowed(["interaction:read"], roles=("A", "+customer:read")) == {"interaction:read"}
    assert allowed(None, roles=("A", "+customer:read")) == ALL


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        (None, None, None),
        (None, {"a:b"}, {"a:b"}),
        ({"a:b"}, None, {"a:b"}),
        ({"*:read"}, {"customer:*"}, {"customer:read"}),
        ({"customer:read"}, {"customer:read", "b:c"}, {"customer:read"}),
        ({"customer:read"}, {"interaction:read"}, set()),
        ({"*:*"}, {"*:read"}, {"*:read"}),
        (set(), {"*:*"}, set()),
    ],
)
def test_two_limits_leave_what_both_permit(
    one: set[str] | None, other: set[str] | None, common: set[str] | None
) -> None:
    limits = [None if limit is None else frozenset(limit) for limit in (one, other)]
    expected = None if common is None else frozenset(common)
    assert narrowed(limits[0], limits[1]) == expected
    assert narrowed(limits[1], limits[0]) == expected


def test_words_that_nobody_knows_are_told() -> None:
    scopes = ["adhoc", "customer:read", "*:read", "*:*", "nobody:read", "customer:eat", "read", ""]
    assert unknown_scopes(scopes, {"customer"}, {"read"}) == scopes[4:]
