from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest

from bot.chat.queue import QueueFullError
from bot.chat.reply import Phase
from bot.chat.turns import FinishReason
from bot.engine.scripted import ScriptedEngine
from bot.errors import EngineError
from bot.settings import load_settings
from bot.store import SqlStore
from tests.chat.bots import AOI, MIKA, Gate, answered, assistant, make_assistant, message


async def test_a_message_is_answered_and_stored(store: SqlStore) -> None:
    async with assistant(store) as bot:
        reply = await answered(bot, message("hello"))
        end = reply.snapshot
        assert (end.phase, end.text, end.finish_reason) == (
            Phase.DONE,
            "You said: hello",
            FinishReason.COMPLETE,
        )
        [exchange] = await store.history(1, before=10_000)
        assert (exchange.prompt.text, exchange.prompt.author) == ("hello", MIKA)
        assert (exchange.reply.text, exchange.reply.ended) == ("You said: hello", FinishReason.COMPLETE)
        assert exchange.reply.tokenizer == "bytes"
        assert exchange.reply.token_ids == tuple(b"You said: hello")


async def test_a_message_is_never_answered_twice(store: SqlStore) -> None:
    async with assistant(store) as bot:
        once = message("hello")
        await answered(bot, once)
        assert await bot.answer(once) is None
        assert bot.busy == 0


async def test_channels_keep_their_histories_apart(store: SqlStore) -> None:
    seen: list[str] = []

    def script(prompt: str) -> list[str]:
        seen.append(prompt)
        return ["ok"]

    async with assistant(store, script) as bot:
        await answered(bot, message("secret of one", channel=1))
        await answered(bot, message("in two", channel=2))
        await answered(bot, message("again in one", channel=1))
    assert seen == ["secret of one", "in two", "secret of oneokagain in one"]


async def test_the_second_prompt_begins_with_the_first_prompt_and_its_reply(store: SqlStore) -> None:
    engine = ScriptedEngine(lambda prompt: [" spaced  reply "])
    async with make_assistant(load_settings(None), engine, store) as bot:
        await answered(bot, message("one"))
        await answered(bot, message("two"))
    first, second = engine.prompts
    before = [*first, *b" spaced  reply ", 259]
    assert second[: len(before)] == before


async def test_messages_of_one_channel_are_answered_in_order_each_knowing_the_one_before(
    store: SqlStore,
) -> None:
    gate = Gate()
    async with assistant(store, lambda prompt: [str(len(prompt))], gate) as bot:
        replies = [await bot.answer(message(text)) for text in ("a", "bb", "ccc")]
        await gate.reached.wait()
        assert [reply.snapshot.ahead for reply in replies if reply] == [0, 1, 2]
        gate.open()
        ends = [await reply.finished() for reply in replies if reply]
    assert [end.text for end in ends] == ["1", "4", "8"]  # "a", "a1bb", "a1bb4ccc"


async def test_a_stop_ends_the_generation_at_once_and_keeps_what_was_written(store: SqlStore) -> None:
    def script(prompt: str) -> Iterable[str]:
        return itertools.chain(["some text "], itertools.repeat("more "))

    engine = ScriptedEngine(script)
    async with make_assistant(load_settings(None), engine, store) as bot:
        reply = await bot.answer(message("go on for ever"))
        assert reply is not None
        async for snapshot in reply.changes():
            if snapshot.phase is Phase.DECODE:
                reply.stop()
        assert reply.snapshot.finish_reason is FinishReason.STOPPED
        assert reply.snapshot.text.startswith("some text")
        assert engine.cancelled == 1
        [exchange] = await store.history(1, before=10_000)
        assert exchange.reply.text == reply.snapshot.text
        assert exchange.reply.ended is FinishReason.STOPPED


async def test_a_reply_that_is_stopped_in_the_queue_ends_at_once(store: SqlStore) -> None:
    gate = Gate()
    async with assistant(store, gate=gate) as bot:
        running, waiting, last = [await bot.answer(message(text)) for text in ("one", "two", "three")]
        assert running is not None
        assert waiting is not None
        assert last is not None
        await gate.reached.wait()
        waiting.stop()
        assert (waiting.snapshot.phase, waiting.snapshot.finish_reason) == (Phase.DONE, FinishReason.STOPPED)
        assert bot.active(1) == [running, last]
        assert await bot.stop(1, asked_by=999) == 0
        async for snapshot in last.changes():
            if snapshot.ahead == 1:
                break
        gate.open()
        assert (await running.finished()).finish_reason is FinishReason.COMPLETE
        assert (await last.finished()).finish_reason is FinishReason.COMPLETE
    assert await store.unanswered() == []


async def test_a_reply_that_was_stopped_in_the_queue_is_not_resumed_though_the_bot_stops_as_well(
    store: SqlStore,
) -> None:
    async with assistant(store, gate=Gate()) as bot:
        await bot.answer(message("runs"))
        waiting = await bot.answer(message("waits"))
        assert waiting is not None
        waiting.stop()
    assert [prompt.text for prompt in await store.unanswered()] == ["runs"]


async def test_a_reply_that_is_stopped_in_the_queue_ends_at_once_though_the_store_is_slow(
    store: SqlStore,
) -> None:
    gate = Gate()
    async with assistant(store, gate=gate, queue_size=1) as bot:
        await bot.answer(message("runs"))
        waiting = await bot.answer(message("waits"))
        assert waiting is not None
        await gate.reached.wait()
        async with store.transaction(write=True):  # nothing else can be written meanwhile
            waiting.stop()
            assert (await waiting.finished()).finish_reason is FinishReason.STOPPED
            private = await bot.one_shot(1, AOI, "takes the place")
            assert private.snapshot.ahead == 1
        gate.open()
        await private.finished()


async def test_a_failure_is_said_in_words_and_the_others_go_on(store: SqlStore) -> None:
    def script(prompt: str) -> list[str | EngineError]:
        return ["half ", EngineError("The device went away.")] if "fail" in prompt else ["fine"]

    async with assistant(store, script) as bot:
        failing = await answered(bot, message("fail", channel=1))
        fine = await answered(bot, message("work", channel=2))
    assert (failing.snapshot.finish_reason, failing.snapshot.error) == (
        FinishReason.FAILED,
        "The device went away.",
    )
    assert failing.snapshot.text == "half"
    assert fine.snapshot.text == "fine"


async def test_an_error_nobody_thought_of_is_said_and_logged_without_what_people_wrote(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    def script(prompt: str) -> list[str]:
        raise ZeroDivisionError

    async with assistant(store, script) as bot:
        reply = await answered(bot, message("secret words"))
    assert reply.snapshot.finish_reason is FinishReason.FAILED
    assert "log" in (reply.snapshot.error or "")
    assert "ZeroDivisionError" in caplog.text
    assert "secret words" not in caplog.text


async def test_nothing_that_people_wrote_is_in_the_log(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="bot")
    async with assistant(store) as bot:
        await answered(bot, message("secret words"))
    assert "channel 1" in caplog.text
    assert "secret words" not in caplog.text


async def test_a_reply_at_the_token_limit_ends_with_length(store: SqlStore) -> None:
    async with assistant(store, lambda prompt: ["0123456789"], max_new_tokens=4) as bot:
        reply = await answered(bot, message("count"))
    assert (reply.snapshot.text, reply.snapshot.finish_reason) == ("0123", FinishReason.LENGTH)


async def test_a_full_queue_refuses_before_anything_is_stored(store: SqlStore) -> None:
    gate = Gate()
    async with assistant(store, gate=gate, queue_size=1) as bot:
        await bot.answer(message("running"))
        await bot.answer(message("waiting"))
        refused = message("too many")
        with pytest.raises(QueueFullError):
            await bot.answer(refused)
        gate.open()
        for reply in bot.active(1):
            await reply.finished()
        assert await bot.answer(refused) is not None


async def test_a_reply_cut_off_by_the_end_of_the_program_is_resumed(store: SqlStore) -> None:
    gate = Gate()
    cut_off = message("hello")
    async with assistant(store, gate=gate) as bot:
        reply = await bot.answer(cut_off)
        assert reply is not None
        await bot.posted(reply, 4711)
        await gate.reached.wait()
    async with assistant(store) as bot:
        assert await bot.answer(cut_off) is None
        [prompt] = await bot.unanswered()
        again = await bot.resume_reply(prompt)
        assert again.turn.message_id == 4711
        assert (await again.finished()).text == "You said: hello"
    async with assistant(store) as bot:
        assert await bot.unanswered() == []


async def test_more_replies_than_the_queue_now_has_places_for_are_resumed(store: SqlStore) -> None:
    gate = Gate()
    async with assistant(store, gate=gate, queue_size=8) as bot:
        for channel in range(1, 7):
            await bot.answer(message("hello", channel=channel))
    async with assistant(store, queue_size=1) as bot:
        replies = [await bot.resume_reply(prompt) for prompt in await bot.unanswered()]
        assert len(replies) == 6
        for reply in replies:
            assert (await reply.finished()).finish_reason is FinishReason.COMPLETE


async def test_reset_stops_what_runs_and_starts_anew(store: SqlStore) -> None:
    gate = Gate()
    async with assistant(store, lambda prompt: [str(len(prompt))]) as bot:
        await answered(bot, message("long message"))
        assert await bot.reset(1) > 0
        fresh = await answered(bot, message("abc"))
        assert fresh.snapshot.text == "3"
    async with assistant(store, gate=gate) as bot:
        running = await bot.answer(message("held"))
        assert running is not None
        await gate.reached.wait()
        await bot.reset(1)
        assert running.snapshot.finish_reason is FinishReason.STOPPED


async def test_a_long_conversation_is_trimmed_in_the_store_as_well(store: SqlStore) -> None:
    async with assistant(store, lambda prompt: ["y" * 40], context_tokens=512, max_new_tokens=100) as bot:
        for _ in range(12):
            await answered(bot, message("x" * 40))
        history = await store.history(1, before=10_000)
    assert 0 < len(history) < 8


async def test_a_message_that_was_cut_is_reported(store: SqlStore) -> None:
    async with assistant(store, lambda prompt: ["ok"], context_tokens=128) as bot:
        reply = await answered(bot, message("x" * 4000))
    assert reply.snapshot.prompt_cut


async def test_a_reply_never_speaks_as_one_of_the_people(store: SqlStore) -> None:
    script = {
        "hi": ["Hello", " both.\nAoi", ": thanks!\nMika: bye"],
        "thanks!": ["Mika: you", " are welcome."],
    }
    engine = ScriptedEngine(lambda prompt: script.get(prompt.rpartition(": ")[2], ["Hey."]))
    async with make_assistant(load_settings(None), engine, store) as bot:
        await answered(bot, message("hey"))
        cut = await answered(bot, message("hi", author=AOI))
        assert (cut.snapshot.text, cut.snapshot.finish_reason) == ("Hello both.", FinishReason.COMPLETE)
        named = await answered(bot, message("thanks!"))
        assert named.snapshot.text == "you are welcome."
        [*_, before, last] = await store.history(1, before=10_000)
    assert set(engine.samplings[-1].stop) == {"\nMika:", "\nMika：", "\nAoi:", "\nAoi："}
    # What was cut off is no part of later prompts either.
    assert bytes(before.reply.token_ids).rstrip() == b"Hello both."
    assert last.reply.token_ids == ()


async def test_starting_anew_stops_no_private_answers(store: SqlStore) -> None:
    gate = Gate()
    async with assistant(store, gate=gate) as bot:
        running, private = await bot.answer(message("held")), await bot.one_shot(1, AOI, "mine")
        assert running is not None
        await gate.reached.wait()
        await bot.reset(1)
        assert running.snapshot.finish_reason is FinishReason.STOPPED
        gate.open()
        assert (await private.finished()).finish_reason is FinishReason.COMPLETE
