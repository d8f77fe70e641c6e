"""What Ctrl-C (SIGINT) and SIGTERM do: the first signal stops the program in order, the second at once.

`install` runs before anything slow is imported, so that no signal ever meets Python's own handler, which
answers with a traceback. A signal that arrives before there is anything to stop is remembered, and stops
the command as soon as it begins.
"""

from __future__ import annotations

import atexit
import os
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class _State:
    """received: the first signal. stop: stops what runs now. on_ctrl_c: what Ctrl-C calls instead, the
    last one first."""

    def __init__(self) -> None:
        self.received: int | None = None
        self.stop: Callable[[], object] | None = None
        self.on_ctrl_c: list[Callable[[], object]] = []


_state = _State()


def install() -> None:
    """Handle the signals from now on. For the main thread."""
    for number in _SIGNALS:
        signal.signal(number, _handle)
    # Registered first, so called last: when Python takes its own parts down, it puts back the default, by
    # which a late signal would change the exit code.
    atexit.register(_ignore)


def run(main: Coroutine[Any, Any, None], *, until_stopped: bool = False) -> None:
    """Run `main` on an event loop; a signal cancels it, so that it cleans up.

    until_stopped: whether a signal is the usual end of `main`.

    Raises: SystemExit with 128 plus the signal's number where a signal stopped it, unless
    `until_stopped`; whatever `main` raises.
    """
    import asyncio
    import logging

    async def stoppable() -> None:
        loop, task = asyncio.get_running_loop(), asyncio.ensure_future(main)
        loop.set_exception_handler(_log_error)

        def stop() -> None:
            logging.getLogger(__name__).info("Stopping; another signal ends the program at once")
            task.cancel()

        with _stopped_by(lambda: loop.call_soon_threadsafe(stop)):
            await asyncio.wait({task})
        if not task.cancelled():
            task.result()

    asyncio.run(stoppable())
    if _state.received is not None and not until_stopped:
        raise SystemExit(128 + _state.received)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let a signal raise SystemExit within, with 128 plus its number, so that the block cleans up."""

    def stop() -> None:
        raise SystemExit(128 + (_state.received or 0))

    with _stopped_by(stop):
        yield


@contextmanager
def on_ctrl_c(call: Callable[[], object]) -> Iterator[None]:
    """Let the first Ctrl-C within call `call` on the running event loop; the program goes on."""
    import asyncio

    loop = asyncio.get_running_loop()

    def instead() -> None:
        loop.call_soon_threadsafe(call)

    _state.on_ctrl_c.append(instead)
    try:
        yield
    finally:
        if instead in _state.on_ctrl_c:
            _state.on_ctrl_c.remove(instead)


@contextmanager
def _stopped_by(stop: Callable[[], object]) -> Iterator[None]:
    before, outer = [signal.signal(number, _handle) for number in _SIGNALS], _state.stop
    _state.stop = stop
    try:
        if _state.received is not None:
            stop()
        yield
    finally:
        _state.stop = outer
        for number, handler in zip(_SIGNALS, before, strict=True):
            signal.signal(number, handler)


def _ignore() -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _handle(number: int, frame: FrameType | None) -> None:
    if number == signal.SIGINT and _state.on_ctrl_c and _state.received is None:
        _state.on_ctrl_c.pop()()
    elif _state.received is None:
        _state.received = number
        if _state.stop is not None:
            _state.stop()
    else:
        # Not by an exception: raised in the middle of cleaning up, it would leave a traceback.
        os._exit(128 + number)


def _log_error(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """asyncio's own handler quotes the arguments of callbacks, and with them what people wrote."""
    import logging

    error = context.get("exception")
    logging.getLogger(__name__).error("Something went wrong in the event loop", exc_info=error)
