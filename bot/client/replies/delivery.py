"""Shows one reply: a message at once, then edits, until what is shown is what is stored."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum, auto

from bot.chat.reply import Phase, Reply, Snapshot
from bot.chat.turns import FinishReason, Turn
from bot.client.replies.content import MessageContent
from bot.client.replies.outlets import Outlet, Page, typing
from bot.client.replies.render import buttons, has_a_few_words, render, visible_text
from bot.client.requests import (
    Delays,
    EditLimitError,
    GoneError,
    Pacer,
    RefusedError,
    RequestError,
    TransientError,
    attempts,
)
from bot.client.services import ConversationStore
from bot.errors import OvbotError

logger = logging.getLogger(__name__)


class Outcome(Enum):
    """How showing a reply went."""

    SHOWN = auto()
    GONE = auto()  # nobody is there to read it: the question or a page was deleted
    OWED = auto()  # to be shown another time
    HALTED = auto()


class _HaltedError(Exception):
    """Nothing more is to be shown."""


def key(prompt: Turn) -> int:
    """The key in the buttons of a reply: the id of the question's message; of a one-shot, its turn's id."""
    return prompt.id if prompt.message_id is None else prompt.message_id


@dataclass(eq=False, slots=True)
class Position:
    """A reply's position among those of its channel: behind `before`, if there is one.

    visible: something of it is shown. left: nothing more of it will be posted.
    """

    channel_id: int
    before: Position | None
    visible: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait_for_visible(self) -> None:
        """Wait until something is shown of the reply before."""
        if self.before is not None:
            await self.before.visible.wait()

    async def wait_for_turn(self) -> None:
        """Wait until nothing more will be posted of the reply before."""
        if self.before is not None:
            await self.before.left.wait()
            self.before = None  # or it would keep all that ever were before it


class ChannelOrder:
    """The order in which a channel's replies are posted: that of the questions they answer."""

    def __init__(self) -> None:
        self._last: dict[int, Position] = {}

    def join(self, channel_id: int) -> Position:
        """The position behind all others of the channel."""
        position = Position(channel_id, self._last.get(channel_id))
        self._last[channel_id] = position
        return position

    def insert(self, before: Position) -> Position:
        """A position right before another one, of which nothing is posted yet."""
        position = Position(before.channel_id, before.before)
        before.before = position
        return position

    def leave(self, position: Position) -> None:
        """Let the next one post; harmless when repeated."""
        position.visible.set()
        position.left.set()
        if self._last.get(position.channel_id) is position:
            del self._last[position.channel_id]


class Delivery:
    """Shows `reply` in `outlet`, by one message that grows and further ones where it is long.

    It shows the newest text; what came between two edits is merged. Nothing here slows the model.
    Run it once, in a task of its own.

    store: records which messages show the reply; a one-shot's are not recorded.
    """

    def __init__(
        self,
        reply: Reply,
        outlet: Outlet,
        position: Position,
        *,
        store: ConversationStore,
        pacer: Pacer,
        delays: Delays,
        notice: str = "",
    ) -> None:
        self.reply = reply
        self.outlet = outlet
        self.pages: list[Page] = []
        """The messages that show it now."""
        self.removed: set[int] = set()
        """The messages that this delivery deleted itself."""
        self.posted_at = float("-inf")
        """When the newest page was posted, in seconds of time.monotonic."""
        self.has_written = False
        """Whether anything had to be posted or changed."""
        self.known: Sequence[int] = ()
        """The messages that showed it before this run, until they are looked up."""
        self.notice = notice
        """Shown beside the first page, apart from the reply."""
        self.ended = asyncio.Event()
        self._position = position
        self._store = store
        self._pacer = pacer
        self._delays = delays
        self._recorded: dict[int, int] = {}  # message ids by page
        self._orphan: Page | None = None
        self._looks_up = False
        self._keeps_surplus = True
        self._earlier = 0.0  # seconds since it was asked for, before this run
        self._attaches = outlet.allows_files
        self._task: asyncio.Task[object] | None = None
        self._halted = self._is_requesting = self._is_uncertain = False

    @property
    def key(self) -> int:
        """The key in the reply's buttons."""
        return key(self.reply.prompt)

    @property
    def took(self) -> float:
        """Seconds since it was asked for."""
        return self._earlier + time.monotonic() - self.reply.asked_at

    def take_over(self, pages: Sequence[Page]) -> None:
        """Start with pages that show something else so far."""
        self.pages = list(pages)
        self._keeps_surplus = False
        if pages and pages[0].content is not None and pages[0].content.notice:
            self.notice = pages[0].content.notice

    def restore(self, known: Sequence[int], *, regenerated: bool) -> None:
        """Start with the pages that Discord has, among them the `known` messages.

        regenerated: they show another reply so far. Else they may show a part of this one, and there
        may be a page that nobody knows of.
        """
        self.known = known
        self._looks_up = True
        self._recorded = dict(enumerate(known))
        self._keeps_surplus = not regenerated
        if not regenerated:
            self._earlier = max(0.0, (datetime.now(UTC) - self.reply.prompt.created_at).total_seconds())

    def shows(self, message_id: int) -> bool:
        """Whether a message is the question or a page."""
        ids = (self.reply.prompt.message_id, self.reply.turn.message_id, *(page.id for page in self.pages))
        return message_id in ids

    def halt(self) -> None:
        """Show nothing more; a request that is on its way is awaited first. Then `ended` is set."""
        self._halted = True
        if self._task is not None and not self._is_requesting:
            self._task.cancel()

    async def all_pages(self) -> list[Page]:
        """The messages that show it once it was halted: with one whose post was on its way then, and may have
        been carried out although nothing came back.
        """
        if self._is_uncertain:
            with suppress(RequestError):
                async for attempt in attempts(self._delays.pauses, self.outlet.channel_id):
                    with attempt:
                        known = [page.id for page in self.pages]
                        return await self.outlet.find(known, key=self.key, further=True)
        return self.pages

    async def run(self) -> Outcome:
        """Show the reply to its end.

        Where that is impossible the reply is stopped (nobody is there to read it) or left to end and
        stay in the store (it may be shown later); the log says which and where.
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
        self._task = task = asyncio.current_task()
        try:
            yield
        except _HaltedError:
            pass
        except asyncio.CancelledError:
            if not self._halted or task is None or task.uncancel() > 0:
                raise
        finally:
            self._task = None

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
                "Turn %d in channel %d: the question or the reply was deleted (%s)",
                prompt.id, self.outlet.channel_id, error,
            )  # fmt: skip
            return Outcome.GONE
        except RequestError as error:
            why = "Discord refuses it" if isinstance(error, RefusedError) else "Discord cannot be reached"
            kept = "It is lost." if self.reply.is_one_shot else "It is kept in the database."
            logger.error(
                "The reply to turn %d cannot be shown in %s: %s (%s). %s",
                prompt.id, self.outlet.description, why, error, kept,
            )  # fmt: skip
            await self.reply.finished()
            return Outcome.OWED
        return Outcome.SHOWN

    async def _show(self) -> None:
        if self._looks_up:
            await self._look_up_pages()
        await self._await_turn()
        async with typing(self.outlet):
            await self._await_text()
        async for _ in self.reply.changes():
            await self._catch_up()

    async def _look_up_pages(self) -> None:
        """Find the pages that an earlier run left on Discord."""
        async for attempt in attempts(self._delays.pauses, self.outlet.channel_id):
            with attempt:
                found = await self.outlet.find(self.known, key=self.key, further=self._keeps_surplus)
        self.pages, self.known = await self._own(found), ()
        self._orphan = next((page for page in self.pages if page.is_orphan), None)
        self.pages = [page for page in self.pages if not page.is_orphan]
        if self.pages and self.pages[0].content is not None:
            self.notice = self.pages[0].content.notice

    async def _own(self, pages: Sequence[Page]) -> list[Page]:
        """The pages without those that belong to another reply, be it a withdrawn one."""
        own = []
        for page in pages:
            owner = None
            if page.id not in self._recorded.values() and not self.reply.is_one_shot:
                try:
                    owner = await self._store.message_owner(page.id)
                except OvbotError as error:
                    logger.error("Whose page message %d is cannot be read: %s", page.id, error)
            if owner in (None, self.reply.turn.id):
                own.append(page)
        return own

    async def _await_turn(self) -> None:
        """Wait until the reply is being generated; show its position in the queue if that takes a while."""
        await self._wait_briefly_for_turn()
        async for snapshot in self.reply.changes():
            if snapshot.phase is not Phase.QUEUED:
                return
            await self._catch_up()
            self._position.visible.set()

    async def _wait_briefly_for_turn(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._delays.patience):
                async for snapshot in self.reply.changes():
                    if snapshot.phase is not Phase.QUEUED:
                        return

    async def _await_text(self) -> None:
        """Wait until there is something to show; say what is going on if that takes a while."""
        if not self.pages:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._delays.patience):
                    async for snapshot in self.reply.changes():
                        if _has_text(snapshot):
                            break
        async for snapshot in self.reply.changes():
            if _has_text(snapshot):
                break
            await self._catch_up()
            self._position.visible.set()
        self._position.visible.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._delays.first_words):
                async for snapshot in self.reply.changes():
                    if has_a_few_words(snapshot):
                        break

    async def _catch_up(self) -> None:
        """Make requests until what is shown is the newest state."""
        while (difference := self._difference()) is not None:
            index, _ = difference
            if index >= len(self.pages) and not (index == 0 and self.outlet.has_response):
                await self._wait_to_post()
            async for attempt in attempts(self._delays.pauses, self.outlet.channel_id):
                with attempt:
                    await self._step()
        if self._orphan is not None and self.pages:
            async for attempt in attempts(self._delays.pauses, self.outlet.channel_id):
                with attempt:
                    await self._remove_orphan(self._orphan)
            self._orphan = None

    async def _wait_to_post(self) -> None:
        """Wait until a page may be posted, so that the channel's replies stand in order; edits need not."""
        await self._position.wait_for_visible()
        if _has_text(snapshot := self.reply.snapshot) and not _was_stopped_in_queue(snapshot):
            await self._position.wait_for_turn()

    def _wanted(self) -> list[MessageContent]:
        snapshot = self.reply.snapshot
        contents = render(snapshot, attach=self._attaches)
        contents[-1] = replace(
            contents[-1], buttons=buttons(snapshot, self.key, stored=not self.reply.is_one_shot)
        )
        contents[0] = replace(contents[0], notice=self.notice)
        return contents

    def _difference(self) -> tuple[int, MessageContent | None] | None:
        """The first page that is not as it should be, and what it should show; None for it to go."""
        if self._halted:
            raise _HaltedError
        wanted = self._wanted()
        for index, content in enumerate(wanted):
            if index >= len(self.pages) or self.pages[index].content != content:
                return index, content
        may_go = self.reply.snapshot.phase is Phase.DONE or not self._keeps_surplus
        return (len(self.pages) - 1, None) if len(self.pages) > len(wanted) and may_go else None

    async def _step(self) -> None:
        """Make one request, about the newest state at the time when its slot has come."""
        before = self._difference()
        is_edit = before is not None and before[0] < len(self.pages)
        try:
            async with self._pacer.slot(self.outlet.channel_id, edit=is_edit):
                difference = self._difference()
                if difference is None or (difference[0] < len(self.pages)) != is_edit:
                    return
                self._is_requesting = True
                try:
                    await self._request(*difference, is_edit=is_edit)
                except TransientError:
                    if self._halted:  # whoever halted it does not wait for more attempts
                        self._is_uncertain = not is_edit
                        raise _HaltedError from None
                    raise
            await self._record_pages()
        finally:
            self._is_requesting = False

    async def _request(self, index: int, content: MessageContent | None, *, is_edit: bool) -> None:
        self.has_written = True
        try:
            if content is None:
                await self._remove_last()
            elif is_edit:
                await self._edit(index, content)
            else:
                self.pages.append(await self._create(content, index))
        except RefusedError as error:
            if content is None or not content.files:
                raise
            logger.info("No file can be attached in %s: %s", self.outlet.description, error)
            self._attaches = False

    async def _create(self, content: MessageContent, index: int) -> Page:
        page = await self.outlet.create(content, index)
        self.posted_at = time.monotonic()
        return page

    async def _edit(self, index: int, content: MessageContent) -> None:
        page = self.pages[index]
        try:
            self.pages[index] = await self.outlet.edit(page, content)
        except EditLimitError:
            self.pages[index] = await self._create(content, index)
        except TransientError:
            # It may have been carried out. The next edit says all, not only what seems to be different.
            self.pages[index] = Page(page.id, None)
            raise

    async def _remove_last(self) -> None:
        page = self.pages.pop()
        self.removed.add(page.id)  # first, so that its deletion is not taken for somebody else's
        try:
            with suppress(GoneError):  # somebody else deleted it
                await self.outlet.delete(page)
        except TransientError:
            self.pages.append(page)
            raise

    async def _remove_orphan(self, page: Page) -> None:
        """Delete what said "thinking", now that another page is known in its place: without either, a reply
        that is cut off here would be taken for a deleted one."""
        self.removed.add(page.id)
        with suppress(RefusedError, GoneError):
            await self.outlet.delete(page)

    async def _record_pages(self) -> None:
        """Write down which messages show the reply, where that changed."""
        if self.reply.is_one_shot:
            return
        for index, page in enumerate(self.pages):
            if self._recorded.get(index) == page.id:
                continue
            if index == 0:
                self.reply.turn = replace(self.reply.turn, message_id=page.id)
            try:
                await self._store.mark_posted(self.reply.turn.id, page.id, index)
                self._recorded[index] = page.id
            except OvbotError as error:
                logger.error("Message %d could not be recorded as a page: %s", page.id, error)


def _was_stopped_in_queue(snapshot: Snapshot) -> bool:
    return snapshot.finish_reason is FinishReason.STOPPED and not snapshot.text and not snapshot.prompt_tokens


def _has_text(snapshot: Snapshot) -> bool:
    return snapshot.phase is Phase.DONE or bool(visible_text(snapshot).strip())
