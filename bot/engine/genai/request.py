"""The bot's side of one request: token ids come in, and go to its reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.ports import SamplingParams
from bot.chat.turns import Image
from bot.engine.genai.protocol import AddRequest, RequestOutput
from bot.engine.output_collector import OutputCollector
from bot.errors import EngineError
from bot.i18n import mark

FAILED = mark("The model failed on this reply: {reason}")


class Request:
    """One request, over all the processes that work on it.

    prompt_ids: shape [n]. sampling: with a seed, and a max_new_tokens that fits the context. images: the
    pictures in the prompt, of `image_tokens` tokens each.
    """

    def __init__(
        self,
        prompt_ids: Sequence[int],
        sampling: SamplingParams,
        output: OutputCollector,
        images: Sequence[Image] = (),
        image_tokens: int = 0,
    ) -> None:
        self._prompt_ids = tuple(prompt_ids)
        self._images = tuple(images)
        self._prompt_tokens = len(self._prompt_ids) + len(self._images) * (image_tokens - 1)
        self._sampling = sampling
        self._output = output
        self._ids: list[int] = []
        self.deaths = 0
        """How many processes died while they worked on it."""

    @property
    def reserved_tokens(self) -> int:
        """Prompt and longest reply."""
        return self._prompt_tokens + self._sampling.max_new_tokens

    def add(self, number: int) -> AddRequest:
        """The command that makes a process begin, or go on where another one died."""
        left = self._sampling.max_new_tokens - len(self._ids)
        seed = (self._sampling.seed or 0) + len(self._ids)
        sampling = replace(self._sampling, max_new_tokens=left, seed=seed % 2**63)
        images = tuple(image.data for image in self._images)
        return AddRequest(number, (*self._prompt_ids, *self._ids), sampling, images)

    def take(self, output: RequestOutput) -> bool:
        """Pass on what the model made; whether the request has ended by it."""
        if output.error:
            self.fail(EngineError(FAILED, reason=output.error))
            return True
        if output.prompt_read is not None:
            self._output.put_progress(min(output.prompt_read, self._prompt_tokens))
            return False
        self._ids += output.token_ids
        if output.ended:
            self._output.finish(output.token_ids, output.ended, output.reused_tokens)
            return True
        self._output.put(output.token_ids)
        return False

    def fail(self, error: EngineError) -> None:
        """End the request by an error."""
        self._output.fail(error)
