"""What all commands work with."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.chat.assistant import Assistant
from bot.client.answering import Answering
from bot.client.commands.listening import Interaction
from bot.client.commands.synchronizing import KnownCommands
from bot.client.gate import Gate, is_moderator
from bot.client.locales import Locales
from bot.client.reading.names import Naming
from bot.client.reading.reader import Reader
from bot.client.services import Services
from bot.client.words import commands as words
from bot.errors import OvbotError


@dataclass(frozen=True, slots=True)
class Parts:
    """The rooms of the client that commands lead to. known: what Discord calls the commands."""

    answering: Answering
    services: Services
    gate: Gate
    locales: Locales
    reader: Reader
    naming: Naming
    known: KnownCommands = field(default_factory=KnownCommands)

    @property
    def assistant(self) -> Assistant:
        """The assistant. Raises: OvbotError while its model is loading."""
        if (assistant := self.answering.assistant) is None:
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
