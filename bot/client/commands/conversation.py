"""Commands for a channel's conversation and the replies in it: /reset, /stop, /regenerate, /export."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.chat.turns import Exchange, FinishReason, Turn
from bot.client.access import Access, moderates, owns_channel
from bot.client.bot_permissions import check_may_change
from bot.client.commands.responses import (
    Interaction,
    PersistentView,
    acknowledge,
    announce,
    defer,
    fill,
    say,
)
from bot.client.locales import Locales
from bot.client.replies.service import ReplyService
from bot.client.services import ConversationStore
from bot.client.words import commands as command_words
from bot.errors import OvbotError
from bot.policy.ports import PolicyStore
from bot.policy.server import ResetBy


class ConversationCommands(commands.Cog):
    """/reset, /stop, /regenerate and /export."""

    def __init__(
        self,
        client: commands.Bot,
        replies: ReplyService,
        store: ConversationStore,
        policies: PolicyStore,
        access: Access,
        locales: Locales,
    ) -> None:
        self._client = client
        self._replies = replies
        self._store = store
        self._policies = policies
        self._access = access
        self._locales = locales

    async def cog_load(self) -> None:
        """Listen to the buttons of the question before /reset."""
        self._client.add_view(ResetQuestion(self, self._locales))

    @app_commands.command(description=command_words.RESET)
    async def reset(self, interaction: Interaction) -> None:
        """Start the conversation anew, or ask first where it is not the person's own."""
        self._check_loaded()
        await self._access.check_interaction(interaction, asks=False)
        confirmed = await self._may_reset_at_once(interaction)
        if await self._store.last_exchange(interaction.channel_id or 0) is None:
            await say(interaction, command_words.nothing_to_reset())
        elif not confirmed:
            question = ResetQuestion(self, self._locales)
            question.stop()
            await say(interaction, command_words.ask_reset(), view=question)
        else:
            await defer(interaction, private=False)
            await fill(interaction, command_words.was_reset(await self._reset(interaction)))

    async def reset_confirmed(self, interaction: Interaction) -> None:
        """Start the conversation anew after the question, and tell the channel."""
        await acknowledge(interaction)
        await self._access.check_interaction(interaction, asks=False)
        await self._may_reset_at_once(interaction)
        turns = await self._reset(interaction)
        await fill(interaction, command_words.was_reset(turns))
        if turns:
            await announce(interaction, command_words.was_reset_by(interaction.user.mention, turns))

    @app_commands.command(description=command_words.STOP)
    async def stop(self, interaction: Interaction) -> None:
        """Stop the person's own replies; a moderator stops all."""
        await defer(interaction, private=True)
        channel_id = interaction.channel_id or 0
        asked_by = None if moderates(interaction) else interaction.user.id
        stopped = await self._replies.stop(channel_id, asked_by=asked_by)
        others = not stopped and self._replies.is_answering(channel_id)
        await fill(
            interaction, command_words.stopped_only_others() if others else command_words.stopped(stopped)
        )

    @app_commands.command(description=command_words.REGENERATE)
    async def regenerate(self, interaction: Interaction) -> None:
        """Have the last reply generated again, in the messages that show it."""
        await defer(interaction, private=True)
        channel_id = interaction.channel_id or 0
        last = await self._store.last_exchange(channel_id)
        if last is None or last.prompt.message_id is None:
            raise OvbotError(command_words.NOTHING_TO_REGENERATE)
        asker = last.prompt.author.id if last.prompt.author else None
        if asker != interaction.user.id and not moderates(interaction):
            raise OvbotError(command_words.NOT_YOUR_REPLY)
        check_may_change(interaction)
        await self._access.check_interaction(interaction)
        if not await self._replies.regenerate(last.prompt.message_id):
            raise OvbotError(command_words.NOTHING_TO_REGENERATE)
        server = interaction.guild_id or "@me"
        # A reply that has not begun is shown nowhere yet.
        shown = last.reply.message_id or last.prompt.message_id
        link = f"https://discord.com/channels/{server}/{channel_id}/{shown}"
        await fill(interaction, command_words.regenerating(link))

    @app_commands.command(description=command_words.EXPORT)
    async def export(self, interaction: Interaction) -> None:
        """Give the person the conversation as a file."""
        await defer(interaction, private=True)
        # Discord sends no permissions in direct messages.
        if interaction.guild_id is not None and not interaction.permissions.read_message_history:
            raise OvbotError(command_words.MAY_NOT_READ)
        exchanges = await self._store.transcript(interaction.channel_id or 0)
        if not exchanges:
            raise OvbotError(command_words.NOTHING_TO_EXPORT)
        own, channel = interaction.client.user, interaction.channel
        name = getattr(channel, "name", None)
        title = command_words.export_title(f"#{name}" if name else None)
        data = markdown(title, exchanges, own.display_name if own else "", interaction.filesize_limit)
        file = discord.File(io.BytesIO(data), f"{name or 'conversation'}.md")
        await fill(interaction, command_words.exported(len(exchanges)), files=[file])

    def _check_loaded(self) -> None:
        if self._replies.assistant is None:
            raise OvbotError(command_words.STILL_LOADING)

    async def _reset(self, interaction: Interaction) -> int:
        """Start the conversation anew; how many turns it had. Raises: OvbotError."""
        if (assistant := self._replies.assistant) is None:
            raise OvbotError(command_words.STILL_LOADING)
        return await assistant.reset(interaction.channel_id or 0)

    async def _may_reset_at_once(self, interaction: Interaction) -> bool:
        """Whether the person may start the conversation anew without a question before it.

        Raises: OvbotError where they may not at all.
        """
        if interaction.guild_id is None or owns_channel(interaction) or moderates(interaction):
            return True
        policy = await self._policies.policy(interaction.guild_id)
        if policy.reset_by is ResetBy.MODERATORS:
            raise OvbotError(command_words.RESET_NOT_ALLOWED)
        return policy.reset_by is ResetBy.EVERYONE


class ResetQuestion(PersistentView):
    """Asks whether to start a conversation anew that others take part in."""

    def __init__(self, cog: ConversationCommands, locales: Locales) -> None:
        super().__init__(locales)
        self._cog = cog
        self.reset.label, self.cancel.label = command_words.reset(), command_words.cancel()

    @ui.button(custom_id="reset:confirm", style=discord.ButtonStyle.danger)
    async def reset(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        """Yes."""
        await self._cog.reset_confirmed(interaction)

    @ui.button(custom_id="reset:cancel")
    async def cancel(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        """No."""
        await acknowledge(interaction)
        await fill(interaction, command_words.was_not_reset())


def markdown(title: str, exchanges: Sequence[Exchange], own_name: str, max_bytes: int) -> bytes:
    """A conversation as a Markdown file: a heading, then who said what and when, oldest first.

    own_name: the bot's. max_bytes: the oldest exchanges are left out where there would be more.
    """
    head, left_out = f"# {title}\n".encode(), f"\n*{command_words.export_left_out()}*\n".encode()
    room = max_bytes - len(head) - len(left_out)
    newest: list[bytes] = []
    for exchange in reversed(exchanges):
        part = _exchange(exchange, own_name).encode()
        if len(part) > room:
            newest.append(left_out)
            break
        newest.append(part)
        room -= len(part)
    return b"".join([head, *reversed(newest)])


def _exchange(exchange: Exchange, own_name: str) -> str:
    author = exchange.prompt.author
    return _turn(exchange.prompt, author.name if author else "?") + _turn(exchange.reply, own_name)


def _turn(turn: Turn, name: str) -> str:
    when = turn.created_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    quoted = [f"> {line}".rstrip() for line in turn.context.splitlines()]
    ending = (
        command_words.export_ending(turn.ended) if turn.ended not in (None, FinishReason.COMPLETE) else None
    )
    blocks = ["\n".join(quoted), turn.text, f"*{ending}*" if ending else ""]
    said = "\n\n".join(block for block in blocks if block)
    return f"\n**{name}** · {when}\n\n{said}\n"
