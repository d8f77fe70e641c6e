"""The bot on Discord: what it hears, and who takes care of it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

import aiohttp
import discord

from bot.chat.assistant import Assistant
from bot.chat.state import EngineState
from bot.client.commands import Commands
from bot.client.commands.buttons import Presses, reply_button
from bot.client.commands.parts import Parts
from bot.client.connection import OneLine, ask_for_gateway, check_token, endpoints, explained
from bot.client.inbox.access import Access
from bot.client.inbox.addressing import Addressed
from bot.client.inbox.attachments import Files
from bot.client.inbox.backlog import Backlog
from bot.client.inbox.download import Downloads
from bot.client.inbox.extraction import Extraction
from bot.client.inbox.listener import MessageListener
from bot.client.inbox.names import NameResolver
from bot.client.inbox.read_positions import ReadPositions
from bot.client.inbox.reader import BUDGET, Reader
from bot.client.inbox.references import References
from bot.client.locales import Locales
from bot.client.pacing import Pacer
from bot.client.presence import Presence
from bot.client.replies.service import ReplyService
from bot.client.services import Services
from bot.errors import DiscordError, OvbotError

logger = logging.getLogger(__name__)


def _intents() -> discord.Intents:
    intents = discord.Intents.none()
    intents.guilds = True
    intents.guild_messages = True
    intents.dm_messages = True
    intents.message_content = True
    return intents


class _ClosedError(Exception):
    """The connection was closed on purpose."""


class OvbotClient(discord.Client):
    """A connection to Discord that hears messages and commands and has them answered.

        async with OvbotClient(token, services, loading) as client:
            await client.run_until_closed()

    token: the bot's. services: open. loading: gives the assistant when its model is loaded; the bot
    connects at once, and answers then what it was told meanwhile. api_url, gateway_url: where
    Discord is; without the latter, the API names it.
    """

    def __init__(
        self,
        token: str,
        services: Services,
        loading: asyncio.Future[Assistant],
        *,
        api_url: str = "https://discord.com/api/v10",
        gateway_url: str | None = None,
    ) -> None:
        # The bot has no voice; discord.py would warn of what it would need for one.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        store, timing = services.store, services.timing
        pacer = Pacer(timing.edit_interval, timing.rate)
        super().__init__(
            intents=_intents(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            status=discord.Status.idle,
            http_trace=pacer.trace,
        )
        self.services = services
        self._token = token
        self._loading = loading
        self._api_url = api_url
        self._gateway_url = gateway_url
        self._open = AsyncExitStack()
        self._tasks = asyncio.TaskGroup()
        self._presence = Presence(self, timing.presence_interval)
        self._gate = Access(services)
        self._locales = Locales(self, services.policies)
        self._answering = ReplyService(self, services, self._locales, pacer, self._tasks, self._busy)
        self.add_dynamic_items(reply_button(Presses(self._answering, self._gate, self._locales)))
        self._downloads = Downloads()
        files = Files(self._downloads, Extraction(), services.attachment_bytes, BUDGET)
        naming = NameResolver(self)
        reader = Reader(self, References(self, store), files, naming)
        self._hearing = MessageListener(
            self, services, self._answering, self._gate, self._locales, reader, self._tasks
        )
        parts = Parts(self._answering, services, self._gate, self._locales, reader, naming)
        self._commands = Commands(self, parts)
        self._progress = ReadPositions(store)
        self._catching_up = Backlog(self, self._progress, services.catch_up)
        self._connected = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._open.enter_context(endpoints(self._api_url, self._gateway_url))
        reconnects, one_line = logging.getLogger("discord.client"), OneLine()
        reconnects.addFilter(one_line)
        self._open.callback(reconnects.removeFilter, one_line)
        await self._open.enter_async_context(self._downloads)
        return await super().__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        async with self._open:
            await super().__aexit__(kind, error, trace)

    async def run_until_closed(self) -> None:
        """Log in, connect, answer, until `close` is called or this is cancelled.

        Raises: DiscordError where Discord does not let the bot in or cannot be reached; whatever
        OvbotError `loading` ends with.
        """
        failure: OvbotError | None = None
        try:
            async with self._tasks:
                self._tasks.create_task(self._begin(), name="beginning")
                self._tasks.create_task(self._keep_presence(), name="presence")
                self._tasks.create_task(self._progress.keep(), name="progress")
                self._tasks.create_task(self._catch_up(), name="catching up")
                await self._connect()
                raise _ClosedError  # ends the tasks
        except* _ClosedError:
            pass
        except* OvbotError as group:
            failure = _first(group)
        if failure is not None:
            raise failure

    def health(self) -> tuple[bool, str]:
        """Whether the bot can answer now, and how it is in words."""
        # Not `is_ready`: discord.py waits some seconds for more servers before it says so.
        if self.is_closed() or not self._connected.is_set() or not self.ws.open:
            return False, "not connected to Discord"
        assistant = self._answering.assistant
        if assistant is None:
            return False, "loading the model"
        if assistant.engine.state.now is EngineState.FAILED:
            return False, "the model does not run"
        return True, f"ready as {self.user}"

    async def idle(self) -> None:
        """Wait until every reply that was begun is shown to its end."""
        await self._answering.idle()

    async def _connect(self) -> None:
        with explained(self._api_url):
            try:
                await self.login(check_token(self._token))
            except (TypeError, KeyError, AttributeError):
                raise DiscordError(
                    f"{self._api_url} does not answer like Discord: check DISCORD_API_URL."
                ) from None
            if self._gateway_url is None:
                await ask_for_gateway(self)
            try:
                await self.connect()
            except AttributeError:
                # discord.py 2.7 trips over itself where its very first connection fails.
                if self.ws is not None:
                    raise
                raise OSError("no gateway there") from None

    async def _begin(self) -> None:
        """Once the model is loaded and Discord connected: take up what was left, then answer; tell how the
        model is."""
        assistant = await asyncio.shield(self._loading)
        await self._connected.wait()
        await self._answering.start(assistant)
        logger.info("Ready as %s: %s", self.user, assistant.engine.info.name)
        async for state in assistant.engine.state.follow():
            self._presence.engine(state)

    async def _keep_presence(self) -> None:
        await self._connected.wait()
        await self._presence.run()

    async def _catch_up(self) -> None:
        await asyncio.shield(self._loading)
        await self._catching_up.run(self._hear)

    async def setup_hook(self) -> None:
        """Before the first session: find out what was heard, and tell Discord of the commands where they
        changed."""
        await self._progress.load()
        try:
            if await self._commands.sync_if_changed():
                logger.info("Discord was told of the slash commands")
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            logger.warning("Discord could not be told of the slash commands: %s", error)

    async def on_connect(self) -> None:
        """A new session: what could not be shown may go now."""
        self._progress.new_session(discord.utils.time_snowflake(discord.utils.utcnow()))
        self._connected.set()
        self._presence.connected()
        await self._answering.deliver_owed()

    async def on_ready(self) -> None:
        """The servers of a new session are known: hear what was said while there was none."""
        self._catching_up.begin()

    async def on_resumed(self) -> None:
        """The connection is back: what could not be shown meanwhile may go now."""
        await self._answering.deliver_owed()

    async def on_message(self, message: discord.Message) -> None:
        """Have a message answered where the bot is meant. Awaits nothing."""
        self._hear(message)

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        """Have an edited message answered anew."""
        self._hearing.edited(event.message)

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """Stop what was asked by, or is shown in, a deleted message."""
        self._answering.messages_deleted([event.message_id])

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """The same for many messages at once."""
        self._answering.messages_deleted(event.message_ids)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log what went wrong in a handler, without what people wrote."""
        logger.exception("Something went wrong with the event %s", event_method)

    def _hear(self, message: discord.Message) -> asyncio.Task[None] | None:
        verdict = self._hearing.verdict(message)
        task = self._hearing.hear(message, verdict)
        hurry = verdict is Addressed.YES
        self._progress.heard(message.channel.id, message.id, task, hurry=hurry)
        return task

    def _busy(self, replies: int) -> None:
        self._presence.busy(replies)
        self._catching_up.busy(replies)


def _first(group: BaseExceptionGroup[OvbotError]) -> OvbotError:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
