"""Loads a model into openvino-genai. Runs in the model process; imports neither torch nor transformers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openvino_genai as genai

from bot.chat.ports import Sampling
from bot.engine.genai.memory import Pool, free_bytes, kv_token_bytes, plan_pool, weight_bytes
from bot.engine.genai.messages import WorkerConfig
from bot.engine.loading import loading_error
from bot.errors import OvbotError, SettingsError

# What pybind11 makes of the C++ exceptions that openvino throws.
NATIVE_ERRORS = (RuntimeError, MemoryError, ValueError, IndexError, OverflowError)

_CPU_BLOCK, _GPU_BLOCK = 32, 16


def pool_for(config: WorkerConfig) -> Pool:
    """The KV pool for this model on this machine. Raises ModelError, SettingsError, EngineError."""
    folders = [Path(config.model_dir)]
    if config.draft_model_dir:
        folders.append(Path(config.draft_model_dir))
    return plan_pool(
        token_bytes=sum(kv_token_bytes(folder, config.kv_precision) for folder in folders),
        block_tokens=_GPU_BLOCK if "GPU" in config.device else _CPU_BLOCK,
        wanted_bytes=config.kv_cache_bytes,
        free_bytes=free_bytes(),
        weight_bytes=sum(weight_bytes(folder) for folder in folders),
        context_length=config.context_length,
        concurrency=config.concurrency,
    )


def load_batching(config: WorkerConfig, pool: Pool) -> genai.ContinuousBatchingPipeline:
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


def load_error(config: WorkerConfig, error: Exception) -> OvbotError:
    """One line for a person out of what openvino says."""
    if "key_cache_type" in str(error):
        return SettingsError(
            f"KV_PRECISION={config.kv_precision!r} does not go with the precision that {config.device} "
            "computes in (INFERENCE_PRECISION_HINT in OV_CONFIG): choose u8 or f16, which go with every one."
        )
    draft = [Path(config.draft_model_dir)] if config.draft_model_dir else []
    return loading_error(Path(config.model_dir), config.device, error, *draft)


class ConfigFactory:
    """Turns sampling into openvino-genai's generation config. Replies end at `config.end_ids`."""

    _NGRAM = 3

    def __init__(self, config: WorkerConfig) -> None:
        self._end_ids = set(config.end_ids)
        self._guessing = {"num_assistant_tokens": config.guesses} if config.guesses else {}
        if config.prompt_lookup:
            self._guessing["max_ngram_size"] = self._NGRAM

    def __call__(self, sampling: Sampling, already: int = 0) -> genai.GenerationConfig:
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
            if sampling.top_k:
                config.top_k = sampling.top_k
            config.rng_seed = ((sampling.seed or 0) + already) % 2**63
        for name, value in self._guessing.items():
            setattr(config, name, value)
        return config
