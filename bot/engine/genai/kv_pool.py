"""The KV pool: its blocks, what a token's keys and values take, and how much memory it may have."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from bot.engine.model_folder import text_config
from bot.errors import EngineError, ModelError, SettingsError

logger = logging.getLogger(__name__)

GIB = 2**30

# Head room for activations, the tokens' way through the pipes, and whatever else runs on the machine.
_RESERVE = GIB // 2
# The pool fills half of what is left beside the weights, up to this many full contexts a stream:
# beyond that, more of it would only keep conversations that have long gone quiet.
_SHARE = 0.5
_CONTEXTS_PER_STREAM = 2


@dataclass(frozen=True, slots=True)
class KvPool:
    """The KV pool: `blocks` of `block_tokens` tokens, `token_bytes` bytes a token.

    A block is of one request: a prompt with a reply takes whole ones.
    """

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

    def blocks_for(self, tokens: int) -> int:
        """How many blocks so many tokens of one request take."""
        return -(-tokens // self.block_tokens)

    def whole_blocks(self, tokens: int) -> int:
        """`tokens`, rounded down to the end of a block."""
        return tokens // self.block_tokens * self.block_tokens


@dataclass(frozen=True, slots=True)
class Memory:
    """The machine's memory in bytes, within the limit of a container if there is one.

    total: all of it. free: what can be taken without swapping.
    """

    total: int
    free: int


def block_tokens(execution_devices: Collection[str]) -> int:
    """How many tokens a block has on the devices that run the model, as openvino-genai 2026.4 chooses it."""
    return 16 if all("GPU" in device for device in execution_devices) else 32


def kv_token_bytes(model_dir: Path, precision: str) -> int:
    """Bytes that the keys and values of one token take in all layers, see `shape_token_bytes`.

    Raises: ModelError where config.json does not tell the shape.
    """
    config_file = model_dir / "config.json"
    try:
        config: dict[str, Any] = json.loads(config_file.read_text(encoding="utf-8"))
        config = text_config(config)
        heads = int(config["num_attention_heads"])
        kv_heads = int(config.get("num_key_value_heads") or heads)
        head_size = int(config.get("head_dim") or int(config["hidden_size"]) // heads)
        layers = int(config["num_hidden_layers"])
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise ModelError(
            f"{config_file} does not tell the model's shape ({error!r}): export or pull the model again."
        ) from None
    return shape_token_bytes(layers, kv_heads, head_size, precision)


def shape_token_bytes(layers: int, kv_heads: int, head_size: int, precision: str) -> int:
    """Bytes that the keys and values of one token take in `layers` layers of `kv_heads` heads each.

    For u8 that is 1.125 bytes an element and 4 a head: values carry a scale and a zero point for each
    token and head, keys one for each channel and block of 32 tokens. Equal to what openvino 2026.4
    allocates on CPU for heads of 16, 64, 96 and 128 elements, measured.
    """
    element_bytes = {"f32": 4.0, "f16": 2.0, "bf16": 2.0}.get(precision, 1.125)
    head_bytes = head_size * element_bytes + (4 if element_bytes < 2 else 0)
    return int(layers * kv_heads * 2 * head_bytes)


def plan_pool(
    *,
    token_bytes: int,
    block_tokens: int,
    wanted_bytes: int | None,
    memory: Memory,
    weight_bytes: int,
    context_length: int,
    concurrency: int,
    in_memory: bool = True,
) -> KvPool:
    """Size the pool: `wanted_bytes` where given, else a share of the memory left beside the weights.

    in_memory: whether the pool is in `memory`; a GPU may have its own, of which nothing is known here.

    Raises: SettingsError where `wanted_bytes` hold not even one block for a prompt and one for a reply, or
    are more than there is; EngineError where there is no room without it.
    """
    if wanted_bytes:
        budget = wanted_bytes
        if in_memory:
            _check_wanted(wanted_bytes, memory, weight_bytes)
    else:
        useful = concurrency * _CONTEXTS_PER_STREAM * context_length * token_bytes
        budget = min(useful, int(_SHARE * (memory.free - weight_bytes - _RESERVE)))
    blocks = budget // (block_tokens * token_bytes)
    if blocks < 2 and wanted_bytes:
        raise SettingsError(
            f"KV_CACHE_GIB={wanted_bytes / GIB:.2g} is too small: the model's whole context of "
            f"{context_length} tokens takes {context_length * token_bytes / GIB:.2g} GiB. Set more, or leave "
            "it empty for a share of the free memory."
        )
    if blocks < 2:
        raise EngineError(
            f"There is no room for a KV cache: {memory.free / GIB:.1f} GiB of memory are free, the weights "
            f"take {weight_bytes / GIB:.1f} GiB. Close other programs, choose a smaller model, or set "
            "KV_CACHE_GIB."
        )
    return KvPool(int(blocks), block_tokens, token_bytes)


def _check_wanted(wanted_bytes: int, memory: Memory, weight_bytes: int) -> None:
    """Raises SettingsError for a pool that can never fit; warns of one for which memory must be freed."""
    if wanted_bytes + weight_bytes > memory.total:
        raise too_large(
            wanted_bytes,
            f"there are {memory.total / GIB:.1f} GiB of memory, and the weights take "
            f"{weight_bytes / GIB:.1f} GiB of them",
        )
    if wanted_bytes + weight_bytes > memory.free:
        logger.warning(
            "KV_CACHE_GIB=%.2g and weights of %.1f GiB are more than the %.1f GiB of memory that are free: "
            "the model's process will swap or be killed as the cache fills. Free memory or set less.",
            wanted_bytes / GIB,
            weight_bytes / GIB,
            memory.free / GIB,
        )


def too_large(wanted_bytes: int, why: str) -> SettingsError:
    """The error for a KV_CACHE_GIB that memory has no room for."""
    return SettingsError(
        f"KV_CACHE_GIB={wanted_bytes / GIB:.4g} is too large: {why}. Set less, or leave it empty for a "
        "share of the free memory."
    )


def weight_bytes(model_dir: Path) -> int:
    """Size of the model's weights on disk, about what they take in memory."""
    return sum(file.stat().st_size for file in model_dir.glob("openvino*model*.bin"))


def read_memory() -> Memory:
    """The memory of this machine, or of the container that this runs in."""
    machine = psutil.virtual_memory()
    try:
        group = Path("/sys/fs/cgroup")
        limit = int((group / "memory.max").read_text())
        used = int((group / "memory.current").read_text())
        stat = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
        free = limit - used + int(stat["inactive_file"])
    except (OSError, ValueError, KeyError):
        return Memory(machine.total, machine.available)
    return Memory(min(machine.total, limit), min(machine.available, free))
