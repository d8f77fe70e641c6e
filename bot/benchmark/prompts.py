"""Prompts of a given length that share no prefix, so that the prefix cache never helps by chance."""

from __future__ import annotations

import random

from bot.chat.ports import PartKind, PromptPart, Tokenizer

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Prompts:
    """Draws random prompts; with the same seed, every engine gets the same ones."""

    def __init__(self, tokenizer: Tokenizer, seed: int = 1) -> None:
        self._tokenizer = tokenizer
        self._random = random.Random(seed)

    def draw(self, tokens: int) -> list[int]:
        """Ids of a message that asks for a long reply: `tokens` of them, or as few as a message can have."""
        frame = len(self._chat(""))
        text = self._words(tokens) + "\nWrite a long story in which all of these words occur."
        return self._chat(self._tokenizer.cut(text, max(tokens - frame, 1)))

    def ids(self, tokens: int) -> list[int]:
        """Ids of plain text, exactly `tokens` of them."""
        return self._tokenizer.encode_text(self._words(tokens))[:tokens]

    def _chat(self, text: str) -> list[int]:
        return self._tokenizer.encode_chat([PromptPart(PartKind.USER, text)])

    def _words(self, count: int) -> str:
        """Words of at least `count` tokens: every word is at least one."""
        return " ".join("".join(self._random.choices(_LETTERS, k=6)) for _ in range(count))
