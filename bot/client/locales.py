"""Which language to speak: the person's own, else the server's; and the commands' names in each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import discord
from cachetools import LRUCache
from discord import app_commands

from bot.errors import OvbotError
from bot.i18n import best, gettext, speak, speaking
from bot.policy.ports import PolicyStore

# People whose locale is remembered; some hundred bytes each.
_REMEMBERED = 10_000


class Locales:
    """Knows which language to speak to whom.

        async with locales.speaking(message.author.id, message.guild and message.guild.id):
            ...  # and in the tasks that are started here

    Discord tells a person's locale with interactions only, so it is remembered for their messages,
    until the program ends.

    client: knows the servers' locales. policies: what moderators have chosen.
    """

    def __init__(self, client: discord.Client, policies: PolicyStore) -> None:
        self._client = client
        self._policies = policies
        self._known: LRUCache[int, str] = LRUCache(_REMEMBERED)

    async def speak_to(self, interaction: discord.Interaction[Any]) -> None:
        """Speak the language of the person whose interaction this is, in the rest of the running task,
        and remember it.
        """
        self._known[interaction.user.id] = interaction.locale.value
        speak(*await self.wanted(interaction.user.id, interaction.guild_id))

    @asynccontextmanager
    async def speaking(self, user_id: int | None, guild_id: int | None) -> AsyncIterator[None]:
        """Inside, speak the language of a person, as far as it is known, else their server's.

        user_id: None where nobody in particular is spoken to. guild_id: None in direct messages.
        """
        with speaking(*await self.wanted(user_id, guild_id)):
            yield

    async def wanted(self, user_id: int | None, guild_id: int | None) -> list[str | None]:
        """The locales to speak, the first one that there is a catalogue for: the person's, the one
        that moderators have set, the server's."""
        own = self._known.get(user_id) if user_id is not None else None
        if guild_id is None:
            return [own]
        guild, chosen = self._client.get_guild(guild_id), None
        with suppress(OvbotError):  # trouble with the database is no reason to say nothing
            chosen = (await self._policies.policy(guild_id)).language
        return [own, chosen, guild.preferred_locale.value if guild is not None else None]


class CommandTranslator(app_commands.Translator):
    """Gives Discord the names and descriptions of commands in the languages that there are."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """`string` in the language of `locale`; None where it would be the same."""
        with speaking(best(locale.value)):
            translated = gettext(string.message)
        return translated if translated != string.message else None
