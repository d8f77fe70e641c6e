"""Trouble on the way: requests refused, lost or late, messages deleted, connections cut."""

from __future__ import annotations

import logging
from dataclasses import replace

import discord
import pytest

from bot.chat.turns import Exchange
from bot.client.bot_permissions import missing_to_answer
from bot.errors import StoreError
from bot.sandbox import Channel, Fault, Message, Permission, Sandbox
from bot.sandbox import messages as sandbox_messages
from bot.store import SqlStore
from tests.client.conftest import DELAYS, Bot, Gate, Start
from tests.client.watching import by_bot, eventually, posts, shown, stored, writes

POST = "/channels/{channel_id}/messages"
PATCH = "/channels/{channel_id}/messages/{message_id}"
ANSWER = "A rather short answer."


async def test_a_deleted_prompt_stops_the_reply(sandbox: Sandbox, start: Start) -> None:
    gates = iter([None, Gate()()])
    ana = sandbox.person("Ana")
    async with start(lambda _: ["I was about to say ", "more"], gate=lambda: next(gates)) as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        message = await shown(sandbox, sandbox.general, "I was about to say")
        ana.delete(prompt)
        await message.wait_until(lambda m: m.deleted)
        await eventually(lambda: nothing_owed(bot.store))
        assert bot.engine.cancelled == 1
    assert by_bot(sandbox, sandbox.general) == []


async def test_a_prompt_deleted_before_the_first_word_is_not_answered(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER, gate=Gate()) as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        await sandbox.world.events.wait_for("TYPING_START")
        ana.delete(prompt)
        await eventually(lambda: nothing_owed(bot.store))
        await eventually(lambda: idle(bot))
    assert by_bot(sandbox, sandbox.general) == []
    assert posts(sandbox, sandbox.general) == []


async def test_a_page_that_was_posted_unheard_goes_with_its_deleted_prompt(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    lost = sandbox.faults.add(Fault("POST", POST, drop=True, late=True, delay=0.3))
    async with start(ANSWER) as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        page = await sandbox.general.wait_for(lambda m: m.author is sandbox.bot)
        ana.delete(prompt)
        await eventually(lambda: is_deleted(page))
        await eventually(lambda: idle(bot))
    assert lost.happened == 1
    assert by_bot(sandbox, sandbox.general) == []


async def is_deleted(message: Message) -> bool:
    return message.deleted


async def test_a_prompt_deleted_while_the_model_loads_is_not_answered(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER, loaded=False) as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        await sandbox.world.events.wait_for("TYPING_START")
        ana.delete(prompt)
        ana.say(sandbox.general, f"{sandbox.bot.mention} and now?")
        bot.loading.set_result(bot.assistant)
        await stored(bot.store, sandbox.general)
        assert len(bot.engine.prompts) == 1
    assert by_bot(sandbox, sandbox.general) == [ANSWER]


async def test_a_prompt_deleted_unheard_is_noticed_when_the_reply_is_posted(
    sandbox: Sandbox, start: Start
) -> None:
    gate = Gate()
    ana = sandbox.person("Ana")
    async with start(ANSWER, gate=gate) as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        await sandbox.world.events.wait_for("TYPING_START")
        prompt.deleted = True  # without an event
        del sandbox.general.messages[prompt.id]
        gate.open()
        await eventually(lambda: nothing_owed(bot.store))
        (failed,) = posts(sandbox, sandbox.general)
        assert failed.status == 400
    assert by_bot(sandbox, sandbox.general) == []


def labels(message: Message) -> list[str]:
    return [str(button["label"]) for button in message.buttons()]


async def nothing_owed(store: SqlStore) -> bool:
    return not await store.unanswered() and not await store.undelivered()


@pytest.mark.parametrize("heard", [True, False])
async def test_a_deleted_reply_ends_the_generation(sandbox: Sandbox, start: Start, heard: bool) -> None:
    gate = Gate()
    gates = iter([None, gate(), gate()])
    ana = sandbox.person("Ana")
    async with start(lambda _: ["I was about to say ", "more ", "still"], gate=lambda: next(gates)) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        message = await shown(sandbox, sandbox.general, "I was about to say")
        if heard:
            sandbox_messages.delete(sandbox.world, message)
        else:
            del sandbox.general.messages[message.id]
            gate.open()
        await eventually(lambda: nothing_owed(bot.store))
        await eventually(lambda: idle(bot))
    assert len(writes(sandbox, message)) == (1 if heard else 2)
    assert by_bot(sandbox, sandbox.general) == []


async def idle(bot: Bot) -> bool:
    return not bot.assistant.busy


async def test_a_forbidden_channel_is_told_to_the_log_and_the_reply_is_kept(
    sandbox: Sandbox, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    ana, gate = sandbox.person("Ana"), Gate()
    async with start(ANSWER, gate=gate) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} my secret")
        await eventually(bot.store.unanswered)
        sandbox.deny(sandbox.general, sandbox.bot, Permission.SEND_MESSAGES)
        await eventually(lambda: knows_that_it_may_not_write(bot, sandbox.general))
        gate.open()
        (owed,) = await eventually(bot.store.undelivered)
        await eventually(lambda: logged(caplog, "kept in the database"))
    assert owed.reply.text == ANSWER
    (line,) = [r.getMessage() for r in caplog.records if "kept in the database" in r.getMessage()]
    assert "#general of Sandbox" in line
    assert "Send Messages" in line
    assert str(sandbox.general.id) in line
    assert ANSWER not in caplog.text
    assert "my secret" not in caplog.text

    sandbox.allow(sandbox.general, sandbox.bot, Permission.SEND_MESSAGES)
    async with start(ANSWER) as bot:
        await shown(sandbox, sandbox.general, ANSWER)
        await stored(bot.store, sandbox.general)
        assert not bot.engine.prompts


async def test_what_is_missing_in_a_thread_is_told_by_its_own_name(
    sandbox: Sandbox, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    ana, gate = sandbox.person("Ana"), Gate()
    thread = ana.start_thread(sandbox.general, "plans")
    async with start(ANSWER, gate=gate) as bot:
        ana.say(thread, f"{sandbox.bot.mention} hello")
        await eventually(bot.store.unanswered)
        sandbox.deny(sandbox.general, sandbox.bot, Permission.SEND_MESSAGES_IN_THREADS)
        await eventually(lambda: knows_that_it_may_not_write(bot, thread))
        gate.open()
        await eventually(lambda: logged(caplog, "kept in the database"))
    assert "#plans of Sandbox" in caplog.text
    assert "lacks: Send Messages in Threads" in caplog.text


async def knows_that_it_may_not_write(bot: Bot, place: Channel) -> bool:
    channel = bot.client.get_channel(place.id)
    assert isinstance(channel, discord.TextChannel | discord.Thread)
    return bool(missing_to_answer(channel))


async def logged(caplog: pytest.LogCaptureFixture, part: str) -> bool:
    return part in caplog.text


async def test_where_the_history_may_not_be_read_the_reply_points_at_nothing(
    sandbox: Sandbox, start: Start
) -> None:
    sandbox.deny(sandbox.general, sandbox.bot, Permission.READ_MESSAGE_HISTORY)
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        reply = await shown(sandbox, sandbox.general, ANSWER)
        await stored(bot.store, sandbox.general)
    assert reply.reference is None


TROUBLE = {
    "503": {"status": 503, "times": 3},
    "500": {"status": 500, "times": 1},
    "429": {"status": 429, "times": 2, "retry_after": 0.05},
    "429 global": {"status": 429, "times": 1, "retry_after": 0.05, "scope": "global"},
    "cut before": {"drop": True, "times": 2},
    "cut after": {"drop": True, "late": True, "times": 2},
}


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_passing_trouble_delays_the_message_but_posts_it_once(
    sandbox: Sandbox, start: Start, trouble: str
) -> None:
    sandbox.faults.add(Fault("POST", POST, **TROUBLE[trouble]))  # type: ignore[arg-type]
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await shown(sandbox, sandbox.general, ANSWER)
        await stored(bot.store, sandbox.general)
    assert by_bot(sandbox, sandbox.general) == [ANSWER]
    assert len(posts(sandbox, sandbox.general)) > 1


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_the_last_edit_arrives_in_spite_of_trouble(
    sandbox: Sandbox, start: Start, trouble: str
) -> None:
    gate = Gate()
    gates = iter([None, gate()])
    ana = sandbox.person("Ana")
    async with start(
        lambda _: ["This is the first half, ", "and this the second."], gate=lambda: next(gates)
    ) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await shown(sandbox, sandbox.general, "This is the first half,")
        sandbox.faults.add(Fault("PATCH", PATCH, **TROUBLE[trouble]))  # type: ignore[arg-type]
        gate.open()
        await message.wait_until(lambda m: m.content == "This is the first half, and this the second.", 10)
        await stored(bot.store, sandbox.general)
    assert len(by_bot(sandbox, sandbox.general)) == 1


async def test_a_message_whose_answer_was_lost_is_brought_up_to_date(sandbox: Sandbox, start: Start) -> None:
    gate = Gate()
    gates = iter([None, gate()])
    sandbox.faults.add(Fault("POST", POST, drop=True, late=True))
    ana = sandbox.person("Ana")
    async with start(
        lambda _: ["This is the first half, ", "and this the second."], gate=lambda: next(gates)
    ) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await shown(sandbox, sandbox.general, "This is the first half,")
        gate.open()
        await message.wait_until(lambda m: m.content == "This is the first half, and this the second.")
        await stored(bot.store, sandbox.general)
    assert len(by_bot(sandbox, sandbox.general)) == 1


async def test_what_cannot_be_posted_in_time_is_kept_and_posted_when_the_connection_is_back(
    sandbox: Sandbox, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    fault = sandbox.faults.add(Fault("POST", POST, status=503, times=None))
    ana = sandbox.person("Ana")
    async with start(ANSWER, delays=replace(DELAYS, pauses=(0.01, 0.01))) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await eventually(lambda: logged(caplog, "kept in the database"))
        assert len(await bot.store.undelivered()) == 1
        sandbox.faults.remove(fault)
        await sandbox.gateway.ask_to_reconnect()
        await shown(sandbox, sandbox.general, ANSWER)
        await stored(bot.store, sandbox.general)
    assert by_bot(sandbox, sandbox.general) == [ANSWER]


async def test_an_old_message_that_cannot_be_edited_is_followed_by_a_new_one(
    sandbox: Sandbox, start: Start
) -> None:
    gate = Gate()
    gates = iter([None, gate()])
    ana = sandbox.person("Ana")
    async with start(
        lambda _: ["This is the first half, ", "and this the second."], gate=lambda: next(gates)
    ) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        old = await shown(sandbox, sandbox.general, "This is the first half,")
        sandbox.faults.add(Fault("PATCH", PATCH, status=400, code=30046))
        sandbox.clock.advance(3700)
        gate.open()
        new = await shown(sandbox, sandbox.general, "This is the first half, and this the second.")
        (turn,) = await stored(bot.store, sandbox.general)
    assert new is not old
    assert turn.message_id == new.id


@pytest.mark.parametrize("trouble", ["drop", "op 7", "op 9"])
async def test_nothing_is_answered_twice_when_the_gateway_comes_back(
    sandbox: Sandbox, start: Start, trouble: str
) -> None:
    ana = sandbox.person("Ana")
    async with start(lambda prompt: [f"This answers number {prompt.rstrip()[-1]}"]) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} number 0")
        await stored(bot.store, sandbox.general)
        match trouble:
            case "drop":
                sandbox.gateway.drop()
            case "op 7":
                await sandbox.gateway.ask_to_reconnect()
            case _:
                await sandbox.gateway.invalidate(resumable=True)
        ana.say(sandbox.general, f"{sandbox.bot.mention} number 1")
        await sandbox.gateway.wait_online()
        ana.say(sandbox.general, f"{sandbox.bot.mention} number 2")
        await stored(bot.store, sandbox.general, count=3)
    assert by_bot(sandbox, sandbox.general) == [f"This answers number {number}" for number in range(3)]


async def test_a_message_event_that_comes_twice_is_answered_once(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        event = next(e for e in sandbox.world.events if e.name == "MESSAGE_CREATE")
        sandbox.world.events.publish(event)
        await stored(bot.store, sandbox.general)
        ana.say(sandbox.general, f"{sandbox.bot.mention} again")
        await stored(bot.store, sandbox.general, count=2)
    assert by_bot(sandbox, sandbox.general) == [ANSWER, ANSWER]


async def test_typing_that_fails_is_no_trouble(sandbox: Sandbox, start: Start) -> None:
    sandbox.faults.add(Fault("POST", "/channels/{channel_id}/typing", status=403, code=50013, times=None))
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await shown(sandbox, sandbox.general, ANSWER)
        await stored(bot.store, sandbox.general)


async def test_what_people_write_is_not_in_the_log(
    sandbox: Sandbox, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} my secret")
        await stored(bot.store, sandbox.general)
    assert "my secret" not in caplog.text
    assert ANSWER not in caplog.text
    assert sandbox.token not in caplog.text


async def test_what_an_attempt_left_whose_answer_was_lost_is_mended(sandbox: Sandbox, start: Start) -> None:
    gate = Gate()
    gates = iter([None, gate()])
    ana = sandbox.person("Ana")
    sandbox.faults.add(Fault("POST", POST, drop=True, late=True))
    patient = replace(DELAYS, pauses=(0.5, *DELAYS.pauses))
    async with start(lambda _: [ANSWER, ""], gate=lambda: next(gates), delays=patient) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await shown(sandbox, sandbox.general, ANSWER)
        assert labels(message) == ["Stop"]
        gate.open()  # it ends with the same text before the second attempt
        await stored(bot.store, sandbox.general)
        assert labels(message) == ["Regenerate", "Delete"]
    assert by_bot(sandbox, sandbox.general) == [ANSWER]
    assert len(posts(sandbox, sandbox.general)) == 2


async def test_an_edit_whose_answer_was_lost_is_made_again_in_full(sandbox: Sandbox, start: Start) -> None:
    gate, more = Gate(), Gate()
    gates = iter([None, gate(), more()])
    ana = sandbox.person("Ana")
    async with start(
        lambda _: ["This is the first half, ", "and more.", ""], gate=lambda: next(gates)
    ) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        message = await shown(sandbox, sandbox.general, "This is the first half,")
        sandbox.faults.add(Fault("PATCH", PATCH, drop=True, late=True))
        gate.open()
        await message.wait_until(lambda m: "and more." in m.content)
        more.open()
        await stored(bot.store, sandbox.general)
        edits = [edit.body for edit in sandbox.wire.edits(message.id)]
    assert labels(message) == ["Regenerate", "Delete"]
    assert all("components" in body for body in edits[1:])


async def test_a_reply_goes_on_where_a_killed_process_lost_the_answer_to_its_first_message(
    sandbox: Sandbox, start: Start
) -> None:
    gates = iter([None, Gate()()])
    ana = sandbox.person("Ana")
    fault = sandbox.faults.add(Fault("POST", POST, drop=True, late=True, times=None))
    async with start(lambda _: ["I was about to say ", "more"], gate=lambda: next(gates)):
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        message = await shown(sandbox, sandbox.general, "I was about to say")
    sandbox.faults.remove(fault)
    message.nonce = None  # Discord remembers it for some minutes only
    async with start(ANSWER) as bot:
        assert await shown(sandbox, sandbox.general, ANSWER) is message
        await stored(bot.store, sandbox.general)
    assert by_bot(sandbox, sandbox.general) == [ANSWER]


async def test_a_reply_is_completed_when_the_bot_may_see_the_channel_again(
    sandbox: Sandbox, start: Start
) -> None:
    gate = Gate()
    gates = iter([None, gate()])
    ana = sandbox.person("Ana")
    async with start(lambda _: ["This is the first half, ", "and more."], gate=lambda: next(gates)) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        message = await shown(sandbox, sandbox.general, "This is the first half,")
        sandbox.deny(sandbox.general, sandbox.bot, Permission.VIEW_CHANNEL)
        gate.open()
        await eventually(bot.store.undelivered)
        await eventually(lambda: idle(bot))
        await bot.client.idle()
        sandbox.allow(sandbox.general, sandbox.bot, Permission.VIEW_CHANNEL)
        await message.wait_until(lambda m: m.content == "This is the first half, and more.")
        await stored(bot.store, sandbox.general)
    assert labels(message) == ["Regenerate", "Delete"]


async def test_a_reply_that_could_not_be_shown_comes_before_the_next_one(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    fault = sandbox.faults.add(Fault("POST", POST, status=403, code=50013, times=None))
    async with start(lambda prompt: [f"This answers {prompt.rstrip()[-1]}."]) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} number 1")
        await eventually(bot.store.undelivered)
        await bot.client.idle()
        sandbox.faults.remove(fault)
        ana.say(sandbox.general, f"{sandbox.bot.mention} number 2")
        await stored(bot.store, sandbox.general, count=2)
    assert by_bot(sandbox, sandbox.general) == ["This answers 1.", "This answers 2."]


async def test_no_reply_is_tried_where_the_history_may_not_be_read(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    sandbox.deny(sandbox.general, sandbox.bot, Permission.READ_MESSAGE_HISTORY)
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, sandbox.general)
    (post,) = posts(sandbox, sandbox.general)
    assert post.status == 200
    assert "message_reference" not in post.body


async def test_a_reply_is_shown_though_what_is_owed_before_it_cannot_be_read(
    sandbox: Sandbox, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> list[Exchange]:
        raise StoreError("the database is away")

    ana = sandbox.person("Ana")
    fault = sandbox.faults.add(Fault("POST", POST, status=403, code=50013, times=None))
    async with start(lambda prompt: [f"This answers {prompt.rstrip()[-1]}."]) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} number 1")
        await eventually(bot.store.undelivered)
        await bot.client.idle()
        sandbox.faults.remove(fault)
        with monkeypatch.context() as patched:
            patched.setattr(bot.store, "undelivered", fail)
            ana.say(sandbox.general, f"{sandbox.bot.mention} number 2")
            await shown(sandbox, sandbox.general, "This answers 2.")
            await bot.client.idle()
        ana.say(sandbox.general, f"{sandbox.bot.mention} number 3")
        await stored(bot.store, sandbox.general, count=3)
    assert by_bot(sandbox, sandbox.general) == ["This answers 2.", "This answers 1.", "This answers 3."]
