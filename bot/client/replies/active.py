"""The replies that are being shown, and the messages that show them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Protocol

import discord

from bot.chat.reply import Reply
from bot.client import words
from bot.client.pacing import Pacer
from bot.client.persisting import persistently, store_trouble_logged
from bot.client.replies.delivery import Delivery, Outcome
from bot.client.replies.order import ChannelOrder, Place
from bot.client.replies.outlets import ChannelOutlet, Outlet, Page
from bot.client.requests import DeliveryError
from bot.client.services import Services

logger = logging.getLogger(__name__)

# Messages that the bot deleted itself, and whose deletion Discord has not told yet.
_REMEMBERED = 1024


class Spawn(Protocol):
    """Runs work in a task that somebody owns; what goes wrong in it is logged."""

    def __call__(self, work: Callable[[], Awaitable[object]], name: str) -> asyncio.Task[None]:
        """Begin; name: what the log calls it."""


class ActiveReplies:
    """Has replies shown, each by a delivery in a task of its own.

    on_busy: called with the number of replies that are waiting, being made or being shown.
    on_gone: called with the key of a reply that nobody is there to read any more.
    """

    def __init__(
        self,
        client: discord.Client,
        services: Services,
        pacer: Pacer,
        spawn: Spawn,
        on_busy: Callable[[int], None],
        on_gone: Callable[[int], None],
    ) -> None:
        self._client = client
        self._services = services
        self._pacer = pacer
        self._spawn = spawn
        self._on_busy = on_busy
        self._on_gone = on_gone
        self._deliveries: dict[int, Delivery] = {}  # by the prompt's turn
        self._taken_away: OrderedDict[int, None] = OrderedDict()
        self._idle = asyncio.Event()
        self._idle.set()
        self.order = ChannelOrder()
        self.notice: str | None = None
        """Said beside the next reply."""

    async def idle(self) -> None:
        """Wait until every reply that was begun is shown to its end."""
        await self._idle.wait()

    def of_prompt(self, turn_id: int) -> Delivery | None:
        """The delivery of the reply to a turn, while it is shown."""
        return self._deliveries.get(turn_id)

    def of_key(self, key: int) -> Delivery | None:
        """The delivery of the reply that buttons call `key`."""
        return next((delivery for delivery in self._deliveries.values() if delivery.key == key), None)

    def of_messages(self, message_ids: Iterable[int]) -> list[Delivery]:
        """The deliveries of the replies whose prompts or pages these are."""
        ids = list(message_ids)
        return [one for one in self._deliveries.values() if any(one.shows(message_id) for message_id in ids)]

    def show(self, reply: Reply, outlet: Outlet, place: Place, told: Page | None = None) -> Delivery:
        """Show a reply that is shown nowhere yet. told: a message that will be its first page."""
        if self.notice is not None and outlet.notice is None:
            outlet.notice, self.notice = self.notice, None
        delivery = self._delivery(reply, outlet, place)
        if told is not None:
            delivery.take_over([told])
        self._begin(delivery, place)
        return delivery

    async def show_again(self, reply: Reply, *, again: bool, held: Delivery | None = None) -> Delivery:
        """Show a reply in the messages that show it already, or a part of it, or what it said before.

        again: it is made again. held: what was showing it until now.
        """
        prompt = reply.prompt
        known = await self._known(reply) if held is None else held.known
        nonce = discord.utils.time_snowflake(discord.utils.utcnow())
        outlet: Outlet
        if held is None:
            outlet = ChannelOutlet(
                self._client, prompt.channel_id, prompt.message_id, nonce=nonce if again else None
            )
        elif again and (held.pages or known):
            outlet = held.outlet.again(nonce)
        else:
            outlet = held.outlet
        place = self.order.line_up(prompt.channel_id)
        delivery = self._delivery(reply, outlet, place)
        if held is not None and held.pages:
            delivery.take_over(held.pages)
        elif known:
            delivery.take_up(known, again=again)
        self._begin(delivery, place)
        return delivery

    async def _known(self, reply: Reply) -> Sequence[int]:
        """The messages that are noted to show a reply."""
        known: list[int] = []
        with store_trouble_logged():
            known = await self._services.store.pages(reply.turn.id)
        if not known and reply.turn.message_id is not None:
            known = [reply.turn.message_id]
        return known

    async def hold(self, delivery: Delivery) -> None:
        """Show nothing more of a reply, which goes on being made."""
        delivery.halt()
        await delivery.ended.wait()

    async def take_away(self, channel_id: int, message_ids: Iterable[int]) -> None:
        """Delete messages of the bot; what cannot be deleted is left there."""
        outlet = ChannelOutlet(self._client, channel_id, None)
        for message_id in message_ids:
            self._note_taken_away(message_id)
            with suppress(DeliveryError):
                await persistently(
                    partial(self._delete, outlet, message_id), self._services.timing.pauses, channel_id
                )

    def not_taken_away(self, message_ids: Iterable[int]) -> list[int]:
        """Of messages that were deleted, those that the bot did not delete itself."""
        others = []
        for message_id in message_ids:
            if message_id in self._taken_away:
                del self._taken_away[message_id]
            else:
                others.append(message_id)
        return others

    def _note_taken_away(self, message_id: int) -> None:
        self._taken_away[message_id] = None
        while len(self._taken_away) > _REMEMBERED:
            self._taken_away.popitem(last=False)

    async def _delete(self, outlet: ChannelOutlet, message_id: int) -> None:
        async with self._pacer.slot(outlet.channel_id, edit=False):
            await outlet.delete(Page(message_id, None))

    def _delivery(self, reply: Reply, outlet: Outlet, place: Place) -> Delivery:
        return Delivery(
            reply,
            outlet,
            place,
            store=self._services.store,
            pacer=self._pacer,
            timing=self._services.timing,
            on_take_away=self._note_taken_away,
        )

    def _begin(self, delivery: Delivery, place: Place) -> None:
        self._deliveries[delivery.reply.prompt.id] = delivery
        self._idle.clear()
        work = partial(self._deliver, delivery, place)
        self._spawn(work, f"reply to turn {delivery.reply.prompt.id}")

    async def _deliver(self, delivery: Delivery, place: Place) -> None:
        self._on_busy(len(self._deliveries))
        outcome = Outcome.HALTED
        try:
            outcome = await delivery.run()
            if outcome is Outcome.SHOWN:
                await self._conclude(delivery)
        finally:
            self.order.leave(place)
            if self._deliveries.get(delivery.reply.prompt.id) is delivery:
                del self._deliveries[delivery.reply.prompt.id]
            if not self._deliveries:
                self._idle.set()
            self._on_busy(len(self._deliveries))
        if outcome is Outcome.GONE and not delivery.reply.is_aside:
            self._on_gone(delivery.key)

    async def _conclude(self, delivery: Delivery) -> None:
        """Note that a reply is shown, and tell the person where it took long: in that order, so that a
        restart between them cannot mention anyone twice."""
        reply, limit = delivery.reply, self._services.mention_after
        if not reply.is_aside:
            with store_trouble_logged():
                await self._services.store.mark_delivered(reply.turn.id)
        author = reply.prompt.author
        if not limit or delivery.took <= limit or author is None or not self._is_unnoticed(delivery):
            return
        announce = partial(self._announce, delivery, words.replies.done(f"<@{author.id}>"), author.id)
        try:
            await persistently(announce, self._services.timing.pauses, delivery.outlet.channel_id)
        except DeliveryError as error:
            logger.info("Nobody could be told of the reply in %s: %s", delivery.outlet.place, error)

    def _is_unnoticed(self, delivery: Delivery) -> bool:
        """Whether a reply was completed by edits, which raise no unread mark."""
        if delivery.outlet.is_private or not delivery.has_written:
            return False
        return time.monotonic() - delivery.posted_at > self._services.timing.noticed

    async def _announce(self, delivery: Delivery, said: str, author_id: int) -> None:
        async with self._pacer.slot(delivery.outlet.channel_id, edit=False):
            await delivery.outlet.announce(said, author_id, delivery.pages[0])
