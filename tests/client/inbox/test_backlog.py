"""What was said while the bot was away is answered once it is back, and once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import AsyncMock

import pytest

from bot.chat.turns import FinishReason
from bot.client import words
from bot.client.inbox.read_positions import ReadPositions
from bot.policy.server import Quota, ServerPolicy
from bot.sandbox import Channel, Fault, Permission, Sandbox
from bot.sandbox import threads as sandbox_threads
from tests.client.conftest import DELAYS, Bot, Gate, Start
from tests.client.watching import by_bot, eventually, shown, shown_like, stored

ANSWER = "I hear you well."
LATE = 20.0
IMPATIENT = replace(DELAYS, patience=0.0)


async def heard_up_to(bot: Bot, channel: Channel) -> None:
    """Wait until what was said in a channel needs no second look."""

    async def probe() -> bool:
        newest = max(message.id for message in channel.history if not message.author.bot)
        return (await bot.store.cursors()).get(channel.id, 0) >= newest

    await eventually(probe)


async def test_what_was_said_while_the_program_did_not_run_is_answered_once(
    sandbox: Sandbox, start: Start
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    other, silent = sandbox.channel("other"), sandbox.channel("silent")
    thread, direct = ana.start_thread(sandbox.general, "plans"), ana.open_dm()
    places = [sandbox.general, thread, direct, silent]
    async with start(ANSWER) as bot:
        for place in (sandbox.general, thread, direct):
            ana.say(place, f"{sandbox.bot.mention} hello")
            await stored(bot.store, place)
    ana.say(thread, "without a mention")
    ben.say(other, "just between us")
    for place in (sandbox.general, direct, silent):
        ana.say(place, f"{sandbox.bot.mention} are you there?")
    for _ in range(2):
        async with start(ANSWER) as bot:
            for place in places:
                await stored(bot.store, place, count=1 if place is silent else 2)
                await heard_up_to(bot, place)
    assert [len(by_bot(sandbox, place)) for place in places] == [2, 2, 2, 1]
    assert by_bot(sandbox, other) == []


async def test_nothing_from_before_its_first_start_is_answered(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    ana.say(sandbox.general, f"{sandbox.bot.mention} are you there?")
    async with start(ANSWER) as bot:
        ana.say(ana.open_dm(), "hello")
        await stored(bot.store, ana.open_dm())
    assert by_bot(sandbox, sandbox.general) == []


async def test_a_thread_that_was_archived_meanwhile_is_heard(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    thread = ana.start_thread(sandbox.general, "plans")
    async with start(ANSWER) as bot:
        ana.say(thread, f"{sandbox.bot.mention} hello")
        await stored(bot.store, thread)
        await heard_up_to(bot, thread)
    ana.say(thread, f"{sandbox.bot.mention} are you there?")
    sandbox_threads.update(sandbox.world, thread, {"archived": True})
    async with start(ANSWER) as bot:
        await stored(bot.store, thread, count=2)


async def test_what_is_too_old_is_left_alone(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, sandbox.general)
    ana.say(sandbox.general, f"{sandbox.bot.mention} old")
    async with start(ANSWER, services={"catch_up": timedelta(0)}) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} new")
        await stored(bot.store, sandbox.general, count=2)
        assert bot.engine.tokenizer.decode(bot.engine.prompts[-1]).endswith("new")
    assert len(by_bot(sandbox, sandbox.general)) == 2


async def test_what_was_said_to_nobody_in_a_free_channel_goes_stale(
    sandbox: Sandbox, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        policy = ServerPolicy(free_channels=frozenset({sandbox.general.id}))
        await bot.store.set_policy(sandbox.guild.id, policy)
        ana.say(sandbox.general, "hello")
        await stored(bot.store, sandbox.general)
    monkeypatch.setattr("bot.client.inbox.listener._UNADDRESSED_AGE", timedelta(0))
    ana.say(sandbox.general, "nice weather")
    ana.say(sandbox.general, f"{sandbox.bot.mention} is it not?")
    async with start(ANSWER) as bot:
        await stored(bot.store, sandbox.general, count=2)
        assert len(bot.engine.prompts) == 1
        assert bot.engine.tokenizer.decode(bot.engine.prompts[0]).endswith("is it not?")


async def test_messages_that_waited_for_the_model_survive_the_end_of_the_program(
    sandbox: Sandbox, start: Start
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    direct = ben.open_dm()
    async with start(ANSWER):  # the first time it runs, nothing was missed
        pass
    async with start(ANSWER, loaded=False):
        for number in range(5):
            ana.say(sandbox.general, f"{sandbox.bot.mention} number {number}")
        ben.say(direct, "hello")
        await sandbox.world.events.wait_for(
            "TYPING_START", lambda typing: typing["channel_id"] == str(direct.id)
        )
    async with start(lambda text: [f"This answers {text.split()[-1]}."]) as bot:
        await stored(bot.store, sandbox.general, count=5)
        await stored(bot.store, direct)
    said = [text for text in by_bot(sandbox, sandbox.general) if text.startswith("This")]
    assert said == [f"This answers {number}." for number in range(5)]


async def test_more_than_may_wait_is_caught_up_with_and_not_refused(sandbox: Sandbox, start: Start) -> None:
    people = [sandbox.person(f"Person {number}") for number in range(4)]
    async with start(ANSWER) as bot:
        people[0].say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, sandbox.general)
        await heard_up_to(bot, sandbox.general)
    for number in range(24):
        people[number % 4].say(sandbox.general, f"{sandbox.bot.mention} number {number}")
    async with start(ANSWER, queue_size=10) as bot:
        await eventually(lambda: all_shown(bot, sandbox.general, 25), LATE)
    assert by_bot(sandbox, sandbox.general) == [ANSWER] * 25


async def all_shown(bot: Bot, channel: Channel, count: int) -> bool:
    replies = [exchange.reply for exchange in await bot.store.history(channel.id, 2**62)]
    return len(replies) == count and all(reply.delivered for reply in replies)


async def test_a_hint_and_a_refusal_are_not_said_again(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, sandbox.bot.mention)
        await shown(sandbox, sandbox.general, words.inbox.no_text())
        await heard_up_to(bot, sandbox.general)
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, sandbox.general)
    assert by_bot(sandbox, sandbox.general) == [words.inbox.no_text(), ANSWER]


async def test_a_message_whose_reply_was_stopped_is_not_answered_after_a_crash(
    sandbox: Sandbox, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER):
        pass
    with monkeypatch.context() as crash:
        crash.setattr(ReadPositions, "_write", AsyncMock())
        async with start(ANSWER, loaded=False, delays=IMPATIENT):
            ana.say(sandbox.general, f"{sandbox.bot.mention} first")
            notice = await shown_like(sandbox, sandbox.general, "still loading")
            await ana.click(notice, "Stop")
            await notice.wait_until(lambda m: "Stopped" in m.content)
    ana.say(sandbox.general, f"{sandbox.bot.mention} second")
    async with start(ANSWER) as bot:
        await stored(bot.store, sandbox.general)
        await heard_up_to(bot, sandbox.general)
    stopped = words.note(words.replies.ended(FinishReason.STOPPED, None) or "")
    assert by_bot(sandbox, sandbox.general) == [stopped, ANSWER]


async def test_a_command_that_waited_for_the_model_is_ended_in_words_after_a_restart(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER):
        pass
    async with start(ANSWER, loaded=False, delays=IMPATIENT):
        await ana.command(sandbox.general, "ask", prompt="hello")
        notice = await shown_like(sandbox, sandbox.general, "still loading")
    async with start(ANSWER):
        await notice.wait_until(lambda m: m.content == words.note(words.replies.interrupted()))
    assert not notice.buttons()


async def test_a_channel_whose_history_may_not_be_read_is_named_in_the_log(
    sandbox: Sandbox, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    ana = sandbox.person("Ana")
    other = sandbox.channel("other")
    async with start(ANSWER) as bot:
        ana.say(other, f"{sandbox.bot.mention} hello")
        await stored(bot.store, other)
        await heard_up_to(bot, other)
    sandbox.deny(sandbox.general, sandbox.bot, Permission.READ_MESSAGE_HISTORY)
    ana.say(sandbox.general, f"{sandbox.bot.mention} are you there?")
    ana.say(other, f"{sandbox.bot.mention} and here?")
    async with start(ANSWER) as bot:
        await stored(bot.store, other, count=2)
    assert "#general" in caplog.text
    assert "Read Message History" in caplog.text


async def test_trouble_while_catching_up_is_no_end(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    other = sandbox.channel("other")
    async with start(ANSWER) as bot:
        for place in (sandbox.general, other):
            ana.say(place, f"{sandbox.bot.mention} hello")
            await stored(bot.store, place)
            await heard_up_to(bot, place)
    for place in (sandbox.general, other):
        ana.say(place, f"{sandbox.bot.mention} are you there?")
    sandbox.faults.add(Fault("GET", f"/channels/{sandbox.general.id}/messages", status=403))
    async with start(ANSWER) as bot:
        await stored(bot.store, other, count=2)
        ana.say(sandbox.general, f"{sandbox.bot.mention} now?")
        await stored(bot.store, sandbox.general, count=2)


async def test_a_reply_that_was_cut_off_and_a_missed_message_come_in_order(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER, gate=Gate()) as bot:
        first = ana.say(sandbox.general, f"{sandbox.bot.mention} first")
        await eventually(bot.store.unanswered)
    second = ana.say(sandbox.general, f"{sandbox.bot.mention} second")
    async with start(ANSWER) as bot:
        await stored(bot.store, sandbox.general, count=2)
    replies = [m for m in sandbox.general.history if m.author is sandbox.bot]
    assert [m.reference.message_id for m in replies if m.reference] == [first.id, second.id]


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": True}, {"drop": True, "late": True}])
async def test_a_channel_that_cannot_be_read_at_first_is_read_again(
    sandbox: Sandbox, start: Start, fault: dict[str, Any]
) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, sandbox.general)
        await heard_up_to(bot, sandbox.general)
    ana.say(sandbox.general, f"{sandbox.bot.mention} are you there?")
    sandbox.faults.add(Fault("GET", f"/channels/{sandbox.general.id}/messages", times=3, **fault))
    async with start(ANSWER) as bot:
        await stored(bot.store, sandbox.general, count=2)
    assert len(by_bot(sandbox, sandbox.general)) == 2


async def test_a_direct_message_that_cannot_be_found_at_first_is_looked_for_again(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    direct = ana.open_dm()
    async with start(ANSWER) as bot:
        ana.say(direct, "hello")
        await stored(bot.store, direct)
        await heard_up_to(bot, direct)
    ana.say(direct, "are you there?")
    sandbox.faults.add(Fault("GET", f"/channels/{direct.id}", status=503, times=2))
    async with start(ANSWER) as bot:
        await stored(bot.store, direct, count=2)
    assert len(by_bot(sandbox, direct)) == 2


async def test_a_long_backlog_is_read_page_by_page_to_its_end(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, sandbox.general)
        await heard_up_to(bot, sandbox.general)
    for number in range(250):
        called = f"{sandbox.bot.mention} " if number in (3, 120, 248) else ""
        ana.say(sandbox.general, f"{called}number {number}")
    history = f"/channels/{sandbox.general.id}/messages"
    sandbox.faults.add(Fault("GET", history, status=503, times=2, after=1))
    async with start(ANSWER) as bot:
        await stored(bot.store, sandbox.general, count=4)
        asked = [bot.engine.tokenizer.decode(ids).split()[-1] for ids in bot.engine.prompts]
    assert asked == ["3", "120", "248"]


async def test_a_backlog_that_was_not_read_to_its_end_is_read_after_the_next_restart(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, sandbox.general)
        await heard_up_to(bot, sandbox.general)
    ana.say(sandbox.general, f"{sandbox.bot.mention} are you there?")
    history = f"/channels/{sandbox.general.id}/messages"
    fault = sandbox.faults.add(Fault("GET", history, status=503, times=None))
    async with start(ANSWER) as bot:
        await eventually(lambda: requested(sandbox, history))
        ana.say(sandbox.general, f"{sandbox.bot.mention} and now?")
        await stored(bot.store, sandbox.general, count=2)
    sandbox.faults.remove(fault)
    async with start(ANSWER) as bot:
        await stored(bot.store, sandbox.general, count=3)
    assert len(by_bot(sandbox, sandbox.general)) == 3


async def test_the_notice_that_a_killed_process_left_becomes_the_reply(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER):  # the first time it runs, nothing was missed
        pass
    async with start(ANSWER, loaded=False, delays=replace(DELAYS, patience=0.0)):
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        notice = await shown(sandbox, sandbox.general, words.note(words.replies.loading()))
    notice.nonce = None  # Discord remembers it for some minutes only
    async with start(ANSWER) as bot:
        assert await shown(sandbox, sandbox.general, ANSWER) is notice
        await stored(bot.store, sandbox.general)
    assert by_bot(sandbox, sandbox.general) == [ANSWER]


@pytest.mark.parametrize("where", ["being read", "read already"])
async def test_what_is_said_while_a_session_is_lost_during_the_backlog_is_answered(
    sandbox: Sandbox, start: Start, where: str
) -> None:
    ana = sandbox.person("Ana")
    other = sandbox.channel("other")
    async with start(ANSWER) as bot:
        for place in (sandbox.general, other):
            ana.say(place, f"{sandbox.bot.mention} hello")
            await stored(bot.store, place)
            await heard_up_to(bot, place)
    for place in (sandbox.general, other):
        ana.say(place, f"{sandbox.bot.mention} are you there?")
    held = f"/channels/{other.id}/messages"
    sandbox.faults.add(Fault("GET", held, delay=1.5, late=True))
    async with start(ANSWER) as bot:
        await eventually(lambda: requested(sandbox, held))
        await sandbox.gateway.invalidate()
        place = other if where == "being read" else sandbox.general
        ana.say(place, f"{sandbox.bot.mention} and now?")
        await stored(bot.store, place, count=3)
    assert len(by_bot(sandbox, place)) == 3


async def test_the_pace_of_missed_messages_is_not_limited(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER):  # the first time it runs, nothing was missed
        pass
    for number in range(3):
        ana.say(sandbox.general, f"{sandbox.bot.mention} number {number}")
    async with start(ANSWER, quota=Quota(requests_a_minute=1), queue_size=1) as bot:
        await stored(bot.store, sandbox.general, count=3)
    assert by_bot(sandbox, sandbox.general) == [ANSWER] * 3


async def requested(sandbox: Sandbox, path: str) -> bool:
    return bool(sandbox.wire.find("GET", path))
