"""The same thing is not said to the same people again and again."""

from __future__ import annotations

from bot.client.access import Throttle


def test_it_is_said_again_once_the_interval_is_over() -> None:
    now = 0.0
    sparing = Throttle(10.0, lambda: now)
    assert sparing.allows(1, "no")
    assert not sparing.allows(1, "no")
    assert sparing.allows(2, "no")
    assert sparing.allows(1, "other")
    now = 9.9
    assert not sparing.allows(1, "no")
    now = 10.0
    assert sparing.allows(1, "no")
    assert not sparing.allows(1, "no")


def test_it_remembers_a_bounded_number() -> None:
    sparing = Throttle(float("inf"), lambda: 0.0)
    assert all(sparing.allows(number) for number in range(10_000))
    assert not sparing.allows(9_999)
    assert sparing.allows(0)  # long forgotten
