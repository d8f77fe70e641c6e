"""A model that writes what it is told, in the tokens of a real vocabulary."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path

from bot.chat.engine_state import EngineState, StateFeed
from bot.chat.ports import ModelInfo, SamplingParams
from bot.chat.turns import FinishReason, Image
from bot.engine.token_engine import TokenChunk, TokenEngine
from bot.engine.tokenizer import ChatTokenizer, load_tokenizer
from bot.model.local_models import DEMO_FOLDER


class WrittenModel(TokenEngine):
    """An engine whose ids are written beforehand.

    What becomes of the ids, and of the prompt before them, is the engines' own code. write: takes
    the tokenizer's `encode_text` and control ids by name, and gives the ids of each reply. folder: whose
    vocabulary it has; the demo model's.
    """

    def __init__(
        self,
        write: Callable[[Callable[[str], list[int]], dict[str, int]], list[int]],
        folder: Path = DEMO_FOLDER,
    ) -> None:
        self._tokenizer = load_tokenizer(folder)
        self.controls = dict(self.tokenizer.vocabulary.controls)
        self.concurrency = 4
        reasons = self.tokenizer.reply_format.reasons
        self.info = ModelInfo("written", "Written", "none", "CPU", "written", 4096, None, reasons=reasons)
        self.state = StateFeed(EngineState.READY)
        self.prompts: list[list[int]] = []
        self.ids = write(self.tokenizer.encode_text, self.controls)

    @property
    def tokenizer(self) -> ChatTokenizer:
        return self._tokenizer

    @property
    def capacity(self) -> int:
        return 4096

    async def generate(
        self, prompt_ids: Sequence[int], sampling: SamplingParams, images: Sequence[Image] = ()
    ) -> AsyncGenerator[TokenChunk, None]:
        """The written ids, one at a time."""
        self.prompts.append(list(prompt_ids))
        yield TokenChunk(prompt_read=0)
        for id_ in self.ids:
            yield TokenChunk((id_,))
        yield TokenChunk(ended=FinishReason.COMPLETE)

    async def read_ahead(self, prompt_ids: Sequence[int]) -> None:
        """Nothing to compute."""

    async def __aenter__(self) -> WrittenModel:
        return self

    async def __aexit__(self, *exc: object) -> None:
        return
