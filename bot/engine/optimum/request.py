"""One reply to be generated: what it needs, and where it goes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.chat.ports import SamplingParams
from bot.chat.turns import FinishReason
from bot.engine.output_collector import OutputCollector
from bot.errors import EngineError


class Request:
    """Takes the ids of one reply, in the thread that generates, and passes them on.

    prompt_ids: shape [n]. sampling: with a max_new_tokens that fits the context.
    """

    def __init__(self, prompt_ids: Sequence[int], sampling: SamplingParams, output: OutputCollector) -> None:
        self.prompt_ids = tuple(prompt_ids)
        self.sampling = sampling
        self.cancelled = False
        self._output = output
        self._ids: list[int] = []

    @property
    def token_ids(self) -> tuple[int, ...]:
        """What was generated so far."""
        return tuple(self._ids)

    def take(self, id_: int) -> None:
        """Pass a new id on."""
        self._ids.append(id_)
        self._output.put((id_,))

    def finish(self, end_ids: Collection[int]) -> None:
        """End the stream. `end_ids`: the tokens that end a reply."""
        complete = bool(self._ids) and self._ids[-1] in end_ids
        self._output.finish((), FinishReason.COMPLETE if complete else FinishReason.LENGTH, 0)

    def fail(self, error: EngineError) -> None:
        """End the stream by an error."""
        self._output.fail(error)
