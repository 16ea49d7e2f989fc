"""Caches that share one budget in bytes (item 15)."""

import random

import pytest

from privacy.bounded_caches import ENTRY_BYTES, Budget, Kept, kept

EACH = 1_000 - ENTRY_BYTES


def full(budget: Budget, cache: Kept[int], count: int) -> None:
    for number in range(count):
        cache.put(("full", number), number, EACH)
    assert budget.held <= budget.bytes_max


def test_all_caches_together_keep_no_more_than_the_budget() -> None:
    budget = Budget(50_000)
    caches = [Kept[int](budget) for _ in range(4)]
    source = random.Random(1)
    for number in range(2_000):
        source.choice(caches).put(number, number, source.randint(0, 5_000))
        assert budget.held <= budget.bytes_max
    kept_bytes = sum(entry.size for cache in caches for entry in cache.entries.values())
    assert kept_bytes == budget.held
    assert sum(len(cache.entries) for cache in caches) == len(budget)


def test_what_is_used_stays_while_others_come_and_go() -> None:
    budget = Budget(20_000)
    cache, others = Kept[int](budget), Kept[int](budget)
    cache.put("used", 1, EACH)
    for number in range(500):
        others.put(number, number, EACH)
        if number % 10 == 0:
            assert cache.get("used") == 1


def test_what_is_not_used_any_more_goes_however_often_it_was() -> None:
    budget = Budget(20_000)
    cache = Kept[int](budget)
    cache.put("used", 1, EACH)
    for _ in range(1_000):
        cache.get("used")
    full(budget, cache, 100)
    assert cache.get("used") is None


def test_what_would_take_a_quarter_of_everything_is_not_kept() -> None:
    budget = Budget(20_000)
    cache = Kept[int](budget)
    full(budget, cache, 10)
    assert cache.put("large", 7, 6_000) == 7
    assert cache.get("large") is None
    assert len(cache.entries) == 10


def test_a_smaller_budget_holds_at_once() -> None:
    budget = Budget(20_000)
    cache = Kept[int](budget)
    full(budget, cache, 20)
    budget.limit(5_000)
    assert budget.held <= 5_000
    assert len(cache.entries) == 5


def test_a_cleared_cache_takes_nothing_and_its_entries_harm_no_later_ones() -> None:
    budget = Budget(10_000)
    cache, others = Kept[int](budget), Kept[int](budget)
    cache.put("a", 1, EACH)
    cache.clear()
    assert budget.held == 0
    cache.put("a", 2, EACH)
    others.put("b", 3, EACH)
    full(budget, others, 8)
    assert cache.get("a") == 2
    full(budget, others, 30)
    assert cache.get("a") is None


def test_a_result_is_worked_out_once() -> None:
    asked: list[tuple[int, str]] = []

    @kept(lambda found, number, _name: len(found) + number)
    def work(number: int, name: str) -> str:
        asked.append((number, name))
        return name * number

    assert [work(2, "ab"), work(2, "ab"), work(3, "ab")] == ["abab", "abab", "ababab"]
    assert asked == [(2, "ab"), (3, "ab")]
    work.cache_clear()
    assert work(2, "ab") == "abab"
    assert len(asked) == 3
    with pytest.raises(TypeError):
        work(2, name="other")
