"""Prompts that are edited or deleted, and replies that are deleted: shown, made and stored stay together."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.chat.turns import FinishReason
from bot.sandbox import Channel, Fault, Message, Person, Sandbox
from bot.sandbox import messages as sandbox_messages
from bot.store import SqlStore
from tests.client.conftest import DELAYS, Gate, Start
from tests.client.watching import by_bot, eventually, gaps, posts, shown, stored, writes

ANSWER = "A rather short answer."
LONG = "\n".join(f"line {number} with some words in it" for number in range(150))
PLACES = ["channel", "thread", "direct message"]


def place(sandbox: Sandbox, person: Person, kind: str) -> Channel:
    if kind == "direct message":
        return person.open_dm()
    return person.start_thread(sandbox.general, "plans") if kind == "thread" else sandbox.general


def echo(prompt: str) -> list[str]:
    """Answers with the last word."""
    return [f"You said {re.split(r'[ .]', prompt)[-1]} to me."]


def of_bot(sandbox: Sandbox, channel: Channel) -> list[Message]:
    return [message for message in channel.history if message.author is sandbox.bot]


async def nothing_left(store: SqlStore) -> bool:
    """Whether a question was written down, and nothing of it is left to be done."""
    return not await store.unanswered() and not await store.undelivered()


async def until(condition: Callable[[], object]) -> None:
    async def probe() -> object:
        return condition()

    await eventually(probe)


@pytest.mark.parametrize("kind", PLACES)
async def test_an_edited_prompt_is_answered_anew_in_the_same_message(
    sandbox: Sandbox, start: Start, kind: str
) -> None:
    ana = sandbox.person("Ana")
    channel = place(sandbox, ana, kind)
    async with start(echo) as bot:
        prompt = ana.say(channel, f"{sandbox.bot.mention} appels")
        message = await shown(sandbox, channel, "You said appels to me.")
        await stored(bot.store, channel)
        ana.edit(prompt, f"{sandbox.bot.mention} apples")
        assert await shown(sandbox, channel, "You said apples to me.") is message
        (turn,) = await stored(bot.store, channel)
        assert turn.text == "You said apples to me."
        ana.say(channel, f"{sandbox.bot.mention} pears")
        await stored(bot.store, channel, count=2)
        asked = bot.engine.tokenizer.decode(bot.engine.prompts[-1])
    assert "appels" not in asked
    assert len(posts(sandbox, channel)) == 2


async def test_an_edit_while_the_reply_is_made_stops_it_and_begins_anew(
    sandbox: Sandbox, start: Start
) -> None:
    gates = iter([None, Gate()()])
    ana = sandbox.person("Ana")

    def script(prompt: str) -> list[str]:
        return ["I was about to say ", "more"] if "appels" in prompt else echo(prompt)

    async with start(script, gate=lambda: next(gates, None)) as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} appels")
        message = await shown(sandbox, sandbox.general, "I was about to say")
        ana.edit(prompt, f"{sandbox.bot.mention} apples")
        assert await shown(sandbox, sandbox.general, "You said apples to me.") is message
        (turn,) = await stored(bot.store, sandbox.general)
        assert bot.engine.cancelled == 1
    assert turn.ended is FinishReason.COMPLETE
    assert len(posts(sandbox, sandbox.general)) == 1
    assert all("Stopped" not in revision.content for revision in message.revisions)


async def test_edits_in_quick_succession_end_with_the_last_one(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    slowly = lambda: asyncio.ensure_future(asyncio.sleep(0.02))  # noqa: E731
    async with start(echo, gate=slowly) as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} word-0")
        for number in range(1, 6):
            await asyncio.sleep(0)
            ana.edit(prompt, f"{sandbox.bot.mention} word-{number}")
        await shown(sandbox, sandbox.general, "You said word-5 to me.")
        (turn,) = await stored(bot.store, sandbox.general)
        await bot.client.idle()
    assert turn.text == "You said word-5 to me."
    assert by_bot(sandbox, sandbox.general) == ["You said word-5 to me."]
    assert len(posts(sandbox, sandbox.general)) == 1


async def test_an_edit_while_the_model_loads_counts_once_it_is_there(sandbox: Sandbox, start: Start) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    direct = ben.open_dm()
    async with start(echo, loaded=False) as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} appels")
        await sandbox.world.events.wait_for("TYPING_START")
        ana.edit(prompt, f"{sandbox.bot.mention} apples")
        ben.say(direct, "hello")  # events come in order: the edit is known by the time this one is
        await sandbox.world.events.wait_for(
            "TYPING_START", lambda typing: typing["channel_id"] == str(direct.id)
        )
        bot.loading.set_result(bot.assistant)
        await shown(sandbox, sandbox.general, "You said apples to me.")
        await stored(bot.store, sandbox.general)
        await stored(bot.store, direct)
        assert len(bot.engine.prompts) == 2


async def test_edits_keep_the_pace_of_the_channel(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(echo, delays=replace(DELAYS, edit_interval=0.3)) as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} word-0")
        message = await shown(sandbox, sandbox.general, "You said word-0 to me.")
        await stored(bot.store, sandbox.general)
        for number in (1, 2):
            ana.edit(prompt, f"{sandbox.bot.mention} word-{number}")
            await shown(sandbox, sandbox.general, f"You said word-{number} to me.")
        await stored(bot.store, sandbox.general)
    made = writes(sandbox, message)
    assert len(made) >= 3
    assert all(gap >= 0.3 for gap in gaps(made))


@pytest.mark.parametrize("kind", PLACES)
async def test_a_deleted_prompt_takes_the_finished_reply_along(
    sandbox: Sandbox, start: Start, kind: str
) -> None:
    replies = iter([LONG, ANSWER])
    ana = sandbox.person("Ana")
    channel = place(sandbox, ana, kind)
    async with start(lambda _: [next(replies)]) as bot:
        prompt = ana.say(channel, f"{sandbox.bot.mention} count the apples")
        await stored(bot.store, channel)
        assert len(of_bot(sandbox, channel)) > 2
        ana.delete(prompt)
        await until(lambda: not of_bot(sandbox, channel))
        ana.say(channel, f"{sandbox.bot.mention} and now?")
        await shown(sandbox, channel, ANSWER)
        asked = bot.engine.tokenizer.decode(bot.engine.prompts[-1])
        await stored(bot.store, channel)
    assert "apples" not in asked
    assert by_bot(sandbox, channel) == [ANSWER]


async def test_a_prompt_deleted_while_its_reply_is_made_leaves_nothing(
    sandbox: Sandbox, start: Start
) -> None:
    lines = LONG.splitlines(keepends=True)
    gates = iter([*[None] * 100, Gate()()])
    ana = sandbox.person("Ana")
    async with start(lambda _: lines, gate=lambda: next(gates)) as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} count")
        await until(lambda: len(of_bot(sandbox, sandbox.general)) == 2)
        ana.delete(prompt)
        await until(lambda: not of_bot(sandbox, sandbox.general))
        await bot.client.idle()
        assert bot.engine.cancelled == 1
        await eventually(lambda: nothing_left(bot.store))
        assert not await bot.store.history(sandbox.general.id, 2**62)
    assert by_bot(sandbox, sandbox.general) == []


@pytest.mark.parametrize("late", [False, True])
async def test_a_prompt_deleted_while_its_reply_is_posted_leaves_nothing(
    sandbox: Sandbox, start: Start, late: bool
) -> None:
    sandbox.faults.add(Fault("POST", "/channels/{channel_id}/messages", delay=0.3, late=late))
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await until(lambda: bot.engine.prompts)
        if late:
            await until(lambda: of_bot(sandbox, sandbox.general))
        ana.delete(prompt)
        await eventually(lambda: nothing_left(bot.store))
        await until(lambda: not of_bot(sandbox, sandbox.general))
        await bot.client.idle()
    assert by_bot(sandbox, sandbox.general) == []


async def test_a_deleted_page_takes_the_others_and_the_history_along(sandbox: Sandbox, start: Start) -> None:
    replies = iter([LONG, ANSWER])
    ana = sandbox.person("Ana")
    async with start(lambda _: [next(replies)]) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} count the apples")
        await stored(bot.store, sandbox.general)
        sandbox_messages.delete(sandbox.world, of_bot(sandbox, sandbox.general)[1])
        await until(lambda: not of_bot(sandbox, sandbox.general))
        ana.say(sandbox.general, f"{sandbox.bot.mention} and now?")
        await shown(sandbox, sandbox.general, ANSWER)
        asked = bot.engine.tokenizer.decode(bot.engine.prompts[-1])
    assert "apples" not in asked
    assert "line 1" not in asked


async def test_many_messages_deleted_at_once_take_their_replies_along(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(echo) as bot:
        prompts = [ana.say(sandbox.general, f"{sandbox.bot.mention} word-{number}") for number in range(4)]
        await stored(bot.store, sandbox.general, count=4)
        gone = [prompts[0].id, prompts[1].id, of_bot(sandbox, sandbox.general)[2].id]
        sandbox_messages.bulk_delete(sandbox.world, sandbox.general, gone)
        await until(lambda: len(of_bot(sandbox, sandbox.general)) == 1)
        (left,) = await stored(bot.store, sandbox.general)
    assert left.text == "You said word-3 to me."


async def test_a_page_that_the_bot_takes_away_itself_takes_nothing_along(
    sandbox: Sandbox, start: Start
) -> None:
    replies = iter([LONG, ANSWER, "Goodbye to you."])
    ana = sandbox.person("Ana")
    async with start(lambda _: [next(replies)]) as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} count")
        await stored(bot.store, sandbox.general)
        ana.edit(prompt, f"{sandbox.bot.mention} say little")
        await shown(sandbox, sandbox.general, ANSWER)
        await until(lambda: len(of_bot(sandbox, sandbox.general)) == 1)
        await stored(bot.store, sandbox.general)
        ana.say(sandbox.general, f"{sandbox.bot.mention} goodbye")  # comes after all the deletions
        turn, _ = await stored(bot.store, sandbox.general, count=2)
    assert turn.text == ANSWER
    assert by_bot(sandbox, sandbox.general) == [ANSWER, "Goodbye to you."]


async def test_a_reply_that_was_made_again_is_taken_up_after_a_restart(
    sandbox: Sandbox, start: Start
) -> None:
    gates = iter([None, None, Gate()()])
    parts = iter([[LONG], ["I was about to say ", "more"]])
    ana = sandbox.person("Ana")
    async with start(lambda _: next(parts), gate=lambda: next(gates)) as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} count")
        await stored(bot.store, sandbox.general)
        ana.edit(prompt, f"{sandbox.bot.mention} say little")
        message = await shown(sandbox, sandbox.general, "I was about to say")
    async with start(ANSWER) as bot:
        await stored(bot.store, sandbox.general)
    assert message.content == ANSWER
    assert by_bot(sandbox, sandbox.general) == [ANSWER]


async def test_the_notice_goes_with_its_question_however_late_it_was_posted(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    post = Fault("POST", "/channels/{channel_id}/messages", hold=True, late=True)
    sandbox.faults.add(post)
    async with start(ANSWER, loaded=False, delays=replace(DELAYS, patience=0.0)) as bot:
        question = ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await post.reached()
        bot.loading.set_result(bot.assistant)
        await until(lambda: bot.engine.prompts)
        ana.delete(question)
        post.release()
        await eventually(lambda: nothing_left(bot.store))
        await until(lambda: not of_bot(sandbox, sandbox.general))
        await bot.client.idle()
    assert by_bot(sandbox, sandbox.general) == []
