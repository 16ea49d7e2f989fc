"""``farley keys``: rotation and status of the keys."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from api.cli.terminal import output
from api.cli.terminal.run import with_services, with_urls

if TYPE_CHECKING:
    from api.runtime.wiring import Services
    from api.settings.databases import Urls
    from domain.keys.replace_index_root import Reindexed
    from domain.keys.reseal import Resealed
    from domain.keys.verify import Broken
    from privacy.database import TenantPool
    from privacy.vault.key_status import KeyStatus
    from privacy.vault.rotation import Rotated

Result = TypeVar("Result")

BROKEN_SHOWN_MAX = 1_000

keys = typer.Typer(
    help="The vault's keys: how they stand, and newer ones in their place.", no_args_is_help=True
)
rotate = typer.Typer(help="A newer key, and the older one gone.", no_args_is_help=True)
keys.add_typer(rotate, name="rotate")

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@keys.command()
def status(*, json: Json = False) -> None:
    """Print how the tenant's keys stand, and whether a rotation has anything left to do."""
    found, (older, total) = with_services(_status)
    if json:
        rows = {"older_rows": older, "rows": total}
        output.result_json({**asdict(found), **rows, "settled": found.is_settled})
        return
    for one in found.tenant_keys:
        root = "" if one.is_under_newest_root else "  under an older root: farley keys rewrap"
        wraps = f"  wraps {one.subject_keys} keys" if one.use == "seal" else ""
        step = (
            f"  {one.step}  {older} of {total} rows to do: farley keys reindex" if one.step else ""
        )
        at = f"{one.created_at:%Y-%m-%d %H:%M}"
        output.result(f"{one.use}  {one.version}  {at}{wraps}{step}{root}")
    output.result(f"people  {found.people}  destroyed  {found.destroyed}")
    if found.unfinished:
        output.result(f"unfinished  {found.unfinished}  farley keys reseal goes on with them")


@rotate.command("tenant")
def rotate_tenant_key(*, json: Json = False) -> None:
    """Make a newer tenant key, wrap all people's keys with it, and delete the older one.

    No data is touched and everything is served meanwhile. Run it again after a crash: it goes on.
    """
    done = _alone(_rotate)
    if json:
        output.result_json(asdict(done))
    else:
        output.note(f"Version {done.version}: {done.rewrapped} keys, {done.retired} older gone.")


@keys.command()
def rewrap(*, json: Json = False) -> None:
    """Wrap the tenant's keys with the newest root key. The older root is needed until then."""
    done = _alone(_rewrap)
    if json:
        output.result_json({"rewrapped": done})
    else:
        output.note(f"Wrapped {done} keys with the newest root key.")


@keys.command()
def reseal(
    *,
    subject: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only this customer or member.")
    ] = None,
    before: Annotated[
        datetime | None,
        typer.Option(help="Only keys made before (UTC); a stopped run goes on with its own time."),
    ] = None,
    background: Annotated[
        bool, typer.Option("--background", help="Let the worker do it: with --subject.")
    ] = False,
    json: Json = False,
) -> None:
    """Give people new keys, seal their rows with them, and delete the older keys.

    All people, unless some are named. What an interrupted run left half done is brought to its end.
    """
    from domain.values import clock

    people = [_subject_id(one) for one in subject or ()]
    if background:
        if not people:
            output.fail("Name them: --background goes with --subject.", 2)
        with_services(partial(_enqueue, people=people))
        output.note(f"The worker gives {len(people)} people new keys.")
        return
    limit = before.replace(tzinfo=UTC) if before else clock.now()
    if not people:
        output.note(f"To go on after a stop: farley keys reseal --before {limit:%Y-%m-%dT%H:%M:%S}")
    done = _alone(partial(_reseal, people=people, before=limit))
    if json:
        output.result_json(asdict(done))
    else:
        output.note(f"{done.people} people, {done.rows} rows, {done.dropped} older keys gone.")


@keys.command()
def reindex(*, json: Json = False) -> None:
    """Make a newer index root, make all tags and tokens anew under it, and delete the older root.

    Everything is found and served meanwhile. Run it again after a crash: it goes on. All servers and
    workers must be of this version or later. Rows of which nothing can be made anew are named.
    """
    from domain.keys.replace_index_root import NotReindexedError

    try:
        done = _alone(_reindex)
    except NotReindexedError as error:
        for row in error.rows[:BROKEN_SHOWN_MAX]:
            output.result(row)
        output.fail(
            f"{error}: the older root is kept. See farley keys verify, then run this again."
        )
    if json:
        output.result_json(asdict(done))
    else:
        output.note(f"Root {done.version} is alone: {done.records} records were made anew.")


@keys.command()
def verify(
    *,
    sample: Annotated[int, typer.Option(min=1, help="So many rows of each table.")] = 1_000,
    everything: Annotated[bool, typer.Option("--all", help="All rows.")] = False,
    json: Json = False,
) -> None:
    """Open sealed rows, and report those that do not open: table, row, person. Exit code 1 if any.

    The same where tags or tokens are of an index root that is not the vault's: nothing finds them.
    """
    rows, broken, lost = with_services(partial(_verify, sample=None if everything else sample))
    if json:
        shown = [asdict(one) for one in broken]
        output.result_json({"rows": rows, "broken": shown, "not_found": lost})
    else:
        for one in broken[:BROKEN_SHOWN_MAX]:
            output.result(f"{one.table}  {one.row}  {one.subject}  {one.reason}")
        output.note(f"{rows} rows, of which {len(broken)} do not open.")
        if lost:
            output.note(f"{lost} tags and tokens are of another index root: farley keys reindex")
    if broken or lost:
        raise typer.Exit(1)


def _alone(work: Callable[[Services, Urls], Awaitable[Result]]) -> Result:
    import asyncpg

    from domain.keys.wait_for_transactions import StillWritingError
    from privacy.vault.rotation import KeyWorkRunningError

    try:
        return with_urls(work)
    except asyncpg.InsufficientPrivilegeError:
        output.fail("That is for the vault's owning role: set FARLEY_MIGRATE_VAULT_URL.")
    except KeyWorkRunningError:
        output.fail("Another process rotates this tenant's keys: let it end, then run this again.")
    except StillWritingError:
        output.fail("A transaction does not end, so older keys are kept: run this again later.")


def _subject_id(text: str) -> str:
    from domain.entities.customers import CUSTOMER
    from domain.entities.directory import MEMBER
    from domain.entities.registry import BUILT_IN
    from domain.validation.identifiers import parse_id

    resource, id_ = parse_id(BUILT_IN, text)
    if resource not in {CUSTOMER, MEMBER}:
        output.fail("Keys are those of customers and members.", 2)
    return id_


async def _status(services: Services) -> tuple[KeyStatus, tuple[int, int]]:
    """How the keys stand; where an index root takes another's place also how many rows it has to go."""
    from domain.keys import retag
    from domain.writing.unit_of_work import unit_of_work
    from privacy.vault.key_status import key_status

    tenant = services.own_tenant
    found = await key_status(services.vault_pool, services.vault.provider, tenant)
    newest = next((key.version for key in found.tenant_keys if key.step), None)
    if newest is None:
        return found, (0, 0)
    caller, region = await services.acting(tenant)
    async with unit_of_work(services.stores, caller, region) as work:
        return found, await retag.standing(work, newest)


async def _reindex(services: Services, urls: Urls) -> Reindexed:
    from api.runtime.key_work import reindexing

    async with _owner(urls) as owner:
        work = await reindexing(services, owner, services.own_tenant)
        with output.progress() as progress:
            task = progress.add_task("Reindexing records", total=None)
            return await work.run(lambda done: progress.update(task, completed=done))


async def _rotate(services: Services, urls: Urls) -> Rotated:
    from privacy.vault.key_status import key_status
    from privacy.vault.rotation import rotate_tenant

    tenant = services.own_tenant
    found = await key_status(services.vault_pool, services.vault.provider, tenant)
    total = sum(key.subject_keys for key in found.tenant_keys)
    async with _owner(urls) as owner:
        with output.progress() as progress:
            task = progress.add_task("Rewrapping", total=total)
            return await rotate_tenant(
                owner,
                services.vault.provider,
                tenant,
                lambda done: progress.update(task, completed=done),
            )


async def _rewrap(services: Services, urls: Urls) -> int:
    from privacy.vault.rotation import rewrap_tenant

    async with _owner(urls) as owner:
        return await rewrap_tenant(owner, services.vault.provider, services.own_tenant)


@asynccontextmanager
async def _owner(urls: Urls) -> AsyncIterator[TenantPool]:
    from privacy.database import TenantPool

    owner = await TenantPool.open(urls.owner_vault, size_max=3)
    try:
        yield owner
    finally:
        await owner.close()


async def _reseal(
    services: Services, _: Urls, *, people: Sequence[str], before: datetime
) -> Resealed:
    from api.runtime.key_work import resealing

    work = await resealing(services, services.own_tenant)
    if people:
        return await work.these(people)
    with output.progress() as progress:
        task = progress.add_task("Resealing people", total=None)
        return await work.everybody(before, lambda done: progress.update(task, completed=done))


async def _enqueue(services: Services, *, people: Sequence[str]) -> None:
    from domain.writing.jobs import RESEAL
    from domain.writing.unit_of_work import unit_of_work

    caller, region = await services.acting(services.own_tenant)
    async with unit_of_work(services.stores, caller, region) as work:
        work.enqueue(RESEAL, people)


async def _verify(services: Services, *, sample: int | None) -> tuple[int, list[Broken], int]:
    from api.runtime.key_work import verified

    with output.progress() as progress:
        task = progress.add_task("Verifying", total=None)
        return await verified(
            services,
            services.own_tenant,
            sample,
            lambda rows: progress.update(task, completed=rows),
        )
