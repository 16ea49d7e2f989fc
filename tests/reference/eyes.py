"""What one caller sees, said as plainly as it can be: every rule, asked of every row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind
from domain.entities.registry import RESOURCES, SHAPES
from policy.conditions import Formula, Literal, parse
from policy.masks import mask
from policy.rules import MASK, RoleLink, Rule
from policy.subjects.principals import Principal
from privacy.detection.findings import Finding, redact
from privacy.labels import Category
from privacy.purposes import PURPOSES, LawfulBasis, Purpose
from privacy.redaction import Reason
from tests.reference.records import Records, Row

_parsed = lru_cache(parse)


class RefusedError(Exception):
    """The caller may not ask that; ``code`` is what the answer says."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(eq=False)
class Eyes:
    """One caller with one purpose, under the rules as an administrator wrote them."""

    records: Records
    principal: Principal
    purpose: Purpose
    rules_: Sequence[Rule]
    links: Sequence[RoleLink]
    now: datetime
    root: str = ""
    faults: dict[str, set[str]] = field(default_factory=dict)
    _matching: dict[tuple[str, str, str], list[Rule]] = field(default_factory=dict)
    _withheld: dict[tuple[str, str], Reason | None] = field(default_factory=dict)
    _seen: dict[tuple[str, str], bool] = field(default_factory=dict)
    _reasons: dict[tuple[str, str, str], Reason | None] = field(default_factory=dict)

    # --- rules --------------------------------------------------------------------------------------

    def with_purpose(self, name: str) -> "Eyes":
        """The same caller, asking for something else."""
        purpose = PURPOSES[name]
        return Eyes(self.records, self.principal, purpose, self.rules_, self.links, self.now)

    def roles(self) -> set[str]:
        """The caller's roles, with those that they have through others."""
        return self._with_links({*self.principal.roles})

    def _with_links(self, found: set[str]) -> set[str]:
        while more := {link.role for link in self.links if link.member in found} - found:
            found |= more
        return found

    def rules(self, resource: str, effect: str, action: str = "read") -> list[Rule]:
        """The rules that speak of the caller."""
        key = resource, effect, action
        if key not in self._matching:
            subjects = self._with_links({*self.principal.roles, self.principal.name})
            self._matching[key] = [
                rule
                for rule in self.rules_
                if rule.resource == resource
                and rule.action == action
                and rule.effect == effect
                and rule.purpose in {"*", self.purpose.name}
                and rule.subject in {*subjects, "*"}
            ]
        return self._matching[key]

    def hold(self, rules: Iterable[Rule], row: Row) -> list[Rule]:
        """Those whose conditions the record meets."""
        return [rule for rule in rules if self._holds(rule, row)]

    def _holds(self, rule: Rule, row: Row) -> bool:
        formula = _parsed(rule.condition)
        return formula.holds(
            self._known(formula, rule, row), self._in_all_roles(), SHAPES[rule.resource]
        )

    def _in_all_roles(self) -> Principal:
        """The principal with the roles that it has through others."""
        roles = frozenset(self._with_links({*self.principal.roles, self.principal.name}))
        return replace(self.principal, roles=roles - {self.principal.name})

    def _known(self, formula: Formula, rule: Rule, row: Row) -> Row:
        if "has_consent" not in formula.needs:
            return row
        customer = row["id"] if rule.resource == "customer" else row["customer_id"]
        return row | {"has_consent": customer is not None and self.consents(customer)}

    def _denies_unrestricted(self, rule: Rule, row: Row) -> bool:
        """Whether the rule would hold even if it said nothing of people whose data are restricted."""
        restricted = Literal("not_restricted", negated=True)
        formula = _parsed(rule.condition)
        others = Formula(frozenset(one for one in formula.clauses if restricted not in one))
        return others.holds(
            self._known(formula, rule, row), self._in_all_roles(), SHAPES[rule.resource]
        )

    # --- rows ---------------------------------------------------------------------------------------

    def sees_some(self, resource: str) -> bool:
        """Whether there could be a record that the caller sees."""
        return self.may_some(resource, "read")

    def may_some(self, resource: str, action: str) -> bool:
        """Whether there could be a record with which the caller may do that."""
        denying = self.rules(resource, "deny", action)
        denied = any(not rule.fields and not rule.condition for rule in denying)
        return bool(self.rules(resource, "allow", action)) and not denied

    def may(self, resource: str, row: Row, action: str) -> bool:
        """Whether the caller may do that with this record."""
        hiding = [rule for rule in self.rules(resource, "deny", action) if not rule.fields]
        allowed = self.hold(self.rules(resource, "allow", action), row)
        return bool(allowed) and not self.hold(hiding, row)

    def sees(self, resource: str, row: Row) -> bool:
        key = resource, row["id"]
        if key not in self._seen:
            self._seen[key] = self.may(resource, row, "read")
        return self._seen[key]

    def seen(self, resource: str) -> list[Row]:
        return [row for row in self.records.of(resource) if self.sees(resource, row)]

    def behind(self, resource: str, id_: str | None) -> Row | None:
        """The record of that id, if the caller sees it."""
        row = self.records.found(resource, id_)
        return row if row is not None and self.sees(resource, row) else None

    # --- fields -------------------------------------------------------------------------------------

    def withheld(self, resource: str, name: str) -> Reason | None:
        """Why no record at all shows the field."""
        key = resource, name
        if key not in self._withheld:
            self._withheld[key] = self._why_withheld(resource, name)
        return self._withheld[key]

    def _why_withheld(self, resource: str, name: str) -> Reason | None:
        allowing = self.rules(resource, "allow")
        hiding = [rule for rule in self.rules(resource, "deny") if name in rule.fields]
        named = any(name in rule.fields or name + MASK in rule.fields for rule in allowing)
        if not named or any(not rule.condition for rule in hiding):
            return Reason.DENIED
        category = RESOURCES[resource].by_name[name].category
        return None if self.purpose.covers(category) else Reason.PURPOSE

    def reason(self, resource: str, name: str, row: Row) -> Reason | None:
        """Why this record does not show the field; none where it is open."""
        key = resource, name, row["id"]
        if key not in self._reasons:
            self._reasons[key] = self._reason(RESOURCES[resource], name, row)
        return self._reasons[key]

    def _reason(self, resource: Entity, name: str, row: Row) -> Reason | None:
        if withheld := self.withheld(resource.name, name):
            return withheld
        if resource.by_name[name].is_sealed and row["lost"]:
            return Reason.ERASED
        return self.by_rules(resource, name, row)

    def by_rules(self, resource: Entity, name: str, row: Row) -> Reason | None:
        """Why this record does not show a field that others show, whether it still has it or not."""
        if self.asks_consent(resource, name) and not self._is_consented(resource, row):
            return Reason.NO_CONSENT
        hiding = [rule for rule in self.rules(resource.name, "deny") if name in rule.fields]
        allowing = self.hold(self.rules(resource.name, "allow"), row)
        if any(self._denies_unrestricted(rule, row) for rule in hiding):
            return Reason.DENIED
        is_open = any(name in rule.fields for rule in allowing)
        if not is_open and not any(name + MASK in rule.fields for rule in allowing):
            return Reason.DENIED
        if self.hold(hiding, row):
            return Reason.RESTRICTED
        return None if is_open else Reason.MASKED

    def asks_consent(self, resource: Entity, name: str) -> bool:
        """Whether the field is shown of those only who gave their consent."""
        category = resource.by_name[name].category
        return (
            self.purpose.basis is LawfulBasis.CONSENT
            and category.value.startswith("user")
            and category is not Category.PREFERENCES
            and resource.subject is not None
            and resource.name != "member"
        )

    def _is_consented(self, resource: Entity, row: Row) -> bool:
        """What is nobody's needs no consent."""
        is_nobodys = resource.subject == "subject_id" and row["customer_id"] is None
        return is_nobodys or self.consents(row[resource.subject or "id"])

    def consents(self, customer: str) -> bool:
        """Whether the customer has given consent to the purpose, and it holds."""
        return any(
            row["customer_id"] == customer
            and row["purpose"] == self.purpose.name
            and row["status"] == "GRANTED"
            and (row["expires_at"] is None or row["expires_at"] > datetime.now(UTC))
            for row in self.records.of("consent")
        )

    # --- using a field for anything but showing it --------------------------------------------------

    def require(self, resource: str, name: str) -> None:
        """Raise ``RefusedError`` unless there could be a record in which the field is open."""
        if not self.may_use(resource, name):
            raise RefusedError("FORBIDDEN")

    def may_use(self, resource: str, name: str) -> bool:
        opening = any(name in rule.fields for rule in self.rules(resource, "allow"))
        return opening and self.withheld(resource, name) is None

    def is_open(self, resource: str, name: str, row: Row) -> bool:
        """Whether this record may be found, ordered or summed by the field."""
        if self.withheld(resource, name):
            return False
        return self.by_rules(RESOURCES[resource], name, row) is None

    def note(self, code: str | None) -> None:
        """Remember that the present root field is refused, and go on: more may be wrong with it."""
        if code is not None:
            self.faults.setdefault(self.root, set()).add(code)

    # --- values -------------------------------------------------------------------------------------

    def value(self, resource: str, name: str, row: Row) -> Any:
        """The field's value as the caller sees it in this record."""
        declared = RESOURCES[resource].by_name[name]
        if declared.derive is not None:
            values = [self.value(resource, one, row) for one in declared.sources]
            return declared.derive(*([row["id"]] if declared.derives_by_id else []), *values)
        reason = self.reason(resource, name, row)
        raw = raw_value(declared, row)
        if reason is Reason.MASKED:
            return _masked(RESOURCES[resource], declared, raw, row)
        if reason is None and raw is not None and declared.kind is Kind.PLACE:
            return {"latitude": raw[0] / 10, "longitude": raw[1] / 10}
        return None if reason else as_answered(raw)


def raw_value(declared: Field, row: Row) -> Any:
    """The stored value of a field that is not made of others."""
    return row[f"{declared.name}_id" if declared.kind is Kind.REFERENCE else declared.name]


def _masked(resource: Entity, declared: Field, value: Any, row: Row) -> Any:
    if declared.detect and "findings" in resource.by_name:
        return _without_findings(value, row["findings"], declared.name)
    return mask(declared.category, value)


def _without_findings(text: str | None, found: Mapping[str, Any] | None, name: str) -> str | None:
    """A text that was not looked through shows nothing at all."""
    if text is None or found is None:
        return None
    return redact(text, [Finding(**one) for one in found[name]])


def as_answered(value: Any) -> Any:
    """Times as RFC 3339 text without trailing zeros, days and decimals as text."""
    if isinstance(value, datetime):
        head, dot, fraction = value.replace(tzinfo=None).isoformat().partition(".")
        return head + (dot + fraction.rstrip("0") if dot else "") + "+00:00"
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else value
