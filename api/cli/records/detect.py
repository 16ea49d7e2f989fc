"""``farley detect``: detection of personal data in records that were not looked through yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.terminal import output
from api.cli.terminal.run import with_services

if TYPE_CHECKING:
    from api.runtime.wiring import Services
    from domain.declaration.entity import Entity
    from privacy.detection.detector import Detector


def detect(
    *, json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False
) -> None:
    """Look for personal data in the texts of all records that were not looked through yet."""
    done = with_services(_detect)
    if json:
        output.result_json(done)
    else:
        for name, count in done.items():
            output.note(f"Looked through {count} {name}.")


async def _detect(services: Services) -> dict[str, int]:
    """How many records were looked through, by what they are called."""
    from privacy.detection.detector import Detector

    detector = Detector()
    found = [entity for entity in services.registry.all if entity.detected]
    return {entity.plural: await _look_through(services, entity, detector) for entity in found}


async def _look_through(services: Services, entity: Entity, detector: Detector) -> int:
    from domain.detecting.detect_personal_data import detect_personal_data, pending
    from domain.values.ids import FIRST_ID
    from domain.writing.unit_of_work import unit_of_work

    done, after = 0, FIRST_ID
    with output.progress() as progress:
        task = progress.add_task(f"Looking through {entity.plural}", total=None)
        while True:
            caller, region = await services.acting(services.own_tenant, "detection")
            async with unit_of_work(services.stores, caller, region) as work:
                ids = await pending(work, entity, after)
                done += await detect_personal_data(work, entity, ids, detector)
            progress.update(task, completed=done)
            if not ids:
                return done
            after = ids[-1]
