"""The words of a message, whoever wrote it and however it came here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import discord

from bot.client.inbox.addressing import Names, plain_text

AnyMessage: TypeAlias = discord.Message | discord.MessageSnapshot


def words_of(message: AnyMessage, names: Names) -> str:
    """All that a message says by itself: its text, embeds, poll and stickers; not its files."""
    parts = [plain_text(message.content, 0, names), *extras(message)]
    parts += [plain_text(embed_text(embed), 0, names) for embed in message.embeds]
    return "\n".join(part for part in parts if part)


def extras(message: AnyMessage) -> Iterator[str]:
    """What stands in a message beside its text and is said by its author: a poll, stickers."""
    if isinstance(message, discord.Message) and message.poll is not None:
        answers = " / ".join(answer.text for answer in message.poll.answers if answer.text)
        yield f"[poll: {_line(message.poll.question)}{f' ({_line(answers)})' if answers else ''}]"
    for sticker in message.stickers:
        yield f"[sticker: {_line(sticker.name)}]"


def embed_text(embed: discord.Embed) -> str:
    """What an embed says, from top to bottom."""
    lines = [
        embed.author.name,
        embed.title,
        embed.description,
        *(f"{field.name}: {field.value}" for field in embed.fields),
        embed.footer.text,
    ]
    return "\n".join(line.strip() for line in lines if line and line.strip())


def _line(text: str) -> str:
    return " ".join(text.split())
