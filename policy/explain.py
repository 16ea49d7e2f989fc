"""Explanation of a decision: its rules, how they came to apply, what their conditions say.

Nothing here decides: it reads the same ``Access`` that the gates use.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from policy.access import Access, Denial, Grant
from policy.compiler import Snapshot
from policy.conditions import Formula, Literal
from policy.rules import Effect
from policy.subjects.principals import Principal

Truths = Mapping[Literal, bool]
"""For one record, whether each condition (never negated) holds; unknown counts as no, as in SQL."""


@dataclass(frozen=True, slots=True)
class Behind:
    """One rule behind a decision.

    ``path`` leads from a name or a role of the principal over links to the rule's subject. ``holds`` is
    ``None`` where it depends on a record and none was named.
    """

    rule: str
    effect: Effect
    path: tuple[str, ...]
    condition: str
    fields: tuple[str, ...]
    masked: tuple[str, ...]
    holds: bool | None


def rules_behind(
    snapshot: Snapshot, principal: Principal, access: Access, truths: Truths | None
) -> tuple[Behind, ...]:
    """The rules that apply to the principal, whether or not they hold for the record."""
    return tuple(
        Behind(
            rule=part.rule,
            effect=Effect.ALLOW if isinstance(part, Grant) else Effect.DENY,
            path=snapshot.path(principal.names, part.subject),
            condition=written(part.formula),
            fields=tuple(sorted(part.fields)),
            masked=tuple(sorted(part.masked)) if isinstance(part, Grant) else (),
            holds=holds(part.formula, truths),
        )
        for part in parts(access)
    )


def parts(access: Access) -> Iterable[Grant | Denial]:
    """The grants and the denials that a decision is made of."""
    return chain(access.grants, access.denials)


def conditions(access: Access) -> tuple[Literal, ...]:
    """The conditions that a decision depends on, none of them negated, in the order of their names."""
    found = {
        _positive(literal)
        for part in parts(access)
        for clause in part.formula.clauses
        for literal in clause
    }
    return tuple(sorted(found, key=str))


def alone(condition: Literal) -> Formula:
    """A formula that is this condition."""
    return Formula(frozenset({frozenset({condition})}))


def holds(formula: Formula, truths: Truths | None) -> bool | None:
    """Whether a formula holds for the record; without one ``None``, unless it holds for every record."""
    if formula.is_always:
        return True
    if truths is None:
        return None
    return any(
        all(truths[_positive(literal)] is not literal.negated for literal in clause)
        for clause in formula.clauses
    )


def naming(access: Access, field: str) -> tuple[str, ...]:
    """The ids of the rules that speak of a field, those that hide whole records among them."""
    return tuple(
        part.rule
        for part in parts(access)
        if field in part.fields
        or (isinstance(part, Grant) and field in part.masked)
        or (isinstance(part, Denial) and not part.fields)
    )


def written(formula: Formula) -> str:
    """The formula as rules have it; nothing where it always holds, and ``never`` where it cannot."""
    if formula.is_always:
        return ""
    if not formula.clauses:
        return "never"
    clauses = (" and ".join(sorted(map(name_of, clause))) for clause in formula.clauses)
    return " or ".join(sorted(clauses))


def name_of(literal: Literal) -> str:
    """A condition as rules write it, with its arguments."""
    words = " ".join(map(_word, literal.arguments))
    name = f"{literal.name}({words})" if words else literal.name
    return f"not {name}" if literal.negated else name


def _word(argument: object) -> str:
    text = str(argument).removesuffix(".0")
    return f'"{text}"' if " " in text else text


def _positive(literal: Literal) -> Literal:
    return replace(literal, negated=False)
