"""How many tokens prompt and reply may have together, told before a model is loaded."""

from __future__ import annotations

from bot.chat.prompt import Limit
from bot.engine.genai.kv_pool import GIB, block_tokens, kv_token_bytes, plan_pool, read_memory, weight_bytes
from bot.engine.model_folder import ModelFolder
from bot.settings import EngineKind, Settings


def expected_limit(settings: Settings, folder: ModelFolder) -> tuple[int, Limit]:
    """The limit in tokens, and what sets it. On a GPU the KV pool may be larger: nothing is known here of its
    own memory.

    Raises: ModelError, SettingsError, EngineError where the model could not be loaded.
    """
    limits = [(folder.context_length, Limit.CONTEXT)]
    if folder.sliding_window is not None:
        limits.append((folder.sliding_window, Limit.WINDOW))
    if settings.engine is EngineKind.GENAI and not settings.device.startswith("NPU"):
        limits.append((_pool_tokens(settings, folder), Limit.KV_CACHE))
    if settings.context_tokens is not None:
        limits.append((settings.context_tokens, Limit.SETTING))
    return min(limits, key=lambda limit: limit[0])


def _pool_tokens(settings: Settings, folder: ModelFolder) -> int:
    pool = plan_pool(
        token_bytes=kv_token_bytes(folder.path, settings.kv_precision),
        block_tokens=block_tokens([settings.device]),
        wanted_bytes=int(settings.kv_cache_gib * GIB) if settings.kv_cache_gib else None,
        memory=read_memory(),
        weight_bytes=weight_bytes(folder.path),
        context_length=folder.context_length,
        concurrency=settings.concurrency,
        in_memory="GPU" not in settings.device,
    )
    return pool.tokens
