"""A conversation that outgrows a KV pool that is much smaller than the model's context."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from bot.app import make_assistant, make_prompts, make_sampling
from bot.chat.queue import FairQueue
from bot.chat.turns import FinishReason
from bot.engine.genai.engine import GenaiEngine
from bot.engine.genai.kv_pool import GIB, kv_token_bytes
from bot.engine.genai.supervisor import RestartPolicy
from bot.engine.model_folder import read_model_folder
from bot.settings import load_settings
from bot.store import SqlStore
from tests.chat.bots import answered, message

TURNS = 60


@pytest.mark.timeout(300)
async def test_a_long_conversation_is_answered_in_a_pool_of_a_quarter_of_the_context(
    tiny_model: Path, tmp_path: Path
) -> None:
    folder = read_model_folder(tiny_model)
    context = folder.info("genai", "CPU", None).context_length
    pool = context // 4
    settings = load_settings(
        None,
        kv_cache_gib=pool * kv_token_bytes(tiny_model, "u8") / GIB,
        max_new_tokens=40,
        system_prompt="Be brief.",
        concurrency=2,
    )
    engine = GenaiEngine(settings, folder, RestartPolicy(pauses=(0.01, 0.02, 0.03)))
    async with SqlStore(f"sqlite+aiosqlite:///{tmp_path.as_posix()}/test.sqlite3") as store, engine:
        assert engine.capacity <= pool < context
        prompts, sampling = make_prompts(settings, engine), make_sampling(settings, engine.info.sampling)
        queue = FairQueue(engine.concurrency, settings.queue_size)
        async with make_assistant(engine, store, prompts, sampling, queue) as bot:
            longest = said = 0
            for number in range(TURNS):
                if number in (20, 40):
                    assert engine.pid is not None
                    psutil.Process(engine.pid).kill()
                text = f"This is number {number}: the quick brown fox jumps over the lazy dog. " * 3
                reply = (await answered(bot, message(text))).snapshot
                assert reply.finish_reason in (FinishReason.COMPLETE, FinishReason.LENGTH), reply.error
                assert reply.text
                assert reply.prompt_tokens + 40 <= engine.capacity
                longest, said = max(longest, reply.prompt_tokens), said + len(text) // 4
            assert said > engine.capacity, "the conversation has outgrown the pool"
            assert longest > engine.capacity // 2, "and the prompts make use of it"
