"""Shows one reply: a message at once, then edits, until what is shown is what is stored."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TypeVar

from bot.chat.assistant import Assistant
from bot.chat.reply import Phase, Reply, Snapshot
from bot.client.failures import DeliveryError, FrozenError, GoneError, PassingError, RefusedError
from bot.client.order import Place
from bot.client.outlets import Outlet, Page
from bot.client.pacing import Pacer, Timing
from bot.client.rendering import has_a_few_words, render, shown_text
from bot.errors import OvbotError

logger = logging.getLogger(__name__)

T = TypeVar("T")

# Discord shows typing for 10 s.
_TYPING_INTERVAL = 8.0


class Delivery:
    """Shows `reply` in `outlet`, by one message that grows and further ones where it is long.

    What is shown is always the newest text; what came between two edits is merged. Nothing here
    holds the model back. Run it once, in a task of its own.

    place: among the replies of the channel; the pages of those before come first.
    resumed: an earlier run may have shown a part of it.
    """

    def __init__(
        self,
        reply: Reply,
        outlet: Outlet,
        pacer: Pacer,
        assistant: Assistant,
        timing: Timing,
        place: Place,
        *,
        resumed: bool = False,
    ) -> None:
        self.reply = reply
        self._outlet = outlet
        self._pacer = pacer
        self._assistant = assistant
        self._place = place
        self._resumed = resumed
        self._timing = timing
        self._shown: list[Page] = []
        self._page_deleted = False
        self._prompt_deleted = False

    async def run(self) -> None:
        """Show the reply to its end, and note that it was shown.

        Where that is impossible the reply is stopped (nobody is there to read it) or left to end
        and stay in the store (it may be shown later); the log says which and where.
        """
        if await self._try():
            with store_trouble_logged():
                await self._assistant.delivered(self.reply)

    async def _try(self) -> bool:
        """Show the reply; False where it is to be shown another time."""
        try:
            await self._show()
        except GoneError as error:
            self.reply.stop()
            await self.reply.finished()
            logger.info(
                "Turn %d in channel %d: no longer there to be answered (%s)",
                self.reply.prompt.id, self._outlet.channel_id, error,
            )  # fmt: skip
        except DeliveryError as error:
            why = "Discord refuses it" if isinstance(error, RefusedError) else "Discord cannot be reached"
            logger.error(
                "The reply to turn %d cannot be shown in %s: %s (%s). It is kept in the database.",
                self.reply.prompt.id, self._outlet.place, why, error,
            )  # fmt: skip
            await self.reply.finished()
            return False
        return True

    def message_deleted(self, message_id: int) -> None:
        """Take note that a message was deleted: the prompt or a page of this reply ends it."""
        if message_id in [page.id for page in self._shown]:
            self._page_deleted = True
            self.reply.stop()
        elif message_id == self.reply.prompt.message_id:
            self._prompt_deleted = True
            self.reply.stop()

    async def _show(self) -> None:
        first = self.reply.turn.message_id
        if self._resumed and first is not None:
            self._shown = await self._persist(lambda: self._outlet.find(first))
        async with typing(self._outlet, lambda: self.reply.snapshot.phase is not Phase.DONE):
            await self._await_text()
            await self._place.reached()
        async for _ in self.reply.changes():
            await self._catch_up()

    async def _await_text(self) -> None:
        """Wait until there is something to show; say how long the line is where that takes a while."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timing.patience):
                await self._until(lambda snapshot: snapshot.phase is not Phase.QUEUED)
        if self.reply.snapshot.phase is Phase.QUEUED:
            await self._place.may_be_told()
        async for snapshot in self.reply.changes():
            if snapshot.phase is Phase.DONE or shown_text(snapshot).strip():
                break
            if snapshot.phase is Phase.QUEUED or self._shown:
                await self._catch_up()
            self._place.visible.set()
        self._place.visible.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timing.first_words):
                await self._until(has_a_few_words)

    async def _until(self, met: Callable[[Snapshot], bool]) -> None:
        async for snapshot in self.reply.changes():
            if met(snapshot):
                return

    async def _catch_up(self) -> None:
        """Make requests until what is shown is the newest state."""
        while self._difference() is not None:
            await self._persist(self._step)

    def _difference(self) -> tuple[int, str | None] | None:
        """The first page that is not as it should be, and what it should say; None for it to go."""
        # What is shown of a reply whose prompt was deleted stays, and says that it was stopped.
        if self._page_deleted or (self._prompt_deleted and not self._shown):
            raise GoneError("a message was deleted")
        wanted = render(self.reply.snapshot)
        for index, content in enumerate(wanted):
            if index >= len(self._shown) or self._shown[index].content != content:
                return index, content
        if len(self._shown) > len(wanted) and self.reply.snapshot.phase is Phase.DONE:
            return len(self._shown) - 1, None
        return None

    async def _step(self) -> None:
        """Make one request, about the newest state at the time when its turn has come."""
        before = self._difference()
        is_edit = before is not None and before[0] < len(self._shown)
        async with self._pacer.slot(self._outlet.channel_id, edit=is_edit):
            difference = self._difference()
            if difference is None or (difference[0] < len(self._shown)) != is_edit:
                return
            index, content = difference
            if content is None:
                await self._take_away()
            elif is_edit:
                await self._change(index, content)
            else:
                self._shown.append(await self._outlet.create(content, index))
        if self._shown[0].id != self.reply.turn.message_id:
            with store_trouble_logged():
                await self._assistant.posted(self.reply, self._shown[0].id)

    async def _change(self, index: int, content: str) -> None:
        try:
            self._shown[index] = await self._outlet.edit(self._shown[index], content)
        except FrozenError:
            self._shown[index] = await self._outlet.create(content, index)

    async def _take_away(self) -> None:
        page = self._shown.pop()  # first, so that its deletion is not taken for somebody else's
        try:
            await self._outlet.delete(page)
        except PassingError:
            self._shown.append(page)
            raise

    async def _persist(self, request: Callable[[], Awaitable[T]]) -> T:
        return await persistently(request, self._timing.pauses, self._outlet.channel_id)


async def persistently(request: Callable[[], Awaitable[T]], pauses: Iterable[float], channel_id: int) -> T:
    """Make a request, again and again while Discord or the network is in trouble.

    pauses: seconds between the attempts; what the one after the last pause raises goes through.
    """
    for pause in pauses:
        try:
            return await request()
        except PassingError as error:
            logger.warning(
                "Discord is in trouble in channel %d, next attempt in %g s: %s", channel_id, pause, error
            )
            await asyncio.sleep(pause)
    return await request()


@asynccontextmanager
async def typing(outlet: Outlet, is_making: Callable[[], bool]) -> AsyncIterator[None]:
    """Show typing within, as long as something is being made."""

    async def repeat() -> None:
        while is_making():
            with suppress(DeliveryError):
                await outlet.typing()
            await asyncio.sleep(_TYPING_INTERVAL)

    task = asyncio.create_task(repeat(), name=f"typing in {outlet.channel_id}")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@contextmanager
def store_trouble_logged() -> Iterator[None]:
    """Trouble with the store must not keep a reply from being shown."""
    try:
        yield
    except OvbotError as error:
        logger.error("What was shown could not be written down: %s", error)
