"""The size of the KV pool."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.engine.genai.kv_pool import GIB, Memory, block_tokens, kv_token_bytes, plan_pool, read_memory
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


def plan(**changes: object) -> int:
    usual: dict[str, object] = {
        "token_bytes": 1024,
        "block_tokens": 32,
        "wanted_bytes": None,
        "memory": Memory(total=16 * GIB, free=8 * GIB),
        "weight_bytes": 2 * GIB,
        "context_length": 4096,
        "concurrency": 4,
    }
    return plan_pool(**{**usual, **changes}).tokens  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("devices", "tokens"),
    [(["CPU"], 32), (["GPU.0"], 16), (["GPU.0", "GPU.1"], 16), (["(CPU)"], 32), (["GPU", "CPU"], 32)],
)
def test_a_block_has_as_many_tokens_as_openvino_gives_it_on_the_device(
    devices: list[str], tokens: int
) -> None:
    assert block_tokens(devices) == tokens


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
        plan(memory=Memory(GIB, GIB))


@pytest.mark.parametrize("wanted", [14.5, 1024])
def test_a_wanted_size_that_memory_has_no_room_for_is_refused_by_its_setting(wanted: float) -> None:
    with pytest.raises(SettingsError, match=rf"^KV_CACHE_GIB={wanted} is too large: there are 16.0 GiB"):
        plan(wanted_bytes=int(wanted * GIB))


def test_a_wanted_size_for_which_memory_must_be_freed_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    assert plan(wanted_bytes=7 * GIB) == 7 * 2**20
    assert "KV_CACHE_GIB=7 and weights of 2.0 GiB are more than the 8.0 GiB" in caplog.text


def test_a_wanted_size_that_fits_is_not_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    plan(wanted_bytes=5 * GIB)
    assert caplog.text == ""


def test_nothing_is_known_of_the_memory_of_a_gpu() -> None:
    assert plan(wanted_bytes=40 * GIB, in_memory=False) == 40 * 2**20


def test_the_memory_is_known() -> None:
    memory = read_memory()
    assert 0 < memory.free <= memory.total < 2**50
