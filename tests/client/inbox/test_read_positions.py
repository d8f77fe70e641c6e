"""How far each channel was heard: never beyond a message that is still open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.client.inbox.read_positions import EVERYWHERE, ReadPositions
from bot.store import SqlStore
from tests.client.watching import eventually

ONE, TWO = 10, 20


@asynccontextmanager
async def kept(store: SqlStore) -> AsyncIterator[ReadPositions]:
    """ReadPositions that is written down as it is while the program runs."""
    progress = ReadPositions(store)
    await progress.load()
    progress.new_session(100)
    task = asyncio.create_task(progress.keep())
    await asyncio.sleep(0)  # it runs
    try:
        yield progress
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def opened() -> tuple[asyncio.Task[None], asyncio.Event]:
    """A message that is open until the event."""
    done = asyncio.Event()

    async def wait() -> None:
        await done.wait()

    return asyncio.create_task(wait()), done


async def is_at(store: SqlStore, **places: int) -> bool:
    cursors = await store.cursors()
    return all(cursors.get(int(channel[1:])) == place for channel, place in places.items())


async def test_a_place_stays_before_the_oldest_open_message(database: str) -> None:
    async with SqlStore(database) as store, kept(store) as progress:
        (first, first_done), (second, second_done) = opened(), opened()
        progress.heard(ONE, 201, first, hurry=True)
        progress.heard(ONE, 202, second, hurry=True)
        progress.heard(TWO, 203, None, hurry=False)
        second_done.set()
        await eventually(lambda: is_at(store, _10=200, _20=203, _0=200))
        first_done.set()
        await eventually(lambda: is_at(store, _10=202, _20=203, _0=203))


async def test_what_is_open_when_the_program_ends_is_heard_again(database: str) -> None:
    async with SqlStore(database) as store:
        async with kept(store) as progress:
            task, _ = opened()
            progress.heard(ONE, 201, task, hurry=True)
            progress.heard(ONE, 202, None, hurry=False)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        assert await is_at(store, _10=200)
        async with kept(store) as progress:
            assert progress.floors() == {ONE: 200, EVERYWHERE: 200}


async def test_a_place_does_not_move_while_a_channel_is_caught_up_with(database: str) -> None:
    async with SqlStore(database) as store:
        async with kept(store) as progress:
            progress.heard(ONE, 201, None, hurry=False)
        async with kept(store) as progress:
            progress.heard(ONE, 301, None, hurry=False)
            progress.heard(TWO, 302, None, hurry=False)
            assert progress.floors() == {ONE: 201, TWO: 201, EVERYWHERE: 201}
        assert await is_at(store, _10=201, _0=201)
        async with kept(store) as progress:
            progress.heard(ONE, 301, None, hurry=False)
            progress.caught_up(ONE)
            progress.caught_up()
        assert await is_at(store, _10=301, _0=301)


async def test_the_first_time_there_is_nothing_to_catch_up_with(database: str) -> None:
    async with SqlStore(database) as store:
        async with kept(store) as progress:
            assert progress.floors() == {}
        async with kept(store) as progress:
            assert progress.floors() == {EVERYWHERE: 100}
