"""At full precision, continuous batching makes the tokens that optimum's generate makes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.chat.ports import Engine, PartKind, PromptPart, SamplingParams
from bot.engine import create_engine
from bot.settings import EngineKind, load_settings
from tests.engine.streams import ids_of, stream_of

EXACT = (
    '{"INFERENCE_PRECISION_HINT": "f32", "KV_CACHE_PRECISION": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0"}'
)
SAYINGS = ["hello", "what is the name of the cat?", "a b c d e f g h", "tell me a story " * 20, "12 + 30"]


async def greedy_ids(engine: Engine, text: str) -> tuple[int, ...]:
    prompt_ids = ids_of(engine, [PromptPart(PartKind.USER, text)])
    async for piece in stream_of(engine, prompt_ids, SamplingParams(max_new_tokens=40)):
        if piece.finish:
            return piece.finish.token_ids
    raise AssertionError


async def test_greedy_ids_are_those_of_optimum(tiny_model: Path) -> None:
    pytest.importorskip("optimum.intel")
    got = {}
    for kind in EngineKind:
        settings = load_settings(
            env_file=None, ov_config=EXACT, engine=kind, prefill_chunk=64, kv_cache_gib=0.1, cache_dir=""
        )
        async with create_engine(settings, tiny_model) as engine:
            got[kind] = await asyncio.gather(*(greedy_ids(engine, text) for text in SAYINGS))
    assert got[EngineKind.GENAI] == got[EngineKind.OPTIMUM]
