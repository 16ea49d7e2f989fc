"""Pauses between attempts (item 11)."""

from api.settings.back_off import BackOff


def test_the_pause_doubles_up_to_the_longest() -> None:
    back_off = BackOff(1, 5, steady_s=30)
    assert [back_off.after(0) for _ in range(5)] == [1, 2, 4, 5, 5]


def test_an_attempt_that_lasted_lets_the_pauses_begin_anew() -> None:
    back_off = BackOff(1, 5, steady_s=30)
    assert [back_off.after(lasted) for lasted in (0, 29, 30, 0)] == [1, 2, 1, 2]
