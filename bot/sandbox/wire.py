"""The recorded traffic: every REST request with its answer, and every gateway message."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.model import Json

_SECRET_HEADERS = frozenset({"authorization", "cookie"})


@dataclass(frozen=True)
class Exchange:
    """A REST request and its answer.

    route: the path template below /api/v10; None for an unknown path. body: the JSON of the request, or
    of a multipart form's `payload_json`. files: names and sizes (bytes) of uploads. status: 0 where the
    connection was dropped. at, done_at: when it came and was answered (`Clock.monotonic`).
    """

    method: str
    route: str | None
    path: str
    query: dict[str, str]
    headers: dict[str, str] = field(repr=False)
    body: Any
    files: tuple[tuple[str, int], ...]
    multipart: bool
    status: int
    answer: Any
    answer_headers: dict[str, str] = field(repr=False)
    at: float
    done_at: float


@dataclass(frozen=True)
class Frame:
    """A gateway message. sent: by the sandbox; else it came from the client."""

    sent: bool
    data: Json
    at: float


class Wire:
    """The newest `keep` exchanges and frames, oldest first."""

    def __init__(self, keep: int) -> None:
        self._exchanges: deque[Exchange] = deque(maxlen=keep)
        self._frames: deque[Frame] = deque(maxlen=keep)

    def __iter__(self) -> Iterator[Exchange]:
        return iter(tuple(self._exchanges))

    def __len__(self) -> int:
        return len(self._exchanges)

    @property
    def frames(self) -> list[Frame]:
        """The gateway messages."""
        return list(self._frames)

    def record(self, exchange: Exchange) -> None:
        """Keep a request with its answer."""
        self._exchanges.append(exchange)

    def record_frame(self, frame: Frame) -> None:
        """Keep a gateway message, without the token in it."""
        data = frame.data
        if isinstance(data.get("d"), dict) and "token" in data["d"] and not frame.sent:
            data = {**data, "d": {**data["d"], "token": "***"}}
        self._frames.append(Frame(frame.sent, data, frame.at))

    def clear(self) -> None:
        """Forget everything recorded so far."""
        self._exchanges.clear()
        self._frames.clear()

    def find(
        self, method: str | None = None, route: str | None = None, *, status: int | None = None
    ) -> list[Exchange]:
        """The exchanges with that method, route (template, or regular expression for paths) and status."""
        return [
            e
            for e in self._exchanges
            if (method is None or e.method == method)
            and (route is None or e.route == route or re.fullmatch(route, e.path) is not None)
            and (status is None or e.status == status)
        ]

    def edits(self, message_id: int) -> list[Exchange]:
        """The edits of one message, refused ones included."""
        return [e for e in self.find("PATCH") if e.path.endswith(f"/messages/{message_id}")]


def shown_headers(headers: Any) -> dict[str, str]:
    """Request headers without the secret ones."""
    return {name: value for name, value in headers.items() if name.lower() not in _SECRET_HEADERS}
