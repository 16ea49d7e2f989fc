"""Faults that could creep into the compiler, each a small change of one function's own source."""

import inspect
import sys
import textwrap
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import pytest

from domain.access.effective_access import EffectiveAccess
from domain.access.row_visibility import FieldVisibility
from domain.writing import permission
from policy import compiler
from policy.access import Access, BreakGlassAccess
from policy.compiler import Snapshot
from policy.conditions import Formula, Literal, parse, parser
from policy.subjects.principals import Principal


@dataclass(frozen=True, slots=True)
class Fault:
    """``old`` stands in the source of ``owner.name``, and ``new`` takes its place."""

    what: str
    owner: Any
    name: str
    old: str
    new: str

    def seed(self, patch: pytest.MonkeyPatch) -> None:
        """Put the fault in until the patch is undone."""
        function = _function(inspect.getattr_static(self.owner, self.name))
        source = textwrap.dedent(inspect.getsource(function))
        assert self.old in source, f"{self.name} has changed: write the fault “{self.what}” anew"
        names: dict[str, Any] = {}
        module = vars(sys.modules[function.__module__])
        exec(source.replace(self.old, self.new), module, names)  # noqa: S102 - our own source, changed by what stands below
        patch.setattr(self.owner, self.name, names[self.name])
        forget_formulas()


def forget_formulas() -> None:
    """Have every condition parsed again."""
    parse.cache_clear()


def _function(found: Any) -> FunctionType:
    """What stands behind a property."""
    function = found.fget if isinstance(found, property) else found
    assert isinstance(function, FunctionType)
    return function


FOUND = "self._numbers.get((subject, resource, action), ())"
LINKED = "roles.setdefault(link.member, set()).add(link.role)"


def _found(where: str) -> str:
    return f"[n for n, r in enumerate(self._rules) if {where}]"


FAULTS = (
    # Rules.
    Fault("denials are dropped", Snapshot, "_compile", "r.effect == Effect.DENY", "False"),
    Fault(
        "only the first rule may allow",
        Snapshot,
        "_compile",
        "in matching if r.effect == Effect.ALLOW",
        "in matching[:1] if r.effect == Effect.ALLOW",
    ),
    Fault(
        "rules of other purposes count",
        Snapshot,
        "_compile",
        "if rule.purpose in {ANY_PURPOSE, purpose}",
        "",
    ),
    Fault("the star is no purpose", Snapshot, "_compile", "{ANY_PURPOSE, purpose}", "{purpose}"),
    Fault(
        "rules of other actions count",
        Snapshot,
        "_compile",
        FOUND,
        _found("(r.subject, r.resource) == (subject, resource)"),
    ),
    Fault(
        "rules of other resources count",
        Snapshot,
        "_compile",
        FOUND,
        # Those without a condition: one that does not fit the other resource could not be asked.
        _found(
            "(r.subject, r.action) == (subject, action)"
            " and (r.resource == resource or r.resource == 'customer' and not r.condition)"
        ),
    ),
    Fault(
        "rules of other subjects count",
        Snapshot,
        "_compile",
        FOUND,
        _found("(r.resource, r.action) == (resource, action)"),
    ),
    # Roles.
    Fault(
        "links are followed once",
        Snapshot,
        "subjects",
        "while waiting:",
        "waiting += [p for name in waiting for p in self._parents.get(name, ())]\n"
        "    return frozenset(waiting)\n"
        "    while waiting:",
    ),
    Fault(
        "links are followed ten deep",
        Snapshot,
        "subjects",
        "if name not in found:",
        "if name not in found and len(found) < 10:",
    ),
    Fault("a principal's own rules are forgotten", Principal, "names", "self.name, ", ""),
    Fault("rules of everybody are nobody's", Principal, "names", ", EVERYBODY", ""),
    Fault(
        "a member has no parents but the last",
        compiler,
        "_parents",
        LINKED,
        "roles[link.member] = {link.role}",
    ),
    Fault(
        "links are turned round",
        compiler,
        "_parents",
        LINKED,
        "roles.setdefault(link.role, set()).add(link.member)",
    ),
    Fault(
        "a cycle is let through", compiler, "_parents", "TopologicalSorter(roles).prepare()", "pass"
    ),
    Fault(
        "shares with roles had through others do not count",
        Principal,
        "grantees",
        "self.roles | self.inherited",
        "self.roles",
    ),
    Fault(
        "roles had through others are another policy's",
        Snapshot,
        "_with_roles",
        "self.subjects(own) - own",
        "principal.inherited",
    ),
    # Fields.
    Fault(
        "masked fields are open",
        compiler,
        "_grant",
        "name for name in rule.fields if not name.endswith(MASK)",
        "name.removesuffix(MASK) for name in rule.fields",
    ),
    Fault("masks are forgotten", compiler, "_grant", "if name.endswith(MASK)", "if False"),
    Fault(
        "a field that one grant opens is open in all rows",
        Access,
        "field",
        "ALWAYS if len(naming) == len(self.grants) > 0 else _any(naming)",
        "ALWAYS if naming else _any(naming)",
    ),
    Fault(
        "a field is denied nowhere",
        Access,
        "field",
        "_any(d.formula for d in self.denials if name in d.fields)",
        "_any(())",
    ),
    Fault("a denial of fields hides the row", Access, "_hidden", "if not denial.fields", ""),
    Fault(
        "a denial of fields hides the row of writing",
        Access,
        "allows",
        "if not denial.fields",
        "",
    ),
    Fault("what is denied is written", Access, "writable", "opened - hidden", "opened"),
    Fault(
        "fields are written in rows that are not shown",
        Access,
        "writable",
        "if not self.allows(row, principal):",
        "if False:",
    ),
    Fault(
        "a grant opens its fields in every row",
        Access,
        "writable",
        "if grant.formula.holds(row, principal, self.shape)",
        "",
    ),
    Fault(
        "open wins over denied",
        FieldVisibility,
        "code",
        '("DENIED", _code(decision.denied',
        '("None", _code(decision.denied',
    ),
    Fault(
        "open wins over restricted",
        FieldVisibility,
        "code",
        '("RESTRICTED", _code(decision.restricted',
        '("None", _code(decision.restricted',
    ),
    Fault(
        "hidden fields are compared", EffectiveAccess, "usable", "decision.hidden != NEVER", "False"
    ),
    # Rows.
    Fault("nothing is everything", Access, "where", "sa.false()\n", "sa.true()\n"),
    Fault("rows are denied nowhere", Access, "where", "if self._hidden == NEVER:", "if True:"),
    Fault(
        "NULL is forgotten where a rule denies",
        Access,
        "where",
        "sa.func.coalesce(self._hidden.sql(table, self.shape), sa.false())",
        "self._hidden.sql(table, self.shape)",
    ),
    Fault(
        "NULL is forgotten where a condition is negated",
        Literal,
        "sql",
        "sa.func.coalesce(expression, sa.false())",
        "expression",
    ),
    Fault(
        "NULL is forgotten where a field is compared",
        EffectiveAccess,
        "usable",
        "sa.func.coalesce(hidden, sa.false())",
        "hidden",
    ),
    Fault(
        "a grant's formula is not asked",
        Access,
        "allows",
        "grant.formula.holds(row, principal, self.shape) for grant",
        "True for grant",
    ),
    # Conditions.
    Fault(
        "negation is dropped in parsing",
        parser._Parser,
        "_one",
        "~found if is_negated else found",
        "found",
    ),
    Fault("negation is dropped in SQL", Literal, "sql", "if self.negated:", "if False:"),
    Fault("negation is dropped in Python", Literal, "holds", " is not self.negated", ""),
    Fault("and is or in SQL", Formula, "sql", "sa.and_(", "sa.or_(sa.false(), "),
    Fault("and is or in Python", Formula, "holds", "all(", "any("),
    Fault(
        "or is and in SQL",
        Formula,
        "sql",
        "sa.or_(\n        sa.false()",
        "sa.and_(\n        sa.true()",
    ),
    Fault("the unknown allows", Literal, "holds", "return unknown", "return True"),
    Fault("the unknown is not denied", Literal, "holds", "return unknown", "return False"),
    Fault(
        "of two formulas one is enough",
        Formula,
        "__or__",
        "self.clauses | other.clauses",
        "other.clauses",
    ),
    Fault(
        "departments are compared with partners",
        Principal,
        "binds",
        "self.department_id",
        "self.partner_account_id",
    ),
    # Writing.
    Fault(
        "the new row is not checked",
        permission,
        "permit",
        "for row in rows)",
        "for row in list(rows)[:1])",
    ),
    Fault(
        "the old row is not checked",
        permission,
        "permit",
        "for row in rows)",
        "for row in list(rows)[1:])",
    ),
    Fault(
        "another row's rule is asked",
        permission,
        "permit",
        "access.allows(row, principal)",
        "access.allows(list(rows)[0], principal)",
    ),
    Fault(
        "the fields written are not checked",
        permission,
        "permit",
        "wanted - access.writable(row, principal)",
        "wanted - wanted",
    ),
    Fault(
        "the purpose does not count",
        permission,
        "_require_purpose",
        "if not purpose.covers(",
        "if False and purpose.covers(",
    ),
)
FAULTS_OF_OPENING = (
    Fault(
        "rows are opened that are not read",
        BreakGlassAccess,
        "where",
        "self.reading.where(table), ",
        "",
    ),
    Fault(
        "every row that is read is opened",
        BreakGlassAccess,
        "where",
        ", self.adding.where(table)",
        "",
    ),
    Fault(
        "what opening adds is not shown",
        BreakGlassAccess,
        "field",
        "read.open | added.open",
        "read.open",
    ),
    Fault(
        "what reading shows is lost",
        BreakGlassAccess,
        "field",
        "read.open | added.open",
        "added.open",
    ),
    Fault(
        "opening shows what reading denies",
        BreakGlassAccess,
        "field",
        "read.hidden | added.hidden",
        "added.hidden",
    ),
    Fault(
        "a denial of opening is forgotten",
        BreakGlassAccess,
        "field",
        "read.hidden | added.hidden",
        "read.hidden",
    ),
    Fault("opening is decided by its own rules alone", Snapshot, "_decide", "!= Action.OPEN", ""),
)
