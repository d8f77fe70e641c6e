"""What the bot may not do where it is called, said in words to those who need to know."""

from __future__ import annotations

import logging
from typing import Any

import discord

from bot.client import words
from bot.client.inbox.access import is_moderator
from bot.client.inbox.throttle import Throttle
from bot.client.replies.outlets import ChannelOutlet
from bot.client.replies.service import ReplyService
from bot.client.requests import DeliveryError, translated
from bot.errors import OvbotError

logger = logging.getLogger(__name__)

_Place = discord.abc.GuildChannel | discord.Thread

# Seconds after which the same person is told once more that the bot may not write somewhere.
_TOLD_AGAIN = 600.0
_ONCE = float("inf")


def needed(place: _Place) -> list[str]:
    """What the bot may not do here though it cannot answer without, as `words.permissions` names it."""
    allowed = _allowed(place)
    sending = "send_messages_in_threads" if isinstance(place, discord.Thread) else "send_messages"
    return [name for name in ("view_channel", sending) if allowed is not None and not getattr(allowed, name)]


def wanted(place: _Place) -> list[str]:
    """What the bot may not do here and would answer better with."""
    allowed = _allowed(place)
    better = ("read_message_history", "attach_files", "embed_links")
    return [name for name in better if allowed is not None and not getattr(allowed, name)]


def check_may_change(interaction: discord.Interaction[Any]) -> None:
    """Return where the bot may change its replies, among which is the one that an interaction is about:
    interactions come from channels that it may not see and from archived threads, too.

    Raises: OvbotError where it may not.
    """
    if interaction.guild_id is not None and not interaction.app_permissions.view_channel:
        raise OvbotError(words.permissions.CANNOT_CHANGE)
    if isinstance(interaction.channel, discord.Thread) and interaction.channel.archived:
        raise OvbotError(words.permissions.ARCHIVED)


class PermissionNotices:
    """Tells people, or the log, what the bot may not do in a channel."""

    def __init__(self, client: discord.Client, answering: ReplyService) -> None:
        self._client = client
        self._answering = answering
        self._refused = Throttle(_TOLD_AGAIN)
        self._asked_for_more = Throttle(_ONCE)

    async def keeps_from_answering(self, message: discord.Message, *, tell: bool) -> bool:
        """Whether the bot may not write where `message` is, which the log is told.

        tell: tell its author as well, in a direct message, since nothing can be said in the channel.
        """
        place = message.channel
        if not isinstance(place, _Place) or not (missing := needed(place)):
            return False
        if not self._refused.may_say(place.id, message.author.id if tell else None):
            return True
        where = f"#{place.name} of {place.guild.name} (channel {place.id})"
        logger.warning(
            "No answer in %s, where the bot lacks: %s", where, words.permissions.in_english(missing)
        )
        if not tell:
            return True
        try:
            with translated():
                direct = await message.author.create_dm()
        except DeliveryError as error:
            logger.warning("A person could not be told so: %s", error)
            return True
        outlet = ChannelOutlet(self._client, direct.id, None, nonce=message.id)
        said = words.permissions.cannot_write(place.mention, place.guild.name, missing)
        self._answering.hint(outlet, said)
        return True

    def ask_for_more(self, message: discord.Message) -> None:
        """Say once for each channel what the bot would do better with, to somebody who looks after it;
        the others could do nothing about it.
        """
        place = message.channel
        if not isinstance(place, _Place) or not (missing := wanted(place)):
            return
        if not is_moderator(message.author, place) or not self._asked_for_more.may_say(place.id):
            return
        outlet = ChannelOutlet(self._client, place.id, None, place.guild.id, nonce=place.id)
        self._answering.hint(outlet, words.note(words.permissions.would_like(missing)))


def _allowed(place: _Place) -> discord.Permissions | None:
    try:
        return place.permissions_for(place.guild.me)
    except discord.ClientException:  # a thread whose channel is not known
        return None
