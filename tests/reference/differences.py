"""Where two answers differ."""

from collections.abc import Iterator
from typing import Any

from tests.reference.answer import Answer
from tests.reference.pages import CURSOR

Path = tuple[str | int, ...]

AGE = "ageSeconds"
"""What grows while the answers are made; documents call it by its name."""

AGE_APART_SECONDS = 60


def differences(answer: Answer, expected: Answer) -> list[str]:
    """Each difference, with where it is.

    Of several things that are refused below a root field, the answer may name one; and where a
    refusal leaves no data at all, neither need have looked at the other root fields.
    """
    is_nothing = answer.data is None and expected.data is None and answer.refused
    found = [
        f"{key}: refused {sorted(answer.refused.get(key, ()))}, not {sorted(codes)}"
        for key, codes in expected.refused.items()
        if (not answer.refused.get(key) and not is_nothing)
        or not answer.refused.get(key, frozenset()) <= codes
    ]
    if expected.data is None or answer.data is None:
        both = expected.data is answer.data
        return found if both else [*found, f"refused {answer.refused}, not {expected.refused}"]
    whose: dict[str, str] = {}
    for key, value in expected.data.items():
        if key not in expected.refused:
            found += _between(answer.data[key], value, (key,), whose)
    return found


def _between(value: Any, expected: Any, path: Path, whose: dict[str, str]) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(value, dict):
        if list(value) != list(expected):
            yield f"{path}: has {list(value)}, not {list(expected)}"
        for key in value.keys() & expected.keys():
            yield from _between(value[key], expected[key], (*path, key), whose)
    elif isinstance(expected, list) and isinstance(value, list | tuple):
        if len(value) != len(expected):
            yield f"{path}: {len(value)} entries, not {len(expected)}"
        for number, (one, other) in enumerate(zip(value, expected, strict=False)):
            yield from _between(one, other, (*path, number), whose)
    elif not _is_same(value, expected, path, whose):
        yield f"{path}: {value!r}, not {expected!r}"


def _is_same(value: Any, expected: Any, path: Path, whose: dict[str, str]) -> bool:
    """Cursors are sealed anew each time, so a text is one place's, and a place may have several."""
    if isinstance(expected, str) and expected.startswith(CURSOR) and isinstance(value, str):
        return whose.setdefault(value, expected) == expected
    if isinstance(expected, float) and isinstance(value, float):
        return abs(value - expected) <= 1e-9 * max(1, abs(expected))
    if path[-1] == AGE and isinstance(expected, int):
        return bool(abs(value - expected) <= AGE_APART_SECONDS)
    return bool(value == expected) and type(value) is type(expected)
