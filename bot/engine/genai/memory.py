"""How large the KV pool is: what a token's keys and values take, and what memory is free."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from bot.errors import EngineError, ModelError, SettingsError

GIB = 2**30

# Head room for activations, the tokens' way through the pipes, and whatever else runs on the machine.
_RESERVE = GIB // 2
# The pool fills half of what is left beside the weights, up to this many full contexts a stream:
# beyond that, more of it would only keep conversations that have long gone quiet.
_SHARE = 0.5
_CONTEXTS_PER_STREAM = 2


@dataclass(frozen=True, slots=True)
class Pool:
    """The KV pool: `blocks` of `block_tokens` tokens, `token_bytes` bytes a token."""

    blocks: int
    block_tokens: int
    token_bytes: int

    @property
    def tokens(self) -> int:
        """How many tokens' keys and values the pool holds."""
        return self.blocks * self.block_tokens

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return self.tokens * self.token_bytes


def kv_token_bytes(model_dir: Path, precision: str) -> int:
    """Bytes that the keys and values of one token take in all layers.

    For u8 that is 1.125 bytes an element and 4 a head: values carry a scale and a zero point for each
    token and head, keys one for each channel and block of 32 tokens. Equal to what openvino 2026.4
    allocates on CPU for heads of 16, 64, 96 and 128 elements, measured.

    Raises: ModelError where config.json does not tell the shape.
    """
    config_file = model_dir / "config.json"
    try:
        config: dict[str, Any] = json.loads(config_file.read_text(encoding="utf-8"))
        config = config.get("text_config") or config
        heads = int(config["num_attention_heads"])
        kv_heads = int(config.get("num_key_value_heads") or heads)
        head_size = int(config.get("head_dim") or int(config["hidden_size"]) // heads)
        layers = int(config["num_hidden_layers"])
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise ModelError(f"{config_file} does not tell the model's shape ({error!r}).") from None
    element_bytes = {"f32": 4.0, "f16": 2.0, "bf16": 2.0}.get(precision, 1.125)
    head_bytes = head_size * element_bytes + (4 if element_bytes < 2 else 0)
    return int(layers * kv_heads * 2 * head_bytes)


def plan_pool(
    *,
    token_bytes: int,
    block_tokens: int,
    wanted_bytes: int | None,
    free_bytes: int,
    weight_bytes: int,
    context_length: int,
    concurrency: int,
) -> Pool:
    """Size the pool: `wanted_bytes` where given, else a share of the memory left beside the weights.

    Raises: where not even one block for prompt and one for reply fits, SettingsError if it was
    `wanted_bytes`, else EngineError.
    """
    useful = concurrency * _CONTEXTS_PER_STREAM * context_length * token_bytes
    budget = wanted_bytes or min(useful, int(_SHARE * (free_bytes - weight_bytes - _RESERVE)))
    blocks = budget // (block_tokens * token_bytes)
    if blocks < 2 and wanted_bytes:
        raise SettingsError(
            f"KV_CACHE_GIB={wanted_bytes / GIB:.2g} is too small: the model's whole context of "
            f"{context_length} tokens takes {context_length * token_bytes / GIB:.2g} GiB. Set more, or leave "
            "it empty for a share of the free memory."
        )
    if blocks < 2:
        raise EngineError(
            f"There is no room for a KV cache: {free_bytes / GIB:.1f} GiB of memory are free, the weights "
            f"take {weight_bytes / GIB:.1f} GiB. Close other programs, choose a smaller model, or set "
            "KV_CACHE_GIB."
        )
    return Pool(int(blocks), block_tokens, token_bytes)


def weight_bytes(model_dir: Path) -> int:
    """Size of the model's weights on disk, about what they take in memory."""
    return sum(file.stat().st_size for file in model_dir.glob("openvino*model*.bin"))


def free_bytes() -> int:
    """Memory that can be taken without swapping, within the limit of a container if there is one."""
    available = psutil.virtual_memory().available
    try:
        group = Path("/sys/fs/cgroup")
        limit = int((group / "memory.max").read_text())
        used = int((group / "memory.current").read_text())
        stat = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
        return min(available, limit - used + int(stat["inactive_file"]))
    except (OSError, ValueError, KeyError):
        return available
