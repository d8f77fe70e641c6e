"""The bot's side of one request: ids come in, text goes to its reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.ports import Finish, Sampling
from bot.chat.turns import Ending
from bot.engine.genai.messages import Add, Output
from bot.engine.slot import Slot
from bot.engine.text import TextStream
from bot.errors import EngineError
from bot.i18n import mark

FAILED = mark("The model failed on this reply: {reason}")
NO_TEXT = mark("The model's reply is no text: {reason}")


class Stream:
    """One request, over all the processes that work on it.

    prompt_ids: shape [n]. sampling: with a seed, and a max_new_tokens that fits the context.
    """

    def __init__(self, prompt_ids: Sequence[int], sampling: Sampling, text: TextStream, slot: Slot) -> None:
        self._prompt_ids = tuple(prompt_ids)
        self._sampling = sampling
        self._text = text
        self._slot = slot
        self._ids: list[int] = []
        self.deaths = 0
        """How many processes died while they worked on it."""

    @property
    def reserved_tokens(self) -> int:
        """Prompt and longest reply."""
        return len(self._prompt_ids) + self._sampling.max_new_tokens

    def add(self, number: int) -> Add:
        """The command that makes a process begin, or go on where another one died."""
        left = self._sampling.max_new_tokens - len(self._ids)
        seed = (self._sampling.seed or 0) + len(self._ids)
        sampling = replace(self._sampling, max_new_tokens=left, seed=seed % 2**63, stop=())
        return Add(number, (*self._prompt_ids, *self._ids), sampling)

    def take(self, output: Output) -> bool:
        """Pass on what the model made. Whether the stream has ended by it."""
        if output.error:
            self.fail(EngineError(FAILED, reason=output.error))
            return True
        if output.prompt_read is not None:
            self._slot.read(min(output.prompt_read, len(self._prompt_ids)))
            return False
        text = ""
        for id_ in output.token_ids:
            self._ids.append(id_)
            try:
                text += self._text.push((id_,))
            except Exception as error:  # noqa: BLE001  tokenizers raises no narrower one
                self.fail(EngineError(NO_TEXT, reason=error))
                return True
            if self._text.stopped:
                self._finish(text, Ending.COMPLETE, output.reused_tokens)
                return True
        if output.ended:
            self._finish(text + self._text.finish(), output.ended, output.reused_tokens)
            return True
        self._slot.put(text, len(self._ids))
        return False

    def fail(self, error: EngineError) -> None:
        """End the stream by an error."""
        self._slot.fail(error)

    def _finish(self, text: str, ending: Ending, reused: int | None) -> None:
        if reused is not None:
            reused = min(reused, len(self._prompt_ids))
        finish = Finish(ending, tuple(self._ids), len(self._prompt_ids), reused)
        self._slot.finish(text, finish)
