"""The buttons on replies: who may press them, and what they do. They survive a restart."""

from __future__ import annotations

import re
from typing import Any, Self

from discord import ui
from discord.ext import commands

from bot.client import words
from bot.client.access import Access, is_moderator
from bot.client.bot_permissions import check_may_change
from bot.client.commands.responses import Interaction, acknowledge, add_privately, tell_failure
from bot.client.locales import Locales
from bot.client.replies.content import CUSTOM_ID, Action, Button
from bot.client.replies.render import render_reasoning
from bot.client.replies.service import ReplyService
from bot.errors import OvbotError


class ReplyButtons(commands.Cog):
    """Does what a button says, for the person who asked and for moderators."""

    def __init__(self, client: commands.Bot, replies: ReplyService, access: Access, locales: Locales) -> None:
        self._client = client
        self._replies = replies
        self._access = access
        self._locales = locales

    async def cog_load(self) -> None:
        """Listen to the buttons, whichever run posted them."""
        self._client.add_dynamic_items(ReplyButton)

    async def press(self, interaction: Interaction, button: Button) -> None:
        """Acknowledge a press at once, then do what the button says, or tell the person why not."""
        try:
            await acknowledge(interaction)
            await self._locales.speak_to(interaction)
            await self._act(interaction, button.action, button.key)
        except Exception as error:  # noqa: BLE001  whatever it was, it is told and logged
            await tell_failure(interaction, button.custom_id, error)

    async def _act(self, interaction: Interaction, action: Action, key: int) -> None:
        asker = await self._replies.asker(key)
        if asker is None:
            raise OvbotError(words.replies.UNKNOWN)
        moderator = is_moderator(interaction.user, interaction.channel)
        if not moderator and asker != interaction.user.id:
            raise OvbotError(words.replies.NOT_YOURS)
        if action not in (Action.STOP, Action.REASONING):
            check_may_change(interaction)
        asks = action in (Action.REGENERATE, Action.CONTINUE)
        if asks or not moderator:
            await self._access.check_interaction(interaction, asks=asks)
        match action:
            case Action.STOP:
                if not self._replies.stop_reply(key):
                    raise OvbotError(words.replies.ENDED)
            case Action.REGENERATE:
                self._check_not_generating(key)
                if not await self._replies.regenerate(key):
                    raise OvbotError(words.replies.UNKNOWN)
            case Action.CONTINUE:
                self._check_not_generating(key)
                if not await self._replies.continue_reply(key):
                    raise OvbotError(words.replies.NOT_CUT_OFF)
            case Action.REASONING:
                self._check_not_generating(key)
                await self._show_reasoning(interaction, key)
            case Action.DELETE:
                if not await self._replies.delete_reply(key):
                    raise OvbotError(words.replies.UNKNOWN)

    async def _show_reasoning(self, interaction: Interaction, key: int) -> None:
        """Show the person alone what the model thought before the reply."""
        if not (reasoning := await self._replies.reasoning(key)):
            raise OvbotError(words.replies.NO_REASONING)
        for content in render_reasoning(reasoning):
            await add_privately(interaction, content)

    def _check_not_generating(self, key: int) -> None:
        """Two presses in quick succession are meant as one."""
        if self._replies.is_generating(key):
            raise OvbotError(words.replies.NOT_ENDED)


class ReplyButton(ui.DynamicItem[ui.Button[Any]], template=CUSTOM_ID):
    """A button on a reply, as it was pressed: all that is known of it is in its custom id."""

    def __init__(self, item: ui.Button[Any], button: Button) -> None:
        super().__init__(item)
        self._button = button

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """Read the custom id."""
        if not isinstance(item, ui.Button):
            raise TypeError(f"{item.type} has the custom id of a button")
        return cls(item, Button(Action(match["action"]), int(match["key"])))

    async def callback(self, interaction: Interaction) -> None:
        """Hand the press to the Cog."""
        cog = interaction.client.get_cog(ReplyButtons.__cog_name__)
        if isinstance(cog, ReplyButtons):  # it is gone while the client closes
            await cog.press(interaction, self._button)
