"""Every code of an error is registered and explained; the page is made of the registry (item 8)."""

import os

from api.error_codes import (
    CODES,
    OF_COMMANDS,
    OF_DOCUMENTS,
    OF_EXCHANGES,
    OF_FIELDS,
    OF_INPUT,
    OF_REQUESTS,
    Codes,
)
from tests.architecture.error_codes import ROOT, used_codes

PAGE = ROOT / "docs" / "errors.md"
HEAD = """# Errors

Every error has a `code` in its `extensions` (in `userErrors`, beside the message): programs go by it, the
message is for people. No message repeats a value ([what errors say](limits.md#what-errors-say)).
This page is made of `api/error_codes.py`
(`FARLEY_TEST_WRITE=1 pytest tests/architecture/test_error_codes.py`).
"""
SECTIONS: dict[str, Codes] = {
    "Of a mutation's input (`userErrors`), and of arguments (`errors`): 200": OF_INPUT,
    "Of fields (`errors`): 200": OF_FIELDS,
    "Of documents and variables (`errors`): 200, or 400 (docs/limits.md)": OF_DOCUMENTS,
    "Of whole requests": OF_REQUESTS,
    "Of `POST /token`, where `error` has the name of RFC 6749 besides: 400": OF_EXCHANGES,
    "Of commands and of rejected lines of an import": OF_COMMANDS,
}


def page() -> str:
    parts = [HEAD]
    for title, codes in SECTIONS.items():
        has_status = any(one.status for one in codes.values())
        columns = ["code", *(["HTTP"] if has_status else []), "means", "what to do"]
        rows = [f"## {title}", "", "| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"]
        for code, one in codes.items():
            status = [str(one.status)] if has_status else []
            rows.append("| " + " | ".join([f"`{code}`", *status, one.meaning, one.remedy]) + " |")
        parts.append("\n".join(rows) + "\n")
    return "\n".join(parts)


def test_every_code_that_is_used_is_registered() -> None:
    used = used_codes()
    assert len(used) > 50
    assert {code: path for code, path in used.items() if code not in CODES} == {}


def test_no_code_is_registered_that_nothing_uses() -> None:
    source = "".join(
        p.read_text()
        for f in ("api", "domain")
        for p in (ROOT / f).rglob("*.py")
        if p.name != "error_codes.py"
    )
    assert [code for code in CODES if f'"{code}"' not in source] == []


def test_no_code_stands_in_two_sections() -> None:
    assert sum(map(len, SECTIONS.values())) == len(CODES)


def test_the_page_is_made_of_the_registry() -> None:
    if os.environ.get("FARLEY_TEST_WRITE"):
        PAGE.write_text(page())
    assert PAGE.read_text() == page()
