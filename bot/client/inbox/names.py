"""The names of people, roles and channels, in place of Discord's ids."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import discord
from cachetools import LRUCache

from bot.client.inbox.addressing import Names, mentioned
from bot.client.requests import RequestError, translate_errors

# People whose names are cached, and how many are asked for because of one text.
_REMEMBERED = 1024
_ASKED_FOR = 5


class NameResolver:
    """Knows the names of people, roles and channels, and asks Discord for the others."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._people: LRUCache[tuple[int, int], str] = LRUCache(_REMEMBERED)  # by server and user

    async def names(
        self,
        text: str,
        guild: discord.Guild | None,
        known: Iterable[discord.User | discord.Member] = (),
    ) -> Names:
        """The names of whatever `text` mentions, as they are shown in `guild`.

        known: people whom the event named. Channels that the bot cannot see have no name.
        """
        users = {user.id: user.display_name for user in known}
        if (own := self._client.user) is not None:
            users[own.id] = guild.me.display_name if guild and guild.me else own.display_name
        for user_id in sorted(mentioned(text, "user") - users.keys())[:_ASKED_FOR]:
            if (name := await self._asked_for(user_id, guild)) is not None:
                users[user_id] = name
        roles = map(guild.get_role, mentioned(text, "role")) if guild else ()
        channels = map(self._client.get_channel, mentioned(text, "channel"))
        return Names(
            users=users,
            roles={role.id: role.name for role in roles if role is not None},
            channels={
                channel.id: channel.name
                for channel in channels
                if isinstance(channel, (discord.abc.GuildChannel, discord.Thread)) and channel.guild == guild
            },
        )

    async def _asked_for(self, user_id: int, guild: discord.Guild | None) -> str | None:
        key = (guild.id if guild else 0, user_id)
        if (name := self._people.get(key)) is None:
            with suppress(RequestError), translate_errors():
                person = await (guild.fetch_member(user_id) if guild else self._client.fetch_user(user_id))
                name = self._people[key] = person.display_name
        return name
