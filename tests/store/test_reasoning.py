"""What a model thought before a reply: kept with the reply, and erased with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.chat.turns import Exchange, FinishReason
from bot.store import SqlStore
from tests.store.people import MIKA, POSTED, answered, dump, message
from tests.store.test_erasure import files_in

THOUGHT = "The person likes tea."
ERASURES: dict[str, Callable[[SqlStore, Exchange], Awaitable[object]]] = {
    "withdraw": lambda store, made: store.withdraw(made.prompt.id),
    "forget the person": lambda store, _: store.forget_person(MIKA.id),
    "forget the channel": lambda store, _: store.forget_channel(7),
    "forget what is old": lambda store, _: store.forget_before(POSTED + timedelta(seconds=1)),
}


async def test_reasoning_is_kept_with_its_reply_and_apart_from_its_text(store: SqlStore) -> None:
    made = await answered(store, message(100), "Tea?", reasoning=THOUGHT)
    await store.mark_posted(made.reply.id, 101)
    for exchange in [await store.exchange(101), *await store.history(7, before=10**9)]:
        assert exchange is not None
        assert (exchange.reply.text, exchange.reply.reasoning) == ("Tea?", THOUGHT)
        assert exchange.prompt.reasoning == ""


async def test_reasoning_that_no_database_can_store_does_not_lose_the_reply(store: SqlStore) -> None:
    await answered(store, message(100), "Tea?", reasoning="a\0b\ud800")
    [exchange] = await store.history(7, before=10**9)
    assert (exchange.reply.text, exchange.reply.reasoning) == ("Tea?", "a\ufffdb\ufffd")


async def test_a_reply_without_text_that_was_stopped_in_thought_keeps_it(store: SqlStore) -> None:
    made = await answered(store, message(100), "", FinishReason.STOPPED, THOUGHT)
    assert await store.history(7, before=10**9) == []
    exchange = await store.exchange(100)
    assert exchange is not None
    assert exchange.reply.id == made.reply.id
    assert exchange.reply.reasoning == THOUGHT


@pytest.mark.parametrize(("keep", "left"), [(False, ""), (True, THOUGHT)])
async def test_a_reply_that_is_made_anew_has_none_and_one_that_goes_on_keeps_it(
    store: SqlStore, keep: bool, left: str
) -> None:
    made = await answered(store, message(100), reasoning=THOUGHT)
    turn = await store.reopen_reply(made.reply.id, keep=keep)
    assert turn.reasoning == left
    assert (THOUGHT in await dump(store)) == keep


@pytest.mark.parametrize("how", ERASURES)
async def test_reasoning_is_erased_with_its_reply(store: SqlStore, url: str, how: str) -> None:
    made = await answered(store, message(100), reasoning=f"{THOUGHT} {'And so on. ' * 2000}")
    assert THOUGHT in await dump(store)
    await ERASURES[how](store, made)
    assert THOUGHT not in await dump(store)
    if url.startswith("sqlite") and how != "withdraw":  # that leaves SQLite's log to be merged later
        path = make_url(url).database
        assert path is not None
        assert THOUGHT.encode() not in files_in(Path(path).parent)


async def test_what_is_thought_for_a_reply_that_was_withdrawn_is_not_stored(store: SqlStore) -> None:
    made = await answered(store, message(100))
    await store.reopen_reply(made.reply.id, keep=False)
    await store.withdraw(made.prompt.id)
    await store.close_reply(made.reply.id, "late", [1], "abc", FinishReason.STOPPED, reasoning=THOUGHT)
    assert THOUGHT not in await dump(store)
