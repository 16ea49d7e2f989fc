"""``python -m tests.bench.waiting JSON``: how long others wait while one credential asks what is dearest.

A process of its own, so that what it costs to ask is not counted as standing still of the server. Of
the answers the statuses are counted, of the others' requests the times are told, in milliseconds.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from typing import Any

import httpx

PAUSE_SECONDS = 0.02
"""Between two requests of the one who waits."""


def main() -> None:
    print(json.dumps(asyncio.run(_run(json.loads(sys.argv[1])))))


async def _run(given: dict[str, Any]) -> dict[str, Any]:
    until = time.perf_counter() + given["seconds"]
    statuses, waited = Counter[int](), list[float]()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{given['port']}", timeout=60) as http:

        async def ask(who: str) -> int:
            headers = {"authorization": f"Bearer {given[who]['token']}"}
            body = {"query": given[who]["query"]}
            return (await http.post("/graphql", json=body, headers=headers)).status_code

        async def press() -> None:
            while time.perf_counter() < until:
                statuses[await ask("pressing")] += 1

        async def wait() -> None:
            while (began := time.perf_counter()) < until:
                if await ask("other") != httpx.codes.OK:
                    raise RuntimeError("the one who waits was refused")
                waited.append((time.perf_counter() - began) * 1000)
                await asyncio.sleep(PAUSE_SECONDS)

        await asyncio.gather(wait(), *(press() for _ in range(given["connections"])))
    waited.sort()
    return {"statuses": statuses, "median": waited[len(waited) // 2], "longest": waited[-1]}


if __name__ == "__main__":
    main()
