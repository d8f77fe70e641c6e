"""Requests to Discord: how they fail, when they are tried again, and how fast they may follow each other.

Every request goes through `translate_errors`, so that what can go wrong is one of as few kinds as there
are things to do about it:

    RequestError
    ├── GoneError             the message, the question or the channel no longer exists: stop
    ├── RefusedError          not allowed or not accepted: keep the reply, tell the log
    │   ├── CannotReplyError      the bot may write but not reply: post without a reference
    │   └── AcknowledgedError     an interaction has its first answer already: go on with it
    ├── EditLimitError        an old message was edited too often: post a new one
    ├── TokenExpiredError     the interaction's token has expired: go on in the channel
    └── TransientError        Discord or the network is in trouble: try again
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import aiohttp
import discord
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    wait_chain,
    wait_fixed,
)

logger = logging.getLogger(__name__)

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json-json-error-codes
_UNKNOWN_WEBHOOK = 10015
_INVALID_WEBHOOK_TOKEN = 50027
_INVALID_FORM = 50035
_TOO_MANY_OLD_EDITS = 30046
_NO_HISTORY_FOR_REPLY = 160002
_ALREADY_ACKNOWLEDGED = 40060


class RequestError(Exception):
    """A request to Discord failed."""


class GoneError(RequestError):
    """What the request is about no longer exists."""


class RefusedError(RequestError):
    """Discord does not allow or does not accept the request."""


class CannotReplyError(RefusedError):
    """The bot may write here but not reply: it may not read the message history."""


class AcknowledgedError(RefusedError):
    """The interaction was acknowledged already, by an attempt whose answer was lost."""


class EditLimitError(RequestError):
    """The message is too old to be edited this often."""


class TokenExpiredError(RequestError):
    """The interaction's token is no longer valid."""


class TransientError(RequestError):
    """Discord or the network is in trouble; the request may or may not have been carried out."""


@contextmanager
def translate_errors() -> Iterator[None]:
    """Raise what discord.py and aiohttp raise inside as one of the errors above."""
    try:
        yield
    except discord.RateLimited as error:
        raise TransientError(str(error)) from error
    except discord.HTTPException as error:
        raise _kind(error)(_summary(error)) from error
    except (aiohttp.ClientError, OSError, TimeoutError, json.JSONDecodeError) as error:
        raise TransientError(str(error) or type(error).__name__) from error


def _kind(error: discord.HTTPException) -> type[RequestError]:
    # A 404 without one of Discord's codes comes from something in between.
    if error.status >= 500 or error.status == 429 or (error.status == 404 and not error.code):
        return TransientError
    if error.code in (_UNKNOWN_WEBHOOK, _INVALID_WEBHOOK_TOKEN):
        return TokenExpiredError
    if error.code == _TOO_MANY_OLD_EDITS:
        return EditLimitError
    if error.code == _NO_HISTORY_FOR_REPLY:
        return CannotReplyError
    if error.code == _ALREADY_ACKNOWLEDGED:
        return AcknowledgedError
    # A reply to a message that was deleted is refused as a form with an unknown message in it.
    if error.status == 404 or (error.code == _INVALID_FORM and "message_reference" in error.text):
        return GoneError
    return RefusedError


def _summary(error: discord.HTTPException) -> str:
    return f"HTTP {error.status}, code {error.code}: {' '.join(error.text.split())}"


def attempts(pauses: Sequence[float], channel_id: int) -> AsyncRetrying:
    """Attempts at a request, as long as it fails with TransientError:

        async for attempt in attempts(delays.pauses, channel_id):
            with attempt:
                page = await outlet.create(content, 0)

    Any other error, and what the last attempt raises, ends the loop. pauses: seconds between the attempts.
    """
    return AsyncRetrying(
        retry=retry_if_exception_type(TransientError),
        wait=wait_chain(*(wait_fixed(pause) for pause in pauses)),
        stop=stop_after_attempt(len(pauses) + 1),
        before_sleep=_log_retry(channel_id),
        reraise=True,
    )


def _log_retry(channel_id: int) -> Callable[[RetryCallState], None]:
    def log(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome is not None else None
        logger.warning(
            "Discord is in trouble in channel %d, next attempt in %g s: %s",
            channel_id, state.upcoming_sleep, error,
        )  # fmt: skip

    return log


@dataclass(frozen=True, slots=True)
class Delays:
    """How long to wait for what, in seconds; `rate` in requests a second.

    edit_interval: between an edit and whatever was written before it in the same channel.
    rate: messages written or edited in all channels together. Discord allows 50 requests of every kind.
    first_words: longest wait for a few words after the first one.
    patience: longest wait in silence; after it people are told where they are in the queue.
    unread: a message posted so recently has just raised its unread mark.
    pauses: between attempts while Discord or the network is in trouble; three minutes in all.
    history_pauses: between attempts to read a channel's history; the last one repeats.
    presence_interval: between two changes of presence. Discord allows five in 20 s.
    progress_interval: between two looks at what takes long, in the answer to a command.
    """

    edit_interval: float = 1.0
    rate: float = 20.0
    first_words: float = 0.6
    patience: float = 2.0
    unread: float = 10.0
    pauses: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0, 30.0, 60.0)
    history_pauses: tuple[float, ...] = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
    presence_interval: float = 5.0
    progress_interval: float = 3.0


@dataclass(slots=True)
class _ChannelPace:
    """One channel: when its last request was answered, and how many tasks use it."""

    last: float = float("-inf")
    users: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


# The slot that the running task is in.
_slot: ContextVar[_ChannelPace | None] = ContextVar("slot", default=None)


class Pacer:
    """Spaces out the requests that write messages, so that Discord's limits are met by waiting.

    The interval runs from the answer to one request to the sending of the next, so that the two are
    that far apart for the sender, for Discord, and for whoever listens between them. Within a channel,
    and among channels, slots go to those who asked first: a channel holds one slot at a time, so none
    can crowd out the others.

    `trace` is for the HTTP session: discord.py may hold a request back before it sends it, and itself
    after the answer; only the session knows the request's own time.

    interval: seconds. rate: slots a second over all channels. Time is the event loop's.
    """

    def __init__(self, interval: float = 1.0, rate: float = 20.0) -> None:
        self._interval = interval
        self._gap = 1 / rate
        self._channels: OrderedDict[int, _ChannelPace] = OrderedDict()
        self._turnstile = asyncio.Lock()
        self._next = float("-inf")
        self.trace = aiohttp.TraceConfig()
        self.trace.on_request_end.append(self._record_answer)
        self.trace.on_request_exception.append(self._record_answer)

    @property
    def channels(self) -> int:
        """How many channels are remembered; one that is idle for an interval is forgotten."""
        return len(self._channels)

    @asynccontextmanager
    async def slot(self, channel_id: int, *, edit: bool) -> AsyncIterator[None]:
        """Wait for the right to make one request in a channel; the request is made inside.

        edit: keep the interval from the channel's last request. A new message need not: it is what
        people wait for, and Discord's own limit on it is left to the HTTP client.
        """
        channel = self._channels.setdefault(channel_id, _ChannelPace())
        channel.users += 1
        try:
            async with channel.lock:
                if edit:
                    await _sleep_until(channel.last + self._interval)
                async with self._turnstile:
                    await _sleep_until(self._next)
                    self._next = _now() + self._gap
                begun = _now()
                token = _slot.set(channel)
                try:
                    yield
                finally:
                    _slot.reset(token)
                    if channel.last < begun:  # no answer was seen
                        channel.last = _now()
                    self._channels.move_to_end(channel_id)
        finally:
            channel.users -= 1
            self._forget_idle()

    async def _record_answer(self, *_: object) -> None:
        if (channel := _slot.get()) is not None:
            channel.last = _now()

    def _forget_idle(self) -> None:
        for channel_id, channel in list(self._channels.items()):
            if channel.users or channel.last + self._interval > _now():
                break
            del self._channels[channel_id]


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _sleep_until(due: float) -> None:
    if (wait := due - _now()) > 0:
        await asyncio.sleep(wait)
