"""Suggestion of a mapping, from a file's header: a beginning that loads, to be looked over by a person.

A column that is not recognised is listed as a comment, with what it looks like and never with a cell.
"""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from domain.importing.guide.recognised import Column, recognised
from domain.importing.guide.sampled import Sample
from domain.importing.source.csv_source import CsvSource

_PLAIN = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
PERSON = ("given_name", "family_name", "full_name")


def suggested(path: Path) -> str:
    """A mapping for the file, as YAML; raises ``UnreadableFileError``."""
    source = CsvSource(path)
    return _Suggestion(path.name, recognised(source.header()), Sample(source)).text()


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
        company = self._one("organization_name")
        if not self._all(*PERSON):
            return self._customer("ORGANIZATION", company)
        if company is None:
            return self._customer("PERSON", None)
        system = f"{self._system}.companies"
        firm = [
            "      - target: customer  # the company of each row, found again by its name",
            f"        when: {company}",
            f"        reference: {{system: {system}, id: {company}}}",
            "        department: {constant: SALES}",
            "        fields:",
            "          kind: {constant: ORGANIZATION}",
            f"          organization_name: {company}",
        ]
        link = [
            "        relationships:",
            f"          - {{type: WORKS_FOR, to: {{system: {system}, id: {company}}}}}",
        ]
        person = self._customer("PERSON", None)
        names = f"        when: {{join: [{', '.join(self._all(*PERSON))}]}}"
        return [*firm, person[0], names, *person[1:], *link]

    def _customer(self, kind: str, company: str | None) -> list[str]:
        lines = ["      - target: customer", *self._reference(company)]
        lines += ["        department: {constant: SALES}", "        fields:"]
        lines += [f"          kind: {{constant: {kind}}}", "          lifecycle: {constant: LEAD}"]
        lines += self._names(company) + self._plain(kind)
        if tags := self._all("tags"):
            lines.append(f"        tags: [{', '.join(tags)}]")
        points = list(self._points())
        return lines + (["        contact_points:", *points] if points else [])

    def _reference(self, company: str | None) -> list[str]:
        if id_ := self._one("id"):
            return [f"        reference: {id_}"]
        parts = [*([company] if company else []), *self._all("email", *PERSON)]
        parts = parts or [_quoted(column.name) for column in self._columns[:1]]
        return [
            "        # No column of ids: who changes what stands here becomes another record.",
            f"        reference: {{system: {self._system}, id: {{join: [{', '.join(parts)}]}}}}",
        ]

    def _names(self, company: str | None) -> list[str]:
        if company is not None:
            return [f"          organization_name: {company}"]
        given, family, full = (self._one(slot) for slot in PERSON)
        if given or family:
            found = (("given_name", given), ("family_name", family))
            return [f"          {field}: {column}" for field, column in found if column]
        if full:
            return [
                f"          {field}: {{column: {full}, transform: [{field}]}}"
                for field in PERSON[:2]
            ]
        return ["          organization_name: " + _quoted(self._columns[0].name)]

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

    def _all(self, *slots: str) -> list[str]:
        return [self._use(column) for column in self._columns if column.slot in slots]

    def _use(self, column: Column) -> str:
        self._used.add(column.name)
        return _quoted(column.name)


def _quoted(name: str) -> str:
    is_plain = _PLAIN.fullmatch(name) and name.lower() not in _WORDS
    return name if is_plain else json.dumps(name, ensure_ascii=False)
