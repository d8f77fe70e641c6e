"""The way into the line: what is asked while the model loads waits here, in the order in which it came."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from bot.chat.assistant import Assistant
from bot.chat.reply import Reply
from bot.chat.turns import Incoming
from bot.client import words
from bot.client.pacing import Pacer, Timing
from bot.client.persisting import persistently
from bot.client.replies.active import ActiveReplies
from bot.client.replies.content import MessageContent
from bot.client.replies.order import Place
from bot.client.replies.outlets import Outlet, Page
from bot.client.replies.typing_shown import typing
from bot.client.requests import DeliveryError
from bot.errors import OvbotError

logger = logging.getLogger(__name__)

# Messages that may wait for the model to be loaded.
_WAITING_FOR_MODEL = 32

Ask = Callable[[Assistant], Awaitable[Reply | None]]
"""Hands something to the assistant; None where there is nothing to answer after all."""


@dataclass(eq=False, slots=True)
class Arrival:
    """Something asked on its way into the line.

    incoming: None for what joins no conversation. place: once it was handed over. told: the message
    that says that the model loads. edited: what it says by now, where that changed after it was handed
    over.
    """

    outlet: Outlet
    incoming: Incoming | None = None
    place: Place | None = None
    told: Page | None = None
    edited: Incoming | None = None
    deleted: bool = False

    @property
    def message_id(self) -> int | None:
        """The message that asks."""
        return self.incoming.message_id if self.incoming is not None else None


class Arriving:
    """Hands over what is asked once the assistant is there, and has the reply shown.

    ready: gives the assistant.
    """

    def __init__(
        self, showing: ActiveReplies, ready: asyncio.Future[Assistant], pacer: Pacer, timing: Timing
    ) -> None:
        self._showing = showing
        self._ready = ready
        self._pacer = pacer
        self._timing = timing
        self._waiting = 0

    async def accept(self, arrival: Arrival, ask: Ask) -> Reply | None:
        """Have `ask` called in the order of arrival, and show the reply that it gives.

        Raises: OvbotError where too many wait, or what `ask` raises.
        """
        reply = None
        try:
            reply = await (self._hand_over(arrival, ask) if self._ready.done() else self._wait(arrival, ask))
            if reply is not None and arrival.place is not None:
                self._showing.show(reply, arrival.outlet, arrival.place, arrival.told)
        finally:
            if reply is None and arrival.place is not None:
                self._showing.order.leave(arrival.place)
        if reply is None and arrival.told is not None:
            await self._showing.take_away(arrival.outlet.channel_id, [arrival.told.id])
        return reply

    async def refuse(self, arrival: Arrival, refusal: OvbotError) -> None:
        """Say why there is no reply."""
        logger.info("Message %s in channel %d is refused", arrival.message_id, arrival.outlet.channel_id)
        await self.say(arrival.outlet, words.note(str(refusal)), arrival.told)

    async def say(self, outlet: Outlet, text: str, told: Page | None = None) -> None:
        """Say something in place of a reply. told: a message to say it in."""

        async def say() -> None:
            async with self._pacer.slot(outlet.channel_id, edit=told is not None):
                await (outlet.edit(told, MessageContent(text)) if told is not None else outlet.refuse(text))

        try:
            await persistently(say, self._timing.pauses, outlet.channel_id)
        except DeliveryError as error:
            logger.warning("Why there is no reply could not be said in %s: %s", outlet.place, error)

    async def _hand_over(self, arrival: Arrival, ask: Ask) -> Reply | None:
        # Both places, here and in the assistant's queue, are taken before anything is awaited.
        arrival.place = self._showing.order.line_up(arrival.outlet.channel_id)
        return await ask(self._ready.result())

    async def _wait(self, arrival: Arrival, ask: Ask) -> Reply | None:
        """Hand over as soon as the assistant is there."""
        if self._waiting >= _WAITING_FOR_MODEL:
            raise OvbotError(words.replies.LOADING_FULL, count=self._waiting)
        self._waiting += 1
        telling = asyncio.create_task(self._tell(arrival))
        try:
            async with typing(arrival.outlet, lambda: not self._ready.done()):
                try:
                    await asyncio.shield(self._ready)
                finally:
                    self._waiting -= 1
                return await self._hand_over(arrival, ask)
        except asyncio.CancelledError:
            telling.cancel()
            raise
        finally:
            await asyncio.gather(telling, return_exceptions=True)

    async def _tell(self, arrival: Arrival) -> None:
        """Say that the model loads, where that takes a while."""
        await asyncio.wait({self._ready}, timeout=self._timing.patience)
        if self._ready.done() or arrival.deleted:
            return
        outlet, body = arrival.outlet, MessageContent(words.note(words.replies.loading()))
        with suppress(DeliveryError):
            arrival.told = await persistently(
                partial(self._post, outlet, body), self._timing.pauses, outlet.channel_id
            )

    async def _post(self, outlet: Outlet, body: MessageContent) -> Page:
        async with self._pacer.slot(outlet.channel_id, edit=False):
            return await outlet.create(body, 0)
