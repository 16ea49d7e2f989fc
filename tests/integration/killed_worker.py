"""Worker that kills itself: forks of one process, each the real worker with SIGKILL at one point of an
erasure. What it needs stands in its first argument; each line of its input names a point.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Any

from api.cli.server.worker import _work
from api.runtime import worker
from api.settings.databases import Urls
from api.settings.settings import Settings
from domain.erasure import erase_subject
from domain.erasure.mentions import candidates
from privacy.tombstones.witnesses import Witness
from privacy.vault import Vault

Step = Callable[..., Awaitable[Any]]
NOWHERE = "nowhere"


def _killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner: Any, name: str, time: int = 1) -> Callable[[], None]:
    """The process ends when the function is called for the so many-th time."""
    return lambda: _arm(owner, name, time, is_done=False)


def after(owner: Any, name: str, time: int = 1) -> Callable[[], None]:
    """It ends when that call has returned."""
    return lambda: _arm(owner, name, time, is_done=True)


def _arm(owner: Any, name: str, time: int, *, is_done: bool) -> None:
    step: Step = getattr(owner, name)
    calls = 0

    @wraps(step)
    async def armed(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        is_it = calls == time
        if is_it and not is_done:
            _killed()
        result = await step(*given, **named)
        if is_it:
            _killed()
        return result

    setattr(owner, name, armed)


POINTS: dict[str, Callable[[], None]] = {
    "accepted": before(worker, "run_erasures"),
    "kept out in the vault, not in main": after(Vault, "keep_out"),
    "kept out": before(erase_subject, "redact_mentions"),
    "first mentions, not committed": after(erase_subject, "redact_mentions"),
    "some mentions": before(erase_subject, "redact_mentions", 3),
    "more mentions, not committed": after(erase_subject, "redact_mentions", 2),
    "announced in main": after(Witness, "announce"),
    "no key in the vault": after(Vault, "destroy_again"),
    "in the journal": after(Witness, "confirm"),
    "key destroyed": before(Vault, "forgotten_everywhere"),
    "emptied, not committed": after(erase_subject, "purge"),
    "completed, the job is left": after(worker, "run_erasures"),
}
"""In the order in which an erasure comes by them."""


def main() -> None:
    about = json.loads(sys.argv[1])
    candidates.LIMIT = 2
    urls = Urls(**about["urls"])
    settings = Settings(data_dir=Path(about["data_dir"]), tenant=about["tenant"])
    for line in sys.stdin:
        if not (pid := os.fork()):
            POINTS.get(line.strip(), lambda: None)()
            asyncio.run(_work(settings, urls, asyncio.Event()))
            os._exit(0)
        _tell(pid)
        _, status = os.waitpid(pid, 0)
        _tell(os.waitstatus_to_exitcode(status))


def _tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
