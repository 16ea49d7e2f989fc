"""Casbin's own ``enforce``: slow, and nothing of our compiler in it.

A field is asked for by its name, its masked form by the name with ``~``, and the row itself by "".
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from casbin import Enforcer
from casbin.rbac.default_role_manager import RoleManager

from domain.entities.registry import SHAPES
from policy.conditions import parse
from policy.conditions.entries.shares import SHARED
from policy.rules import MASK, Action, Effect, RoleLink, Rule, casbin_model
from policy.shapes.row_shape import RowShape
from policy.subjects.principals import Principal, PrincipalKind
from tests.places import distance
from tests.policy.formulas import holds
from tests.policy.policies import Policy, Request
from tests.policy.world import Row

ROW = ""
UNITED, _APART = "read or open", "open alone"
DEPTH_MAX = 100  # Casbin denies chains of ten links and more unless it is told otherwise.

Decisions = Mapping[tuple[str, str], bool]
"""By row and by field."""


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A row and who asks for it, with all roles that Casbin says they have."""

    row: Row
    principal: Principal
    roles: frozenset[str]
    shape: RowShape


class Oracle:
    """An enforcer over a policy's rules and links, and over its callers' roles."""

    def __init__(self, policy: Policy, tenant: str) -> None:
        principals = {request.principal for request in policy.requests}
        roles = {RoleLink(one.name, role) for one in principals for role in one.roles}
        links = sorted(roles | set(policy.links), key=str)
        self.truths: Counter[tuple[str, bool]] = Counter()
        self._trees = policy.trees
        self._tenant = tenant
        self._enforcer = Enforcer(casbin_model(tenant, tuple(_for_casbin(policy.rules)), links))
        self._enforcer.set_role_manager(RoleManager(DEPTH_MAX))
        self._enforcer.build_role_links()
        self._enforcer.add_function("names", _names)
        self._enforcer.add_function("holds", self._holds)

    def decide(self, request: Request) -> Decisions:
        """Row by row and field by field; a field that is open is not masked too."""
        if request.action == Action.OPEN:
            return self._opened(request)
        decided = {}
        name = request.principal.name
        roles = frozenset(self._enforcer.get_implicit_roles_for_user(name, self._tenant))
        for row in request.rows:
            asked = _Asked(row, request.principal, roles, SHAPES[request.resource])
            decided[row["id"], ROW] = self._enforce(request, asked, ROW)
            for name in request.fields:
                is_open = self._enforce(request, asked, name)
                decided[row["id"], name] = is_open
                is_masked = self._enforce(request, asked, name + MASK)
                decided[row["id"], name + MASK] = is_masked and not is_open
        return decided

    def _opened(self, request: Request) -> Decisions:
        """Of the rows that may be read and opened, what all rules of both say: ``UNITED`` has them in one
        heap, so that a denial of either wins.
        """
        apart = [self.decide(replace(request, action=one)) for one in (Action.READ, _APART)]
        united = self.decide(replace(request, action=UNITED))
        return {
            (row, name): shown and all(rows[row, ROW] for rows in apart)
            for (row, name), shown in united.items()
        }

    def _enforce(self, request: Request, asked: _Asked, field: str) -> bool:
        return bool(
            self._enforcer.enforce(
                request.principal.name,
                self._tenant,
                request.resource,
                request.action,
                request.purpose,
                field,
                asked,
            )
        )

    def _holds(self, condition: str, asked: _Asked) -> bool:
        def truth(text: str) -> bool:
            true = _is_true(text, asked)
            self.truths[text, true] += 1
            return true

        return not condition or holds(self._trees[condition], truth)


def _for_casbin(rules: Sequence[Rule]) -> Iterator[Rule]:
    """Rules of opening under a name that the oracle does not take for a question about opening, and those
    of reading and opening together.
    """
    is_opening = any(rule.action == Action.OPEN for rule in rules)
    for rule in rules:
        yield replace(rule, action=_APART) if rule.action == Action.OPEN else rule
        if is_opening and rule.action in {Action.READ, Action.OPEN}:
            yield replace(rule, action=UNITED)


def _names(field: str, fields: str, effect: str) -> bool:
    named = fields.split()
    if effect == Effect.DENY:
        return not named or field.removesuffix(MASK) in named
    return field == ROW or field in named


# --- what single conditions mean ------------------------------------------------------------------


def _is_true(text: str, asked: _Asked) -> bool:
    """By a definition of the test's own, or else by the entry's Python half, which the rows in PostgreSQL
    are then compared with.
    """
    if text == "shared_with_me":
        return _is_shared(asked)
    if text in MEANINGS:
        return MEANINGS[text](asked.row, asked.principal)
    return parse(text).holds(asked.row, asked.principal, asked.shape)


def _is_shared(asked: _Asked) -> bool:
    principal = asked.principal
    grantees = {f"par_{principal.partner_account_id}", f"dep_{principal.department_id}"}
    grantees |= {f"role:{role}" for role in asked.roles}
    if principal.kind is PrincipalKind.MEMBER:
        grantees.add(f"mem_{principal.id}")
    now = datetime.now(UTC)
    return any(ends_at > now for name, ends_at in asked.row[SHARED].items() if name in grantees)


def _same(column: str, attribute: str) -> Callable[[Row, Principal], bool]:
    def same(row: Row, principal: Principal) -> bool:
        mine = getattr(principal, attribute)
        return mine is not None and row.get(column) == mine

    return same


def _is_owner(row: Row, principal: Principal) -> bool:
    """Who is to do something looks after it."""
    return principal.id in {row.get("owner_id"), row.get("assignee_id")}


def _near(latitude: float, longitude: float, most: float) -> Callable[[Row, Principal], bool]:
    def near(row: Row, _principal: Principal) -> bool:
        place = row["customer_location"]
        return place is not None and distance(place, latitude, longitude) <= most

    return near


MEANINGS: Mapping[str, Callable[[Row, Principal], bool]] = {
    "own_department": _same("department_id", "department_id"),
    "owner": _is_owner,
    "author": _same("author_id", "id"),
    "partner_account": _same("partner_account_id", "partner_account_id"),
    "self": _same("id", "id"),
    "own_account": _same("id", "partner_account_id"),
    "own_record": _same("id", "customer_id"),
    "own_customer": _same("customer_id", "customer_id"),
    "not_restricted": lambda row, _: not row["customer_restricted"],
    "radius(52.5 13.4 300)": _near(52.5, 13.4, 300),
    "radius(48.15 16.4 700.5)": _near(48.15, 16.4, 700.5),
    "supplied_by_me": lambda row, principal: principal.customer_id in row["supplied_by"],
}
