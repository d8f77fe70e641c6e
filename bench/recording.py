"""Recorded traffic of the local Discord, in a file."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.sandbox.wire import Exchange, Frame, Wire

# The fields of bodies and answers that tell how a bot behaves.
_KEPT = (
    "id",
    "channel_id",
    "content",
    "message_reference",
    "retry_after",
    "global",
    "code",
    "heartbeat_interval",
)


@dataclass(frozen=True)
class Recording:
    """Requests and gateway frames, each in the order of their time."""

    requests: list[Exchange]
    frames: list[Frame]

    def dispatched(self, name: str) -> Iterator[Frame]:
        """The gateway's events of that name."""
        return (frame for frame in self.frames if frame.sent and frame.data.get("t") == name)


def save(wire: Wire, file: Path) -> None:
    """Write recorded traffic as gzipped lines of JSON, without the fields that nothing here reads."""
    lines = [_request_line(exchange) for exchange in wire] + [_frame_line(frame) for frame in wire.frames]
    with gzip.open(file, "wt", encoding="utf-8") as out:
        for line in sorted(lines, key=lambda line: line["at"]):
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


def load(file: Path) -> Recording:
    """Read what `save` wrote."""
    requests, frames = [], []
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            if "method" in line:
                requests.append(_exchange(line))
            else:
                frames.append(Frame(line["sent"], line["data"], line["at"]))
    return Recording(sorted(requests, key=lambda exchange: exchange.at), frames)


def _request_line(exchange: Exchange) -> dict[str, Any]:
    names = ("method", "route", "path", "query", "status", "at", "done_at")
    line = {name: getattr(exchange, name) for name in names}
    return {**line, "body": _kept(exchange.body), "answer": _kept(exchange.answer)}


def _frame_line(frame: Frame) -> dict[str, Any]:
    data, content = frame.data, frame.data.get("d")
    kept: Any = _kept(content) if isinstance(content, dict) else content
    if isinstance(content, dict) and data.get("t") == "MESSAGE_CREATE":
        kept["author"] = {name: content["author"].get(name) for name in ("id", "username", "bot")}
    return {"sent": frame.sent, "at": frame.at, "data": {"op": data["op"], "t": data.get("t"), "d": kept}}


def _kept(content: Any) -> Any:
    return {name: content[name] for name in _KEPT if name in content} if isinstance(content, dict) else None


def _exchange(line: dict[str, Any]) -> Exchange:
    left_out: dict[str, Any] = {
        "query": {},  # in older recordings
        "headers": {},
        "files": (),
        "multipart": False,
        "answer_headers": {},
    }
    return Exchange(**{**left_out, **line})
