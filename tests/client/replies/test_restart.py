"""A restart: conversations go on, replies in flight are taken up, nothing is answered twice or dropped."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from unittest.mock import AsyncMock

import pytest

from bot.chat.turns import Author, Incoming, Turn
from bot.client import words
from bot.client.bot import OvbotClient
from bot.errors import ModelError
from bot.policy.server import ServerPolicy
from bot.sandbox import Fault, Message, Permission, Sandbox
from bot.sandbox import messages as sandbox_messages
from bot.sandbox.messages import Draft
from bot.store import SqlStore
from tests.client.conftest import DELAYS, Gate, Start
from tests.client.watching import by_bot, eventually, posts, shown, shown_like, stored

ANSWER = "A rather short answer."


async def test_each_channel_goes_on_where_it_was(sandbox: Sandbox, start: Start) -> None:
    other = sandbox.channel("other")
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} apples")
        ben.say(other, f"{sandbox.bot.mention} pears")
        await stored(bot.store, sandbox.general)
        await stored(bot.store, other)
    async with start("Yes, I remember that.") as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} do you remember?")
        await stored(bot.store, sandbox.general, count=2)
        ben.say(other, f"{sandbox.bot.mention} do you remember?")
        await stored(bot.store, other, count=2)
        first, second = [bot.engine.tokenizer.decode(ids) for ids in bot.engine.prompts]
    assert "apples" in first
    assert "pears" not in first
    assert "pears" in second
    assert by_bot(sandbox, sandbox.general) == [ANSWER, "Yes, I remember that."]


async def test_a_reply_in_flight_is_made_anew_in_the_same_message(sandbox: Sandbox, start: Start) -> None:
    gates = iter([None, Gate()()])
    ana = sandbox.person("Ana")
    async with start(lambda _: ["I was about to say ", "more"], gate=lambda: next(gates)):
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        message = await shown(sandbox, sandbox.general, "I was about to say")
    async with start(ANSWER) as bot:
        assert await shown(sandbox, sandbox.general, ANSWER) is message
        (turn,) = await stored(bot.store, sandbox.general)
    assert turn.message_id == message.id
    assert message.reference is not None
    assert message.reference.message_id == prompt.id
    assert by_bot(sandbox, sandbox.general) == [ANSWER]


async def test_the_further_pages_of_a_reply_in_flight_are_used_again_or_taken_away(
    sandbox: Sandbox, start: Start
) -> None:
    words = [f"word{number} " for number in range(700)]
    gates = iter([*[None] * 650, Gate()()])
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start(lambda _: words, gate=lambda: next(gates, None)):
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        await eventually(lambda: says(sandbox, 3))
        ben.say(sandbox.general, "wow")
    before = [message.id for message in sandbox.general.history if message.author is sandbox.bot]
    said = " ".join(f"other{number}" for number in range(330))
    async with start(said) as bot:
        await stored(bot.store, sandbox.general)
    after = [message for message in sandbox.general.history if message.author is sandbox.bot]
    assert [message.id for message in after] == before[:2]
    assert " ".join(message.content for message in after) == said


async def test_a_page_that_nobody_wrote_down_is_not_taken_for_one_of_another_reply(
    sandbox: Sandbox, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bot is killed between posting the second page of a reply and storing that."""
    spoken = iter([[ANSWER], [f"word{number} " for number in range(350)]])
    gates = iter([*[None] * 349, Gate()()])
    ana, mark_posted = sandbox.person("Ana"), SqlStore.mark_posted

    async def first_pages(store: SqlStore, turn_id: int, message_id: int, page: int) -> None:
        if page == 0:
            await mark_posted(store, turn_id, message_id, page)

    with monkeypatch.context() as crash:
        crash.setattr(SqlStore, "mark_posted", first_pages)
        crash.setattr(SqlStore, "mark_delivered", AsyncMock())
        async with start(lambda _: next(spoken), gate=lambda: next(gates, None)):
            ana.say(sandbox.general, f"{sandbox.bot.mention} short")
            await shown(sandbox, sandbox.general, ANSWER)
            ana.say(sandbox.general, f"{sandbox.bot.mention} long")
            await eventually(lambda: says(sandbox, 3))
    before = [message.id for message in sandbox.general.history if message.author is sandbox.bot]
    said = " ".join(f"other{number}" for number in range(330))
    async with start(said) as bot:
        await stored(bot.store, sandbox.general, count=2)
    after = [message for message in sandbox.general.history if message.author is sandbox.bot]
    assert [message.id for message in after] == before
    assert after[0].content == ANSWER
    assert " ".join(message.content for message in after[1:]) == said


async def says(sandbox: Sandbox, count: int) -> bool:
    return len(by_bot(sandbox, sandbox.general)) == count


async def test_a_message_that_waited_in_line_is_answered_after_the_restart(
    sandbox: Sandbox, start: Start
) -> None:
    other = sandbox.channel("other")
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start(ANSWER, gate=Gate(), concurrency=1) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} first")
        ben.say(other, f"{sandbox.bot.mention} second")
        await eventually(lambda: claimed(bot.store, 2))
    async with start(ANSWER) as bot:
        await stored(bot.store, sandbox.general)
        await stored(bot.store, other)
    assert by_bot(sandbox, sandbox.general) == [ANSWER]
    assert by_bot(sandbox, other) == [ANSWER]


async def claimed(store: SqlStore, count: int) -> bool:
    return len(await store.unanswered()) == count


async def test_a_reply_whose_last_edit_was_lost_is_completed(sandbox: Sandbox, start: Start) -> None:
    gate = Gate()
    gates = iter([None, gate()])
    ana = sandbox.person("Ana")
    async with start(
        lambda _: ["This is the first half, ", "and this the second."], gate=lambda: next(gates)
    ) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        message = await shown(sandbox, sandbox.general, "This is the first half,")
        sandbox.faults.add(Fault("PATCH", "*", drop=True, times=None))
        gate.open()
        await eventually(bot.store.undelivered)
    sandbox.faults.clear()
    async with start(ANSWER) as bot:
        await message.wait_until(lambda m: m.content == "This is the first half, and this the second.")
        await stored(bot.store, sandbox.general)
        assert not bot.engine.prompts
    assert len(by_bot(sandbox, sandbox.general)) == 1


async def test_a_reply_that_could_not_be_shown_for_long_is_left_alone(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    fault = sandbox.faults.add(Fault("POST", "*", status=403, code=50013, times=None))
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        await eventually(bot.store.undelivered)
    sandbox.faults.remove(fault)
    async with start("Something else.", services={"catch_up": timedelta(0)}) as bot:
        ana.say(ana.open_dm(), "and now?")
        await stored(bot.store, ana.open_dm())
        assert by_bot(sandbox, sandbox.general) == []
    async with start(ANSWER):
        await shown(sandbox, sandbox.general, ANSWER)


async def test_a_reply_in_flight_is_completed_where_the_history_may_not_be_read(
    sandbox: Sandbox, start: Start
) -> None:
    gates = iter([None, Gate()()])
    ana = sandbox.person("Ana")
    sandbox.deny(sandbox.general, sandbox.bot, Permission.READ_MESSAGE_HISTORY)
    async with start(lambda _: ["I was about to say ", "more"], gate=lambda: next(gates)) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        message = await shown(sandbox, sandbox.general, "I was about to say")
        (prompt,) = await bot.store.unanswered()
        await eventually(lambda: posted(bot.store, prompt, message))
    async with start(ANSWER) as bot:
        await message.wait_until(lambda m: m.content == ANSWER)
        await stored(bot.store, sandbox.general)
    assert by_bot(sandbox, sandbox.general) == [ANSWER]


async def posted(store: SqlStore, prompt: Turn, message: Message) -> bool:
    return (await store.open_reply(prompt)).message_id == message.id


async def test_a_reply_that_somebody_deleted_meanwhile_is_left_alone(sandbox: Sandbox, start: Start) -> None:
    gates = iter([None, Gate()()])
    ana = sandbox.person("Ana")
    async with start(lambda _: ["I was about to say ", "more"], gate=lambda: next(gates)):
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        message = await shown(sandbox, sandbox.general, "I was about to say")
    del sandbox.general.messages[message.id]
    async with start(ANSWER) as bot:
        await eventually(lambda: settled(bot.store))
        ana.say(sandbox.general, f"{sandbox.bot.mention} again")
        await shown(sandbox, sandbox.general, ANSWER)
    assert len(posts(sandbox, sandbox.general)) == 2


async def settled(store: SqlStore) -> bool:
    return not await store.unanswered() and not await store.undelivered()


async def test_what_was_said_while_the_connection_was_lost_for_good_is_answered(
    sandbox: Sandbox, start: Start
) -> None:
    other = sandbox.channel("other")
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    thread = ana.start_thread(sandbox.general, "plans")
    direct = ana.open_dm()
    places = [(sandbox.general, ana), (other, ben), (thread, ana), (direct, ana)]
    async with start(ANSWER) as bot:
        ana.say(direct, "hello")
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, direct)
        await stored(bot.store, sandbox.general)
        await sandbox.gateway.invalidate()
        for place, person in places:
            person.say(place, f"{sandbox.bot.mention} are you there?")
        ben.say(other, "just between us")
        await sandbox.world.changes.until(lambda: len(sandbox.gateway.identified_at) == 2 or None, 10)
        ana.say(other, f"{sandbox.bot.mention} and now?")
        for place, _ in places:
            await stored(bot.store, place, count=2 if place in (sandbox.general, direct, other) else 1)
    assert [len(by_bot(sandbox, place)) for place, _ in places] == [2, 2, 1, 2]


async def test_what_is_said_while_the_model_loads_is_answered_in_order_when_it_is_there(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    async with start(lambda prompt: [f"This answers number {prompt.rstrip()[-1]}"], loaded=False) as bot:
        for number in range(3):
            ana.say(sandbox.general, f"{sandbox.bot.mention} number {number}")
        await sandbox.world.events.wait_for("TYPING_START")
        assert by_bot(sandbox, sandbox.general) == []
        bot.loading.set_result(bot.assistant)
        await stored(bot.store, sandbox.general, count=3)
    assert by_bot(sandbox, sandbox.general) == [f"This answers number {number}" for number in range(3)]


async def test_what_waits_for_a_model_that_cannot_be_loaded_is_answered_by_the_next_run(
    sandbox: Sandbox, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = sandbox.person("Ana")

    async def end_later(client: OvbotClient) -> None:
        """A busy bot takes a while to end."""
        await asyncio.wait([client._loading])
        await asyncio.sleep(0.2)
        await client._loading

    monkeypatch.setattr(OvbotClient, "_answer_when_loaded", end_later)
    monkeypatch.setattr(OvbotClient, "_read_backlog", end_later)
    async with start(ANSWER, loaded=False, delays=replace(DELAYS, patience=0)) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        notice = await shown_like(sandbox, sandbox.general, "still loading")
        # What is said at the end may fail as well.
        sandbox.faults.add(Fault("PATCH", f"/channels/{sandbox.general.id}/messages/{notice.id}", status=403))
        bot.loading.set_exception(ModelError("The model's process died while loading."))
        await asyncio.wait([bot.task])
        assert isinstance(bot.task.exception(), ModelError)
    sandbox.faults.clear()
    monkeypatch.undo()
    async with start(ANSWER) as bot:
        assert await shown(sandbox, sandbox.general, ANSWER) is notice
        await stored(bot.store, sandbox.general)
    assert by_bot(sandbox, sandbox.general) == [ANSWER]


async def test_too_many_messages_while_the_model_loads_are_refused_in_words(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER, loaded=False):
        for number in range(33):
            ana.say(sandbox.general, f"{sandbox.bot.mention} number {number}")
        refusal = await sandbox.general.wait_for(lambda m: m.author is sandbox.bot)
        assert "still loading" in refusal.content
    assert len(by_bot(sandbox, sandbox.general)) == 1


async def test_a_question_of_long_ago_is_not_answered_after_a_restart(sandbox: Sandbox, start: Start) -> None:
    ana, held = sandbox.person("Ana"), Gate()
    async with start(ANSWER, gate=lambda: held()) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} old")
        await eventually(bot.store.unanswered)
    async with start(ANSWER, services={"catch_up": timedelta(0)}) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} new")
        await stored(bot.store, sandbox.general)
        assert bot.engine.tokenizer.decode(bot.engine.prompts[0]).endswith("new")
        assert not await bot.store.unanswered()
    assert by_bot(sandbox, sandbox.general) == [ANSWER]


async def test_a_person_who_may_not_ask_any_more_is_not_answered_after_a_restart(
    sandbox: Sandbox, start: Start
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    other, direct, held = sandbox.channel("other"), ben.open_dm(), Gate()
    async with start(ANSWER, gate=lambda: held()) as bot:
        ana.say(other, f"{sandbox.bot.mention} hello")
        ben.say(direct, "hello")
        await eventually(lambda: claimed(bot.store, 2))
        policy = ServerPolicy(blocked_channels=frozenset({other.id}))
        await bot.store.set_policy(sandbox.guild.id, policy)
    async with start(ANSWER) as bot:
        await stored(bot.store, direct)
        assert len(bot.engine.prompts) == 1
        assert not await bot.store.unanswered()
    assert by_bot(sandbox, other) == []


async def test_a_question_that_was_deleted_meanwhile_is_not_answered(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    other = sandbox.channel("other")
    gates = iter([None, Gate()(), Gate()()])
    async with start(lambda _: ["I was about to say ", "more"], gate=lambda: next(gates, None)) as bot:
        begun = ana.say(sandbox.general, f"{sandbox.bot.mention} begun")
        await shown(sandbox, sandbox.general, "I was about to say")
        waiting = ana.say(other, f"{sandbox.bot.mention} waiting")
        await eventually(lambda: claimed(bot.store, 2))
    for message in (begun, waiting):
        del message.channel.messages[message.id]
    async with start(ANSWER) as bot:
        await eventually(lambda: settled(bot.store))
        assert not bot.engine.prompts


async def test_a_command_that_was_cut_off_is_answered_after_a_restart(sandbox: Sandbox, start: Start) -> None:
    gates = iter([None, Gate()()])
    ana = sandbox.person("Ana")
    async with start(lambda _: ["I was about to say ", "more"], gate=lambda: next(gates)) as bot:
        await ana.command(sandbox.general, "ask", prompt="tell me")
        message = await shown(sandbox, sandbox.general, "I was about to say")
        (prompt,) = await bot.store.unanswered()
        await eventually(lambda: posted(bot.store, prompt, message))
    async with start(ANSWER) as bot:
        assert await shown(sandbox, sandbox.general, ANSWER) is message
        await stored(bot.store, sandbox.general)


async def test_a_command_that_was_cut_off_before_it_said_anything_is_answered_after_a_restart(
    sandbox: Sandbox, start: Start
) -> None:
    ana, held = sandbox.person("Ana"), Gate()
    async with start(ANSWER, gate=lambda: held()) as bot:
        await ana.command(sandbox.general, "ask", prompt="tell me")
        await eventually(bot.store.unanswered)
    async with start(ANSWER) as bot:
        await shown(sandbox, sandbox.general, ANSWER)
        await stored(bot.store, sandbox.general)
    assert by_bot(sandbox, sandbox.general) == [ANSWER]


async def test_a_command_is_answered_after_two_restarts_in_a_row(
    sandbox: Sandbox, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one comes between the deletion of what said "thinking" and the post in its place."""
    ana, held = sandbox.person("Ana"), Gate()
    async with start(ANSWER, gate=lambda: held()) as bot:
        await ana.command(sandbox.general, "ask", prompt="tell me")
        await eventually(bot.store.unanswered)
    path = f"/channels/{sandbox.general.id}/messages"
    sandbox.faults.add(Fault("POST", path, status=503, times=None))
    async with start(ANSWER):
        await eventually(lambda: tried(sandbox))
    sandbox.faults.clear()
    async with start(ANSWER) as bot:
        await shown(sandbox, sandbox.general, ANSWER)
        await stored(bot.store, sandbox.general)
    assert by_bot(sandbox, sandbox.general) == [ANSWER]


async def test_what_was_posted_in_place_of_a_commands_response_is_completed_after_a_restart(
    sandbox: Sandbox, start: Start
) -> None:
    ana, held = sandbox.person("Ana"), Gate()
    async with start(ANSWER, gate=lambda: held()) as bot:
        await ana.command(sandbox.general, "ask", prompt="tell me")
        await eventually(bot.store.unanswered)
    gates = iter([None, Gate()()])
    async with start(lambda _: ["I was about to say ", "more"], gate=lambda: next(gates)) as bot:
        message = await shown(sandbox, sandbox.general, "I was about to say")
        (prompt,) = await bot.store.unanswered()
        await eventually(lambda: posted(bot.store, prompt, message))
    async with start(ANSWER) as bot:
        assert await shown(sandbox, sandbox.general, ANSWER) is message
        await stored(bot.store, sandbox.general)
    assert by_bot(sandbox, sandbox.general) == [ANSWER]


async def test_a_commands_response_that_says_thinking_is_deleted_by_the_next_run_where_that_failed(
    sandbox: Sandbox, start: Start
) -> None:
    ana, held = sandbox.person("Ana"), Gate()
    async with start(ANSWER, gate=lambda: held()) as bot:
        response = (await ana.command(sandbox.general, "ask", prompt="tell me")).message
        await eventually(bot.store.unanswered)
    assert response is not None
    deletion = f"/channels/{sandbox.general.id}/messages/{response.id}"
    failing = sandbox.faults.add(Fault("DELETE", deletion, status=500, times=None))
    async with start(ANSWER) as bot:
        await shown(sandbox, sandbox.general, ANSWER)
        await eventually(lambda: happened(failing))
    sandbox.faults.clear()
    async with start(ANSWER) as bot:
        await stored(bot.store, sandbox.general)
        await eventually(lambda: is_deleted(response))
    assert by_bot(sandbox, sandbox.general) == [ANSWER]


async def is_deleted(message: Message) -> bool:
    return message.deleted


async def happened(fault: Fault) -> bool:
    return fault.happened > 0


async def tried(sandbox: Sandbox) -> bool:
    return bool(posts(sandbox, sandbox.general))


async def test_what_shows_a_reply_that_will_not_be_completed_says_so(sandbox: Sandbox, start: Start) -> None:
    gates = iter([None, Gate()()])
    ana = sandbox.person("Ana")
    async with start(lambda _: ["I was about to say ", "more"], gate=lambda: next(gates)) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        message = await shown(sandbox, sandbox.general, "I was about to say")
        (prompt,) = await bot.store.unanswered()
        await eventually(lambda: posted(bot.store, prompt, message))
    async with start(ANSWER, services={"catch_up": timedelta(0)}) as bot:
        await message.wait_until(lambda m: "Stop" not in [button["label"] for button in m.buttons()])
        assert not bot.engine.prompts


async def test_a_message_of_a_withdrawn_reply_is_not_taken_for_a_page_of_another(
    sandbox: Sandbox, start: Start, database: str
) -> None:
    gates = iter([None, Gate()()])
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start(lambda _: ["I was about to say ", "more"], gate=lambda: next(gates, None)) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        message = await shown(sandbox, sandbox.general, "I was about to say")
        (prompt,) = await bot.store.unanswered()
        await eventually(lambda: posted(bot.store, prompt, message))
    draft = Draft(content="The page of a withdrawn reply.")
    other = sandbox_messages.post(sandbox.world, sandbox.general, sandbox.bot, draft)
    async with SqlStore(database) as store:
        withdrawn = await store.accept(Incoming(sandbox.general.id, 99, Author(ben.user.id, "Ben"), "hello"))
        assert withdrawn is not None
        await store.mark_posted(withdrawn.reply.id, other.id)
        await store.withdraw(withdrawn.prompt.id)
    async with start(" ".join(f"other{number}" for number in range(330))) as bot:
        await stored(bot.store, sandbox.general)
    assert other.content == "The page of a withdrawn reply."
    assert len(by_bot(sandbox, sandbox.general)) == 3


async def test_a_surplus_page_that_somebody_deleted_takes_nothing_along(
    sandbox: Sandbox, start: Start
) -> None:
    replies = iter([" ".join(f"long{number}" for number in range(400)), ANSWER])
    ana = sandbox.person("Ana")
    async with start(lambda _: [next(replies)]) as bot:
        question = ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        await stored(bot.store, sandbox.general)
        path = "/channels/{channel_id}/messages/{message_id}"
        sandbox.faults.add(Fault("DELETE", path, status=404, code=10008))
        ana.edit(question, f"{sandbox.bot.mention} tell me little")
        await shown(sandbox, sandbox.general, ANSWER)
        (turn,) = await stored(bot.store, sandbox.general)
    assert turn.text == ANSWER


async def test_a_reply_that_is_there_is_not_taken_for_the_notice_that_the_model_loads(
    sandbox: Sandbox, start: Start, database: str
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    direct = ben.open_dm()
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, sandbox.general)
    with closing(sqlite3.connect(database.removeprefix("sqlite+aiosqlite:///"))) as connection:
        # As where the process was killed before it had stored how far it has read.
        connection.execute("UPDATE cursors SET message_id = message_id - 100000000000")
        connection.commit()
    async with start(ANSWER, loaded=False, delays=replace(DELAYS, patience=0.0)) as bot:
        ben.say(direct, "hello")
        await shown(sandbox, direct, words.note(words.replies.loading()))
        bot.loading.set_result(bot.assistant)
        await stored(bot.store, direct)
    assert by_bot(sandbox, sandbox.general) == [ANSWER]


async def test_what_is_erased_while_the_model_loads_does_not_end_the_bot(
    sandbox: Sandbox, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, ben, held = sandbox.person("Ana"), sandbox.person("Ben"), Gate()
    other = sandbox.channel("other")
    async with start(ANSWER, gate=lambda: held()) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} one")
        ben.say(other, f"{sandbox.bot.mention} two")
        await eventually(lambda: claimed(bot.store, 2))
    looked_up = Fault("GET", "/channels/{channel_id}/messages/{message_id}", hold=True)
    sandbox.faults.add(looked_up)
    async with start(ANSWER, loaded=False) as bot:
        bot.loading.set_result(bot.assistant)
        await looked_up.reached()
        await bot.store.forget_person(ana.user.id)
        looked_up.release()
        await stored(bot.store, other)
    assert by_bot(sandbox, sandbox.general) == []
