"""Asking by command: /ask, and "Answer this" in the menu of a message."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.chat.turns import Author, Incoming
from bot.client import words
from bot.client.addressing import Names, plain_text
from bot.client.commands.parts import Parts
from bot.client.commands.responding import defer
from bot.client.outlets import InteractionOutlet

_LONGEST_PROMPT = 4000


def add(tree: app_commands.CommandTree[Any], parts: Parts) -> None:
    """Add /ask."""

    @tree.command(description=words.commands.ASK)
    @app_commands.describe(prompt=words.commands.ASK_PROMPT, private=words.commands.ASK_PRIVATE)
    async def ask(
        interaction: discord.Interaction[Any],
        prompt: app_commands.Range[str, 1, _LONGEST_PROMPT],
        private: bool = False,
    ) -> None:
        await _ask(parts, interaction, prompt, private)


async def _ask(parts: Parts, interaction: discord.Interaction[Any], prompt: str, private: bool) -> None:
    response = await defer(interaction, private=private)
    await parts.gate.check(interaction.guild, interaction.channel, interaction.user)
    response_id = response.message_id if response else None
    outlet = InteractionOutlet(interaction, response_id, private=private)
    own = interaction.client.user
    text = plain_text(prompt, own.id if own else 0, Names())
    author = Author(interaction.user.id, interaction.user.display_name)
    if not text:
        parts.answering.hint(outlet, words.hearing.no_text())
    elif private:
        parts.answering.aside(outlet, author, text, guild_id=interaction.guild_id)
    else:
        incoming = Incoming(
            channel_id=outlet.channel_id,
            message_id=interaction.id,
            author=author,
            text=text,
            guild_id=interaction.guild_id,
            parent_id=_parent_id(interaction),
        )
        parts.answering.take(incoming, outlet, response_id=response_id)


def _parent_id(interaction: discord.Interaction[Any]) -> int | None:
    channel = interaction.channel
    return channel.parent_id if isinstance(channel, discord.Thread) else None
