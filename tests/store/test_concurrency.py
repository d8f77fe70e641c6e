"""Several processes and tasks at one database, and tasks that are cancelled in the middle of a call."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.store import SqlStore
from tests.store.people import answered, asked, message

# Waits for the word to go, so that processes meet; prints the message ids that it could accept.
ACCEPTER = """
import asyncio, sys
from bot.store import SqlStore
from tests.store.people import message

async def main():
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    async with SqlStore(sys.argv[1]) as store:
        for n in range(40):
            if await store.accept(message(100 + n)) is not None:
                print(100 + n, flush=True)

asyncio.run(main())
"""


async def test_processes_that_open_an_empty_database_at_once_accept_each_message_once(
    url: str,
) -> None:
    pipe = asyncio.subprocess.PIPE
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", ACCEPTER, url, stdin=pipe, stdout=pipe)
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdout
        assert await process.stdout.readline()
    outputs = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))

    assert [process.returncode for process in processes] == [0, 0, 0]
    accepted = [int(line) for output, _ in outputs for line in output.split()]
    assert sorted(accepted) == list(range(100, 140))


async def test_a_message_offered_many_times_at_once_is_accepted_once(store: SqlStore) -> None:
    accepted = await asyncio.gather(*(store.accept(message(100)) for _ in range(20)))
    assert Counter(one is None for one in accepted) == {True: 19, False: 1}


async def test_of_many_first_messages_of_a_channel_at_once_all_are_kept(store: SqlStore) -> None:
    accepted = await asyncio.gather(*(store.accept(message(100 + n)) for n in range(20)))
    assert len({one.prompt.id for one in accepted if one}) == 20


async def test_opening_a_reply_many_times_at_once_makes_one(store: SqlStore) -> None:
    prompt = await asked(store, message(100))
    replies = await asyncio.gather(*(store.open_reply(prompt) for _ in range(20)))
    assert len({reply.id for reply in replies}) == 1


async def test_readers_do_not_wait_for_a_writer_of_another_process(tmp_path: Path) -> None:
    path = tmp_path / "o.db"
    async with SqlStore(f"sqlite+aiosqlite:///{path}") as store:
        await answered(store, message(100))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert len(await store.history(7, before=10**9)) == 1
        other.close()


async def test_a_writer_waits_for_one_of_another_process(tmp_path: Path) -> None:
    path = tmp_path / "o.db"
    async with SqlStore(f"sqlite+aiosqlite:///{path}") as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        began = asyncio.Event()

        @event.listens_for(store._engine.sync_engine, "before_cursor_execute")
        def begin(*_: object) -> None:
            began.set()

        accepting = asyncio.create_task(store.accept(message(100)))
        await began.wait()
        other.execute("COMMIT")
        other.close()
        assert await accepting is not None


async def test_a_call_cancelled_anywhere_happens_as_a_whole_or_not_at_all(store: SqlStore) -> None:
    """Cancel one after 0, 1, 2, … turns of the event loop, until it is through before that."""
    for turns in itertools.count():
        message_id = 1000 + turns
        accepting = asyncio.create_task(store.accept(message(message_id)))
        for _ in range(turns):
            await asyncio.sleep(0)
        if accepting.done():
            break
        accepting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await accepting
        # Whatever became of it: the next call gets a connection and the lock, and finds it whole.
        again = await store.accept(message(message_id))
        kept = await store.replied_message(message_id)
        assert kept is not None
        assert again is None or again.prompt == kept
    assert turns > 1


async def test_closing_waits_for_a_call_whose_caller_was_cancelled(url: str) -> None:
    async with SqlStore(url) as store:
        accepting = asyncio.create_task(store.accept(message(100)))
        await asyncio.sleep(0)
        accepting.cancel()
    async with SqlStore(url) as store:
        assert await store.accept(message(100)) is None


async def test_cancelling_the_opening_leaves_nothing_locked(tmp_path: Path) -> None:
    for turns in range(0, 60, 3):
        url = f"sqlite+aiosqlite:///{tmp_path / f'{turns}.db'}"

        async def opened(url: str = url) -> None:
            async with SqlStore(url):
                await asyncio.get_running_loop().create_future()

        opening = asyncio.create_task(opened())
        for _ in range(turns):
            await asyncio.sleep(0.0005)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        async with SqlStore(url) as store:
            await answered(store, message(100))
