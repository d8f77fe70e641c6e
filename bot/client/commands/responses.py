"""Answering interactions: within the time that Discord allows, whatever the network does, and in private
where something failed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import discord
from discord import ui

from bot.client import words
from bot.client.locales import Locales
from bot.client.replies.content import MessageContent
from bot.client.replies.outlets import DEFERRED_PRIVATELY, MENTIONS, answer_privately
from bot.client.requests import AcknowledgedError, RequestError, attempts, translate_errors
from bot.errors import OvbotError

logger = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

# Seconds between attempts to answer; the first answer has to be there within 3 s.
_PAUSES = (0.1, 0.3, 0.6)
# A form that nobody has submitted by then is dropped: as long as the token of its interaction lasts.
_FORM_SECONDS = 900


async def defer(
    interaction: Interaction, *, private: bool
) -> discord.InteractionCallbackResponse[Any] | None:
    """Show that the bot is thinking, to everyone or to the person alone.

    None where that got through but Discord's answer was lost.

    Raises: RequestError.
    """
    interaction.extras[DEFERRED_PRIVATELY] = private
    with suppress(AcknowledgedError):
        async for attempt in attempts(_PAUSES, interaction.channel_id or 0):
            with attempt, translate_errors():
                return await interaction.response.defer(thinking=True, ephemeral=private)
    return None


async def fill(
    interaction: Interaction, text: str, *, files: Sequence[discord.File] = (), view: ui.View | None = None
) -> None:
    """Put the answer in place of what was deferred, or of a message whose button was acknowledged.

    Raises: RequestError.
    """
    async for attempt in attempts(_PAUSES, interaction.channel_id or 0):
        with attempt, translate_errors():
            await interaction.edit_original_response(content=text, attachments=files, view=view)


async def say(
    interaction: Interaction, text: str | None = None, *, view: ui.View | ui.LayoutView | None = None
) -> None:
    """Answer for the first time, to the person alone. Raises: RequestError."""
    options: dict[str, Any] = {} if view is None else {"view": view}
    with suppress(AcknowledgedError):
        async for attempt in attempts(_PAUSES, interaction.channel_id or 0):
            with attempt, translate_errors():
                await interaction.response.send_message(text, ephemeral=True, **options)


async def announce(interaction: Interaction, text: str) -> None:
    """Tell everyone in the channel, after the first answer. Raises: RequestError."""
    async for attempt in attempts(_PAUSES, interaction.channel_id or 0):
        with attempt, translate_errors():
            await interaction.followup.send(text, allowed_mentions=MENTIONS)


async def add_privately(interaction: Interaction, content: MessageContent) -> None:
    """Tell the person alone something beside the message whose button was acknowledged. Nobody is
    mentioned by it. Raises: RequestError."""
    async for attempt in attempts(_PAUSES, interaction.channel_id or 0):
        with attempt, translate_errors():
            await interaction.followup.send(
                content.text,
                files=content.uploads,
                ephemeral=True,
                allowed_mentions=discord.AllowedMentions.none(),
            )


async def acknowledge(interaction: Interaction) -> None:
    """Accept the use of a button or a menu; its message may change later. Raises: RequestError."""
    with suppress(AcknowledgedError):
        async for attempt in attempts(_PAUSES, interaction.channel_id or 0):
            with attempt, translate_errors():
                await interaction.response.defer()


async def update(interaction: Interaction, view: ui.LayoutView) -> None:
    """Change the message with the button or menu that was used. Raises: RequestError."""
    with suppress(AcknowledgedError):
        async for attempt in attempts(_PAUSES, interaction.channel_id or 0):
            with attempt, translate_errors():
                await interaction.response.edit_message(view=view)


async def open_form(interaction: Interaction, form: Form) -> None:
    """Open a form for the person. Raises: RequestError."""
    with suppress(AcknowledgedError):
        async for attempt in attempts(_PAUSES, interaction.channel_id or 0):
            with attempt, translate_errors():
                await interaction.response.send_modal(form)


async def tell_failure(interaction: Interaction, name: str, error: BaseException) -> None:
    """Tell the person, and nobody else, why it failed; log why unless the person caused it.

    name: the command's name, the control's custom id, or the form's class.
    """
    if interaction.client.is_closed():  # which is why it failed, and nobody can be told
        return
    if isinstance(error, RequestError):
        logger.warning("The interaction %s could not be answered: %s", name, error)
    elif not isinstance(error, OvbotError):
        logger.error("The interaction %s failed", name, exc_info=error)
    text = words.note(str(error) if isinstance(error, OvbotError) else words.commands.failed())
    with suppress(RequestError), translate_errors():
        if interaction.type is discord.InteractionType.application_command:
            await answer_privately(interaction, text)
        else:
            await _add_privately(interaction, text)


async def _add_privately(interaction: Interaction, text: str) -> None:
    """Tell the person something, and leave the message with the button as it is."""
    if not interaction.response.is_done():
        with suppress(AcknowledgedError), translate_errors():
            await interaction.response.send_message(text, ephemeral=True)
            return
    await interaction.followup.send(text, ephemeral=True)


class _Persistent:
    """What `PersistentView` and `PersistentLayout` have in common."""

    _locales: Locales

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Speak the person's language from here on."""
        await self._locales.speak_to(interaction)
        return True

    async def on_error(self, interaction: Interaction, error: Exception, item: ui.Item[Any], /) -> None:
        """Tell the person why it failed."""
        await tell_failure(interaction, getattr(item, "custom_id", "unknown"), error)


class PersistentView(_Persistent, ui.View):
    """Buttons that survive a restart.

    One instance is registered with the client and handles every message that has such buttons. An
    instance that is sent has to be stopped first, or discord.py would keep it in memory for ever.
    """

    def __init__(self, locales: Locales) -> None:
        super().__init__(timeout=None)
        self._locales = locales


class PersistentLayout(_Persistent, ui.LayoutView):
    """The same for a message made of components instead of text."""

    def __init__(self, locales: Locales) -> None:
        super().__init__(timeout=None)
        self._locales = locales


class Form(ui.Modal):
    """A form that one person fills in, or closes."""

    def __init__(self, title: str, locales: Locales) -> None:
        super().__init__(title=title, timeout=_FORM_SECONDS)
        self._locales = locales

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Speak the person's language from here on."""
        await self._locales.speak_to(interaction)
        return True

    async def on_error(self, interaction: Interaction, error: Exception, /) -> None:  # type: ignore[override]
        """Tell the person why it failed."""
        await tell_failure(interaction, type(self).__name__, error)
