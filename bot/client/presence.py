"""The line below the bot's name: whether its model is loading or has failed, and how busy it is."""

from __future__ import annotations

import asyncio
import logging

import discord

from bot.chat.engine_state import EngineState
from bot.client import words

logger = logging.getLogger(__name__)


class Presence:
    """Keeps the presence up to date; changes in quick succession are merged.

    interval: seconds between two changes.
    """

    def __init__(self, client: discord.Client, interval: float) -> None:
        self._client = client
        self._interval = interval
        self._engine = EngineState.LOADING
        self._replies = 0
        self._due = asyncio.Event()
        self._sent: tuple[discord.Status, str] | None = None

    @property
    def current(self) -> tuple[discord.Status, str]:
        """What the presence should be now."""
        match self._engine:
            case EngineState.LOADING:
                return discord.Status.idle, words.presence.loading()
            case EngineState.RESTARTING:
                return discord.Status.idle, words.presence.restarting()
            case EngineState.FAILED:
                return discord.Status.idle, words.presence.model_failed()
        if self._replies:
            return discord.Status.dnd, words.presence.busy(self._replies)
        return discord.Status.online, words.presence.ready()

    def engine_changed(self, state: EngineState) -> None:
        """The engine is in another state."""
        self._engine = state
        self._due.set()

    def replies_changed(self, count: int) -> None:
        """`count` replies are waiting, being generated or being shown."""
        self._replies = count
        self._due.set()

    def connected(self) -> None:
        """A session began, which knows the status at most (discord.py's IDENTIFY has no activity)."""
        self._sent = None
        self._due.set()

    async def run(self) -> None:
        """Send what changes, until cancelled. To be started once the client is connected."""
        while True:
            await self._due.wait()
            self._due.clear()
            if self.current == self._sent:
                continue
            await self._send(*self.current)
            await asyncio.sleep(self._interval)

    async def _send(self, status: discord.Status, text: str) -> None:
        activity = discord.CustomActivity(text)
        self._client.status, self._client.activity = status, activity  # what a new session begins with
        try:
            await self._client.change_presence(status=status, activity=activity)
        except (OSError, discord.DiscordException) as error:
            logger.debug("The presence could not be changed: %s", error)
        else:
            self._sent = status, text
