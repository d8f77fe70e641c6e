"""Drawing tokens with a generator of one's own.

`generate()` draws from torch's global generator, in which requests that run at the same time would
disturb each other. So it is asked for the likeliest token, and is shown scores in which the token
drawn here is the only one.
"""

from __future__ import annotations

import torch
from transformers import (
    LogitsProcessor,
    LogitsProcessorList,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from bot.chat.ports import Sampling


class Draw(LogitsProcessor):  # type: ignore[misc]
    """Draws one token from scores of shape [1, vocabulary] and leaves only it."""

    def __init__(self, seed: int | None) -> None:
        self._generator = torch.Generator()
        if seed is None:
            self._generator.seed()
        else:
            self._generator.manual_seed(seed)

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Scores of shape [1, vocabulary]: 0 for the token drawn, minus infinity for the others."""
        token = torch.multinomial(scores.softmax(dim=-1), 1, generator=self._generator)
        return torch.full_like(scores, float("-inf")).scatter(-1, token, 0.0)


def make_draw(sampling: Sampling) -> LogitsProcessorList:
    """What turns `generate()`'s scores into a draw; empty for greedy decoding.

    The same draws as `generate(do_sample=True)` makes after `torch.manual_seed(seed)`.
    """
    steps = LogitsProcessorList()
    if sampling.temperature == 0:
        return steps
    if sampling.temperature != 1:
        steps.append(TemperatureLogitsWarper(sampling.temperature))
    if sampling.top_k:
        steps.append(TopKLogitsWarper(sampling.top_k))
    if sampling.top_p < 1:
        steps.append(TopPLogitsWarper(sampling.top_p))
    steps.append(Draw(sampling.seed))
    return steps
