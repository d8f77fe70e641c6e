"""From a message that the bot is meant by to its reply in the channel."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from functools import partial

import discord

from bot.chat.assistant import Assistant
from bot.chat.ports import ConversationStore
from bot.chat.reply import Phase, Reply
from bot.chat.turns import Author, Exchange, Incoming
from bot.client import words
from bot.client.delivery import Delivery, persistently, store_trouble_logged, typing
from bot.client.failures import DeliveryError
from bot.client.order import ChannelOrder, Place
from bot.client.outlets import ChannelOutlet, Outlet
from bot.client.pacing import Pacer, Timing
from bot.errors import OvbotError

logger = logging.getLogger(__name__)

# Messages that may wait for the model to be loaded.
_WAITING_FOR_MODEL = 32


@dataclass(eq=False, slots=True)
class _Arrival:
    """A message on its way into the line."""

    incoming: Incoming
    place: Place | None = None
    deleted: bool = False


class Answering:
    """Has messages answered, and the replies shown, each in a task of `tasks`.

    on_busy: called with the number of replies that are waiting, being made or being shown.
    """

    def __init__(
        self,
        client: discord.Client,
        store: ConversationStore,
        pacer: Pacer,
        timing: Timing,
        tasks: asyncio.TaskGroup,
        on_busy: Callable[[int], None],
    ) -> None:
        self._client = client
        self._store = store
        self._timing = timing
        self._pacer = pacer
        self._tasks = tasks
        self._on_busy = on_busy
        self._ready: asyncio.Future[Assistant] = asyncio.get_running_loop().create_future()
        self._waiting_for_model = 0
        self._arrivals: set[_Arrival] = set()
        self._order = ChannelOrder()
        self._deliveries: dict[int, Delivery] = {}  # by the reply's turn
        self._notice: str | None = None  # for the first reply
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def assistant(self) -> Assistant | None:
        """The assistant, once it is loaded."""
        return self._ready.result() if self._ready.done() else None

    async def idle(self) -> None:
        """Wait until every reply that was begun is shown to its end."""
        await self._idle.wait()

    async def start(self, assistant: Assistant) -> None:
        """Take up what an earlier run left behind, then the messages that came meanwhile."""
        if assistant.engine.info.is_demo:
            self._notice = words.replies.demo_model()
        owed = await self._store.undelivered()
        unanswered = await assistant.resume()
        self._deliver_owed(assistant, owed)
        for reply in unanswered:
            self._show_again(assistant, reply)
        self._ready.set_result(assistant)

    async def deliver_owed(self) -> None:
        """Show the replies that could not be shown so far."""
        if (assistant := self.assistant) is not None:
            self._deliver_owed(assistant, await self._store.undelivered())

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
        serve = partial(self._serve, incoming, outlet, response_id, prepare)
        return self._spawn(serve, f"message {incoming.message_id}")

    def hint(self, outlet: Outlet, text: str) -> None:
        """Have `text` said where there is nothing to answer. Returns at once."""
        self._spawn(partial(self._say, outlet, text), f"hint in channel {outlet.channel_id}")

    def messages_deleted(self, message_ids: Collection[int]) -> None:
        """Stop the replies whose prompts or pages these are."""
        for arrival in self._arrivals:
            if arrival.incoming.message_id in message_ids:
                arrival.deleted = True
        for delivery in list(self._deliveries.values()):
            for message_id in message_ids:
                delivery.message_deleted(message_id)

    def message_edited(self, message_id: int, incoming: Incoming) -> None:
        """Have a message that was answered, or is about to be, answered anew in the same messages: the
        person edited it. Returns at once."""
        for arrival in self._arrivals:
            if arrival.incoming.message_id == message_id:
                arrival.incoming = incoming
        redo = partial(self._make_again, lambda assistant: assistant.redo(message_id, incoming))
        self._spawn(redo, f"edited message {message_id}")

    async def regenerate(self, message_id: int) -> bool:
        """Have a reply made again, and shown in the same messages; False where it is not known.

        message_id: the prompt's, or that of any page of the reply.

        Raises: OvbotError where it cannot be made now.
        """
        return await self._make_again(lambda assistant: assistant.regenerate(message_id))

    async def regenerate_last(self, channel_id: int) -> bool:
        """The same for a channel's newest reply; False where there is none."""
        return await self._make_again(lambda assistant: assistant.regenerate_last(channel_id))

    async def continue_reply(self, message_id: int) -> bool:
        """Have a reply that was cut off for its length go on, below what is there; False where it is not
        known or did not end so.

        Raises: OvbotError where it cannot go on.
        """
        return await self._make_again(lambda assistant: assistant.continue_reply(message_id))

    async def stop(self, channel_id: int) -> int:
        """Stop what is being answered in a channel, and what waits there; how many replies that was."""
        return 0 if self.assistant is None else await self.assistant.stop(channel_id)

    def aside(
        self,
        outlet: Outlet,
        author: Author,
        text: str,
        *,
        system: str | None = None,
        max_new_tokens: int | None = None,
        context: str = "",
    ) -> None:
        """Have `text` answered in `outlet`, apart from the channel's conversation: nothing is stored, and
        a restart ends it. Returns at once.

        Shown like any reply, with a button that stops it. For an answer that the person alone sees the
        outlet is an InteractionOutlet with `private`.
        """
        ask = partial(self._ask_aside, outlet, author, text, system, max_new_tokens, context)
        self._spawn(ask, f"aside in channel {outlet.channel_id}")

    async def _ask_aside(
        self,
        outlet: Outlet,
        author: Author,
        text: str,
        system: str | None,
        max_new_tokens: int | None,
        context: str,
    ) -> None:
        try:
            assistant = await asyncio.shield(self._ready)
            place = self._order.line_up(outlet.channel_id)
            try:
                reply = await assistant.aside(
                    outlet.channel_id,
                    author,
                    text,
                    system=system,
                    max_new_tokens=max_new_tokens,
                    context=context,
                )
            except BaseException:
                self._order.leave(place)
                raise
            self._show(assistant, reply, outlet, place)
        except OvbotError as refusal:
            await self._say(outlet, words.note(str(refusal)))

    async def _make_again(self, make: Callable[[Assistant], Awaitable[Reply | None]]) -> bool:
        if (assistant := self.assistant) is None:
            raise OvbotError(words.replies.STILL_LOADING)
        if (reply := await make(assistant)) is None:
            return False
        self._show_again(assistant, reply)
        return True

    async def _serve(
        self,
        incoming: Incoming,
        outlet: Outlet,
        response_id: int | None,
        prepare: Callable[[], Awaitable[Incoming | None]] | None,
    ) -> None:
        arrival = _Arrival(incoming)
        self._arrivals.add(arrival)
        delivery = None
        try:
            if prepare is not None:
                if (prepared := await prepare()) is None:
                    return
                arrival.incoming = prepared
            assistant, reply = await self._accept(arrival, outlet)
            if reply is None or arrival.place is None:
                return  # known already, or deleted
            delivery = self._show(assistant, reply, outlet, arrival.place)
        except OvbotError as refusal:
            await self._refuse(incoming, outlet, refusal)
            return
        finally:
            self._arrivals.discard(arrival)
            if delivery is None and arrival.place is not None:
                self._order.leave(arrival.place)
        if arrival.deleted:
            delivery.message_deleted(incoming.message_id)
        if response_id is not None:
            with store_trouble_logged():
                await assistant.posted(reply, response_id)

    async def _accept(self, arrival: _Arrival, outlet: Outlet) -> tuple[Assistant, Reply | None]:
        """Hand the message over, once the assistant is there: in the order in which they came."""
        if self._ready.done():
            return await self._hand_over(arrival)
        if self._waiting_for_model >= _WAITING_FOR_MODEL:
            raise OvbotError(words.replies.LOADING_FULL, count=self._waiting_for_model)
        self._waiting_for_model += 1
        async with typing(outlet, lambda: not self._ready.done()):
            try:
                await asyncio.shield(self._ready)
            finally:
                self._waiting_for_model -= 1
            return await self._hand_over(arrival)

    async def _hand_over(self, arrival: _Arrival) -> tuple[Assistant, Reply | None]:
        # Both places, here and in the assistant's queue, are taken before anything is awaited.
        assistant = self._ready.result()
        if arrival.deleted:
            return assistant, None
        arrival.place = self._order.line_up(arrival.incoming.channel_id)
        return assistant, await assistant.answer(arrival.incoming)

    async def _refuse(self, incoming: Incoming, outlet: Outlet, refusal: OvbotError) -> None:
        logger.info("Message %d in channel %d is refused", incoming.message_id, incoming.channel_id)
        await self._say(outlet, words.note(str(refusal)))

    async def _say(self, outlet: Outlet, text: str) -> None:
        """Say something in place of a reply."""

        async def say() -> None:
            async with self._pacer.slot(outlet.channel_id, edit=False):
                await outlet.refuse(text)

        try:
            await persistently(say, self._timing.pauses, outlet.channel_id)
        except DeliveryError as error:
            logger.warning("Why there is no reply could not be said in %s: %s", outlet.place, error)

    def _show(
        self, assistant: Assistant, reply: Reply, outlet: Outlet, place: Place, *, resumed: bool = False
    ) -> Delivery:
        outlet.notice, self._notice = self._notice, None
        delivery = Delivery(reply, outlet, self._pacer, assistant, self._timing, place, resumed=resumed)
        self._deliveries[reply.turn.id] = delivery
        self._idle.clear()
        self._spawn(partial(self._deliver, delivery, place), f"reply to turn {reply.prompt.id}")
        return delivery

    async def _deliver(self, delivery: Delivery, place: Place) -> None:
        self._on_busy(len(self._deliveries))
        try:
            await delivery.run()
        finally:
            self._order.leave(place)
            del self._deliveries[delivery.reply.turn.id]
            if not self._deliveries:
                self._idle.set()
            self._on_busy(len(self._deliveries))

    def _show_again(self, assistant: Assistant, reply: Reply) -> None:
        """Show a reply that an earlier run, or an earlier attempt, may have shown a part of."""
        channel_id = reply.prompt.channel_id
        outlet = ChannelOutlet(self._client, channel_id, reply.prompt.message_id)
        self._show(assistant, reply, outlet, self._order.line_up(channel_id), resumed=True)

    def _deliver_owed(self, assistant: Assistant, owed: list[Exchange]) -> None:
        for exchange in owed:
            if exchange.reply.id not in self._deliveries:
                reply = Reply(exchange.prompt, exchange.reply)
                reply.update(phase=Phase.DONE, text=exchange.reply.text, ending=exchange.reply.ended)
                self._show_again(assistant, reply)

    def _spawn(self, work: Callable[[], Awaitable[object]], name: str) -> asyncio.Task[None]:
        async def guarded() -> None:
            try:
                await work()
            except Exception:
                # One message must not end the bot.
                logger.exception("Something went wrong with %s", name)

        return self._tasks.create_task(guarded(), name=name)
