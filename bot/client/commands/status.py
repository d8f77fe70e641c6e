"""What runs, how fast, and what was used: /model show and /stats."""

from __future__ import annotations

from datetime import UTC, datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.engine_state import EngineState
from bot.client.access import Access, NotAllowedError
from bot.client.commands.responses import Interaction, defer, fill
from bot.client.replies.service import ReplyService
from bot.client.services import Services
from bot.client.words import status
from bot.policy.permissions import Person
from bot.policy.ports import Usage
from bot.policy.quotas import NO_TOKENS
from bot.policy.server import ServerPolicy


class StatusCommands(commands.Cog):
    """/model show and /stats."""

    model = app_commands.Group(name="model", description=status.MODEL)

    def __init__(self, replies: ReplyService, services: Services, access: Access) -> None:
        self._replies = replies
        self._policies = services.policies
        self._quotas = services.quotas
        self._access = access
        self._longest_reply = services.longest_reply
        self._reasoning = services.reasoning

    @model.command(description=status.MODEL_SHOW)
    async def show(self, interaction: Interaction) -> None:
        """Describe the model."""
        await defer(interaction, private=True)
        assistant = self._replies.assistant
        if assistant is None:
            await fill(interaction, status.loading())
            return
        running = assistant.engine.state.now is EngineState.READY
        policy, info = await self._policy(interaction), assistant.engine.info
        said = status.model(
            info,
            assistant.sampling,
            assistant.throughput,
            self._longest_reply,
            assistant.limit,
            (policy.reasoning or self._reasoning) if info.reasons else None,
            running=running,
        )
        await fill(interaction, said)

    @app_commands.command(description=status.STATS)
    async def stats(self, interaction: Interaction) -> None:
        """Say what the person used here and may still use, and in a server what everyone used."""
        await defer(interaction, private=True)
        guild_id = interaction.guild_id
        used = await self._policies.usage(interaction.user.id, guild_id, datetime.now(UTC).date())
        said = [await self._own(interaction, used)]
        if guild_id is not None:  # of direct messages, a person sees only their own
            said.append(status.servers(await self._policies.statistics(guild_id)))
        await fill(interaction, "\n\n".join(said))

    async def _own(self, interaction: Interaction, used: Usage) -> str:
        """What the person used, and what they may still ask or why they may ask nothing."""
        guild_id, user = interaction.guild_id, interaction.user
        policy = await self._policy(interaction)
        roles = frozenset(role.id for role in user.roles) if isinstance(user, discord.Member) else None
        person = Person(user.id, roles if guild_id is not None else frozenset())
        remaining = await self._quotas.remaining(guild_id, person, policy)
        refusal = None
        try:
            await self._access.check_interaction(interaction, asks=False)
        except NotAllowedError as error:
            refusal = str(error)
        if refusal is None and self._quotas.quota_for(policy, person).tokens_a_day == 0:
            refusal = NO_TOKENS
        return status.own(used, remaining, refusal=refusal)

    async def _policy(self, interaction: Interaction) -> ServerPolicy:
        guild_id = interaction.guild_id
        return await self._policies.policy(guild_id) if guild_id is not None else ServerPolicy()
