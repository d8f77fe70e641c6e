"""Forgetting people and channels: nothing of them is left on the disk."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.turns import Author, FinishReason, Quote, ReplyUsage
from bot.errors import StoreError
from bot.policy.ports import Statistics, Usage
from bot.policy.server import ServerPolicy
from bot.store import SqlStore
from tests.store.people import MIKA, POSTED, answered, asked, dump, message, now

BEN = Author(id=810_000_000_000_000_002, name="Ben")


def files_in(folder: Path) -> bytes:
    """All that stands in a folder's files."""
    return b"".join(file.read_bytes() for file in folder.iterdir())


async def test_forgetting_a_channel_erases_it_and_nothing_else(store: SqlStore) -> None:
    made = await answered(store, message(100))
    await store.mark_posted(made.reply.id, 101)
    await asked(store, message(102))
    await answered(store, message(103, channel_id=8))
    await store.save_cursors({7: 102})

    assert await store.forget_channel(7) == 4
    assert await store.forget_channel(7) == 0
    assert await store.transcript(7) == []
    assert await store.unanswered() == []
    assert await store.replied_message(101) is None
    assert len(await store.transcript(8)) == 1
    assert await store.cursors() == {7: 102}, "what was heard is not heard again"


async def test_forgetting_a_person_erases_what_they_said_everywhere_and_the_replies(store: SqlStore) -> None:
    for channel in (7, 8):
        made = await answered(store, message(100 + channel, channel_id=channel, text="mine"), text="to mine")
        await store.mark_posted(made.reply.id, 200 + channel)
    await asked(store, message(120, text="mine, waiting"))
    bens = await answered(store, message(130, text="Ben's", author=BEN))
    await store.record_usage(ReplyUsage(MIKA.id, 1, 2, 3, now() - timedelta(days=1)))
    await store.record_usage(ReplyUsage(BEN.id, 1, 2, 3))

    assert await store.forget_person(MIKA.id) == 6
    assert await store.forget_person(MIKA.id) == 0
    assert [e.prompt.id for e in await store.transcript(7)] == [bens.prompt.id]
    assert await store.transcript(8) == []
    assert await store.usage(MIKA.id, 1, now().date() - timedelta(days=1)) == Usage()
    assert await store.usage(BEN.id, 1, now().date()) == Usage(1, 2, 3)
    tables = await dump(store)
    assert str(BEN.id) in tables
    for trace in (str(MIKA.id), MIKA.name, "mine"):
        assert trace not in tables


async def test_a_forgotten_person_has_used_today_what_they_used(store: SqlStore) -> None:
    await store.record_usage(ReplyUsage(MIKA.id, 1, 2, 3))
    await store.forget_person(MIKA.id)
    assert await store.usage(MIKA.id, 1, now().date()) == Usage(1, 2, 3), "or the quota would begin anew"


async def test_what_is_older_than_a_moment_is_forgotten_with_its_replies(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.erasure.BATCH", 2)
    for n in range(5):
        made = await answered(store, message(100 + n, channel_id=7 + n % 2))
        await store.mark_posted(made.reply.id, 200 + n)
    waiting = await asked(store, replace(message(300), created_at=POSTED + timedelta(seconds=1)))
    for day in (POSTED, POSTED - timedelta(days=1)):
        await store.record_usage(ReplyUsage(MIKA.id, 1, 1, 1, day))

    assert await store.forget_before(POSTED) == 0
    assert await store.usage(MIKA.id, 1, POSTED.date() - timedelta(days=1)) == Usage()
    assert await store.forget_before(POSTED + timedelta(seconds=1)) == 5
    assert await store.usage(MIKA.id, 1, POSTED.date()) == Usage(1, 1, 1)
    assert await store.unanswered() == [waiting]
    assert await store.statistics(1) == Statistics(2, 1, Usage(), Usage())
    assert await store.replied_message(200) is None


async def test_forgetting_a_person_erases_where_others_quote_them(store: SqlStore) -> None:
    quotes = (Quote(MIKA.id, "Mika wrote: secret\n"), Quote(BEN.id, "Ben attached: a file"))
    await answered(store, message(100, channel_id=8, text="mine", author=BEN, quotes=quotes))
    waiting = await asked(store, message(101, channel_id=8, author=BEN, quotes=quotes[:1]))
    assert waiting.context == "Mika wrote: secret\n"

    assert await store.forget_person(MIKA.id) == 0
    [exchange] = await store.transcript(8)
    assert (exchange.prompt.text, exchange.prompt.quotes) == ("mine", quotes[1:])
    assert [turn.context for turn in await store.unanswered()] == [""]
    assert "secret" not in await dump(store)


async def test_quotes_of_nobody_knows_whom_are_erased_with_whoever_is_forgotten(store: SqlStore) -> None:
    quotes = (Quote(None, "somebody wrote: secret"), Quote(BEN.id, "Ben wrote: hi"))
    await answered(store, message(100, author=BEN, quotes=(Quote(None, "all of it: secret"),)))
    await answered(store, message(101, author=BEN, quotes=quotes))
    await store.forget_person(MIKA.id)
    assert [e.prompt.context for e in await store.transcript(7)] == ["", "Ben wrote: hi"]
    assert "secret" not in await dump(store)


async def test_what_was_erased_is_not_in_the_files_any_more(tmp_path: Path) -> None:
    path = tmp_path / "o.db"
    traces = [f"trace{n}" for n in range(7)]

    def found() -> list[str]:
        files = files_in(tmp_path)
        return [trace for trace in traces if trace.encode() in files]

    async with SqlStore(f"sqlite+aiosqlite:///{path.as_posix()}") as store:
        withdrawn = await answered(store, message(100, text=traces[0]), text=traces[1])
        await answered(store, message(101, channel_id=8, text=traces[2]), text=traces[3] * 2000)
        await answered(store, message(102, text=traces[4], author=BEN), text=traces[5] * 2000)
        await asked(store, message(103, quotes=(Quote(BEN.id, traces[6] * 2000),)))
        assert found() == traces
        await store.withdraw(withdrawn.prompt.id)
        await store.forget_channel(8)
        assert found() == traces[4:]
        await store.forget_person(BEN.id)
        assert found() == []
    assert found() == []


async def test_what_grew_too_old_is_not_in_the_files_any_more(tmp_path: Path) -> None:
    path = tmp_path / "o.db"
    async with SqlStore(f"sqlite+aiosqlite:///{path.as_posix()}") as store:
        await answered(store, message(100, text="trace1"), text="trace2" * 2000)
        await store.forget_before(POSTED + timedelta(seconds=1))
        assert b"trace" not in files_in(tmp_path)


async def test_forgetting_does_not_wait_for_those_who_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.database.BUSY_TIMEOUT_MS", 100)
    path = tmp_path / "o.db"
    async with SqlStore(f"sqlite+aiosqlite:///{path.as_posix()}") as store:
        await answered(store, message(100))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM turns").fetchall()
        assert await store.forget_channel(7) == 2
        assert await store.transcript(7) == []
        other.close()


async def test_an_override_that_moderators_set_for_a_person_outlives_what_they_said(store: SqlStore) -> None:
    policy = ServerPolicy.model_validate({"person_quotas": {MIKA.id: {"tokens_a_day": 0}}})
    await store.set_policy(1, policy)
    await store.forget_person(MIKA.id)
    assert await store.policy(1) == policy


async def test_a_reply_to_what_was_forgotten_is_not_begun(store: SqlStore) -> None:
    prompt = await asked(store, message(100))
    await store.forget_person(MIKA.id)
    with pytest.raises(StoreError, match="deleted"):
        await store.open_reply(prompt)


async def test_a_reply_whose_channel_is_forgotten_while_it_is_made_is_lost(store: SqlStore) -> None:
    prompt = await asked(store, message(100))
    reply = await store.open_reply(prompt)
    await store.forget_channel(7)
    await store.mark_posted(reply.id, 101)
    await store.close_reply(reply.id, "late", [1], "abc", FinishReason.COMPLETE)
    await store.mark_delivered(reply.id)
    assert await store.transcript(7) == []
    assert await store.replied_message(101) is None
