"""/persona: who the bot is in a channel, or in a server."""

from __future__ import annotations

import logging
from typing import Any

import discord
from discord import app_commands

from bot.client.commands.controls import Interaction
from bot.client.commands.parts import Parts
from bot.client.commands.responses import defer, fill
from bot.client.words import personas as words
from bot.errors import OvbotError

logger = logging.getLogger(__name__)

LONGEST_PERSONA = 1000


def add(tree: app_commands.CommandTree[Any], parts: Parts) -> None:
    """Add /persona set, show and clear."""
    group = app_commands.Group(name="persona", description=words.DESCRIPTION)

    @group.command(name="set", description=words.SET)
    @app_commands.describe(text=words.TEXT, server=words.SERVER)
    async def set_(
        interaction: Interaction,
        text: app_commands.Range[str, 1, LONGEST_PERSONA],
        server: bool = False,
    ) -> None:
        await _set(parts, interaction, text.strip() or None, server)

    @set_.autocomplete("text")
    async def styles(_: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [
            app_commands.Choice(name=f"{name}: {text}"[:100], value=text)
            for name, text in words.styles()
            if typed.casefold() in f"{name} {text}".casefold()
        ]

    @group.command(name="show", description=words.SHOW)
    async def show(interaction: Interaction) -> None:
        await defer(interaction, private=True)
        await fill(interaction, await _show(parts, interaction))

    @group.command(name="clear", description=words.CLEAR)
    @app_commands.describe(server=words.SERVER)
    async def clear(interaction: Interaction, server: bool = False) -> None:
        await _set(parts, interaction, None, server)

    tree.add_command(group)


async def _set(parts: Parts, interaction: Interaction, persona: str | None, server: bool) -> None:
    """Set or clear a persona; what concerns a channel is said there to everybody."""
    await defer(interaction, private=server)
    if persona is not None and (assistant := parts.replies.assistant) is not None:
        assistant.check_persona(persona)
    said = await (_set_for_server if server else _set_for_channel)(parts, interaction, persona)
    logger.info(
        "The persona of %s %d was changed by user %d",
        "server" if server else "channel",
        (interaction.guild_id if server else interaction.channel_id) or 0,
        interaction.user.id,
    )
    await fill(interaction, said)


async def _set_for_channel(parts: Parts, interaction: Interaction, persona: str | None) -> str:
    await parts.check(interaction, asks=False)
    channel_id, policies = interaction.channel_id or 0, parts.services.policies
    before = await policies.persona(channel_id)
    await policies.set_persona(channel_id, interaction.guild_id, persona)
    if persona is not None:
        return words.was_set(interaction.user.mention, persona)
    return words.was_cleared(interaction.user.mention) if before else words.nothing_to_clear()


async def _set_for_server(parts: Parts, interaction: Interaction, persona: str | None) -> str:
    if interaction.guild_id is None:
        raise OvbotError(words.NO_SERVER)
    if not interaction.permissions.manage_guild:
        raise OvbotError(words.NOT_ALLOWED)
    await parts.services.policies.change_policy(
        interaction.guild_id, lambda policy: policy.model_copy(update={"persona": persona})
    )
    return words.was_set_for_server(persona)


async def _show(parts: Parts, interaction: Interaction) -> str:
    policies, channel = parts.services.policies, interaction.channel
    if persona := await policies.persona(interaction.channel_id or 0):
        return words.of_channel(persona)
    parent_id = channel.parent_id if isinstance(channel, discord.Thread) else None
    if parent_id is not None and (persona := await policies.persona(parent_id)):
        return words.of_parent(persona, parent_id)
    if interaction.guild_id is not None and (
        persona := (await policies.policy(interaction.guild_id)).persona
    ):
        return words.of_server(persona)
    return words.of_bot()
