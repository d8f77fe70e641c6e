"""What all commands work with."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.chat.assistant import Assistant
from bot.client.access import Access, is_moderator
from bot.client.commands.controls import Interaction
from bot.client.commands.sync import KnownCommands
from bot.client.inbox.names import NameResolver
from bot.client.inbox.reader import MessageReader
from bot.client.locales import Locales
from bot.client.replies.service import ReplyService
from bot.client.services import Services
from bot.client.words import commands as words
from bot.errors import OvbotError


@dataclass(frozen=True, slots=True)
class Parts:
    """The rooms of the client that commands lead to. known: what Discord calls the commands."""

    replies: ReplyService
    services: Services
    gate: Access
    locales: Locales
    reader: MessageReader
    naming: NameResolver
    known: KnownCommands = field(default_factory=KnownCommands)

    @property
    def assistant(self) -> Assistant:
        """The assistant. Raises: OvbotError while its model is loading."""
        if (assistant := self.replies.assistant) is None:
            raise OvbotError(words.STILL_LOADING)
        return assistant

    async def check(self, interaction: Interaction, *, asks: bool = True) -> None:
        """Return where the person may use the bot here. asks: whether the model is to be asked.

        Raises: OvbotError with why not, in words for the person.
        """
        await self.gate.check(interaction.guild, interaction.channel, interaction.user, asks=asks)

    def moderates(self, interaction: Interaction) -> bool:
        """Whether the person may do here what concerns others; everybody may in direct messages."""
        return interaction.guild_id is None or is_moderator(interaction.user, interaction.channel)
