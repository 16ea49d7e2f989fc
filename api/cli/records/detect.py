"""``farley detect``: detection of personal data in interactions that have none yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.terminal import output
from api.cli.terminal.run import with_services

if TYPE_CHECKING:
    from api.runtime.wiring import Services


def detect(
    *, json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False
) -> None:
    """Look through all interactions that were not looked through yet for personal data."""
    done = with_services(_detect)
    if json:
        output.result_json({"interactions": done})
    else:
        output.note(f"Looked through {done} interactions.")


async def _detect(services: Services) -> int:
    from domain.interactions.detect_personal_data import detect_personal_data, pending
    from domain.values.ids import FIRST_ID
    from domain.writing.unit_of_work import unit_of_work
    from privacy.detection.detector import Detector

    tenant, detector, done = services.own_tenant, Detector(), 0
    after = FIRST_ID
    with output.progress() as progress:
        task = progress.add_task("Looking through interactions", total=None)
        while True:
            caller, region = await services.acting(tenant, "detection")
            async with unit_of_work(services.stores, caller, region) as work:
                ids = await pending(work, after)
                done += await detect_personal_data(work, ids, detector)
            progress.update(task, completed=done)
            if not ids:
                return done
            after = ids[-1]
