"""Import of files, as a mapping says: the run behind ``farley import``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.terminal import output
from api.cli.terminal.garbage_collection import collect_seldom
from api.cli.terminal.run import with_services

if TYPE_CHECKING:
    from rich.progress import Progress

    from api.runtime.wiring import Services
    from domain.importing.plan import FilePlan
    from domain.importing.run import FileResult, ImportRun

USAGE = 2
REJECTED = 3


def import_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILE.csv…", help="What to import.")],
    mapping: Annotated[Path, typer.Option(help="The YAML file that says which column goes where.")],
    rejects: Annotated[
        Path | None, typer.Option(help="Where rejects files go, instead of beside the files.")
    ] = None,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Validate everything and write nothing but the report.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Import CSV files, as a mapping says.

    Each row is validated; what cannot be taken in is listed, with its line and the reason and
    without its values, in FILE.csv.rejects.csv. Records are found again by their external
    references, so that a second run changes nothing, and an interrupted one is resumed by running
    it again. Exit code 0: everything is in; 3: some rows were rejected; 2: the mapping or a file
    cannot be used, and nothing was written.
    """
    from domain.entities.registry import BUILT_IN
    from domain.importing.mapping.document import MappingError
    from domain.importing.mapping.mapping_file import parse_mapping
    from domain.importing.plan import plan_import
    from domain.importing.source.refusal import UnreadableFileError

    try:
        plans = plan_import(parse_mapping(mapping, BUILT_IN), files)
        _require_places(plans, rejects)
        results = with_services(lambda services: _import(services, plans, rejects, check=check))
    except (MappingError, UnreadableFileError) as error:
        output.fail(str(error), USAGE)
    _report(results, check=check, json=json)
    if any(result.rejected for result in results):
        raise typer.Exit(REJECTED)


def _require_places(plans: Sequence[FilePlan], rejects: Path | None) -> None:
    """End where the report could not be written: before anything is."""
    for place in {rejects or plan.source.path.parent for plan in plans}:
        if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
            output.fail(
                f"Nothing can be written into {place}: name a directory with --rejects.", USAGE
            )


async def _import(
    services: Services, plans: Sequence[FilePlan], rejects: Path | None, *, check: bool
) -> list[FileResult]:
    from domain.importing.run import ImportRun
    from domain.importing.write.batches import BulkWriter
    from domain.storage.housekeeping import tidy_tokens

    caller, region = await services.acting(services.own_tenant)
    collect_seldom()
    run = ImportRun(BulkWriter(services.stores, caller, region, check=check))
    with _progress() as progress:
        results = [await _file(run, plan, rejects, progress) for plan in plans]
    if not check:
        await tidy_tokens(services.stores.engine)
    return results


async def _file(
    run: ImportRun, plan: FilePlan, rejects: Path | None, progress: Progress
) -> FileResult:
    path = plan.source.path
    task = progress.add_task(path.name, total=plan.source.size, rows=0)
    rejects_path = (rejects or path.parent) / f"{path.name}.rejects.csv"
    return await run.file(
        plan,
        rejects_path,
        lambda rows, position: progress.update(task, completed=position, rows=rows),
    )


def _progress() -> Progress:
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[rows]} rows"),
        TimeRemainingColumn(),
        console=output.console,
        disable=not output.console.is_terminal,
    )


def _report(results: Sequence[FileResult], *, check: bool, json: bool) -> None:
    if json:
        said = {"files": [asdict(result) for result in results]}
        output.result_json(said | ({"checked": True} if check else {}))
        return
    for result in results:
        _tell(result)
    if check:
        output.note("This was a check: nothing was written.")


def _tell(result: FileResult) -> None:
    output.note(
        f"{result.file}: {result.rows} rows; {result.created} records created,"
        f" {result.updated} updated, {result.unchanged} unchanged, {result.rejected} rejected."
    )
    aside = f"; {result.blank_rows} empty rows passed over" if result.blank_rows else ""
    output.note(f"Read as {result.encoding}, parted by {result.delimiter}{aside}.")
    if result.rejects_file:
        output.note(f"What was rejected, and why: {result.rejects_file}")
    if result.notes_file:
        output.note(
            f"{result.skipped} values left out, {result.warnings} warnings: {result.notes_file}"
        )
