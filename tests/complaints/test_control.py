"""Complaints about bots that do not listen any more once they have begun."""

from __future__ import annotations

from functools import partial

import pytest

from bot.chat.turns import FinishReason
from bot.client import words
from bot.sandbox import Channel, Permission, Sandbox
from bot.sandbox import messages as sandbox_messages
from bot.store import SqlStore
from tests.client.conftest import Gate, Start
from tests.client.watching import by_bot, eventually, shown_like, stored

BEGUN = "Once upon a time there was a king"


@pytest.mark.parametrize("way", ["button", "command", "prompt deleted", "reply deleted"])
async def test_complaint_11_there_is_no_way_to_stop_it(sandbox: Sandbox, start: Start, way: str) -> None:
    gate = Gate()
    gates = iter([None, gate(), gate()])
    ana = sandbox.person("Ana")
    story = [BEGUN, " who talked", " without end"]
    async with start(lambda _: story, gate=lambda: next(gates)) as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} tell me a story")
        reply = await shown_like(sandbox, sandbox.general, BEGUN)
        match way:
            case "button":
                await ana.click(reply, words.replies.stop())
            case "command":
                await ana.command(sandbox.general, "stop")
            case "prompt deleted":
                ana.delete(prompt)
            case _:
                sandbox_messages.delete(sandbox.world, reply)
        if way in ("button", "command"):
            await reply.wait_until(
                lambda m: (words.replies.ended(FinishReason.STOPPED, None) or "") in m.content
            )
            (turn,) = await stored(bot.store, sandbox.general)
            assert turn.text == BEGUN
            assert turn.ended is FinishReason.STOPPED
        await eventually(partial(nothing_owed, bot.store))
        assert bot.engine.cancelled == 1
    assert " who talked" not in "".join(by_bot(sandbox, sandbox.general))


async def nothing_owed(store: SqlStore) -> bool:
    return not await store.unanswered() and not await store.undelivered()


@pytest.mark.parametrize("when", ["while it is answered", "after it was answered"])
async def test_complaint_12_edited_prompts_are_ignored(sandbox: Sandbox, start: Start, when: str) -> None:
    gate = Gate()
    ana = sandbox.person("Ana")

    def script(prompt: str) -> list[str]:
        return ["A lion is a big cat."] if "lion" in prompt else ["A lime is ", "a small fruit."]

    async with start(script, gate=gate) as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} what is a lime?")
        if when == "after it was answered":
            gate.open()
            reply = await shown_like(sandbox, sandbox.general, "A lime is a small fruit.")
            await stored(bot.store, sandbox.general)
        else:
            await sandbox.world.events.wait_for("TYPING_START")
        ana.edit(prompt, f"{sandbox.bot.mention} what is a lion?")
        gate.open()
        redone = await shown_like(sandbox, sandbox.general, "A lion is a big cat.")
        if when == "after it was answered":
            assert redone is reply
        (turn,) = await stored(bot.store, sandbox.general)
        assert turn.text == "A lion is a big cat."
        ana.say(sandbox.general, f"{sandbox.bot.mention} and a lynx?")
        await stored(bot.store, sandbox.general, count=2)
        history = bot.engine.tokenizer.decode(bot.engine.prompts[-1])
    assert "lion" in history
    assert "lime" not in history
    assert len(by_bot(sandbox, sandbox.general)) == 2


@pytest.mark.parametrize("deleted", ["prompt", "reply"])
async def test_complaint_12_deleted_prompts_are_ignored(sandbox: Sandbox, start: Start, deleted: str) -> None:
    """Both go, and the conversation goes on as if they had never been."""
    ana = sandbox.person("Ana")
    moderator = sandbox.person("Mo", roles=[sandbox.role("mods", int(Permission.MANAGE_MESSAGES))])
    async with start(lambda prompt: ["I keep secrets." if "secret" in prompt else "Hello."]) as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} my secret is plum")
        reply = await shown_like(sandbox, sandbox.general, "I keep secrets.")
        await stored(bot.store, sandbox.general)
        if deleted == "prompt":
            ana.delete(prompt)
        else:
            moderator.delete(reply)
        await sandbox.world.changes.until(lambda: reply.deleted or None, 5)
        await eventually(partial(forgotten, bot.store, sandbox.general))
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await shown_like(sandbox, sandbox.general, "Hello.")
        history = bot.engine.tokenizer.decode(bot.engine.prompts[-1])
    assert "plum" not in history
    assert by_bot(sandbox, sandbox.general) == ["Hello."]


async def forgotten(store: SqlStore, channel: Channel) -> bool:
    return not await store.transcript(channel.id)
