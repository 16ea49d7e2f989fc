"""Source of generated functions: Python's line cache has it for tracebacks, as long as the function lives.

It is kept compressed, since it is read only where something fails.
"""

import itertools
import linecache
import weakref
import zlib
from collections.abc import Mapping, MutableMapping
from functools import partial
from types import FunctionType
from typing import Any, cast

_NUMBERS = itertools.count(1)
_LINES = cast("MutableMapping[str, Any]", linecache.cache)


def function_of(source: str, name: str, names: Mapping[str, Any]) -> FunctionType:
    """The function that the source defines under the name; ``names`` are what it may use."""
    file = f"generated row set {next(_NUMBERS)}"
    scope = dict(names)
    exec(compile(source, file, "exec"), scope)  # noqa: S102 - callers write the source, of numbers and literals
    function: FunctionType = scope.pop(name)  # A cycle would outlive its use.
    # One callable is the line cache's own form for a source that is read when it is asked for.
    _LINES[file] = (partial(_text, zlib.compress(source.encode(), 1)),)
    weakref.finalize(function, _LINES.pop, file, None).atexit = False
    return function


def _text(compressed: bytes) -> str:
    return zlib.decompress(compressed).decode()
