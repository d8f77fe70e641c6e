"""Replies of models that reason before they answer."""

from __future__ import annotations

import pytest

from bot.chat.ports import ReasoningMode
from bot.chat.reply import Phase
from bot.chat.turns import FinishReason
from bot.engine.scripted import ScriptedEngine, Thought
from bot.settings import load_settings
from bot.store import SqlStore
from tests.chat.bots import MIKA, answered, make_assistant, message

SETTINGS = load_settings(None, reasoning_tokens=100)


def thinking() -> ScriptedEngine:
    return ScriptedEngine(
        lambda _: [Thought("Two and two, "), Thought("that is four."), "Four."], reasons=True
    )


async def test_reasoning_is_kept_apart_from_the_answer(store: SqlStore) -> None:
    async with make_assistant(SETTINGS, thinking(), store) as bot:
        reply = await bot.answer(message("2 + 2?"))
        assert reply is not None
        phases = [snapshot.phase async for snapshot in reply.changes()]
        end = reply.snapshot
        assert (end.text, end.reasoning) == ("Four.", "Two and two, that is four.")
        assert Phase.REASONING in phases
        assert end.tokens > len("Four.")
        (exchange,) = await store.history(1, before=10_000)
        assert (exchange.reply.text, exchange.reply.reasoning) == (end.text, end.reasoning)
        assert bytes(exchange.reply.token_ids) == b"Four."


async def test_reasoning_is_in_no_later_prompt_of_a_template_without_a_place_for_it(store: SqlStore) -> None:
    engine = thinking()
    async with make_assistant(SETTINGS, engine, store) as bot:
        await answered(bot, message("2 + 2?"))
        await answered(bot, message("sure?"))
    assert "Four." in engine.tokenizer.decode(engine.prompts[-1])
    assert "Two and two" not in engine.tokenizer.decode(engine.prompts[-1])


async def test_an_empty_block_of_reasoning_is_none(store: SqlStore) -> None:
    engine = ScriptedEngine(lambda _: [Thought("\n\n"), "Four."], reasons=True)
    async with make_assistant(SETTINGS, engine, store) as bot:
        reply = await bot.answer(message("2 + 2?"))
        assert reply is not None
        assert Phase.REASONING not in [snapshot.phase async for snapshot in reply.changes()]
        assert reply.snapshot.reasoning == ""


async def test_a_reply_stopped_while_it_reasons_has_no_text(store: SqlStore) -> None:
    async with make_assistant(SETTINGS, thinking(), store) as bot:
        reply = await bot.answer(message("2 + 2?"))
        assert reply is not None
        async for snapshot in reply.changes():
            if snapshot.phase is Phase.REASONING:
                reply.stop()
        end = reply.snapshot
    assert (end.finish_reason, end.text) == (FinishReason.STOPPED, "")
    assert end.reasoning


@pytest.mark.parametrize(("mode", "limit"), [(None, 100), (ReasoningMode.OFF, 0)])
async def test_a_one_shot_may_go_without_reasoning(
    store: SqlStore, mode: ReasoningMode | None, limit: int
) -> None:
    engine = thinking()
    async with make_assistant(SETTINGS, engine, store) as bot:
        reply = await bot.one_shot(1, MIKA, "Summarize.", reasoning=mode)
        await reply.finished()
    assert engine.samplings[0].max_reasoning_tokens == limit
