"""CSV of a policy, as Casbin's own file adapter loads it, and back.

``p, subject, tenant, resource, action, purpose, condition, fields, effect`` and ``g, member, role,
tenant``; fields are separated by spaces. Casbin knows no quotes and splits at every comma that stands
outside of brackets, so a value that it would read otherwise is not written at all.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policy.changes import Policy, whole
from policy.rules import InvalidPolicyError, RoleLink, Rule

HEAD = "# p, subject, tenant, resource, action, purpose, condition, fields, effect"
_VALUES = {"p": 8, "g": 3}
_MARKS = re.compile(r"[,()\[\]]")
_CLOSING = {")": "(", "]": "["}


@dataclass(frozen=True, slots=True)
class CsvLine:
    """A line of a file, by its number from 1."""

    number: int
    values: tuple[str, ...]


def to_csv(policy: Policy, tenant: str) -> str:
    """The file; raises ``InvalidPolicyError`` for a value that Casbin would read otherwise."""
    lines = [["p", *rule.casbin(tenant)] for rule in policy.rules]
    lines += [["g", link.member, link.role, tenant] for link in policy.links]
    return "\n".join([HEAD, *map(_written, lines), ""])


def _written(values: Sequence[str]) -> str:
    line = ", ".join(values)
    if "\n" in line or "\r" in line or _reading(line) != tuple(values):
        raise InvalidPolicyError(f"Casbin would misread the line of {values[1]!r}")
    return line


def _reading(line: str) -> tuple[str, ...] | None:
    try:
        return _split(line)
    except ValueError:
        return None


def from_csv(text: str, tenant: str) -> tuple[Policy, list[CsvLine]]:
    """The whole policy of a file, and the line of each of its rules.

    Raises ``InvalidPolicyError`` with the number of the first bad line; then nothing of it is taken.
    """
    rules: list[Rule] = []
    links: list[RoleLink] = []
    seen: dict[tuple[str, ...], int] = {}
    places: list[CsvLine] = []
    for line in _lines(text):
        kind, *values = line.values
        of = values[1] if kind == "p" else values[2]
        if of != tenant:
            raise at_line(line.number, "it belongs to another tenant")
        rule = Rule.from_casbin(values) if kind == "p" else None
        key = (rule.id,) if rule else tuple(values)
        if key in seen:
            raise at_line(line.number, f"line {seen[key]} says the same already")
        seen[key] = line.number
        if rule:
            rules.append(rule)
            places.append(line)
        else:
            links.append(RoleLink(values[0], values[1]))
    return whole(rules, links), places


def tenant_of(text: str) -> str:
    """The tenant of a file's first line; raises ``InvalidPolicyError`` for a bad one."""
    for line in _lines(text):
        return line.values[2] if line.values[0] == "p" else line.values[3]
    return ""


def _lines(text: str) -> Iterator[CsvLine]:
    for number, written in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        line = written.strip()
        if not line or line.startswith("#"):
            continue
        try:
            values = _split(line)
        except ValueError:
            raise at_line(number, "its brackets do not match") from None
        wanted = _VALUES.get(values[0])
        if wanted is None:
            raise at_line(number, "it begins with neither p nor g")
        if len(values) != wanted + 1:
            raise at_line(number, f"it has {len(values) - 1} values and not {wanted}")
        if any('"' in value for value in values):
            raise at_line(number, "Casbin knows no quotes")
        yield CsvLine(number, values)


def _split(line: str) -> tuple[str, ...]:
    """As Casbin splits a line; raises ``ValueError`` where brackets do not match."""
    values: list[str] = []
    open_: list[str] = []
    start = 0
    for mark in _MARKS.finditer(line):
        found = mark.group()
        if found in "([":
            open_.append(found)
        elif found in _CLOSING:
            if not open_ or open_.pop() != _CLOSING[found]:
                raise ValueError
        elif not open_:
            values.append(line[start : mark.start()].strip())
            start = mark.end()
    if open_:
        raise ValueError
    return (*values, line[start:].strip())


def at_line(number: int, why: str) -> InvalidPolicyError:
    """The refusal of a file for one of its lines."""
    return InvalidPolicyError(f"line {number} is refused: {why}")
