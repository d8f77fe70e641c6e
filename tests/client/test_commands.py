"""The slash commands, and how Discord is told of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from discord.http import HTTPClient, Route

from bot.chat.turns import FinishReason
from bot.client import words
from bot.sandbox import Fault, Permission, Person, Sandbox
from tests.client.conftest import DELAYS, Gate, Start
from tests.client.watching import by_bot, eventually, shown, shown_like, stored

ANSWER = "A rather short answer."
COMMANDS = "/applications/{application_id}/commands"
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
ORIGINAL = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
FOLLOWUP = "/webhooks/{webhook_id}/{webhook_token}"


async def test_ask_is_answered_in_the_response_and_joins_the_conversation(
    sandbox: Sandbox, start: Start
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start(ANSWER) as bot:
        asked = await ana.command(sandbox.general, "/ask", prompt="I like apples")
        assert asked.message is not None
        await asked.message.wait_until(lambda m: m.content == ANSWER)
        (turn,) = await stored(bot.store, sandbox.general)
        assert turn.message_id == asked.message.id
        ben.say(sandbox.general, f"{sandbox.bot.mention} what does she like?")
        await stored(bot.store, sandbox.general, count=2)
        prompt = bot.engine.tokenizer.decode(bot.engine.prompts[-1])
    assert "Ana: I like apples" in prompt
    assert by_bot(sandbox, sandbox.general) == [ANSWER, ANSWER]


async def test_ask_works_in_direct_messages_and_threads(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    thread = ana.start_thread(sandbox.general, "plans")
    async with start(ANSWER) as bot:
        for place in (ana.open_dm(), thread):
            await ana.command(place, "/ask", prompt="hello")
            await shown(sandbox, place, ANSWER)
            await stored(bot.store, place)


async def test_a_long_answer_to_ask_goes_on_in_follow_ups(sandbox: Sandbox, start: Start) -> None:
    said = "\n".join(f"line {number} with some words in it" for number in range(150))
    ana = sandbox.person("Ana")
    async with start(said) as bot:
        asked = await ana.command(sandbox.general, "/ask", prompt="count")
        await stored(bot.store, sandbox.general)
    assert asked.message is not None
    assert len(asked.followups) >= 2
    assert "\n".join(m.content for m in [asked.message, *asked.followups]) == said


@pytest.mark.parametrize("late", [True, False])
async def test_a_follow_up_whose_answer_is_lost_is_posted_once(
    sandbox: Sandbox, start: Start, late: bool
) -> None:
    said = "\n".join(f"line {number} with some words in it" for number in range(100))
    ana = sandbox.person("Ana")
    sandbox.faults.add(Fault("POST", FOLLOWUP, drop=True, late=late))
    async with start(said) as bot:
        await ana.command(sandbox.general, "/ask", prompt="count")
        await stored(bot.store, sandbox.general)
    assert "\n".join(by_bot(sandbox, sandbox.general)) == said


async def test_an_answer_that_outlives_the_token_goes_on_in_the_channel(
    sandbox: Sandbox, start: Start
) -> None:
    gate = Gate()
    gates = iter([None, gate()])
    first = "This is only the first half of it. "
    rest = "\n".join(f"line {number} with some words in it" for number in range(100))
    ana = sandbox.person("Ana")
    async with start(lambda _: [first, rest], gate=lambda: next(gates)) as bot:
        asked = await ana.command(sandbox.general, "/ask", prompt="count")
        assert asked.message is not None
        await asked.message.wait_until(lambda m: m.content == first.strip())
        sandbox.clock.advance(901)
        gate.open()
        await stored(bot.store, sandbox.general)
    assert "\n".join(by_bot(sandbox, sandbox.general)) == first + rest
    assert asked.followups == []


async def test_ask_while_the_model_loads_is_answered_when_it_is_there(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER, loaded=False) as bot:
        asked = await ana.command(sandbox.general, "/ask", prompt="hello")
        assert asked.message is not None
        assert asked.message.loading
        bot.loading.set_result(bot.assistant)
        await asked.message.wait_until(lambda m: m.content == ANSWER)
        await stored(bot.store, sandbox.general)


async def test_a_full_line_is_told_to_the_person_alone(sandbox: Sandbox, start: Start) -> None:
    ana, ben, cem = (sandbox.person(name) for name in ("Ana", "Ben", "Cem"))
    async with start(ANSWER, gate=Gate(), concurrency=1, queue_size=1) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        ben.say(sandbox.channel("second"), f"{sandbox.bot.mention} hello")
        await eventually(lambda: two_in_line(bot.assistant))
        third = sandbox.channel("third")
        await cem.command(third, "/ask", prompt="hello")
        refusal = await third.wait_for(lambda m: "The queue is full" in m.content)
    assert refusal.ephemeral_to is cem.user
    assert by_bot(sandbox, third) == []


async def two_in_line(assistant: object) -> bool:
    return assistant.busy == 2  # type: ignore[attr-defined, no-any-return]


async def test_an_answer_to_ask_is_taken_up_after_a_restart(sandbox: Sandbox, start: Start) -> None:
    gates = iter([None, Gate()()])
    ana = sandbox.person("Ana")
    async with start(lambda _: ["I was about to say ", "more"], gate=lambda: next(gates)):
        asked = await ana.command(sandbox.general, "/ask", prompt="hello")
        assert asked.message is not None
        await asked.message.wait_until(lambda m: m.content == "I was about to say")
    async with start(ANSWER) as bot:
        await asked.message.wait_until(lambda m: m.content == ANSWER)
        await stored(bot.store, sandbox.general)
    assert by_bot(sandbox, sandbox.general) == [ANSWER]


async def test_an_ask_that_was_only_being_thought_about_is_answered_after_a_restart(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER, gate=Gate()) as bot:
        asked = await ana.command(sandbox.general, "/ask", prompt="hello")
        await eventually(lambda: one_posted(bot.store))
    async with start(ANSWER) as bot:
        message = await shown(sandbox, sandbox.general, ANSWER)
        (turn,) = await stored(bot.store, sandbox.general)
    assert turn.message_id == message.id
    assert message is not asked.message
    assert by_bot(sandbox, sandbox.general) == [ANSWER]


async def one_posted(store: object) -> bool:
    (prompt,) = await store.unanswered() or [None]  # type: ignore[attr-defined]
    return prompt is not None and (await store.open_reply(prompt)).message_id is not None  # type: ignore[attr-defined]


async def test_reset_stops_what_runs_and_begins_anew(sandbox: Sandbox, start: Start) -> None:
    gates = iter([None, None, None, Gate()()])
    ana = moderator(sandbox)
    async with start(lambda _: ["I like them as well.", " Very much"], gate=lambda: next(gates)) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} I like apples")
        await stored(bot.store, sandbox.general)
        ana.say(sandbox.general, f"{sandbox.bot.mention} more")
        await sandbox.general.wait_for(lambda m: m.content == "I like them as well.")
        reset = await ana.command(sandbox.general, "/reset")
        assert reset.message is not None
        await reset.message.wait_until(lambda m: not m.loading)
        assert reset.message.content == words.commands.was_reset(4)
        note = words.note(words.replies.ended(FinishReason.STOPPED, None) or "")
        await shown(sandbox, sandbox.general, f"I like them as well.\n{note}")
        assert await bot.store.history(sandbox.general.id, 2**62) == []


def moderator(sandbox: Sandbox) -> Person:
    return sandbox.person("Ana", roles=[sandbox.role("mods", permissions=Permission.MANAGE_MESSAGES)])


@pytest.mark.parametrize("who", ["member", "moderator"])
async def test_reset_of_a_new_conversation_tells_only_the_person(
    sandbox: Sandbox, start: Start, who: str
) -> None:
    ana = moderator(sandbox) if who == "moderator" else sandbox.person("Ana")
    async with start(ANSWER):
        reset = await ana.command(sandbox.general, "/reset")
        assert reset.message is not None
        assert reset.message.content == words.commands.nothing_to_reset()
        assert reset.message.ephemeral_to is ana.user


async def test_help_is_for_the_person_alone_and_names_the_model(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        asked = await ana.command(sandbox.general, "/help")
        assert asked.message is not None
        assert asked.message.ephemeral_to is ana.user
        assert bot.engine.info.name in asked.message.content
        for command in ("/ask", "/reset", "/persona set", "/settings"):
            assert command in asked.message.content


async def test_commands_answer_in_time_while_the_model_loads(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER, loaded=False):
        assert (await ana.command(sandbox.general, "/help")).message is not None
        reset = await ana.command(sandbox.general, "/reset")
    assert reset.message is not None
    assert reset.message.content == words.note(words.commands.STILL_LOADING)
    assert reset.message.ephemeral_to is ana.user


async def test_a_command_that_fails_is_told_in_words(
    sandbox: Sandbox, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER):
        sandbox.faults.add(Fault("PATCH", ORIGINAL, status=403, code=50013))
        await ana.command(sandbox.general, "/stop")
        failed = await shown(sandbox, sandbox.general, words.note(words.commands.failed()))
    assert failed.ephemeral_to is ana.user
    assert "The interaction stop could not be answered" in caplog.text


@pytest.mark.parametrize("late", [False, True], ids=["cut before", "cut after"])
async def test_a_command_whose_first_answer_is_lost_is_answered(
    sandbox: Sandbox, start: Start, late: bool, caplog: pytest.LogCaptureFixture
) -> None:
    ana = moderator(sandbox)
    async with start(ANSWER) as bot:
        sandbox.faults.add(Fault("POST", CALLBACK, drop=True, late=late))
        await ana.command(sandbox.general, "/ask", prompt="hello")
        await stored(bot.store, sandbox.general)
        sandbox.faults.add(Fault("POST", CALLBACK, drop=True, late=late))
        await ana.command(sandbox.general, "/reset")
        await shown(sandbox, sandbox.general, words.commands.was_reset(2))
        sandbox.faults.add(Fault("POST", CALLBACK, drop=True, late=late))
        await ana.command(sandbox.general, "/help")
        await shown_like(sandbox, sandbox.general, "Talk to me")
    assert ANSWER in by_bot(sandbox, sandbox.general)
    assert "Traceback" not in caplog.text


async def test_a_refusal_reaches_the_person_though_the_first_answer_was_lost(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER):
        sandbox.faults.add(Fault("POST", CALLBACK, drop=True, late=True))
        await ana.command(sandbox.general, "/ask", prompt=sandbox.bot.mention)
        hint = await shown(sandbox, sandbox.general, words.inbox.no_text())
        assert hint.ephemeral_to is ana.user
    assert by_bot(sandbox, sandbox.general) == []


async def test_discord_is_told_of_the_commands_once(sandbox: Sandbox, start: Start) -> None:
    async with start():
        pass
    assert len(sandbox.wire.find("PUT", COMMANDS)) == 1
    async with start():
        pass
    assert len(sandbox.wire.find("PUT", COMMANDS)) == 1


async def test_discord_is_told_of_the_commands_again_when_it_knows_others(
    sandbox: Sandbox, start: Start
) -> None:
    async with start():
        pass
    known = sandbox.commands()
    next(c for c in known if c["name"] == "ask")["options"][0]["description"] = "something else"
    async with start():
        pass
    assert len(sandbox.wire.find("PUT", COMMANDS)) == 2


def told_of_commands(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the log says about registering the commands."""
    return [r.getMessage() for r in caplog.records if "slash commands" in r.getMessage()]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("PUT", COMMANDS, status=403, code=50001, times=None),
        Fault("PUT", COMMANDS, status=503, times=None),
        Fault("GET", COMMANDS, status=503, times=None),
        Fault("GET", COMMANDS, drop=True, times=None),
    ],
    ids=["refused", "trouble", "trouble at once", "no answer"],
)
async def test_a_bot_whose_commands_cannot_be_registered_answers_and_says_so_once(
    sandbox: Sandbox, start: Start, caplog: pytest.LogCaptureFixture, fault: Fault
) -> None:
    sandbox.faults.add(fault)
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, sandbox.general)
    (line,) = told_of_commands(caplog)
    assert "could not be registered" in line
    assert len(line.splitlines()) == 1


async def test_the_bot_is_online_while_discord_does_not_take_its_commands(
    sandbox: Sandbox, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    fault = sandbox.faults.add(Fault("GET", COMMANDS, status=503, times=None))
    patient = replace(DELAYS, pauses=(0.01,) * 1000)
    ana = sandbox.person("Ana")
    async with start(ANSWER, registered=False, delays=patient) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, sandbox.general)
        assert sandbox.commands() == []
        sandbox.faults.remove(fault)
        await bot.client.command_sync.ended.wait()
        await ana.command(sandbox.general, "/help")
    assert [line for line in told_of_commands(caplog) if "could not" in line] == []


@pytest.mark.parametrize("answer", [{"message": "hello"}, [{"name": "ask"}], "hello", [None], None])
async def test_a_list_of_commands_that_cannot_be_read_is_one_line_in_the_log(
    sandbox: Sandbox,
    start: Start,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    answer: object,
) -> None:
    requested = HTTPClient.request

    async def malformed(http: HTTPClient, route: Route, **options: Any) -> Any:
        found = await requested(http, route, **options)
        return answer if route.path == COMMANDS and route.method == "GET" else found

    monkeypatch.setattr(HTTPClient, "request", malformed)
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, sandbox.general)
    (line,) = told_of_commands(caplog)
    assert "cannot be read" in line
    assert "Traceback" not in caplog.text
