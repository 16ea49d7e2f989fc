"""``farley restore``: databases from a backup, back in service after the tombstones are replayed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.terminal import output
from api.cli.terminal.run import with_connections, with_urls

if TYPE_CHECKING:
    from api.runtime.connections import Connections
    from api.runtime.wiring import Services
    from api.settings.databases import Urls
    from privacy.tombstones.findings import TombstoneFindings, TombstoneRecords
    from privacy.tombstones.ledger import Marks
    from privacy.tombstones.tombstone import Tombstones

tombstones = typer.Typer(help="Who was erased, as ids and times.", no_args_is_help=True)


def restore(
    *,
    journal: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="Also replay this journal, of another host or from another place.",
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing: say what is to be done.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Bring databases from a backup back into service: erase again whom they brought back.

    Until this is done nothing is served from them. It can be run again, also after a kill. With --check,
    exit code 1 says that there is something to do.
    """
    from api.runtime.restoring import StillLackingError
    from api.settings.logs import configure
    from api.settings.settings import Settings

    configure(development=Settings().development)
    given, damaged = _read(journal or [])
    if damaged:
        output.note(f"{damaged} damaged lines in what was given: whom they named is not known.")
    try:
        found, unread = with_urls(
            lambda s, urls: _restore(s, urls, given, check=check), restored=True
        )
    except StillLackingError:
        output.fail("Something changed meanwhile: run this again.")
    if json:
        output.result_json({**_shown(found), "notLookedThrough": unread})
    else:
        _tell(found)
        _conclude(found, unread, check=check)
    if check and found.reasons:
        raise typer.Exit(1)


@tombstones.callback()
def of_tombstones() -> None:
    """Who was erased, as ids and times."""


@tombstones.command()
def export() -> None:
    """Print all tombstones that are known here, as a journal for `farley restore --journal`."""
    from api.settings.logs import configure
    from api.settings.settings import Settings
    from privacy.tombstones.journal_lines import encoded

    async def known(connected: Connections) -> Tombstones:
        return (await connected.guard.records.findings()).known

    configure(development=Settings().development)
    found = with_connections(known, restored=True)
    for one in sorted(found.values(), key=lambda one: (one.at, one.key)):
        output.result(encoded(one).decode().removesuffix("\n"))
    output.note(f"{len(found)} tombstones.")


def _read(paths: list[Path]) -> tuple[list[Tombstones], int]:
    from privacy.tombstones.journal import read_journal

    read = [read_journal(path) for path in paths]
    return [entries for entries, _, _ in read], sum(damaged for _, _, damaged in read)


async def _restore(
    services: Services, urls: Urls, given: list[Tombstones], *, check: bool
) -> tuple[TombstoneFindings, list[str]]:
    """What was found, and whose mentions nobody can look for any more."""
    from api.runtime.restoring import Restoring, alone

    records: TombstoneRecords = services.guard.records
    if check:
        return await records.findings(given), []
    async with alone(urls.main):
        with output.progress() as progress:
            task = progress.add_task("Replaying tombstones", total=None)
            restoring = Restoring(
                services, given, lambda done: progress.update(task, completed=done)
            )
            return await restoring.run(), restoring.not_looked_through


def _tell(found: TombstoneFindings) -> None:
    total = len(found.known)
    for name, marks, lacks in (
        ("main", found.main, len(found.main_lacks)),
        ("vault", found.vault, len(found.vault_lacks)),
    ):
        output.result(f"{name}  {_status_of(marks)}, lacks {lacks} of {total} tombstones")
    state = "missing" if found.is_journal_missing else "there"
    output.result(
        f"journal  {state}, lacks {len(found.journal_lacks)} of {total} tombstones,"
        f" {found.torn} lines torn, {found.damaged} damaged"
    )


def _status_of(marks: Marks) -> str:
    return "restored, moved, or not settled" if marks.is_moved else "as it was"


def _conclude(found: TombstoneFindings, unread: list[str], *, check: bool) -> None:
    from api.runtime.restoring import to_replay

    people = len(to_replay(found))
    if not found.reasons:
        output.note("Nothing is to be done.")
    elif check:
        output.note(f"To do: replay {people} tombstones. Run `farley restore`.")
    else:
        output.note(f"Replayed {people} tombstones. The databases are served again.")
    if unread:
        output.note(
            f"Others' records may speak again of {len(unread)} people whose keys are gone from this vault"
            " (docs/restoring.md, Mentions):"
        )
        output.note(" ".join(unread))


def _shown(found: TombstoneFindings) -> dict[str, Any]:
    from api.runtime.restoring import to_replay

    return {
        "reasons": [*found.reasons],
        "tombstones": len(found.known),
        "mainLacks": len(found.main_lacks),
        "vaultLacks": len(found.vault_lacks),
        "journalLacks": len(found.journal_lacks),
        "journalMissing": found.is_journal_missing,
        "torn": found.torn,
        "damaged": found.damaged,
        "replayed": [_person(one.tenant, one.subject, one.at) for one in to_replay(found)],
    }


def _person(tenant: str, subject: str, at: datetime) -> dict[str, str]:
    return {"tenant": tenant, "subject": subject, "at": at.isoformat()}
