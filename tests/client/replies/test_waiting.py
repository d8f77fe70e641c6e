"""While people wait: the line, the prompt being read, a silent model; and that long replies are noticed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace

import pytest

from bot.chat.turns import FinishReason
from bot.client import words
from bot.engine.scripted import ScriptedEngine
from bot.sandbox import Fault, Message, Sandbox
from tests.client.conftest import DELAYS, Bot, Gate, Start
from tests.client.watching import by_bot, eventually, posts, shown, shown_like, stored, writes

ANSWER = "A rather short answer."
IMPATIENT = replace(DELAYS, patience=0.05, unread=0.0)
SOON = {"mention_after": 1e-9}


def of_bot(sandbox: Sandbox) -> list[Message]:
    return [message for message in sandbox.general.history if message.author is sandbox.bot]


def pings(sandbox: Sandbox) -> list[Message]:
    return [message for message in of_bot(sandbox) if "is ready" in message.content]


async def busy(bot: Bot, count: int) -> None:
    async def probe() -> bool:
        return bot.assistant.busy == count

    await eventually(probe)


async def test_a_prompt_that_is_being_read_is_told_with_how_far(sandbox: Sandbox, start: Start) -> None:
    gate = Gate()
    ana = sandbox.person("Ana")
    async with start(ANSWER, gate=gate, delays=IMPATIENT) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await shown_like(sandbox, sandbox.general, "Reading")
        (reply,) = bot.assistant.active(sandbox.general.id)
        tokens = reply.snapshot.prompt_tokens
        assert message.content == words.note(words.replies.reading(tokens))
        reply.update(read_tokens=tokens // 2)
        await message.wait_until(lambda m: "%" in m.content)
        gate.open()
        assert await shown(sandbox, sandbox.general, ANSWER) is message
        await stored(bot.store, sandbox.general)
    assert len(posts(sandbox, sandbox.general)) == 1


async def test_a_quick_reply_is_told_nothing_of(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await shown(sandbox, sandbox.general, ANSWER)
        await stored(bot.store, sandbox.general)
    assert len(writes(sandbox, message)) == 1


async def test_a_silent_model_is_told_until_it_is_heard_again(sandbox: Sandbox, start: Start) -> None:
    gate = Gate()
    gates = iter([None, gate()])
    ana = sandbox.person("Ana")
    async with start(lambda _: ["This is the first half, ", "and more."], gate=lambda: next(gates)) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await shown(sandbox, sandbox.general, "This is the first half,")
        (reply,) = bot.assistant.active(sandbox.general.id)
        reply.update(stalled=True, silent_seconds=34.0)
        note = words.note(words.replies.stalled(34.0))
        assert "30 s" in note
        await message.wait_until(lambda m: m.content == f"This is the first half,\n{note}")
        gate.open()
        await message.wait_until(lambda m: m.content == "This is the first half, and more.")
        await stored(bot.store, sandbox.general)


async def test_a_wait_is_estimated_by_the_speed_of_late(sandbox: Sandbox, start: Start) -> None:
    gate = Gate()
    gates: list[Gate] = []
    other = sandbox.channel("other")
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")

    def held() -> asyncio.Future[None] | None:
        return gates[0]() if gates else None

    async with start(ANSWER, gate=held, concurrency=1, delays=IMPATIENT) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, sandbox.general)
        gates.append(gate)
        ana.say(sandbox.general, f"{sandbox.bot.mention} first")
        await busy(bot, 1)
        ben.say(other, f"{sandbox.bot.mention} second")
        waiting = await other.wait_for(
            lambda m: m.author is sandbox.bot and "in about 10 seconds" in m.content
        )
        assert waiting.content == words.note(words.replies.waiting(1, 4.0))
        gate.open()
        await stored(bot.store, other)
        await stored(bot.store, sandbox.general, count=2)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "10 seconds"),
        (12, "20 seconds"),
        (49, "50 seconds"),
        (58, "one minute"),
        (61, "2 minutes"),
        (600, "10 minutes"),
    ],
)
def test_estimates_are_round(seconds: float, said: str) -> None:
    assert f"in about {said}." in words.replies.waiting(2, seconds)


async def test_while_the_model_loads_people_are_told_so_where_the_answer_will_be(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER, loaded=False, delays=IMPATIENT) as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await shown(sandbox, sandbox.general, words.note(words.replies.loading()))
        assert message.reference is not None
        assert message.reference.message_id == prompt.id
        bot.loading.set_result(bot.assistant)
        assert await shown(sandbox, sandbox.general, ANSWER) is message
        (turn,) = await stored(bot.store, sandbox.general)
    assert turn.message_id == message.id
    assert by_bot(sandbox, sandbox.general) == [ANSWER]


async def test_a_prompt_deleted_after_the_word_that_the_model_loads_takes_it_along(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER, loaded=False, delays=IMPATIENT) as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await shown(sandbox, sandbox.general, words.note(words.replies.loading()))
        ana.delete(prompt)
        bot.loading.set_result(bot.assistant)
        await message.wait_until(lambda m: m.deleted)
        assert not bot.engine.prompts


async def test_nothing_is_typed_for_those_in_line(sandbox: Sandbox, start: Start) -> None:
    ana, other, gate = sandbox.person("Ana"), sandbox.channel("other"), Gate()
    async with start(ANSWER, gate=gate, concurrency=1, delays=replace(DELAYS, patience=0.1)) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await shown_like(sandbox, sandbox.general, "Reading")
        ana.say(other, f"{sandbox.bot.mention} hello")
        await shown_like(sandbox, other, "ahead of yours")
        places = (sandbox.general, other)
        typed = [sandbox.wire.find("POST", f"/channels/{place.id}/typing") for place in places]
        assert [len(requests) for requests in typed] == [1, 0]
        gate.open()
        await stored(bot.store, other)


async def test_typing_ends_where_the_engine_fails(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    gate = Gate()
    async with start(ANSWER, gate=gate) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await sandbox.world.events.wait_for("TYPING_START")
        (reply,) = bot.assistant.active(sandbox.general.id)
        reply.stop()
        await shown_like(sandbox, sandbox.general, "Stopped.")
        assert sandbox.bot not in sandbox.who_types(sandbox.general)
        await bot.client.idle()


def long_one(gate: Gate) -> ScriptedEngine:
    """Begins at once, and goes on when the gate opens."""
    gates = iter([None, gate()])
    return ScriptedEngine(
        lambda _: ["This is the first half, ", "and more."],
        context_length=100_000,
        gate=lambda: next(gates, None),
    )


@pytest.mark.parametrize("kind", ["channel", "thread", "direct message", "command"])
async def test_a_reply_that_took_long_mentions_who_asked_once(
    sandbox: Sandbox, start: Start, kind: str
) -> None:
    gate = Gate()
    ana = sandbox.person("Ana")
    channel = sandbox.general
    if kind == "thread":
        channel = ana.start_thread(sandbox.general, "plans")
    if kind == "direct message":
        channel = ana.open_dm()
    async with start(engine=long_one(gate), delays=IMPATIENT, services=SOON) as bot:
        if kind == "command":
            await ana.command(channel, "/ask", prompt="hello")
        else:
            ana.say(channel, f"{sandbox.bot.mention} hello")
        reply = await shown(sandbox, channel, "This is the first half,")
        gate.open()
        await reply.wait_until(lambda m: m.content == "This is the first half, and more.")
        ping = await shown_like(sandbox, channel, "is ready")
        await stored(bot.store, channel)
    assert ping.content == words.replies.done(ana.mention)
    assert ping.pinged == {ana.id}
    assert ping.reference is not None
    assert ping.reference.message_id == reply.id
    assert len(by_bot(sandbox, channel)) == 2


@pytest.mark.parametrize("why", ["never", "quick", "just posted"])
async def test_nobody_is_mentioned_without_need(sandbox: Sandbox, start: Start, why: str) -> None:
    gate = Gate()
    ana = sandbox.person("Ana")
    timing = replace(IMPATIENT, unread=30.0) if why == "just posted" else IMPATIENT
    services = {"mention_after": {"never": 0.0, "quick": 30.0, "just posted": 1e-9}[why]}
    async with start(engine=long_one(gate), delays=timing, services=services) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await shown(sandbox, sandbox.general, "This is the first half,")
        gate.open()
        await stored(bot.store, sandbox.general)
        await bot.client.idle()
    assert not pings(sandbox)


async def test_a_mention_is_no_page_of_the_reply(sandbox: Sandbox, start: Start) -> None:
    gate = Gate()
    ana = sandbox.person("Ana")
    async with start(engine=long_one(gate), delays=IMPATIENT, services=SOON) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        reply = await shown(sandbox, sandbox.general, "This is the first half,")
        gate.open()
        ping = await shown_like(sandbox, sandbox.general, "is ready")
        await bot.client.idle()
    async with start(said_anew) as bot:
        await ana.click(reply, "Regenerate")
        await reply.wait_until(lambda m: m.content == ANSWER)
        await stored(bot.store, sandbox.general)
    assert of_bot(sandbox) == [reply, ping]


def said_anew(_: str) -> Iterable[str]:
    return [ANSWER]


async def test_a_reply_stopped_in_the_queue_says_so_at_once(sandbox: Sandbox, start: Start) -> None:
    gate = Gate()
    ana = sandbox.person("Ana")
    async with start(ANSWER, gate=gate, delays=IMPATIENT) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} first")
        await shown_like(sandbox, sandbox.general, "Reading")
        ana.say(sandbox.general, f"{sandbox.bot.mention} second")
        waiting = await shown(sandbox, sandbox.general, words.note(words.replies.waiting(1)))
        await ana.click(waiting, "Stop")
        stopped = words.note(words.replies.ended(FinishReason.STOPPED, None) or "")
        await waiting.wait_until(lambda m: m.content == stopped)
        assert "Stop" not in [button["label"] for button in waiting.buttons()]
        assert bot.assistant.busy == 1
        gate.open()
        await stored(bot.store, sandbox.general)


@pytest.mark.parametrize("how", ["command", "button", "delete"])
async def test_the_notice_that_the_model_loads_ends_with_its_question(
    sandbox: Sandbox, start: Start, how: str
) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER, loaded=False, delays=IMPATIENT):
        question = ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        notice = await shown_like(sandbox, sandbox.general, "still loading")
        if how != "delete":
            await (ana.click(notice, "Stop") if how == "button" else ana.command(sandbox.general, "stop"))
            stopped = words.note(words.replies.ended(FinishReason.STOPPED, None) or "")
            await notice.wait_until(lambda m: m.content == stopped)
            assert not notice.buttons()
        else:
            ana.delete(question)
            await notice.wait_until(lambda m: m.deleted)


async def test_a_reply_stopped_in_the_queue_says_so_after_a_restart_at_the_latest(
    sandbox: Sandbox, start: Start
) -> None:
    ana, held = sandbox.person("Ana"), Gate()
    async with start(ANSWER, gate=lambda: held(), delays=IMPATIENT) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} first")
        await shown_like(sandbox, sandbox.general, "Reading")
        ana.say(sandbox.general, f"{sandbox.bot.mention} second")
        waiting = await shown(sandbox, sandbox.general, words.note(words.replies.waiting(1)))
        path = f"/channels/{sandbox.general.id}/messages/{waiting.id}"
        sandbox.faults.add(Fault("PATCH", path, status=503, times=None))
        await ana.click(waiting, "Stop")
        await busy(bot, 1)
    sandbox.faults.clear()
    async with start(ANSWER):
        stopped = words.note(words.replies.ended(FinishReason.STOPPED, None) or "")
        await waiting.wait_until(lambda m: m.content == stopped)
    assert "Stop" not in [button["label"] for button in waiting.buttons()]
