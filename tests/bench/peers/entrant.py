"""The harness's ``bench.py`` with one more peer. Its folder is read-only, so that what differs is put
into the module's names before its ``main`` is called."""

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from tests.bench.peers import dialect
from tests.bench.peers.ids import farley_ids
from tests.bench.peers.place import HARNESS, PORT, PROJECT, farley_environment

NAME = "farley"
START = "\n\nmain()\n"

Pairs = list[tuple[dict[str, Any], tuple[list[str], int, int, int | None]]]


def bench_with_farley(token: str, trusted: Mapping[str, str]) -> ModuleType:
    """The harness's module, not started yet; ``trusted`` are ids of documents, by query."""
    source = (HARNESS / "bench.py").read_text()
    if not source.endswith(START):
        raise RuntimeError(f"bench.py no longer ends in {START!r}")
    bench: Any = ModuleType("peers_bench")
    bench.__file__ = str(HARNESS / "bench.py")
    exec(compile(source.removesuffix(START), bench.__file__, "exec"), bench.__dict__)  # noqa: S102 - the harness's own
    command = [sys.executable, "-m", "tests.bench.peers.server"]
    bench.PEERS[NAME] = bench.P(
        command,
        PORT,
        NAME,
        cwd=PROJECT,
        env=farley_environment(),
        queries=dialect.QUERIES,
        token=token,
    )
    bench.DOCS[NAME] = dialect.DOCUMENTS
    bench.bodies = _Bodies(bench, bench.bodies)
    bench.json = _Requests({dialect.DOCUMENTS[query]: id_ for query, id_ in trusted.items()})
    module: ModuleType = bench
    return module


class _Requests:
    """The harness's ``json``: a request for a trusted document carries its id instead of its text."""

    loads = staticmethod(json.loads)

    def __init__(self, ids: Mapping[str, str]) -> None:
        self._ids = ids

    def dumps(self, value: Any) -> str:
        if isinstance(value, dict) and (id_ := self._ids.get(value.get("query", ""))):
            value = {"documentId": id_, "variables": value["variables"]}
        return json.dumps(value)


class _Bodies:
    """What is asked and what must come back, with Farley's ids and cursors where Farley is asked."""

    def __init__(self, bench: Any, theirs: Callable[..., Pairs]) -> None:
        self._bench = bench
        self._theirs = theirs
        self._ids: dict[str, str] = {}

    def __call__(self, name: str, query: str, expected: dict[str, Any]) -> Pairs:
        pairs = self._theirs(name, query, expected)
        if name != NAME:
            return pairs
        wanted = {one for given, want in pairs for one in (*want[0], given.get("id")) if one}
        if unknown := sorted(wanted - self._ids.keys()):
            self._ids |= asyncio.run(farley_ids(unknown))
        return [
            (
                self._variables(query, given, expected),
                ([self._ids[one] for one in want[0]], *want[1:]),
            )
            for given, want in pairs
        ]

    def _variables(
        self, query: str, given: dict[str, Any], expected: dict[str, Any]
    ) -> dict[str, Any]:
        if query == "Q1":
            return {"id": self._ids[given["id"]]}
        if query == "Q4":
            ends = [self._walk(dialect.PAGE * n)[-1] for n in range(1, dialect.PAGES)]
            return {"page": dialect.PAGE} | {f"after{n}": c for n, c in enumerate(ends, start=1)}
        if query == "Q8":
            return {**given, "after": self._walk(expected["off"] + 1)[-1]}
        return given

    def _walk(self, records: int) -> list[str]:
        """The cursors at the ends of the pages, from the start to that many records."""
        ends: list[str] = []
        while records > 0:
            page = {"first": min(dialect.WALKED, records), "after": ends[-1] if ends else None}
            answer = self._bench.post(self._bench.PEERS[NAME], dialect.WALK, page)
            data = json.loads(answer)["data"]
            ends.append(data["customers"]["pageInfo"]["endCursor"])
            records -= dialect.WALKED
        return ends
