"""/persona: of a channel, of a thread's channel, of a server."""

from __future__ import annotations

import pytest

from bot.client.words import note, personas
from bot.policy.server import PersonaBy, PolicyChange, ServerPolicy
from bot.sandbox import Channel, ChannelType, Permission, Person, Sandbox
from tests.client.conftest import Bot, Start
from tests.client.watching import stored

PIRATE = "You are a cheerful pirate."


async def said(place: Channel, person: Person, command: str, **options: object) -> str:
    """What a command answers, once it does."""
    used = await person.command(place, command, **options)
    assert used.message is not None
    answer = await place.wait_for(lambda m: m.id >= used.message.id and m.content and not m.deleted)  # type: ignore[union-attr]
    return answer.content


async def system_prompt(bot: Bot, sandbox: Sandbox, place: Channel, person: Person) -> str:
    count = len(bot.engine.prompts)
    mention = "" if place.guild is None else f"{sandbox.bot.mention} "
    person.say(place, f"{mention}hello")
    await stored(bot.store, place, count=len(await bot.store.transcript(place.id)) + 1)
    return bot.engine.tokenizer.decode(bot.engine.prompts[count])


@pytest.fixture
def mo(sandbox: Sandbox) -> Person:
    """A moderator."""
    return sandbox.person("Mo", roles=[sandbox.role("mods", permissions=Permission.MANAGE_MESSAGES)])


@pytest.mark.parametrize("where", ["channel", "own thread", "own forum post", "direct message"])
async def test_a_persona_is_set_shown_and_cleared(
    sandbox: Sandbox, start: Start, mo: Person, where: str
) -> None:
    ana = sandbox.person("Ana")
    person, place = {
        "channel": lambda: (mo, sandbox.general),
        "own thread": lambda: (ana, ana.start_thread(sandbox.general, "plans")),
        "own forum post": lambda: (
            ana,
            ana.start_thread(sandbox.channel("ideas", kind=ChannelType.FORUM), "plans", text="Hello"),
        ),
        "direct message": lambda: (ana, ana.open_dm()),
    }[where]()
    async with start("Aye.") as bot:
        assert await said(place, person, "/persona show") == personas.of_bot()
        assert await said(place, person, "/persona set", text=PIRATE) == personas.was_set(
            person.mention, PIRATE
        )
        assert await said(place, person, "/persona show") == personas.of_channel(PIRATE)
        assert PIRATE in await system_prompt(bot, sandbox, place, person)
        assert await said(place, person, "/persona clear") == personas.was_cleared(person.mention)
        assert PIRATE not in await system_prompt(bot, sandbox, place, person)


async def test_a_persona_is_announced_to_the_channel(sandbox: Sandbox, start: Start, mo: Person) -> None:
    async with start():
        await said(sandbox.general, mo, "/persona set", text="Greet @everyone")
    (announced,) = sandbox.general.history
    assert announced.ephemeral_to is None
    assert announced.pinged == frozenset()
    assert "Greet @everyone" in announced.content


async def test_that_there_is_no_persona_to_clear_is_told_only_to_the_person(
    sandbox: Sandbox, start: Start, mo: Person
) -> None:
    async with start():
        cleared = await mo.command(sandbox.general, "/persona clear")
    assert cleared.message is not None
    assert cleared.message.content == personas.nothing_to_clear()
    assert cleared.message.ephemeral_to is mo.user


async def test_a_thread_has_its_channels_persona(sandbox: Sandbox, start: Start, mo: Person) -> None:
    ana = sandbox.person("Ana")
    thread = ana.start_thread(sandbox.general, "plans")
    async with start("Aye.") as bot:
        await said(sandbox.general, mo, "/persona set", text=PIRATE)
        assert await said(thread, ana, "/persona show") == personas.of_parent(PIRATE, sandbox.general.id)
        assert PIRATE in await system_prompt(bot, sandbox, thread, ana)


@pytest.mark.parametrize("command", ["/persona set", "/persona clear"])
@pytest.mark.parametrize("where", ["channel", "another's thread"])
async def test_only_moderators_change_the_persona_of_what_others_use(
    sandbox: Sandbox, start: Start, mo: Person, command: str, where: str
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    place = sandbox.general if where == "channel" else ben.start_thread(sandbox.general, "plans")
    options = {"text": "You are rude."} if command.endswith("set") else {}
    async with start():
        await said(place, mo, "/persona set", text=PIRATE)
        refused = await ana.command(place, command, **options)
        assert refused.message is not None
        assert refused.message.content == note(personas.NOT_ALLOWED_HERE)
        assert refused.message.ephemeral_to is ana.user
        assert await said(place, ana, "/persona show") == personas.of_channel(PIRATE)


async def test_everyone_sets_personas_where_the_moderators_let_them(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start() as bot:
        await bot.store.set_policy(sandbox.guild.id, ServerPolicy(persona_by=PersonaBy.EVERYONE))
        told = await said(sandbox.general, ana, "/persona set", text=PIRATE)
        assert told == personas.was_set(ana.mention, PIRATE)
        assert await said(sandbox.general, ana, "/persona show") == personas.of_channel(PIRATE)


@pytest.mark.parametrize("text", [" ", "\n\t ", "\u200b", "\u00a0\u3000"])
async def test_a_blank_persona_is_refused_and_changes_nothing(
    sandbox: Sandbox, start: Start, mo: Person, text: str
) -> None:
    async with start():
        await said(sandbox.general, mo, "/persona set", text=PIRATE)
        refused = await mo.command(sandbox.general, "/persona set", text=text)
        assert refused.message is not None
        assert refused.message.content == note(personas.BLANK)
        assert refused.message.ephemeral_to is mo.user
        assert await said(sandbox.general, mo, "/persona show") == personas.of_channel(PIRATE)


async def test_the_servers_persona_is_for_those_who_manage_it(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    mo = sandbox.person("Mo", roles=[sandbox.role("keepers", permissions=Permission.MANAGE_GUILD)])
    async with start("Aye.") as bot:
        assert personas.NOT_ALLOWED in await said(
            sandbox.general, ana, "/persona set", text=PIRATE, server=True
        )
        told = await said(sandbox.general, mo, "/persona set", text=PIRATE, server=True)
        assert told == personas.was_set_for_server(PIRATE)
        assert await said(sandbox.general, ana, "/persona show") == personas.of_server(PIRATE)
        assert PIRATE in await system_prompt(bot, sandbox, sandbox.general, ana)
        assert personas.NO_SERVER in await said(ana.open_dm(), ana, "/persona set", text=PIRATE, server=True)
        cleared = await said(sandbox.general, mo, "/persona clear", server=True)
        assert cleared == personas.was_set_for_server(None)
        again = await said(sandbox.general, mo, "/persona clear", server=True)
        assert again == personas.nothing_to_clear_for_server()
        assert await said(sandbox.general, ana, "/persona show") == personas.of_bot()


@pytest.mark.parametrize("text", ["a\n" * 500, "\n" * 998 + "a", "word " * 199 + "end"])
async def test_a_persona_of_any_form_is_shown(sandbox: Sandbox, start: Start, text: str) -> None:
    ana = sandbox.person("Ana")
    async with start() as bot:
        await bot.store.update_policy(sandbox.guild.id, PolicyChange({"persona": text}))
        shown = await said(sandbox.general, ana, "/persona show")
    assert shown.startswith(personas.of_server("").strip())
    assert shown.split("> ", 1)[1].replace(">", "").split() == text.split()


async def test_a_persona_that_leaves_no_room_is_refused(sandbox: Sandbox, start: Start, mo: Person) -> None:
    async with start(context_length=400, max_new_tokens=50):
        assert "shorten it" in await said(sandbox.general, mo, "/persona set", text="word " * 190)
        assert await said(sandbox.general, mo, "/persona show") == personas.of_bot()


async def test_styles_are_offered(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start():
        offered = await ana.autocomplete(sandbox.general, "/persona set", "text", "")
        assert [choice["value"] for choice in offered] == [text for _, text in personas.styles()]
        assert all(len(choice["value"]) <= 100 and len(choice["name"]) <= 100 for choice in offered)
        (pirate,) = await ana.autocomplete(sandbox.general, "/persona set", "text", "pirate")
        assert pirate["name"].startswith("Pirate: ")
        assert await ana.autocomplete(sandbox.general, "/persona set", "text", "xyzzy") == []
