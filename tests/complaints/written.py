"""A model that writes what it is told, in the tokens of a real vocabulary."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence

from bot.chat.engine_state import EngineState, StateFeed
from bot.chat.ports import Finish, ModelInfo, SamplingParams, StreamChunk
from bot.chat.turns import FinishReason
from bot.engine.detokenizer import Detokenizer
from bot.engine.tokenizer import load_tokenizer
from bot.model.local_models import DEMO_FOLDER


class WrittenModel:
    """An engine of the demo model's vocabulary whose ids are written beforehand.

    What becomes of the ids, and of the prompt before them, is the engines' own code. write: takes
    the tokenizer's `encode_text` and control ids by name, and gives the ids of each reply.
    """

    def __init__(self, write: Callable[[Callable[[str], list[int]], dict[str, int]], list[int]]) -> None:
        self.tokenizer = load_tokenizer(DEMO_FOLDER)
        self.controls = dict(self.tokenizer.vocabulary.controls)
        self.concurrency = 4
        self.info = ModelInfo("written", "Written", "none", "CPU", "written", 4096, None)
        self.state = StateFeed(EngineState.READY)
        self.prompts: list[list[int]] = []
        self.ids = write(self.tokenizer.encode_text, self.controls)

    async def stream(
        self, prompt_ids: Sequence[int], sampling: SamplingParams
    ) -> AsyncGenerator[StreamChunk, None]:
        """The written ids, one at a time, up to a stop string."""
        self.prompts.append(list(prompt_ids))
        text = Detokenizer(self.tokenizer, sampling.stop)
        for count, id_ in enumerate(self.ids, start=1):
            yield StreamChunk(text.push([id_]), count)
            if text.stopped:
                break
        finish = Finish(FinishReason.COMPLETE, tuple(self.ids[:count]), len(prompt_ids))
        yield StreamChunk(text.finish(), count, finish)

    async def warm(self, prompt_ids: Sequence[int]) -> None:
        """Nothing to compute."""

    async def __aenter__(self) -> WrittenModel:
        return self

    async def __aexit__(self, *exc: object) -> None:
        return
