"""How the bot lays out its own texts, in Discord's Markdown."""

from __future__ import annotations


def part(name: str, text: str, level: int = 3) -> str:
    """A heading with a text below it."""
    return f"{'#' * level} {name}\n{text}".rstrip()


def cut(text: str, most: int) -> str:
    """`text` on one line, with at most `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
