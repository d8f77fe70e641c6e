"""The bot on Discord: the gateway's events in, and who takes care of each."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

import discord

from bot.chat.assistant import Assistant
from bot.chat.engine_state import EngineState
from bot.client.access import Access, Owners
from bot.client.commands.ask import AskCommands
from bot.client.commands.buttons import ReplyButtons
from bot.client.commands.conversation import ConversationCommands
from bot.client.commands.forget import ForgetCommands
from bot.client.commands.help import HelpCommand
from bot.client.commands.persona import PersonaCommands
from bot.client.commands.settings import ServerSettings, SettingsCommand
from bot.client.commands.status import StatusCommands
from bot.client.commands.summarize import SummarizeCommands
from bot.client.commands.sync import CommandSync
from bot.client.commands.tree import CommandClient
from bot.client.connection import (
    SingleLineReconnects,
    check_token,
    endpoints,
    explain_failure,
    use_api_gateway,
)
from bot.client.inbox.attachments import AttachmentReader, Downloader, PictureShrinker, TextExtractor
from bot.client.inbox.backlog import Backlog
from bot.client.inbox.listener import MessageListener
from bot.client.inbox.names import NameResolver
from bot.client.inbox.read_positions import ReadPositions
from bot.client.inbox.reader import BUDGET, MessageReader, References
from bot.client.locales import CommandTranslator, Locales
from bot.client.presence import Presence
from bot.client.replies.service import ReplyService
from bot.client.requests import Pacer
from bot.client.services import Services
from bot.client.tasks import BackgroundTasks
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


class OvbotClient(CommandClient):
    """A connection to Discord that receives messages and commands and has them answered.

        async with OvbotClient(token, services, loading) as client:
            await client.run_until_closed()

    token: the bot's. services: open. loading: becomes the assistant when its model is loaded; the bot
    connects at once, and then answers what it was asked meanwhile. api_url, gateway_url: where Discord
    is; without the latter, the API names it.
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
        store, delays = services.store, services.delays
        pacer = Pacer(delays.edit_interval, delays.rate)
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
        self._stack = AsyncExitStack()
        self._tasks = BackgroundTasks()
        self._connected = asyncio.Event()
        self._presence = Presence(self, delays.presence_interval)
        self.locales = Locales(self, services.policies)
        self._access = Access(services)
        self._replies = ReplyService(self, services, self._access, self.locales, pacer, self._tasks)
        self._downloader = Downloader()
        self._names = NameResolver(self)
        self._reader = MessageReader(
            self,
            References(self, store),
            AttachmentReader(
                self._downloader,
                TextExtractor(),
                services.attachment_bytes,
                BUDGET,
                PictureShrinker(),
                services.sees,
            ),
            self._names,
        )
        self._positions = ReadPositions(store)
        self._listener = MessageListener(
            self,
            services,
            self._replies,
            self._access,
            self.locales,
            self._reader,
            self._positions,
            self._tasks,
        )
        self._backlog = Backlog(
            self, self._listener, self._replies, self._positions, services.catch_up, delays.history_pauses
        )
        self.command_sync = CommandSync(self.tree, delays.pauses)

    async def __aenter__(self) -> Self:
        self._stack.enter_context(endpoints(self._api_url, self._gateway_url))
        reconnects, one_line = logging.getLogger("discord.client"), SingleLineReconnects()
        reconnects.addFilter(one_line)
        self._stack.callback(reconnects.removeFilter, one_line)
        await self._stack.enter_async_context(self._downloader)
        return await super().__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        async with self._stack:
            await super().__aexit__(kind, error, trace)

    async def run_until_closed(self) -> None:
        """Log in, connect, answer, until `close` is called or this is cancelled.

        Raises: DiscordError where Discord does not let the bot in or cannot be reached; the OvbotError
        that `loading` ends with.
        """
        failure: OvbotError | None = None
        try:
            async with self._tasks, asyncio.TaskGroup() as group:
                await self._log_in()
                await self._positions.load()
                await self._add_commands()
                group.create_task(self.command_sync.run(), name="command sync")
                group.create_task(self._answer_when_loaded(), name="assistant")
                group.create_task(self._count_replies(), name="busy")
                group.create_task(self._keep_presence(), name="presence")
                group.create_task(self._positions.keep(), name="read positions")
                group.create_task(self._read_backlog(), name="backlog")
                await self._connect()
                raise _ClosedError  # ends the tasks
        except* _ClosedError:
            pass
        except* OvbotError as errors:
            failure = _first(errors)
        if failure is not None:
            raise failure

    def health(self) -> tuple[bool, str]:
        """Whether the bot can answer now, and how it is in words."""
        # Not `is_ready`: discord.py waits some seconds for more servers before it says so.
        if self.is_closed() or not self._connected.is_set() or not self.ws.open:
            return False, "not connected to Discord"
        assistant = self._replies.assistant
        if assistant is None:
            return False, "loading the model"
        if assistant.state.now is EngineState.FAILED:
            return False, "the model does not run"
        if assistant.state.now is EngineState.LOADING:
            return False, "loading the model"
        return True, f"ready as {self.user}"

    async def idle(self) -> None:
        """Wait until every reply that was begun is shown to its end."""
        await self._replies.active.below(1)

    async def _log_in(self) -> None:
        with explain_failure(self._api_url):
            try:
                await self.login(check_token(self._token))
            except (TypeError, KeyError, AttributeError):
                if self.application is not None:  # logged in: the error is the bot's own
                    raise
                raise DiscordError(
                    f"{self._api_url} does not answer like Discord: check DISCORD_API_URL."
                ) from None

    async def _connect(self) -> None:
        with explain_failure(self._api_url):
            if self._gateway_url is None:
                await use_api_gateway(self)
            try:
                await self.connect()
            except AttributeError:
                # discord.py 2.7 trips over itself where its very first connection fails.
                if self.ws is not None:
                    raise
                raise OSError("no gateway there") from None

    async def _add_commands(self) -> None:
        # Not in discord.py's `setup_hook`, whose errors would look like those of logging in.
        await self.tree.set_translator(CommandTranslator())
        services, replies, access, locales = self.services, self._replies, self._access, self.locales
        store, policies = services.store, services.policies
        await self.add_cog(ReplyButtons(self, replies, access, locales))
        await self.add_cog(AskCommands(self, replies, access, self._reader, self._names, self._positions))
        await self.add_cog(SummarizeCommands(self, replies, access))
        await self.add_cog(ConversationCommands(self, replies, store, policies, access, locales))
        await self.add_cog(PersonaCommands(replies, policies, access))
        await self.add_cog(StatusCommands(replies, services, access, Owners(self), self._tasks))
        await self.add_cog(ForgetCommands(self, replies, store, locales))
        settings = ServerSettings(replies, services, locales)
        await self.add_cog(SettingsCommand(self, settings))
        await self.add_cog(HelpCommand(replies, self.command_sync))

    async def _answer_when_loaded(self) -> None:
        """Once the model is loaded and Discord connected: take up what was left, then answer; then follow
        how the engine is."""
        assistant = await asyncio.shield(self._loading)
        await self._connected.wait()
        await self._replies.start_answering(assistant)
        logger.info("Ready as %s: %s", self.user, assistant.engine.info.name)
        async for state in assistant.state.follow():
            self._presence.engine_changed(state)

    async def _count_replies(self) -> None:
        async for count in self._replies.active.counts():
            self._presence.replies_changed(count)

    async def _keep_presence(self) -> None:
        await self._connected.wait()
        await self._presence.run()

    async def _read_backlog(self) -> None:
        await asyncio.shield(self._loading)
        await self._backlog.run()

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Hand an event to its handlers; those that come while the connection is being closed are dropped."""
        if not self.is_closed():
            super().dispatch(event, *args, **kwargs)

    async def on_connect(self) -> None:
        """A new session: what could not be shown may be shown now."""
        self._positions.new_session(discord.utils.time_snowflake(discord.utils.utcnow()))
        self._connected.set()
        self._presence.connected()
        await self._replies.show_owed()

    async def on_ready(self) -> None:
        """The servers of a new session are known: read what was said while there was none."""
        self._backlog.begin()

    async def on_resumed(self) -> None:
        """The connection is back: what could not be shown meanwhile may be shown now."""
        await self._replies.show_owed()

    async def on_message(self, message: discord.Message) -> None:
        """Have a message answered if it is for the bot. Awaits nothing."""
        self._listener.receive(message)

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        """Have an edited message answered again."""
        self._listener.edited(event.message)

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """Stop what was asked by, or is shown in, a deleted message."""
        self._replies.messages_deleted([event.message_id])

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """The same for many messages at once."""
        self._replies.messages_deleted(event.message_ids)

    async def on_guild_channel_update(
        self, _: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """Permissions may have changed: what could not be shown may be shown now."""
        await self._replies.show_owed(guild_id=after.guild.id)

    async def on_guild_role_update(self, _: discord.Role, after: discord.Role) -> None:
        """The same."""
        await self._replies.show_owed(guild_id=after.guild.id)

    async def on_member_update(self, _: discord.Member, after: discord.Member) -> None:
        """The same, where the bot was given a role or lost one."""
        if after == after.guild.me:
            await self._replies.show_owed(guild_id=after.guild.id)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log what went wrong in a handler, without what people wrote."""
        logger.exception("Something went wrong with the event %s", event_method)


def _first(group: BaseExceptionGroup[OvbotError]) -> OvbotError:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
