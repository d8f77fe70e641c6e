from __future__ import annotations

import asyncio
import itertools
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.ports import SamplingParams
from bot.chat.prompt import NoRoomError
from bot.chat.reply import Phase, Reply
from bot.chat.turns import FinishReason
from bot.engine.scripted import ScriptedEngine
from bot.settings import load_settings
from bot.store import SqlStore
from tests.chat.bots import AOI, Gate, answered, assistant, make_assistant, message

SETTINGS = load_settings(None, system_prompt="")


def numbered() -> ScriptedEngine:
    """An engine that says "reply 1" to the first prompt, "reply 2" to the second, and so on."""
    numbers = itertools.count(1)
    return ScriptedEngine(lambda prompt: [f"reply {next(numbers)}"], concurrency=2)


async def again(reply: Reply | None) -> Reply:
    assert reply is not None
    await reply.finished()
    return reply


async def in_history(store: SqlStore, channel: int = 1) -> list[tuple[str, str]]:
    return [(e.prompt.text, e.reply.text) for e in await store.history(channel, before=10_000)]


async def test_a_reply_is_made_again_from_the_history_before_its_prompt(store: SqlStore) -> None:
    engine = numbered()
    async with make_assistant(SETTINGS, engine, store) as bot:
        first, second = message("one"), message("two")
        await answered(bot, first)
        await answered(bot, second)
        await again(await bot.regenerate(first.message_id))
        assert await in_history(store) == [("one", "reply 3"), ("two", "reply 2")]
        assert engine.prompts[2] == engine.prompts[0]


async def test_a_page_of_the_reply_names_it_as_well_as_its_prompt(store: SqlStore) -> None:
    async with make_assistant(SETTINGS, numbered(), store) as bot:
        reply = await answered(bot, message("one"))
        await bot.posted(reply, 4711)
        await bot.posted(reply, 4712, page=1)
        remade = await again(await bot.regenerate(4712))
        assert remade.turn.message_id == 4711
        assert await bot.regenerate(999_999) is None


@pytest.mark.parametrize("temperature", [0.0, 1.3])
async def test_a_reply_made_again_is_drawn_anew_even_where_the_likeliest_is_taken(
    store: SqlStore, temperature: float
) -> None:
    engine = numbered()
    settings = SETTINGS.model_copy(update={"temperature": temperature, "seed": 7})
    async with make_assistant(settings, engine, store) as bot:
        await answered(bot, message("one"))
        for _ in range(2):
            await again(await bot.regenerate_last(1))
    first, *others = engine.samplings
    assert (first.temperature, first.seed) == (temperature, 7)
    assert {other.temperature for other in others} == {temperature or 0.7}
    assert len({7, *(other.seed for other in others)}) == 3


async def test_a_reply_of_a_model_made_greedy_is_made_again_as_the_model_samples(store: SqlStore) -> None:
    engine = numbered()
    own = SamplingParams(temperature=0.5, top_p=0.8, top_k=20)
    engine.info = replace(engine.info, sampling=own)
    async with make_assistant(SETTINGS.model_copy(update={"temperature": 0.0}), engine, store) as bot:
        await answered(bot, message("one"))
        await again(await bot.regenerate_last(1))
    first, second = engine.samplings
    assert first.temperature == 0
    assert (second.temperature, second.top_p, second.top_k) == (0.5, 0.8, 20)


async def test_the_newest_reply_is_not_one_from_before_the_reset(store: SqlStore) -> None:
    async with make_assistant(SETTINGS, numbered(), store) as bot:
        await answered(bot, message("one"))
        await bot.reset(1)
        assert await bot.regenerate_last(1) is None


async def test_whoever_asks_twice_for_another_reply_gets_one(store: SqlStore) -> None:
    async with make_assistant(SETTINGS, numbered(), store) as bot:
        said = message("one")
        await answered(bot, said)
        replies = await asyncio.gather(*(bot.regenerate(said.message_id) for _ in range(3)))
        ended = [await again(reply) for reply in replies]
        assert bot.busy == 0
        [(prompt, shown)] = await in_history(store)
        assert (prompt, shown) in [("one", reply.snapshot.text) for reply in ended]
        assert shown != "reply 1"


async def test_a_reply_that_is_running_gives_way_to_the_one_made_again(store: SqlStore) -> None:
    gate = Gate()
    async with assistant(store, gate=gate) as bot:
        said = message("hello")
        running = await bot.answer(said)
        assert running is not None
        await gate.reached.wait()
        remade = await bot.regenerate(said.message_id)
        assert running.snapshot.finish_reason is FinishReason.STOPPED
        gate.open()
        assert (await again(remade)).snapshot.text == "You said: hello"


async def test_a_reply_cut_off_for_its_length_goes_on_from_its_ids(store: SqlStore) -> None:
    engine = ScriptedEngine(lambda prompt: ["fghij" if prompt.endswith("abcde") else "abcdefgh"])
    settings = SETTINGS.model_copy(update={"max_new_tokens": 5})
    async with make_assistant(settings, engine, store) as bot:
        said = message("the alphabet")
        await answered(bot, message("before"))
        await answered(bot, said)
        reply = await bot.continue_reply(said.message_id)
        assert reply is not None
        assert reply.snapshot.text == "abcde"  # shown while it waits
        await reply.finished()
        assert engine.prompts[2] == [*engine.prompts[1], *b"abcde"]
        assert reply.snapshot.text == "abcdefghij"
        assert (await in_history(store))[1] == ("the alphabet", "abcdefghij")
        [_, exchange] = await store.history(1, before=10_000)
        assert bytes(exchange.reply.token_ids[:10]) == b"abcdefghij"


async def test_only_a_reply_that_was_cut_off_for_its_length_goes_on(store: SqlStore) -> None:
    async with assistant(store) as bot:
        said = message("hello")
        await answered(bot, said)
        assert await bot.continue_reply(said.message_id) is None
        assert await bot.continue_reply(999_999) is None


async def test_a_reply_that_fills_the_context_cannot_go_on_and_stays_as_it_is(store: SqlStore) -> None:
    settings = SETTINGS.model_copy(update={"max_new_tokens": 400, "context_tokens": 512})
    engine = ScriptedEngine(lambda prompt: ["x" * 1000])
    async with make_assistant(settings, engine, store) as bot:
        said = message("y" * 200)
        await answered(bot, said)
        for _ in range(3):
            with suppress(NoRoomError):
                await again(await bot.continue_reply(said.message_id))
        before = await in_history(store)
        with pytest.raises(NoRoomError, match="can't continue"):
            await bot.continue_reply(said.message_id)
        assert await in_history(store) == before
        assert bot.busy == 0
        assert all(len(ids) <= 512 for ids in engine.prompts)


async def test_a_reply_that_was_going_on_when_the_program_ended_goes_on_from_there(store: SqlStore) -> None:
    gate = Gate()
    said = message("the alphabet")
    async with assistant(store, lambda prompt: ["abcdefgh"], max_new_tokens=5) as bot:
        await answered(bot, said)
    async with assistant(store, lambda prompt: ["never"], gate) as bot:
        await bot.continue_reply(said.message_id)
        await gate.reached.wait()
    async with assistant(store, lambda prompt: [prompt[-2:].upper()]) as bot:
        [prompt] = await bot.unanswered()
        reply = await bot.resume_reply(prompt)
        assert (await reply.finished()).text == "abcdeDE"


async def test_an_edited_prompt_is_answered_anew_in_its_place(store: SqlStore) -> None:
    async with assistant(store, lambda prompt: [prompt[-3:]]) as bot:
        said = message("one")
        await answered(bot, said)
        await answered(bot, message("two"))
        await again(await bot.redo(said.message_id, replace(said, text="uno")))
        assert await in_history(store) == [("uno", "uno"), ("two", "two")]


async def test_an_edited_prompt_stops_the_reply_that_is_being_made(store: SqlStore) -> None:
    gate = Gate()
    async with assistant(store, gate=gate) as bot:
        said = message("helo")
        running = await bot.answer(said)
        assert running is not None
        await gate.reached.wait()
        remade = await bot.redo(said.message_id, replace(said, text="hello"))
        assert running.snapshot.finish_reason is FinishReason.STOPPED
        gate.open()
        assert (await again(remade)).snapshot.text == "You said: hello"
        assert await in_history(store) == [("hello", "You said: hello")]


async def test_an_edit_that_changes_no_word_and_one_of_something_else_do_nothing(store: SqlStore) -> None:
    async with make_assistant(SETTINGS, numbered(), store) as bot:
        said = message("one")
        reply = await answered(bot, said)
        await bot.posted(reply, 4711)
        assert await bot.redo(said.message_id, said) is None
        assert await bot.redo(4711, replace(said, text="mine")) is None
        assert await bot.redo(999_999, replace(said, text="unknown")) is None
        assert await in_history(store) == [("one", "reply 1")]


@pytest.fixture
def long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything was answered longer ago than an edit is worth a new reply."""
    monkeypatch.setattr("bot.chat.assistant._REDO_WITHIN", timedelta(seconds=-1))


@pytest.mark.usefixtures("long_ago")
async def test_an_old_prompt_after_which_others_came_is_only_stored(store: SqlStore) -> None:
    async with make_assistant(SETTINGS, numbered(), store) as bot:
        said = message("one")
        await answered(bot, said)
        await answered(bot, message("two"))
        assert await bot.redo(said.message_id, replace(said, text="uno")) is None
        assert await in_history(store) == [("uno", "reply 1"), ("two", "reply 2")]


@pytest.mark.usefixtures("long_ago")
async def test_an_old_prompt_after_which_nothing_came_is_answered_anew(store: SqlStore) -> None:
    async with make_assistant(SETTINGS, numbered(), store) as bot:
        said = message("one")
        await answered(bot, said)
        await again(await bot.redo(said.message_id, replace(said, text="uno")))
        assert await in_history(store) == [("uno", "reply 2")]


async def test_a_withdrawn_exchange_is_in_no_history_and_is_not_answered_again(store: SqlStore) -> None:
    async with make_assistant(SETTINGS, numbered(), store) as bot:
        said = message("one", channel=5)
        reply = await answered(bot, said)
        await bot.posted(reply, 4711)
        await bot.posted(reply, 4712, page=1)
        await answered(bot, message("two", channel=5))
        [withdrawn] = await bot.withdraw([4712, said.message_id, 999_999])
        assert (withdrawn.channel_id, withdrawn.reply_message_ids) == (5, (4711, 4712))
        assert await in_history(store, 5) == [("two", "reply 2")]
        assert await bot.withdraw([4711]) == []
        assert await bot.answer(said) is None
        assert await bot.regenerate(4711) is None


async def test_a_prompt_that_is_withdrawn_while_it_is_answered_stops_the_reply(store: SqlStore) -> None:
    gate = Gate()
    async with assistant(store, gate=gate) as bot:
        said, other = message("secret"), message("other", channel=2)
        running, untouched = await bot.answer(said), await bot.answer(other)
        assert running is not None
        assert untouched is not None
        await gate.reached.wait()
        await bot.withdraw([said.message_id])
        assert (running.snapshot.phase, running.snapshot.finish_reason) == (Phase.DONE, FinishReason.STOPPED)
        gate.open()
        assert (await untouched.finished()).finish_reason is FinishReason.COMPLETE
        assert await in_history(store) == []
    async with assistant(store) as bot:
        assert await bot.unanswered() == []


async def test_a_stop_ends_what_runs_and_what_waits_in_the_channel_only(store: SqlStore) -> None:
    gate = Gate()
    async with assistant(store, gate=gate) as bot:
        here = [await bot.answer(message(text)) for text in ("one", "two")]
        there = await bot.answer(message("three", channel=2))
        await gate.reached.wait()
        assert await bot.stop(1) == 2
        assert [reply.snapshot.finish_reason for reply in here if reply] == [FinishReason.STOPPED] * 2
        assert await bot.stop(1) == 0
        gate.open()
        assert (await again(there)).snapshot.finish_reason is FinishReason.COMPLETE


async def test_a_stop_may_be_for_one_persons_messages(store: SqlStore) -> None:
    gate = Gate()
    async with assistant(store, gate=gate) as bot:
        mine = await bot.answer(message("mine"))
        await bot.answer(message("theirs", author=AOI))
        await gate.reached.wait()
        assert await bot.stop(1, asked_by=AOI.id) == 1
        gate.open()
        assert (await again(mine)).snapshot.finish_reason is FinishReason.COMPLETE
