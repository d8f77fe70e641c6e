"""Shows one reply: a message at once, then edits, until what is shown is what is stored."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum, auto
from functools import partial
from typing import TypeVar

from bot.chat.ports import ConversationStore
from bot.chat.reply import Phase, Reply, Snapshot
from bot.chat.turns import Turn
from bot.client.pacing import Pacer, Timing
from bot.client.persisting import persistently
from bot.client.replies.content import MessageContent
from bot.client.replies.noting import PageNotes
from bot.client.replies.order import Place
from bot.client.replies.outlets import Outlet, Page
from bot.client.replies.render import buttons, has_a_few_words, render, shown_text
from bot.client.replies.typing_shown import typing
from bot.client.requests import DeliveryError, FrozenError, GoneError, PassingError, RefusedError

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Outcome(Enum):
    """How showing a reply went."""

    SHOWN = auto()
    GONE = auto()  # nobody is there to read it: the prompt or a page was deleted
    OWED = auto()  # to be shown another time
    HALTED = auto()


class _HaltedError(Exception):
    """Nothing more is to be shown."""


def key(prompt: Turn) -> int:
    """What the buttons on a reply call it by: the id of the prompt's message; of an aside, its turn's."""
    return prompt.id if prompt.message_id is None else prompt.message_id


class Delivery:
    """Shows `reply` in `outlet`, by one message that grows and further ones where it is long.

    What is shown is always the newest text; what came between two edits is merged. Nothing here
    holds the model back. Run it once, in a task of its own.

    store: where the messages are noted; asides are not.
    place: among the replies of the channel; the pages of those before come first.
    on_take_away: told of each message that is about to be deleted, before it is.
    """

    def __init__(
        self,
        reply: Reply,
        outlet: Outlet,
        place: Place,
        *,
        store: ConversationStore,
        pacer: Pacer,
        timing: Timing,
        on_take_away: Callable[[int], None],
    ) -> None:
        self.reply = reply
        self.outlet = outlet
        self.pages: list[Page] = []
        """The messages that show it now."""
        self.posted_at = float("-inf")
        """When the newest of them was posted, in seconds of time.monotonic."""
        self.has_written = False
        """Whether anything had to be posted or changed."""
        self.known: Sequence[int] = ()
        """The messages that showed it before this, as long as they were not looked up."""
        self.ended = asyncio.Event()
        self._place = place
        self._notes = PageNotes(store, reply)
        self._pacer = pacer
        self._timing = timing
        self._on_take_away = on_take_away
        self._keeps_surplus = True
        self._earlier = 0.0  # seconds since it was asked for, before this run
        self._attach = outlet.takes_files
        self._work: asyncio.Task[object] | None = None
        self._halted = self._is_requesting = False

    @property
    def key(self) -> int:
        """What the buttons on the reply call it by."""
        return key(self.reply.prompt)

    @property
    def took(self) -> float:
        """Seconds since it was asked for."""
        return self._earlier + time.monotonic() - self.reply.asked_at

    def take_over(self, pages: Sequence[Page]) -> None:
        """Begin with pages that show something else so far: the reply is made again."""
        self.pages = list(pages)
        self._keeps_surplus = False

    def take_up(self, known: Sequence[int], *, again: bool) -> None:
        """Begin with the pages that Discord has, among them the `known` messages.

        again: they show something else so far. Else they may show a part of this reply already, and
        there may be a page that nobody knows of.
        """
        self.known = known
        self._notes.noted = dict(enumerate(known))
        self._keeps_surplus = not again
        if not again:
            self._earlier = max(0.0, (datetime.now(UTC) - self.reply.prompt.created_at).total_seconds())

    def shows(self, message_id: int) -> bool:
        """Whether a message is the prompt or a page."""
        known = (self.reply.prompt.message_id, self.reply.turn.message_id, *(page.id for page in self.pages))
        return message_id in known

    def halt(self) -> None:
        """Show nothing more; a request that is on its way is awaited first. Then `ended` is set."""
        self._halted = True
        if self._work is not None and not self._is_requesting:
            self._work.cancel()

    async def run(self) -> Outcome:
        """Show the reply to its end.

        Where that is impossible the reply is stopped (nobody is there to read it) or left to end
        and stay in the store (it may be shown later); the log says which and where.
        """
        outcome = Outcome.HALTED
        try:
            with self._haltable():
                outcome = await self._try()
        finally:
            self.ended.set()
        return outcome

    @contextmanager
    def _haltable(self) -> Iterator[None]:
        self._work = work = asyncio.current_task()
        try:
            yield
        except _HaltedError:
            pass
        except asyncio.CancelledError:
            if not self._halted or work is None or work.uncancel() > 0:
                raise
        finally:
            self._work = None

    async def _try(self) -> Outcome:
        prompt = self.reply.prompt
        try:
            if self._halted:
                raise _HaltedError
            await self._show()
        except GoneError as error:
            self.reply.stop()
            await self.reply.finished()
            logger.info(
                "Turn %d in channel %d: no longer there to be answered (%s)",
                prompt.id, self.outlet.channel_id, error,
            )  # fmt: skip
            return Outcome.GONE
        except DeliveryError as error:
            why = "Discord refuses it" if isinstance(error, RefusedError) else "Discord cannot be reached"
            kept = "It is lost." if self.reply.is_aside else "It is kept in the database."
            logger.error(
                "The reply to turn %d cannot be shown in %s: %s (%s). %s",
                prompt.id, self.outlet.place, why, error, kept,
            )  # fmt: skip
            await self.reply.finished()
            return Outcome.OWED
        return Outcome.SHOWN

    async def _show(self) -> None:
        if self.known:
            find = partial(self.outlet.find, self.known, further=self._keeps_surplus)
            self.pages, self.known = await self._notes.own(await self._persist(find)), ()
            if self.pages and self.pages[0].is_void:
                with suppress(DeliveryError):
                    await self._persist(self._take_away)
                self.pages = []
        await self._await_turn()
        async with typing(self.outlet, lambda: self.reply.snapshot.phase is not Phase.DONE):
            await self._await_text()
            await self._place.reached()
        async for _ in self.reply.changes():
            await self._catch_up()

    async def _await_text(self) -> None:
        """Wait until there is something to show; say how it stands where that takes a while."""
        if not self.pages:
            await self._patiently(_has_text)
        if not _has_text(self.reply.snapshot):
            await self._place.reached()
        async for snapshot in self.reply.changes():
            if _has_text(snapshot):
                break
            await self._catch_up()
            self._place.visible.set()
        self._place.visible.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timing.first_words):
                await self._until(has_a_few_words)

    async def _await_turn(self) -> None:
        """Wait until the reply is being made; say which place in line it has where that takes a while."""
        await self._patiently(lambda snapshot: snapshot.phase is not Phase.QUEUED)
        if self.reply.snapshot.phase is Phase.QUEUED:
            await self._place.may_be_told()
        async for snapshot in self.reply.changes():
            if snapshot.phase is not Phase.QUEUED:
                return
            await self._catch_up()
            self._place.visible.set()

    async def _patiently(self, met: Callable[[Snapshot], bool]) -> None:
        """Wait for a state, but not longer than people wait without a word."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timing.patience):
                await self._until(met)

    async def _until(self, met: Callable[[Snapshot], bool]) -> None:
        async for snapshot in self.reply.changes():
            if met(snapshot):
                return

    async def _catch_up(self) -> None:
        """Make requests until what is shown is the newest state."""
        while self._difference() is not None:
            await self._persist(self._step)

    def _wanted(self) -> list[MessageContent]:
        snapshot = self.reply.snapshot
        *others, last = render(snapshot, attach=self._attach)
        return [*others, replace(last, buttons=buttons(snapshot, self.key, stored=not self.reply.is_aside))]

    def _difference(self) -> tuple[int, MessageContent | None] | None:
        """The first page that is not as it should be, and what it should show; None for it to go."""
        if self._halted:
            raise _HaltedError
        wanted = self._wanted()
        for index, body in enumerate(wanted):
            if index >= len(self.pages) or self.pages[index].body != body:
                return index, body
        may_go = self.reply.snapshot.phase is Phase.DONE or not self._keeps_surplus
        return (len(self.pages) - 1, None) if len(self.pages) > len(wanted) and may_go else None

    async def _step(self) -> None:
        """Make one request, about the newest state at the time when its turn has come."""
        before = self._difference()
        is_edit = before is not None and before[0] < len(self.pages)
        try:
            async with self._pacer.slot(self.outlet.channel_id, edit=is_edit):
                difference = self._difference()
                if difference is None or (difference[0] < len(self.pages)) != is_edit:
                    return
                self._is_requesting = True
                await self._request(*difference, is_edit=is_edit)
            await self._notes.note(self.pages)
        finally:
            self._is_requesting = False

    async def _request(self, index: int, body: MessageContent | None, *, is_edit: bool) -> None:
        self.has_written = True
        try:
            if body is None:
                await self._take_away()
            elif is_edit:
                await self._change(index, body)
            else:
                self.pages.append(await self._create(body, index))
        except RefusedError as error:
            if body is None or not body.files:
                raise
            logger.info("No file can be attached in %s: %s", self.outlet.place, error)
            self._attach = False

    async def _create(self, body: MessageContent, index: int) -> Page:
        page = await self.outlet.create(body, index)
        self.posted_at = time.monotonic()
        return page

    async def _change(self, index: int, body: MessageContent) -> None:
        try:
            self.pages[index] = await self.outlet.edit(self.pages[index], body)
        except FrozenError:
            self.pages[index] = await self._create(body, index)

    async def _take_away(self) -> None:
        page = self.pages.pop()
        self._on_take_away(page.id)  # first, so that its deletion is not taken for somebody else's
        try:
            await self.outlet.delete(page)
        except PassingError:
            self.pages.append(page)
            raise

    async def _persist(self, request: Callable[[], Awaitable[T]]) -> T:
        return await persistently(request, self._timing.pauses, self.outlet.channel_id)


def _has_text(snapshot: Snapshot) -> bool:
    return snapshot.phase is Phase.DONE or bool(shown_text(snapshot).strip())
