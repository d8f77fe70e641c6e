"""The bot speaks the language of the person, as far as it is known, else that of their server."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.chat.turns import FinishReason
from bot.client import words
from bot.i18n import gettext, speaking
from bot.policy.server import ServerPolicy
from bot.sandbox import Sandbox
from bot.sandbox.model import Json
from tests.client.conftest import Gate, Start
from tests.client.watching import shown, shown_like, stored

BEGUN = "Once upon a time there was a king"


def named(commands: list[Json]) -> Iterator[Json]:
    """Commands, their groups, options and choices."""
    for command in commands:
        yield command
        yield from named(command.get("options") or [])
        yield from named(command.get("choices") or [])


async def test_every_command_is_named_and_described_in_japanese(sandbox: Sandbox, start: Start) -> None:
    async with start():
        commands = sandbox.commands()
    assert {command["name"] for command in commands} >= {"ask", "settings", "summarize", "Answer this"}
    for thing in named(commands):
        japanese = thing["name_localizations"]["ja"]
        assert japanese != thing["name"]
    typed = [thing for thing in named(commands) if thing.get("type") == 1]  # commands, and parts of them
    assert typed
    for thing in typed:
        assert re.fullmatch(r"[-_\w]{1,32}", thing["name_localizations"]["ja"])
    described = [thing for thing in named(commands) if thing.get("description")]
    assert described
    for thing in described:
        assert thing["description_localizations"]["ja"] != thing["description"]
        assert len(thing["description_localizations"]["ja"]) <= 100


async def test_the_language_that_an_interaction_told_is_remembered_for_messages(
    sandbox: Sandbox, start: Start
) -> None:
    hana, ben = sandbox.person("Hana", locale="ja"), sandbox.person("Ben")
    with speaking("ja"):
        japanese = words.inbox.no_text()
    async with start():
        help_ = await hana.command(sandbox.general, "help")
        assert help_.message is not None
        assert "こんにちは" in help_.message.content
        hana.say(sandbox.general, sandbox.bot.mention)
        await shown(sandbox, sandbox.general, japanese)
        ben.say(sandbox.general, sandbox.bot.mention)
        await shown(sandbox, sandbox.general, words.inbox.no_text())


async def test_a_reply_and_its_buttons_are_in_the_language_of_the_asker(
    sandbox: Sandbox, start: Start
) -> None:
    hana = sandbox.person("Hana", locale="ja")
    gates = iter([None, Gate()()])
    async with start(lambda _: [BEGUN, " who"], gate=lambda: next(gates)) as bot:
        await hana.command(sandbox.general, "help")
        hana.say(sandbox.general, f"{sandbox.bot.mention} tell me a story")
        reply = await shown_like(sandbox, sandbox.general, BEGUN)
        with speaking("ja"):
            stop, regenerate = words.replies.stop(), words.replies.regenerate()
            stopped = words.replies.ended(FinishReason.STOPPED, None) or ""
        await hana.click(reply, stop)
        await reply.wait_until(lambda m: stopped in m.content)
        await stored(bot.store, sandbox.general)
    assert regenerate in [button["label"] for button in reply.buttons()]


async def test_a_server_is_spoken_to_in_its_own_language_and_in_the_one_that_was_set(
    sandbox: Sandbox, start: Start
) -> None:
    guild = sandbox.add_guild("日本", locale="ja")
    channel = sandbox.channel("雑談", guild=guild)
    ken = sandbox.person("Ken", guild=guild)
    with speaking("ja"):
        japanese = words.inbox.no_text()
    async with start() as bot:
        ken.say(channel, sandbox.bot.mention)
        await shown(sandbox, channel, japanese)
        await bot.store.set_policy(guild.id, ServerPolicy(language="en"))
        ken.say(channel, f"{sandbox.bot.mention} ")
        await shown(sandbox, channel, words.inbox.no_text())


async def test_a_refusal_is_in_the_language_of_who_is_refused(sandbox: Sandbox, start: Start) -> None:
    guild = sandbox.add_guild("日本", locale="ja")
    channel = sandbox.channel("雑談", guild=guild)
    ken = sandbox.person("Ken", guild=guild)
    with speaking("ja"):
        refusal = gettext(words.permissions.CHANNEL_BLOCKED)
    async with start() as bot:
        policy = ServerPolicy(blocked_channels=frozenset({channel.id}))
        await bot.store.set_policy(guild.id, policy)
        ken.say(channel, f"{sandbox.bot.mention} hello")
        await shown_like(sandbox, channel, refusal)
