"""What all commands work with."""

from __future__ import annotations

from dataclasses import dataclass

from bot.chat.assistant import Assistant
from bot.client.answering import Answering
from bot.client.gate import Gate
from bot.client.locales import Locales
from bot.client.services import Services
from bot.client.words import commands as words
from bot.errors import OvbotError


@dataclass(frozen=True, slots=True)
class Parts:
    """The rooms of the client that commands lead to."""

    answering: Answering
    services: Services
    gate: Gate
    locales: Locales

    @property
    def assistant(self) -> Assistant:
        """The assistant. Raises: OvbotError while its model is loading."""
        if (assistant := self.answering.assistant) is None:
            raise OvbotError(words.STILL_LOADING)
        return assistant
