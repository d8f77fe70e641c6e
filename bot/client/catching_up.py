"""What was said while the connection was away for so long that Discord does not repeat it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import suppress

import discord

from bot.client.failures import DeliveryError, translated

# Messages read again in one channel, a hundred a request.
_LIMIT = 500
# Direct messages that are remembered.
_DIRECTS = 64


class CatchingUp:
    """Remembers how far the bot has heard, and reads what came after that.

    A session that cannot be resumed begins anew, without the messages in between.
    """

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._heard = 0
        self._since: int | None = None
        self._directs: OrderedDict[int, None] = OrderedDict()

    def note(self, message: discord.Message) -> None:
        """Remember that a message was heard; ids grow with time, over all of Discord."""
        self._heard = max(self._heard, message.id)
        if message.guild is None:
            self._directs[message.channel.id] = None
            self._directs.move_to_end(message.channel.id)
            while len(self._directs) > _DIRECTS:
                self._directs.popitem(last=False)

    def new_session(self) -> None:
        """Remember where the session before ended, ahead of what this one brings."""
        self._since = self._heard or None
        self._heard = self._heard or discord.utils.time_snowflake(discord.utils.utcnow())

    async def missed(self) -> AsyncIterator[discord.Message]:
        """The messages since the session before, channel by channel, each from oldest to newest.

        What came over this session is among them.
        """
        if self._since is None:
            return
        for channel in self._places(self._since):
            with suppress(DeliveryError), translated():
                after = discord.Object(self._since)
                async for message in channel.history(after=after, limit=_LIMIT, oldest_first=True):
                    yield message

    def _places(self, since: int) -> list[discord.abc.Messageable]:
        places: list[discord.abc.Messageable] = []
        for guild in self._client.guilds:
            for kind in (guild.text_channels, guild.voice_channels, guild.threads):
                places += [channel for channel in kind if (channel.last_message_id or 0) > since]
        # A new session begins without direct messages.
        return places + [self._client.get_partial_messageable(direct) for direct in self._directs]
