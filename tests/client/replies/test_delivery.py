"""A reply in a channel: one message that grows, at Discord's pace, until it is what is stored."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

import pytest

from bot.chat.reply import Reply
from bot.chat.turns import FinishReason
from bot.client import words
from bot.client.requests import Delays
from bot.errors import EngineError
from bot.sandbox import Fault, Limits, Sandbox
from bot.sandbox.wire import Exchange
from tests.client.conftest import DELAYS, Bot, Gate, Start
from tests.client.watching import by_bot, eventually, gaps, posts, shown, shown_like, stored, writes

CONTENT = "/channels/{channel_id}/messages/{message_id}"


def texts(exchanges: list[Exchange]) -> list[str]:
    return [exchange.body["content"] for exchange in exchanges]


async def test_a_mention_is_answered_by_a_reply_that_is_stored(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start("Hello there, my friend.") as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        reply = await shown(sandbox, sandbox.general, "Hello there, my friend.")
        assert reply.reference is not None
        assert reply.reference.message_id == prompt.id
        (turn,) = await stored(bot.store, sandbox.general)
    assert turn.text == reply.content
    assert turn.message_id == reply.id
    assert by_bot(sandbox, sandbox.general) == ["Hello there, my friend."]


async def test_one_message_then_edits_a_second_apart_the_last_as_stored(
    sandbox: Sandbox, start: Start
) -> None:
    pieces = [f"word{number} " for number in range(24)]
    ana = sandbox.person("Ana")
    slowly = lambda: asyncio.ensure_future(asyncio.sleep(0.12))  # noqa: E731
    async with start(lambda _: pieces, gate=slowly, delays=replace(Delays(), presence_interval=0.05)) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} count")
        reply = await shown(sandbox, sandbox.general, "".join(pieces).strip(), timeout=15)
        (turn,) = await stored(bot.store, sandbox.general)
    made = writes(sandbox, reply)
    assert [exchange.method for exchange in made] == ["POST"] + ["PATCH"] * (len(made) - 1)
    assert len(posts(sandbox, sandbox.general)) == 1
    assert len(made) >= 4
    assert all(gap >= 1 for gap in gaps(made))
    assert texts(made)[-1] == turn.text
    for earlier, later in zip(texts(made), texts(made)[1:], strict=False):
        assert later.startswith(earlier)
        assert later != earlier


async def test_the_first_words_come_at_once_and_not_half_a_word(sandbox: Sandbox, start: Start) -> None:
    held: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    pieces = ["I", " do", " not", " think", " so", ", no."]
    gates = iter([None] * 5 + [held])
    ana = sandbox.person("Ana")
    async with start(lambda _: pieces, gate=lambda: next(gates)):
        ana.say(sandbox.general, f"{sandbox.bot.mention} is it so?")
        await shown(sandbox, sandbox.general, "I do not think so")
        held.set_result(None)
        await shown(sandbox, sandbox.general, "I do not think so, no.")
    assert texts(posts(sandbox, sandbox.general)) == ["I do not think so"]


async def test_a_single_first_word_is_shown_when_no_more_come_for_a_while(
    sandbox: Sandbox, start: Start
) -> None:
    gate = Gate()
    gates = iter([None, gate()])
    ana = sandbox.person("Ana")
    async with start(lambda _: ["Hm", "."], gate=lambda: next(gates)):
        ana.say(sandbox.general, f"{sandbox.bot.mention} well?")
        await shown(sandbox, sandbox.general, "Hm")
        gate.open()
        await shown(sandbox, sandbox.general, "Hm.")


async def test_a_slow_discord_does_not_slow_the_model(sandbox: Sandbox, start: Start) -> None:
    sandbox.faults.add(Fault("PATCH", CONTENT, delay=0.5, times=None))
    sandbox.faults.add(Fault("POST", "/channels/{channel_id}/messages", delay=2.0, times=None))
    pieces = [f"{number} " for number in range(300)]
    ana = sandbox.person("Ana")
    gate = Gate()
    async with start(lambda _: pieces, gate=gate) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} count")

        async def under_way() -> list[Reply]:
            return bot.assistant.active(sandbox.general.id)

        (reply,) = await eventually(under_way)
        gate.open()
        await reply.finished()
        assert by_bot(sandbox, sandbox.general) == []  # Discord has not taken even the first words
        message = await shown(sandbox, sandbox.general, "".join(pieces).strip())
        await stored(bot.store, sandbox.general)
    assert len(writes(sandbox, message)) <= 2


async def test_two_channels_at_once_keep_apart(sandbox: Sandbox, start: Start) -> None:
    other = sandbox.channel("other")
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    mention = sandbox.bot.mention
    async with start(lambda prompt: [f"{len(prompt)} ", "characters ", "I ", "have ", "read"]) as bot:
        ana.say(sandbox.general, f"{mention} apples")
        ben.say(other, f"{mention} pears")
        await stored(bot.store, sandbox.general)
        await stored(bot.store, other)
        ana.say(sandbox.general, f"{mention} more")
        ben.say(other, f"{mention} more")
        await stored(bot.store, sandbox.general, count=2)
        await stored(bot.store, other, count=2)
        prompts = [bot.engine.tokenizer.decode(ids) for ids in bot.engine.prompts]
    assert sum("apples" in prompt for prompt in prompts) == 2
    assert sum("pears" in prompt for prompt in prompts) == 2
    assert not any("apples" in prompt and "pears" in prompt for prompt in prompts)


async def test_several_people_are_told_apart_by_their_names(sandbox: Sandbox, start: Start) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben", nick="Benny: the 2nd")
    async with start("I see, thank you both.") as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} I like tea")
        await stored(bot.store, sandbox.general)
        ben.say(sandbox.general, f"{sandbox.bot.mention} I like {ana.mention}")
        await stored(bot.store, sandbox.general, count=2)
        prompt = bot.engine.tokenizer.decode(bot.engine.prompts[-1])
    assert "Ana: I like tea" in prompt
    assert "Benny the 2nd: I like @Ana" in prompt


async def test_messages_of_a_channel_are_answered_in_order(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(lambda prompt: [f"This answers number {prompt.rstrip()[-1]}"]) as bot:
        prompts = [ana.say(sandbox.general, f"{sandbox.bot.mention} number {i}") for i in range(4)]
        await stored(bot.store, sandbox.general, count=4)
    replies = [m for m in sandbox.general.history if m.author is sandbox.bot]
    assert [m.content for m in replies] == [f"This answers number {i}" for i in range(4)]
    assert [m.reference.message_id for m in replies if m.reference] == [p.id for p in prompts]


async def test_typing_is_shown_until_the_first_words_and_not_after(sandbox: Sandbox, start: Start) -> None:
    gate = Gate()
    ana = sandbox.person("Ana")
    async with start("Here it is at last.", gate=gate) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} think")
        await sandbox.world.events.wait_for("TYPING_START")
        assert sandbox.bot.id in sandbox.general.typing
        gate.open()
        await shown(sandbox, sandbox.general, "Here it is at last.")
        await stored(bot.store, sandbox.general)
    (post,) = posts(sandbox, sandbox.general)
    typed = sandbox.wire.find("POST", f"/channels/{sandbox.general.id}/typing")
    assert typed
    assert all(exchange.done_at <= post.at for exchange in typed)


async def test_those_who_wait_are_told_in_order(sandbox: Sandbox, start: Start) -> None:
    gate = Gate()
    ana = sandbox.person("Ana")
    impatient = replace(DELAYS, patience=0.05)
    async with start("Now it is your turn.", gate=gate, delays=impatient) as bot:
        for number in range(4):
            ana.say(sandbox.general, f"{sandbox.bot.mention} number {number}")
        await shown(sandbox, sandbox.general, words.note(words.replies.waiting(3)))
        notes = [words.note(words.replies.waiting(ahead)) for ahead in (1, 2, 3)]
        assert by_bot(sandbox, sandbox.general)[-3:] == notes  # a slow machine may tell the first one too
        gate.open()
        await stored(bot.store, sandbox.general, count=4)


async def test_a_longer_wait_in_line_is_told_and_the_reply_takes_its_place(
    sandbox: Sandbox, start: Start
) -> None:
    gate = Gate()
    other = sandbox.channel("other")
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start(
        "Now it is your turn.", gate=gate, concurrency=1, delays=replace(DELAYS, patience=0.1)
    ) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} first")
        await sandbox.world.changes.until(lambda: bot.assistant.busy or None, 5)
        ben.say(other, f"{sandbox.bot.mention} second")
        note = words.note(words.replies.waiting(1))
        waiting = await shown(sandbox, other, note)
        gate.open()
        assert await shown(sandbox, other, "Now it is your turn.") is waiting
        await stored(bot.store, other)
    assert note not in by_bot(sandbox, sandbox.general)
    assert len(posts(sandbox, other)) == 1


async def test_a_full_line_is_refused_in_words(sandbox: Sandbox, start: Start) -> None:
    gate = Gate()
    people = [sandbox.person(f"Person {number}") for number in range(3)]
    async with start("Yes, of course.", gate=gate, concurrency=1, queue_size=1) as bot:
        for number, person in enumerate(people):
            person.say(sandbox.channel(f"channel-{number}"), f"{sandbox.bot.mention} hello")
            if number < 2:  # one is generated, one waits
                await eventually(partial(is_busy, bot, number + 1))
        refused = sandbox.guild.channels[max(sandbox.guild.channels)]
        refusal = await shown_like(sandbox, refused, "waiting): please")
        assert refusal.reference is not None
        assert people[2].id in refusal.pinged
        gate.open()
        for channel in list(sandbox.guild.channels.values())[1:3]:
            await stored(bot.store, channel)


async def is_busy(bot: Bot, replies: int) -> bool:
    return bot.assistant.busy == replies


async def test_the_model_can_notify_nobody_but_the_person_answered(sandbox: Sandbox, start: Start) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    role = sandbox.role("mods", mentionable=True)
    said = f"@everyone @here {ben.mention} {role.mention} look! "
    said += "".join(f"and look {number} " for number in range(230))
    async with start(lambda _: [said]) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} call them")
        await stored(bot.store, sandbox.general)
    replies = [m for m in sandbox.general.history if m.author is sandbox.bot]
    assert len(replies) == 2
    assert replies[0].pinged == {ana.id}
    assert replies[1].pinged == frozenset()


async def test_an_empty_reply_is_said_in_words(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(lambda _: ["  \n"]):
        ana.say(sandbox.general, f"{sandbox.bot.mention} say nothing")
        await shown(sandbox, sandbox.general, words.note(words.replies.empty()))


async def test_a_reply_that_was_cut_off_says_so_below_what_is_stored(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start("one two three four five", max_new_tokens=13) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} count")
        await shown(
            sandbox,
            sandbox.general,
            f"one two three\n{words.note(words.replies.ended(FinishReason.LENGTH, None) or '')}",
        )
        (turn,) = await stored(bot.store, sandbox.general)
    assert turn.text == "one two three"
    assert turn.ended is FinishReason.LENGTH


async def test_a_failure_is_told_below_what_there_is(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(lambda _: ["One, two, three, and so ", EngineError("out of memory.")]) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} count")
        await shown(sandbox, sandbox.general, "One, two, three, and so\n-# Failed: out of memory.")
        (turn,) = await stored(bot.store, sandbox.general)
    assert turn.ended is FinishReason.FAILED


async def test_a_failure_before_the_first_word_is_told(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(lambda _: [EngineError("The model is gone.")]):
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await shown(sandbox, sandbox.general, "-# Failed: The model is gone.")


async def test_the_author_of_a_message_that_was_too_long_is_told(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start("A fine story so far.", context_length=300, max_new_tokens=50):
        ana.say(sandbox.general, f"{sandbox.bot.mention} {'long ' * 100}")
        await shown(
            sandbox, sandbox.general, f"A fine story so far.\n{words.note(words.replies.prompt_cut())}"
        )


@pytest.mark.parametrize("limits", [replace(Limits.fast(), heartbeat_interval_s=0.1)])
async def test_heartbeats_go_on_while_a_reply_is_made(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    gate = Gate()
    async with start("Well, let me see.", gate=gate):
        sandbox.wire.clear()
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await sandbox.world.events.wait_for("TYPING_START")

        async def beats() -> bool:
            beats = [frame for frame in sandbox.wire.frames if frame.data["op"] == 1 and not frame.sent]
            return len(beats) >= 3

        await eventually(beats)
        gate.open()
        await shown(sandbox, sandbox.general, "Well, let me see.")
