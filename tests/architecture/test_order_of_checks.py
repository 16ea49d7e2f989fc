"""One order of checks: exists and visible, permitted, version, state; no verb asks a later one first."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.modules import Module, our_modules, parsed

STEPS = {
    "work.visible": 0,
    "locked_member": 1,
    "work.permit": 1,
    "permit": 1,
    "changeable": 3,
    "expect": 2,
    "expect_version": 2,
    "require_alive": 3,
    "require_states": 3,
}
"""What is called, by its place in the order; ``changeable`` goes all of the way."""

PERMITTED, VERSION = 1, 2


def verbs(module: Module) -> Iterator[tuple[str, list[int]]]:
    """The functions of a module with the places of the checks that they call, in the order of the text."""
    for node in module.walk():
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef):
            calls = [c for c in ast.walk(node) if isinstance(c, ast.Call)]
            calls.sort(key=lambda call: (call.lineno, call.col_offset))
            steps = [STEPS[name] for c in calls if (name := ast.unparse(c.func)) in STEPS]
            yield node.name, steps


def misplaced(steps: list[int]) -> bool:
    """Whether a version is asked before the first permission, or a state before a version."""
    if VERSION in steps and PERMITTED in steps and steps.index(VERSION) < steps.index(PERMITTED):
        return True
    return VERSION in steps and 3 in steps and steps.index(3) < steps.index(VERSION)


def test_no_verb_tells_of_a_version_or_a_state_before_it_asks_for_permission() -> None:
    found = {
        f"{module.path}:{name}"
        for module in our_modules()
        if module.path.startswith("domain/")
        for name, steps in verbs(module)
        if misplaced(steps)
    }
    assert found == set()


def test_only_the_checks_tell_of_a_version() -> None:
    speaking = {
        module.path
        for module in our_modules()
        for node in module.walk()
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "stale"
    }
    assert speaking == {
        "domain/directory/switch_member.py",
        "domain/policies/change_policy.py",
        "domain/writing/records.py",
        "domain/writing/verbs/checks.py",
    }


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("stored = work.visible(); expect(1); work.permit(x)", True),
        ("stored = work.visible(); work.permit(x); require_alive(x); expect(1)", True),
        ("stored = work.visible(); work.permit(x); expect(1); require_alive(x)", False),
        ("work.permit(old); expect(1); work.permit(new)", False),
    ],
)
def test_a_check_in_the_wrong_place_is_noticed(text: str, *, wrong: bool) -> None:
    ((_, steps),) = verbs(parsed("x.py", f"async def verb():\n    {text}"))
    assert misplaced(steps) is wrong
