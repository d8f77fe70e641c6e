"""A summary of what people have said: /summarize, and "Summarize from here" in the menu of a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat import turns
from bot.chat.ports import ReasoningMode
from bot.chat.turns import Author
from bot.client.access import Access
from bot.client.commands.responses import Interaction, defer
from bot.client.commands.since import bare_number, parse_time
from bot.client.inbox.addressing import Names
from bot.client.inbox.quoting import shown_name
from bot.client.inbox.reader import words_of
from bot.client.replies.outlets import InteractionOutlet
from bot.client.replies.service import ReplyService
from bot.client.requests import RefusedError, translate_errors
from bot.client.words import commands as command_words
from bot.client.words import summaries
from bot.client.words.summaries import vocabulary
from bot.errors import OvbotError

MAX_MESSAGES = 500
"""As many messages are read; Discord gives a hundred at a time."""
_DEFAULT_MESSAGES = 50
# Characters of one message that go into a summary, so that one does not crowd out the others.
_MAX_MESSAGE_CHARS = 1500
_MAX_TIME_CHARS = 60

_FROM_PEOPLE = (
    discord.MessageType.default,
    discord.MessageType.reply,
    discord.MessageType.chat_input_command,
    discord.MessageType.context_menu_command,
)


@dataclass(frozen=True, slots=True)
class Span:
    """What to summarize: the newest `last` messages, and none with an id below `first`."""

    last: int
    first: int = 0


class SummarizeCommands(commands.Cog):
    """/summarize and "Summarize from here"."""

    def __init__(self, client: commands.Bot, replies: ReplyService, access: Access) -> None:
        self._client = client
        self._replies = replies
        self._access = access
        self._menu = app_commands.ContextMenu(name=summaries.FROM_HERE, callback=self.from_here)

    async def cog_load(self) -> None:
        """Add the menu, which a Cog does not do by itself."""
        self._client.tree.add_command(self._menu)

    @app_commands.command(description=summaries.DESCRIPTION)
    @app_commands.describe(last=summaries.LAST, since=summaries.SINCE, post=summaries.POST)
    async def summarize(
        self,
        interaction: Interaction,
        last: app_commands.Range[int, 1, MAX_MESSAGES] | None = None,
        since: app_commands.Range[str, 1, _MAX_TIME_CHARS] | None = None,
        post: bool = False,
    ) -> None:
        """Summarize the newest messages, or those since a time, for the person alone or for everyone."""
        await self._summarize(interaction, span(last, since, _now(interaction)), private=not post)

    @summarize.autocomplete("since")
    async def times(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Times to choose from, with what they mean: nobody knows in which time zone the person is."""
        now = _now(interaction)
        if (number := bare_number(typed)) is not None:
            times = [text for text in summaries.readings_of(number) if _is_time(text, now)]
            choices = [_choice(text, now) for text in times]
            if 1 <= number <= MAX_MESSAGES:
                choices.append(app_commands.Choice(name=summaries.latest(number), value=str(number)))
            return choices
        return [_choice(text, now) for text in ([typed] if _is_time(typed, now) else summaries.suggestions())]

    async def from_here(self, interaction: Interaction, message: discord.Message) -> None:
        """Summarize a message and all after it, for the person alone."""
        await self._summarize(interaction, Span(MAX_MESSAGES, message.id), private=True)

    async def _summarize(self, interaction: Interaction, span: Span, *, private: bool) -> None:
        response = await defer(interaction, private=private)
        if (assistant := self._replies.assistant) is None:
            raise OvbotError(command_words.STILL_LOADING)
        _check_may_read(interaction)
        await self._access.check_interaction(interaction)
        said = await _read(interaction, span)
        lines = [line.text for line in said]
        if not lines:
            raise OvbotError(summaries.NOTHING)
        system, instruction = summaries.system(), summaries.instruction()
        fitting = await assistant.newest_that_fit(lines, instruction, system=system)
        if not fitting:
            raise OvbotError(summaries.NOTHING_FITS)
        outlet = InteractionOutlet(interaction, response.message_id if response else None, private=private)
        quoted = said[len(said) - len(fitting) :]
        author = Author(interaction.user.id, interaction.user.display_name)
        self._replies.one_shot(
            outlet,
            author,
            instruction,
            system=system,
            quotes=tuple(turns.Quote(line.author_id, line.text) for line in quoted),
            guild_id=interaction.guild_id,
            reasoning=ReasoningMode.OFF,
            notice=summaries.covers(len(fitting), len(lines) - len(fitting), quoted[0].said_at),
        )


def span(last: int | None, since: str | None, now: datetime) -> Span:
    """What the options of /summarize mean. A number alone in place of a time is one of messages.

    Raises: OvbotError where `since` means no time in the past.
    """
    if since is None:
        return Span(last or _DEFAULT_MESSAGES)
    if last is None and (number := bare_number(since)) is not None:
        if not 1 <= number <= MAX_MESSAGES:
            raise OvbotError(summaries.TOO_MANY, limit=MAX_MESSAGES)
        return Span(number)
    start = parse_time(since, now, vocabulary())
    return Span(last or MAX_MESSAGES, discord.utils.time_snowflake(start))


def _check_may_read(interaction: Interaction) -> None:
    """Raise OvbotError where the person, or the bot, may not read what was said in the channel."""
    if interaction.guild_id is None:  # Discord sends no permissions in direct messages
        return
    if _missing(interaction.permissions):
        raise OvbotError(summaries.YOU_MAY_NOT_READ)
    if _missing(interaction.app_permissions):
        raise _i_may_not_read(interaction)


def _missing(permissions: discord.Permissions) -> bool:
    return not (permissions.view_channel and permissions.read_message_history)


def _i_may_not_read(interaction: Interaction) -> OvbotError:
    return OvbotError(
        summaries.I_MAY_NOT_READ if interaction.app_permissions.view_channel else summaries.I_MAY_NOT_SEE
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A message in one line, with the name of who wrote it."""

    said_at: datetime
    author_id: int
    text: str


async def _read(interaction: Interaction, span: Span) -> list[Line]:
    """What was said in the channel, oldest first."""
    channel = interaction.channel
    if not isinstance(channel, discord.abc.Messageable):
        raise OvbotError(summaries.NOTHING)
    said: list[Line] = []
    try:
        with translate_errors():
            async for message in channel.history(limit=MAX_MESSAGES, before=discord.Object(interaction.id)):
                if len(said) == span.last or message.id < span.first:
                    break
                if line := _line(message):
                    said.append(Line(message.created_at, message.author.id, line))
    except RefusedError:
        raise _i_may_not_read(interaction) from None
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
    return f"{shown_name(message.author.display_name)}: {text[:_MAX_MESSAGE_CHARS]}" if text else None


def _now(interaction: Interaction) -> datetime:
    """When the person used the command, in the time zone of the owner's machine: Discord does not tell the
    person's."""
    return interaction.created_at.astimezone()


def _is_time(typed: str, now: datetime) -> bool:
    try:
        parse_time(typed, now, vocabulary())
    except OvbotError:
        return False
    return len(typed) <= _MAX_TIME_CHARS


def _choice(text: str, now: datetime) -> app_commands.Choice[str]:
    name = summaries.suggestion(text, parse_time(text, now, vocabulary()))
    return app_commands.Choice(name=name[:100], value=text)
