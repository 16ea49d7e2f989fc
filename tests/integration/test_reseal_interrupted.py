"""People get new keys: who is destroyed at any step stays so, and what a crash stopped is gone on with."""

import pytest

from domain.values import clock
from privacy.vault.vault import SubjectDestroyedError
from tests.integration.reseal_world import Company, company, lovelace

pytestmark = pytest.mark.proof

__all__ = ["company"]


@pytest.mark.parametrize("step", ["add", "activate", "drop_older"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_who_is_destroyed_at_any_step_stays_destroyed(
    company: Company, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    bob, numbers = await lovelace(company.api), company.work._numbers
    original = getattr(numbers, step)

    async def destroying(people: list[str]) -> object:
        if when == "before":
            await company.vault.destroy(company.api.tenant, company.ada)
        done = await original(people)
        if when == "after":
            await company.vault.destroy(company.api.tenant, company.ada)
        return done

    monkeypatch.setattr(numbers, step, destroying)
    await company.work.these([company.ada, bob])
    assert await company.key_numbers() == []
    assert await company.vault.keys(company.api.tenant, [company.ada]) == {}
    with pytest.raises(SubjectDestroyedError):
        await company.vault.create_keys(company.api.tenant, [company.ada])
    assert await company.key_numbers(bob) == [2]
    assert await company.reads_all(bob)
    assert await company.broken() == []


class CrashError(Exception):
    """The process ended here."""


@pytest.mark.parametrize("step", ["add", "activate", "drop_older", "_writers_gone", "_rows"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_what_a_crash_interrupted_is_gone_on_with(
    company: Company, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    before = clock.now()
    owner = company.work if step.startswith("_") else company.work._numbers
    original = getattr(owner, step)

    async def crash(*given: object) -> None:
        if when == "after":
            await original(*given)
        raise CrashError

    with monkeypatch.context() as patched:
        patched.setattr(owner, step, crash)
        with pytest.raises(CrashError):
            await company.work.these([company.ada])
    assert await company.reads_all()
    assert await company.broken() == []
    await company.work.everybody(before, lambda _: None)
    assert await company.key_numbers() == [2]
    assert await company.forms() == {2}
    assert await company.reads_all()
