"""The slash commands: what people type, and how Discord learns of it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import discord
from discord import app_commands

from bot.chat.turns import Author, Incoming
from bot.client import words
from bot.client.addressing import Names, plain_text
from bot.client.answering import Answering
from bot.client.delivery import persistently
from bot.client.failures import AcknowledgedError, DeliveryError, translated
from bot.client.outlets import InteractionOutlet, answer_in_private
from bot.errors import OvbotError

logger = logging.getLogger(__name__)

T = TypeVar("T")

_LONGEST_PROMPT = 4000

# Seconds between attempts to answer; the first answer has to be there within 3 s.
_PAUSES = (0.1, 0.3, 0.6)

# What Discord and we both say of a command; the rest (ids, versions) is Discord's own.
_COMPARED = frozenset(
    {
        "name", "description", "type", "options", "nsfw", "contexts", "integration_types",
        "default_member_permissions", "name_localizations", "description_localizations", "required",
        "choices", "value", "min_length", "max_length", "min_value", "max_value", "autocomplete",
        "channel_types",
    }
)  # fmt: skip


class Commands(app_commands.CommandTree[discord.Client]):
    """The commands of the bot, in servers and in direct messages with it."""

    def __init__(self, client: discord.Client, answering: Answering) -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True),
        )
        self._answering = answering
        self.command(name="ask", description=words.commands.ASK)(_ask(answering))
        self.command(name="reset", description=words.commands.RESET)(_reset(answering))
        self.command(name="help", description=words.commands.HELP)(_help(answering))

    async def sync_if_changed(self) -> bool:
        """Tell Discord of the commands where it knows others; whether it did.

        Raises: discord.HTTPException, aiohttp.ClientError.
        """
        if self.client.application_id is None:
            raise discord.MissingApplicationID
        known = await self.client.http.get_global_commands(self.client.application_id)
        ours = [command.to_dict(self) for command in self.get_commands()]
        if _comparable(ours) == _comparable(known):
            return False
        await self.sync()
        return True

    async def on_error(
        self, interaction: discord.Interaction[discord.Client], error: app_commands.AppCommandError, /
    ) -> None:
        """Tell the person in words that a command failed, and the log why."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        name = interaction.command.name if interaction.command else "unknown"
        if isinstance(cause, DeliveryError):
            logger.warning("The command %s could not be answered: %s", name, cause)
        elif not isinstance(cause, OvbotError):
            logger.error("The command %s failed", name, exc_info=cause)
        said = str(cause) if isinstance(cause, OvbotError) else words.commands.failed()
        with suppress(DeliveryError), translated():
            await answer_in_private(interaction, words.note(said))


def _comparable(commands: Any) -> Any:
    """Commands as Discord or we describe them, without what is empty or by default, in one order."""
    if isinstance(commands, Mapping):
        items = {key: _comparable(value) for key, value in commands.items() if key in _COMPARED}
        return {key: value for key, value in items.items() if value not in (None, False, [], {})}
    if isinstance(commands, list):
        if all(isinstance(item, int) for item in commands):
            return sorted(commands)
        items_ = [_comparable(item) for item in commands]
        is_commands = all(isinstance(item, Mapping) and "contexts" in item for item in items_)
        return sorted(items_, key=lambda item: (item["name"], item.get("type", 1))) if is_commands else items_
    return commands


def _ask(answering: Answering) -> Any:
    @app_commands.describe(prompt=words.commands.ASK_PROMPT)
    async def ask(
        interaction: discord.Interaction[discord.Client],
        prompt: app_commands.Range[str, 1, _LONGEST_PROMPT],
    ) -> None:
        response = await _answered(interaction, partial(interaction.response.defer, thinking=True))
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
            answering.hint(outlet, words.hearing.no_text())
            return
        answering.take(incoming, outlet, response_id=response_id)

    return ask


def _reset(answering: Answering) -> Any:
    async def reset(interaction: discord.Interaction[discord.Client]) -> None:
        if (assistant := answering.assistant) is None or interaction.channel_id is None:
            raise OvbotError(words.commands.STILL_LOADING)
        await _answered(interaction, partial(interaction.response.defer, thinking=True))
        said = words.commands.was_reset(await assistant.reset(interaction.channel_id))
        await _answered(interaction, partial(interaction.edit_original_response, content=said))

    return reset


def _help(answering: Answering) -> Any:
    async def help_(interaction: discord.Interaction[discord.Client]) -> None:
        assistant, own = answering.assistant, interaction.client.user
        model = assistant.engine.info.name if assistant else None
        text = words.commands.help_text(own.display_name if own else "", model)
        await _answered(interaction, partial(interaction.response.send_message, text, ephemeral=True))

    return help_


async def _answered(
    interaction: discord.Interaction[discord.Client], request: Callable[[], Awaitable[T]]
) -> T | None:
    """Make a request that answers `interaction`, again while the network is in trouble.

    None where an attempt got through whose answer was lost.
    """

    async def attempt() -> T:
        with translated():
            return await request()

    with suppress(AcknowledgedError):
        return await persistently(attempt, _PAUSES, interaction.channel_id or 0)
    return None
