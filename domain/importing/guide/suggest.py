"""Suggestion of a mapping, from a file's header: a beginning that loads, to be looked over by a person.

A column that is not recognised is listed as a comment, with what it looks like and never with a cell.
"""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from domain.importing.guide.column_sample import Sample
from domain.importing.guide.header_recognition import Column, recognised
from domain.importing.source.csv_source import CsvSource
from domain.importing.source.refusal import UnreadableFileError

_PLAIN = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
PERSON = ("given_name", "family_name", "full_name")


def suggested(path: Path) -> str:
    """A mapping for the file, as YAML; raises ``UnreadableFileError``."""
    source = CsvSource(path)
    columns = recognised(source.header())
    if not any(column.is_usable for column in columns):
        raise UnreadableFileError(f"{path} has no column of a name of its own: rename its columns")
    return _Suggestion(path.name, columns, Sample(source)).text()


class _Suggestion:
    def __init__(self, file: str, columns: Sequence[Column], sample: Sample) -> None:
        self._file = file
        self._columns = columns
        self._sample = sample
        self._used: set[str] = set()
        self._system = re.sub(r"[^a-z0-9]+", "-", Path(file).stem.lower()).strip("-")[:40] or "file"

    def text(self) -> str:
        records = self._records()
        head = [
            f"# A suggestion for {_quoted(self._file)}: look it over, then try it with",
            "#   farley import --check --mapping THIS_FILE FILE.csv",
            "# `farley import describe` lists what else there is.",
            f"system: {self._system}",
            "files:",
            f"  - file: {_quoted(self._file)}",
            "    records:",
        ]
        return "\n".join([*head, *records, *self._others(), ""])

    def _records(self) -> list[str]:
        if not self._has(*PERSON, "email", "phone"):
            return self._customer("ORGANIZATION")
        if not self._has("organization_name"):
            return self._customer("PERSON")
        if not self._has(*PERSON):
            return self._customer("ORGANIZATION")
        company, system = self._one("organization_name"), f"{self._system}.companies"
        id_ = self._one("id", "company") or company
        reference = f"{{system: {system}, id: {id_}}}"
        firm = [
            f"      - target: customer  # the company of each row, found again by {id_}",
            f"        when: {company}",
            f"        reference: {reference}",
            "        department: {constant: SALES}",
            "        fields:",
            "          kind: {constant: ORGANIZATION}",
            f"          organization_name: {company}",
        ]
        link = [
            "        relationships:",
            f"          - {{type: WORKS_FOR, to: {reference}}}",
        ]
        known_by = ", ".join(self._all(*PERSON, "email"))
        person = self._customer("PERSON")
        return [*firm, person[0], f"        when: {{join: [{known_by}]}}", *person[1:], *link]

    def _customer(self, kind: str) -> list[str]:
        lines = ["      - target: customer", *self._reference(kind)]
        lines += ["        department: {constant: SALES}", "        fields:"]
        lines += [f"          kind: {{constant: {kind}}}", "          lifecycle: {constant: LEAD}"]
        lines += self._names(kind) + self._plain(kind)
        if tags := self._all("tags"):
            kept = (f"{{column: {tag}, invalid: skip}}" for tag in tags)
            lines.append(f"        tags: [{', '.join(kept)}]")
        points = list(self._points())
        return lines + (["        contact_points:", *points] if points else [])

    def _reference(self, kind: str) -> list[str]:
        ids = [column for column in self._columns if column.slot == "id"]
        order = ("person", "") if kind == "PERSON" else ("company", "", "person")
        for label in order:
            for column in ids:
                if column.label == label and self._sample.is_key(column.name):
                    return [f"        reference: {self._use(column)}"]
        slots = PERSON if kind == "PERSON" else ("organization_name",)
        parts = self._all("email", *slots) or [self._first_usable()]
        return [
            "        # No column of ids: who changes what stands here becomes another record.",
            f"        reference: {{system: {self._system}, id: {{join: [{', '.join(parts)}]}}}}",
        ]

    def _names(self, kind: str) -> list[str]:
        if kind == "ORGANIZATION":
            company = self._one("organization_name") or self._first_usable()
            return [f"          organization_name: {company}"]
        given, family = (self._one(slot) for slot in PERSON[:2])
        if given or family:
            found = (("given_name", given), ("family_name", family))
            return [f"          {field}: {column}" for field, column in found if column]
        if full := self._one("full_name"):
            return [
                f"          {field}: {{column: {full}, transform: [{field}]}}"
                for field in PERSON[:2]
            ]
        called = self._one("email") or self._one("phone")
        return [f"          family_name: {called}  # No column of names."]

    def _first_usable(self) -> str:
        return next(self._use(column) for column in self._columns if column.is_usable)

    def _plain(self, kind: str) -> list[str]:
        lines = []
        if country := self._one("country"):
            lines.append(f"country: {{column: {country}, transform: [country], invalid: skip}}")
        if language := self._one("language"):
            lines.append(f"language: {{column: {language}, invalid: skip}}")
        if kind == "PERSON" and (born := self._first("birth_date")):
            step = self._step("date", self._sample.date_form(born.name))
            lines.append(f"birth_date: {{column: {self._use(born)}{step}, invalid: skip}}")
        if made := self._first("created_at"):
            form = self._sample.time_form(made.name) or self._sample.date_form(made.name)
            step = self._step("datetime", form)
            lines.append(f"created_at: {{column: {self._use(made)}{step}, invalid: skip}}")
        return [f"          {line}" for line in lines]

    def _step(self, name: str, form: str | None) -> str:
        return "" if form is None else f', transform: [{{{name}: "{form}"}}]'

    def _points(self) -> Iterable[str]:
        for slot, kind in (("email", "EMAIL"), ("phone", "PHONE")):
            for place, column in enumerate(c for c in self._columns if c.slot == slot):
                label = f", label: {{constant: {column.label}}}" if column.label else ""
                first = ", preferred: true" if place == 0 else ""
                yield f"          - {{kind: {kind}, value: {self._use(column)}{label}{first}}}"
        for label in dict.fromkeys(c.label for c in self._columns if c.slot in {"street", "city"}):
            parts = [self._one(slot, label) for slot in ("street", "zip", "city")]
            street, zip_, city = (part or "" for part in parts)
            town = f"{{join: [{', '.join(filter(None, (zip_, city)))}]}}" if zip_ or city else ""
            said = f", label: {{constant: {label}}}" if label else ""
            whole = f"{{join: [{', '.join(filter(None, (street, town)))}], separator: ', '}}"
            yield f"          - {{kind: POSTAL, value: {whole}{said}}}"
        for slot, kind in (("website", "WEB"), ("social", "SOCIAL")):
            for name in self._all(slot):
                yield f"          - {{kind: {kind}, value: {name}}}"

    def _others(self) -> list[str]:
        left = [column.name for column in self._columns if column.name not in self._used]
        lines = [f"#   {_quoted(name)}: {self._sample.hint(name)}" for name in left]
        return ["# Not used:", *lines] if lines else []

    def _first(self, slot: str) -> Column | None:
        return next((column for column in self._columns if column.slot == slot), None)

    def _one(self, slot: str, label: str | None = None) -> str | None:
        found = (
            column
            for column in self._columns
            if column.slot == slot and (label is None or column.label == label)
        )
        column = next(found, None)
        return None if column is None else self._use(column)

    def _has(self, *slots: str) -> bool:
        return any(column.slot in slots for column in self._columns)

    def _all(self, *slots: str) -> list[str]:
        return [self._use(column) for column in self._columns if column.slot in slots]

    def _use(self, column: Column) -> str:
        self._used.add(column.name)
        return _quoted(column.name)


def _quoted(name: str) -> str:
    """As YAML reads it again: what is not seen is written by its number."""
    if _PLAIN.fullmatch(name) and name.lower() not in _WORDS:
        return name
    written = json.dumps(name, ensure_ascii=False)
    return "".join(c if c.isprintable() else _by_number(ord(c)) for c in written)


def _by_number(character: int) -> str:
    is_long = character > ord("\uffff")
    return f"\\U{character:08x}" if is_long else f"\\u{character:04x}"
