"""Comparison of two answers: while the record is as it is, and when all that is hidden from the caller is
changed.
"""

from domain.entities.registry import RESOURCES
from tests.footprints import Heard
from tests.security.leaks.callers import Asker, hidden
from tests.security.leaks.question import ALL_FIELDS, Question, essential
from tests.security.leaks.transcripts import Answers, Asked
from tests.security.leaks.values import words
from tests.security.leaks.world import Pair, World


async def assert_tells_nothing_hidden(
    world: World, questions: list[Question], asker: Asker, heard: Heard
) -> None:
    """Not a byte of what this caller is told changes with what they may not see."""
    unseen = hidden(asker)
    asked, caller = about(unseen, questions), Asked(world, asker)
    thorough = [
        q for q in asked if asker.thorough and (q.resource == "opportunity" or q.field == "tags")
    ]
    chosen = {*essential(asked), *thorough}
    asked = [question for question in asked if question in chosen]
    await world.put([], restricted=asker.restricted)
    answers, cursors = await caller.transcript(asked)
    await world.put(unseen, restricted=asker.restricted)
    others, _ = await caller.transcript(asked)
    assert differences(answers, others) == []
    led, _ = await caller.transcript([q for q in asked if q.walk], cursors)
    assert differences({key: others[key] for key in led}, led) == []
    told = {word for pair in unseen for word in words(RESOURCES[pair[0]], pair[1])}
    assert [word for word in told if any(word in text.lower() for text in caller.heard)] == []
    written = heard.text().lower()
    assert [word for word in told if word in written] == []


def about(pairs: set[Pair], questions: list[Question]) -> list[Question]:
    """The questions that use one of the fields, or a field that is made of one of them."""
    made = {
        (name, field.name)
        for name, resource in RESOURCES.items()
        for field in resource.fields
        if any((name, source) in pairs for source in field.sources)
    }
    return [q for q in questions if q.field == ALL_FIELDS or q.pair in pairs | made]


def differences(one: Answers, other: Answers) -> list[str]:
    """The questions that are answered otherwise, and both answers from where they part."""
    found = []
    for key in dict.fromkeys((*one, *other)):
        answers = one.get(key, ""), other.get(key, "")
        if answers[0] != answers[1]:
            pairs = enumerate(zip(*answers, strict=False))
            start = max(0, next((i for i, (a, b) in pairs if a != b), 0) - 80)
            found.append(
                "\n".join((str(key), *(answer[start : start + 160] for answer in answers)))
            )
    return found
