"""What the bot hears as meant for it, and what it leaves to others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.client import words
from bot.sandbox import Channel, Message, Permission, Person, Sandbox
from bot.sandbox import messages as sandbox_messages
from bot.sandbox.messages import Draft
from tests.client.conftest import Start
from tests.client.watching import by_bot, shown, shown_like, stored

ANSWER = "I hear you well."


async def heard_next(sandbox: Sandbox) -> None:
    """A marker in a channel of its own: once it is answered, all before it has been heard."""
    marker = sandbox.channel("marker")
    sandbox.person("Marker").say(marker, f"{sandbox.bot.mention} now")
    await shown(sandbox, marker, ANSWER)


async def test_a_direct_message_needs_no_mention(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        direct = ana.open_dm()
        prompt = ana.say(direct, "hello")
        reply = await shown(sandbox, direct, ANSWER)
        await stored(bot.store, direct)
    assert reply.reference is not None
    assert reply.reference.message_id == prompt.id


@pytest.mark.parametrize("ping", [True, False])
async def test_a_reply_to_the_bot_needs_no_mention(sandbox: Sandbox, start: Start, ping: bool) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        first = await shown(sandbox, sandbox.general, ANSWER)
        await stored(bot.store, sandbox.general)
        ben.say(sandbox.general, "and me?", reply_to=first, ping=ping)
        await stored(bot.store, sandbox.general, count=2)
    assert by_bot(sandbox, sandbox.general) == [ANSWER, ANSWER]


def everyone(sandbox: Sandbox, ana: Person, ben: Person) -> None:
    sandbox.allow(sandbox.general, ana, Permission.MENTION_EVERYONE)
    ana.say(sandbox.general, "@everyone hello")


def a_role(sandbox: Sandbox, ana: Person, ben: Person) -> None:
    ana.say(sandbox.general, f"{sandbox.role('helpers', mentionable=True).mention} hello")


def somebody_else(sandbox: Sandbox, ana: Person, ben: Person) -> None:
    ana.say(sandbox.general, f"{ben.mention} hello")


def nobody(sandbox: Sandbox, ana: Person, ben: Person) -> None:
    ana.say(sandbox.general, "hello ovbot")


def a_reply_to_another(sandbox: Sandbox, ana: Person, ben: Person) -> None:
    ben.say(sandbox.general, "I am here", reply_to=ana.say(sandbox.general, "anybody?"))


def another_bot(sandbox: Sandbox, ana: Person, ben: Person) -> None:
    sandbox.person("Robot", bot=True).say(sandbox.general, f"{sandbox.bot.mention} hello")


def itself(sandbox: Sandbox, ana: Person, ben: Person) -> None:
    draft = Draft(content=f"{sandbox.bot.mention} hello")
    sandbox_messages.post(sandbox.world, sandbox.general, sandbox.bot, draft)


@pytest.mark.parametrize(
    "speak", [everyone, a_role, somebody_else, nobody, a_reply_to_another, another_bot, itself]
)
async def test_what_is_not_meant_for_the_bot_is_not_answered(
    sandbox: Sandbox, start: Start, speak: Callable[[Sandbox, Person, Person], None]
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start(ANSWER) as bot:
        speak(sandbox, ana, ben)
        await heard_next(sandbox)
        assert len(bot.engine.prompts) == 1
    assert ANSWER not in by_bot(sandbox, sandbox.general)


async def test_the_prompt_has_names_instead_of_mentions(sandbox: Sandbox, start: Start) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    role, other = sandbox.role("mods", mentionable=True), sandbox.channel("other")
    async with start(ANSWER) as bot:
        ana.say(
            sandbox.general,
            f"{sandbox.bot.mention} tell {ben.mention} of {role.mention} about {other.mention}",
        )
        await stored(bot.store, sandbox.general)
        assert bot.engine.tokenizer.decode(bot.engine.prompts[0]).endswith("tell @Ben of @mods about #other")


async def test_a_mention_without_text_gets_a_hint(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, sandbox.bot.mention)
        await shown(sandbox, sandbox.general, words.inbox.no_text())
        ana.say(ana.open_dm(), files=[("cat.png", b"png")])
        await shown(sandbox, ana.open_dm(), words.inbox.only_text())
        assert not bot.engine.prompts


async def begin_by_mention(sandbox: Sandbox, ana: Person) -> Channel:
    thread = ana.start_thread(sandbox.general, "plans")
    ana.say(thread, f"{sandbox.bot.mention} join us")
    await shown(sandbox, thread, ANSWER)
    return thread


async def begin_on_the_bots_message(sandbox: Sandbox, ana: Person) -> Channel:
    ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
    return ana.start_thread(sandbox.general, "plans", message=await shown(sandbox, sandbox.general, ANSWER))


Begin = Callable[[Sandbox, Person], Awaitable[Channel]]
threads = pytest.mark.parametrize("begin", [begin_by_mention, begin_on_the_bots_message])


@threads
async def test_in_a_thread_that_it_was_called_into_no_mention_is_needed(
    sandbox: Sandbox, start: Start, begin: Begin
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start(ANSWER) as bot:
        thread = await begin(sandbox, ana)
        before = len(by_bot(sandbox, thread))
        ben.say(thread, "and me?")
        await stored(bot.store, thread, count=before + 1)


@threads
async def test_it_still_knows_the_thread_after_a_restart(
    sandbox: Sandbox, start: Start, begin: Begin
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start(ANSWER) as bot:
        thread = await begin(sandbox, ana)
        await stored(bot.store, sandbox.general if not by_bot(sandbox, thread) else thread)
    before = len(by_bot(sandbox, thread))
    async with start(ANSWER) as bot:
        ben.say(thread, "and me?")
        await stored(bot.store, thread, count=before + 1)


async def test_a_thread_that_a_person_began_on_an_old_message_of_the_bot_counts_too(
    sandbox: Sandbox, start: Start
) -> None:
    old = sandbox_messages.post(sandbox.world, sandbox.general, sandbox.bot, Draft(content="an old page"))
    ana = sandbox.person("Ana")
    thread = ana.start_thread(sandbox.general, "plans", message=old)
    async with start(ANSWER) as bot:
        ana.say(thread, "what did you mean?")
        await stored(bot.store, thread)


async def test_other_threads_need_a_mention(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    thread = ana.start_thread(sandbox.general, "plans")
    on_message = ana.start_thread(sandbox.general, "more", message=ana.say(sandbox.general, "hi"))
    async with start(ANSWER) as bot:
        ana.say(thread, "just us")
        ana.say(on_message, "just us")
        await heard_next(sandbox)
        assert len(bot.engine.prompts) == 1
        ana.say(thread, f"{sandbox.bot.mention} you too")
        await stored(bot.store, thread)


async def test_in_a_thread_what_turns_to_somebody_else_is_left_to_them(
    sandbox: Sandbox, start: Start
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start(ANSWER) as bot:
        thread = await begin_by_mention(sandbox, ana)
        said = ana.say(thread, f"{ben.mention} what do you think?")
        ben.say(thread, "I think so too", reply_to=said)
        await heard_next(sandbox)
        assert len(bot.engine.prompts) == 2
    assert len(by_bot(sandbox, thread)) == 1


async def test_messages_of_a_thread_are_answered_in_order_while_it_is_looked_up(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    old = sandbox_messages.post(sandbox.world, sandbox.general, sandbox.bot, Draft(content="an old page"))
    thread = ana.start_thread(sandbox.general, "plans", message=old)
    async with start(lambda prompt: [f"This is for {prompt.rstrip()[-1]} only."]) as bot:
        prompts: list[Message] = [ana.say(thread, f"number {number}") for number in range(4)]
        await stored(bot.store, thread, count=4)
        await shown_like(sandbox, thread, "for 3 only")
    replies = [m for m in thread.history if m.author is sandbox.bot and m.content]
    assert [m.reference.message_id for m in replies if m.reference] == [prompt.id for prompt in prompts]
