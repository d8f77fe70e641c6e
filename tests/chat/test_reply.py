from __future__ import annotations

import asyncio

import pytest

from bot.chat.reply import Phase, Reply, Snapshot
from bot.chat.turns import Author, FinishReason, Role, Turn


@pytest.fixture
def reply() -> Reply:
    prompt = Turn(1, channel_id=5, role=Role.USER, author=Author(7, "Mika"), text="hi")
    return Reply(prompt, Turn(2, channel_id=5, role=Role.ASSISTANT, author=None, text="", reply_to=1))


async def test_a_slow_watcher_sees_the_newest_state_and_always_the_last(reply: Reply) -> None:
    changes = reply.changes()
    assert (await anext(changes)).phase is Phase.QUEUED
    for text in ("a", "ab", "abc"):
        reply.update(phase=Phase.DECODE, text=text)
    assert (await anext(changes)).text == "abc"
    reply.update(text="abcd")
    reply.update(phase=Phase.DONE, text="abcd.", finish_reason=FinishReason.COMPLETE)
    rest = [snapshot async for snapshot in changes]
    assert [snapshot.text for snapshot in rest] == ["abcd."]


async def test_a_watcher_waits_until_something_changes(reply: Reply) -> None:
    changes = reply.changes()
    await anext(changes)
    waiting = asyncio.ensure_future(anext(changes))
    await asyncio.sleep(0)
    assert not waiting.done()
    reply.update(ahead=3)
    assert (await waiting).ahead == 3


async def test_nothing_changes_after_the_end(reply: Reply) -> None:
    reply.update(phase=Phase.DONE, text="end", finish_reason=FinishReason.COMPLETE)
    reply.update(text="more")
    assert await reply.finished() == Snapshot(Phase.DONE, text="end", finish_reason=FinishReason.COMPLETE)


async def test_stop_ends_the_stoppable_block_and_nothing_else(reply: Reply) -> None:
    steps: list[str] = []

    async def work() -> None:
        with reply.stoppable():
            steps.append("began")
            await asyncio.Event().wait()
            steps.append("never")
        await asyncio.sleep(0)
        steps.append("wrote down")

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    reply.stop()
    reply.stop()
    await task
    assert steps == ["began", "wrote down"]


async def test_a_stop_before_the_work_begins_counts(reply: Reply) -> None:
    async def work() -> str:
        with reply.stoppable():
            await asyncio.Event().wait()
        return "stopped"

    reply.stop()
    assert await asyncio.create_task(work()) == "stopped"


async def test_a_cancellation_from_elsewhere_goes_through(reply: Reply) -> None:
    async def work() -> None:
        with reply.stoppable():
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    reply.stop()
    with pytest.raises(asyncio.CancelledError):
        await task
