"""The engine and the tokenizer with models that people run."""

from __future__ import annotations

from contextlib import aclosing
from functools import cache
from typing import Any

import pytest

from bot.chat.ports import PartKind, PromptPart, SamplingParams
from bot.engine.genai.engine import GenaiEngine
from bot.engine.model_folder import read_model_folder
from bot.engine.tokenizer import ChatTokenizer, load_tokenizer
from bot.settings import load_settings
from tests.real_models import real_model
from tools.real_models.packages import load_tokenizers

pytestmark = pytest.mark.real_model

TOKENIZERS = [source.name for source in load_tokenizers()]
CONVERSATIONS = [
    [("user", "What is the capital of France?")],
    [("user", "Hi"), ("assistant", "Hello! How can I help?"), ("user", "Größe 日本語 👍\ttabs, 12345 + 678")],
    [
        ("user", "Write a loop:\n```python\nfor i in range(3):\n    print(i)\n```"),
        ("assistant", "It prints 0, 1 and 2.\n\n- one\n- two"),
        ("user", "  And   backwards?"),
        ("assistant", "Use `reversed`."),
        ("user", "thanks <3 <b>bold</b> | <|nothing|"),
    ],
]


# Seconds each, where there are hundreds of thousands of tokens.
@cache
def our_tokenizer(name: str) -> ChatTokenizer:
    return load_tokenizer(real_model(f"tokenizers/{name}"))


@cache
def transformers_tokenizer(name: str) -> Any:
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast.from_pretrained(real_model(f"tokenizers/{name}"))


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=["question", "short", "code"])
@pytest.mark.parametrize("system", ["", "You are a helpful assistant."], ids=["alone", "with-system"])
@pytest.mark.parametrize("name", TOKENIZERS)
def test_a_prompt_has_the_ids_of_the_models_own_template(
    name: str, system: str, conversation: list[tuple[str, str]]
) -> None:
    messages = [*([("system", system)] if system else []), *conversation]
    theirs = transformers_tokenizer(name).apply_chat_template(
        [{"role": role, "content": text} for role, text in messages],
        add_generation_prompt=True,
        return_dict=True,
    )
    parts = [PromptPart(PartKind(role), text) for role, text in messages]
    assert list(our_tokenizer(name).encode(parts).token_ids) == theirs["input_ids"]


async def test_smollm2_knows_the_capital_of_france() -> None:
    folder = real_model("smollm2/ov")
    settings = load_settings(env_file=None, kv_cache_gib=0.2, concurrency=2)
    async with GenaiEngine(settings, read_model_folder(folder)) as engine:
        prompt = engine.tokenizer.encode([PromptPart(PartKind.USER, "What is the capital of France?")])
        text = ""
        async with aclosing(engine.stream(prompt, SamplingParams(max_new_tokens=40))) as stream:
            async for piece in stream:
                text += piece.text
    assert "Paris" in text


def test_the_vision_language_model_answers_with_and_without_an_image() -> None:
    import numpy as np
    import openvino
    import openvino_genai

    pipeline = openvino_genai.VLMPipeline(str(real_model("llava-smollm2/ov")), "CPU")
    config = openvino_genai.GenerationConfig(max_new_tokens=20, do_sample=False)
    question = "What is the capital of France?"
    alone = pipeline.generate(question, generation_config=config)
    assert "Paris" in alone.texts[0]
    image = openvino.Tensor(np.zeros((1, 240, 320, 3), dtype=np.uint8))
    beside = pipeline.generate(question, images=[image], generation_config=config)
    # 7 by 7 patches, and a newline, in the place of the image.
    added = beside.perf_metrics.get_num_input_tokens() - alone.perf_metrics.get_num_input_tokens()
    assert added == 49 + 1
    assert beside.texts[0]
