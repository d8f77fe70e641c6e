"""How far each channel was read: never beyond a message that is still open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.client.inbox.read_positions import EVERYWHERE, ReadPositions
from bot.store import SqlStore
from tests.client.watching import eventually

ONE, TWO = 10, 20


@asynccontextmanager
async def kept(store: SqlStore) -> AsyncIterator[ReadPositions]:
    """Positions that are kept on disk as they are while the program runs."""
    positions = ReadPositions(store)
    await positions.load()
    positions.new_session(100)
    task = asyncio.create_task(positions.keep())
    await asyncio.sleep(0)  # it runs
    try:
        yield positions
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def is_at(store: SqlStore, **places: int) -> bool:
    cursors = await store.cursors()
    return all(cursors.get(int(channel[1:])) == place for channel, place in places.items())


async def test_a_position_stays_before_the_oldest_open_message(database: str) -> None:
    async with SqlStore(database) as store, kept(store) as positions:
        positions.opened(ONE, 201)
        positions.opened(ONE, 202)
        positions.passed(TWO, 203)
        with positions.handling(ONE, 202, urgent=True):
            pass
        await eventually(lambda: is_at(store, _10=200, _20=203, _0=200))
        with positions.handling(ONE, 201, urgent=True):
            pass
        await eventually(lambda: is_at(store, _10=202, _20=203, _0=203))


async def test_what_is_open_when_the_program_ends_is_read_again(database: str) -> None:
    async with SqlStore(database) as store:
        async with kept(store) as positions:
            positions.opened(ONE, 201)
            positions.passed(ONE, 202)
            with pytest.raises(asyncio.CancelledError), positions.handling(ONE, 201, urgent=True):
                raise asyncio.CancelledError
        assert await is_at(store, _10=200)
        async with kept(store) as positions:
            assert positions.floors() == {ONE: 200, EVERYWHERE: 200}


async def test_a_position_does_not_move_while_the_backlog_is_read(database: str) -> None:
    async with SqlStore(database) as store:
        async with kept(store) as positions:
            positions.passed(ONE, 201)
        async with kept(store) as positions:
            positions.passed(ONE, 301)
            positions.passed(TWO, 302)
            assert positions.floors() == {ONE: 201, TWO: 201, EVERYWHERE: 201}
        assert await is_at(store, _10=201, _0=201)
        async with kept(store) as positions:
            positions.passed(ONE, 301)
            positions.backlog_done(positions.session, ONE)
            positions.backlog_done(positions.session)
        assert await is_at(store, _10=301, _0=301)


async def test_the_first_time_there_is_no_backlog(database: str) -> None:
    async with SqlStore(database) as store:
        async with kept(store) as positions:
            assert positions.floors() == {}
        async with kept(store) as positions:
            assert positions.floors() == {EVERYWHERE: 100}


async def test_a_page_of_the_backlog_moves_its_channel_and_no_other(database: str) -> None:
    async with SqlStore(database) as store:
        async with kept(store) as positions:
            positions.passed(ONE, 201)
            positions.passed(TWO, 202)
        async with kept(store) as positions:
            positions.passed(ONE, 301)
            positions.backlog_read(positions.session, ONE, 250)
        assert await is_at(store, _10=250, _20=202, _0=202)


async def test_positions_of_a_bounded_number_of_channels_are_kept(database: str) -> None:
    async with SqlStore(database) as store:
        positions = ReadPositions(store)
        await positions.load()
        positions.new_session(1)
        for channel in range(1, 5000):
            positions.passed(channel, 1000 + channel)
        positions.new_session(10_000)
        assert len(positions.floors()) < 2000
        assert positions.floors()[EVERYWHERE] == 5999


async def test_a_backlog_of_an_earlier_session_moves_nothing(database: str) -> None:
    async with SqlStore(database) as store, kept(store) as positions:
        positions.passed(ONE, 201)
        positions.new_session(250)
        earlier = positions.session
        positions.new_session(300)
        positions.backlog_read(earlier, ONE, 280)
        positions.backlog_done(earlier, ONE)
        positions.backlog_done(earlier)
        assert positions.floors() == {ONE: 201, EVERYWHERE: 201}


async def test_a_bounded_number_of_channels_is_stored(database: str) -> None:
    async with SqlStore(database) as store:
        for run in range(3):
            async with kept(store) as positions:
                positions.backlog_done(positions.session)
                for number in range(2000):
                    positions.passed(10_000 * run + number, 1_000_000 * (run + 1) + number)
        async with kept(store):
            pass
        assert len(await store.cursors()) <= 4000
        assert (await store.cursors())[EVERYWHERE] == 3_001_999
