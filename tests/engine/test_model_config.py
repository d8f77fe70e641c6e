"""What config.json tells of a model's shape; the values are those of the models' own files."""

from __future__ import annotations

from typing import Any

import pytest

from bot.engine.model_config import context_length, kv_layers, sliding_window, text_config

QWEN2 = {"sliding_window": 4096, "use_sliding_window": True}
FULL, WINDOWED, LINEAR = "full_attention", "sliding_attention", "linear_attention"


@pytest.mark.parametrize(
    ("config", "length"),
    [
        ({"max_position_embeddings": 4096}, 4096),
        ({"n_positions": 1024, "n_ctx": 1024}, 1024),
        ({"seq_length": 131072}, 131072),
        ({"max_seq_len": 8192}, 8192),
        ({"text_config": {"max_position_embeddings": 262144}, "model_type": "qwen3_5"}, 262144),
        ({"llm_config": {"max_position_embeddings": 32768}}, 32768),
        ({"max_position_embeddings": True}, None),
        ({"max_position_embeddings": -1, "seq_length": "2048"}, None),
        ({"text_config": None}, None),
    ],
)
def test_the_context_is_found_under_its_many_names(config: dict[str, Any], length: int | None) -> None:
    assert context_length(config) == length


@pytest.mark.parametrize(
    ("config", "window"),
    [
        pytest.param({"sliding_window": 2047, "model_type": "phi3"}, 2047, id="Phi-3-mini-4k"),
        pytest.param({"sliding_window": 4096, "model_type": "mistral"}, 4096, id="Mistral 0.1"),
        pytest.param({"sliding_window": 8, "layer_types": [WINDOWED] * 4}, 8, id="all layers"),
        pytest.param({"sliding_window": 128, "layer_types": [WINDOWED, FULL] * 12}, None, id="gpt-oss"),
        pytest.param({"sliding_window": 128, "model_type": "gpt_oss"}, None, id="gpt-oss, early"),
        pytest.param({"sliding_window": 512, "sliding_window_pattern": 6}, None, id="Gemma 3"),
        pytest.param({"sliding_window": 512, "_sliding_window_pattern": 6}, None, id="Gemma 3, later"),
        pytest.param({"text_config": {"sliding_window": 1024, "sliding_window_pattern": 6}}, None, id="4B"),
        pytest.param({"sliding_window": 4096, "model_type": "gemma2"}, None, id="Gemma 2"),
        pytest.param({"sliding_window": 4096, "sliding_window_pattern": "LLLG"}, None, id="EXAONE 4"),
        pytest.param({"sliding_window": 4096, "use_sliding_window": False}, None, id="Qwen2.5"),
        pytest.param(
            {"sliding_window": 4096, "use_sliding_window": True, "max_window_layers": 28},
            None,
            id="Qwen2, some",
        ),
        pytest.param(
            {"sliding_window": 4096, "use_sliding_window": True, "max_window_layers": 0},
            4096,
            id="Qwen2, all",
        ),
        pytest.param({"sliding_window": 4096, "layer_types": [FULL] * 4}, None, id="Qwen3"),
        pytest.param({"sliding_window": None}, None, id="none"),
        pytest.param({"sliding_window": 40960}, None, id="larger than the context"),
    ],
)
def test_a_window_counts_only_where_every_layer_has_it(config: dict[str, Any], window: int | None) -> None:
    assert sliding_window(config, 32768) == window


@pytest.mark.parametrize(
    ("config", "layers"),
    [
        ({"num_hidden_layers": 32}, 32),
        ({"num_hidden_layers": 24, "layer_types": [LINEAR, LINEAR, LINEAR, FULL] * 6}, 6),
        ({"num_hidden_layers": 24, "full_attention_interval": 4}, 6),
        ({"num_hidden_layers": 26, "layer_types": [WINDOWED] * 22 + [FULL] * 4}, 26),
        ({"text_config": {"num_hidden_layers": 30, "num_kv_shared_layers": 10}}, 20),
    ],
)
def test_layers_that_keep_no_keys_and_values_are_not_counted(config: dict[str, Any], layers: int) -> None:
    assert kv_layers(config) == layers


def test_what_stands_beside_the_text_part_counts_where_that_is_silent() -> None:
    config = {"eos_token_id": 1, "vocab_size": 5, "text_config": {"vocab_size": 7}}
    assert (text_config(config)["eos_token_id"], text_config(config)["vocab_size"]) == (1, 7)
