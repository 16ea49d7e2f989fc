"""Rule as an administrator writes it, its row in the database, and its Casbin form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from policy.actions import Action as Action  # noqa: PLC0414 - rules are named with their actions
from policy.conditions import CONDITIONS, parse
from policy.shapes.row_shape import RowShape

if TYPE_CHECKING:
    from casbin.model import Model

UNASKED = frozenset({Action.EXPORT, Action.MERGE})
SHOWING = frozenset({Action.READ, Action.EXPORT, Action.OPEN})
WRITING = frozenset({Action.CREATE, Action.UPDATE})
"""Those that are about fields: what is seen of a record, and what is written in it."""


class Effect(StrEnum):
    """Deny wins over allow."""

    ALLOW = "allow"
    DENY = "deny"


class InvalidPolicyError(ValueError):
    """The policy as a whole is refused; the text says which rule and why."""


POLICY = "policy"
"""What rules call the rules themselves: whoever may administer it may ask about them and change them."""

ANY_PURPOSE = "*"
MASK = "~"
SUBJECT = re.compile(r"\*|[A-Za-z0-9_:.-]{1,200}")
"""How roles and principals may be called, and everybody."""

MODEL = """
[request_definition]
r = sub, dom, obj, act, purpose, field, row

[policy_definition]
p = sub, dom, obj, act, purpose, cond, fields, eft

[role_definition]
g = _, _, _

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = (p.sub == "*" || g(r.sub, p.sub, r.dom)) && r.dom == p.dom && r.obj == p.obj && r.act == p.act && \
(p.purpose == "*" || r.purpose == p.purpose) && names(r.field, p.fields, p.eft) && \
holds(p.cond, r.row)
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of one tenant.

    ``fields`` is an allow-list; a name that ends in ``~`` is shown masked only. A deny without
    fields hides the row, one with fields hides those. ``subject`` ``*`` means everybody, ``purpose`` ``*``
    every declared one.
    """

    subject: str
    resource: str
    action: str
    purpose: str
    condition: str
    fields: tuple[str, ...]
    effect: str = Effect.ALLOW

    @property
    def id(self) -> str:
        """A readable name for explanations."""
        condition = f" where {self.condition}" if self.condition else ""
        return f"{self.subject} {self.effect} {self.action} {self.resource} for {self.purpose}{condition}"

    def casbin(self, tenant: str) -> list[str]:
        """The values of a Casbin ``p`` line."""
        return [
            self.subject,
            tenant,
            self.resource,
            self.action,
            self.purpose,
            self.condition,
            " ".join(self.fields),
            self.effect,
        ]

    @classmethod
    def from_casbin(cls, values: Sequence[str]) -> Rule:
        """The rule of a Casbin ``p`` line."""
        subject, _, resource, action, purpose, condition, fields, effect = values
        return cls(subject, resource, action, purpose, condition, tuple(fields.split()), effect)


@dataclass(frozen=True, slots=True)
class RoleLink:
    """``member`` (a role or a principal) has all that ``role`` has."""

    member: str
    role: str


def casbin_model(tenant: str, rules: Iterable[Rule], links: Iterable[RoleLink]) -> Model:
    """A Casbin model that holds exactly these rules and role links.

    Appended as Casbin's own adapters do it: its ``add_policy`` looks through all earlier rules each time.
    """
    from casbin.model import Model  # noqa: PLC0415 - with its enforcers, which no command runs

    model = Model()
    model.load_model_from_text(MODEL)
    model["p"]["p"].policy.extend(rule.casbin(tenant) for rule in rules)
    model["g"]["g"].policy.extend([link.member, link.role, tenant] for link in links)
    return model


def validate(rule: Rule, shapes: Mapping[str, RowShape], purposes: Iterable[str]) -> None:
    """Raise ``InvalidPolicyError`` unless every word of the rule is known."""
    if SUBJECT.fullmatch(rule.subject) is None:
        raise _refused(rule, "a subject is * or made of letters, digits, _ : . and -")
    shape = shapes.get(rule.resource)
    if shape is None:
        raise _refused(rule, f"no resource is called {rule.resource!r}")
    if rule.action not in Action._value2member_map_:
        raise _refused(rule, f"no action is called {rule.action!r}")
    if rule.effect not in Effect._value2member_map_:
        raise _refused(rule, f"no effect is called {rule.effect!r}")
    if rule.purpose != ANY_PURPOSE and rule.purpose not in purposes:
        raise _refused(rule, f"no purpose is called {rule.purpose!r}")
    if unknown := {name.removesuffix(MASK) for name in rule.fields} - shape.fields:
        raise _refused(rule, f"{rule.resource} has no field {', '.join(sorted(unknown))}")
    if rule.effect == Effect.DENY and any(name.endswith(MASK) for name in rule.fields):
        raise _refused(rule, "a denying rule hides a field and does not mask it")
    try:
        condition = parse(rule.condition)
    except ValueError as error:
        raise _refused(rule, str(error)) from None
    if unfit := sorted(name for name in condition.names if not CONDITIONS[name].fits(shape)):
        raise _refused(rule, f"{rule.resource} has nothing that {', '.join(unfit)} looks at")


def _refused(rule: Rule, why: str) -> InvalidPolicyError:
    return InvalidPolicyError(f"the rule “{rule.id}” is refused: {why}")
