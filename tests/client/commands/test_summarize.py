"""Summaries of what people said, for those who may read it."""

from __future__ import annotations

import pytest

from bot.client.words import summaries
from bot.sandbox import Channel, Permission, Person, Sandbox
from tests.client.conftest import Bot, Start
from tests.client.watching import by_bot

SUMMARY = "They talked about fruit."


def talk(people: list[Person], place: Channel, *said: str) -> None:
    for number, text in enumerate(said):
        people[number % len(people)].say(place, text)


def asked(bot: Bot) -> str:
    """What the model was asked last."""
    return bot.engine.tokenizer.decode(bot.engine.prompts[-1])


async def told(place: Channel, person: Person, part: str) -> None:
    await place.wait_for(lambda m: m.ephemeral_to is person.user and part in m.content)


async def test_the_newest_messages_are_summarized_for_the_person_alone(
    sandbox: Sandbox, start: Start
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    talk([ana, ben], sandbox.general, "hello", "I like figs", "I like plums", f"and {ana.mention} likes all")
    async with start(SUMMARY) as bot:
        summarized = await ana.command(sandbox.general, "/summarize", last=3)
        message = summarized.message
        assert message is not None
        assert message.ephemeral_to is ana.user
        await message.wait_until(lambda m: m.content == SUMMARY)
        prompt = asked(bot)
        assert "3 messages, since <t:" in message.embeds[0]["description"]
        assert await bot.store.transcript(sandbox.general.id) == []
    assert "Ben: I like figs" in prompt
    assert "Ana: I like plums" in prompt
    assert "Ben: and @Ana likes all" in prompt
    assert "hello" not in prompt
    assert by_bot(sandbox, sandbox.general) == []


async def test_a_summary_may_be_posted(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    talk([ana], sandbox.general, "I like figs")
    async with start(SUMMARY):
        summarized = await ana.command(sandbox.general, "/summarize", post=True)
        assert summarized.message is not None
        await summarized.message.wait_until(lambda m: m.content == SUMMARY)
    assert by_bot(sandbox, sandbox.general) == [SUMMARY]


async def test_messages_since_a_time_are_summarized(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    talk([ana], sandbox.general, "long ago")
    async with start(SUMMARY) as bot:
        sandbox.clock.advance(3600)
        talk([ana], sandbox.general, "just now")
        summarized = await ana.command(sandbox.general, "/summarize", since="30 min")
        assert summarized.message is not None
        await summarized.message.wait_until(lambda m: m.content == SUMMARY)
        assert "just now" in asked(bot)
        assert "long ago" not in asked(bot)


async def test_a_time_that_is_none_is_refused_with_examples(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(SUMMARY):
        refused = await ana.command(sandbox.general, "/summarize", since="in a while")
        assert refused.message is not None
        assert refused.message.ephemeral_to is ana.user
        assert "“in a while”" in refused.message.content
        assert "`yesterday 14:30`" in refused.message.content


async def test_a_number_alone_is_one_of_messages(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    talk([ana], sandbox.general, "one apple", "two pears", "three figs")
    async with start(SUMMARY) as bot:
        summarized = await ana.command(sandbox.general, "/summarize", since="2")
        assert summarized.message is not None
        await summarized.message.wait_until(lambda m: m.content == SUMMARY)
        assert "2 messages" in summarized.message.embeds[0]["description"]
        assert "two pears" in asked(bot)
        assert "one apple" not in asked(bot)
        for number in ("0", "501"):
            refused = await ana.command(sandbox.general, "/summarize", since=number)
            assert refused.message is not None
            assert "between 1 and 500" in refused.message.content
            assert refused.message.ephemeral_to is ana.user


async def test_what_a_number_alone_may_mean_is_offered(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(SUMMARY):
        offered = await ana.autocomplete(sandbox.general, "/summarize", "since", "5")
        assert [choice["value"] for choice in offered] == ["5 min", "5 hours", "5:00", "5"]
        assert offered[-1]["name"] == "The latest 5 messages"
        offered = await ana.autocomplete(sandbox.general, "/summarize", "since", "90")
        assert [choice["value"] for choice in offered] == ["90 min", "90 hours", "90"]


async def test_times_are_offered_with_what_they_mean(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(SUMMARY):
        offered = await ana.autocomplete(sandbox.general, "/summarize", "since", "")
        assert [choice["value"] for choice in offered] == summaries.suggestions()
        (own,) = await ana.autocomplete(sandbox.general, "/summarize", "since", "90 min")
        assert own["value"] == "90 min"
        assert own["name"].startswith("90 min – ")
        assert len(await ana.autocomplete(sandbox.general, "/summarize", "since", "in a wh")) > 1


async def test_what_does_not_fit_is_left_out_from_the_oldest_on(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    talk([ana], sandbox.general, *(f"number {number} " + "word " * 50 for number in range(30)))
    async with start(SUMMARY, context_length=2000, max_new_tokens=200) as bot:
        summarized = await ana.command(sandbox.general, "/summarize")
        message = summarized.message
        assert message is not None
        await message.wait_until(lambda m: m.content == SUMMARY)
        prompt = asked(bot)
    assert "number 29 " in prompt
    assert "number 0 " not in prompt
    kept = sum(f"number {number} " in prompt for number in range(30))
    assert f"The latest {kept} messages ({30 - kept} older" in message.embeds[0]["description"]


async def test_the_menu_of_a_message_summarizes_from_there(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    messages = [ana.say(sandbox.general, text) for text in ("one apple", "two pears", "three figs")]
    async with start(SUMMARY) as bot:
        summarized = await ana.menu(messages[1], summaries.FROM_HERE)
        assert summarized.message is not None
        assert summarized.message.ephemeral_to is ana.user
        await summarized.message.wait_until(lambda m: m.content == SUMMARY)
        prompt = asked(bot)
    assert "two pears" in prompt
    assert "three figs" in prompt
    assert "one apple" not in prompt


async def test_threads_and_direct_messages_are_summarized_too(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    thread = ana.start_thread(sandbox.general, "plans")
    async with start(SUMMARY) as bot:
        for place, text in ((thread, "let us meet"), (ana.open_dm(), "remember the milk")):
            ana.say(place, text)
            summarized = await ana.command(place, "/summarize")
            assert summarized.message is not None
            await summarized.message.wait_until(lambda m: m.content == SUMMARY)
            assert any(text in bot.engine.tokenizer.decode(prompt) for prompt in bot.engine.prompts)


async def test_an_empty_channel_is_said_to_be_empty(sandbox: Sandbox, start: Start) -> None:
    ana, quiet = sandbox.person("Ana"), sandbox.channel("quiet")
    async with start(SUMMARY) as bot:
        await ana.command(quiet, "/summarize")
        await told(quiet, ana, summaries.NOTHING)
        assert bot.engine.prompts == []


@pytest.mark.parametrize(
    ("who", "permission", "said"),
    [
        ("person", Permission.READ_MESSAGE_HISTORY, summaries.YOU_MAY_NOT_READ),
        ("bot", Permission.READ_MESSAGE_HISTORY, summaries.I_MAY_NOT_READ),
        ("bot", Permission.VIEW_CHANNEL, summaries.I_MAY_NOT_SEE),
    ],
)
async def test_only_what_both_may_read_is_summarized(
    sandbox: Sandbox, start: Start, who: str, permission: Permission, said: str
) -> None:
    ana = sandbox.person("Ana")
    talk([ana], sandbox.general, "secret")
    target = ana if who == "person" else sandbox.bot
    sandbox.deny(sandbox.general, target, permission)
    async with start(SUMMARY) as bot:
        await ana.command(sandbox.general, "/summarize")
        await told(sandbox.general, ana, said)
        assert bot.engine.prompts == []
