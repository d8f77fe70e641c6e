"""What a model's config.json tells of its shape, under the many names that architectures have for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard

# Where models of more than text keep what is about text.
_TEXT_PARTS = ("text_config", "llm_config", "language_config")
# Llama and most others; GPT-2 and its like; ChatGLM; MPT.
_CONTEXT_NAMES = ("max_position_embeddings", "n_positions", "seq_length", "max_seq_len")
# The period in which a layer without a window comes: Gemma 3 and Cohere 2.
_PATTERN_NAMES = ("sliding_window_pattern", "_sliding_window_pattern")
# Have windows in some layers, and early configurations that do not say so.
_ALTERNATING = frozenset({"gemma2", "gemma3", "gemma3_text", "gpt_oss", "cohere2"})
_FULL = "full_attention"
_WINDOWED = "sliding_attention"


def text_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration of the text model, which vision-language models keep in a part of its own."""
    parts = [config[name] for name in _TEXT_PARTS if isinstance(config.get(name), dict)]
    return {**config, **parts[0]} if parts else dict(config)


def context_length(config: Mapping[str, Any]) -> int | None:
    """Tokens of prompt and reply together that a model was made for; None where it does not say."""
    text = text_config(config)
    lengths = [text[name] for name in _CONTEXT_NAMES if _is_count(text.get(name))]
    return int(lengths[0]) if lengths else None


def sliding_window(config: Mapping[str, Any], context: int) -> int | None:
    """How many tokens back a model attends to in all of its layers; None where at least one layer sees the
    whole `context`, as in Gemma 3 and gpt-oss.
    """
    text = text_config(config)
    window = text.get("sliding_window")
    if not _is_count(window) or window >= context or text.get("use_sliding_window") is False:
        return None
    layers = text.get("layer_types")
    if isinstance(layers, list):
        return None if _FULL in layers or _WINDOWED not in layers else int(window)
    if any(_has_full_layers(text[name]) for name in _PATTERN_NAMES if name in text):
        return None
    if text.get("use_sliding_window") is True and text.get("max_window_layers") not in (None, 0):
        return None  # Qwen2: the layers before have none
    return None if text.get("model_type") in _ALTERNATING else int(window)


def kv_layers(config: Mapping[str, Any]) -> int:
    """How many layers keep keys and values of their own. Some models (Qwen3.5, LFM2) attend in some layers
    only; in Gemma 3n the last ones share those of others.

    Raises: KeyError, TypeError, ValueError where it does not say.
    """
    text = text_config(config)
    layers = int(text["num_hidden_layers"])
    types, interval = text.get("layer_types"), text.get("full_attention_interval")
    if isinstance(types, list) and types:
        layers = sum(kind in (_FULL, _WINDOWED, "chunked_attention") for kind in types) or layers
    elif _is_count(interval):
        layers = max(layers // int(interval), 1)
    shared = text.get("num_kv_shared_layers")
    return max(layers - int(shared), 1) if _is_count(shared) else layers


def _has_full_layers(pattern: object) -> bool:
    """Whether a pattern has layers without a window: every so many-th, or in letters (`LLLG`, EXAONE 4)."""
    return "G" in pattern if isinstance(pattern, str) else _is_count(pattern) and pattern != 0


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
