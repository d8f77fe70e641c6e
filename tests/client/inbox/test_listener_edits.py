"""Edited messages are answered anew where that changes anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.policy.server import Quota, ServerPolicy
from bot.sandbox import Channel, Fault, Message, Person, Sandbox, Upload
from bot.sandbox import messages as sandbox_messages
from tests.client.conftest import Bot, Start
from tests.client.watching import by_bot, eventually, shown, shown_like, stored

PEARS, APPLES, OTHER = "You said pears.", "You said apples.", "I hear you well."


def script(text: str) -> list[str]:
    if "pears" not in text and "apples" not in text:
        return [OTHER]
    return [PEARS if text.rfind("pears") > text.rfind("apples") else APPLES]


def in_channel(sandbox: Sandbox, ana: Person) -> Channel:
    return sandbox.general


def in_thread(sandbox: Sandbox, ana: Person) -> Channel:
    return ana.start_thread(sandbox.general, "plans")


def in_direct_message(sandbox: Sandbox, ana: Person) -> Channel:
    return ana.open_dm()


Where = Callable[[Sandbox, Person], Channel]
everywhere = pytest.mark.parametrize("where", [in_channel, in_thread, in_direct_message])


async def ask(sandbox: Sandbox, bot: Bot, ana: Person, place: Channel) -> Message:
    message = ana.say(place, f"{sandbox.bot.mention} apples")
    await shown(sandbox, place, APPLES)
    await stored(bot.store, place)
    return message


async def heard_next(sandbox: Sandbox, person: Person) -> None:
    """A marker in a channel of its own: once it is answered, all before it has been heard."""
    marker = sandbox.channel("marker")
    person.say(marker, f"{sandbox.bot.mention} now")
    await shown(sandbox, marker, OTHER)


@everywhere
async def test_an_edited_message_is_answered_anew_in_the_same_place(
    sandbox: Sandbox, start: Start, where: Where
) -> None:
    ana = sandbox.person("Ana")
    async with start(script) as bot:
        place = where(sandbox, ana)
        message = await ask(sandbox, bot, ana, place)
        ana.edit(message, f"{sandbox.bot.mention} pears")
        await shown(sandbox, place, PEARS)
    assert by_bot(sandbox, place) == [PEARS]


async def test_an_edit_while_a_file_is_read_counts(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    slow = Upload("slow.txt", "text/plain", b"x" * 1000, announced_size=3, pause_s=0.05)
    async with start(script, services={"attachment_bytes": 8_000}) as bot:
        message = ana.say(sandbox.general, f"{sandbox.bot.mention} apples", files=[slow])
        await sandbox.world.events.wait_for("TYPING_START")
        ana.edit(message, f"{sandbox.bot.mention} pears")
        await shown(sandbox, sandbox.general, PEARS)
        await stored(bot.store, sandbox.general)
    assert APPLES not in by_bot(sandbox, sandbox.general)


async def test_an_edit_while_the_model_loads_counts(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(script, loaded=False) as bot:
        message = ana.say(sandbox.general, f"{sandbox.bot.mention} apples")
        await sandbox.world.events.wait_for("TYPING_START")
        ana.edit(message, f"{sandbox.bot.mention} pears")
        await sandbox.world.events.wait_for("MESSAGE_UPDATE")
        ana.say(ana.open_dm(), "now")  # heard after the edit
        await sandbox.world.events.wait_for(
            "TYPING_START", lambda typing: typing["channel_id"] == str(ana.open_dm().id)
        )
        bot.loading.set_result(bot.assistant)
        await shown(sandbox, sandbox.general, PEARS)
        await stored(bot.store, sandbox.general)
    assert by_bot(sandbox, sandbox.general) == [PEARS]


async def test_a_preview_of_a_link_and_the_same_words_change_nothing(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(script) as bot:
        message = await ask(sandbox, bot, ana, sandbox.general)
        message.embeds = [{"type": "link", "title": "pears"}]
        sandbox_messages.updated(sandbox.world, message)
        ana.edit(message, f"{sandbox.bot.mention}  apples")
        await heard_next(sandbox, ana)
        assert len(bot.engine.prompts) == 2
    assert by_bot(sandbox, sandbox.general) == [APPLES]


@pytest.mark.parametrize("where", [in_channel, in_thread])
async def test_an_edit_may_call_the_bot(sandbox: Sandbox, start: Start, where: Where) -> None:
    ana = sandbox.person("Ana")
    async with start(script) as bot:
        place = where(sandbox, ana)
        message = ana.say(place, "apples")
        await heard_next(sandbox, ana)
        ana.edit(message, f"{sandbox.bot.mention} apples")
        await shown(sandbox, place, APPLES)
        await stored(bot.store, place)
    assert by_bot(sandbox, place) == [APPLES]


async def test_an_edit_that_calls_the_bot_later_on_does_not(
    sandbox: Sandbox, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.client.inbox.listener._LATE_MENTION", timedelta(0))
    ana = sandbox.person("Ana")
    async with start(script) as bot:
        message = ana.say(sandbox.general, "apples")
        ana.edit(message, f"{sandbox.bot.mention} apples")
        await heard_next(sandbox, ana)
        assert len(bot.engine.prompts) == 1


async def test_an_edit_of_what_was_refused_is_heard(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(script) as bot:
        message = ana.say(sandbox.general, sandbox.bot.mention)
        await shown_like(sandbox, sandbox.general, "What would you like to know?")
        ana.edit(message, f"{sandbox.bot.mention} apples")
        await shown(sandbox, sandbox.general, APPLES)
        await stored(bot.store, sandbox.general)


async def test_who_may_not_ask_any_more_is_told_so_for_an_edit_too(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(script) as bot:
        message = await ask(sandbox, bot, ana, sandbox.general)
        policy = ServerPolicy(blocked_channels=frozenset({sandbox.general.id}))
        await bot.store.set_policy(sandbox.guild.id, policy)
        ana.edit(message, f"{sandbox.bot.mention} pears")
        await shown_like(sandbox, sandbox.general, "switched me off")
        assert len(bot.engine.prompts) == 1


async def test_an_edit_counts_as_a_request(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(script, quota=Quota(requests_a_minute=1)) as bot:
        message = await ask(sandbox, bot, ana, sandbox.general)
        ana.edit(message, f"{sandbox.bot.mention} pears")
        await shown_like(sandbox, sandbox.general, "the limit is 1 a minute")
        assert len(bot.engine.prompts) == 1


async def test_bots_that_edit_are_left_alone(sandbox: Sandbox, start: Start) -> None:
    ana, robot = sandbox.person("Ana"), sandbox.person("Robot", bot=True)
    async with start(script) as bot:
        message = robot.say(sandbox.general, "apples")
        robot.edit(message, f"{sandbox.bot.mention} apples")
        await heard_next(sandbox, ana)
        assert len(bot.engine.prompts) == 1
        await eventually(lambda: nothing_left(bot))


async def nothing_left(bot: Bot) -> bool:
    return not await bot.store.unanswered()


async def test_of_two_edits_that_wait_for_a_file_the_second_counts(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    held = Fault("GET", "/attachments/{channel_id}/{attachment_id}/{name}", hold=True)
    sandbox.faults.add(held)
    async with start(lambda prompt: [f"You said {prompt.split()[-1]}"]) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} read", files=[("notes.txt", b"hello")])
        await held.reached()
        message = ana.say(sandbox.general, "nothing")
        ana.edit(message, f"{sandbox.bot.mention} first")
        ana.edit(message, f"{sandbox.bot.mention} second")
        ana.say(ana.open_dm(), "hello")  # events come in order: the edits are known by the time this one is
        await stored(bot.store, ana.open_dm())
        held.release()
        replies = await stored(bot.store, sandbox.general, count=2)
        asked = bot.engine.tokenizer.decode(bot.engine.prompts[-1])
    assert asked.endswith("second")
    assert len(replies) == 2
