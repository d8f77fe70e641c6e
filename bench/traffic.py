"""How the bot treats Discord and people, from recorded traffic: waits, edits, rate limits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, median

from bench.recording import Recording
from bot.sandbox.wire import Exchange

_MESSAGES = "/channels/{channel_id}/messages"
_SMALL_PRINT = "-# "


@dataclass(slots=True)
class Asked:
    """A message to the bot and its reply.

    Times in seconds, None for never. first_sign: the first typing notice or message in its channel.
    first_words: the first text of the reply itself. last_words: the last change of the reply's first page.
    replies: messages that reply to it. final: the text of the first page.
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
class Traffic:
    """The figures of a recording. Times in seconds.

    answered, refused, silent, twice: messages with a reply, with a refusal alone, with nothing, and with more
    than one reply. Waits run from a message to the first words of its reply; worst_first_sign: to a typing
    notice or a message. passed: how many replies one person got, at most, while another waited for one.
    answers_each: the fewest and the most replies that a person got. closest_edit: the shortest time between
    an edit and the write before it in the same channel. limited: requests that were refused with 429;
    not_waited_out: of them, those followed by another request too early; given_up: those never tried again.
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
    unacknowledged: int


def analyse(recording: Recording) -> Traffic:
    """The figures of a recording, which has at least one message that was answered."""
    asked = conversation(recording)
    waits = [a.first_words - a.at for a in asked if a.first_words is not None]
    signs = [a.first_sign - a.at for a in asked if a.first_sign is not None]
    each: dict[str, int] = defaultdict(int)
    for a in asked:
        each[a.person] += a.first_words is not None
    gaps = [gap for gaps in edit_gaps(recording.requests).values() for gap in gaps]
    beats = [frame for frame in recording.frames if not frame.sent and frame.data["op"] == 1]
    acknowledged = [frame for frame in recording.frames if frame.sent and frame.data["op"] == 11]
    return Traffic(
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
    """The messages to the bot, in the order in which they were sent."""
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
    """How many replies one other person got, at most, while a message waited."""
    begun: dict[str, int] = defaultdict(int)
    until = waiting.first_words if waiting.first_words is not None else waiting.at
    for other in asked:
        if other.person != waiting.person and other.first_words and waiting.at < other.first_words < until:
            begun[other.person] += other.at > waiting.at
    return max(begun.values(), default=0)


def refusals(exchanges: Iterable[Exchange]) -> list[Exchange]:
    """The requests that were refused with 429."""
    return [exchange for exchange in exchanges if exchange.status == 429]


def impatient(exchanges: Iterable[Exchange]) -> list[tuple[Exchange, Exchange]]:
    """The 429s that were not waited out, each with the request that came too early: one to the same
    method and path, or to any where the limit is global."""
    ordered = sorted(exchanges, key=lambda exchange: exchange.at)
    return [
        (refused, later)
        for refused in refusals(ordered)
        for later in ordered
        if refused.done_at < later.at < refused.done_at + float(refused.answer["retry_after"])
        and (refused.answer.get("global") or (refused.method, refused.path) == (later.method, later.path))
    ]


def given_up(exchanges: Iterable[Exchange]) -> list[Exchange]:
    """The 429s after which the same request was not tried again."""
    last = {(exchange.method, exchange.path): exchange for exchange in exchanges}
    return refusals(last.values())


def edit_gaps(exchanges: Iterable[Exchange]) -> dict[str, list[float]]:
    """The seconds between each edit and the write before it in the same channel, by channel id.

    Counted as requests arrive; those that were refused do not count.
    """
    written: dict[str, list[Exchange]] = defaultdict(list)
    for exchange in exchanges:
        is_message = (exchange.route or "").startswith(_MESSAGES)
        if is_message and exchange.method in ("POST", "PATCH") and exchange.status == 200:
            written[exchange.path.split("/")[2]].append(exchange)
    return {
        channel: [later.at - earlier.at for earlier, later in pairwise(made) if later.method == "PATCH"]
        for channel, made in written.items()
    }


def _note_sign(exchange: Exchange, asked: dict[str, Asked]) -> None:
    """A typing notice is a sign for everybody who waits in the channel."""
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
