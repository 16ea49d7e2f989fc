"""Which root makes what, and which are asked, in each step of a newer one."""

import pytest

from privacy.vault.blind_index import IndexKeys
from privacy.vault.index_roots import INDEX, LEFT, Step, index_keys

FIRST, SECOND, THIRD = (bytes([n]) * 32 for n in (1, 2, 3))
BOTH = {(INDEX, 1): FIRST, (INDEX, 2): SECOND}
CONTEXTS = ("audit/subject", "idempotency", "api-key", "suppression/customer.emails")


def left_of(root: bytes, version: int) -> dict[tuple[str, int], bytes]:
    keys = IndexKeys(root)
    return {(f"{LEFT}{one}", version): keys.derived(one) or b"" for one in CONTEXTS}


@pytest.mark.parametrize(
    ("step", "made", "asked", "unique"),
    [
        (Step.ANNOUNCED, 1, {1, 2}, [1]),
        (Step.WRITTEN, 2, {1, 2}, [1, 2]),
        (Step.ALONE, 2, {2}, [2]),
    ],
)
def test_each_step_makes_what_the_one_before_asks_for(
    step: Step, made: int, asked: set[int], unique: list[int]
) -> None:
    keys = index_keys(BOTH, step)
    assert keys.version == made
    assert {one.version for one in keys.looked_up} == asked
    assert [one.version for one in keys.unique] == unique
    wanted = {t for one in keys.looked_up for t in one.tokens("word", "x", ["ada"])}
    assert set(keys.sought("word", "x", ["ada"])) == wanted


@pytest.mark.parametrize("step", Step)
def test_what_cannot_be_made_anew_is_known_under_all_roots_in_every_step(step: Step) -> None:
    keys, roots = index_keys(BOTH, step), [IndexKeys(SECOND), IndexKeys(FIRST)]
    assert keys.references("x") == [one.reference("x") for one in roots]
    assert keys.fingerprints(b"x") == [one.fingerprint(b"x") for one in roots]
    assert keys.credentials("x") == [one.credential("x") for one in roots]
    assert keys.suppressions("customer.emails", "x") == [
        one.suppression("customer.emails", "x") for one in roots
    ]
    assert set(keys.cursor_keys()) == {one.cursor_key() for one in roots}
    assert keys.cursor_keys()[0] == keys.cursor_key()
    made = IndexKeys(FIRST if step is Step.ANNOUNCED else SECOND)
    assert keys.reference("x") == made.reference("x")
    assert keys.fingerprint(b"x") == made.fingerprint(b"x")


def test_all_processes_lock_by_the_oldest_root_whatever_they_have_heard() -> None:
    """Before, in each step, and when of the oldest only keys are left."""
    secrets = left_of(FIRST, 1) | {(INDEX, 2): SECOND}
    known = [
        index_keys({(INDEX, 1): FIRST}, None),
        *(index_keys(BOTH, step) for step in Step),
        index_keys(secrets, None),
        *(index_keys(secrets | {(INDEX, 3): THIRD}, step) for step in Step),
        index_keys(left_of(FIRST, 1) | left_of(SECOND, 2) | {(INDEX, 3): THIRD}, None),
    ]
    assert {keys.fingerprints(b"x")[-1] for keys in known} == {IndexKeys(FIRST).fingerprint(b"x")}


def test_what_is_left_of_a_root_makes_no_tag_token_or_cursor() -> None:
    keys = index_keys(left_of(FIRST, 1) | {(INDEX, 2): SECOND}, None)
    assert keys.references("x")[1] == IndexKeys(FIRST).reference("x")
    assert [one.version for one in keys.looked_up] == [2]
    assert keys.cursor_keys() == [IndexKeys(SECOND).cursor_key()]
    assert keys.suppressions("customer.names", "x") == [
        IndexKeys(SECOND).suppression("customer.names", "x")
    ]
    left = IndexKeys({one: bytes(32) for one in CONTEXTS}, 1)
    for context in ("blind-index/customer.emails", "search/word/customer.emails", "cursor"):
        assert left.derived(context) is None
    with pytest.raises(KeyError):
        left.tag("customer.emails", "x")
