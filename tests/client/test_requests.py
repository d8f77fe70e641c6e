"""The pace: an edit an interval in a channel, a bound over all, nobody crowded out."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from bot.client.pacing import Pacer


class Timeline:
    """A clock that moves only while everybody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.log: list[tuple[float, int]] = []

    async def sleep(self, seconds: float) -> None:
        due = self.now + seconds
        await asyncio.sleep(0)
        self.now = max(self.now, due)

    def of(self, channel: int) -> list[float]:
        return [at for at, where in self.log if where == channel]


def pacer(timeline: Timeline, interval: float = 1.0, rate: float = 20.0) -> Pacer:
    return Pacer(interval, rate, clock=lambda: timeline.now, sleep=timeline.sleep)


async def write(
    pacer: Pacer, timeline: Timeline, channel: int, *, edit: bool = True, takes: float = 0
) -> None:
    async with pacer.slot(channel, edit=edit):
        timeline.log.append((timeline.now, channel))
        if takes:
            await timeline.sleep(takes)


async def test_edits_of_a_channel_keep_the_interval() -> None:
    timeline = Timeline()
    pace = pacer(timeline)
    for _ in range(5):
        await write(pace, timeline, 1)
    assert all(later - earlier >= 1 for earlier, later in pairwise(timeline.of(1)))


async def test_the_interval_runs_from_the_end_of_a_slow_request() -> None:
    timeline = Timeline()
    pace = pacer(timeline)
    await write(pace, timeline, 1, takes=0.7)
    await write(pace, timeline, 1)
    assert timeline.of(1) == [0.0, 1.7]


async def test_the_interval_runs_from_the_answer_where_the_client_waits_after_it() -> None:
    timeline = Timeline()
    pace = pacer(timeline)
    pace.trace.freeze()
    async with pace.slot(1, edit=True):
        await timeline.sleep(0.2)
        await pace.trace.on_request_end.send(None, None, None)  # type: ignore[arg-type]
        await timeline.sleep(0.5)
    await write(pace, timeline, 1)
    assert timeline.of(1) == [1.2]


async def test_the_first_edit_keeps_the_interval_from_the_message_itself() -> None:
    timeline = Timeline()
    pace = pacer(timeline)
    await write(pace, timeline, 1, edit=False)
    await write(pace, timeline, 1)
    assert timeline.of(1) == [0.0, 1.0]


async def test_a_new_message_does_not_wait_for_the_interval() -> None:
    timeline = Timeline()
    pace = pacer(timeline)
    await write(pace, timeline, 1)
    await write(pace, timeline, 1, edit=False)
    assert timeline.of(1)[1] < 0.1


async def test_a_failed_request_counts_too() -> None:
    timeline = Timeline()
    pace = pacer(timeline)
    try:
        async with pace.slot(1, edit=True):
            raise OSError
    except OSError:
        pass
    await write(pace, timeline, 1)
    assert timeline.of(1) == [1.0]


async def test_all_channels_together_keep_the_rate_and_share_it_evenly() -> None:
    timeline = Timeline()
    pace = pacer(timeline, interval=1.0, rate=10.0)

    async def stream(channel: int) -> None:
        for _ in range(4):
            await write(pace, timeline, channel)

    await asyncio.gather(*(stream(channel) for channel in range(30)))
    times = [at for at, _ in timeline.log]
    assert all(later - earlier >= 0.1 - 1e-9 for earlier, later in pairwise(times))
    rounds = [sorted(where for _, where in timeline.log[i : i + 30]) for i in range(0, 120, 30)]
    assert rounds == [list(range(30))] * 4


async def test_a_cancelled_wait_leaves_the_slot_to_the_next() -> None:
    pace = Pacer(interval=30.0)
    async with pace.slot(1, edit=False):
        pass
    waiting = asyncio.create_task(pace.slot(1, edit=True).__aenter__())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(1), pace.slot(1, edit=False):
        pass


async def test_idle_channels_are_forgotten() -> None:
    timeline = Timeline()
    pace = pacer(timeline)
    for channel in range(1000):
        await write(pace, timeline, channel)
    assert pace.channels <= 30
