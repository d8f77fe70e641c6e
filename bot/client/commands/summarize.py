"""A summary of what people have said: /summarize, and "Summarize from here" in the menu of a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import discord
from discord import app_commands

from bot.chat.turns import Author
from bot.client.commands.controls import Interaction
from bot.client.commands.parts import Parts
from bot.client.commands.responses import defer
from bot.client.commands.since import moment
from bot.client.inbox.addressing import Names
from bot.client.inbox.quoting import shown_name
from bot.client.inbox.reader import words_of
from bot.client.replies.outlets import InteractionOutlet
from bot.client.requests import RefusedError, translate_errors
from bot.client.words import summaries as words
from bot.client.words.times import vocabulary
from bot.errors import OvbotError

# Messages that are looked at, where not fewer are asked for; Discord gives a hundred at a time.
MOST = 500
_USUAL = 50
# Longest part of one message that goes into a summary, so that one does not crowd out the others.
_LONGEST = 1500
_LONGEST_TIME = 60

_FROM_PEOPLE = (
    discord.MessageType.default,
    discord.MessageType.reply,
    discord.MessageType.chat_input_command,
    discord.MessageType.context_menu_command,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be summarized: the newest `last` messages, and none with an id below `first`."""

    last: int
    first: int = 0


def add(tree: app_commands.CommandTree[Any], parts: Parts) -> None:
    """Add /summarize and the menu."""

    @tree.command(description=words.DESCRIPTION)
    @app_commands.describe(last=words.LAST, since=words.SINCE, post=words.POST)
    async def summarize(
        interaction: Interaction,
        last: app_commands.Range[int, 1, MOST] | None = None,
        since: app_commands.Range[str, 1, _LONGEST_TIME] | None = None,
        post: bool = False,
    ) -> None:
        start = moment(since, _now(), vocabulary()) if since is not None else None
        wanted = Wanted(last or _USUAL)
        if start is not None:
            wanted = Wanted(last or MOST, discord.utils.time_snowflake(start))
        await _summarize(parts, interaction, wanted, private=not post)

    @summarize.autocomplete("since")
    async def times(_: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [_choice(text) for text in ([typed] if _is_time(typed) else words.suggestions())]

    @tree.context_menu(name=words.FROM_HERE)
    async def from_here(interaction: Interaction, message: discord.Message) -> None:
        await _summarize(parts, interaction, Wanted(MOST, message.id), private=True)


async def _summarize(parts: Parts, interaction: Interaction, wanted: Wanted, *, private: bool) -> None:
    response = await defer(interaction, private=private)
    assistant = parts.assistant
    _check_may_read(interaction)
    await parts.check(interaction)
    said = await _read(interaction, wanted)
    lines = [line for _, line in said]
    if not lines:
        raise OvbotError(words.NOTHING)
    system, instruction = words.system(), words.instruction()
    fitting = await assistant.newest_that_fit(lines, instruction, system=system)
    if not fitting:
        raise OvbotError(words.NOTHING_FITS)
    outlet = InteractionOutlet(interaction, response.message_id if response else None, private=private)
    oldest = said[len(said) - len(fitting)][0]
    author = Author(interaction.user.id, interaction.user.display_name)
    parts.replies.aside(
        outlet,
        author,
        instruction,
        system=system,
        context="\n".join(fitting),
        guild_id=interaction.guild_id,
        notice=words.covers(len(fitting), len(lines) - len(fitting), oldest),
    )


def _check_may_read(interaction: Interaction) -> None:
    """Raise OvbotError where the person, or the bot, may not read what was said in the channel."""
    if interaction.guild_id is None:
        return
    if not _reads(interaction.permissions):
        raise OvbotError(words.YOU_MAY_NOT_READ)
    if not _reads(interaction.app_permissions):
        raise OvbotError(words.I_MAY_NOT_READ)


def _reads(permissions: discord.Permissions) -> bool:
    return permissions.view_channel and permissions.read_message_history


async def _read(interaction: Interaction, wanted: Wanted) -> list[tuple[datetime, str]]:
    """What was said in the channel, and when, oldest first: a line with the name of who said it."""
    channel = interaction.channel
    if not isinstance(channel, discord.abc.Messageable):
        raise OvbotError(words.NOTHING)
    said: list[tuple[datetime, str]] = []
    try:
        with translate_errors():
            async for message in channel.history(limit=MOST, before=discord.Object(interaction.id)):
                if len(said) == wanted.last or message.id < wanted.first:
                    break
                if line := _line(message):
                    said.append((message.created_at, line))
    except RefusedError:
        raise OvbotError(words.I_MAY_NOT_READ) from None
    return said[::-1]


def _line(message: discord.Message) -> str | None:
    """What a message says, in one line; None for what is no part of a conversation."""
    if message.type not in _FROM_PEOPLE or message.flags.loading:
        return None
    names = Names(
        users={user.id: user.display_name for user in message.mentions},
        roles={role.id: role.name for role in message.role_mentions},
        channels={channel.id: channel.name for channel in message.channel_mentions},
    )
    files = [f"[{shown_name(file.filename)}]" for file in message.attachments]
    text = " ".join(" ".join([words_of(message, names), *files]).split())
    return f"{shown_name(message.author.display_name)}: {text[:_LONGEST]}" if text else None


def _now() -> datetime:
    """The time on the owner's machine, whose zone people are taken to be in."""
    return datetime.now(UTC).astimezone()


def _is_time(typed: str) -> bool:
    try:
        moment(typed, _now(), vocabulary())
    except OvbotError:
        return False
    return len(typed) <= _LONGEST_TIME


def _choice(text: str) -> app_commands.Choice[str]:
    """A time to choose, with what it means: nobody knows in which zone the person is."""
    name = words.suggestion(text, moment(text, _now(), vocabulary()))
    return app_commands.Choice(name=name[:100], value=text)
