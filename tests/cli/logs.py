"""Undoing what `set_up_logging` changes for the whole process."""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def restored_logging() -> Iterator[None]:
    """Bring logging and Python's hooks back to what they were before the block."""
    root, factory = logging.getLogger(), logging.getLogRecordFactory()
    handlers, levels = (
        root.handlers[:],
        {name: logging.getLogger(name).level for name in ("", "bot", "discord")},
    )
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning
    try:
        yield
    finally:
        logging.setLogRecordFactory(factory)
        root.handlers[:] = handlers
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
        sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning = hooks
