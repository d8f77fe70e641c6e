"""What recorded traffic tells of a bot's manners: whether it waits as Discord asks, how often it edits."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from bot.sandbox.wire import Exchange, Frame, Wire

_MESSAGES = "/channels/{channel_id}/messages"
# Of what is sent and answered, what tells how a bot behaves.
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
    """Recorded traffic, requests and frames each in the order of their time."""

    requests: list[Exchange]
    frames: list[Frame]

    def dispatched(self, name: str) -> Iterator[Frame]:
        """The events of a name, as the gateway sent them."""
        return (frame for frame in self.frames if frame.sent and frame.data.get("t") == name)


def save(wire: Wire, file: Path) -> None:
    """Write what went over a wire as gzipped lines of JSON, without what only takes room."""
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
    names = ("method", "route", "path", "status", "at", "done_at")
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
        "query": {},
        "headers": {},
        "files": (),
        "multipart": False,
        "answer_headers": {},
    }
    return Exchange(**line, **left_out)


def refusals(exchanges: Iterable[Exchange]) -> list[Exchange]:
    """The requests that were refused because there were too many."""
    return [exchange for exchange in exchanges if exchange.status == 429]


def impatient(exchanges: Iterable[Exchange]) -> list[tuple[Exchange, Exchange]]:
    """The 429s that were not waited out, each with the request that came too early: of the same
    method and path, or of any where the refusal was a global one."""
    ordered = sorted(exchanges, key=lambda exchange: exchange.at)
    return [
        (refused, later)
        for refused in refusals(ordered)
        for later in ordered
        if refused.done_at < later.at < refused.done_at + float(refused.answer["retry_after"])
        and (refused.answer.get("global") or (refused.method, refused.path) == (later.method, later.path))
    ]


def given_up(exchanges: Iterable[Exchange]) -> list[Exchange]:
    """The 429s after which nothing more was tried at the same place."""
    last = {(exchange.method, exchange.path): exchange for exchange in exchanges}
    return refusals(last.values())


def edit_gaps(exchanges: Iterable[Exchange]) -> dict[str, list[float]]:
    """Seconds between each edit of a message and what was written before it in the same channel, by
    channel id; as requests arrive, refused ones left out."""
    written: dict[str, list[Exchange]] = defaultdict(list)
    for exchange in exchanges:
        is_message = (exchange.route or "").startswith(_MESSAGES)
        if is_message and exchange.method in ("POST", "PATCH") and exchange.status == 200:
            written[exchange.path.split("/")[2]].append(exchange)
    return {
        channel: [later.at - earlier.at for earlier, later in pairwise(made) if later.method == "PATCH"]
        for channel, made in written.items()
    }
