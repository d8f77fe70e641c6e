"""Complaints about bots of this kind: they fall silent, forget, and lose what people say."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

import pytest

from bot.chat.assistant import Assistant
from bot.errors import EngineError
from bot.sandbox import Channel, Fault, Sandbox
from tests.client.conftest import DELAYS, Bot, Gate, Start
from tests.client.watching import by_bot, eventually, shown_like, stored

ANSWER = "Here is what I think of it."


async def test_complaint_01_a_slow_prefill_looks_like_a_dead_bot(
    sandbox: Sandbox, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People see typing at once, then that their message is read, then that the model has stalled."""
    monkeypatch.setattr("bot.app.Assistant", partial(Assistant, patience=0.5, interval=0.05))
    gate = Gate()
    gates = iter([None, gate()])  # the first reply tells how fast the model is
    ana = sandbox.person("Ana")
    async with start(ANSWER, gate=lambda: next(gates), delays=replace(DELAYS, patience=0.1)) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello, and a very good morning to you all")
        await shown_like(sandbox, sandbox.general, ANSWER)
        await stored(bot.store, sandbox.general)
        ana.say(sandbox.general, f"{sandbox.bot.mention} a very long question")
        await sandbox.world.changes.until(partial(types, sandbox, sandbox.general), 5)
        message = await shown_like(sandbox, sandbox.general, "Reading")
        await message.wait_until(lambda m: "seems to have stalled" in m.content)
        gate.open()
        await message.wait_until(lambda m: m.content == ANSWER)
    assert by_bot(sandbox, sandbox.general) == [ANSWER, ANSWER]


async def test_complaint_02_messages_are_silently_lost_when_the_bot_is_busy(
    sandbox: Sandbox, start: Start
) -> None:
    people = [sandbox.person(f"Person {number}") for number in range(12)]
    channels = [sandbox.channel(f"channel-{number}") for number in range(6)]
    gate = Gate()
    async with start(ANSWER, gate=gate, concurrency=1, queue_size=5, delays=replace(DELAYS, patience=0.1)):
        prompts = [
            person.say(channels[number % 6], f"{sandbox.bot.mention} number {number}")
            for number, person in enumerate(people)
        ]

        # While the one is answered, five wait and are told so, and six are refused in words.
        await saying(sandbox, channels, "waiting): please", 6)
        await saying(sandbox, channels, "ahead of yours", 4)
        gate.open()
        await saying(sandbox, channels, ANSWER, 6)
    said = [message for channel in channels for message in channel.history if message.author is sandbox.bot]
    assert sorted(m.reference.message_id for m in said if m.reference) == [prompt.id for prompt in prompts]


async def saying(sandbox: Sandbox, channels: list[Channel], part: str, count: int) -> None:
    """Wait until `count` of the bot's messages have `part` in them."""

    def probe() -> bool | None:
        contents = [content for channel in channels for content in by_bot(sandbox, channel)]
        return sum(part in content for content in contents) == count or None

    await sandbox.world.changes.until(probe, 10)


async def test_complaint_03_a_restart_kills_the_reply_in_flight_and_misses_mentions(
    sandbox: Sandbox, start: Start
) -> None:
    other = sandbox.channel("other")
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    gates = iter([None, Gate()()])
    async with start(lambda _: ["I was about to say ", "this"], gate=lambda: next(gates)):
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        begun = await shown_like(sandbox, sandbox.general, "I was about to say")
    ben.say(other, f"{sandbox.bot.mention} are you there?")
    direct = ana.open_dm()
    async with start(ANSWER) as bot:
        await begun.wait_until(lambda message: ANSWER in message.content)
        mentioned = await shown_like(sandbox, other, ANSWER)
        await stored(bot.store, other)
        ana.say(direct, "good morning")
        await shown_like(sandbox, direct, ANSWER)
    assert mentioned.reference is not None
    assert [len(by_bot(sandbox, channel)) for channel in (sandbox.general, other)] == [1, 1]


async def test_complaint_04_the_history_is_lost(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    direct = ana.open_dm()
    async with start("Teal is a fine colour.") as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} my favourite colour is teal")
        await stored(bot.store, sandbox.general)
        ana.say(direct, "my favourite colour is plum")
        await stored(bot.store, direct)
    async with start("It is the one you named.") as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} which one is it?")
        await stored(bot.store, sandbox.general, count=2)
        prompt = bot.engine.tokenizer.decode(bot.engine.prompts[-1])
    assert "my favourite colour is teal" in prompt
    assert "Teal is a fine colour." in prompt
    assert "plum" not in prompt


async def test_complaint_05_replies_come_twice(sandbox: Sandbox, start: Start) -> None:
    """The event comes twice, the connection breaks, the answer to the post is lost, the bot restarts."""
    ana = sandbox.person("Ana")
    sandbox.faults.add(Fault("POST", "/channels/{channel_id}/messages", drop=True, late=True))
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        event = next(event for event in sandbox.world.events if event.name == "MESSAGE_CREATE")
        sandbox.world.events.publish(event)
        await stored(bot.store, sandbox.general)
        sandbox.gateway.drop()
        sandbox.world.events.publish(event)
        await sandbox.gateway.wait_online()
        ana.say(sandbox.general, f"{sandbox.bot.mention} again")
        await stored(bot.store, sandbox.general, count=2)
    async with start(ANSWER) as bot:
        sandbox.world.events.publish(event)
        ana.say(sandbox.general, f"{sandbox.bot.mention} once more")
        await stored(bot.store, sandbox.general, count=3)
    assert [content.split("\n")[0] for content in by_bot(sandbox, sandbox.general)] == [ANSWER] * 3


async def test_complaint_07_typing_never_stops(sandbox: Sandbox, start: Start) -> None:
    """Neither after a reply, nor after one that failed, nor after a deleted prompt."""
    ana = sandbox.person("Ana")
    channels = {name: sandbox.channel(name) for name in ("good", "failing", "deleted")}
    gate = Gate()

    def script(prompt: str) -> list[str | EngineError]:
        return [EngineError("The model is gone.")] if "fail" in prompt else [ANSWER]

    async with start(script, gate=gate) as bot:
        for name, channel in channels.items():
            prompt = ana.say(channel, f"{sandbox.bot.mention} {name}")
            await sandbox.world.changes.until(partial(types, sandbox, channel), 5)
        ana.delete(prompt)
        gate.open()
        await shown_like(sandbox, channels["good"], ANSWER)
        await shown_like(sandbox, channels["failing"], "The model is gone.")
        await eventually(partial(idle, bot))
        # Whoever types has a task that says so again every few seconds.
        assert not [task for task in asyncio.all_tasks() if "typing" in task.get_name()]
    sandbox.clock.advance(10)  # so long Discord shows it after the last time
    assert [sandbox.who_types(channel) for channel in channels.values()] == [[], [], []]


def types(sandbox: Sandbox, channel: Channel) -> bool | None:
    return sandbox.bot in sandbox.who_types(channel) or None


async def idle(bot: Bot) -> bool:
    await bot.client.idle()
    return not bot.assistant.busy
