"""A conversation as a Markdown file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from bot.chat.turns import Ending, Exchange, Turn
from bot.client.words import commands as words


def markdown(title: str, exchanges: Sequence[Exchange], own_name: str, most_bytes: int) -> bytes:
    """The file: a heading, then who said what and when, oldest first.

    own_name: the bot's. most_bytes: the oldest exchanges are left out where there would be more.
    """
    parts = [_exchange(exchange, own_name).encode() for exchange in exchanges]
    head, left_out = f"# {title}\n".encode(), f"\n*{words.export_left_out()}*\n".encode()
    room = most_bytes - len(head) - len(left_out)
    kept = len(parts)
    while kept and len(parts[-kept]) <= room:
        room -= len(parts[-kept])
        kept -= 1
    return b"".join([head, *([left_out] if kept else []), *parts[kept:]])


def _exchange(exchange: Exchange, own_name: str) -> str:
    author = exchange.prompt.author
    return _turn(exchange.prompt, author.name if author else "?") + _turn(exchange.reply, own_name)


def _turn(turn: Turn, name: str) -> str:
    when = turn.created_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    quoted = [f"> {line}".rstrip() for line in turn.context.splitlines()]
    ending = words.export_ending(turn.ended) if turn.ended not in (None, Ending.COMPLETE) else None
    blocks = ["\n".join(quoted), turn.text, f"*{ending}*" if ending else ""]
    said = "\n\n".join(block for block in blocks if block)
    return f"\n**{name}** · {when}\n\n{said}\n"
