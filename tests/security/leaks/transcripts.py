"""Asking many questions at once, and what is answered to each: the answer as text, with everything
beside it. What a cursor says can be told by its length and by where it leads.
"""

import asyncio
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from itertools import groupby
from typing import Any

import httpx

from tests.security.leaks.callers import Asker
from tests.security.leaks.question import Question
from tests.security.leaks.world import World

STEPS_MAX = 4

CURSOR = re.compile(r'("(?:cursor|startCursor|endCursor)": )"([^"]*)"')
AGE = re.compile(r'("ageSeconds": )\d+')

Answers = dict[object, str]
Cursors = Mapping[Question, Sequence[str]]


class Asked:
    """One caller, asking; ``heard`` is every body that came back."""

    def __init__(self, world: World, asker: Asker) -> None:
        self._http = world.api.http
        principal = asker.principal(world)
        token = world.api.services.signer.issue(principal, timedelta(hours=1))
        self._headers = {"authorization": f"Bearer {token}"}
        self._refused = asker.refused
        self.heard: list[str] = []

    async def transcript(
        self, questions: Iterable[Question], led: Cursors | None = None
    ) -> tuple[Answers, Cursors]:
        """What is answered to each question, and the cursors met on the way. Lists are walked by these
        cursors, or by those that were met another time.
        """
        asked = list(questions)
        answers: Answers = {}
        for some in _batched([q for q in asked if not (q.walk or q.mutation)]):
            await self._ask(some, [q.text for q in some], answers)
        for question in (q for q in asked if q.mutation):
            await self._ask([question], [question.text], answers, "mutation")
        cursors: dict[Question, list[str]] = {}
        for some in _batched([q for q in asked if q.walk]):
            await self._walk(some, answers, cursors, led)
        return answers, cursors

    async def _walk(
        self,
        questions: list[Question],
        answers: Answers,
        cursors: dict[Question, list[str]],
        led: Cursors | None,
    ) -> None:
        waiting: dict[Question, str | None] = dict.fromkeys(questions)
        for step in range(STEPS_MAX):
            texts = [q.text.replace("$after", json.dumps(after)) for q, after in waiting.items()]
            found: Answers = {}
            ends = await self._ask(list(waiting), texts, found)
            answers |= {(step, key): text for key, text in found.items()}
            for question, end in ends.items():
                cursors.setdefault(question, []).append(end)
            waiting = {
                question: end if led is None else led[question][step]
                for question, end in ends.items()
            }
            if not waiting:
                return

    async def _ask(
        self, questions: list[Question], texts: list[str], answers: Answers, what: str = "query"
    ) -> dict[Question, str]:
        """Note the answers. A refusal of one field at the root leaves no data at all, so the others are
        asked again without it. Returns the cursors to go on with.
        """
        while questions:
            roots = " ".join(f"a{i}: {text}" for i, text in enumerate(texts))
            answer = await self._post(f"{what} {{ {roots} }}")
            if self._refused:
                assert answer["errors"][0]["extensions"]["code"] == "PURPOSE_NOT_ALLOWED"
                answers |= {question: json.dumps(answer) for question in questions}
                return {}
            refused = [e["path"][0] for e in answer.get("errors", ()) if "path" in e]
            data = answer.get("data")
            _note(questions, answer, answers)
            if data is not None:
                return _ends(questions, data)
            if not refused:
                raise AssertionError(answer)
            left = [i for i in range(len(questions)) if f"a{i}" not in refused]
            questions, texts = [questions[i] for i in left], [texts[i] for i in left]
        return {}

    async def _post(self, query: str) -> dict[str, Any]:
        """The answer; like any client's, a request that is refused for now is sent again, once."""
        response = await self._sent(query)
        if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            await asyncio.sleep(1)
            response = await self._sent(query)
        answer: dict[str, Any] = response.json()
        return answer

    async def _sent(self, query: str) -> httpx.Response:
        response = await self._http.post("/graphql", json={"query": query}, headers=self._headers)
        self.heard.append(response.text)
        return response


def _batched(questions: list[Question]) -> Iterator[list[Question]]:
    """Those of one field at once, so that all callers ask the same documents, checked once."""
    for _, some in groupby(questions, key=lambda question: question.pair):
        yield list(some)


def _note(questions: Sequence[Question], answer: Mapping[str, Any], answers: Answers) -> None:
    """The data and the errors of each question, and what the whole request cost. Which of several
    refusals stops a request, and how much was read by then, is a matter of time: what one cost that
    was stopped is not noted.
    """
    data = answer.get("data")
    errors: dict[str, list[Any]] = {}
    for error in answer.get("errors", ()):
        shown = {name: error[name] for name in error if name not in {"locations", "path"}}
        errors.setdefault(error["path"][0], []).append([shown, error["path"][1:]])
    for i, question in enumerate(questions):
        key = f"a{i}"
        if data is not None or key in errors:
            told = [None if data is None else data[key], errors.get(key)]
            answers[question] = _comparable(json.dumps(told))
    if data is not None:
        cost = answer["extensions"]["cost"]
        answers["cost", tuple(questions)] = json.dumps([cost["requested"], cost["actual"]])


def _comparable(text: str) -> str:
    text = CURSOR.sub(lambda match: f'{match[1]}"{len(match[2])} characters"', text)
    return AGE.sub(r"\1…", text)


def _ends(questions: Sequence[Question], data: Mapping[str, Any]) -> dict[Question, str]:
    """The last cursors of the pages after which more comes."""
    found = {}
    for i, question in enumerate(questions):
        for page in _pages(data[f"a{i}"]) if question.walk else ():
            if page["hasNextPage"] and page["endCursor"]:
                found[question] = page["endCursor"]
    return found


def _pages(tree: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(tree, dict):
        if "endCursor" in tree:
            yield tree
        for value in tree.values():
            yield from _pages(value)
