"""What becomes of a reply that repeats itself over and over."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from bot.chat.ports import EncodedPrompt, SamplingParams, StreamChunk
from bot.chat.turns import FinishReason
from bot.engine.scripted import ScriptedEngine
from bot.settings import load_settings
from bot.store import SqlStore
from tests.chat.bots import answered, assistant, make_assistant, message

SENTENCE = "It was said to be able to transform into any animal, and it was seen by everyone. "


class Merging(ScriptedEngine):
    """An engine whose reader is so slow that the whole reply comes in one piece."""

    async def stream(
        self, prompt: EncodedPrompt, sampling: SamplingParams
    ) -> AsyncGenerator[StreamChunk, None]:
        pieces = [piece async for piece in super().stream(prompt, sampling)]
        yield replace(pieces[-1], text="".join(piece.text for piece in pieces))


@pytest.mark.parametrize(("limit", "ending"), [(2000, FinishReason.LOOPED), (9000, FinishReason.COMPLETE)])
async def test_repetitions_that_the_model_itself_has_ended_stay(
    store: SqlStore, limit: int, ending: FinishReason
) -> None:
    engine = Merging(lambda _: [SENTENCE * 50], context_length=10_000)
    async with make_assistant(load_settings(None, max_new_tokens=limit), engine, store) as bot:
        end = (await answered(bot, message("go"))).snapshot
    repetitions = 2 if ending is FinishReason.LOOPED else 50
    assert (end.text, end.finish_reason) == ((SENTENCE * repetitions).strip(), ending)


async def test_a_continued_reply_that_repeats_itself_keeps_its_beginning(store: SqlStore) -> None:
    answers = iter([["Once upon a time there was a dragon. ", "It"], [SENTENCE] * 50])
    async with assistant(store, lambda _: next(answers), max_new_tokens=37) as bot:
        asked = message("a story")
        begun = await answered(bot, asked)
        assert begun.snapshot.finish_reason is FinishReason.LENGTH
    async with assistant(store, lambda _: next(answers), max_new_tokens=3000) as bot:
        reply = await bot.continue_reply(asked.message_id)
        assert reply is not None
        end = await reply.finished()
        text = "Once upon a time there was a dragon. " + SENTENCE * 2
        assert (end.text, end.finish_reason) == (text.strip(), FinishReason.LOOPED)
        assert await bot.continue_reply(asked.message_id) is None


async def test_a_reply_of_blank_lines_ends_without_text(store: SqlStore) -> None:
    async with assistant(store, lambda _: ["\n"] * 3000, max_new_tokens=3000) as bot:
        end = (await answered(bot, message("go"))).snapshot
    assert (end.text, end.finish_reason) == ("", FinishReason.LOOPED)
