"""The buttons on replies: who may press them, and what they do. They outlive the program."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot.client import words
from bot.client.access import Access, is_moderator
from bot.client.bot_permissions import check_may_change
from bot.client.commands.responses import acknowledge, tell_failure
from bot.client.locales import Locales
from bot.client.replies.content import CUSTOM_ID, Action, Button
from bot.client.replies.service import ReplyService
from bot.errors import OvbotError


class Presses:
    """Does what a button says for the person who asked and for moderators, and tells others that it is
    not theirs."""

    def __init__(self, replies: ReplyService, gate: Access, locales: Locales) -> None:
        self._replies = replies
        self._gate = gate
        self._locales = locales

    async def pressed(self, interaction: discord.Interaction[Any], action: Action, key: int) -> None:
        """Acknowledge a press at once, then do what the button says, or say privately why not."""
        try:
            await acknowledge(interaction)
            await self._locales.speak_to(interaction)
            await self._do(interaction, action, key)
        except Exception as error:  # noqa: BLE001  whatever it was, it is told and logged
            await tell_failure(interaction, Button(action, key).custom_id, error)

    async def _do(self, interaction: discord.Interaction[Any], action: Action, key: int) -> None:
        moderates = is_moderator(interaction.user, interaction.channel)
        asker = await self._replies.asker(key)
        if not moderates and asker != interaction.user.id:
            raise OvbotError(words.buttons.UNKNOWN if asker is None else words.buttons.NOT_YOURS)
        if action is not Action.STOP:
            check_may_change(interaction)
        asks = action in (Action.REGENERATE, Action.CONTINUE)
        if asks or not moderates:
            await self._gate.check(interaction.guild, interaction.channel, interaction.user, asks=asks)
        match action:
            case Action.STOP:
                if not self._replies.stop_reply(key):
                    raise OvbotError(words.buttons.ENDED)
            case Action.REGENERATE:
                self._check_not_running(key)
                if not await self._replies.regenerate(key):
                    raise OvbotError(words.buttons.UNKNOWN)
            case Action.CONTINUE:
                self._check_not_running(key)
                if not await self._replies.continue_reply(key):
                    raise OvbotError(words.buttons.NOT_CUT_OFF)
            case Action.DELETE:
                if not await self._replies.delete_reply(key):
                    raise OvbotError(words.buttons.UNKNOWN)

    def _check_not_running(self, key: int) -> None:
        """Two presses in quick succession are meant as one."""
        if self._replies.is_generating(key):
            raise OvbotError(words.buttons.NOT_ENDED)


def reply_button(presses: Presses) -> type[discord.ui.DynamicItem[discord.ui.Button[Any]]]:
    """The kind of item that hears the presses of all buttons on replies, whichever run posted them."""

    class ReplyButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=CUSTOM_ID):
        def __init__(self, button: discord.ui.Button[Any], action: Action, key: int) -> None:
            super().__init__(button)
            self._action = action
            self._key = key

        @classmethod
        async def from_custom_id(
            cls, _: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
        ) -> Self:
            if not isinstance(item, discord.ui.Button):
                raise TypeError(f"{item.type} has the custom id of a button")
            return cls(item, Action(match["action"]), int(match["key"]))

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            await presses.pressed(interaction, self._action, self._key)

    return ReplyButton
