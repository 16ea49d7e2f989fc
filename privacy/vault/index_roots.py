"""Index roots of a tenant: which one makes tags and tokens, which are asked, what is left of older ones.

A newer root takes an older one's place in steps, each of which every process has heard of before the next
is entered (``Vault.index``):

1. ANNOUNCED: both are asked, the older one still makes everything.
2. WRITTEN: both are asked, the newer one makes everything; unique tags are made under both.
3. ALONE: only the newer one makes tags and tokens and is asked for them.

Then the older root goes. Of it keys are left for what cannot be made again, each derived for one use, so
that none of them makes a tag or token of what is looked up.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum

from privacy.vault.blind_index import IndexKeys

INDEX = "index"
LEFT = "index/"
"""Begins the use of what is left of an older root; its context follows."""

Secrets = Mapping[tuple[str, int], bytes]
"""Roots and what is left of them, by use and version."""


class Step(StrEnum):
    """How far the newest root has come."""

    ANNOUNCED = "ANNOUNCED"
    WRITTEN = "WRITTEN"
    ALONE = "ALONE"


def index_keys(secrets: Secrets, step: Step | None) -> IndexKeys:
    """The keys of the tenant in that step, where there are two roots; of roots there is one at least."""
    newest, *others = sorted((version for use, version in secrets if use == INDEX), reverse=True)
    left = _left(secrets)
    if not others:
        return IndexKeys(secrets[INDEX, newest], newest, known=left)
    return _between(
        (secrets[INDEX, newest], newest), (secrets[INDEX, others[0]], others[0]), step, left
    )


def _between(
    newest: tuple[bytes, int],
    older: tuple[bytes, int],
    step: Step | None,
    left: Sequence[IndexKeys],
) -> IndexKeys:
    if step is Step.ANNOUNCED:
        other = IndexKeys(*newest)
        return IndexKeys(*older, looked_up=(other,), known=(other, *left))
    other = IndexKeys(*older)
    if step is Step.ALONE:
        return IndexKeys(*newest, known=(other, *left))
    return IndexKeys(*newest, looked_up=(other,), known=(other, *left), unique=(other,))


def _left(secrets: Secrets) -> tuple[IndexKeys, ...]:
    found: dict[int, dict[str, bytes]] = defaultdict(dict)
    for (use, version), key in secrets.items():
        if use.startswith(LEFT):
            found[version][use.removeprefix(LEFT)] = key
    return tuple(IndexKeys(keys, version) for version, keys in found.items())
