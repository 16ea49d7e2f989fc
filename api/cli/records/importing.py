"""``farley import``: the files themselves, and beside them what helps to write a mapping."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from api.cli.records.import_ import USAGE, import_files
from api.cli.terminal import output

FILES = "files"


class _FilesOrCommand(TyperGroup):
    """What does not begin with the name of a command is for the import itself."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, *self.get_help_option_names(ctx)}:
            args = [FILES, *args]
        return super().parse_args(ctx, args)


imports = typer.Typer(
    cls=_FilesOrCommand,
    no_args_is_help=True,
    help="Import CSV files: `farley import --mapping mapping.yaml FILE.csv…` (`farley import files --help`"
    " lists its options).",
)
imports.command(FILES)(import_files)


@imports.command()
def describe(
    target: Annotated[
        str | None, typer.Argument(help="customer, interaction, opportunity, member, …")
    ] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """List what a mapping may fill: each part with its type, its values, an example, and whether it is
    sealed.
    """
    from domain.entities.registry import BUILT_IN
    from domain.importing.guide.describe import described, targets

    known = targets(BUILT_IN)
    if target is not None and target not in known:
        output.fail(f"There is no target {target}; there are {', '.join(known)}.", USAGE)
    parts = described(BUILT_IN, target)
    if json:
        output.result_json({"parts": parts})
        return
    for name in known:
        mine = [part for part in parts if part.target == name]
        if mine:
            output.result("\n".join([name, *(f"  {part.shown}" for part in mine), ""]))


@imports.command()
def suggest(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Whose header is read.")],
    *,
    output_file: Annotated[
        Path | None, typer.Option("--output", help="Write it there; not over a file that is there.")
    ] = None,
) -> None:
    """Write a mapping for a file, from the names of its columns: a beginning, to be looked over."""
    from domain.importing.guide.suggest import suggested
    from domain.importing.source.refusal import UnreadableFileError

    try:
        text = suggested(file)
    except UnreadableFileError as error:
        output.fail(str(error), USAGE)
    if output_file in {None, Path("-")}:
        output.result(text.rstrip("\n"))
        return
    try:
        with output_file.open("x", encoding="utf-8") as made:
            made.write(text)
    except FileExistsError:
        output.fail(f"{output_file} is there already: name another file with --output.", USAGE)
    except OSError as error:
        output.fail(f"{output_file} cannot be written ({error.strerror}).", USAGE)
    output.note(f"{output_file}: look it over, then try it with `farley import --check`.")
