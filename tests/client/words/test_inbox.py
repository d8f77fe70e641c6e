"""Why a file was not read, in words."""

from __future__ import annotations

from bot.client.words import inbox


def test_an_empty_file_is_said_to_be_empty() -> None:
    assert inbox.unread(inbox.EMPTY, "**notes.txt**", 1024) == "**notes.txt** is empty."


def test_the_largest_size_is_named_in_kilobytes() -> None:
    assert "up to 512 KB" in inbox.unread(inbox.TOO_LARGE, "**big.txt**", 512 * 1024)
