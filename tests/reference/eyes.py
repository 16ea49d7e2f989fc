"""What one caller sees, said as plainly as it can be: every rule, asked of every row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from domain.catalogue import Field, Kind, Resource
from domain.resources import RESOURCES
from policy.conditions import parse
from policy.masks import mask
from policy.principals import Principal
from policy.rules import MASK, RoleLink, Rule
from privacy.detection.findings import Finding, redact
from privacy.labels import Category
from privacy.purposes import LawfulBasis, Purpose
from privacy.redaction import Reason
from tests.reference.records import Records, Row

TEXTS = ("subject", "body")
"""What detection looks through."""


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
    rules: Sequence[Rule]
    links: Sequence[RoleLink]
    now: datetime
    _matching: dict[tuple[str, str], list[Rule]] = field(default_factory=dict)
    _seen: dict[tuple[str, str], bool] = field(default_factory=dict)
    _reasons: dict[tuple[str, str, str], Reason | None] = field(default_factory=dict)

    # --- rules --------------------------------------------------------------------------------------

    def _subjects(self) -> set[str]:
        found = {*self.principal.roles, self.principal.name}
        while more := {link.role for link in self.links if link.member in found} - found:
            found |= more
        return found

    def _rules(self, resource: str, effect: str) -> list[Rule]:
        if (resource, effect) not in self._matching:
            subjects = self._subjects()
            self._matching[resource, effect] = [
                rule
                for rule in self.rules
                if rule.resource == resource
                and rule.action == "read"
                and rule.effect == effect
                and rule.purpose in {"*", self.purpose.name}
                and rule.subject in subjects
            ]
        return self._matching[resource, effect]

    def _hold(self, rules: Iterable[Rule], row: Row) -> list[Rule]:
        return [rule for rule in rules if self._holds(rule, row)]

    def _holds(self, rule: Rule, row: Row) -> bool:
        formula = parse(rule.condition)
        if "has_consent" in formula.needs:
            customer = row["id"] if rule.resource == "customer" else row["customer_id"]
            row = row | {"has_consent": customer is not None and self._consents(customer)}
        return formula.holds(row, self.principal)

    # --- rows ---------------------------------------------------------------------------------------

    def sees_some(self, resource: str) -> bool:
        """Whether there could be a record that the caller sees."""
        denied = any(
            not rule.fields and not rule.condition for rule in self._rules(resource, "deny")
        )
        return bool(self._rules(resource, "allow")) and not denied

    def sees(self, resource: str, row: Row) -> bool:
        key = resource, row["id"]
        if key not in self._seen:
            hiding = [rule for rule in self._rules(resource, "deny") if not rule.fields]
            allowed = self._hold(self._rules(resource, "allow"), row)
            self._seen[key] = bool(allowed) and not self._hold(hiding, row)
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
        allowing = self._rules(resource, "allow")
        hiding = [rule for rule in self._rules(resource, "deny") if name in rule.fields]
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

    def _reason(self, resource: Resource, name: str, row: Row) -> Reason | None:
        if withheld := self.withheld(resource.name, name):
            return withheld
        if resource.by_name[name].is_sealed and row["lost"]:
            return Reason.ERASED
        return self._by_rules(resource, name, row)

    def _by_rules(self, resource: Resource, name: str, row: Row) -> Reason | None:
        if self._asks_consent(resource, name) and not self._consents(row[resource.subject or "id"]):
            return Reason.NO_CONSENT
        hiding = [rule for rule in self._rules(resource.name, "deny") if name in rule.fields]
        allowing = self._hold(self._rules(resource.name, "allow"), row)
        if self._hold(hiding, row):
            return Reason.DENIED
        if any(name in rule.fields for rule in allowing):
            return None
        masked = any(name + MASK in rule.fields for rule in allowing)
        return Reason.MASKED if masked else Reason.DENIED

    def _asks_consent(self, resource: Resource, name: str) -> bool:
        category = resource.by_name[name].category
        return (
            self.purpose.basis is LawfulBasis.CONSENT
            and category.value.startswith("user")
            and category is not Category.PREFERENCES
            and resource.subject is not None
            and resource.name != "member"
        )

    def _consents(self, customer: str) -> bool:
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
        opening = any(name in rule.fields for rule in self._rules(resource, "allow"))
        return opening and self.withheld(resource, name) is None

    def is_open(self, resource: str, name: str, row: Row) -> bool:
        """Whether this record may be found, ordered or summed by the field."""
        if self.withheld(resource, name):
            return False
        return self._by_rules(RESOURCES[resource], name, row) is None

    def is_partly(self, resource: str, name: str) -> bool:
        """Whether a field that may be used could be withheld in some of the records."""
        hiding = any(name in rule.fields for rule in self._rules(resource, "deny"))
        opening = all(name in rule.fields for rule in self._rules(resource, "allow"))
        return hiding or not opening or self._asks_consent(RESOURCES[resource], name)

    def is_masked(self, resource: str) -> bool:
        """Whether any field of the records could be masked."""
        named = (name for rule in self._rules(resource, "allow") for name in rule.fields)
        return any(name.endswith(MASK) for name in named)

    # --- values -------------------------------------------------------------------------------------

    def value(self, resource: str, name: str, row: Row) -> Any:
        """The field's value as the caller sees it in this record."""
        declared = RESOURCES[resource].by_name[name]
        if declared.derive is not None:
            return declared.derive(*(self.value(resource, one, row) for one in declared.sources))
        reason = self.reason(resource, name, row)
        raw = raw_value(declared, row)
        if reason is Reason.MASKED:
            return _masked(declared, raw, row)
        return None if reason else as_answered(raw)


def raw_value(declared: Field, row: Row) -> Any:
    """The stored value of a field that is not made of others."""
    return row[f"{declared.name}_id" if declared.kind is Kind.REFERENCE else declared.name]


def _masked(declared: Field, value: Any, row: Row) -> Any:
    if declared.name in TEXTS and "findings" in row:
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
