"""One reply to be generated: what it needs, and where it goes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.chat.ports import Finish, SamplingParams
from bot.chat.turns import FinishReason
from bot.engine.detokenizer import Detokenizer
from bot.engine.output_collector import OutputCollector
from bot.errors import EngineError


class Request:
    """Takes the ids of one reply, in the thread that generates, and passes their text on.

    prompt_ids: shape [n]. sampling: with a max_new_tokens that fits the context.
    """

    def __init__(
        self, prompt_ids: Sequence[int], sampling: SamplingParams, text: Detokenizer, output: OutputCollector
    ) -> None:
        self.prompt_ids = tuple(prompt_ids)
        self.sampling = sampling
        self.cancelled = False
        self._text = text
        self._output = output
        self._ids: list[int] = []

    @property
    def token_ids(self) -> tuple[int, ...]:
        """What was generated so far."""
        return tuple(self._ids)

    @property
    def stopped(self) -> bool:
        """Whether nothing more is wanted: a stop string was met, or the request was cancelled."""
        return self._text.stopped or self.cancelled

    def take(self, id_: int) -> None:
        """Pass a new id on."""
        self._ids.append(id_)
        self._output.put(self._text.push((id_,)), len(self._ids))

    def finish(self, end_ids: Collection[int]) -> None:
        """End the stream. `end_ids`: the tokens that end a reply."""
        text = self._text.finish()
        complete = self._text.stopped or (bool(self._ids) and self._ids[-1] in end_ids)
        ending = FinishReason.COMPLETE if complete else FinishReason.LENGTH
        self._output.finish(text, Finish(ending, self.token_ids, len(self.prompt_ids), reused_tokens=0))

    def fail(self, error: EngineError) -> None:
        """End the stream by an error."""
        self._output.fail(error)
