"""The size of the KV pool."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.engine.genai.memory import GIB, free_bytes, kv_token_bytes, plan_pool
from bot.errors import EngineError, ModelError, SettingsError

PHI3_MINI = {
    "hidden_size": 3072,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 32,
}


def model(folder: Path, config: object) -> Path:
    (folder / "config.json").write_text(json.dumps(config))
    return folder


@pytest.mark.parametrize(("precision", "kib"), [("u8", 224), ("f16", 384), ("bf16", 384), ("f32", 768)])
def test_bytes_of_a_phi3_mini_token(tmp_path: Path, precision: str, kib: int) -> None:
    assert kv_token_bytes(model(tmp_path, PHI3_MINI), precision) == kib * 1024


def test_head_size_and_shared_heads_are_heeded(tmp_path: Path) -> None:
    config = {**PHI3_MINI, "num_key_value_heads": 8, "head_dim": 128}
    assert kv_token_bytes(model(tmp_path, config), "f16") == 32 * 8 * 2 * 128 * 2


@pytest.mark.parametrize("config", [{}, {"hidden_size": 64}, [], {**PHI3_MINI, "num_hidden_layers": "?"}])
def test_a_config_without_the_shape_is_told(tmp_path: Path, config: object) -> None:
    with pytest.raises(ModelError, match=r"config\.json does not tell the model's shape"):
        kv_token_bytes(model(tmp_path, config), "u8")


def plan(**changes: int | None) -> int:
    usual: dict[str, int | None] = {
        "token_bytes": 1024,
        "block_tokens": 32,
        "wanted_bytes": None,
        "free_bytes": 8 * GIB,
        "weight_bytes": 2 * GIB,
        "context_length": 4096,
        "concurrency": 4,
    }
    return plan_pool(**{**usual, **changes}).tokens  # type: ignore[arg-type]


def test_a_wanted_size_that_holds_nothing_is_told_by_its_setting() -> None:
    with pytest.raises(SettingsError, match=r"KV_CACHE_GIB=9.5e-07 is too small"):
        plan(wanted_bytes=1024)


def test_a_wanted_size_is_kept_to() -> None:
    assert plan(wanted_bytes=1024 * 1000) == 992


def test_with_much_memory_the_pool_holds_two_contexts_a_stream() -> None:
    assert plan() == 2 * 4 * 4096


def test_with_little_memory_the_pool_leaves_half_of_what_the_weights_leave() -> None:
    assert plan(token_bytes=2**20) == 2816  # (8 - 2 - 0.5) / 2 GiB


def test_no_room_at_all_is_told() -> None:
    with pytest.raises(EngineError, match="no room for a KV cache"):
        plan(free_bytes=GIB)


def test_free_memory_is_known() -> None:
    assert 0 < free_bytes() < 2**50
