"""A database of the first version, with conversations in it, is brought up to date as it is."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.chat.turns import Author, FinishReason, Quote
from bot.policy.ports import ChannelSettings, Statistics, Usage
from bot.policy.server import ServerPolicy
from bot.store import SqlStore
from tests.store import v0001
from tests.store.people import answered, asked, dump, message

AT = datetime(2026, 11, 1, 12, 30, tzinfo=UTC)


@pytest.fixture
async def first_version(url: str) -> str:
    """The URL of a database of the first version."""
    if folder := make_url(url).database:
        Path(folder).parent.mkdir(exist_ok=True)
    await v0001.make(url, AT, struct.pack("<2I", 5, 32007))
    return url


async def test_conversations_of_the_first_version_go_on(first_version: str) -> None:
    async with SqlStore(first_version) as store:
        [first, second] = await store.history(7, before=10**9)
        assert (first.prompt.text, first.prompt.author) == ("hello", Author(50, "Ana"))
        assert (first.prompt.context, first.prompt.created_at) == ("", AT)
        assert (first.reply.text, first.reply.token_ids, first.reply.tokenizer) == ("hi", (5, 32007), "abc")
        assert (second.reply.ended, second.reply.finished_at) == (FinishReason.LENGTH, AT)
        assert [turn.text for turn in await store.unanswered()] == ["are you there?"]
        assert [e.prompt.text for e in await store.undelivered()] == ["and me?"]
        assert await store.pages(6) == [105, 106]
        assert await store.accept(message(100)) is None

        assert await store.channel_settings(7) == ChannelSettings(1)
        assert await store.policy(1) == ServerPolicy()
        assert await store.statistics(1) == Statistics(4, 1, Usage(), Usage())
        assert await store.cursors() == {}


async def test_ids_of_turns_deleted_before_are_not_given_again(first_version: str) -> None:
    async with SqlStore(first_version) as store:
        await store.set_persona(70, 1, "of the parent")
        assert (await asked(store, message(300, parent_id=70))).id > 7
        assert (await store.channel_settings(7)).persona == "of the parent"
        assert await store.forget_channel(7) == 6
        assert (await answered(store, message(301))).prompt.id > 8
        assert await store.forget_person(51) == 2


async def test_references_are_as_they_were(first_version: str) -> None:
    """Adding columns by making a table anew, as SQLite often has to, would lose them."""
    async with SqlStore(first_version) as store:
        async with store.transaction(write=True) as session:
            await session.execute(text("DELETE FROM conversations WHERE channel_id = 7"))
            left = [
                (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()
                for table in ("turns", "messages")
            ]
        assert left == [2, 1]


async def test_contexts_of_the_second_version_become_quotes_of_nobody_knows_whom(url: str) -> None:
    if folder := make_url(url).database:
        Path(folder).parent.mkdir(exist_ok=True)
    await v0001.make(url, AT, struct.pack("<2I", 5, 32007), revision="0002")
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE turns SET context = 'Ben wrote: secret' WHERE id = 1"))
    await engine.dispose()
    async with SqlStore(url) as store:
        [first, second] = await store.history(7, before=10**9)
        assert (first.prompt.quotes, second.prompt.quotes) == ((Quote(None, "Ben wrote: secret"),), ())
        await store.forget_person(52)
        assert "secret" not in await dump(store)
        assert (await asked(store, message(300))).id > 7


async def test_replies_of_the_third_version_have_no_reasoning_and_later_ones_may(url: str) -> None:
    if folder := make_url(url).database:
        Path(folder).parent.mkdir(exist_ok=True)
    await v0001.make(url, AT, struct.pack("<2I", 5, 32007), revision="0003")
    async with SqlStore(url) as store:
        [first, second] = await store.history(7, before=10**9)
        assert (first.reply.text, first.reply.reasoning) == ("hi", "")
        assert (second.reply.text, second.reply.token_ids) == ("you too", (5, 32007))
        turn = await store.reopen_reply(second.reply.id, keep=False)
        await store.close_reply(turn.id, "and you", [6], "abc", FinishReason.COMPLETE, reasoning="who?")
        exchange = await store.exchange(104)
        assert exchange is not None
        assert (exchange.reply.text, exchange.reply.reasoning) == ("and you", "who?")
        assert (await asked(store, message(300))).id > 7, "ids of turns deleted before are not given again"
