"""From a message that the bot is meant by to its reply in the channel."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from functools import partial

import discord

from bot.chat.assistant import Assistant
from bot.chat.reply import Phase, Reply
from bot.chat.turns import Author, Incoming
from bot.client import words
from bot.client.locales import Locales
from bot.client.pacing import Pacer
from bot.client.persisting import store_trouble_logged
from bot.client.replies.active import ActiveReplies
from bot.client.replies.arriving import Arrival, Arriving, Ask
from bot.client.replies.outlets import Outlet
from bot.client.replies.recovering import Recovering
from bot.client.replies.revisions import Revisions
from bot.client.services import Services
from bot.errors import OvbotError

logger = logging.getLogger(__name__)


class ReplyService:
    """Has messages answered, and the replies shown, each in a task of `tasks`.

    on_busy: called with the number of replies that are waiting, being made or being shown.
    """

    def __init__(
        self,
        client: discord.Client,
        services: Services,
        locales: Locales,
        pacer: Pacer,
        tasks: asyncio.TaskGroup,
        on_busy: Callable[[int], None],
    ) -> None:
        self._services = services
        self._tasks = tasks
        self._ready: asyncio.Future[Assistant] = asyncio.get_running_loop().create_future()
        self._arrivals: set[Arrival] = set()
        self._edited: dict[int, Incoming] = {}  # what edited messages say by now, to be answered anew
        self._showing = ActiveReplies(client, services, pacer, self._spawn, on_busy, self._gone)
        self._arriving = Arriving(self._showing, self._ready, pacer, services.timing)
        self._recovering = Recovering(client, services, locales, self._showing)
        self._revising = Revisions(services.store, self._showing, self._ready)

    @property
    def assistant(self) -> Assistant | None:
        """The assistant, once it is loaded."""
        return self._ready.result() if self._ready.done() else None

    async def idle(self) -> None:
        """Wait until every reply that was begun is shown to its end."""
        await self._showing.idle()

    async def start(self, assistant: Assistant) -> None:
        """Take up what an earlier run left behind, then the messages that came meanwhile."""
        if assistant.engine.info.is_demo:
            self._showing.notice = words.replies.demo_model()
        await self._recovering.take_up(assistant)
        self._ready.set_result(assistant)

    async def deliver_owed(self) -> None:
        """Show the replies that could not be shown so far."""
        if self._ready.done():
            await self._recovering.deliver_owed()

    def take(
        self,
        incoming: Incoming,
        outlet: Outlet,
        *,
        response_id: int | None = None,
        prepare: Callable[[], Awaitable[Incoming | None]] | None = None,
    ) -> asyncio.Task[None]:
        """Have a message answered in `outlet`. Returns at once a task that ends when the message is in
        line and written down, or refused in words, or not for the bot after all.

        response_id: the message in which the reply will stand, where there is one already.
        prepare: what takes a while to find out of the message: gives it back with what it refers to,
            or None where it is not for the bot; raises OvbotError where it is to be refused.
        """
        arrival = Arrival(outlet, incoming)
        serve = partial(self._serve, arrival, response_id, prepare)
        return self._spawn(serve, f"message {incoming.message_id}")

    def aside(
        self,
        outlet: Outlet,
        author: Author,
        text: str,
        *,
        system: str | None = None,
        max_new_tokens: int | None = None,
        context: str = "",
        guild_id: int | None = None,
    ) -> None:
        """Have `text` answered in `outlet`, apart from the channel's conversation: nothing is stored, and
        a restart ends it. Returns at once.

        Shown like any reply, with a button that stops it. For an answer that the person alone sees the
        outlet is an InteractionOutlet with `private`.
        """

        async def ask(assistant: Assistant) -> Reply:
            return await assistant.aside(
                outlet.channel_id,
                author,
                text,
                system=system,
                max_new_tokens=max_new_tokens,
                context=context,
                guild_id=guild_id,
            )

        serve = partial(self._serve_aside, Arrival(outlet), ask)
        self._spawn(serve, f"aside in channel {outlet.channel_id}")

    def hint(self, outlet: Outlet, text: str) -> None:
        """Have `text` said where there is nothing to answer. Returns at once."""
        self._spawn(partial(self._arriving.say, outlet, text), f"hint in channel {outlet.channel_id}")

    def messages_deleted(self, message_ids: Iterable[int]) -> None:
        """Take back the prompts and replies whose messages these are: stop what is made of them, delete
        the rest of their messages, take them out of the conversation. Returns at once."""
        deleted = self._showing.not_taken_away(message_ids)
        for arrival in self._arrivals:
            if arrival.message_id in deleted:
                arrival.deleted = True
        halted = self._showing.of_messages(deleted)
        for delivery in halted:
            delivery.reply.stop()
            delivery.halt()
        if deleted:
            take_back = partial(self._revising.take_back, deleted, deleted=deleted, halted=halted)
            self._spawn(take_back, f"deletion of {len(deleted)} messages")

    def message_edited(self, message_id: int, incoming: Incoming) -> None:
        """Have a message that was answered, or is about to be, answered anew in the same messages: the
        person edited it. Returns at once."""
        for arrival in self._arrivals:
            if arrival.message_id == message_id:
                if arrival.place is None:
                    arrival.incoming = incoming
                else:
                    arrival.edited = incoming
                return
        self._redo(incoming)

    async def regenerate(self, message_id: int) -> bool:
        """Have a reply made again, and shown in the same messages; False where it is not known.

        message_id: the prompt's, or that of any page of the reply.

        Raises: OvbotError where it cannot be made now.
        """
        self._check_loaded()
        make = partial(Assistant.regenerate, message_id=message_id)
        return await self._revising.make_again(message_id, make) is not None

    async def continue_reply(self, message_id: int) -> bool:
        """Have a reply that was cut off for its length go on, below what is there; False where it is not
        known or did not end so.

        Raises: OvbotError where it cannot go on.
        """
        self._check_loaded()
        make = partial(Assistant.continue_reply, message_id=message_id)
        return await self._revising.make_again(message_id, make) is not None

    async def delete_reply(self, message_id: int) -> bool:
        """Take a prompt and its reply out of the conversation and delete the reply's messages; False
        where it is not known. message_id: the prompt's, or that of any page.

        Raises: OvbotError.
        """
        self._check_loaded()
        return await self._revising.take_back([message_id])

    async def stop(self, channel_id: int, *, asked_by: int | None = None) -> int:
        """Stop what is being answered in a channel, and what waits there; how many replies that was.

        asked_by: only what this person asked.
        """
        stopped = 0
        for arrival in self._arrivals:
            incoming = arrival.incoming
            if incoming is None or incoming.channel_id != channel_id or arrival.place or arrival.deleted:
                continue
            if asked_by in (None, incoming.author.id):
                arrival.deleted, stopped = True, stopped + 1
        if (assistant := self.assistant) is not None:
            stopped += await assistant.stop(channel_id, asked_by=asked_by)
        return stopped

    def stop_reply(self, key: int) -> bool:
        """Stop the reply that buttons call `key`; False where it is not being made."""
        delivery = self._showing.of_key(key)
        if delivery is None or not self.is_making(key):
            return False
        delivery.reply.stop()
        return True

    def is_making(self, key: int) -> bool:
        """Whether the reply that buttons call `key` waits or is being made."""
        delivery = self._showing.of_key(key)
        return delivery is not None and delivery.reply.snapshot.phase is not Phase.DONE

    async def asker(self, key: int) -> int | None:
        """Who asked for the reply that buttons call `key`; None where it is not known."""
        if (delivery := self._showing.of_key(key)) is not None:
            author = delivery.reply.prompt.author
        else:
            exchange = await self._services.store.exchange(key) if key > 0 else None
            author = exchange.prompt.author if exchange is not None else None
        return author.id if author is not None else None

    def _check_loaded(self) -> None:
        if not self._ready.done():
            raise OvbotError(words.replies.STILL_LOADING)

    def _redo(self, incoming: Incoming) -> None:
        """Have an edited message answered anew, by what it says when its turn has come."""
        message_id = incoming.message_id
        self._edited[message_id] = incoming

        async def make(assistant: Assistant) -> Reply | None:
            newest = self._edited.pop(message_id, None)
            return await assistant.redo(message_id, newest) if newest is not None else None

        async def redo() -> None:
            try:
                await self._revising.make_again(message_id, make)
            except OvbotError as refusal:
                logger.info("Edited message %d is not answered anew: %s", message_id, refusal)
            finally:
                if self._edited.get(message_id) is incoming:
                    del self._edited[message_id]

        self._spawn(redo, f"edited message {message_id}")

    async def _serve(
        self,
        arrival: Arrival,
        response_id: int | None,
        prepare: Callable[[], Awaitable[Incoming | None]] | None,
    ) -> None:
        self._arrivals.add(arrival)
        try:
            if prepare is not None:
                if (prepared := await prepare()) is None:
                    return
                arrival.incoming = prepared
            reply = await self._arriving.accept(arrival, partial(_answer, arrival))
        except OvbotError as refusal:
            await self._arriving.refuse(arrival, refusal)
            return
        finally:
            self._arrivals.discard(arrival)
        if reply is None:
            if response_id is not None and arrival.told is None:
                await self._showing.take_away(arrival.outlet.channel_id, [response_id])
            return
        if response_id is not None:
            with store_trouble_logged():
                await self._ready.result().posted(reply, response_id)
        if arrival.deleted and arrival.message_id is not None:
            self.messages_deleted([arrival.message_id])
        elif arrival.edited is not None:
            self._redo(arrival.edited)

    async def _serve_aside(self, arrival: Arrival, ask: Ask) -> None:
        try:
            await self._arriving.accept(arrival, ask)
        except OvbotError as refusal:
            await self._arriving.refuse(arrival, refusal)

    def _gone(self, key: int) -> None:
        """Nobody is there any more to read the reply that buttons call `key`."""
        self._spawn(partial(self._revising.take_back, [key]), f"withdrawal of reply {key}")

    def _spawn(self, work: Callable[[], Awaitable[object]], name: str) -> asyncio.Task[None]:
        async def guarded() -> None:
            try:
                await work()
            except Exception:
                # One message must not end the bot.
                logger.exception("Something went wrong with %s", name)

        return self._tasks.create_task(guarded(), name=name)


async def _answer(arrival: Arrival, assistant: Assistant) -> Reply | None:
    if arrival.deleted or arrival.incoming is None:
        return None
    return await assistant.answer(arrival.incoming)
