"""Tells people and the log which permissions the bot lacks in a channel."""

from __future__ import annotations

import logging

import discord

from bot.client import words
from bot.client.access import Throttle, is_moderator
from bot.client.bot_permissions import GuildChannel, missing_to_answer, missing_to_answer_well
from bot.client.replies.outlets import ChannelOutlet
from bot.client.replies.service import ReplyService
from bot.client.requests import RequestError, translate_errors

logger = logging.getLogger(__name__)

# Seconds after which the same person is told once more that the bot may not write somewhere.
_TOLD_AGAIN = 600.0
_ONCE = float("inf")


class PermissionNotices:
    """Tells people, or the log, what the bot may not do in a channel."""

    def __init__(self, client: discord.Client, replies: ReplyService) -> None:
        self._client = client
        self._replies = replies
        self._refused = Throttle(_TOLD_AGAIN)
        self._asked_for_more = Throttle(_ONCE)

    async def keeps_from_answering(self, message: discord.Message, *, tell: bool) -> bool:
        """Whether the bot may not write where `message` is, which the log is told.

        tell: tell its author as well, in a direct message, since nothing can be said in the channel.
        """
        channel = message.channel
        if not isinstance(channel, GuildChannel) or not (missing := missing_to_answer(channel)):
            return False
        if not self._refused.allows(channel.id, message.author.id if tell else None):
            return True
        where = f"#{channel.name} of {channel.guild.name} (channel {channel.id})"
        logger.warning(
            "No answer in %s, where the bot lacks: %s", where, words.permissions.in_english(missing)
        )
        if not tell:
            return True
        try:
            with translate_errors():
                direct = await message.author.create_dm()
        except RequestError as error:
            logger.warning("A person could not be told so: %s", error)
            return True
        outlet = ChannelOutlet(self._client, direct.id, None, nonce=message.id)
        said = words.permissions.cannot_write(channel.mention, channel.guild.name, missing)
        self._replies.notify(outlet, said)
        return True

    def ask_for_more(self, message: discord.Message) -> None:
        """Say once for each channel what the bot would do better with, to somebody who looks after it;
        the others could do nothing about it.
        """
        channel = message.channel
        if not isinstance(channel, GuildChannel) or not (missing := missing_to_answer_well(channel)):
            return
        if not is_moderator(message.author, channel) or not self._asked_for_more.allows(channel.id):
            return
        outlet = ChannelOutlet(self._client, channel.id, None, channel.guild.id, nonce=channel.id)
        self._replies.notify(outlet, words.note(words.permissions.would_like(missing)))
