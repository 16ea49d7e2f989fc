"""What fails in generated code is told with its line, and a source goes with its code."""

import linecache
import traceback
from typing import Any

import pytest

from domain.reading.rows.generated_source import function_of
from domain.reading.rows.record_code import Code


def told(builder: Any) -> str:
    with pytest.raises(IndexError) as caught:
        builder([()], "tenant", {}, [])
    return "".join(traceback.format_exception(caught.value))


def test_a_traceback_shows_the_line_of_generated_code() -> None:
    assert "t = {'name': r[7]}" in told(Code([], []).builder(["t = {'name': r[7]}"]))


def test_each_traceback_shows_the_code_that_failed() -> None:
    first, second = (Code([], []).builder([f"t = r[{number}]"]) for number in (1, 2))
    assert "t = r[2]" in told(second)
    assert "t = r[1]" in told(first)


def test_a_source_goes_with_its_code_also_after_it_was_shown() -> None:
    before = set(linecache.cache)
    for number in range(50):
        function = function_of(f"def f():\n    return [][{number}]", "f", {})
        with pytest.raises(IndexError) as caught:
            function()
        traceback.format_exception(caught.value)
        del function, caught
    assert len(set(linecache.cache) - before) <= 1  # The last exception's frame may hold one.


def test_whoever_clears_the_line_cache_disturbs_nothing() -> None:
    function = function_of("def f():\n    return 1", "f", {})
    linecache.clearcache()
    assert function() == 1
    del function
