"""Replies made again, prompts edited, exchanges taken back."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.chat.turns import FinishReason, Quote
from bot.errors import StoreError
from bot.store import SqlStore
from tests.store.people import answered, asked, dump, message, now


async def test_any_message_of_an_exchange_leads_to_it(store: SqlStore) -> None:
    made = await answered(store, message(100))
    await store.mark_posted(made.reply.id, 101)
    await store.mark_posted(made.reply.id, 102, page=1)

    for message_id in (100, 101, 102):
        found = await store.exchange(message_id)
        assert found is not None
        assert (found.prompt.id, found.reply.id) == (made.prompt.id, made.reply.id)
        assert (found.prompt.message_id, found.reply.message_id) == (100, 101)
    assert await store.exchange(555) is None
    assert await store.pages(made.reply.id) == [101, 102]
    assert await store.pages(555) == []


async def test_the_last_exchange_is_the_newest_since_the_conversation_began(store: SqlStore) -> None:
    await answered(store, message(100))
    newest = await answered(store, message(101), text="", ended=FinishReason.FAILED)
    await answered(store, message(102, channel_id=8))
    found = await store.last_exchange(7)
    assert found is not None
    assert found.prompt.id == newest.prompt.id

    await store.trim(7, newest.prompt.id + 2)
    assert await store.last_exchange(7) is not None
    await store.reset(7)
    assert await store.last_exchange(7) is None


async def test_a_reply_reopened_from_nothing_is_as_new_but_for_its_messages(store: SqlStore) -> None:
    made = await answered(store, message(100))
    await store.mark_posted(made.reply.id, 101)
    await store.mark_delivered(made.reply.id)
    reopened = await store.reopen_reply(made.reply.id, keep=False)

    assert (reopened.text, reopened.token_ids, reopened.tokenizer) == ("", (), "")
    assert (reopened.ended, reopened.finished_at, reopened.delivered) == (None, None, False)
    assert reopened.message_id == 101
    assert await store.history(7, before=10**9) == []
    assert await store.unanswered() == [made.prompt]
    assert await store.open_reply(made.prompt) == reopened


async def test_a_reply_reopened_to_go_on_keeps_what_it_has_over_a_restart(url: str) -> None:
    async with SqlStore(url) as store:
        made = await answered(store, message(100), text="half a", ended=FinishReason.LENGTH)
        reopened = await store.reopen_reply(made.reply.id, keep=True)
        assert (reopened.text, reopened.token_ids, reopened.tokenizer) == ("half a", (5, 6, 32007), "abc")
        assert reopened.ended is None

    async with SqlStore(url) as store:
        assert await store.unanswered() == [made.prompt]
        assert await store.open_reply(made.prompt) == reopened
        await store.close_reply(reopened.id, "half a loaf", [5, 6, 7], "abc", FinishReason.COMPLETE)
        assert [e.reply.text for e in await store.history(7, before=10**9)] == ["half a loaf"]


async def test_a_reply_that_is_gone_cannot_be_reopened(store: SqlStore) -> None:
    made = await answered(store, message(100))
    await store.withdraw(made.prompt.id)
    for turn_id in (made.reply.id, made.prompt.id, 999):
        with pytest.raises(StoreError, match="deleted"):
            await store.reopen_reply(turn_id, keep=True)


async def test_an_edited_prompt_says_and_refers_to_what_it_does_now(store: SqlStore) -> None:
    made = await answered(store, message(100, text="helo"))
    await store.rewrite_prompt(made.prompt.id, "hello\0", [Quote(None, "of \ud800 Ben's")])

    [exchange] = await store.history(7, before=10**9)
    assert (exchange.prompt.text, exchange.prompt.context) == ("hello\ufffd", "of \ufffd Ben's")
    assert exchange.prompt.created_at == made.prompt.created_at


async def test_what_a_message_referred_to_is_kept_with_it(store: SqlStore) -> None:
    turn = await asked(store, message(100, quotes=(Quote(None, "Ben wrote: \0 hi"),)))
    assert turn.context == "Ben wrote: \ufffd hi"
    assert await store.replied_message(100) == turn


async def test_what_was_withdrawn_is_nowhere_to_be_found(store: SqlStore) -> None:
    kept = await answered(store, message(99))
    said = message(100, text="secret", quotes=(Quote(None, "secret too"),))
    made = await answered(store, said, text="secret reply")
    await store.mark_posted(made.reply.id, 101)
    await store.mark_posted(made.reply.id, 102, page=1)
    assert await store.withdraw(made.prompt.id) == [101, 102]

    remaining = [kept.prompt.id]
    assert [e.prompt.id for e in await store.history(7, before=10**9)] == remaining
    assert [e.prompt.id for e in await store.transcript(7)] == remaining
    assert [e.prompt.id for e in await store.undelivered()] == remaining
    assert await store.unanswered() == []
    last = await store.last_exchange(7)
    assert last is not None
    assert last.prompt.id == kept.prompt.id
    for message_id in (100, 101, 102):
        assert await store.exchange(message_id) is None
        assert await store.replied_message(message_id) is None


async def test_what_was_withdrawn_is_not_on_the_disk_any_more(store: SqlStore) -> None:
    said = message(100, text="alpha7", quotes=(Quote(None, "beta7"),))
    made = await answered(store, said, text="gamma7")
    await store.withdraw(made.prompt.id)
    tables = await dump(store)
    assert str(made.prompt.id) in tables
    assert "7'" not in tables


async def test_a_withdrawn_message_is_not_answered_again(store: SqlStore) -> None:
    made = await answered(store, message(100))
    await store.mark_posted(made.reply.id, 101)
    await store.withdraw(made.prompt.id)
    assert await store.accept(message(100)) is None
    assert await store.accept(message(101)) is None


async def test_a_prompt_withdrawn_before_it_was_answered_never_is(store: SqlStore) -> None:
    prompt = await asked(store, message(100))
    assert await store.withdraw(prompt.id) == []
    assert await store.unanswered() == []
    with pytest.raises(StoreError, match="deleted"):
        await store.open_reply(prompt)
    assert await store.accept(message(100)) is None


async def test_a_prompt_withdrawn_while_it_is_answered_stays_so(store: SqlStore) -> None:
    prompt = await asked(store, message(100))
    reply = await store.open_reply(prompt)
    await store.mark_posted(reply.id, 101)
    assert await store.withdraw(prompt.id) == [101]
    await store.close_reply(reply.id, "late", [1], "abc", FinishReason.COMPLETE)
    await store.rewrite_prompt(prompt.id, "edited")

    tables = await dump(store)
    assert "late" not in tables
    assert "edited" not in tables
    assert await store.history(7, before=10**9) == []
    assert await store.transcript(7) == []
    assert await store.unanswered() == []
    assert await store.undelivered() == []


async def test_withdrawing_twice_or_nothing_changes_nothing(store: SqlStore) -> None:
    made = await answered(store, message(100))
    await store.mark_posted(made.reply.id, 101)
    assert await store.withdraw(made.prompt.id) == await store.withdraw(made.prompt.id) == [101]
    assert await store.withdraw(999) == []


async def test_a_transcript_has_what_the_history_left_out_but_not_what_reset_put_away(
    store: SqlStore,
) -> None:
    await answered(store, message(100, text="before"))
    await store.reset(7)
    await answered(store, message(101, text="trimmed"))
    failed = await answered(store, message(102, text="failed"), text="", ended=FinishReason.FAILED)
    await store.trim(7, failed.prompt.id)
    await asked(store, message(103, text="waiting"))
    await answered(store, message(104, channel_id=8, text="elsewhere"))

    assert [e.prompt.text for e in await store.transcript(7)] == ["trimmed", "failed"]


async def test_undelivered_replies_grow_too_old_to_be_shown(store: SqlStore) -> None:
    made = await answered(store, message(100))
    assert [e.reply.id for e in await store.undelivered(now() - timedelta(hours=1))] == [made.reply.id]
    assert await store.undelivered(now() + timedelta(seconds=1)) == []


async def test_withdrawing_and_closing_at_once_leaves_nothing_said(store: SqlStore) -> None:
    for message_id in range(100, 110):
        prompt = await asked(store, message(message_id))
        reply = await store.open_reply(prompt)
        await asyncio.gather(
            store.close_reply(reply.id, "said", [1], "abc", FinishReason.COMPLETE), store.withdraw(prompt.id)
        )
    assert await store.history(7, before=10**9) == []
    assert await store.undelivered() == []
