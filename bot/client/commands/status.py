"""What runs, how fast, and what was used: /model show and /stats."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import discord
from discord import app_commands

from bot.chat.state import EngineState
from bot.client.commands.controls import Interaction
from bot.client.commands.parts import Parts
from bot.client.commands.responses import defer, fill
from bot.client.words import status as words
from bot.policy.permissions import Person
from bot.policy.ports import Usage
from bot.policy.server import ServerPolicy


def add(tree: app_commands.CommandTree[Any], parts: Parts) -> None:
    """Add /model show and /stats."""
    group = app_commands.Group(name="model", description=words.MODEL)

    @group.command(description=words.MODEL_SHOW)
    async def show(interaction: Interaction) -> None:
        await defer(interaction, private=True)
        await fill(interaction, _model(parts))

    tree.add_command(group)

    @tree.command(description=words.STATS)
    async def stats(interaction: Interaction) -> None:
        await defer(interaction, private=True)
        await fill(interaction, await _statistics(parts, interaction))


def _model(parts: Parts) -> str:
    assistant = parts.replies.assistant
    if assistant is None:
        return words.loading()
    running = assistant.engine.state.now is EngineState.READY
    return words.model(assistant.engine.info, assistant.speed, parts.services.longest_reply, running=running)


async def _statistics(parts: Parts, interaction: Interaction) -> str:
    """What the person used and may still use here, and, in a server, what everybody did."""
    services, guild_id = parts.services, interaction.guild_id
    policy = await services.policies.policy(guild_id) if guild_id is not None else ServerPolicy()
    user = interaction.user
    roles = frozenset(role.id for role in user.roles) if isinstance(user, discord.Member) else frozenset()
    person = Person(user.id, roles)
    used: Usage = await services.policies.usage(user.id, guild_id, datetime.now(UTC).date())
    said = [words.own(used, await services.quotas.remaining(guild_id, person, policy))]
    if guild_id is not None:  # of direct messages, a person sees their own alone
        said.append(words.servers(await services.policies.statistics(guild_id)))
    return "\n\n".join(said)
