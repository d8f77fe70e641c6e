"""Another model takes the place of the one that answers, while people go on asking."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from bot.app import make_prompts, make_sampling
from bot.chat.assistant import LoadedModel
from bot.chat.engine_state import EngineState
from bot.chat.reply import Phase
from bot.chat.throughput import Throughput
from bot.engine.scripted import ScriptedEngine
from bot.settings import load_settings
from bot.store import SqlStore
from tests.chat.bots import AOI, Gate, answered, make_assistant, message

SETTINGS = load_settings(None, system_prompt="")


def loaded(engine: ScriptedEngine) -> LoadedModel:
    """A model on `engine`."""
    return LoadedModel(engine, make_prompts(SETTINGS, engine), make_sampling(SETTINGS, engine.info.sampling))


async def test_a_reply_that_runs_ends_first_and_what_waits_is_answered_by_the_new_model(
    store: SqlStore,
) -> None:
    gate = Gate()
    old = ScriptedEngine(lambda prompt: ["the old one"], gate=gate, concurrency=1)
    new = ScriptedEngine(lambda prompt: ["the new one"])
    async with make_assistant(SETTINGS, old, store) as bot:
        running = await bot.answer(message("runs"))
        await gate.reached.wait()
        queued = await bot.answer(message("waits", channel=2))
        assert running is not None
        assert queued is not None

        async def change() -> None:
            async with bot.paused():
                assert running.snapshot.phase is Phase.DONE
                later = await bot.answer(message("comes meanwhile", channel=3))
                assert later is not None
                await asyncio.sleep(0)
                assert {later.snapshot.phase, queued.snapshot.phase} == {Phase.QUEUED}
                bot.use(loaded(new))

        changing = asyncio.create_task(change())
        await asyncio.sleep(0)
        assert not changing.done()
        gate.open()
        await changing
        assert (await running.finished()).text == "the old one"
        assert (await queued.finished()).text == "the new one"
        assert bot.engine is new
        assert len(old.prompts) == 1


async def test_a_change_that_is_given_up_lets_the_old_model_go_on(store: SqlStore) -> None:
    gate = Gate()
    engine = ScriptedEngine(lambda prompt: ["still here"], gate=gate, concurrency=1)
    async with make_assistant(SETTINGS, engine, store) as bot:
        replies = [await bot.answer(message("hello", channel=channel)) for channel in (1, 2)]
        await gate.reached.wait()
        pausing = asyncio.create_task(bot.paused().__aenter__())
        await asyncio.sleep(0)
        pausing.cancel()
        gate.open()
        for reply in replies:
            assert reply is not None
            assert (await reply.finished()).text == "still here"


async def test_a_conversation_goes_on_with_what_was_said_before(store: SqlStore) -> None:
    old, new = ScriptedEngine(lambda prompt: ["It is Orvadel."]), ScriptedEngine(lambda prompt: ["Yes."])
    new.tokenizer.fingerprint = "other bytes"
    async with make_assistant(SETTINGS, old, store) as bot:
        await answered(bot, message("What is my name?"))
        async with bot.paused():
            bot.use(loaded(new))
        await answered(bot, message("Are you sure?"))
        assert "What is my name?It is Orvadel.Are you sure?" in new.tokenizer.decode(new.prompts[0])
    [first, second] = await store.history(1, before=10**9)
    assert (first.reply.tokenizer, second.reply.tokenizer) == ("bytes", "other bytes")


async def test_as_many_replies_run_as_the_new_model_can_take_and_its_speed_is_measured_anew(
    store: SqlStore,
) -> None:
    gate = Gate()
    old = ScriptedEngine(lambda prompt: ["ok"], concurrency=1)
    new = ScriptedEngine(lambda prompt: ["ok"], gate=gate, concurrency=2)
    async with make_assistant(SETTINGS, old, store) as bot:
        await answered(bot, message("measured"))
        assert bot.throughput != Throughput()
        async with bot.paused():
            bot.use(loaded(new))
        assert bot.throughput == Throughput()
        replies = [await bot.answer(message("hi", channel=channel, author=AOI)) for channel in (2, 3, 4)]
        await gate.reached.wait()
        assert [reply.started_at is not None for reply in replies if reply] == [True, True, False]
        gate.open()


async def test_how_long_a_wait_is_nobody_knows_while_the_model_is_changed(store: SqlStore) -> None:
    engine = ScriptedEngine(lambda prompt: ["ok"], concurrency=1)
    async with make_assistant(SETTINGS, engine, store, interval=0.01) as bot:
        await answered(bot, message("measured"))
        async with bot.paused():
            waiting = [await bot.answer(message("hi", channel=channel)) for channel in (2, 3)]
            assert [reply.snapshot.ahead for reply in waiting if reply] == [0, 1]
            assert [reply.snapshot.wait_seconds for reply in waiting if reply] == [None, None]
        for reply in waiting:
            assert reply is not None
            await reply.finished()


async def test_the_state_is_that_of_whichever_engine_there_is(store: SqlStore) -> None:
    old, new = ScriptedEngine(lambda prompt: []), ScriptedEngine(lambda prompt: [])
    async with make_assistant(SETTINGS, old, store) as bot, aclosing(bot.state.follow()) as states:
        assert await anext(states) is EngineState.READY
        old.state.set(EngineState.RESTARTING)
        assert await anext(states) is EngineState.RESTARTING
        async with bot.paused():
            bot.engine_gone(EngineState.LOADING)
            assert await anext(states) is EngineState.LOADING
            old.state.set(EngineState.FAILED)
            bot.use(loaded(new))
        assert await anext(states) is EngineState.READY
        new.state.set(EngineState.FAILED)
        assert await anext(states) is EngineState.FAILED
