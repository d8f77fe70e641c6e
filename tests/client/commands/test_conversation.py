"""/stop, /regenerate, /export and /forget, by those who may and those who may not."""

from __future__ import annotations

import pytest

from bot.chat.turns import Author, Exchange, Role, Turn
from bot.client.commands.conversation import markdown
from bot.client.words import commands as command_words
from bot.client.words import note
from bot.policy.server import ResetBy, ServerPolicy
from bot.sandbox import Channel, ChannelType, Interaction, Message, Permission, Person, Sandbox, guilds
from tests.client.conftest import Bot, Gate, Start
from tests.client.watching import by_bot, eventually, shown, stored

NOT_ALLOWED = note(command_words.RESET_NOT_ALLOWED)


@pytest.fixture
def mo(sandbox: Sandbox) -> Person:
    """A moderator."""
    return sandbox.person("Mo", roles=[sandbox.role("mods", permissions=Permission.MANAGE_MESSAGES)])


async def private(asked: Interaction) -> Message:
    """The answer to a command, which only who used it may see."""
    message = asked.message
    assert message is not None
    assert message.ephemeral_to is asked.user
    return await message.wait_until(lambda m: not m.loading)


async def talked(bot: Bot, sandbox: Sandbox, place: Channel, person: Person) -> None:
    """Have a person talk with the bot, so that there is something to reset."""
    person.say(place, f"{sandbox.bot.mention} I like apples")
    await stored(bot.store, place)


async def test_a_member_is_asked_before_a_conversation_of_others_is_reset(
    sandbox: Sandbox, start: Start
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start("Fine.") as bot:
        await talked(bot, sandbox, sandbox.general, ben)
        asked = await private(await ana.command(sandbox.general, "/reset"))
        assert asked.content == command_words.ask_reset()
        await ana.click(asked, command_words.cancel())
        await asked.wait_until(lambda m: m.content == command_words.was_not_reset())
        assert asked.components == []
        assert len(await bot.store.transcript(sandbox.general.id)) == 1

        asked = await private(await ana.command(sandbox.general, "/reset"))
        await ana.click(asked, command_words.reset())
        await asked.wait_until(lambda m: m.content == command_words.was_reset(2))
        assert asked.components == []
        told = await shown(sandbox, sandbox.general, command_words.was_reset_by(ana.mention, 2))
        assert told.ephemeral_to is None
        assert told.pinged == frozenset()
        assert await bot.store.transcript(sandbox.general.id) == []


async def test_a_question_before_a_reset_is_answered_after_a_restart(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start("Fine.") as bot:
        await talked(bot, sandbox, sandbox.general, ana)
        asked = await private(await ana.command(sandbox.general, "/reset"))
    async with start("Fine.") as bot:
        await ana.click(asked, command_words.reset())
        await asked.wait_until(lambda m: m.content == command_words.was_reset(2))
        assert await bot.store.transcript(sandbox.general.id) == []


async def test_a_second_press_resets_nothing_twice(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start("Fine.") as bot:
        await talked(bot, sandbox, sandbox.general, ana)
        one = await private(await ana.command(sandbox.general, "/reset"))
        other = await private(await ana.command(sandbox.general, "/reset"))
        await ana.click(one, command_words.reset())
        await one.wait_until(lambda m: m.content == command_words.was_reset(2))
        await ana.click(other, command_words.reset())
        await other.wait_until(lambda m: m.content == command_words.nothing_to_reset())


@pytest.mark.parametrize("where", ["channel", "another's thread"])
async def test_only_moderators_reset_where_they_have_set_it_so(
    sandbox: Sandbox, start: Start, mo: Person, where: str
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    place = sandbox.general if where == "channel" else ben.start_thread(sandbox.general, "plans")
    async with start("Fine.") as bot:
        await talked(bot, sandbox, place, ben)
        asked = await private(await ana.command(place, "/reset"))
        await bot.store.set_policy(sandbox.guild.id, ServerPolicy(reset_by=ResetBy.MODERATORS))
        assert (await private(await ana.command(place, "/reset"))).content == NOT_ALLOWED
        await ana.click(asked, command_words.reset())  # a question from before that was set
        refused = await place.wait_for(lambda m: m.content == NOT_ALLOWED and m.id > asked.id)
        assert refused.ephemeral_to is ana.user
        assert len(await bot.store.transcript(place.id)) == 1
        reset = await mo.command(place, "/reset")
        assert reset.message is not None
        await reset.message.wait_until(lambda m: m.content == command_words.was_reset(2))
        assert reset.message.ephemeral_to is None


@pytest.mark.parametrize(
    "where", ["channel, if everyone may", "own thread", "own forum post", "direct message"]
)
async def test_a_reset_that_concerns_nobody_else_needs_no_question(
    sandbox: Sandbox, start: Start, where: str
) -> None:
    ana = sandbox.person("Ana")
    place = {
        "channel, if everyone may": lambda: sandbox.general,
        "own thread": lambda: ana.start_thread(sandbox.general, "plans"),
        "own forum post": lambda: ana.start_thread(
            sandbox.channel("ideas", kind=ChannelType.FORUM), "plans", text="Hello"
        ),
        "direct message": ana.open_dm,
    }[where]()
    by = ResetBy.EVERYONE if place is sandbox.general else ResetBy.MODERATORS
    async with start("Fine.") as bot:
        await bot.store.set_policy(sandbox.guild.id, ServerPolicy(reset_by=by))
        await talked(bot, sandbox, place, ana)
        reset = await ana.command(place, "/reset")
        assert reset.message is not None
        await reset.message.wait_until(lambda m: m.content == command_words.was_reset(2))
        assert reset.message.ephemeral_to is None
        assert await bot.store.transcript(place.id) == []


async def test_stop_is_for_ones_own_replies(sandbox: Sandbox, start: Start, mo: Person) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    gates = iter([None, Gate()(), None, Gate()()])
    async with start(lambda _: ["I was saying ", "more"], gate=lambda: next(gates)) as bot:
        assert (await private(await ana.command(sandbox.general, "/stop"))).content == command_words.stopped(
            0
        )
        ana.say(sandbox.general, f"{sandbox.bot.mention} talk")
        await sandbox.general.wait_for(lambda m: m.content == "I was saying")
        refused = await private(await ben.command(sandbox.general, "/stop"))
        assert refused.content == command_words.stopped_only_others()
        assert len(bot.assistant.active(sandbox.general.id)) == 1
        assert (await private(await ana.command(sandbox.general, "/stop"))).content == command_words.stopped(
            1
        )
        await stored(bot.store, sandbox.general)
        ana.say(sandbox.general, f"{sandbox.bot.mention} talk again")
        await sandbox.general.wait_for(lambda m: m.content == "I was saying")
        assert (await private(await mo.command(sandbox.general, "/stop"))).content == command_words.stopped(1)
        await stored(bot.store, sandbox.general, count=2)


async def test_stop_tells_of_others_questions_while_the_model_loads(sandbox: Sandbox, start: Start) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start("Fine.", loaded=False) as bot:
        await ana.command(sandbox.general, "/ask", prompt="hello")

        async def waits() -> bool:
            said = (await private(await ben.command(sandbox.general, "/stop"))).content
            return said == command_words.stopped_only_others()

        await eventually(waits)
        bot.loading.set_result(bot.assistant)
        await shown(sandbox, sandbox.general, "Fine.")


async def test_regenerate_makes_the_last_reply_again_in_place(
    sandbox: Sandbox, start: Start, mo: Person
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    said = iter(["The first answer.", "The second answer.", "The third answer."])
    async with start(lambda _: [next(said)]) as bot:
        nothing = await ana.command(sandbox.general, "/regenerate")
        assert (await told(sandbox, ana)).endswith(command_words.NOTHING_TO_REGENERATE), nothing
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        reply = await shown(sandbox, sandbox.general, "The first answer.")
        await stored(bot.store, sandbox.general)
        await ben.command(sandbox.general, "/regenerate")
        assert (await told(sandbox, ben)).endswith(command_words.NOT_YOUR_REPLY)
        again = await private(await ana.command(sandbox.general, "/regenerate"))
        assert f"/{sandbox.general.id}/{reply.id}" in again.content
        await reply.wait_until(lambda m: m.content == "The second answer.")
        await stored(bot.store, sandbox.general)
        await mo.command(sandbox.general, "/regenerate")
        await reply.wait_until(lambda m: m.content == "The third answer.")
        (turn,) = await stored(bot.store, sandbox.general)
    assert turn.text == "The third answer."
    assert by_bot(sandbox, sandbox.general) == ["The third answer."]


async def test_a_reply_that_was_not_begun_is_made_again_too(sandbox: Sandbox, start: Start) -> None:
    gate = Gate()
    ana = sandbox.person("Ana")
    async with start("Fine.", gate=gate) as bot:
        asked = ana.say(sandbox.general, f"{sandbox.bot.mention} tell me")
        await sandbox.world.events.wait_for("TYPING_START")
        again = await private(await ana.command(sandbox.general, "/regenerate"))
        assert again.content == command_words.regenerating(
            f"https://discord.com/channels/{sandbox.guild.id}/{sandbox.general.id}/{asked.id}"
        )
        gate.open()
        await stored(bot.store, sandbox.general)
    assert by_bot(sandbox, sandbox.general).count("Fine.") == 1


async def test_a_question_that_is_stopped_while_the_model_loads_leaves_nothing_behind(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    async with start("Fine.", loaded=False) as bot:
        asked = await ana.command(sandbox.general, "/ask", prompt="hello")
        assert asked.message is not None
        assert asked.message.loading

        async def stopped() -> bool:  # it is shown as loading a little before it can be stopped
            return (
                await private(await ana.command(sandbox.general, "/stop"))
            ).content == command_words.stopped(1)

        await eventually(stopped)
        bot.loading.set_result(bot.assistant)
        await asked.message.wait_until(lambda m: m.deleted)
        assert bot.engine.prompts == []


async def told(sandbox: Sandbox, person: Person) -> str:
    """What the person alone was told last."""
    message = await sandbox.general.wait_for(
        lambda m: m.ephemeral_to is person.user and m.content and not m.deleted
    )
    return message.content


async def test_the_conversation_is_exported_as_markdown(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start("Certainly.\n```python\nprint(1)\n```") as bot:
        await ana.command(sandbox.general, "/export")
        assert (await told(sandbox, ana)).endswith(command_words.NOTHING_TO_EXPORT)
        ana.say(sandbox.general, f"{sandbox.bot.mention} some code, please")
        await stored(bot.store, sandbox.general)
        exported = await private(await ana.command(sandbox.general, "/export"))
        (file,) = exported.attachments
        assert exported.content == command_words.exported(1)
    text = file.data.decode()
    assert file.filename == "general.md"
    assert text.startswith("# Conversation in #general\n")
    assert "**Ana** · " in text
    assert "\n\nsome code, please\n" in text
    assert "\n```python\nprint(1)\n```\n" in text


@pytest.mark.parametrize("where", ["thread", "direct message"])
async def test_threads_and_direct_messages_are_exported_too(
    sandbox: Sandbox, start: Start, where: str
) -> None:
    ana = sandbox.person("Ana")
    place = ana.open_dm() if where == "direct message" else ana.start_thread(sandbox.general, "plans")
    async with start("Certainly.") as bot:
        await talked(bot, sandbox, place, ana)
        exported = await private(await ana.command(place, "/export"))
        assert exported.content == command_words.exported(1)
        (file,) = exported.attachments
    text = file.data.decode()
    title = "# Conversation in #plans" if where == "thread" else "# Conversation"
    assert text.splitlines()[0] == title
    assert "I like apples" in text


@pytest.mark.parametrize("lengths", [[10] * 3, [10] * 3 + [3000] * 3, [3000] * 3 + [10] * 3, [9000]])
def test_an_export_that_would_be_too_large_keeps_the_newest_messages(lengths: list[int]) -> None:
    exchanges = [
        Exchange(
            Turn(2 * n + 1, 1, Role.USER, Author(1, "Ana"), f"question {n} " + "x" * length),
            Turn(2 * n + 2, 1, Role.ASSISTANT, None, f"answer {n}", reply_to=2 * n + 1),
        )
        for n, length in enumerate(lengths)
    ]
    data = markdown("Conversation", exchanges, "ovbot", 6000)
    assert len(data) <= 6000
    kept = [n for n in range(len(lengths)) if f"question {n} ".encode() in data]
    assert kept == list(range(len(lengths)))[len(lengths) - len(kept) :]
    everything = sum(lengths) < 6000
    assert (command_words.export_left_out().encode() in data) is not everything
    assert (kept == list(range(len(lengths)))) is everything


async def test_a_private_refusal_stands_where_the_bot_was_thinking(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start():
        for command, said in (
            ("/regenerate", command_words.NOTHING_TO_REGENERATE),
            ("/export", command_words.NOTHING_TO_EXPORT),
        ):
            refused = await ana.command(sandbox.general, command)
            assert (await private(refused)).content == note(said)
            assert refused.message is not None
            assert not refused.message.deleted
            assert refused.followups == []


async def test_an_export_is_for_those_who_may_read(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start() as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, sandbox.general)
        sandbox.deny(sandbox.general, ana, Permission.READ_MESSAGE_HISTORY)
        await ana.command(sandbox.general, "/export")
        assert (await told(sandbox, ana)).endswith(command_words.MAY_NOT_READ)


async def test_what_a_person_said_is_erased_after_a_second_thought(sandbox: Sandbox, start: Start) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    dm = ana.open_dm()
    async with start("Fine.") as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} I live in Rome")
        ana.say(dm, "I am Ana")
        ben.say(sandbox.general, f"{sandbox.bot.mention} I live in Oslo")
        await stored(bot.store, sandbox.general, count=2)
        await stored(bot.store, dm)
        asked = await private(await ana.command(sandbox.general, "/forget me"))
        await ana.click(asked, "forget:keep")
        await asked.wait_until(lambda m: m.content == command_words.kept())
        assert asked.components == []
        assert len(await bot.store.transcript(dm.id)) == 1
        asked = await private(await ana.command(sandbox.general, "/forget me"))
        await ana.click(asked, "forget:me")
        await asked.wait_until(lambda m: m.content == command_words.forgot(4))
        assert await bot.store.transcript(dm.id) == []
        (left,) = await bot.store.transcript(sandbox.general.id)
        assert left.prompt.text == "I live in Oslo"


async def test_a_channel_is_erased_by_moderators_and_a_direct_message_by_its_person(
    sandbox: Sandbox, start: Start, mo: Person
) -> None:
    ana = sandbox.person("Ana")
    dm = ana.open_dm()
    async with start("Fine.") as bot:
        for place, text in ((sandbox.general, f"{sandbox.bot.mention} hello"), (dm, "hello")):
            ana.say(place, text)
            await stored(bot.store, place)
        refused = await ana.command(sandbox.general, "/forget channel")
        assert refused.message is not None
        assert refused.message.content.endswith(command_words.FORGET_CHANNEL_NOT_ALLOWED)
        for person, place in ((mo, sandbox.general), (ana, dm)):
            asked = await private(await person.command(place, "/forget channel"))
            await person.click(asked, "forget:channel")
            await asked.wait_until(lambda m: m.content == command_words.forgot(2))
            assert await bot.store.transcript(place.id) == []


async def test_who_is_no_moderator_any_more_erases_nothing(
    sandbox: Sandbox, start: Start, mo: Person
) -> None:
    async with start("Fine.") as bot:
        mo.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, sandbox.general)
        asked = await private(await mo.command(sandbox.general, "/forget channel"))
        guilds.set_roles(sandbox.world, sandbox.guild, mo.user, set())
        await mo.click(asked, "forget:channel")
        refused = await sandbox.general.wait_for(
            lambda m: command_words.FORGET_CHANNEL_NOT_ALLOWED in m.content
        )
        assert refused.ephemeral_to is mo.user
        assert len(await bot.store.transcript(sandbox.general.id)) == 1


async def test_a_question_asked_before_a_restart_is_answered_after_it(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start("Fine.") as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, sandbox.general)
        asked = await private(await ana.command(sandbox.general, "/forget me"))
    async with start("Fine.") as bot:
        await ana.click(asked, "forget:me")
        await asked.wait_until(lambda m: m.content == command_words.forgot(2))
        assert await bot.store.transcript(sandbox.general.id) == []
