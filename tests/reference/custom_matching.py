"""Custom fields: who sees which, what is said of them, and which customers a filter over them finds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from domain.declaration.field import Field
from domain.declaration.kinds import Kind
from privacy.labels import Category
from tests.reference.comparing import compare
from tests.reference.custom_fields import CONTENT, DECLARED, Declared, Item
from tests.reference.eyes import Eyes
from tests.reference.records import Row

Given = Mapping[str, Any]

FIELD = "custom_fields"


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)


KINDS: Mapping[str, tuple[str, Kind, Callable[[str], Any]]] = {
    "TEXT": ("text", Kind.TEXT, str),
    "INTEGER": ("number", Kind.DECIMAL, int),
    "DECIMAL": ("number", Kind.DECIMAL, Decimal),
    "BOOLEAN": ("boolean", Kind.BOOLEAN, lambda text: {"true": True, "false": False}[text]),
    "DATE": ("date", Kind.DATE, date.fromisoformat),
    "DATETIME": ("dateTime", Kind.TIMESTAMP, _moment),
    "CHOICE": ("choice", Kind.ENUM, str),
}
"""By declared type: what a filter says of it, how it is compared, and how a kept value is read."""

OF_SEALED = frozenset({"eq", "neq", "in", "notIn", "isNull"})


# --- who sees which ---------------------------------------------------------------------------------


def shown(eyes: Eyes, items: Sequence[Item] | None) -> Sequence[Item] | None:
    """What is left of the custom fields of a customer for the caller's purpose."""
    return items and [item for item in items if _is_covered(eyes, item.get("label", CONTENT))]


def _is_covered(eyes: Eyes, label: str) -> bool:
    if not f"{label}.".startswith("user."):
        return True
    return any(f"{label}.".startswith(f"{one}.") for one in eyes.purpose.categories)


def known(eyes: Eyes) -> dict[str, Declared]:
    """The declared fields that the purpose covers, by name."""
    return {one.name: one for one in DECLARED if _is_covered(eyes, one.label)}


def definitions(eyes: Eyes) -> list[dict[str, Any]]:
    """All for those who may declare them; for others those that they could see in some customer."""
    found = sorted(DECLARED, key=lambda one: one.name)
    if not declares(eyes):
        is_told = eyes.sees_some("customer") and eyes.withheld("customer", FIELD) is None
        found = [one for one in found if is_told and one.name in known(eyes)]
    return [
        {
            "name": one.name,
            "type": one.type,
            "sealed": one.is_sealed,
            "category": one.label,
            "choices": list(one.choices),
        }
        for one in found
    ]


def declares(eyes: Eyes) -> bool:
    """A condition is about a record, and this is about none: it allows nothing, and denies all the same."""
    denying = [r for r in eyes.rules("customer", "deny", "administer") if not r.fields]
    allowing = eyes.rules("customer", "allow", "administer")
    return not denying and any(not rule.condition for rule in allowing)


# --- what may be asked ------------------------------------------------------------------------------


def fault(eyes: Eyes, name: str, kind: str, operator: str, operand: Any) -> str | None:
    """What is wrong with a comparison, as the answer's code says it."""
    declared = known(eyes).get(name.strip())
    if declared is None or not eyes.may_use("customer", FIELD):
        return "FORBIDDEN"
    is_compared_so = kind == KINDS[declared.type][0] and (
        not declared.is_sealed or operator in OF_SEALED
    )
    if not is_compared_so:
        return "INVALID"
    if kind == "choice" and operator != "isNull":
        wanted = operand if isinstance(operand, list) else [operand]
        return None if all(one in declared.choices for one in wanted) else "INVALID"
    return None


def comparisons(given: Sequence[Given]) -> Iterator[tuple[str, str, str, Any]]:
    """Name, kind, operator and operand of each comparison in a filter over custom fields."""
    for part in given:
        for kind, operators in part.items():
            if kind != "name":
                for operator, operand in (operators or {}).items():
                    if operand is not None:
                        yield part["name"], kind, operator, operand


# --- what matches -----------------------------------------------------------------------------------


def holds_all(eyes: Eyes, row: Row, given: Sequence[Given]) -> bool:
    """Whether all comparisons hold in this customer; none does where custom fields are hidden."""
    return all(_holds(eyes, row, *comparison) for comparison in comparisons(given))


def _holds(eyes: Eyes, row: Row, name: str, kind: str, operator: str, operand: Any) -> bool:
    if fault(eyes, name, kind, operator, operand) or not eyes.is_open("customer", FIELD, row):
        return False
    declared = known(eyes)[name.strip()]
    field = Field("value", KINDS[declared.type][1], Category.CONTENT)
    return compare(field, operator, value_of(declared, row[FIELD]), operand, eyes.now)


def value_of(declared: Declared, items: Sequence[Item] | None) -> Any:
    """The value, as Python has it; none where what is kept is no value of the type."""
    kept = next((one["value"] for one in items or () if one["name"] == declared.name), None)
    if kept is None or (declared.choices and kept not in declared.choices):
        return None
    try:
        return KINDS[declared.type][2](kept)
    except (ValueError, ArithmeticError, LookupError):
        return None
