"""What recorded traffic tells of a bot's manners: whether it waits as Discord asks, how often it edits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from bot.sandbox.wire import Exchange

_MESSAGES = "/channels/{channel_id}/messages"


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
