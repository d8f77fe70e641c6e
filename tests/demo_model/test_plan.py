from __future__ import annotations

import pytest

from tools.demo_model.plan import Plan

PLAN = Plan(steps=1000, decay=0.2, warmup_steps=10, learning_rate=1.0, minutes=10)


def test_the_rate_warms_up_stays_and_falls_to_zero() -> None:
    rates = [PLAN.rate(step, 0.0) for step in (0, 9, 500, 800, 900, 1000)]
    assert rates == pytest.approx([0.1, 1.0, 1.0, 1.0, 0.5, 0.0])


def test_time_that_runs_out_ends_a_training_as_its_steps_do() -> None:
    assert PLAN.rate(100, seconds=9 * 60) == pytest.approx(0.5)
    assert PLAN.left(100, seconds=10 * 60) == 0
    assert PLAN.left(1000, seconds=0) == 0


def test_a_training_that_was_stopped_for_long_is_over_not_negative() -> None:
    assert PLAN.left(2000, seconds=3600) == 0
    assert PLAN.rate(2000, seconds=3600) == 0
