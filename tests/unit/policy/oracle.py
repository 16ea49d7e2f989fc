"""Casbin's own ``enforce`` as the oracle: slow, and nothing of our compiler in it.

A field is asked for by its name, its masked form by the name with ``~``, and the row itself by "".
"""

from collections.abc import Iterable, Mapping
from typing import Any

from casbin import Enforcer
from casbin.rbac.default_role_manager import RoleManager

from policy.rules import MASK, Effect, RoleLink, Rule, casbin_model
from policy.subjects.principals import Principal

ROW = ""
TENANT = "7d5ff1a6-5a8a-4a4e-8a3f-0a1e7c1b9c01"
DEPTH_MAX = 100  # Casbin denies chains of ten links and more unless it is told otherwise.


class Oracle:
    """An enforcer over the same rules and links."""

    def __init__(
        self, rules: Iterable[Rule], links: Iterable[RoleLink], principal: Principal
    ) -> None:
        roles = [RoleLink(principal.name, role) for role in sorted(principal.roles)]
        self._enforcer = Enforcer(casbin_model(TENANT, rules, [*links, *roles]))
        self._enforcer.set_role_manager(RoleManager(DEPTH_MAX))
        self._enforcer.build_role_links()
        self._enforcer.add_function("names", _names)
        self._enforcer.add_function("holds", self._holds)
        self._principal = principal

    def allows(
        self, resource: str, action: str, purpose: str, field: str, row: Mapping[str, Any]
    ) -> bool:
        return bool(
            self._enforcer.enforce(
                self._principal.name, TENANT, resource, action, purpose, field, row
            )
        )

    def _holds(self, condition: str, row: Mapping[str, Any]) -> bool:
        facts = _facts(row, self._principal)
        return bool(eval(condition or "True", {"__builtins__": {}}, facts))  # noqa: S307 - a condition reads like Python on purpose: the test's own words, evaluated without our parser


def _names(field: str, fields: str, effect: str) -> bool:
    named = fields.split()
    if effect == Effect.DENY:
        return not named or field.removesuffix(MASK) in named
    return field == ROW or field in named


def _facts(row: Mapping[str, Any], principal: Principal) -> dict[str, bool]:
    def same(column: str, mine: str | None) -> bool:
        return mine is not None and row.get(column) == mine

    return {
        "own_department": same("department_id", principal.department_id),
        "owner": same("owner_id", principal.id),
        "author": same("author_id", principal.id),
        "partner_account": same("partner_account_id", principal.partner_account_id),
        "self": same("id", principal.id),
        "own_account": same("id", principal.partner_account_id),
        "own_record": same("id", principal.customer_id),
        "own_customer": same("customer_id", principal.customer_id),
        "supplied_by_me": principal.customer_id in row["supplied_by"],
    }
