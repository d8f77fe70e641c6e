"""The prompt of a turn, as token ids within the model's budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.ports import ModelInfo, PartKind, PromptPart, Tokenizer
from bot.chat.turns import Author, Exchange, Turn
from bot.errors import SettingsError

# Control tokens and template text around one exchange; every known chat template has fewer. Only
# steers how much is dropped at once: what is kept is measured exactly.
_EXCHANGE_OVERHEAD = 16

# Letters and signs that show nothing; what Unicode calls a format or a space is not printable anyway.
_BLANKS = " \u115f\u1160\u2800\u3164\uffa0"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt that fits.

    token_ids: shape [n]. max_new_tokens: room for the reply.
    first_turn: id of the oldest turn shown; later prompts must not go back before it, so that
        their beginning stays the same and the engine's prefix cache keeps working.
    cut: the person's message was too long; its end is missing.
    """

    token_ids: list[int]
    max_new_tokens: int
    first_turn: int
    cut: bool


class PromptBuilder:
    """Builds prompts for one model and one system prompt.

    The budget in tokens is the smallest of the model's context, its sliding window (what lies
    further back is not attended to, the system prompt neither) and `context_tokens`; at most half
    of it is kept free for the reply.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        model: ModelInfo,
        system_prompt: str,
        max_new_tokens: int,
        context_tokens: int | None = None,
    ) -> None:
        bounds = (model.context_length, model.sliding_window, context_tokens)
        self._limit = min(bound for bound in bounds if bound is not None)
        self._max_new_tokens = max_new_tokens
        self._budget = self._limit - min(max_new_tokens, self._limit // 2)
        self._tokenizer = tokenizer
        self._system = [PromptPart(PartKind.SYSTEM, system_prompt)] if system_prompt.strip() else []
        self._room = self._budget - len(self._encode([], ""))
        if self._room < self._budget // 4:
            bound = f" and CONTEXT_TOKENS={context_tokens}" if self._limit == context_tokens else ""
            raise SettingsError(
                f"SYSTEM_PROMPT takes {self._budget - self._room} tokens, and the model has room for "
                f"{self._budget} with MAX_NEW_TOKENS={max_new_tokens}{bound}: shorten the prompt"
                f"{', or allow more context' if bound else ' or the replies'}."
            )

    @property
    def budget(self) -> int:
        """Tokens a prompt may have."""
        return self._budget

    def system_ids(self) -> list[int]:
        """The ids that every prompt begins with, shape [n], to fill a prefix cache with."""
        one, other = self._encode([], "a"), self._encode([], "b")
        same = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
        return one[:same]

    def build(self, history: Sequence[Exchange], turn: Turn) -> Prompt:
        """The prompt for `turn` after `history` (oldest first).

        When the budget is exceeded, whole exchanges are left out from the oldest on, until half of
        it is free again: dropping one a turn would change the prompt's beginning at every turn, and
        with it empty the prefix cache.
        """
        named = len({t.author.id for t in (*(e.prompt for e in history), turn) if t.author}) > 1
        text, cut = self._fit(self._said(turn, named))
        kept = list(history)
        ids = self._encode(self._parts(kept, named), text)
        if len(ids) > self._budget:
            kept = self._newest(kept, named, self._budget // 2 - len(self._tokenizer.encode_text(text)))
            ids = self._encode(self._parts(kept, named), text)
        while len(ids) > self._budget and kept:
            del kept[0]
            ids = self._encode(self._parts(kept, named), text)
        return Prompt(
            token_ids=ids,
            max_new_tokens=min(self._max_new_tokens, self._limit - len(ids)),
            first_turn=kept[0].prompt.id if kept else turn.id,
            cut=cut,
        )

    def _encode(self, parts: list[PromptPart], text: str) -> list[int]:
        return self._tokenizer.encode_chat([*self._system, *parts, PromptPart(PartKind.USER, text)])

    def _fit(self, text: str) -> tuple[str, bool]:
        """`text`, cut at a token boundary where it alone exceeds the budget; whether it was cut."""
        room, whole = self._room, text
        if len(text.encode()) <= room - _EXCHANGE_OVERHEAD:  # a token has at least one byte
            return text, False
        if len(self._encode([], text)) <= self._budget:
            return text, False
        while True:
            text = self._tokenizer.cut(whole, room)
            excess = len(self._encode([], text)) - self._budget
            if excess <= 0 or room <= 0:
                return text, True
            room -= excess

    def _newest(self, history: list[Exchange], named: bool, room: int) -> list[Exchange]:
        """The newest exchanges that together take at most about `room` tokens."""
        kept: list[Exchange] = []
        for exchange in reversed(history):
            said = self._tokenizer.encode_text(self._said(exchange.prompt, named))
            answered = exchange.reply.token_ids or self._tokenizer.encode_text(exchange.reply.text)
            room -= len(said) + len(answered) + _EXCHANGE_OVERHEAD
            if room < 0:
                break
            kept.append(exchange)
        return kept[::-1]

    def _parts(self, history: Sequence[Exchange], named: bool) -> list[PromptPart]:
        parts: list[PromptPart] = []
        for exchange in history:
            reply = exchange.reply
            same = reply.tokenizer == self._tokenizer.fingerprint
            parts.append(PromptPart(PartKind.USER, self._said(exchange.prompt, named)))
            parts.append(PromptPart(PartKind.ASSISTANT, reply.text, reply.token_ids if same else ()))
        return parts

    def _said(self, turn: Turn, named: bool) -> str:
        """What a person said, with their name in front where several speak."""
        return f"{_plain(turn.author)}: {turn.text}" if named and turn.author else turn.text


def _plain(author: Author) -> str:
    """A name on one line and without a colon, so that nobody can pass for two speakers.

    Where there is nothing to see in a name, the id stands for it.
    """
    name = " ".join(author.name.replace(":", " ").split())
    visible = any(char.isprintable() and char not in _BLANKS for char in name)
    return name if visible else str(author.id)
