"""Replies of an exported demo model, many conversations at a time, by openvino-genai."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import openvino as ov
import openvino_genai as genai
from tokenizers import Tokenizer

from tools.demo_model.dialogue import Message
from tools.demo_model.tokenizer import ASSISTANT, encode_dialogues

Conversation = Sequence[Message]


class Talker:
    """An exported model, ready to reply greedily."""

    def __init__(self, folder: Path, max_new_tokens: int = 1024) -> None:
        """Load the model in ``folder``; raises RuntimeError where there is none."""
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._assistant = self._tokenizer.token_to_id(ASSISTANT)
        self._config = genai.GenerationConfig(folder / "generation_config.json")
        self._config.max_new_tokens = max_new_tokens
        self._config.do_sample = False
        scheduler = genai.SchedulerConfig()
        scheduler.num_kv_blocks = 1024
        scheduler.enable_prefix_caching = True
        self._pipeline = genai.ContinuousBatchingPipeline(folder, scheduler, "CPU")

    def replies(self, conversations: Sequence[Conversation]) -> list[str]:
        """What the model says next in each conversation."""
        prompts = [[*ids, self._assistant] for ids, _ in encode_dialogues(self._tokenizer, conversations)]
        tensors = [ov.Tensor(np.array([prompt], dtype=np.int64)) for prompt in prompts]
        results = self._pipeline.generate(tensors, [self._config] * len(tensors))
        return [self._tokenizer.decode(result.m_generation_ids[0]).strip() for result in results]

    def talk(self, system: str | None, turns: Sequence[Sequence[str]]) -> list[list[str]]:
        """The model's replies along scripted user turns, all conversations under one system prompt."""
        conversations: list[list[Message]] = [[Message("system", system)] if system else [] for _ in turns]
        return self.converse(conversations, turns)

    def converse(
        self, conversations: Sequence[list[Message]], turns: Sequence[Sequence[str]]
    ) -> list[list[str]]:
        """Go on with ``conversations`` (which grow) by these user turns; returns the replies of each."""
        said: list[list[str]] = [[] for _ in turns]
        for number in range(max(map(len, turns), default=0)):
            going = [index for index, texts in enumerate(turns) if number < len(texts)]
            for index in going:
                conversations[index].append(Message("user", turns[index][number]))
            for index, reply in zip(
                going, self.replies([conversations[index] for index in going]), strict=True
            ):
                conversations[index].append(Message("assistant", reply))
                said[index].append(reply)
        return said
