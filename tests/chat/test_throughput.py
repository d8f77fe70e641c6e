from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.reply import Phase, Snapshot
from bot.chat.throughput import Throughput, ThroughputMeter
from bot.chat.turns import FinishReason


def finished(
    prompt: int = 210, reused: int | None = 10, first: float = 4.0, tokens: int = 61, seconds: float = 16.0
) -> Snapshot:
    return Snapshot(
        Phase.DONE,
        finish_reason=FinishReason.COMPLETE,
        prompt_tokens=prompt,
        read_tokens=prompt,
        reused_tokens=reused,
        tokens=tokens,
        first_token_seconds=first,
        seconds=seconds,
    )


def test_nothing_is_known_before_a_reply_was_finished() -> None:
    assert ThroughputMeter().measured == Throughput()
    assert ThroughputMeter().wait([1.0], 3, 1, [], 0) is None


def test_reading_and_writing_are_measured_apart_and_what_was_cached_does_not_count() -> None:
    meter = ThroughputMeter()
    meter.record(finished())
    assert meter.measured == Throughput(prefill=50.0, decode=5.0, reply_tokens=61, reply_seconds=16.0)


def test_a_prompt_that_was_cached_says_nothing_of_how_fast_the_model_reads() -> None:
    meter = ThroughputMeter()
    meter.record(finished(reused=200, first=0.1))
    assert meter.measured.prefill is None
    meter.record(finished())
    meter.record(finished(reused=209, first=0.1))
    assert meter.measured.prefill == 50.0


def test_the_newest_replies_count_most() -> None:
    meter = ThroughputMeter()
    meter.record(finished(seconds=100))
    for _ in range(5):
        meter.record(finished(seconds=10))
    assert meter.measured.reply_seconds == pytest.approx(10 + 90 * 0.8**5)


def test_the_wait_is_what_is_left_of_the_running_and_all_of_the_waiting_replies() -> None:
    meter = ThroughputMeter()
    meter.record(finished(seconds=20))
    assert meter.wait([5.0], 0, 1, [], 0) == 15
    assert meter.wait([5.0], 2, 1, [], 0) == 55
    assert meter.wait([5.0, 10.0], 1, 2, [], 0) == pytest.approx(22.5)


def test_messages_of_one_channel_wait_for_each_other_however_many_run_beside_them() -> None:
    meter = ThroughputMeter()
    meter.record(finished(seconds=20))
    assert meter.wait([10.0], 2, 4, own=[10.0], own_waiting=2) == 50


def test_a_reply_that_takes_longer_than_usual_is_never_thought_to_be_over() -> None:
    meter = ThroughputMeter()
    meter.record(finished(seconds=20))
    assert meter.wait([500.0], 0, 1, [], 0) == 2


seconds = st.just(0.0) | st.floats(1e-6, 1e4)
ends = st.builds(
    finished, prompt=st.integers(0, 5000), tokens=st.integers(0, 2000), first=seconds, seconds=seconds
)


@given(st.lists(ends, max_size=8))
def test_measured_speeds_are_never_nonsense(ends: list[Snapshot]) -> None:
    meter = ThroughputMeter()
    for end in ends:
        meter.record(end)
    measured = meter.measured
    assert all(value is None or value > 0 for value in (measured.prefill, measured.decode))
    assert (meter.wait([1.0], 1, 1, [], 0) is None) == (not ends)
