"""The matrix as a text that a person can review."""

from collections.abc import Iterable, Mapping

from tests.policy.matrix import reads, writes
from tests.policy.matrix.reads import NOTHING
from tests.security.leaks.paths import Path
from tests.security.leaks.world import Pair

HEAD = """WHO MAY DO WHAT

The policy that a new tenant begins with, on one record of each kind and another beside it, asked through
the API by everybody. The test writes this file anew with `make matrix`; whoever changes a rule reviews
what becomes of it here. A star: the records are not that caller's. Marketing has no consent.
What an error tells is all of it where everybody is told the same.
"""

WHOSE = (
    "Two letters: on their own records, and on a stranger's. Their own: of their department, of their",
    "account, supplied by them, about themselves; keys of their account; shares and changes of the",
    "policy that they made. Where nothing is anybody's own, as with the policy, it is tried twice.",
)


def table(
    columns: Iterable[str],
    read: Mapping[tuple[Pair, str], str],
    written: Mapping[tuple[str, str], str],
) -> str:
    """All of it."""
    names = list(columns)
    lines = [HEAD, "", "READING", "", "One letter each for: " + ", ".join(Path) + ".", ""]
    lines += _legend(reads.LEGEND)
    lines += _reading(names, read)
    lines += ["", "WRITING", "", *WHOSE, ""]
    lines += _legend(writes.LEGEND)
    done = dict.fromkeys(what for what, _ in written)
    writing = list(dict.fromkeys(name for _, name in written))
    wide = 1 + max(map(len, done))
    lines += ["", _row("", writing, wide)]
    lines += [_row(what, [written[what, name] for name in writing], wide) for what in done]
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


def _legend(letters: Mapping[str, str]) -> list[str]:
    return [f"  {letter}  {meaning}" for letter, meaning in letters.items()]


def _reading(names: list[str], read: Mapping[tuple[Pair, str], str]) -> list[str]:
    lines: list[str] = []
    before = ""
    for pair in dict.fromkeys(pair for pair, _ in read):
        if pair[0] != before:
            before = pair[0]
            lines += ["", _row(before.upper(), names)]
        lines.append(_row(pair[1], [_short(read[pair, name]) for name in names]))
    return lines


def _short(letters: str) -> str:
    """Nothing at all stands out less."""
    return "" if set(letters) <= {NOTHING, "."} else letters


def _row(what: str, cells: Iterable[str], wide: int = 34) -> str:
    return f"{what:<{wide}}" + " ".join(f"{cell:<10}" for cell in cells)
