"""Admission: order, bounds, and nothing lost when those who wait give up."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from bot.engine.genai.admission import Admission


async def entered(task: asyncio.Task[None]) -> bool:
    for _ in range(3):
        await asyncio.sleep(0)
    return task.done()


async def test_no_more_enter_than_there_are_places() -> None:
    admission = Admission(2, None, 32)
    await admission.enter(10)
    await admission.enter(10)
    third = asyncio.create_task(admission.enter(10))
    assert not await entered(third)
    admission.leave(10)
    assert await entered(third)


async def test_a_request_waits_for_room_in_the_pool() -> None:
    admission = Admission(4, 320, 32)
    await admission.enter(300)  # all ten blocks
    small = asyncio.create_task(admission.enter(1))
    assert not await entered(small)
    admission.leave(300)
    assert await entered(small)


async def test_a_small_request_does_not_overtake_a_large_one() -> None:
    admission = Admission(4, 320, 32)
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
    admission = Admission(4, 320, 32)
    await admission.enter(100)
    large = asyncio.create_task(admission.enter(320))
    await asyncio.sleep(0)
    small = asyncio.create_task(admission.enter(10))
    assert not await entered(small)
    large.cancel()
    assert await entered(small)


async def test_a_place_given_to_one_who_gives_up_at_that_moment_is_not_lost() -> None:
    admission = Admission(1, None, 32)
    await admission.enter(1)
    waiting = asyncio.create_task(admission.enter(1))
    await asyncio.sleep(0)
    admission.leave(1)
    waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled()
    await asyncio.wait_for(admission.enter(1), 1)


@given(
    st.lists(st.tuples(st.integers(1, 320), st.sampled_from(["leave", "cancel", "stay"])), max_size=40),
    st.integers(1, 4),
)
def test_bounds_hold_and_everyone_is_served(asked: list[tuple[int, str]], places: int) -> None:
    async def scenario() -> None:
        admission = Admission(places, 320, 32)
        inside: list[int] = []
        tasks: list[asyncio.Task[None]] = []

        async def visit(tokens: int) -> None:
            await admission.enter(tokens)
            inside.append(tokens)
            assert len(inside) <= places
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
