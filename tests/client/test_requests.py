"""How requests are paced and retried: an edit an interval in a channel, nobody crowded out."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from bot.client.requests import GoneError, Pacer, RequestError, TransientError, attempts
from tests.virtual_time import in_virtual_time


class Log:
    """When which channel wrote, in seconds from the beginning."""

    def __init__(self) -> None:
        self.begun = now()
        self.entries: list[tuple[float, int]] = []

    def add(self, channel: int) -> None:
        self.entries.append((now() - self.begun, channel))

    def of(self, channel: int) -> list[float]:
        return [at for at, where in self.entries if where == channel]


def now() -> float:
    return asyncio.get_running_loop().time()


async def write(pacer: Pacer, log: Log, channel: int, *, edit: bool = True, takes: float = 0) -> None:
    async with pacer.slot(channel, edit=edit):
        log.add(channel)
        if takes:
            await asyncio.sleep(takes)


@in_virtual_time
async def test_edits_of_a_channel_keep_the_interval() -> None:
    log, pace = Log(), Pacer()
    for _ in range(5):
        await write(pace, log, 1)
    assert all(later - earlier >= 1 for earlier, later in pairwise(log.of(1)))


@in_virtual_time
async def test_the_interval_runs_from_the_end_of_a_slow_request() -> None:
    log, pace = Log(), Pacer()
    await write(pace, log, 1, takes=0.7)
    await write(pace, log, 1)
    assert log.of(1) == pytest.approx([0.0, 1.7])


@in_virtual_time
async def test_the_interval_runs_from_the_answer_where_the_client_waits_after_it() -> None:
    log, pace = Log(), Pacer()
    pace.trace.freeze()
    async with pace.slot(1, edit=True):
        await asyncio.sleep(0.2)
        await pace.trace.on_request_end.send(None, None, None)  # type: ignore[arg-type]
        await asyncio.sleep(0.5)
    await write(pace, log, 1)
    assert log.of(1) == pytest.approx([1.2])


@in_virtual_time
async def test_the_first_edit_keeps_the_interval_from_the_message_itself() -> None:
    log, pace = Log(), Pacer()
    await write(pace, log, 1, edit=False)
    await write(pace, log, 1)
    assert log.of(1) == pytest.approx([0.0, 1.0])


@in_virtual_time
async def test_a_new_message_does_not_wait_for_the_interval() -> None:
    log, pace = Log(), Pacer()
    await write(pace, log, 1)
    await write(pace, log, 1, edit=False)
    assert log.of(1)[1] < 0.1


@in_virtual_time
async def test_a_failed_request_counts_too() -> None:
    log, pace = Log(), Pacer()
    try:
        async with pace.slot(1, edit=True):
            raise OSError
    except OSError:
        pass
    await write(pace, log, 1)
    assert log.of(1) == pytest.approx([1.0])


@in_virtual_time
async def test_all_channels_together_keep_the_rate_and_share_it_evenly() -> None:
    log, pace = Log(), Pacer(interval=1.0, rate=10.0)

    async def stream(channel: int) -> None:
        for _ in range(4):
            await write(pace, log, channel)

    await asyncio.gather(*(stream(channel) for channel in range(30)))
    times = [at for at, _ in log.entries]
    assert all(later - earlier >= 0.1 - 1e-9 for earlier, later in pairwise(times))
    rounds = [sorted(where for _, where in log.entries[i : i + 30]) for i in range(0, 120, 30)]
    assert rounds == [list(range(30))] * 4


@in_virtual_time
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


@in_virtual_time
async def test_idle_channels_are_forgotten() -> None:
    log, pace = Log(), Pacer()
    for channel in range(1000):
        await write(pace, log, channel)
    assert pace.channels <= 30


class Request:
    """A request that fails with one error after the other, then succeeds; `at`: when it was tried."""

    def __init__(self, *errors: RequestError) -> None:
        self.at: list[float] = []
        self._begun = now()
        self._errors = list(errors)

    async def make(self) -> None:
        async for attempt in attempts((1.0, 5.0), 1):
            with attempt:
                self.at.append(now() - self._begun)
                if self._errors:
                    raise self._errors.pop(0)


@in_virtual_time
async def test_a_request_is_tried_again_while_discord_is_in_trouble() -> None:
    request = Request(TransientError("one"), TransientError("two"))
    await request.make()
    assert request.at == pytest.approx([0.0, 1.0, 6.0])


@in_virtual_time
async def test_the_last_attempt_raises_what_it_met() -> None:
    request = Request(*map(TransientError, ("one", "two", "three")))
    with pytest.raises(TransientError, match="three"):
        await request.make()
    assert len(request.at) == 3


@in_virtual_time
async def test_what_is_not_transient_is_not_tried_again() -> None:
    request = Request(GoneError("gone"))
    with pytest.raises(GoneError):
        await request.make()
    assert request.at == [0.0]


@in_virtual_time
async def test_a_cancelled_request_is_not_tried_again() -> None:
    request = Request(TransientError("one"))
    task = asyncio.create_task(request.make())
    await asyncio.sleep(0.5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert request.at == [0.0]
