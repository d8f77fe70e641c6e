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

    def draw(self, tokens: int) -> list[PromptPart]:
        """A message that asks for a long reply: `tokens` as a prompt, or as few as a message can have."""
        frame = len(self._tokenizer.encode([PromptPart(PartKind.USER, "")]))
        text = self.text(tokens) + "\nWrite a long story in which all of these words occur."
        return [PromptPart(PartKind.USER, self._tokenizer.cut(text, max(tokens - frame, 1)))]

    def text(self, tokens: int) -> str:
        """Plain text of about so many tokens, and no more."""
        return self._tokenizer.cut(self._words(tokens), tokens)

    def _words(self, count: int) -> str:
        """Words of at least `count` tokens: every word is at least one."""
        return " ".join("".join(self._random.choices(_LETTERS, k=6)) for _ in range(count))
