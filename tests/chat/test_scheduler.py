from __future__ import annotations

from bot.chat.reply import Phase, Reply, Snapshot
from bot.chat.throughput import Throughput
from bot.engine.scripted import ScriptedEngine
from bot.settings import load_settings
from bot.store import SqlStore
from tests.chat.bots import Gate, answered, make_assistant, message

SETTINGS = load_settings(None, system_prompt="")


async def until(reply: Reply, holds: str) -> Snapshot:
    """The first state of `reply` in which the attribute is something."""
    async for snapshot in reply.changes():
        if getattr(snapshot, holds):
            return snapshot
    raise AssertionError(holds)


async def test_an_estimate_is_shown_once_a_reply_was_measured(store: SqlStore) -> None:
    gate = Gate()
    engine = ScriptedEngine(
        lambda prompt: ["ok"], gate=lambda: gate() if len(engine.prompts) > 1 else None, concurrency=1
    )
    async with make_assistant(SETTINGS, engine, store, interval=0.01) as bot:
        await answered(bot, message("measured"))
        assert bot.throughput.reply_seconds is not None
        bot._meter._measured = Throughput(reply_seconds=0.4)  # however fast the machine is
        running = await bot.answer(message("runs"))
        await gate.reached.wait()
        waiting = [await bot.answer(message("waits", channel=channel)) for channel in (2, 3)]
        assert running is not None
        assert all(waiting)
        assert running.snapshot.wait_seconds is None
        assert [reply.snapshot.wait_seconds for reply in waiting if reply] == [1, 1]  # rounded up
        gate.open()
        for reply in waiting:
            assert reply is not None
            assert (await reply.finished()).wait_seconds is None


async def test_no_estimate_is_shown_before_anything_was_measured(store: SqlStore) -> None:
    gate = Gate()
    engine = ScriptedEngine(lambda prompt: ["ok"], gate=gate, concurrency=1)
    async with make_assistant(SETTINGS, engine, store, interval=0.01) as bot:
        await bot.answer(message("runs"))
        waiting = await bot.answer(message("waits", channel=2))
        await gate.reached.wait()
        assert waiting is not None
        assert (waiting.snapshot.ahead, waiting.snapshot.wait_seconds) == (1, None)
        gate.open()
        await waiting.finished()


async def test_prefill_progress_and_a_stall_are_shown(store: SqlStore) -> None:
    gate = Gate()
    pieces = iter([None, None, gate, None])  # the third is held
    engine = ScriptedEngine(
        lambda prompt: [1, 3, "ok"], gate=lambda: held() if (held := next(pieces)) else None
    )
    async with make_assistant(SETTINGS, engine, store, patience=0.02, interval=0.01) as bot:
        reply = await bot.answer(message("a"))
        assert reply is not None
        stalled = await until(reply, "stalled")
        assert (stalled.phase, stalled.read_tokens, stalled.prompt_tokens) == (Phase.PREFILL, 3, 4)
        assert stalled.silent_seconds > 0.02
        gate.open()
        end = await reply.finished()
        assert (end.stalled, end.silent_seconds, end.read_tokens) == (False, 0, end.prompt_tokens)


async def test_an_engine_that_goes_on_is_not_stalled_any_more(store: SqlStore) -> None:
    gates = [Gate(), Gate(), Gate()]
    gates[2].open()
    held = iter(gates)
    engine = ScriptedEngine(lambda prompt: [1, 2, "ok"], gate=lambda: next(held)())
    async with make_assistant(SETTINGS, engine, store, patience=0.02, interval=0.01) as bot:
        reply = await bot.answer(message("a"))
        assert reply is not None
        await until(reply, "stalled")
        gates[0].open()
        async for snapshot in reply.changes():
            if not snapshot.stalled:
                break
        assert (snapshot.phase, snapshot.read_tokens) == (Phase.PREFILL, 1)
        gates[1].open()
        await reply.finished()
