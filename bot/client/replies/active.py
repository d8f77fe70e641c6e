"""The replies that are being shown, and the messages that show them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import suppress
from weakref import WeakValueDictionary

import discord
from cachetools import LRUCache

from bot.chat.assistant import Assistant
from bot.chat.reply import Reply
from bot.chat.turns import Turn
from bot.client import words
from bot.client.replies.delivery import ChannelOrder, Delivery, Outcome, Position
from bot.client.replies.outlets import ChannelOutlet, Outlet, Page
from bot.client.requests import Pacer, RequestError, attempts
from bot.client.services import Services
from bot.client.tasks import BackgroundTasks
from bot.errors import OvbotError

logger = logging.getLogger(__name__)

# Messages that the bot deleted itself, and whose deletion Discord has not reported yet.
_REMEMBERED_DELETIONS = 1024
# Channels that are remembered for a reply that could not be shown there.
_REMEMBERED_CHANNELS = 1024


class ActiveReplies:
    """Shows replies, each by a delivery in a task of its own, and deletes their messages.

    assistant: becomes the assistant when its model is loaded.
    """

    def __init__(
        self,
        client: discord.Client,
        services: Services,
        pacer: Pacer,
        tasks: BackgroundTasks,
        assistant: asyncio.Future[Assistant],
    ) -> None:
        self._client = client
        self._store = services.store
        self._delays = services.delays
        self._mention_after = services.mention_after
        self._pacer = pacer
        self._tasks = tasks
        self._assistant = assistant
        self._deliveries: dict[int, Delivery] = {}  # by the prompt's turn
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()  # by the prompt's turn
        self._deleted: LRUCache[int, None] = LRUCache(_REMEMBERED_DELETIONS)
        self._owed: LRUCache[int, None] = LRUCache(_REMEMBERED_CHANNELS)
        self._changed = asyncio.Event()
        self.order = ChannelOrder()
        self.notice = ""
        """Shown beside the next reply, once."""

    @property
    def count(self) -> int:
        """How many replies are waiting, being generated or being shown."""
        return len(self._deliveries)

    async def counts(self) -> AsyncIterator[int]:
        """The count now, then the newest whenever it has changed."""
        while True:
            changed = self._changed
            yield self.count
            await changed.wait()

    async def below(self, limit: int) -> None:
        """Wait until there are fewer than `limit` replies."""
        async for count in self.counts():
            if count < limit:
                return

    def of_prompt(self, turn_id: int) -> Delivery | None:
        """The delivery of the reply to a turn, while it is shown."""
        return self._deliveries.get(turn_id)

    def of_key(self, key: int) -> Delivery | None:
        """The delivery of the reply with this key in its buttons, while it is shown."""
        return next((delivery for delivery in self._deliveries.values() if delivery.key == key), None)

    def of_messages(self, message_ids: Iterable[int]) -> list[Delivery]:
        """The deliveries of the replies whose questions or pages these are."""
        ids = list(message_ids)
        return [one for one in self._deliveries.values() if any(one.shows(message_id) for message_id in ids)]

    def lock(self, prompt_id: int) -> asyncio.Lock:
        """Held by whoever changes the exchange of a prompt: one at a time."""
        return self._locks.setdefault(prompt_id, asyncio.Lock())

    def take_owed(self, channel_id: int) -> bool:
        """Whether a reply could not be shown in a channel since this was last asked."""
        if channel_id not in self._owed:
            return False
        del self._owed[channel_id]
        return True

    def remember_owed(self, channel_id: int) -> None:
        """A reply could not be shown in a channel."""
        self._owed[channel_id] = None

    def show(
        self,
        reply: Reply,
        outlet: Outlet,
        position: Position,
        *,
        first_page: Page | None = None,
        notice: str = "",
        look_up: bool = False,
    ) -> Delivery:
        """Show a reply for the first time.

        first_page: a message that will be its first page. notice: shown beside the reply. look_up: an
        earlier run may have posted something for it.
        """
        if not notice:
            notice, self.notice = self.notice, ""
        delivery = self._delivery(reply, outlet, position, notice)
        if first_page is not None:
            delivery.take_over([first_page])
        elif look_up:
            delivery.restore((), regenerated=False)
        self._start(delivery, position)
        return delivery

    async def show_again(
        self,
        reply: Reply,
        *,
        regenerated: bool,
        previous: Delivery | None = None,
        before: Position | None = None,
    ) -> Delivery:
        """Show a reply in the messages that show it already, or a part of it, or what it said before.

        regenerated: it is generated again. previous: what was showing it until now. before: the position
        that it comes before; behind all others of the channel where it is left out.
        """
        prompt = reply.prompt
        known = await self._known(reply) if previous is None else previous.known
        nonce = discord.utils.time_snowflake(discord.utils.utcnow())
        outlet: Outlet
        if previous is None:
            outlet = ChannelOutlet(
                self._client, prompt.channel_id, prompt.message_id, nonce=nonce if regenerated else None
            )
        elif regenerated and (previous.pages or known):
            outlet = previous.outlet.again(nonce)
        else:
            outlet = previous.outlet
        position = self.order.insert(before) if before else self.order.join(prompt.channel_id)
        delivery = self._delivery(reply, outlet, position, previous.notice if previous is not None else "")
        if previous is not None and previous.pages:
            delivery.take_over(previous.pages)
        elif known or previous is None:
            delivery.restore(known, regenerated=regenerated)
        self._start(delivery, position)
        return delivery

    async def _known(self, reply: Reply) -> Sequence[int]:
        """The messages that are recorded to show a reply."""
        known: list[int] = []
        try:
            known = await self._store.pages(reply.turn.id)
        except OvbotError as error:
            logger.error("Which messages show the reply to turn %d is unknown: %s", reply.prompt.id, error)
        if not known and reply.turn.message_id is not None:
            known = [reply.turn.message_id]
        return known

    async def halt(self, delivery: Delivery) -> None:
        """Show nothing more of a reply, which goes on being generated."""
        delivery.halt()
        await delivery.ended.wait()

    async def delete_messages(self, channel_id: int, message_ids: Iterable[int]) -> None:
        """Delete messages of the bot; what cannot be deleted is left there."""
        outlet = ChannelOutlet(self._client, channel_id, None)
        for message_id in message_ids:
            self._deleted[message_id] = None
            with suppress(RequestError):
                async for attempt in attempts(self._delays.pauses, channel_id):
                    with attempt:
                        async with self._pacer.slot(channel_id, edit=False):
                            await outlet.delete(Page(message_id, None))

    def deleted_by_others(self, message_ids: Iterable[int]) -> list[int]:
        """Of messages that were deleted, those that the bot did not delete itself."""
        others = []
        for message_id in message_ids:
            removed = any(message_id in delivery.removed for delivery in self._deliveries.values())
            if message_id in self._deleted:
                del self._deleted[message_id]
            elif not removed:
                others.append(message_id)
        return others

    async def withdraw(
        self,
        message_ids: Iterable[int],
        *,
        deleted: Collection[int] = (),
        halted: Iterable[Delivery] = (),
    ) -> bool:
        """Take exchanges out of their conversations, and delete their messages; whether there were any.

        message_ids: of questions, or of pages. deleted: those that Discord deleted already. halted: the
        deliveries of these replies, as far as they were being shown.

        Raises: StoreError.
        """
        for delivery in halted:
            await delivery.ended.wait()
            # Not all of them need be recorded: those of a one-shot never are.
            pages = [page.id for page in await delivery.all_pages() if page.id not in deleted]
            await self.delete_messages(delivery.outlet.channel_id, pages)
        assistant = await asyncio.shield(self._assistant)
        withdrawn: set[int] = set()
        for message_id in message_ids:
            turn = await self._store.replied_message(message_id)
            if turn is None:
                continue
            prompt_id = turn.id if turn.reply_to is None else turn.reply_to
            if prompt_id in withdrawn:
                continue
            withdrawn.add(prompt_id)
            async with self.lock(prompt_id):
                shown = await self._withdraw(assistant, prompt_id, message_id)
            await self.delete_messages(turn.channel_id, sorted(shown.difference(deleted)))
        return bool(withdrawn)

    async def withdraw_before_loading(self, assistant: Assistant, prompt: Turn) -> None:
        """Take a question that was deleted out of its conversation, before `assistant` answers anything."""
        if prompt.message_id is not None:
            async with self.lock(prompt.id):
                shown = await self._withdraw(assistant, prompt.id, prompt.message_id)
            await self.delete_messages(prompt.channel_id, sorted(shown))

    async def _withdraw(self, assistant: Assistant, prompt_id: int, message_id: int) -> set[int]:
        """Stop and withdraw one exchange; the messages that show its reply."""
        shown: set[int] = set()
        if (delivery := self.of_prompt(prompt_id)) is not None:
            delivery.reply.stop()
            await self.halt(delivery)
            shown.update(page.id for page in delivery.pages)
        for withdrawn in await assistant.withdraw([message_id]):
            shown.update(withdrawn.reply_message_ids)
        return shown

    def _delivery(self, reply: Reply, outlet: Outlet, position: Position, notice: str) -> Delivery:
        return Delivery(
            reply,
            outlet,
            position,
            store=self._store,
            pacer=self._pacer,
            delays=self._delays,
            notice=notice,
        )

    def _start(self, delivery: Delivery, position: Position) -> None:
        self._deliveries[delivery.reply.prompt.id] = delivery
        self._tell_changed()
        self._tasks.start(self._run(delivery, position), f"reply to turn {delivery.reply.prompt.id}")

    async def _run(self, delivery: Delivery, position: Position) -> None:
        outcome = Outcome.HALTED
        try:
            outcome = await delivery.run()
            if outcome is Outcome.SHOWN:
                await self._conclude(delivery)
        except Exception:
            self.remember_owed(delivery.outlet.channel_id)
            raise
        finally:
            self.order.leave(position)
            for message_id in delivery.removed:
                self._deleted[message_id] = None
            if self._deliveries.get(delivery.reply.prompt.id) is delivery:
                del self._deliveries[delivery.reply.prompt.id]
            self._tell_changed()
        if outcome is Outcome.OWED:
            self.remember_owed(delivery.outlet.channel_id)
        if outcome is Outcome.GONE and not delivery.reply.is_one_shot:
            await self.withdraw([delivery.key])

    def _tell_changed(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def _conclude(self, delivery: Delivery) -> None:
        """Record that a reply is shown, then mention the person if it took long: in that order, so that
        a restart between the two cannot mention anyone twice."""
        reply, author = delivery.reply, delivery.reply.prompt.author
        if not reply.is_one_shot:
            try:
                await self._store.mark_delivered(reply.turn.id)
            except OvbotError as error:
                logger.error("That turn %d is answered could not be recorded: %s", reply.prompt.id, error)
        took_long = self._mention_after and delivery.took > self._mention_after
        if not took_long or author is None or not self._is_unnoticed(delivery):
            return
        text, outlet = words.replies.done(f"<@{author.id}>"), delivery.outlet
        try:
            async for attempt in attempts(self._delays.pauses, outlet.channel_id):
                with attempt:
                    async with self._pacer.slot(outlet.channel_id, edit=False):
                        await outlet.announce(text, author.id, delivery.pages[0])
        except RequestError as error:
            logger.info("Nobody could be told of the reply in %s: %s", outlet.description, error)

    def _is_unnoticed(self, delivery: Delivery) -> bool:
        """Whether a reply was completed by edits, which raise no unread mark."""
        if delivery.outlet.is_private or not delivery.has_written:
            return False
        return time.monotonic() - delivery.posted_at > self._delays.unread
