"""What can be done with a channel's conversation, and with the replies in it."""

from __future__ import annotations

import io
from typing import Any

import discord
from discord import app_commands

from bot.client.bot_permissions import check_may_change
from bot.client.commands.controls import Interaction
from bot.client.commands.exporting import markdown
from bot.client.commands.parts import Parts
from bot.client.commands.responses import defer, fill
from bot.client.words import commands as words
from bot.errors import OvbotError


def add(tree: app_commands.CommandTree[Any], parts: Parts) -> None:
    """Add /reset, /stop, /regenerate and /export."""

    @tree.command(description=words.RESET)
    async def reset(interaction: Interaction) -> None:
        assistant = parts.assistant
        await defer(interaction, private=False)
        await parts.check(interaction, asks=False)
        await fill(interaction, words.was_reset(await assistant.reset(interaction.channel_id or 0)))

    @tree.command(description=words.STOP)
    async def stop(interaction: Interaction) -> None:
        await defer(interaction, private=True)
        await fill(interaction, await _stop(parts, interaction))

    @tree.command(description=words.REGENERATE)
    async def regenerate(interaction: Interaction) -> None:
        await defer(interaction, private=True)
        await parts.check(interaction)
        await fill(interaction, await _regenerate(parts, interaction))

    @tree.command(description=words.EXPORT)
    async def export(interaction: Interaction) -> None:
        await defer(interaction, private=True)
        text, file = await _export(parts, interaction)
        await fill(interaction, text, attachments=[file])


async def _stop(parts: Parts, interaction: Interaction) -> str:
    channel_id = interaction.channel_id or 0
    everybodys = parts.moderates(interaction)
    stopped = await parts.replies.stop(channel_id, asked_by=None if everybodys else interaction.user.id)
    assistant = parts.replies.assistant
    others = not stopped and assistant is not None and bool(assistant.active(channel_id))
    return words.stopped_only_others() if others else words.stopped(stopped)


async def _regenerate(parts: Parts, interaction: Interaction) -> str:
    channel_id = interaction.channel_id or 0
    last = await parts.services.store.last_exchange(channel_id)
    if last is None or last.prompt.message_id is None:
        raise OvbotError(words.NOTHING_TO_REGENERATE)
    asker = last.prompt.author.id if last.prompt.author else None
    if asker != interaction.user.id and not parts.moderates(interaction):
        raise OvbotError(words.NOT_YOUR_REPLY)
    check_may_change(interaction)
    if not await parts.replies.regenerate(last.prompt.message_id):
        raise OvbotError(words.NOTHING_TO_REGENERATE)
    server = interaction.guild_id or "@me"
    # A reply that was not begun yet is shown nowhere.
    shown = last.reply.message_id or last.prompt.message_id
    return words.regenerating(f"https://discord.com/channels/{server}/{channel_id}/{shown}")


async def _export(parts: Parts, interaction: Interaction) -> tuple[str, discord.File]:
    if not interaction.permissions.read_message_history:
        raise OvbotError(words.MAY_NOT_READ)
    exchanges = await parts.services.store.transcript(interaction.channel_id or 0)
    if not exchanges:
        raise OvbotError(words.NOTHING_TO_EXPORT)
    own, channel = interaction.client.user, interaction.channel
    place = getattr(channel, "name", None)
    title = words.export_title(f"#{place}" if place else None)
    data = markdown(title, exchanges, own.display_name if own else "", interaction.filesize_limit)
    return words.exported(len(exchanges)), discord.File(io.BytesIO(data), f"{place or 'conversation'}.md")
