"""The buttons on a reply: for the person who asked and for moderators, also after a restart."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from bot.chat.turns import FinishReason
from bot.client import words
from bot.i18n import gettext, speaking
from bot.policy.server import Quota, ServerPolicy
from bot.sandbox import Channel, Fault, Message, Permission, Person, Sandbox
from bot.sandbox import threads as sandbox_threads
from tests.client.conftest import DELAYS, Bot, Gate, Start
from tests.client.watching import by_bot, eventually, posts, shown, shown_like, stored, writes

ANSWER = "A rather short answer."
LONG = "\n".join(f"line {number} with some words in it" for number in range(150))
PLACES = ["channel", "thread", "direct message"]
DONE = ["Regenerate", "Delete"]


def place(sandbox: Sandbox, person: Person, kind: str) -> Channel:
    if kind == "direct message":
        return person.open_dm()
    return person.start_thread(sandbox.general, "plans") if kind == "thread" else sandbox.general


def labels(message: Message) -> list[str]:
    return [str(button["label"]) for button in message.buttons()]


def numbered() -> Callable[[str], Iterable[str]]:
    """A script whose replies are all different."""
    numbers = itertools.count(1)
    return lambda _: [f"This is answer number {next(numbers)}."]


def of_bot(sandbox: Sandbox, channel: Channel) -> list[Message]:
    return [message for message in channel.history if message.author is sandbox.bot]


async def private_word(channel: Channel, person: Person) -> str:
    said = await channel.wait_for(lambda m: m.ephemeral_to is person.user and not m.loading)
    return said.content


@pytest.mark.parametrize("kind", PLACES)
async def test_stop_is_there_from_the_first_post_and_ends_the_reply(
    sandbox: Sandbox, start: Start, kind: str
) -> None:
    gates = iter([None, Gate()()])
    ana = sandbox.person("Ana")
    channel = place(sandbox, ana, kind)
    async with start(lambda _: ["I was about to say ", "more"], gate=lambda: next(gates)) as bot:
        ana.say(channel, f"{sandbox.bot.mention} tell me")
        message = await shown(sandbox, channel, "I was about to say")
        assert labels(message) == ["Stop"]
        assert posts(sandbox, channel)[0].body["components"]
        await ana.click(message, "Stop")
        await message.wait_until(lambda m: labels(m) == DONE)
        (turn,) = await stored(bot.store, channel)
        assert bot.engine.cancelled == 1
    said = words.note(words.replies.ended(FinishReason.STOPPED, None) or "")
    assert message.content == f"I was about to say\n{said}"
    assert turn.ended is FinishReason.STOPPED


async def test_a_message_that_waits_in_line_can_be_stopped(sandbox: Sandbox, start: Start) -> None:
    gate = Gate()
    other = sandbox.channel("other")
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    impatient = replace(DELAYS, patience=0.05)
    async with start(ANSWER, gate=gate, concurrency=1, delays=impatient) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} first")
        await eventually(lambda: _is(lambda: bot.assistant.busy == 1))
        ben.say(other, f"{sandbox.bot.mention} second")
        waiting = await shown(sandbox, other, words.note(words.replies.waiting(1)))
        await ben.click(waiting, "Stop")
        await waiting.wait_until(lambda m: "Stopped" in m.content and labels(m) == DONE)
        gate.open()
        await stored(bot.store, sandbox.general)
        assert len(bot.engine.prompts) == 1


async def test_a_reply_that_comes_at_once_has_its_last_buttons_with_its_text(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await shown(sandbox, sandbox.general, ANSWER)
        await stored(bot.store, sandbox.general)
    assert labels(message) == DONE
    assert len(writes(sandbox, message)) == 1


async def test_the_last_edit_of_the_text_brings_the_last_buttons(sandbox: Sandbox, start: Start) -> None:
    gate = Gate()
    gates = iter([None, gate()])
    ana = sandbox.person("Ana")
    script = ["This is the first half, ", "and more."]
    slow_edits = replace(DELAYS, edit_interval=1.0)  # the reply ends before the next edit is due
    async with start(lambda _: script, gate=lambda: next(gates), delays=slow_edits) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await shown(sandbox, sandbox.general, "This is the first half,")
        gate.open()
        await stored(bot.store, sandbox.general)
    assert labels(message) == DONE
    assert len(writes(sandbox, message)) == 2


async def test_only_the_last_message_of_a_long_reply_has_buttons(sandbox: Sandbox, start: Start) -> None:
    lines = LONG.splitlines(keepends=True)
    ana = sandbox.person("Ana")
    slowly = lambda: asyncio.ensure_future(asyncio.sleep(0.004))  # noqa: E731
    async with start(lambda _: lines, gate=slowly) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} count")
        await stored(bot.store, sandbox.general)
    *earlier, last = of_bot(sandbox, sandbox.general)
    assert len(earlier) >= 2
    assert [labels(message) for message in earlier] == [[]] * len(earlier)
    assert labels(last) == DONE


@pytest.mark.parametrize("kind", PLACES)
async def test_regenerate_makes_another_reply_in_the_same_message(
    sandbox: Sandbox, start: Start, kind: str
) -> None:
    ana = sandbox.person("Ana")
    channel = place(sandbox, ana, kind)
    async with start(numbered()) as bot:
        ana.say(channel, f"{sandbox.bot.mention} tell me")
        message = await shown(sandbox, channel, "This is answer number 1.")
        await stored(bot.store, channel)
        await ana.click(message, "Regenerate")
        assert await shown(sandbox, channel, "This is answer number 2.") is message
        await message.wait_until(lambda m: labels(m) == DONE)
        (turn,) = await stored(bot.store, channel)
        assert turn.text == "This is answer number 2."
        ana.say(channel, f"{sandbox.bot.mention} and now?")
        await stored(bot.store, channel, count=2)
        prompt = bot.engine.tokenizer.decode(bot.engine.prompts[-1])
    assert "number 2" in prompt
    assert "number 1" not in prompt
    assert by_bot(sandbox, channel) == ["This is answer number 2.", "This is answer number 3."]


async def test_a_shorter_reply_takes_the_further_messages_away(sandbox: Sandbox, start: Start) -> None:
    replies = iter([LONG, ANSWER, LONG])
    ana = sandbox.person("Ana")
    async with start(lambda _: [next(replies)]) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} count")
        await stored(bot.store, sandbox.general)
        ana.say(sandbox.general, "wow")
        first, *_, last = of_bot(sandbox, sandbox.general)
        await ana.click(last, "Regenerate")
        await first.wait_until(lambda m: m.content == ANSWER and labels(m) == DONE)
        await stored(bot.store, sandbox.general)
        assert of_bot(sandbox, sandbox.general) == [first]
        await ana.click(first, "Regenerate")
        await eventually(lambda: _is(lambda: "\n".join(by_bot(sandbox, sandbox.general)) == LONG))
        await stored(bot.store, sandbox.general)
    assert of_bot(sandbox, sandbox.general)[0] is first


async def _is(condition: Callable[[], bool]) -> bool:
    return condition()


async def test_an_older_reply_is_made_again_with_what_was_said_before_it(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    async with start(numbered()) as bot:
        for text in ("apples", "pears", "plums"):
            ana.say(sandbox.general, f"{sandbox.bot.mention} {text}")
            await shown_like(sandbox, sandbox.general, "number")
        await stored(bot.store, sandbox.general, count=3)
        second = of_bot(sandbox, sandbox.general)[1]
        await ana.click(second, "Regenerate")
        await second.wait_until(lambda m: m.content == "This is answer number 4." and labels(m) == DONE)
        prompt = bot.engine.tokenizer.decode(bot.engine.prompts[-1])
    assert "apples" in prompt
    assert "plums" not in prompt
    assert [text[-2] for text in by_bot(sandbox, sandbox.general)] == ["1", "4", "3"]


async def test_a_second_press_while_it_is_made_again_does_nothing_twice(
    sandbox: Sandbox, start: Start
) -> None:
    gate = Gate()
    gates = itertools.chain([None], itertools.repeat(gate))
    ana = sandbox.person("Ana")

    def held() -> asyncio.Future[None] | None:
        made = next(gates)
        return made() if made else None

    async with start(numbered(), gate=held) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        message = await shown(sandbox, sandbox.general, "This is answer number 1.")
        await stored(bot.store, sandbox.general)
        await asyncio.gather(ana.click(message, "Regenerate"), ana.click(message, "Regenerate"))
        await message.wait_until(lambda m: labels(m) == ["Stop"])
        gate.open()
        await message.wait_until(lambda m: labels(m) == DONE)
        await stored(bot.store, sandbox.general)
        await bot.client.idle()
    assert len(of_bot(sandbox, sandbox.general)) - len(_private(sandbox)) == 1


def _private(sandbox: Sandbox) -> list[Message]:
    return [m for m in sandbox.general.history if m.ephemeral_to is not None]


@pytest.mark.parametrize("kind", PLACES)
async def test_continue_lets_a_reply_go_on_that_was_cut_off(
    sandbox: Sandbox, start: Start, kind: str
) -> None:
    ana = sandbox.person("Ana")
    channel = place(sandbox, ana, kind)
    parts = iter(["one two three four five", " four five and six"])
    async with start(lambda _: [next(parts)], max_new_tokens=13) as bot:
        ana.say(channel, f"{sandbox.bot.mention} count")
        message = await shown_like(sandbox, channel, "one two three")
        await stored(bot.store, channel)
        assert labels(message) == ["Continue", "Regenerate", "Delete"]
        await ana.click(message, "Continue")
        await message.wait_until(lambda m: "four" in m.content and "Delete" in labels(m))
        (turn,) = await stored(bot.store, channel)
    assert turn.text.startswith("one two three four")
    assert message.content.startswith(turn.text)
    assert len(of_bot(sandbox, channel)) == 1


@pytest.mark.parametrize("kind", PLACES)
async def test_delete_takes_all_pages_away_and_the_reply_out_of_the_history(
    sandbox: Sandbox, start: Start, kind: str
) -> None:
    replies = iter([LONG, ANSWER])
    ana = sandbox.person("Ana")
    channel = place(sandbox, ana, kind)
    async with start(lambda _: [next(replies)]) as bot:
        ana.say(channel, f"{sandbox.bot.mention} count the apples")
        await stored(bot.store, channel)
        await ana.click(of_bot(sandbox, channel)[-1], "Delete")
        await eventually(lambda: _is(lambda: not of_bot(sandbox, channel)))
        ana.say(channel, f"{sandbox.bot.mention} and now?")
        await shown(sandbox, channel, ANSWER)
        prompt = bot.engine.tokenizer.decode(bot.engine.prompts[-1])
    assert "apples" not in prompt
    assert "line 1" not in prompt


@pytest.mark.parametrize("button", ["Stop", "Regenerate", "Delete"])
async def test_others_get_a_private_word_and_nothing_happens(
    sandbox: Sandbox, start: Start, button: str
) -> None:
    gate = Gate()
    gates = iter([None, gate() if button == "Stop" else None])
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start(lambda _: ["This is the first half, ", "and more."], gate=lambda: next(gates)) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        message = await sandbox.general.wait_for(lambda m: button in labels(m))
        await ben.click(message, button)
        assert await private_word(sandbox.general, ben) == words.note(words.replies.NOT_YOURS)
        gate.open()
        await stored(bot.store, sandbox.general)
        assert bot.engine.cancelled == 0
        assert len(bot.engine.prompts) == 1
    assert message.content == "This is the first half, and more."
    assert not message.deleted


@pytest.mark.parametrize("button", ["Stop", "Delete"])
async def test_a_moderator_may_press_what_others_asked_for(
    sandbox: Sandbox, start: Start, button: str
) -> None:
    gates = iter([None, Gate()() if button == "Stop" else None])
    ana, mod = sandbox.person("Ana"), sandbox.person("Mo")
    sandbox.allow(sandbox.general, mod, Permission.MANAGE_MESSAGES)
    async with start(lambda _: ["This is the first half, ", "and more."], gate=lambda: next(gates)):
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        message = await sandbox.general.wait_for(lambda m: button in labels(m))
        await mod.click(message, button)
        await eventually(lambda: _is(lambda: message.deleted or "Stopped" in message.content))


async def test_who_may_manage_messages_elsewhere_only_is_no_moderator_here(
    sandbox: Sandbox, start: Start
) -> None:
    ana, mod = sandbox.person("Ana"), sandbox.person("Mo")
    sandbox.allow(sandbox.channel("other"), mod, Permission.MANAGE_MESSAGES)
    async with start(ANSWER):
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        message = await sandbox.general.wait_for(lambda m: "Delete" in labels(m))
        await mod.click(message, "Delete")
        assert await private_word(sandbox.general, mod) == words.note(words.replies.NOT_YOURS)
    assert not message.deleted


async def test_buttons_work_after_a_restart(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(LONG) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} count")
        await stored(bot.store, sandbox.general)
    first, *_, last = of_bot(sandbox, sandbox.general)
    async with start(ANSWER) as bot:
        await ana.click(last, "Regenerate")
        await first.wait_until(lambda m: m.content == ANSWER and labels(m) == DONE)
        await stored(bot.store, sandbox.general)
    assert of_bot(sandbox, sandbox.general) == [first]
    async with start(ANSWER):
        await ana.click(first, "Delete")
        await eventually(lambda: _is(lambda: first.deleted))


async def test_stop_works_on_a_reply_that_is_taken_up_after_a_restart(sandbox: Sandbox, start: Start) -> None:
    gates = iter([None, Gate()()])
    ana = sandbox.person("Ana")
    async with start(lambda _: ["I was about to say ", "more"], gate=lambda: next(gates)):
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        message = await shown(sandbox, sandbox.general, "I was about to say")
    async with start(ANSWER, gate=Gate()) as bot:
        await ana.click(message, "Stop")
        await message.wait_until(lambda m: "Stopped" in m.content and labels(m) == DONE)
        await eventually(lambda: nothing_unanswered(bot))


async def nothing_unanswered(bot: Bot) -> bool:
    return not await bot.store.unanswered()


async def test_a_button_on_a_reply_that_was_forgotten_says_so(sandbox: Sandbox, start: Start) -> None:
    ana, mod = sandbox.person("Ana"), sandbox.person("Mo")
    sandbox.allow(sandbox.general, mod, Permission.MANAGE_MESSAGES)
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await sandbox.general.wait_for(lambda m: "Delete" in labels(m))
        await stored(bot.store, sandbox.general)
        await bot.store.forget_channel(sandbox.general.id)
        await mod.click(message, "Regenerate")
        assert await private_word(sandbox.general, mod) == words.note(words.replies.UNKNOWN)


@pytest.mark.parametrize("button", ["Regenerate", "Delete"])
async def test_a_moderator_is_told_as_well_that_a_reply_was_forgotten(
    sandbox: Sandbox, start: Start, button: str
) -> None:
    ana, mod = sandbox.person("Ana"), sandbox.person("Mo")
    sandbox.allow(sandbox.general, mod, Permission.MANAGE_MESSAGES)
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await sandbox.general.wait_for(lambda m: button in labels(m))
        await stored(bot.store, sandbox.general)
        await bot.store.forget_channel(sandbox.general.id)
        await mod.click(message, button)
        assert await private_word(sandbox.general, mod) == words.note(words.replies.UNKNOWN)


async def test_a_moderator_is_told_that_a_reply_of_an_earlier_run_is_not_known(
    sandbox: Sandbox, start: Start
) -> None:
    ana, mod = sandbox.person("Ana"), sandbox.person("Mo")
    sandbox.allow(sandbox.general, mod, Permission.MANAGE_MESSAGES)
    gates = iter([None, Gate()()])
    async with start(lambda _: ["I was saying ", "more"], gate=lambda: next(gates)) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await sandbox.general.wait_for(lambda m: "Stop" in labels(m))
        await bot.store.forget_channel(sandbox.general.id)
    async with start(ANSWER):
        await mod.click(message, "Stop")
        assert await private_word(sandbox.general, mod) == words.note(words.replies.UNKNOWN)


async def test_buttons_take_the_same_path_as_messages(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await sandbox.general.wait_for(lambda m: "Regenerate" in labels(m))
        await stored(bot.store, sandbox.general)
        blocked = ServerPolicy(blocked_channels=frozenset({sandbox.general.id}))
        await bot.store.set_policy(sandbox.guild.id, blocked)
        await ana.click(message, "Regenerate")
        assert await private_word(sandbox.general, ana) == words.note(words.permissions.CHANNEL_BLOCKED)
        assert len(bot.engine.prompts) == 1


@pytest.mark.parametrize("how", ["Regenerate", "Delete", "/regenerate"])
async def test_nothing_is_changed_where_the_bot_may_not_show_it(
    sandbox: Sandbox, start: Start, how: str
) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await sandbox.general.wait_for(lambda m: "Regenerate" in labels(m))
        await stored(bot.store, sandbox.general)
        sandbox.deny(sandbox.general, sandbox.bot, Permission.VIEW_CHANNEL)
        await (ana.command(sandbox.general, how) if how.startswith("/") else ana.click(message, how))
        assert await private_word(sandbox.general, ana) == words.note(words.permissions.CANNOT_CHANGE)
        assert len(await stored(bot.store, sandbox.general)) == 1
        assert len(bot.engine.prompts) == 1
    assert not message.deleted


@pytest.mark.parametrize("button", ["Regenerate", "Delete"])
async def test_nothing_is_changed_in_an_archived_thread(sandbox: Sandbox, start: Start, button: str) -> None:
    ana = sandbox.person("Ana")
    thread = ana.start_thread(sandbox.general, "plans")
    async with start(numbered()) as bot:
        ana.say(thread, f"{sandbox.bot.mention} hello")
        message = await thread.wait_for(lambda m: "Regenerate" in labels(m))
        await stored(bot.store, thread)
        sandbox_threads.update(sandbox.world, thread, {"archived": True})
        await ana.click(message, button)
        assert await private_word(thread, ana) == words.note(words.permissions.ARCHIVED)
        assert len(await stored(bot.store, thread)) == 1
        ana.say(thread, "open again")
        await ana.click(message, button)
        await message.wait_until(lambda m: m.deleted or "number 1" not in m.content)


async def test_a_press_while_the_bot_ends_is_no_failure(
    sandbox: Sandbox, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await sandbox.general.wait_for(lambda m: "Regenerate" in labels(m))
        await stored(bot.store, sandbox.general)
        callback = "/interactions/{interaction_id}/{interaction_token}/callback"
        sandbox.faults.add(Fault("POST", callback, delay=0.5, late=True))
        await ana.click(message, "Regenerate")
        heard = [task for task in asyncio.all_tasks() if task.get_name().startswith("discord-ui")]
    assert heard
    await asyncio.gather(*heard)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_regenerating_counts_against_the_quota(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    quota = Quota(tokens_a_day=None, requests_a_minute=1)
    async with start(ANSWER, quota=quota) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await sandbox.general.wait_for(lambda m: "Regenerate" in labels(m))
        await stored(bot.store, sandbox.general)
        await ana.click(message, "Regenerate")
        await ana.click(message, "Regenerate")
        assert "minute" in await private_word(sandbox.general, ana)
        assert len(bot.engine.prompts) <= 2


async def test_a_full_line_is_told_privately_and_the_reply_stays(sandbox: Sandbox, start: Start) -> None:
    gate = Gate()
    gates: list[Gate] = []
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    held = lambda: gates[0]() if gates else None  # noqa: E731
    async with start(ANSWER, gate=held, concurrency=1, queue_size=1) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await sandbox.general.wait_for(lambda m: "Regenerate" in labels(m))
        await stored(bot.store, sandbox.general)
        gates.append(gate)
        for name in ("first", "second"):
            ben.say(sandbox.channel(name), f"{sandbox.bot.mention} hello")
        await eventually(lambda: _is(lambda: bot.assistant.busy == 2))
        await ana.click(message, "Regenerate")
        assert "The queue is full" in await private_word(sandbox.general, ana)
        assert message.content == ANSWER
        assert labels(message) == DONE
        gate.open()
    assert len(writes(sandbox, message)) == 1


@pytest.mark.parametrize("how", ["server", "person"])
async def test_buttons_and_refusals_are_in_the_language_of_the_server_or_person(
    sandbox: Sandbox, start: Start, how: str
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben", locale="ja" if how == "person" else "fr")
    with speaking("ja"):
        delete, not_yours = words.replies.delete(), gettext(words.replies.NOT_YOURS)
    assert delete != words.replies.delete()
    async with start(ANSWER) as bot:
        if how == "server":
            await bot.store.set_policy(sandbox.guild.id, ServerPolicy(language="ja"))
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await sandbox.general.wait_for(lambda m: len(labels(m)) == 2)
        assert (delete in labels(message)) == (how == "server")
        await ben.click(message, labels(message)[-1])
        assert await private_word(sandbox.general, ben) == words.note(not_yours)


async def test_an_answer_to_ask_has_the_buttons_too(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(numbered()) as bot:
        asked = await ana.command(sandbox.general, "/ask", prompt="hello")
        assert asked.message is not None
        message = asked.message
        await message.wait_until(lambda m: labels(m) == DONE)
        await stored(bot.store, sandbox.general)
        await ana.click(message, "Regenerate")
        await message.wait_until(lambda m: m.content == "This is answer number 2." and labels(m) == DONE)
        await stored(bot.store, sandbox.general)
        await ana.click(message, "Delete")
        await message.wait_until(lambda m: m.deleted)
    assert of_bot(sandbox, sandbox.general) == []


@pytest.mark.parametrize("kind", PLACES)
async def test_a_private_answer_can_be_stopped_and_has_no_buttons_then(
    sandbox: Sandbox, start: Start, kind: str
) -> None:
    gates = iter([None, Gate()()])
    ana = sandbox.person("Ana")
    channel = place(sandbox, ana, kind)
    async with start(
        lambda _: ["I was about to say ", "more"], gate=lambda: next(gates), services={"mention_after": 0.01}
    ) as bot:
        asked = await ana.command(channel, "/ask", prompt="hello", private=True)
        assert asked.message is not None
        message = asked.message
        await message.wait_until(lambda m: m.content == "I was about to say")
        assert message.ephemeral_to is ana.user
        assert labels(message) == ["Stop"]
        await ana.click(message, "Stop")
        await message.wait_until(lambda m: "Stopped" in m.content and not labels(m))
        await bot.client.idle()
        assert not await bot.store.transcript(channel.id)
    assert not [m for m in of_bot(sandbox, channel) if m.ephemeral_to is None]


async def test_a_long_private_answer_stays_private(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(LONG) as bot:
        asked = await ana.command(sandbox.general, "/ask", prompt="count", private=True)
        assert asked.message is not None
        await eventually(lambda: _is(lambda: len(asked.followups) == 2))
        await bot.client.idle()
    said = [asked.message, *asked.followups]
    assert "\n".join(message.content for message in said) == LONG
    assert all(message.ephemeral_to is ana.user for message in said)


async def test_a_button_on_an_answer_that_a_restart_ended_says_so(sandbox: Sandbox, start: Start) -> None:
    gates = iter([None, Gate()()])
    ana = sandbox.person("Ana")
    async with start(lambda _: ["I was about to say ", "more"], gate=lambda: next(gates)):
        asked = await ana.command(sandbox.general, "/ask", prompt="hello", private=True)
        assert asked.message is not None
        message = asked.message
        await message.wait_until(lambda m: labels(m) == ["Stop"])
    async with start(ANSWER):
        await ana.click(message, "Stop")
        word = words.note(words.replies.UNKNOWN)
        await sandbox.general.wait_for(lambda m: m.ephemeral_to is ana.user and m.content == word)


async def test_no_message_is_remembered_for_its_buttons(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        for _ in range(3):
            ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, sandbox.general, count=3)
        remembered = bot.client._connection._view_store._views
    assert set(remembered) <= {None}  # what is no message's


async def test_a_dead_stop_button_never_stops_an_answer_of_a_later_run(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    gates = iter([None, Gate()()])
    async with start(lambda _: ["I was saying ", "more"], gate=lambda: next(gates)):
        asked = await ana.command(sandbox.general, "/ask", prompt="one", private=True)
        assert asked.message is not None
        old = await asked.message.wait_until(lambda m: labels(m) == ["Stop"])
    gates = iter([None, Gate()()])
    async with start(lambda _: ["I was saying ", "more"], gate=lambda: next(gates)) as bot:
        asked = await ana.command(sandbox.general, "/ask", prompt="two", private=True)
        assert asked.message is not None
        await asked.message.wait_until(lambda m: labels(m) == ["Stop"])
        await ana.click(old, "Stop")
        word = words.note(words.replies.UNKNOWN)
        await sandbox.general.wait_for(lambda m: m.ephemeral_to is ana.user and m.content == word)
        assert bot.assistant.busy == 1
