"""/persona: who the bot is in a channel, or in a server."""

from __future__ import annotations

import logging

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.access import Access, moderates, owns_channel
from bot.client.commands.responses import Interaction, defer, fill, say
from bot.client.replies.service import ReplyService
from bot.client.words import personas
from bot.errors import OvbotError
from bot.policy.ports import PolicyStore
from bot.policy.server import PersonaBy, PolicyChange

logger = logging.getLogger(__name__)

LONGEST_PERSONA = 1000


class PersonaCommands(commands.GroupCog, group_name="persona", group_description=personas.DESCRIPTION):
    """/persona set, show and clear."""

    def __init__(self, replies: ReplyService, policies: PolicyStore, access: Access) -> None:
        self._replies = replies
        self._policies = policies
        self._access = access

    @app_commands.command(name="set", description=personas.SET)
    @app_commands.describe(text=personas.TEXT, server=personas.SERVER)
    async def set_(
        self,
        interaction: Interaction,
        text: app_commands.Range[str, 1, LONGEST_PERSONA],
        server: bool = False,
    ) -> None:
        """Set the persona of the channel, which is said there to everyone, or of the server."""
        persona = text.strip()
        if not any(char.isprintable() and not char.isspace() for char in persona):
            raise OvbotError(personas.BLANK)
        guild_id = await self._check_may_change(interaction, server=server)
        if (assistant := self._replies.assistant) is not None:
            assistant.check_persona(persona)
        await defer(interaction, private=server)
        if server and guild_id is not None:
            await self._policies.update_policy(guild_id, PolicyChange({"persona": persona}))
            said = personas.was_set_for_server(persona)
        else:
            await self._policies.set_persona(interaction.channel_id or 0, guild_id, persona)
            said = personas.was_set(interaction.user.mention, persona)
        _log_change(interaction, server=server)
        await fill(interaction, said)

    @set_.autocomplete("text")
    async def styles(self, _: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Personas to choose from."""
        return [
            app_commands.Choice(name=f"{name}: {text}"[:100], value=text)
            for name, text in personas.styles()
            if typed.casefold() in f"{name} {text}".casefold()
        ]

    @app_commands.command(name="show", description=personas.SHOW)
    async def show(self, interaction: Interaction) -> None:
        """Show the person which persona counts here, and where it was set."""
        await defer(interaction, private=True)
        await fill(interaction, await self._current(interaction))

    @app_commands.command(name="clear", description=personas.CLEAR)
    @app_commands.describe(server=personas.SERVER)
    async def clear(self, interaction: Interaction, server: bool = False) -> None:
        """Clear the persona of the channel, which is said there to everyone, or of the server."""
        guild_id = await self._check_may_change(interaction, server=server)
        if server and guild_id is not None:
            await defer(interaction, private=True)
            before, _ = await self._policies.update_policy(guild_id, PolicyChange({"persona": None}))
            _log_change(interaction, server=True)
            said = (
                personas.was_set_for_server(None)
                if before.persona
                else personas.nothing_to_clear_for_server()
            )
            await fill(interaction, said)
            return
        channel_id = interaction.channel_id or 0
        if await self._policies.persona(channel_id) is None:
            await say(interaction, personas.nothing_to_clear())
            return
        await defer(interaction, private=False)
        await self._policies.set_persona(channel_id, guild_id, None)
        _log_change(interaction, server=False)
        await fill(interaction, personas.was_cleared(interaction.user.mention))

    async def _check_may_change(self, interaction: Interaction, *, server: bool) -> int | None:
        """Return the server where the person may change the persona of the channel, or with `server` that of
        the server.

        Raises: OvbotError that tells the person why they may not.
        """
        guild_id = interaction.guild_id
        if server:
            if guild_id is None:
                raise OvbotError(personas.NO_SERVER)
            if not interaction.permissions.manage_guild:
                raise OvbotError(personas.NOT_ALLOWED)
            return guild_id
        await self._access.check_interaction(interaction, asks=False)
        if guild_id is None or owns_channel(interaction) or moderates(interaction):
            return guild_id
        if (await self._policies.policy(guild_id)).persona_by is PersonaBy.MODERATORS:
            raise OvbotError(personas.NOT_ALLOWED_HERE)
        return guild_id

    async def _current(self, interaction: Interaction) -> str:
        policies, channel = self._policies, interaction.channel
        if persona := await policies.persona(interaction.channel_id or 0):
            return personas.of_channel(persona)
        parent_id = channel.parent_id if isinstance(channel, discord.Thread) else None
        if parent_id is not None and (persona := await policies.persona(parent_id)):
            return personas.of_parent(persona, parent_id)
        if interaction.guild_id is not None and (
            persona := (await policies.policy(interaction.guild_id)).persona
        ):
            return personas.of_server(persona)
        return personas.of_bot()


def _log_change(interaction: Interaction, *, server: bool) -> None:
    logger.info(
        "The persona of %s %d was changed by user %d",
        "server" if server else "channel",
        (interaction.guild_id if server else interaction.channel_id) or 0,
        interaction.user.id,
    )
