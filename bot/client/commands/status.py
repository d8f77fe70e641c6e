"""What runs, how fast, and what was used: /model show, /model use and /stats."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.engine_state import EngineState
from bot.chat.model_change import ModelChange
from bot.client.access import Access, NotAllowedError, Owners
from bot.client.commands.responses import Interaction, defer, fill
from bot.client.replies.service import ReplyService
from bot.client.requests import RequestError
from bot.client.services import Services
from bot.client.tasks import BackgroundTasks
from bot.client.words import status
from bot.errors import OvbotError
from bot.policy.permissions import Person
from bot.policy.ports import Usage
from bot.policy.quotas import NO_TOKENS
from bot.policy.server import ServerPolicy

logger = logging.getLogger(__name__)

# Discord shows no more.
_MAX_CHOICES = 25


class StatusCommands(commands.Cog):
    """/model show, /model use and /stats. tasks: own what goes on after a command's first answer."""

    model = app_commands.Group(name="model", description=status.MODEL)

    def __init__(
        self,
        replies: ReplyService,
        services: Services,
        access: Access,
        owners: Owners,
        tasks: BackgroundTasks,
    ) -> None:
        self._replies = replies
        self._policies = services.policies
        self._quotas = services.quotas
        self._access = access
        self._owners = owners
        self._tasks = tasks
        self._models = services.models
        self._interval = services.delays.progress_interval
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
        running = assistant.state.now is EngineState.READY
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

    @model.command(description=status.MODEL_USE)
    @app_commands.describe(name=status.MODEL_USE_NAME)
    async def use(self, interaction: Interaction, name: str) -> None:
        """Have another model answer, and show how far that is."""
        await defer(interaction, private=True)
        await self._owners.check(interaction.user)
        if self._models is None:
            raise OvbotError(status.CANNOT_CHANGE)
        change = await self._models.use(name)
        self._tasks.start(self._show_change(interaction, change), "change of the model")

    @use.autocomplete("name")
    async def _offer(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The models on this machine, for those who may choose one."""
        try:
            if self._models is None or not await self._owners.are(interaction.user):
                return []
            available = await self._models.available()
        except (OvbotError, RequestError) as error:
            logger.warning("No models can be offered: %s", error)
            return []
        wanted = typed.strip().casefold()
        return [
            app_commands.Choice(name=status.offered(model), value=model.name)
            for model in available
            if wanted in model.name.casefold() and len(model.name) <= status.CHOICE_LENGTH
        ][:_MAX_CHOICES]

    async def _show_change(self, interaction: Interaction, change: ModelChange) -> None:
        """Show in the answer how far a change of the model is, and how it ended."""
        try:
            while not change.ended.done():
                await fill(interaction, status.changing(change))
                await asyncio.wait([change.ended], timeout=self._interval)
            await fill(interaction, _outcome(change))
        except RequestError as error:  # it may take longer than Discord lets answers be changed
            logger.info("How far the change of the model is cannot be shown any more: %s", error)

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


def _outcome(change: ModelChange) -> str:
    try:
        change.ended.result()
    except OvbotError as error:
        return status.not_changed(change, str(error))
    return status.changed(change)
