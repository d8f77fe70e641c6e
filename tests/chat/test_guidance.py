from __future__ import annotations

import pytest

from bot.chat.ports import Guide
from bot.chat.prompt import NoRoomError
from bot.chat.turns import Ending, Used
from bot.engine.scripted import ScriptedEngine
from bot.errors import StoreError
from bot.policy.guidance import PolicyGuidance
from bot.policy.server import ServerPolicy
from bot.settings import load_settings
from bot.store import SqlStore
from tests.chat.bots import MIKA, Gate, answered, make_assistant, message

SETTINGS = load_settings(None, system_prompt="Be kind.")


class Guides:
    """Guidance with something set for channel 1."""

    def __init__(self, guide: Guide) -> None:
        self._guide = guide

    async def guide(self, channel_id: int, guild_id: int | None = None) -> Guide:
        return self._guide if channel_id == 1 else Guide()


class Counted(list[tuple[int, int | None, Used]]):
    """What was told to have been used."""

    async def __call__(self, author_id: int, guild_id: int | None, used: Used) -> None:
        self.append((author_id, guild_id, used))


async def test_a_channel_may_have_a_persona_and_a_bound_on_its_replies(store: SqlStore) -> None:
    engine = ScriptedEngine(lambda prompt: ["0123456789"])
    guides = Guides(Guide(persona="Be a pirate.", max_reply_tokens=3))
    async with make_assistant(SETTINGS, engine, store, guidance=guides) as bot:
        here = await answered(bot, message("hi"))
        there = await answered(bot, message("hi", channel=2))
    assert (here.snapshot.text, here.snapshot.ending) == ("012", Ending.LENGTH)
    assert there.snapshot.text == "0123456789"
    assert [engine.tokenizer.decode(ids) for ids in engine.prompts] == ["Be a pirate.hi", "Be kind.hi"]


async def test_a_persona_for_which_the_model_has_no_room_is_refused_and_else_cut(store: SqlStore) -> None:
    engine = ScriptedEngine(lambda prompt: ["ok"], context_length=512)
    long = "Be very kind. " * 200
    guides = Guides(Guide(persona=long))
    async with make_assistant(SETTINGS, engine, store, guidance=guides) as bot:
        bot.check_persona("Be a pirate.")
        with pytest.raises(NoRoomError, match="too long for the model"):
            bot.check_persona(long)
        assert (await answered(bot, message("hi"))).snapshot.text == "ok"
        assert engine.tokenizer.decode(engine.prompts[0]).endswith("hi")


async def test_what_a_reply_used_is_told_with_whose_it_was_and_where(store: SqlStore) -> None:
    counted = Counted()
    engine = ScriptedEngine(lambda prompt: ["0123456789"])
    guidance = PolicyGuidance(store)
    async with make_assistant(SETTINGS, engine, store, guidance=guidance, on_used=counted) as bot:
        await answered(bot, message("hi", guild_id=66))
        again = await bot.regenerate_last(1)
        assert again is not None
        await again.finished()
        await (await bot.aside(2, MIKA, "hi", guild_id=55)).finished()
    # <system>Be kind.<end><user>hi<end><assistant>, and the ten letters with their end.
    assert counted == [(1, 66, Used(15, 11)), (1, 66, Used(15, 11)), (1, 55, Used(15, 11))]


async def test_what_is_asked_aside_before_any_conversation_keeps_to_the_servers_settings(
    store: SqlStore,
) -> None:
    await store.set_policy(55, ServerPolicy(persona="Be a pirate.", max_reply_tokens=16))
    engine = ScriptedEngine(lambda prompt: ["x" * 99])
    async with make_assistant(SETTINGS, engine, store, guidance=PolicyGuidance(store)) as bot:
        end = await (await bot.aside(2, MIKA, "hi", guild_id=55)).finished()
    assert end.text == "x" * 16
    assert engine.tokenizer.decode(engine.prompts[0]) == "Be a pirate.hi"


async def test_what_waited_in_line_and_was_stopped_used_nothing(store: SqlStore) -> None:
    counted, gate = Counted(), Gate()
    engine = ScriptedEngine(lambda prompt: [5, "abc"], gate=gate)
    async with make_assistant(SETTINGS, engine, store, on_used=counted) as bot:
        for text in ("reads", "waits"):
            await bot.answer(message(text))
        await gate.reached.wait()
        assert await bot.stop(1) == 2
    assert counted == []


async def test_a_count_that_cannot_be_kept_keeps_no_reply_from_its_reader(store: SqlStore) -> None:
    async def fail(author_id: int, guild_id: int | None, used: Used) -> None:
        raise StoreError("The disk is full.")

    engine = ScriptedEngine(lambda prompt: ["fine"])
    async with make_assistant(SETTINGS, engine, store, on_used=fail) as bot:
        reply = await answered(bot, message("hi"))
    assert (reply.snapshot.text, reply.snapshot.ending) == ("fine", Ending.COMPLETE)
