"""Audit commands: an operator puts Farley's promises to the proof."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.terminal import output
from api.cli.terminal.known_tenant import require_installation
from privacy.leak_scan.sought_values import SHORTEST

if TYPE_CHECKING:
    from privacy.leak_scan.report import Report
    from privacy.leak_scan.scanner import Scanner
    from privacy.leak_scan.sought_values import SoughtValues

FOUND, UNREAD = 1, 2

audit = typer.Typer(help="Put to the proof what Farley promises.", no_args_is_help=True)


@audit.callback()
def of_promises() -> None:
    """Put to the proof what Farley promises."""


@audit.command()
def residue(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH…",
            exists=True,
            help="Logs, dumps, directories of them; .gz, .bz2 and .xz are unpacked.",
        ),
    ] = None,
    *,
    needles: Annotated[
        str,
        typer.Option(metavar="FILE", help="The values to look for, one a line; - reads them."),
    ],
    in_databases: Annotated[
        bool, typer.Option("--databases/--no-databases", help="Search both databases.")
    ] = True,
    shortest: Annotated[
        int, typer.Option(min=1, help="Leave out values of fewer characters than this.")
    ] = SHORTEST,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Look for personal values where none may stand: databases, statistics, logs, dumps.

    Values are looked for in any case, with and without accents, composed and decomposed, in base64,
    hexadecimal, URL- and JSON-escaped. Of a find the number of the value's line and the place are
    printed, never the value. Exit code 0: nothing was found; 1: something was; 2: nothing was found,
    but not everything could be read, or the list of values cannot be used.
    """
    from api.settings.databases import InvalidSettingError
    from privacy.database import DatabaseUnavailableError
    from privacy.leak_scan.sought_values import SoughtValuesError

    try:
        wanted = _needles(needles, shortest)
        report = _search(wanted, paths or [], in_databases=in_databases)
    except (SoughtValuesError, InvalidSettingError) as error:
        output.fail(str(error), UNREAD)
    except DatabaseUnavailableError:
        output.fail("The database does not answer, or refuses the role of the audit.", UNREAD)
    _tell(report, wanted, json=json)
    if report.found or report.unread:
        raise typer.Exit(FOUND if report.found else UNREAD)


def _needles(source: str, shortest: int) -> SoughtValues:
    from privacy.leak_scan.sought_values import SoughtValuesError, read_values

    if source == "-":
        return read_values(sys.stdin.buffer, shortest)
    try:
        with Path(source).open("rb") as file:
            return read_values(file, shortest)
    except OSError as error:
        raise SoughtValuesError(f"the list of values cannot be read: {error.strerror}") from None


def _search(wanted: SoughtValues, paths: list[Path], *, in_databases: bool) -> Report:
    from privacy.leak_scan.files import search_path
    from privacy.leak_scan.report import Report
    from privacy.leak_scan.scanner import Scanner

    scanner, report = Scanner(wanted.given), Report()
    if in_databases:
        _search_databases(scanner, report)
    for path in paths:
        search_path(scanner, path, report)
    return report


def _search_databases(scanner: Scanner, report: Report) -> None:
    from api.settings.databases import audited, databases
    from api.settings.settings import Settings
    from privacy.leak_scan.tables import search_database

    settings = Settings()
    require_installation(settings)
    with databases(settings) as urls:
        where = audited(settings, urls)

        async def run() -> None:
            for name, url in (("main", where.main), ("vault", where.vault)):
                await search_database(scanner, name, url, report, where.user)

        asyncio.run(run())


def _tell(report: Report, wanted: SoughtValues, *, json: bool) -> None:
    if json:
        output.result_json(_counts(report, wanted) | {"finds": [asdict(f) for f in report.finds()]})
        return
    for find in report.finds():
        output.result(
            f"value {find.needle}: {find.place}, {find.first}: {find.form}, {find.count} times"
        )
    _note(report, wanted)


def _counts(report: Report, wanted: SoughtValues) -> dict[str, object]:
    return {
        "values": len(wanted.given),
        "tooShort": wanted.short,
        "tables": report.tables,
        "files": report.files,
        "bytes": report.size,
        "unread": report.unread,
        "closed": report.closed,
        "more": report.more,
    }


def _note(report: Report, wanted: SoughtValues) -> None:
    output.note(
        f"Looked for {len(wanted.given)} values in {report.tables} tables and {report.files} files"
        f" ({report.size // 1024} KiB)."
    )
    for text, places in (
        ("Too short to be looked for, lines", list(map(str, wanted.short))),
        ("NOT READ", report.unread),
        ("Read by superusers only", report.closed),
    ):
        if places:
            output.note(f"{text}: {', '.join(places)}.")
    if report.more:
        output.note(f"{report.more} more finds are not listed.")
