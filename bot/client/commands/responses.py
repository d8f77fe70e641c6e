"""Answering an interaction: in time, though the network is in trouble, and in private where it failed."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import discord

from bot.client import words
from bot.client.replies.outlets import DEFERRED_PRIVATELY, answer_privately
from bot.client.requests import AcknowledgedError, RequestError, attempts, translate_errors
from bot.errors import OvbotError

logger = logging.getLogger(__name__)

T = TypeVar("T")

# Seconds between attempts to answer; the first answer has to be there within 3 s.
_PAUSES = (0.1, 0.3, 0.6)


async def defer(
    interaction: discord.Interaction[Any], *, private: bool
) -> discord.InteractionCallbackResponse[Any] | None:
    """Say that the bot is thinking, to everybody or to the person alone.

    None where that got through but its answer was lost.

    Raises: RequestError.
    """
    interaction.extras[DEFERRED_PRIVATELY] = private
    return await _insist(interaction, partial(interaction.response.defer, thinking=True, ephemeral=private))


async def say(interaction: discord.Interaction[Any], content: str | None = None, **more: Any) -> None:
    """Answer for the first time, to the person alone. more: view, as discord.py takes it.

    Raises: RequestError.
    """
    send = interaction.response.send_message
    await _insist(interaction, partial(send, content, ephemeral=True, **more))


async def fill(interaction: discord.Interaction[Any], content: str | None, **more: Any) -> None:
    """Put what was deferred in place. more: view or attachments, as discord.py takes them.

    Raises: RequestError.
    """
    await _insist(interaction, partial(interaction.edit_original_response, content=content, **more))


async def acknowledge(interaction: discord.Interaction[Any]) -> None:
    """Say that a control was used, and that its message will change. Raises: RequestError."""
    await _insist(interaction, interaction.response.defer)


async def update(interaction: discord.Interaction[Any], **changes: Any) -> None:
    """Change the message that has the control which was used. changes: content, view.

    Raises: RequestError.
    """
    await _insist(interaction, partial(interaction.response.edit_message, **changes))


async def open_form(interaction: discord.Interaction[Any], form: discord.ui.Modal) -> None:
    """Have the person fill in a form. Raises: RequestError."""
    await _insist(interaction, partial(interaction.response.send_modal, form))


async def tell_failure(interaction: discord.Interaction[Any], name: str, error: BaseException) -> None:
    """Tell the person in words that what they did failed, and the log why, under `name`."""
    if interaction.client.is_closed():  # which is why it failed, and nobody can be told
        return
    if isinstance(error, RequestError):
        logger.warning("The command %s could not be answered: %s", name, error)
    elif not isinstance(error, OvbotError):
        logger.error("The command %s failed", name, exc_info=error)
    said = str(error) if isinstance(error, OvbotError) else words.commands.failed()
    with suppress(RequestError), translate_errors():
        if interaction.type is discord.InteractionType.application_command:
            await answer_privately(interaction, words.note(said))
        else:
            await _add_in_private(interaction, words.note(said))


async def _add_in_private(interaction: discord.Interaction[Any], content: str) -> None:
    """Say something to the person alone, and leave the message with the control as it is."""
    if not interaction.response.is_done():
        with suppress(AcknowledgedError), translate_errors():
            await interaction.response.send_message(content, ephemeral=True)
            return
    await interaction.followup.send(content, ephemeral=True)


async def _insist(interaction: discord.Interaction[Any], request: Callable[[], Awaitable[T]]) -> T | None:
    """Make a request that answers `interaction`, again while the network is in trouble.

    None where an attempt got through whose answer was lost.
    """

    async def attempt() -> T:
        with translate_errors():
            return await request()

    with suppress(AcknowledgedError):
        async for again in attempts(_PAUSES, interaction.channel_id or 0):
            with again:
                return await attempt()
    return None
