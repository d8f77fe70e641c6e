"""openvino-genai's pipelines and generation configs. Runs in the model process, without torch."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import openvino_genai as genai

from bot.chat.ports import SamplingParams
from bot.engine.device import another_choice, loading_error, reason
from bot.engine.genai.kv_pool import (
    KvPool,
    block_tokens,
    kv_token_bytes,
    plan_pool,
    read_memory,
    too_large,
    weight_bytes,
)
from bot.engine.genai.protocol import WorkerConfig
from bot.errors import EngineError, OvbotError, SettingsError

# What pybind11 makes of the C++ exceptions that openvino throws.
NATIVE_ERRORS = (RuntimeError, MemoryError, ValueError, IndexError, OverflowError)

_PROBE_TOKENS = 32


def plan_pool_for(config: WorkerConfig, execution_devices: Collection[str]) -> KvPool:
    """The KV pool for this model on this machine. Raises ModelError, SettingsError, EngineError."""
    if config.pool:
        return config.pool
    folders = [Path(config.model_dir)]
    if config.draft_model_dir:
        folders.append(Path(config.draft_model_dir))
    return plan_pool(
        token_bytes=sum(kv_token_bytes(folder, config.kv_precision) for folder in folders),
        block_tokens=block_tokens(execution_devices),
        wanted_bytes=config.kv_cache_bytes,
        memory=read_memory(),
        weight_bytes=sum(weight_bytes(folder) for folder in folders),
        context_length=config.context_length,
        concurrency=config.concurrency,
        in_memory=not any("GPU" in device for device in execution_devices),
    )


def load_batching(config: WorkerConfig, pool: KvPool) -> genai.ContinuousBatchingPipeline:
    """Load the model for continuous batching. Raises ModelError, EngineError, SettingsError."""
    scheduler = genai.SchedulerConfig()
    scheduler.num_kv_blocks = pool.blocks
    scheduler.max_num_batched_tokens = config.step_tokens
    scheduler.max_num_seqs = config.concurrency
    scheduler.dynamic_split_fuse = True
    scheduler.enable_prefix_caching = True
    properties: dict[str, Any] = {
        "KV_CACHE_PRECISION": config.kv_precision,
        **config.defaults,
        **config.properties,
    }
    if config.prompt_lookup:
        properties["prompt_lookup"] = True
    try:
        if config.draft_model_dir:
            properties["draft_model"] = genai.draft_model(config.draft_model_dir, config.device)
        return genai.ContinuousBatchingPipeline(config.model_dir, scheduler, config.device, properties)
    except NATIVE_ERRORS as error:
        raise load_error(config, error) from None


def measure_block_tokens(
    pipeline: genai.ContinuousBatchingPipeline, config: WorkerConfig, pool: KvPool
) -> int:
    """How many tokens a block has in a new pipeline's pool; as planned in `pool` where that cannot be told.

    The pipeline does not say, and which device AUTO takes is known only once the model is there. So a short
    prompt is read, and the blocks that it takes are counted. It also allocates the pool, and shows that the
    model runs.

    Raises: SettingsError where there is no memory for the pool; EngineError where the model does not run.
    """
    token = min(config.end_ids, default=0)
    ids = np.full((1, _PROBE_TOKENS), token, dtype=np.int64)
    sampling = SamplingParams(max_new_tokens=1)
    try:
        handle = pipeline.add_request(0, ov.Tensor(ids), GenerationConfigs(config).make(sampling))
        while handle.get_status() == genai.GenerationStatus.RUNNING:
            pipeline.step()
    except NATIVE_ERRORS as error:
        raise run_error(config, error) from None
    used = round(pipeline.get_metrics().max_cache_usage * pool.blocks / 100)
    return _PROBE_TOKENS // used if used in (1, 2) else pool.block_tokens


def load_single(config: WorkerConfig) -> genai.LLMPipeline:
    """Load the model for one request at a time. Raises ModelError, EngineError, SettingsError."""
    properties = dict(config.properties)
    if config.device.startswith("NPU"):
        properties.setdefault("MAX_PROMPT_LEN", config.context_length)
    else:
        properties.setdefault("ATTENTION_BACKEND", "SDPA")
    try:
        return genai.LLMPipeline(config.model_dir, config.device, **properties)
    except NATIVE_ERRORS as error:
        raise load_error(config, error) from None


def run_error(config: WorkerConfig, error: Exception) -> OvbotError:
    """One line on a model that was loaded and does not run."""
    why = reason(error)
    if config.kv_cache_bytes and re.search(r"alloc|memory|cache size", why, re.IGNORECASE):
        return too_large(config.kv_cache_bytes, why)
    return EngineError(
        f"The model in {config.model_dir} does not run on {config.device}: {why}. "
        + another_choice(config.device)
    )


def load_error(config: WorkerConfig, error: Exception) -> OvbotError:
    """One line for a person out of what openvino says."""
    if "key_cache_type" in str(error):
        return SettingsError(
            f"KV_PRECISION={config.kv_precision!r} does not go with the precision that {config.device} "
            "computes in (INFERENCE_PRECISION_HINT in OV_CONFIG): choose u8 or f16, which go with every one."
        )
    draft = [Path(config.draft_model_dir)] if config.draft_model_dir else []
    return loading_error(Path(config.model_dir), config.device, error, *draft)


class GenerationConfigs:
    """Makes openvino-genai's generation configs. Replies end at `config.end_ids`."""

    _NGRAM = 3

    def __init__(self, config: WorkerConfig) -> None:
        self._end_ids = set(config.end_ids)
        self._guessing = {"num_assistant_tokens": config.guesses} if config.guesses else {}
        if config.prompt_lookup:
            self._guessing["max_ngram_size"] = self._NGRAM

    def make(self, sampling: SamplingParams, already: int = 0) -> genai.GenerationConfig:
        """The config of a request of which `already` tokens have been generated before."""
        config = genai.GenerationConfig()
        config.max_new_tokens = sampling.max_new_tokens - already
        config.stop_token_ids = self._end_ids
        # Unset, it is taken from the model, which may have none: that is an error then.
        config.set_eos_token_id(min(self._end_ids, default=0))
        config.ignore_eos = not self._end_ids
        config.repetition_penalty = sampling.repetition_penalty
        if sampling.temperature > 0:
            config.do_sample = True
            config.temperature = sampling.temperature
            config.top_p = sampling.top_p
            config.min_p = sampling.min_p
            if sampling.top_k:
                config.top_k = sampling.top_k
            config.rng_seed = ((sampling.seed or 0) + already) % 2**63
        for name, value in self._guessing.items():
            setattr(config, name, value)
        return config
