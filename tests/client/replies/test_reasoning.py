"""Models that reason: all see that they do; what they think, the person alone, by a button."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from bot.chat.ports import ReasoningMode
from bot.chat.reply import Phase
from bot.chat.turns import FinishReason
from bot.client import words
from bot.client.words import commands as command_words
from bot.engine.scripted import Thought
from bot.errors import EngineError
from bot.i18n import gettext, speaking
from bot.policy.server import ServerPolicy
from bot.sandbox import Channel, Fault, Message, Permission, Person, Sandbox
from tests.client.conftest import DELAYS, Bot, Gate, Start
from tests.client.watching import eventually, gaps, posts, shown, stored, writes

Pieces = Sequence[str | Thought | EngineError]
SECRET = "xylophone"
THOUGHTS = [f"Hmm, a {SECRET}. ", f"Or **two** {SECRET}s?\n\n", f"@everyone: one {SECRET}."]
ANSWER = "A rather short answer."
LONG = "\n".join(f"line {number} with some words in it" for number in range(400))
IMPATIENT = replace(DELAYS, patience=0.05)
STOP, DONE = ["Stop"], ["Regenerate", "Reasoning", "Delete"]
PLACES = ["channel", "thread", "direct message"]


def thinks(answer: str = ANSWER) -> list[str | Thought]:
    return [*map(Thought, THOUGHTS), answer]


def place(sandbox: Sandbox, person: Person, kind: str) -> Channel:
    if kind == "direct message":
        return person.open_dm()
    return person.start_thread(sandbox.general, "plans") if kind == "thread" else sandbox.general


def labels(message: Message) -> list[str]:
    return [str(button["label"]) for button in message.buttons()]


def note(seconds: float) -> str:
    return words.note(words.replies.thinking(seconds))


@pytest.fixture(autouse=True)
def _nothing_of_it_is_sent_to_anyone_else(sandbox: Sandbox) -> Iterable[None]:
    yield
    for exchange in sandbox.wire:
        body = exchange.body if isinstance(exchange.body, dict) else {}
        assert SECRET not in repr(exchange.body) or body["flags"] & 64, exchange
    for frame in sandbox.wire.frames:
        private = isinstance(frame.data.get("d"), dict) and frame.data["d"].get("flags", 0) & 64
        assert SECRET not in repr(frame.data) or private, frame
    for channel in sandbox.world.channels():
        for message in channel.messages.values():
            files = b"".join(file.data for file in message.attachments)
            assert SECRET.encode() not in files or message.ephemeral_to is not None


async def has_ended(message: Message, buttons: list[str] = DONE) -> Message:
    return await message.wait_until(lambda m: labels(m) == buttons)


async def in_thought(sandbox: Sandbox, channel: Channel) -> Message:
    return await channel.wait_for(
        lambda m: m.author is sandbox.bot and m.content.startswith("-# 💭") and labels(m) == STOP
    )


async def private_words(channel: Channel, person: Person, count: int = 1) -> list[Message]:
    """The messages that one person alone has got in a channel."""

    async def probe() -> list[Message]:
        found = [m for m in channel.messages.values() if m.ephemeral_to is person.user and not m.loading]
        return found if len(found) >= count else []

    return await eventually(probe)


async def the_reply(bot: Bot, channel: Channel) -> str:
    """What the newest reply of a channel thought, once it has ended."""

    async def probe() -> str | None:
        last = await bot.store.last_exchange(channel.id)
        return last.reply.reasoning if last is not None and last.reply.ended is not None else None

    return await eventually(probe)


@pytest.mark.parametrize("kind", PLACES)
async def test_while_the_model_thinks_people_see_for_how_long(
    sandbox: Sandbox, start: Start, kind: str
) -> None:
    gate = Gate()
    gates = iter([None, None, gate()])
    ana = sandbox.person("Ana")
    channel = place(sandbox, ana, kind)
    async with start(lambda _: thinks(), gate=lambda: next(gates, None), delays=IMPATIENT) as bot:
        ana.say(channel, f"{sandbox.bot.mention} hello")
        message = await in_thought(sandbox, channel)
        (reply,) = bot.assistant.active(channel.id)
        for seconds, said in ((12.3, "-# 💭 Thinking… 12 s"), (64.9, "-# 💭 Thinking… 60 s")):
            reply.update(reasoning_seconds=seconds + reply.snapshot.first_token_seconds)
            await shown(sandbox, channel, said)
        gate.open()
        assert await shown(sandbox, channel, ANSWER) is message
        await has_ended(message)
        (turn,) = await stored(bot.store, channel)
    assert (turn.text, turn.reasoning) == (ANSWER, "".join(THOUGHTS))
    assert len(posts(sandbox, channel)) == 1


async def test_it_is_said_and_labelled_in_japanese(sandbox: Sandbox, start: Start) -> None:
    hana = sandbox.person("Hana", locale="ja")
    gates = iter([None, None, Gate()()])
    async with start(lambda _: thinks(), gate=lambda: next(gates, None), delays=IMPATIENT) as bot:
        await hana.command(sandbox.general, "help")
        hana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await sandbox.general.wait_for(lambda m: m.content == "-# 💭 考えています…")
        (reply,) = bot.assistant.active(sandbox.general.id)
        reply.update(reasoning_seconds=12.3 + reply.snapshot.first_token_seconds)
        await message.wait_until(lambda m: m.content == "-# 💭 考えています… 12 秒")
        await hana.click(message, "停止")
        await has_ended(message, ["再生成", "思考過程", "削除"])
        await hana.click(message, "思考過程")
        *_, told = await private_words(sandbox.general, hana, 2)
    with speaking("ja"):
        assert told.content.startswith(words.note(words.replies.reasoning_follows()))
    assert SECRET in told.content


async def test_a_quick_thinker_is_not_told_of(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(lambda _: thinks()) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await shown(sandbox, sandbox.general, ANSWER)
        await stored(bot.store, sandbox.general)
    assert len(writes(sandbox, message)) == 1
    assert labels(message) == DONE


async def test_each_edit_keeps_its_distance_however_fast_the_model_thinks(
    sandbox: Sandbox, start: Start
) -> None:
    gates = iter([None, Gate()()])
    ana = sandbox.person("Ana")
    async with start(lambda _: thinks(), gate=lambda: next(gates, None), delays=IMPATIENT) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await in_thought(sandbox, sandbox.general)
        (reply,) = bot.assistant.active(sandbox.general.id)
        for seconds in range(1, 50):
            reply.update(reasoning_seconds=float(seconds))
            await asyncio.sleep(0.01)
        await message.wait_until(lambda m: m.content == note(49 - reply.snapshot.first_token_seconds))
        reply.stop()
        await has_ended(message)
    assert min(gaps(sandbox.wire.edits(message.id))) >= DELAYS.edit_interval


async def test_the_model_is_thinking_until_its_first_word_is_there(sandbox: Sandbox, start: Start) -> None:
    gate = Gate()
    gates = iter([None, None, gate()])
    ana = sandbox.person("Ana")
    script: Pieces = [Thought(THOUGHTS[0]), "\n\n", ANSWER]
    async with start(lambda _: script, gate=lambda: next(gates, None), delays=IMPATIENT) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await in_thought(sandbox, sandbox.general)
        (reply,) = bot.assistant.active(sandbox.general.id)
        reply.update(phase=Phase.DECODE, reasoning_seconds=12.3 + reply.snapshot.first_token_seconds)
        await message.wait_until(lambda m: m.content == note(12.3))
        gate.open()
        await message.wait_until(lambda m: m.content == ANSWER)
        await stored(bot.store, sandbox.general)


async def test_a_model_that_falls_silent_in_thought_is_told_of_until_it_is_heard_again(
    sandbox: Sandbox, start: Start
) -> None:
    gates = iter([None, Gate()()])
    ana = sandbox.person("Ana")
    async with start(lambda _: thinks(), gate=lambda: next(gates, None), delays=IMPATIENT) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await in_thought(sandbox, sandbox.general)
        (reply,) = bot.assistant.active(sandbox.general.id)
        reply.update(stalled=True, silent_seconds=34.0)
        await message.wait_until(lambda m: m.content == words.note(words.replies.stalled(34.0)))
        reply.update(stalled=False, silent_seconds=0.0)
        await in_thought(sandbox, sandbox.general)
        reply.stop()
        await has_ended(message)


async def test_what_is_stopped_in_thought_says_so_and_nothing_else(sandbox: Sandbox, start: Start) -> None:
    gates = iter([None, Gate()()])
    ana = sandbox.person("Ana")
    async with start(lambda _: thinks(), gate=lambda: next(gates, None), delays=IMPATIENT) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await in_thought(sandbox, sandbox.general)
        await ana.click(message, "Stop")
        await has_ended(message)
        assert message.content == words.note(words.replies.ended(FinishReason.STOPPED, None) or "")
        await ana.click(message, "Reasoning")
        (told,) = await private_words(sandbox.general, ana)
        assert told.content.endswith(THOUGHTS[0].strip())
        assert await bot.store.history(sandbox.general.id, 2**62) == []


async def test_what_fails_in_thought_says_so_and_nothing_else(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    script: Pieces = [Thought(THOUGHTS[0]), EngineError("No memory is left.")]
    async with start(lambda _: script):
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        failed = words.replies.ended(FinishReason.FAILED, "No memory is left.") or ""
        message = await shown(sandbox, sandbox.general, words.note(failed))
        await has_ended(message)


async def test_thinking_that_uses_up_all_room_ends_with_a_note(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(lambda _: [Thought(THOUGHTS[0])]):
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await shown(sandbox, sandbox.general, words.note(words.replies.empty()))
        await has_ended(message)


async def test_pages_and_files_of_a_long_answer_have_the_answer_alone(sandbox: Sandbox, start: Start) -> None:
    lines = LONG.splitlines(keepends=True)
    ana = sandbox.person("Ana")
    script: Pieces = [Thought(THOUGHTS[0]), *lines]
    async with start(lambda _: script, delays=IMPATIENT) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, sandbox.general)
        *pages, last = [m for m in sandbox.general.history if m.author is sandbox.bot]
        assert len(pages) == 3
        assert [labels(page) for page in pages] == [[], [], []]
        assert labels(last) == DONE
        assert last.attachments[-1].data.decode() == LONG
        await ana.click(last, "Reasoning")
        await private_words(sandbox.general, ana)


async def test_a_reply_that_a_restart_cut_off_in_thought_is_thought_anew(
    sandbox: Sandbox, start: Start
) -> None:
    gates = iter([None, Gate()()])
    ana = sandbox.person("Ana")
    async with start(lambda _: thinks(), gate=lambda: next(gates, None), delays=IMPATIENT):
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await in_thought(sandbox, sandbox.general)
    again = f"This time no {SECRET}."
    async with start(lambda _: [Thought(again), ANSWER]) as bot:
        await message.wait_until(lambda m: m.content == ANSWER and labels(m) == DONE)
        (turn,) = await stored(bot.store, sandbox.general)
        assert turn.reasoning == again
    assert len(posts(sandbox, sandbox.general)) == 1


async def test_a_reply_that_could_not_be_shown_has_its_button_when_it_is(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    path = f"/channels/{sandbox.general.id}/messages"
    sandbox.faults.add(Fault("POST", path, status=403, times=None))
    async with start(lambda _: thinks()) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        assert await the_reply(bot, sandbox.general)
        await bot.client.idle()
    sandbox.faults.clear()
    async with start():
        await has_ended(await shown(sandbox, sandbox.general, ANSWER))


async def test_a_private_answer_keeps_its_thoughts_to_itself(sandbox: Sandbox, start: Start) -> None:
    """Nothing of it is stored, so there is no button either."""
    gate = Gate()
    gates = iter([None, gate()])
    ana = sandbox.person("Ana")
    async with start(lambda _: thinks(), gate=lambda: next(gates, None), delays=IMPATIENT) as bot:
        asked = await ana.command(sandbox.general, "/ask", prompt="hello", private=True)
        assert asked.message is not None
        await asked.message.wait_until(lambda m: m.content.startswith("-# 💭") and labels(m) == STOP)
        gate.open()
        await asked.message.wait_until(lambda m: m.content == ANSWER and labels(m) == [])
        await bot.client.idle()


async def test_the_public_answer_to_a_command_has_the_button(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(lambda _: thinks()):
        asked = await ana.command(sandbox.general, "/ask", prompt="hello")
        assert asked.message is not None
        await has_ended(asked.message)
        await ana.click(asked.message, "Reasoning")
        (told,) = await private_words(sandbox.general, ana)
        assert SECRET in told.content


# The button.


@pytest.mark.parametrize("kind", PLACES)
async def test_who_asked_reads_what_the_model_thought(sandbox: Sandbox, start: Start, kind: str) -> None:
    ana = sandbox.person("Ana")
    channel = place(sandbox, ana, kind)
    async with start(lambda _: thinks()) as bot:
        ana.say(channel, f"{sandbox.bot.mention} hello")
        message = await has_ended(await shown(sandbox, channel, ANSWER))
        await stored(bot.store, channel)
        await ana.click(message, "Reasoning")
        (told,) = await private_words(channel, ana)
    assert told.content == f"{words.note(words.replies.reasoning_follows())}\n{''.join(THOUGHTS)}"
    assert told.pinged == set()
    assert message.content == ANSWER
    assert labels(message) == DONE
    assert len(writes(sandbox, message)) == 1


async def test_moderators_read_it_too_and_others_are_told_that_they_may_not(
    sandbox: Sandbox, start: Start
) -> None:
    ana, ben, mo = sandbox.person("Ana"), sandbox.person("Ben"), sandbox.person("Mo")
    sandbox.allow(sandbox.general, mo, Permission.MANAGE_MESSAGES)
    async with start(lambda _: thinks()):
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await has_ended(await shown(sandbox, sandbox.general, ANSWER))
        await ben.click(message, "Reasoning")
        (refused,) = await private_words(sandbox.general, ben)
        assert refused.content == words.note(words.replies.NOT_YOURS)
        await mo.click(message, "Reasoning")
        (told,) = await private_words(sandbox.general, mo)
        assert SECRET in told.content


async def test_who_may_not_use_the_bot_any_more_may_not_read_it_either(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    async with start(lambda _: thinks()) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await has_ended(await shown(sandbox, sandbox.general, ANSWER))
        blocked = ServerPolicy(blocked_channels=frozenset({sandbox.general.id}))
        await bot.store.set_policy(sandbox.guild.id, blocked)
        await ana.click(message, "Reasoning")
        (refused,) = await private_words(sandbox.general, ana)
        assert refused.content == words.note(gettext(words.permissions.CHANNEL_BLOCKED))


@pytest.mark.parametrize(("paragraphs", "messages"), [(1, 1), (20, 2), (60, 1)])
async def test_reasoning_comes_in_one_or_two_messages_or_as_a_file(
    sandbox: Sandbox, start: Start, paragraphs: int, messages: int
) -> None:
    thought = "\n\n".join(f"{n}. A {SECRET} {'and so on ' * 10}" for n in range(paragraphs))
    ana = sandbox.person("Ana")
    async with start(lambda _: [Thought(thought), ANSWER]):
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await has_ended(await shown(sandbox, sandbox.general, ANSWER))
    async with start() as bot:  # whichever run it was
        await ana.click(message, "Reasoning")
        told = await private_words(sandbox.general, ana, messages)
        await bot.client.idle()
    assert len(told) == messages
    if paragraphs < 60:
        said = "\n\n".join(part.content for part in told)
        assert said.endswith(f"{paragraphs - 1}. A {SECRET} " + ("and so on " * 10).strip())
        return
    (file,) = told[0].attachments
    assert (file.filename, file.data.decode()) == ("reasoning.md", thought.strip())
    assert told[0].content == words.note(words.replies.reasoning_attached("reasoning.md"))


async def test_a_file_that_gets_lost_on_its_way_is_sent_again_as_a_whole(
    sandbox: Sandbox, start: Start
) -> None:
    thought = f"A {SECRET} and so on. " * 500
    ana = sandbox.person("Ana")
    async with start(lambda _: [Thought(thought), ANSWER]):
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await has_ended(await shown(sandbox, sandbox.general, ANSWER))
        sandbox.faults.add(Fault("POST", "/webhooks/{webhook_id}/{webhook_token}", drop=True))
        await ana.click(message, "Reasoning")
        (told,) = await private_words(sandbox.general, ana)
    assert told.attachments[0].data.decode() == thought.strip()


async def test_a_reply_that_is_made_anew_has_the_new_reasoning_or_none(
    sandbox: Sandbox, start: Start
) -> None:
    scripts: Iterator[Pieces] = iter(
        [thinks(), [Thought(f"No {SECRET} after all."), "Another answer."], ["No thought at all."]]
    )
    ana = sandbox.person("Ana")
    async with start(lambda _: next(scripts)) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await has_ended(await shown(sandbox, sandbox.general, ANSWER))
        await stored(bot.store, sandbox.general)
        await ana.click(message, "Regenerate")
        await message.wait_until(lambda m: m.content == "Another answer." and labels(m) == DONE)
        await stored(bot.store, sandbox.general)
        await ana.click(message, "Reasoning")
        (told,) = await private_words(sandbox.general, ana)
        assert told.content.endswith(f"\nNo {SECRET} after all.")
        await ana.click(message, "Regenerate")
        await message.wait_until(lambda m: m.content == "No thought at all.")
        await has_ended(message, ["Regenerate", "Delete"])


async def test_a_reply_that_is_continued_keeps_what_was_thought_before_it(
    sandbox: Sandbox, start: Start
) -> None:
    scripts: Iterator[Pieces] = iter(
        [[Thought(THOUGHTS[0]), "one two three four five"], [" four five and six"]]
    )
    ana = sandbox.person("Ana")
    async with start(lambda _: next(scripts), max_new_tokens=13) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} count")
        message = await has_ended(
            await sandbox.general.wait_for(lambda m: m.content.startswith("one two")),
            ["Continue", *DONE],
        )
        await stored(bot.store, sandbox.general)
        await ana.click(message, "Continue")
        await message.wait_until(lambda m: "four" in m.content and "Reasoning" in labels(m))
        (turn,) = await stored(bot.store, sandbox.general)
        assert turn.reasoning == THOUGHTS[0].strip()


async def test_a_reply_that_was_cut_off_before_its_first_word_is_thought_anew(
    sandbox: Sandbox, start: Start
) -> None:
    again = f"Shorter, {SECRET}."
    scripts: Iterator[Pieces] = iter([[Thought(THOUGHTS[0]), " " * 20], [Thought(again), "Yes."]])
    ana = sandbox.person("Ana")
    async with start(lambda _: next(scripts), max_new_tokens=10) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} count")
        message = await sandbox.general.wait_for(lambda m: "Continue" in labels(m))
        await ana.click(message, "Continue")
        await message.wait_until(lambda m: m.content == "Yes." and labels(m) == DONE)
        (turn,) = await stored(bot.store, sandbox.general)
        assert turn.reasoning == again


@pytest.mark.parametrize("how", ["person", "channel"])
async def test_reasoning_is_forgotten_with_the_rest(sandbox: Sandbox, start: Start, how: str) -> None:
    ana, mo = sandbox.person("Ana"), sandbox.person("Mo")
    sandbox.allow(sandbox.general, mo, Permission.MANAGE_MESSAGES)
    async with start(lambda _: thinks()) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await has_ended(await shown(sandbox, sandbox.general, ANSWER))
        await stored(bot.store, sandbox.general)
        if how == "person":
            asked = await ana.command(sandbox.general, "/forget me")
            assert asked.message is not None
            await ana.click(asked.message, "forget:me")
            await asked.message.wait_until(lambda m: m.content == command_words.forgot(2))
        else:
            await bot.store.forget_channel(sandbox.general.id)
        await mo.click(message, "Reasoning")
        (told,) = await private_words(sandbox.general, mo)
        assert told.content == words.note(words.replies.UNKNOWN)


async def test_reasoning_is_erased_with_a_question_that_is_deleted(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(lambda _: thinks()) as bot:
        question = ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await has_ended(await shown(sandbox, sandbox.general, ANSWER))
        (turn,) = await stored(bot.store, sandbox.general)
        ana.delete(question)
        await message.wait_until(lambda m: m.deleted)
        async with bot.store.transaction(write=False) as session:
            left = text("SELECT reasoning FROM turns WHERE id = :id").bindparams(id=turn.id)
            assert (await session.execute(left)).scalar_one() == ""


async def test_a_press_says_so_where_there_is_nothing_to_read(sandbox: Sandbox, start: Start) -> None:
    gates = iter([None, None, None, None, None, Gate()()])
    ana = sandbox.person("Ana")
    async with start(lambda _: thinks(), gate=lambda: next(gates, None), delays=IMPATIENT) as bot:
        question = ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await has_ended(await shown(sandbox, sandbox.general, ANSWER))
        await stored(bot.store, sandbox.general)
        async with bot.store.transaction(write=True) as session:
            await session.execute(text("UPDATE turns SET reasoning = ''"))
        await ana.click(message, "Reasoning")
        (told,) = await private_words(sandbox.general, ana)
        assert told.content == words.note(words.replies.NO_REASONING)
        buttons = message.components
        ana.edit(question, f"{sandbox.bot.mention} hello again")
        await in_thought(sandbox, sandbox.general)
        message.components = buttons  # as somebody sees them whose Discord is slow
        await ana.click(message, "Reasoning")
        (_, told) = await private_words(sandbox.general, ana, 2)
        assert told.content == words.note(words.replies.NOT_ENDED)


# What else it counts for.


async def test_thoughts_are_in_no_later_prompt_and_in_no_export(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(lambda _: thinks()) as bot:
        for count in (1, 2):
            ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
            await stored(bot.store, sandbox.general, count=count)
        assert SECRET not in bot.engine.tokenizer.decode(bot.engine.prompts[-1])
        exported = await ana.command(sandbox.general, "/export")
        assert exported.message is not None
        await exported.message.wait_until(lambda m: bool(m.attachments))
        data = exported.message.attachments[0].data.decode()
    assert ANSWER in data
    assert SECRET not in data


@pytest.mark.parametrize("ends", ["complete", "stopped"])
async def test_thoughts_count_as_written_tokens(sandbox: Sandbox, start: Start, ends: str) -> None:
    gates = iter([None, None, None, Gate()() if ends == "stopped" else None])
    ana = sandbox.person("Ana")
    async with start(lambda _: thinks(), gate=lambda: next(gates, None), delays=IMPATIENT) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        if ends == "stopped":
            await ana.click(await in_thought(sandbox, sandbox.general), "Stop")
        await the_reply(bot, sandbox.general)
        used = await bot.store.usage(ana.id, sandbox.guild.id, datetime.now(UTC).date())
    thought = len("".join(THOUGHTS).encode())  # a token a byte, and one for the end
    assert used.written_tokens == (thought if ends == "stopped" else thought + len(ANSWER) + 1)


async def test_a_summary_is_made_without_reasoning(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER, reasons=True, reasoning=ReasoningMode.ON) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} I like figs")
        await stored(bot.store, sandbox.general)
        await bot.store.set_policy(sandbox.guild.id, ServerPolicy(reasoning=ReasoningMode.ON))
        summarized = await ana.command(sandbox.general, "/summarize")
        assert summarized.message is not None
        await summarized.message.wait_until(lambda m: m.content == ANSWER)
        reply, summary = bot.engine.samplings
    assert reply.max_reasoning_tokens != 0
    assert summary.max_reasoning_tokens == 0
