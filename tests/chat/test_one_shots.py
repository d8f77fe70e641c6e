from __future__ import annotations

import re

from bot.chat.turns import FinishReason, Quote
from bot.engine.scripted import ScriptedEngine
from bot.settings import load_settings
from bot.store import SqlStore
from tests.chat.bots import AOI, MIKA, Gate, answered, assistant, make_assistant, message

SETTINGS = load_settings(None, system_prompt="Be kind.")


async def test_a_one_shot_knows_no_history_and_leaves_none(store: SqlStore) -> None:
    seen: list[str] = []

    def script(prompt: str) -> list[str]:
        seen.append(prompt)
        return ["ok"]

    async with assistant(store, script) as bot:
        await answered(bot, message("before"))
        reply = await bot.one_shot(1, MIKA, "between")
        assert reply.is_one_shot
        assert (await reply.finished()).text == "ok"
        await bot.posted(reply, 4711)
        await answered(bot, message("after"))
    assert seen == ["before", "between", "beforeokafter"]
    assert await store.replied_message(4711) is None
    assert len(await store.transcript(1)) == 2


async def test_a_one_shot_has_its_own_system_prompt_quotes_and_length(store: SqlStore) -> None:
    engine = ScriptedEngine(lambda prompt: ["0123456789"])
    async with make_assistant(SETTINGS, engine, store) as bot:
        quotes = (Quote(AOI.id, "Aoi: hi"), Quote(MIKA.id, "Mika: hello"))
        reply = await bot.one_shot(1, MIKA, "Summarize.", system="Be brief.", max_new_tokens=4, quotes=quotes)
        end = await reply.finished()
    assert (end.text, end.finish_reason) == ("0123", FinishReason.LENGTH)
    prompt = engine.tokenizer.decode(engine.prompts[0])
    assert prompt.startswith("Be brief.")
    assert "\n> Aoi: hi\n> Mika: hello\n" in prompt
    assert prompt.endswith("Summarize.")


async def test_a_one_shot_waits_in_the_same_queue_and_is_stopped_like_any_reply(store: SqlStore) -> None:
    gate = Gate()
    async with assistant(store, gate=gate) as bot:
        running = await bot.answer(message("first"))
        assert running is not None
        private = [await bot.one_shot(1, AOI, text) for text in ("one", "two")]
        await gate.reached.wait()
        assert [reply.snapshot.ahead for reply in private] == [1, 2]
        assert len({running.prompt.id, *(reply.prompt.id for reply in private)}) == 3
        assert await bot.stop(1, asked_by=AOI.id) == 2
        gate.open()
        assert (await running.finished()).finish_reason is FinishReason.COMPLETE
    async with assistant(store) as bot:
        assert await bot.unanswered() == []


async def test_ids_of_one_shots_do_not_come_again_after_a_restart(store: SqlStore) -> None:
    ids: list[int] = []
    for _ in range(3):
        async with assistant(store) as bot:
            for _ in range(2):
                reply = await bot.one_shot(1, MIKA, "hi")
                ids += [reply.prompt.id, reply.turn.id]
                await reply.finished()
    assert len(set(ids)) == 12
    assert all(re.fullmatch(r"-\d{1,20}", str(number)) for number in ids)


async def test_the_newest_lines_that_fit_are_all_read(store: SqlStore) -> None:
    engine = ScriptedEngine(lambda prompt: ["ok"])
    lines = [f"line {number} " + "x" * 40 for number in range(100)]
    settings = SETTINGS.model_copy(update={"context_tokens": 2000, "max_new_tokens": 500})
    async with make_assistant(settings, engine, store) as bot:
        kept = await bot.newest_that_fit(lines, "Summarize.", system="Be brief.")
        assert 15 < len(kept) < 35
        assert kept == lines[-len(kept) :]
        quotes = [Quote(AOI.id, line) for line in kept]
        reply = await bot.one_shot(1, MIKA, "Summarize.", system="Be brief.", quotes=quotes)
        assert not (await reply.finished()).context_cut
        assert f"> {lines[-1]}\n\nSummarize." in engine.tokenizer.decode(engine.prompts[0])
