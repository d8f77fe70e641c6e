"""Hearing clicks and filled-in forms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import ui

from bot.client.commands.responses import tell_failure
from bot.client.locales import Locales

Interaction = discord.Interaction[Any]

# A form that nobody has sent by then is forgotten: as long as the token of its interaction lasts.
_FORM_SECONDS = 900


class Listener(ui.LayoutView):
    """Hears clicks by the ids of controls, on whatever message they stand: also on those that were
    sent before a restart. It is never sent itself.
    """

    def __init__(self, locales: Locales) -> None:
        super().__init__(timeout=None)
        self._locales = locales

    def on(self, control: ui.Item[Any], heard: Callable[[Interaction, list[Any]], Awaitable[None]]) -> None:
        """Have `heard` called with what was chosen when somebody uses a control like this one."""

        async def callback(interaction: Interaction) -> None:
            await heard(interaction, list(getattr(control, "values", ())))

        control.callback = callback  # type: ignore[method-assign]
        self.add_item(ui.ActionRow(control))

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Speak the person's language from here on."""
        await self._locales.speak_to(interaction)
        return True

    async def on_error(self, interaction: Interaction, error: Exception, item: ui.Item[Any], /) -> None:
        """Tell the person in words what failed, and the log why."""
        await tell_failure(interaction, getattr(item, "custom_id", "unknown"), error)


class Form(ui.Modal):
    """A form that opens for one person, who may send it or not."""

    def __init__(self, title: str, locales: Locales) -> None:
        super().__init__(title=title, timeout=_FORM_SECONDS)
        self._locales = locales

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Speak the person's language from here on."""
        await self._locales.speak_to(interaction)
        return True

    async def on_error(self, interaction: Interaction, error: Exception, /) -> None:  # type: ignore[override]
        """Tell the person in words what failed, and the log why."""
        await tell_failure(interaction, type(self).__name__, error)
