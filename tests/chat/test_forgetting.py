"""What a person said is in no prompt any more once they have it forgotten."""

from __future__ import annotations

import asyncio

from bot.chat.reply import Phase
from bot.chat.turns import Exchange, FinishReason, Quote, Turn
from bot.engine.scripted import ScriptedEngine
from bot.settings import load_settings
from bot.store import SqlStore
from tests.chat.bots import AOI, MIKA, Gate, answered, assistant, make_assistant, message

SETTINGS = load_settings(None, system_prompt="")
AOIS = Quote(AOI.id, "Aoi wrote: secret")
MIKAS = Quote(MIKA.id, "Mika attached: a list")


async def test_a_prompt_that_waits_quotes_them_no_more(store: SqlStore) -> None:
    gate = Gate()
    engine = ScriptedEngine(lambda prompt: ["ok"], gate=gate, concurrency=1)
    async with make_assistant(SETTINGS, engine, store) as bot:
        running = await bot.answer(message("runs"))
        waiting = await bot.answer(message("what is that?", quotes=(AOIS, MIKAS)))
        await gate.reached.wait()
        assert waiting is not None
        await bot.forget_person(AOI.id)
        gate.open()
        assert (await waiting.finished()).finish_reason is FinishReason.COMPLETE
        assert running is not None
    asked = engine.tokenizer.decode(engine.prompts[-1])
    assert "a list" in asked
    assert "secret" not in asked
    assert waiting.prompt.quotes == (MIKAS,)


async def test_a_prompt_that_is_being_built_quotes_them_no_more(store: SqlStore) -> None:
    read, forgotten = asyncio.Event(), asyncio.Event()

    class Slow(SqlStore):
        async def prompt_with_history(self, prompt_id: int) -> tuple[Turn, list[Exchange]] | None:
            found = await super().prompt_with_history(prompt_id)
            read.set()
            await forgotten.wait()
            return found

    engine = ScriptedEngine(lambda prompt: ["ok"])
    async with Slow(str(store._url)) as slow, make_assistant(SETTINGS, engine, slow) as bot:
        reply = await bot.answer(message("what is that?", quotes=(AOIS,)))
        assert reply is not None
        await read.wait()
        await bot.forget_person(AOI.id)
        forgotten.set()
        await reply.finished()
    assert "secret" not in engine.tokenizer.decode(engine.prompts[0])


async def test_their_replies_end_and_those_of_others_go_on(store: SqlStore) -> None:
    gate = Gate()
    async with assistant(store, gate=gate) as bot:
        theirs = await bot.answer(message("secret", author=AOI))
        others = await bot.answer(message("hello", channel=2))
        await gate.reached.wait()
        assert await bot.forget_person(AOI.id) == 2
        assert theirs is not None
        assert others is not None
        assert (theirs.snapshot.phase, theirs.snapshot.finish_reason) == (Phase.DONE, FinishReason.STOPPED)
        gate.open()
        assert (await others.finished()).text == "You said: hello"
    assert await store.unanswered() == []


async def test_what_they_said_is_in_no_history_any_more(store: SqlStore) -> None:
    engine = ScriptedEngine(lambda prompt: ["ok"])
    async with make_assistant(SETTINGS, engine, store) as bot:
        await answered(bot, message("secret", author=AOI))
        await answered(bot, message("and that?", quotes=(AOIS,)))
        await bot.forget_person(AOI.id)
        await answered(bot, message("what did Aoi say?"))
    assert "secret" not in engine.tokenizer.decode(engine.prompts[-1])


async def test_a_one_shot_that_may_quote_them_is_stopped_while_it_waits(store: SqlStore) -> None:
    gate = Gate()
    async with assistant(store, gate=gate) as bot:
        running = await bot.answer(message("runs"))
        quoting = await bot.one_shot(1, MIKA, "Summarize.", quotes=(AOIS,))
        unknown = await bot.one_shot(1, MIKA, "Summarize.", quotes=(Quote(None, "somebody: secret"),))
        innocent = await bot.one_shot(1, MIKA, "Summarize.", quotes=(MIKAS,))
        await gate.reached.wait()
        await bot.forget_person(AOI.id)
        assert quoting.snapshot.finish_reason is FinishReason.STOPPED
        assert unknown.snapshot.finish_reason is FinishReason.STOPPED
        assert innocent.snapshot.finish_reason is None
        gate.open()
        assert (await innocent.finished()).finish_reason is FinishReason.COMPLETE
        assert running is not None


async def test_a_channel_that_is_forgotten_has_no_replies_any_more(store: SqlStore) -> None:
    gate = Gate()
    async with assistant(store, gate=gate) as bot:
        reply = await bot.answer(message("secret"))
        await gate.reached.wait()
        assert await bot.forget_channel(1) == 2
        assert reply is not None
        assert reply.snapshot.finish_reason is FinishReason.STOPPED
    assert await store.transcript(1) == []
