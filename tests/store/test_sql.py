"""What the domain expects of a conversation store."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bot.chat.turns import Author, FinishReason, Quote, Role
from bot.client.services import ConversationStore
from bot.errors import StoreError
from bot.policy.ports import PolicyStore
from bot.store import SqlStore
from tests.store.people import MIKA, POSTED, answered, asked, message, now


def test_it_is_a_store_of_conversations_and_policies(url: str) -> None:
    conversations: ConversationStore = SqlStore(url)
    policies: PolicyStore = SqlStore(url)
    assert conversations
    assert policies


async def test_an_accepted_message_becomes_a_user_turn(store: SqlStore) -> None:
    turn = await asked(store, message(100, channel_id=2**62, text="what's up? 🐈"))

    assert turn.role is Role.USER
    assert turn.author == MIKA
    assert (turn.channel_id, turn.message_id, turn.text) == (2**62, 100, "what's up? 🐈")
    assert (turn.reply_to, turn.ended, turn.token_ids, turn.finished_at) == (None, None, (), None)


async def test_times_come_back_as_the_same_moment_with_a_time_zone(store: SqlStore) -> None:
    await answered(store, message(100))
    [exchange] = await store.history(7, before=10**9)

    assert exchange.prompt.created_at == POSTED
    assert exchange.prompt.created_at.utcoffset() is not None
    assert exchange.reply.finished_at is not None
    assert exchange.reply.created_at <= exchange.reply.finished_at <= now()


async def test_a_message_is_accepted_once(store: SqlStore) -> None:
    assert await store.accept(message(100))
    assert await store.accept(message(100)) is None
    assert await store.accept(message(100, channel_id=8, text="other")) is None
    assert len(await store.unanswered()) == 1


async def test_the_id_of_a_posted_reply_is_not_accepted(store: SqlStore) -> None:
    exchange = await answered(store, message(100))
    await store.mark_posted(exchange.reply.id, 101)

    assert await store.accept(message(101)) is None


async def test_turn_ids_ascend(store: SqlStore) -> None:
    first = await asked(store, message(300))
    reply = await store.open_reply(first)
    second = await asked(store, message(200))

    assert first.id < reply.id < second.id


async def test_text_that_no_database_takes_is_kept_as_near_as_can_be(store: SqlStore) -> None:
    turn = await asked(store, message(100, text="a\0b \ud83d\ude00 \ud83d!", author=Author(5, "x\ud800")))

    assert turn.text == "a\ufffdb 😀 \ufffd!"
    assert turn.author == Author(5, "x\ufffd")
    assert (await store.replied_message(100)) == turn


async def test_a_reply_is_stored_as_it_ended(store: SqlStore) -> None:
    prompt = await asked(store, message(100))
    opened = await store.open_reply(prompt)
    assert (opened.role, opened.author, opened.reply_to) == (Role.ASSISTANT, None, prompt.id)
    assert (opened.channel_id, opened.text, opened.message_id, opened.ended) == (7, "", None, None)

    await store.mark_posted(opened.id, 101)
    await store.close_reply(
        opened.id, "def f():\n    return 1", range(2**32 - 3, 2**32), "v1", FinishReason.LENGTH
    )
    await store.mark_delivered(opened.id)

    closed = await store.replied_message(101)
    assert closed is not None
    assert (closed.text, closed.ended, closed.delivered) == (
        "def f():\n    return 1",
        FinishReason.LENGTH,
        True,
    )
    assert (closed.token_ids, closed.tokenizer) == ((2**32 - 3, 2**32 - 2, 2**32 - 1), "v1")
    assert (await store.history(7, before=10**9))[0].reply == closed


async def test_opening_a_reply_again_gives_the_same_one(store: SqlStore) -> None:
    prompt = await asked(store, message(100))
    opened = await store.open_reply(prompt)
    await store.mark_posted(opened.id, 101)

    again = await store.open_reply(prompt)
    assert (again.id, again.message_id, again.ended) == (opened.id, 101, None)

    await store.close_reply(opened.id, "hi", [], "", FinishReason.COMPLETE)
    assert (await store.open_reply(prompt)).ended is FinishReason.COMPLETE


async def test_history_is_in_the_order_of_the_prompts_not_of_the_replies(store: SqlStore) -> None:
    first = await asked(store, message(100, text="one"))
    second = await asked(store, message(101, text="two"))
    for prompt in (second, first):
        reply = await store.open_reply(prompt)
        await store.close_reply(reply.id, f"to {prompt.text}", [], "", FinishReason.COMPLETE)

    found = [(e.prompt.text, e.reply.text) for e in await store.history(7, before=second.id + 1)]
    assert found == [("one", "to one"), ("two", "to two")]


async def test_history_holds_only_what_was_asked_before(store: SqlStore) -> None:
    await answered(store, message(100, text="one"))
    second = await answered(store, message(101, text="two"))

    assert [e.prompt.text for e in await store.history(7, before=second.prompt.id)] == ["one"]


async def test_channels_keep_their_histories_apart(store: SqlStore) -> None:
    await answered(store, message(100, channel_id=7, text="in seven"))
    await answered(store, message(101, channel_id=8, text="in eight"))

    assert [e.prompt.text for e in await store.history(7, before=10**9)] == ["in seven"]
    assert [e.prompt.text for e in await store.history(8, before=10**9)] == ["in eight"]
    assert await store.history(9, before=10**9) == []


@pytest.mark.parametrize("ended", list(FinishReason))
async def test_history_shows_a_reply_that_ended_with_some_text_however_it_ended(
    store: SqlStore, ended: FinishReason
) -> None:
    await answered(store, message(100), text="half a", ended=ended)
    await answered(store, message(101), text="", ended=ended)

    assert [e.reply.text for e in await store.history(7, before=10**9)] == ["half a"]


async def test_history_leaves_out_what_has_not_ended(store: SqlStore) -> None:
    await asked(store, message(100))
    await store.open_reply(await asked(store, message(101)))

    assert await store.history(7, before=10**9) == []


async def test_trimmed_turns_stay_out_and_trimming_never_goes_back(store: SqlStore) -> None:
    exchanges = [await answered(store, message(100 + n, text=str(n))) for n in range(3)]
    await store.trim(7, exchanges[2].prompt.id)
    await store.trim(7, exchanges[1].prompt.id)

    assert [e.prompt.text for e in await store.history(7, before=10**9)] == ["2"]


async def test_reset_puts_the_turns_of_its_channel_aside_and_counts_them(store: SqlStore) -> None:
    await answered(store, message(100, text="old"))
    await asked(store, message(101, text="old, open"))
    await answered(store, message(102, channel_id=8))

    assert await store.reset(7) == 4
    assert await store.reset(7) == 0
    assert await store.reset(999) == 0
    assert await store.history(7, before=10**9) == []
    assert len(await store.history(8, before=10**9)) == 1

    await answered(store, message(103, text="new"))
    assert [e.prompt.text for e in await store.history(7, before=10**9)] == ["new"]
    assert await store.reset(7) == 2


async def test_a_reply_being_generated_during_a_reset_is_put_aside_with_its_prompt(store: SqlStore) -> None:
    prompt = await asked(store, message(100))
    await store.reset(7)
    reply = await store.open_reply(prompt)
    await store.close_reply(reply.id, "late", [], "", FinishReason.COMPLETE)

    assert await store.history(7, before=10**9) == []


async def test_unanswered_are_the_prompts_whose_reply_has_not_ended_oldest_first(store: SqlStore) -> None:
    await answered(store, message(100))
    waiting = await asked(store, message(101, channel_id=8))
    begun = await asked(store, message(102))
    await store.open_reply(begun)
    await answered(store, message(103), text="", ended=FinishReason.FAILED)

    assert await store.unanswered() == [waiting, begun]


async def test_what_was_asked_before_a_moment_and_never_answered_expires(store: SqlStore) -> None:
    done = await answered(store, message(100))
    old = await asked(store, message(101))
    begun = await store.open_reply(await asked(store, message(102)))
    await store.mark_posted(begun.id, 110)
    moment = now()
    again = await store.reopen_reply(done.reply.id, keep=True)
    new = await asked(store, message(103))

    expired = await store.expire_unanswered(moment)
    assert [e.prompt.message_id for e in expired] == [101, 102]
    assert {e.reply.ended for e in expired} == {FinishReason.STOPPED}
    assert [e.reply.message_id for e in expired] == [None, 110]
    assert [turn.id for turn in await store.unanswered()] == [done.prompt.id, new.id]
    assert [e.prompt.message_id for e in await store.undelivered()] == [102], "its message looks unfinished"
    assert again.created_at >= moment, "it was asked for again"
    assert await store.expire_unanswered(moment) == []
    assert await store.accept(message(101)) is None
    assert await store.drop_reply(old.id) is not None


async def test_a_reply_that_is_dropped_ends_where_it_is(store: SqlStore) -> None:
    made = await answered(store, message(100), text="half a", ended=FinishReason.LENGTH)
    await store.mark_posted(made.reply.id, 110)
    await store.reopen_reply(made.reply.id, keep=True)
    dropped = await store.drop_reply(made.prompt.id)
    assert dropped is not None
    assert (dropped.reply.text, dropped.reply.ended, dropped.reply.message_id) == (
        "half a",
        FinishReason.STOPPED,
        110,
    )
    assert await store.unanswered() == []
    assert [e.reply.id for e in await store.undelivered()] == [made.reply.id]
    assert await store.drop_reply(999) is None


async def test_a_prompt_of_an_earlier_version_may_have_no_reply_at_all(store: SqlStore) -> None:
    prompts = [await asked(store, message(100 + n)) for n in range(3)]
    async with store.transaction(write=True) as session:
        await session.execute(text("DELETE FROM turns WHERE reply_to IS NOT NULL"))
    assert await store.exchange(100) is None
    assert await store.last_exchange(7) is None
    assert await store.unanswered() == prompts
    moment = now()
    assert (await store.open_reply(prompts[0])).ended is None
    assert await store.drop_reply(prompts[1].id) is not None
    assert [e.prompt.id for e in await store.expire_unanswered(moment)] == [prompts[2].id]
    assert [turn.id for turn in await store.unanswered()] == [prompts[0].id]


async def test_a_prompt_is_read_as_it_is_now_with_what_was_said_before(store: SqlStore) -> None:
    first = await answered(store, message(100, text="one"))
    prompt = await asked(store, message(101, text="tow", quotes=(Quote(5, "a"), Quote(6, "b"))))
    await answered(store, message(102))
    await store.rewrite_prompt(prompt.id, "two", [Quote(6, "b")])
    found = await store.prompt_with_history(prompt.id)
    assert found is not None
    now_says, history = found
    assert (now_says.text, now_says.context, [e.prompt.id for e in history]) == (
        "two",
        "b",
        [first.prompt.id],
    )
    await store.withdraw(prompt.id)
    assert await store.prompt_with_history(prompt.id) is None
    assert await store.prompt_with_history(999) is None


async def test_undelivered_are_the_replies_whose_end_was_not_shown_oldest_first(store: SqlStore) -> None:
    second = await asked(store, message(99))
    shown = await answered(store, message(100))
    failed = await answered(store, message(101), text="", ended=FinishReason.FAILED)
    third = await answered(store, message(102, channel_id=8))
    reply = await store.open_reply(second)
    await store.mark_delivered(shown.reply.id)
    assert [e.prompt.id for e in await store.undelivered()] == [failed.prompt.id, third.prompt.id]

    await store.close_reply(reply.id, "done", [], "", FinishReason.STOPPED)
    undelivered = [e.prompt.id for e in await store.undelivered()]
    assert undelivered == [second.id, failed.prompt.id, third.prompt.id]


async def test_a_message_leads_to_its_turn_by_any_of_its_pages(store: SqlStore) -> None:
    exchange = await answered(store, message(100))
    await store.mark_posted(exchange.reply.id, 101)
    await store.mark_posted(exchange.reply.id, 102, page=1)

    for message_id in (101, 102):
        found = await store.replied_message(message_id)
        assert found is not None
        assert (found.id, found.message_id) == (exchange.reply.id, 101)
    assert await store.replied_message(100) == exchange.prompt
    assert await store.replied_message(555) is None


async def test_a_page_posted_again_takes_the_place_of_the_old_one(store: SqlStore) -> None:
    exchange = await answered(store, message(100))
    await store.mark_posted(exchange.reply.id, 101)
    await store.mark_posted(exchange.reply.id, 101)
    await store.mark_posted(exchange.reply.id, 109)

    assert await store.replied_message(101) is None
    found = await store.replied_message(109)
    assert found is not None
    assert found.message_id == 109


async def test_a_message_cannot_show_two_turns(store: SqlStore) -> None:
    exchange = await answered(store, message(100))
    with pytest.raises(StoreError):
        await store.mark_posted(exchange.reply.id, 100)
    assert await store.replied_message(100) == exchange.prompt


async def test_writing_to_a_turn_that_is_gone_does_nothing(store: SqlStore) -> None:
    await store.mark_posted(999, 101)
    await store.close_reply(999, "text", [], "", FinishReason.COMPLETE)
    await store.mark_delivered(999)

    assert await store.replied_message(101) is None
    assert await store.undelivered() == []


async def test_everything_is_there_after_a_restart(url: str) -> None:
    async with SqlStore(url) as store:
        await answered(store, message(100))
        waiting = await asked(store, message(101))
        opened = await store.open_reply(waiting)
        await store.mark_posted(opened.id, 102)
        history = await store.history(7, before=10**9)

    async with SqlStore(url) as store:
        assert await store.history(7, before=10**9) == history
        assert await store.accept(message(100)) is None
        assert await store.unanswered() == [waiting]
        reopened = await store.open_reply(waiting)
        assert (reopened.id, reopened.message_id) == (opened.id, 102)
        assert (await asked(store, message(103))).id > opened.id
