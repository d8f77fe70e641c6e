"""Asking by command."""

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
    @app_commands.describe(prompt=words.commands.ASK_PROMPT)
    async def ask(
        interaction: discord.Interaction[Any], prompt: app_commands.Range[str, 1, _LONGEST_PROMPT]
    ) -> None:
        await _ask(parts, interaction, prompt)


async def _ask(parts: Parts, interaction: discord.Interaction[Any], prompt: str) -> None:
    response = await defer(interaction, private=False)
    response_id = response.message_id if response else None
    outlet = InteractionOutlet(interaction, response_id)
    own = interaction.client.user
    incoming = Incoming(
        channel_id=outlet.channel_id,
        message_id=interaction.id,
        author=Author(interaction.user.id, interaction.user.display_name),
        text=plain_text(prompt, own.id if own else 0, Names()),
        guild_id=interaction.guild_id,
    )
    if not incoming.text:
        parts.answering.hint(outlet, words.hearing.no_text())
        return
    parts.answering.take(incoming, outlet, response_id=response_id)
