"""How a bot behaved towards Discord and towards people, from a recording of the wire."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from statistics import mean, median

from bench.wire import Recording, edit_gaps, given_up, impatient, refusals
from bot.sandbox.wire import Exchange

_SMALL_PRINT = "-# "


@dataclass(slots=True)
class Asked:
    """A message to the bot and what came of it; times in seconds, None for never.

    first_sign: typing in its channel, or a message. first_words: of the answer itself. last_words:
    when the first page of the answer last changed.
    """

    id: str
    channel: str
    person: str
    at: float
    first_sign: float | None = None
    first_words: float | None = None
    last_words: float | None = None
    replies: int = 0
    final: str = ""


@dataclass(frozen=True, slots=True)
class Manners:
    """Figures of a recording; times in seconds.

    silent: messages without any reply. twice: messages with more than one. Waits run from a message to
    the first words of its answer. passed: how often, at most, one person was begun to be answered
    while another one waited. closest_edit: between an edit and what was written before it in the
    same channel. limited: requests refused for being too many; of them those not waited out, and
    those that nothing came after.
    """

    people: int
    channels: int
    seconds: float
    messages: int
    answered: int
    refused: int
    silent: int
    twice: int
    worst_first_sign: float
    mean_wait: float
    median_wait: float
    worst_wait: float
    worst_to_mean: float
    passed: int
    answers_each: tuple[int, int]
    requests: int
    edits: int
    closest_edit: float
    limited: int
    not_waited_out: int
    given_up: int
    heartbeats: int
    unacknowledged: int = field(default=0)


def manners(recording: Recording) -> Manners:
    """The figures of a recording."""
    asked = conversation(recording)
    waits = [a.first_words - a.at for a in asked if a.first_words is not None]
    signs = [a.first_sign - a.at for a in asked if a.first_sign is not None]
    each: dict[str, int] = defaultdict(int)
    for a in asked:
        each[a.person] += a.first_words is not None
    gaps = [gap for gaps in edit_gaps(recording.requests).values() for gap in gaps]
    beats = [frame for frame in recording.frames if not frame.sent and frame.data["op"] == 1]
    acknowledged = [frame for frame in recording.frames if frame.sent and frame.data["op"] == 11]
    return Manners(
        people=len(each),
        channels=len({a.channel for a in asked}),
        seconds=max(exchange.done_at for exchange in recording.requests) - asked[0].at,
        messages=len(asked),
        answered=len(waits),
        refused=sum(a.first_words is None and a.replies > 0 for a in asked),
        silent=sum(a.replies == 0 for a in asked),
        twice=sum(a.replies > 1 for a in asked),
        worst_first_sign=max(signs),
        mean_wait=mean(waits),
        median_wait=median(waits),
        worst_wait=max(waits),
        worst_to_mean=max(waits) / mean(waits),
        passed=max(passed(a, asked) for a in asked),
        answers_each=(min(each.values()), max(each.values())),
        requests=len(recording.requests),
        edits=len(gaps),
        closest_edit=min(gaps),
        limited=len(refusals(recording.requests)),
        not_waited_out=len(impatient(recording.requests)),
        given_up=len(given_up(recording.requests)),
        heartbeats=len(beats),
        unacknowledged=len(beats) - len(acknowledged),
    )


def conversation(recording: Recording) -> list[Asked]:
    """The messages to the bot, in the order in which they were said."""
    asked = {
        frame.data["d"]["id"]: Asked(
            frame.data["d"]["id"], frame.data["d"]["channel_id"], frame.data["d"]["author"]["id"], frame.at
        )
        for frame in recording.dispatched("MESSAGE_CREATE")
        if not frame.data["d"]["author"]["bot"] and frame.data["d"]["content"].startswith("<@")
    }
    showing: dict[str, Asked] = {}  # by the id of the message that shows the reply
    for exchange in recording.requests:
        _note_sign(exchange, asked)
        if exchange.method not in ("POST", "PATCH") or exchange.status != 200:
            continue
        reference = (exchange.body or {}).get("message_reference")
        if exchange.method == "POST" and reference and (to := str(reference["message_id"])) in asked:
            showing[exchange.answer["id"]] = asked[to]
            asked[to].replies += 1
        shown = showing.get(
            exchange.path.rsplit("/", 1)[-1] if exchange.method == "PATCH" else exchange.answer["id"]
        )
        if shown is not None and "content" in exchange.body:
            _note_words(exchange, shown)
    return list(asked.values())


def passed(waiting: Asked, asked: list[Asked]) -> int:
    """How often one other person's answers were begun, at most, while a message waited."""
    begun: dict[str, int] = defaultdict(int)
    until = waiting.first_words if waiting.first_words is not None else waiting.at
    for other in asked:
        if other.person != waiting.person and other.first_words and waiting.at < other.first_words < until:
            begun[other.person] += other.at > waiting.at
    return max(begun.values(), default=0)


def _note_sign(exchange: Exchange, asked: dict[str, Asked]) -> None:
    """Typing is for all who wait in a channel."""
    is_typing = exchange.path.endswith("/typing")
    if is_typing or (exchange.method == "POST" and exchange.path.endswith("/messages")):
        for a in asked.values():
            if a.first_sign is None and a.at <= exchange.at and a.channel == exchange.path.split("/")[2]:
                a.first_sign = exchange.at


def _note_words(exchange: Exchange, shown: Asked) -> None:
    shown.final = exchange.body["content"] or ""
    if any(line and not line.startswith(_SMALL_PRINT) for line in shown.final.splitlines()):
        shown.first_words = shown.first_words or exchange.at
        shown.last_words = exchange.at
