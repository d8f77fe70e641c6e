"""Options that several commands share, and what they have in common."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.settings import Settings

ModelDir = Annotated[
    Path | None, typer.Option("--model-dir", help="Folder of an OpenVINO model (MODEL_DIR).", metavar="DIR")
]
EngineName = Annotated[
    str | None, typer.Option("--engine", help="genai or optimum (ENGINE).", metavar="NAME")
]
Device = Annotated[str | None, typer.Option("--device", help="CPU, GPU, GPU.0, NPU, AUTO (DEVICE).")]
LogLevel = Annotated[
    str | None, typer.Option("--log-level", help="DEBUG, INFO, WARNING or ERROR (LOG_LEVEL).")
]

_LIBRARIES = ("httpx", "huggingface_hub", "alembic", "sqlalchemy", "aiosqlite", "asyncio", "transformers")


def settings_with(**options: Any) -> Settings:
    """The settings, with the options that were given in place of the variables'."""
    from bot.settings import load_settings

    given = {name: value for name, value in options.items() if value is not None}
    return load_settings(**given)


def set_up_logging(level: str) -> None:
    """Log to standard error; libraries that would log what people wrote, or much, only warnings."""
    import logging

    from rich.console import Console
    from rich.logging import RichHandler

    handler: logging.Handler
    if sys.stderr.isatty():
        handler = RichHandler(console=Console(stderr=True), show_path=False, rich_tracebacks=False)
        handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
    else:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for library in _LIBRARIES:
        logging.getLogger(library).setLevel(logging.WARNING)
    if level != "DEBUG":
        logging.getLogger("discord").setLevel(logging.WARNING)


# What the next Ctrl-C calls, in place of ending the program; the last one first.
_on_interrupt: list[Callable[[], object]] = []


@contextmanager
def interrupting(stop: Callable[[], object]) -> Iterator[None]:
    """Let Ctrl-C call `stop` once within; the next one ends the program, as it does elsewhere."""
    _on_interrupt.append(stop)
    try:
        yield
    finally:
        if stop in _on_interrupt:
            _on_interrupt.remove(stop)


def run_until_done(main: Coroutine[Any, Any, None]) -> None:
    """Run `main`; a signal to end (Ctrl-C, or SIGTERM from a service manager) lets it clean up."""

    async def guarded() -> None:
        task = asyncio.ensure_future(main)
        loop = asyncio.get_running_loop()

        def interrupted() -> None:
            stop = _on_interrupt.pop() if _on_interrupt else task.cancel
            stop()

        if sys.platform == "win32":  # the loop handles no signals there
            signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(interrupted))
        else:
            loop.add_signal_handler(signal.SIGTERM, task.cancel)
            loop.add_signal_handler(signal.SIGINT, interrupted)
        try:
            await task
        except asyncio.CancelledError:
            if not task.cancelled():
                raise

    try:
        asyncio.run(guarded())
    except KeyboardInterrupt:  # before the handler was there
        return
