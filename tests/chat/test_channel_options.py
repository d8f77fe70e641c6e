from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.chat.ports import ChannelOptions
from bot.chat.prompt import NoRoomError
from bot.chat.turns import FinishReason, ReplyUsage
from bot.engine.scripted import ScriptedEngine
from bot.errors import StoreError
from bot.policy.channel_options import PolicyChannelOptions
from bot.policy.ports import Usage
from bot.policy.server import ServerPolicy
from bot.settings import load_settings
from bot.store import SqlStore
from tests.chat.bots import MIKA, Gate, answered, make_assistant, message

SETTINGS = load_settings(None, system_prompt="Be kind.")


class FirstChannel:
    """ChannelOptionsSource with something set for channel 1."""

    def __init__(self, options: ChannelOptions) -> None:
        self._options = options

    async def channel_options(self, channel_id: int, guild_id: int | None = None) -> ChannelOptions:
        return self._options if channel_id == 1 else ChannelOptions()


async def used(store: SqlStore, guild_id: int | None) -> Usage:
    """What MIKA used today."""
    return await store.usage(MIKA.id, guild_id, datetime.now(UTC).date())


async def test_a_channel_may_have_a_persona_and_a_limit_on_its_replies(store: SqlStore) -> None:
    engine = ScriptedEngine(lambda prompt: ["0123456789"])
    options = FirstChannel(ChannelOptions(persona="Be a pirate.", max_reply_tokens=3))
    async with make_assistant(SETTINGS, engine, store, channel_options=options) as bot:
        here = await answered(bot, message("hi"))
        there = await answered(bot, message("hi", channel=2))
    assert (here.snapshot.text, here.snapshot.finish_reason) == ("012", FinishReason.LENGTH)
    assert there.snapshot.text == "0123456789"
    assert [engine.tokenizer.decode(ids) for ids in engine.prompts] == ["Be a pirate.hi", "Be kind.hi"]


async def test_a_persona_for_which_the_model_has_no_room_is_refused_and_else_cut(store: SqlStore) -> None:
    engine = ScriptedEngine(lambda prompt: ["ok"], context_length=512)
    long = "Be very kind. " * 200
    options = FirstChannel(ChannelOptions(persona=long))
    async with make_assistant(SETTINGS, engine, store, channel_options=options) as bot:
        bot.check_persona("Be a pirate.")
        with pytest.raises(NoRoomError, match="too long for the model"):
            bot.check_persona(long)
        assert (await answered(bot, message("hi"))).snapshot.text == "ok"
        assert engine.tokenizer.decode(engine.prompts[0]).endswith("hi")


async def test_what_a_reply_used_counts_for_its_asker_in_the_server(store: SqlStore) -> None:
    engine = ScriptedEngine(lambda prompt: ["0123456789"])
    async with make_assistant(SETTINGS, engine, store, channel_options=PolicyChannelOptions(store)) as bot:
        await answered(bot, message("hi", guild_id=66))
        # <system>Be kind.<end><user>hi<end><assistant>, and the ten letters with their end.
        assert await used(store, 66) == Usage(1, 15, 11)
        again = await bot.regenerate_last(1)
        assert again is not None
        await again.finished()
        await (await bot.one_shot(2, MIKA, "hi", guild_id=55)).finished()
    assert await used(store, 66) == Usage(2, 30, 22)
    assert await used(store, 55) == Usage(1, 15, 11)


async def test_what_is_asked_aside_before_any_conversation_keeps_to_the_servers_settings(
    store: SqlStore,
) -> None:
    await store.set_policy(55, ServerPolicy(persona="Be a pirate.", max_reply_tokens=16))
    engine = ScriptedEngine(lambda prompt: ["x" * 99])
    async with make_assistant(SETTINGS, engine, store, channel_options=PolicyChannelOptions(store)) as bot:
        end = await (await bot.one_shot(2, MIKA, "hi", guild_id=55)).finished()
    assert end.text == "x" * 16
    assert engine.tokenizer.decode(engine.prompts[0]) == "Be a pirate.hi"


async def test_what_waited_in_the_queue_and_was_stopped_used_nothing(store: SqlStore) -> None:
    gate = Gate()
    engine = ScriptedEngine(lambda prompt: [5, "abc"], gate=gate)
    async with make_assistant(SETTINGS, engine, store) as bot:
        for text in ("reads", "waits"):
            await bot.answer(message(text))
        await gate.reached.wait()
        assert await bot.stop(1) == 2
    assert await used(store, None) == Usage()


async def test_a_reply_whose_prompt_was_forgotten_counts_all_the_same(store: SqlStore) -> None:
    gate = Gate()
    engine = ScriptedEngine(lambda prompt: ["first ", "second"], gate=lambda: held.pop()() if held else None)
    held = [gate]
    async with make_assistant(SETTINGS, engine, store) as bot:
        reply = await bot.answer(message("hi"))
        assert reply is not None
        await gate.reached.wait()
        await store.forget_channel(1)
        gate.open()
        await reply.finished()
    assert (await used(store, None)).written_tokens == len("first second") + 1


async def test_a_count_that_cannot_be_kept_keeps_no_reply_from_its_reader(tmp_path: Path) -> None:
    class Full(SqlStore):
        async def record_usage(self, usage: ReplyUsage) -> None:
            raise StoreError("The disk is full.")

    engine = ScriptedEngine(lambda prompt: ["fine"])
    async with (
        Full(f"sqlite+aiosqlite:///{(tmp_path / 'full.db').as_posix()}") as store,
        make_assistant(SETTINGS, engine, store) as bot,
    ):
        end = await (await bot.one_shot(2, MIKA, "hi")).finished()
    assert (end.text, end.finish_reason) == ("fine", FinishReason.COMPLETE)
