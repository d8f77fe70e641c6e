"""Admission: order, limits, and nothing lost when those who wait give up."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.genai.admission import Admission
from bot.engine.genai.kv_pool import KvPool
from bot.errors import PromptTooLongError

TEN_BLOCKS = KvPool(10, 32, 1)


async def entered(task: asyncio.Task[None]) -> bool:
    for _ in range(3):
        await asyncio.sleep(0)
    return task.done()


async def test_no_more_requests_enter_than_may_run_at_once() -> None:
    admission = Admission(2, None)
    await admission.enter(10)
    await admission.enter(10)
    third = asyncio.create_task(admission.enter(10))
    assert not await entered(third)
    admission.leave(10)
    assert await entered(third)


async def test_a_request_waits_for_room_in_the_pool() -> None:
    admission = Admission(4, TEN_BLOCKS)
    await admission.enter(300)  # all ten blocks
    small = asyncio.create_task(admission.enter(1))
    assert not await entered(small)
    admission.leave(300)
    assert await entered(small)


async def test_a_small_request_does_not_overtake_a_large_one() -> None:
    admission = Admission(4, TEN_BLOCKS)
    await admission.enter(100)
    large = asyncio.create_task(admission.enter(320))
    await asyncio.sleep(0)
    small = asyncio.create_task(admission.enter(10))
    assert not await entered(large)
    assert not await entered(small)
    admission.leave(100)
    assert await entered(large)
    assert not await entered(small)
    admission.leave(320)
    assert await entered(small)


async def test_one_who_gives_up_lets_the_next_one_in() -> None:
    admission = Admission(4, TEN_BLOCKS)
    await admission.enter(100)
    large = asyncio.create_task(admission.enter(320))
    await asyncio.sleep(0)
    small = asyncio.create_task(admission.enter(10))
    assert not await entered(small)
    large.cancel()
    assert await entered(small)


async def test_one_who_is_admitted_and_gives_up_at_the_same_moment_takes_no_room() -> None:
    admission = Admission(1, None)
    await admission.enter(1)
    waiting = asyncio.create_task(admission.enter(1))
    await asyncio.sleep(0)
    admission.leave(1)
    waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled()
    await asyncio.wait_for(admission.enter(1), 1)


@pytest.mark.parametrize("block_tokens", [16, 32, 256])
@pytest.mark.parametrize("blocks", [1, 2, 21])
@pytest.mark.parametrize("spare", [0, 5])
async def test_a_request_of_the_largest_size_is_admitted_whatever_a_block_holds(
    block_tokens: int, blocks: int, spare: int
) -> None:
    """An odd number of blocks of 16, as on a GPU, is no whole number of blocks of 32."""
    admission = Admission(4, KvPool(blocks, block_tokens, 1), spare)
    most = admission.max_tokens
    assert most == blocks * block_tokens - spare
    waiting = asyncio.create_task(admission.enter(most))
    assert await entered(waiting)
    next_one = asyncio.create_task(admission.enter(1))
    assert not await entered(next_one)
    admission.leave(most)
    assert await entered(next_one)


async def test_a_request_that_can_never_fit_is_refused_and_holds_nobody_up() -> None:
    admission = Admission(4, TEN_BLOCKS, 5)
    await admission.enter(100)
    with pytest.raises(PromptTooLongError, match="has 316 tokens; the model takes 1 to 315"):
        await admission.enter(316)
    await asyncio.wait_for(admission.enter(10), 1)


@given(
    st.lists(st.tuples(st.integers(1, 320), st.sampled_from(["leave", "cancel", "stay"])), max_size=40),
    st.integers(1, 4),
)
def test_limits_hold_and_everyone_is_served(asked: list[tuple[int, str]], concurrency: int) -> None:
    async def scenario() -> None:
        admission = Admission(concurrency, TEN_BLOCKS)
        inside: list[int] = []
        tasks: list[asyncio.Task[None]] = []

        async def visit(tokens: int) -> None:
            await admission.enter(tokens)
            inside.append(tokens)
            assert len(inside) <= concurrency
            assert sum(-(-tokens // 32) for tokens in inside) <= 10

        for tokens, what in asked:
            tasks.append(asyncio.create_task(visit(tokens)))
            await asyncio.sleep(0)
            if what == "cancel":
                tasks[-1].cancel()
            elif what == "leave" and inside:
                admission.leave(inside.pop(0))
        while not all(task.done() for task in tasks):
            await asyncio.sleep(0)
            if inside:
                admission.leave(inside.pop(0))
        for task in tasks:
            assert task.cancelled() or task.exception() is None

    asyncio.run(scenario())
