"""Output of commands: results to standard output, everything else to standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec
from rich.console import Console

if TYPE_CHECKING:
    from rich.progress import Progress

RESTORE_NEEDED = (
    "A database was restored or moved: nothing is served until `farley restore` has looked at it."
    " `farley restore --check` says what it would do."
)

console = Console(stderr=True)


def result(value: str) -> None:
    """What a script reads."""
    sys.stdout.write(f"{value}\n")
    sys.stdout.flush()


def result_json(value: Any) -> None:
    """What a script reads, as one line of JSON."""
    result(msgspec.json.encode(value, order="sorted").decode())


def note(text: str) -> None:
    """What a person reads; wrapped for a terminal only."""
    console.print(text, highlight=False, markup=False, soft_wrap=not console.is_terminal)


def fail(sentence: str, code: int = 1) -> NoReturn:
    """Say what to do, and end."""
    wrapped = console.is_terminal
    console.print(sentence, style="red", highlight=False, markup=False, soft_wrap=not wrapped)
    raise SystemExit(code)


def progress() -> Progress:
    """A progress bar for long work; silent where nobody watches."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
