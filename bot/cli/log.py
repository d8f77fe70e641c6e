"""What is logged, and where: to standard error, and at no level what people write, nor the token.

Libraries log what they handle: discord.py every payload, asyncio the arguments of callbacks, SQLAlchemy
the parameters of statements. The message of an exception may quote the text that caused it. So a record is
cleaned when it is made, before any handler sees it, a library's own handler included:

- of the bot's own records, everything is kept but the messages of other people's exceptions;
- of discord.py's, the fixed text and the numbers;
- of any other library's, the place in its code;
- a traceback shows the code and the types of the exceptions.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

from bot.errors import OvbotError

if TYPE_CHECKING:
    from rich.console import Console

logger = logging.getLogger(__name__)

_LEFT_OUT = "(message left out)"
# Their messages speak of code. Exactly these: libraries derive others that quote values.
_ABOUT_CODE = (TypeError, AttributeError, NameError, ImportError, ModuleNotFoundError, NotImplementedError)


def set_up_logging(level: str) -> None:
    """Log to standard error: the bot from `level` on, libraries their warnings and errors.

    level: DEBUG, INFO, WARNING or ERROR.
    """
    from rich.logging import RichHandler

    handler: logging.Handler
    if sys.stderr.isatty():
        handler = RichHandler(console=error_console(), show_path=False, rich_tracebacks=False)
        handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
    else:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.setLogRecordFactory(_clean_record)
    libraries = "ERROR" if level == "ERROR" else "WARNING"
    logging.basicConfig(level=libraries, handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(level)
    logging.getLogger("discord").setLevel("INFO" if level == "DEBUG" else libraries)
    # What Python itself would print goes the same way.
    sys.excepthook = _log_crash
    threading.excepthook = _log_thread_crash
    sys.unraisablehook = _log_unraisable
    warnings.showwarning = _log_warning


@cache
def error_console() -> Console:
    """Standard error: one console for the log and the progress bars, which stay below it."""
    from rich.console import Console

    return Console(stderr=True)


def describe(error: BaseException) -> str:
    """What may be logged of an exception: the message only where it cannot quote what people wrote."""
    if isinstance(error, OvbotError):
        return str(error)
    kind = type(error)
    package = kind.__module__.partition(".")[0]
    name = kind.__qualname__ if package in ("builtins", "bot") else f"{kind.__module__}.{kind.__qualname__}"
    if package == "bot":
        # It may have its message from its cause.
        return f"{name}: {describe(error.__cause__) if error.__cause__ else error}"
    if isinstance(error, OSError) and error.strerror:
        return f"{name}: {error.strerror}"  # without the file's name, which may be an attachment's
    if kind in _ABOUT_CODE:
        return f"{name}: {error}"
    if package == "discord" and str(error):
        # The lines after it name fields, and now and then the values in them.
        return f"{name}: {str(error).splitlines()[0]}"
    return f"{name} {_LEFT_OUT}" if str(error) else name


def _clean_record(
    name: str,
    level: int,
    path: str,
    line: int,
    message: object,
    args: Any,
    exc_info: Any,
    function: str | None = None,
    stack: str | None = None,
    **more: Any,
) -> logging.LogRecord:
    package = name.partition(".")[0]
    if package == "bot":
        if isinstance(args, tuple):
            args = tuple(describe(arg) if isinstance(arg, BaseException) else arg for arg in args)
    elif package == "discord" and isinstance(args, tuple):
        args = tuple(map(_clean_argument, args))
    else:
        message, args = f"{_LEFT_OUT}, {_place(path)}, line {line}", ()
    record = logging.LogRecord(name, level, path, line, message, args, exc_info, function, stack, **more)
    if exc_info and exc_info[1] is not None:
        record.exc_text = "\n".join(_trace(exc_info[1]))  # what every formatter takes where it is there
    return record


class _Hidden:
    """Stands for what may hold somebody's words."""

    def __repr__(self) -> str:
        return "…"


def _clean_argument(value: object) -> object:
    if value is None or isinstance(value, int | float):
        return value
    return describe(value) if isinstance(value, BaseException) else _Hidden()


def _place(path: str) -> str:
    """The end of a source file's path: `asyncio/base_events.py`."""
    return "/".join(Path(path).parts[-2:])


def _trace(error: BaseException, indent: str = "") -> Iterator[str]:
    """The lines of a traceback, oldest cause first, with types in place of messages."""
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen:
        seen.append(cause)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    for one in reversed(seen):
        yield f"{indent}Traceback (most recent call last):"
        for frame in traceback.format_tb(one.__traceback__):
            yield from (indent + line for line in frame.rstrip().splitlines())
        yield indent + (f"{type(one).__qualname__}: {one}" if isinstance(one, OvbotError) else describe(one))
        if isinstance(one, BaseExceptionGroup):
            for inner in one.exceptions:
                yield from _trace(inner, indent + "  | ")


def _log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logger.critical("The program ends because of an error in it", exc_info=error)


def _log_thread_crash(args: threading.ExceptHookArgs) -> None:
    logger.error("A thread ended because of an error in it", exc_info=args.exc_value)


def _log_unraisable(args: Any) -> None:
    logger.error("Something went wrong where no error can be raised", exc_info=args.exc_value)


def _log_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    logger.warning("%s in %s, line %d", category.__name__, _place(filename), lineno)
