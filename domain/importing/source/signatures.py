"""Signatures of files that are no CSV, whatever they are called; each with the way to get CSV of it."""

import re

from domain.importing.source.refusal import UnreadableFileError

HEAD_BYTES = 1024
_SHEET = "open it in a spreadsheet and save the sheet as CSV (UTF-8)"
_UNPACK = "unpack it, and give the CSV file that is in it"
_EXPORT = "export it as CSV"
_ZIP = b"PK\x03\x04"
_BINARY = (
    (b"PK\x05\x06", "an empty ZIP archive", _EXPORT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook of the old kind (.xls)", _SHEET),
    (b"\x1f\x8b", "compressed (gzip)", _UNPACK),
    (b"BZh", "compressed (bzip2)", _UNPACK),
    (b"\xfd7zXZ\x00", "compressed (xz)", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "compressed (zstd)", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "an archive (7z)", _UNPACK),
    (b"Rar!\x1a\x07", "an archive (RAR)", _UNPACK),
    (b"%PDF-", "a PDF", "ask for the data as CSV"),
    (b"SQLite format 3\x00", "a database (SQLite)", _EXPORT),
    (b"PAR1\x15", "a Parquet file", _EXPORT),
    (b"\x89PNG\r\n", "a picture", _EXPORT),
    (b"\xff\xd8\xff", "a picture", _EXPORT),
    (b"GIF8", "a picture", _EXPORT),
    (b"{\\rtf", "a text document (RTF)", _SHEET),
)
_TEXT = (
    (re.compile(rb"(<!doctype\s+html|<html|<table|<head|<meta)\b", re.IGNORECASE), "HTML", _SHEET),
    (re.compile(rb"<\?xml\s", re.IGNORECASE), "XML", _SHEET),
    (re.compile(rb"(\[\s*)?\{\s*[\"}]|\[\s*\]"), "JSON", _EXPORT),
    (
        re.compile(rb"BEGIN:V(CARD|CALENDAR)", re.IGNORECASE),
        "a file of vCards or appointments",
        _EXPORT,
    ),
    (
        re.compile(rb"(MIME-Version|Content-Type):", re.IGNORECASE),
        "a web archive or a mail",
        _SHEET,
    ),
)
_BEFORE = b"\xef\xbb\xbf \t\r\n"


def refuse_what_is_no_csv(path: object, head: bytes) -> None:
    """Raise ``UnreadableFileError`` where the first bytes are those of another kind of file."""
    found = _found(head)
    if found is not None:
        what, remedy = found
        raise UnreadableFileError(f"{path} is no CSV but {what}: {remedy}. Nothing was written")


def _found(head: bytes) -> tuple[str, str] | None:
    if head.startswith(_ZIP):
        is_sheet = any(name in head for name in (b"[Content_Types]", b"xl/", b"opendocument"))
        return ("a workbook (.xlsx, .ods)", _SHEET) if is_sheet else ("a ZIP archive", _UNPACK)
    for start, what, remedy in _BINARY:
        if head.startswith(start):
            return what, remedy
    text = head.replace(b"\0", b"").lstrip(_BEFORE + b"\xff\xfe")
    for pattern, what, remedy in _TEXT:
        if pattern.match(text):
            return what, remedy
    return None
