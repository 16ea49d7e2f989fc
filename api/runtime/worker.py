"""Worker: takes jobs from the queue and does them, each in a unit of work of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import cache, partial
from time import monotonic

import structlog
from pgqueuer import RetryRequested
from pgqueuer.models import Job as QueuedJob

from api.runtime.job_queue import JobQueue
from api.runtime.key_work import resealing
from api.runtime.wiring import Services
from api.settings.back_off import BackOff
from domain.detecting.detect_personal_data import BATCH, by_entity, detect_personal_data
from domain.erasure.erase_subject import run_erasures
from domain.keys.apply_search_mode import Remake
from domain.partners.decide_deal import expire_deal, forget_prospect
from domain.writing.jobs import DETECT, ERASE, EXPIRE_DEALS, FORGET, REMAKE, RESEAL, Job
from domain.writing.unit_of_work import unit_of_work
from privacy.cooperative_turns import in_parts
from privacy.database import DatabaseUnavailableError
from privacy.detection.detector import Detector
from privacy.tombstones.guard import RestoreNeededError
from privacy.vault.providers import KeyProviderUnavailableError

log = structlog.get_logger(__name__)

RETRY_AFTER = timedelta(seconds=2)
RETRY_AFTER_MAX = timedelta(hours=1)
DOUBLINGS_MAX = 16  # More than lead to an hour, and few enough for a timedelta.
DETECT_RETRIES_MAX = 10  # What is left over, `farley detect` finds.

PAUSE_SECONDS = 0.2
PAUSE_SECONDS_MAX = 2.0
STEADY_SECONDS = 0.5
AWAY = (DatabaseUnavailableError, KeyProviderUnavailableError)
"""What passes by itself, and says nothing of the job."""
AT_ONCE = {ERASE: 5}
"""Of which jobs several are done at once: an erasure waits a second until all processes forgot the key."""

Handler = Callable[[Services, Job], Awaitable[None]]


async def run(services: Services, url: str, stopping: asyncio.Event) -> None:
    """Do jobs until ``stopping`` is set, then finish the one at hand; none while a restore is needed.

    Whatever else goes wrong, it connects again, behind a pause that grows while nothing helps.
    """
    handlers = {name: partial(_handle, services, name, do) for name, do in HANDLERS.items()}
    queue = JobQueue(url, handlers, AT_ONCE)
    back_off = BackOff(PAUSE_SECONDS, PAUSE_SECONDS_MAX, STEADY_SECONDS)
    while not stopping.is_set():
        began = monotonic()
        try:
            await services.guard.require()
            await queue.work(stopping)
        except Exception as error:  # noqa: BLE001 - whatever it was, to do no more jobs would be worse
            log.warning("worker.lost", error=type(error).__name__)
            pause = back_off.after(monotonic() - began)
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause)


async def _handle(services: Services, name: str, handler: Handler, queued: QueuedJob) -> None:
    """Do a job; a failed one is tried again, ever later: an erasure until it is done.

    INVARIANT: a job's failure is known by its kind only; a trace in the queue could hold values.
    """
    job = Job.from_payload(name, queued.payload)
    try:
        await services.guard.require()
        await handler(services, job)
    except RestoreNeededError as error:
        raise RetryRequested(RETRY_AFTER, type(error).__name__) from None
    except Exception as error:  # noqa: BLE001 - the queue would store the message
        kind = type(error).__name__
        log.error("job.failed", job=name, error=kind, attempts=queued.attempts)  # noqa: TRY400
        gives_up = name == DETECT and queued.attempts >= DETECT_RETRIES_MAX
        if gives_up and not isinstance(error, AWAY):
            raise JobFailedError(kind) from None
        raise RetryRequested(retry_after(queued.attempts), kind) from None


def retry_after(attempts: int) -> timedelta:
    """Twice as long after each attempt, up to an hour, however many there were."""
    return min(RETRY_AFTER * (1 << min(attempts, DOUBLINGS_MAX)), RETRY_AFTER_MAX)


class JobFailedError(Exception):
    """A job failed; carries the kind of the error only."""


@cache
def _detector() -> Detector:
    """Loaded with the first text: it takes seconds and 170 MB."""
    return Detector()


async def _detect(services: Services, job: Job) -> None:
    detector = await asyncio.to_thread(_detector)
    caller, region = await services.acting(job.tenant, "detection")
    for entity, ids in by_entity(services.registry, job.ids).items():
        for part in in_parts(ids, BATCH):
            async with unit_of_work(services.stores, caller, region) as work:
                await detect_personal_data(work, entity, part, detector)


async def _erase(services: Services, job: Job) -> None:
    caller, region = await services.acting(job.tenant, "compliance")
    await run_erasures(services.stores, caller, region, job.ids)


async def _expire_deals(services: Services, job: Job) -> None:
    caller, region = await services.acting(job.tenant, "administration")
    for registration in job.ids:
        async with unit_of_work(services.stores, caller, region) as work:
            await expire_deal(work, registration)


async def _forget(services: Services, job: Job) -> None:
    caller, region = await services.acting(job.tenant, "compliance")
    for subject in job.ids:
        async with unit_of_work(services.stores, caller, region) as work:
            await forget_prospect(work, subject)


async def _remake(services: Services, job: Job) -> None:
    caller, region = await services.acting(job.tenant)
    for field in job.ids:
        await Remake(services.stores, caller, region).run(field)


async def _reseal(services: Services, job: Job) -> None:
    await (await resealing(services, job.tenant)).these(job.ids)


HANDLERS: dict[str, Handler] = {
    DETECT: _detect,
    ERASE: _erase,
    EXPIRE_DEALS: _expire_deals,
    FORGET: _forget,
    REMAKE: _remake,
    RESEAL: _reseal,
}
