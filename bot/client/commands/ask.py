"""Asking by command: /ask, and "Answer this" in the menu of a message."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.chat.turns import Author, Incoming
from bot.client.commands.controls import Interaction
from bot.client.commands.parts import Parts
from bot.client.commands.responses import defer
from bot.client.inbox.addressing import plain_text
from bot.client.inbox.quoting import Quote, combine, shown_name
from bot.client.inbox.reader import BUDGET
from bot.client.replies.outlets import InteractionOutlet
from bot.client.words import commands as words
from bot.client.words.hearing import no_text
from bot.errors import OvbotError

_LONGEST_PROMPT = 4000


def add(tree: app_commands.CommandTree[Any], parts: Parts) -> None:
    """Add /ask and the menu."""

    @tree.command(description=words.ASK)
    @app_commands.describe(prompt=words.ASK_PROMPT, private=words.ASK_PRIVATE)
    async def ask(
        interaction: Interaction,
        prompt: app_commands.Range[str, 1, _LONGEST_PROMPT],
        private: bool = False,
    ) -> None:
        await _ask(parts, interaction, prompt, private)

    @tree.context_menu(name=words.ANSWER_THIS)
    async def answer_this(interaction: Interaction, message: discord.Message) -> None:
        await _answer_this(parts, interaction, message)


async def _ask(parts: Parts, interaction: Interaction, prompt: str, private: bool) -> None:
    response = await defer(interaction, private=private)
    await parts.check(interaction)
    outlet = InteractionOutlet(interaction, response.message_id if response else None, private=private)
    own = interaction.client.user
    names = await parts.naming.names(prompt, interaction.guild)
    text = plain_text(prompt, own.id if own else 0, names)
    if not text:
        parts.replies.notify(outlet, no_text())
    elif private:
        author = Author(interaction.user.id, interaction.user.display_name)
        parts.replies.aside(outlet, author, text, guild_id=interaction.guild_id)
    else:
        _take(parts, interaction, outlet, response, text)


async def _answer_this(parts: Parts, interaction: Interaction, message: discord.Message) -> None:
    """Have a message answered, as asked by the person who chose it."""
    response = await defer(interaction, private=False)
    await parts.check(interaction)
    reading = await parts.reader.read(message)
    if not reading.text:
        raise OvbotError(words.NOTHING_TO_ANSWER)
    text, context = reading.text, reading.context
    if message.author.id != interaction.user.id:
        said = Quote(words.wrote(shown_name(message.author.display_name)), reading.text)
        text = words.answer_message()
        context = "\n\n".join(filter(None, (combine([said], BUDGET), reading.context)))
    outlet = InteractionOutlet(interaction, response.message_id if response else None)
    _take(parts, interaction, outlet, response, text, context)


def _take(
    parts: Parts,
    interaction: Interaction,
    outlet: InteractionOutlet,
    response: discord.InteractionCallbackResponse[Any] | None,
    text: str,
    context: str = "",
) -> None:
    """Have `text` answered in the response, as a part of the channel's conversation."""
    channel = interaction.channel
    incoming = Incoming(
        channel_id=outlet.channel_id,
        message_id=interaction.id,
        author=Author(interaction.user.id, interaction.user.display_name),
        text=text,
        guild_id=interaction.guild_id,
        context=context,
        parent_id=channel.parent_id if isinstance(channel, discord.Thread) else None,
    )
    parts.replies.start(incoming, outlet, response_id=response.message_id if response else None)
