"""What an earlier run left unanswered: resumed, expired or dropped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.turns import FinishReason, Incoming
from bot.errors import StoreError
from bot.store import SqlStore
from tests.chat.bots import Gate, assistant, message


async def cut_off(store: SqlStore, *incoming: Incoming) -> datetime:
    """Leave messages unanswered, as a bot that is stopped does; when that was."""
    async with assistant(store, gate=Gate()) as bot:
        for one in incoming:
            await bot.answer(one)
    return datetime.now(UTC)


async def test_each_prompt_is_resumed_by_itself(store: SqlStore) -> None:
    await cut_off(store, message("one"), message("two", channel=2))
    async with assistant(store) as bot:
        one, two = await bot.unanswered()
        reply = await bot.resume_reply(two)
        assert await bot.unanswered() == [one]
        assert (await reply.finished()).text == "You said: two"
        assert await bot.unanswered() == [one]


async def test_what_was_asked_too_long_ago_is_never_looked_at_again(store: SqlStore) -> None:
    moment = await cut_off(store, message("old", created_at=datetime.now(UTC) - timedelta(days=1)))
    await cut_off(store, message("new", channel=2))
    async with assistant(store) as bot:
        [expired] = await bot.expire_unanswered(moment)
        assert (expired.prompt.text, expired.reply.ended) == ("old", FinishReason.STOPPED)
        assert [prompt.text for prompt in await bot.unanswered()] == ["new"]
        assert await bot.expire_unanswered(moment) == []


async def test_a_message_that_came_long_ago_and_was_accepted_just_now_does_not_expire(
    store: SqlStore,
) -> None:
    moment = datetime.now(UTC)
    await cut_off(store, message("caught up with", created_at=moment - timedelta(hours=20)))
    async with assistant(store) as bot:
        assert await bot.expire_unanswered(moment) == []
        assert len(await bot.unanswered()) == 1


async def test_a_prompt_that_may_not_be_answered_any_more_is_dropped(store: SqlStore) -> None:
    await cut_off(store, message("one"), message("two"))
    async with assistant(store) as bot:
        one, two = await bot.unanswered()
        dropped = await bot.drop(one)
        assert dropped is not None
        assert dropped.reply.ended is FinishReason.STOPPED
        assert await bot.unanswered() == [two]
        assert (await (await bot.resume_reply(two)).finished()).text == "You said: two"
        assert await bot.unanswered() == []


async def test_a_prompt_that_was_deleted_meanwhile_is_withdrawn(store: SqlStore) -> None:
    said = message("secret")
    await cut_off(store, said)
    async with assistant(store) as bot:
        [prompt] = await bot.unanswered()
        assert prompt.message_id == said.message_id
        assert len(await bot.withdraw([said.message_id])) == 1
        assert await bot.unanswered() == []
        with pytest.raises(StoreError, match="deleted"):
            await bot.resume_reply(prompt)
        assert bot.busy == 0
