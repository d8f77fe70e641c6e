"""A reply that repeats itself over and over is stopped, cut, marked, and can be made again."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

from bot.chat.turns import FinishReason
from bot.client import words
from bot.i18n import speaking
from bot.sandbox import Sandbox
from tests.client.conftest import Start
from tests.client.watching import by_bot, shown, stored

SENTENCE = "It was said to be able to transform into any animal, and it was seen by everyone. "
LOOP = ["There once was a dragon. ", *[SENTENCE] * 200]
COUNTED = "\n".join(map(str, range(1, 101)))
NOTE = words.note(words.replies.ended(FinishReason.LOOPED, None) or "")


async def test_a_reply_that_repeats_itself_is_stopped_and_can_be_made_again(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    answers = iter([LOOP, ["Another one, without repetitions."]])
    async with start(lambda _: next(answers)) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me a story")
        text = f"There once was a dragon. {SENTENCE * 2}".strip()
        reply = await shown(sandbox, sandbox.general, f"{text}\n{NOTE}")
        (turn,) = await stored(bot.store, sandbox.general)
        assert (turn.text, turn.ended, turn.token_ids) == (text, FinishReason.LOOPED, ())
        assert bot.engine.cancelled == 1
        used = await bot.store.usage(ana.id, sandbox.guild.id, datetime.now(UTC).date())
        assert 800 < used.written_tokens < 1600, "what was generated counts, what was spared does not"
        assert [button["label"] for button in reply.buttons()] == ["Regenerate", "Delete"]
        await ana.click(reply, "Regenerate")
        await shown(sandbox, sandbox.general, "Another one, without repetitions.")
    assert by_bot(sandbox, sandbox.general) == ["Another one, without repetitions."]


async def test_what_a_reply_repeated_is_not_in_later_prompts(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    answers = iter([LOOP, ["Fine."]])
    async with start(lambda _: next(answers)) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me a story")
        await stored(bot.store, sandbox.general)
        ana.say(sandbox.general, f"{sandbox.bot.mention} thanks")
        await shown(sandbox, sandbox.general, "Fine.")
        assert bot.engine.tokenizer.decode(bot.engine.prompts[-1]).count(SENTENCE.strip()) == 2


async def test_counting_to_one_hundred_is_no_repetition(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(lambda _: [f"{line}\n" for line in COUNTED.splitlines()]) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} count to one hundred")
        await shown(sandbox, sandbox.general, COUNTED)
        (turn,) = await stored(bot.store, sandbox.general)
    assert turn.ended is FinishReason.COMPLETE


async def test_a_reply_of_blank_lines_alone_is_said_to_repeat_itself(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(lambda _: itertools.repeat("\n", 5000)):
        ana.say(sandbox.general, f"{sandbox.bot.mention} say something")
        await shown(sandbox, sandbox.general, NOTE)


def test_the_note_is_translated() -> None:
    with speaking("ja"):
        assert words.replies.ended(FinishReason.LOOPED, None) not in (None, NOTE.removeprefix("-# "))
