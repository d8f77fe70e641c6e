"""Another program's run: its lines as they come, and its end with this one's."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import IO

import psutil

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class ChildProcess:
    """Runs a command, its errors among its output. Used as a context manager, which ends it."""

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        """Take the command's words and all of its environment. Raises: OSError."""
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
        )

    def __enter__(self) -> ChildProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.stdout is not None:
            self._process.stdout.close()
        if self._process.poll() is None:
            with suppress(psutil.NoSuchProcess):
                _end(psutil.Process(self._process.pid))
            self._process.wait()

    def lines(self) -> Iterator[str]:
        """Its lines without colours, until it closes its output."""
        assert self._process.stdout is not None
        return _lines(self._process.stdout)

    def wait(self) -> int:
        """Its exit code; minus the number of the signal that ended it."""
        return self._process.wait()


def _end(process: psutil.Process) -> None:
    """End a process and all that it started, which else would go on alone: venv has another run pip."""
    with suppress(psutil.NoSuchProcess):
        # Not to start any more while its children are ended.
        process.suspend()
        for child in process.children():
            _end(child)
        process.kill()


def _lines(stream: IO[bytes]) -> Iterator[str]:
    """Lines as they come, where a bar that is drawn over itself counts as a line each time."""
    rest = b""
    while chunk := stream.read1(1 << 16):  # type: ignore[attr-defined]
        *whole, rest = re.split(rb"[\r\n]+", rest + chunk)
        yield from map(_plain, whole)
    if rest:
        yield _plain(rest)


def _plain(line: bytes) -> str:
    return ESCAPE.sub("", line.decode("utf-8", "replace")).rstrip()
