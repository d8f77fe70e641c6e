from pathlib import Path

import pytest

from bot.engine.loading import default_properties, loading_error
from bot.errors import EngineError


@pytest.mark.parametrize("weights", ["int8", "int4 (60 %), int8 (40 %)"])
@pytest.mark.parametrize("kv_precision", ["u8", "f16", "f32", ""])
def test_compressed_weights_are_multiplied_as_they_are(weights: str, kv_precision: str) -> None:
    assert default_properties("CPU", weights, kv_precision) == {"INFERENCE_PRECISION_HINT": "f32"}


@pytest.mark.parametrize(
    ("device", "weights", "kv_precision"),
    [
        ("GPU", "int4", "u8"),
        ("NPU", "int4", "u8"),
        ("AUTO", "int4", "u8"),
        ("CPU", "fp16", "u8"),
        ("CPU", "bf16", "u8"),
        ("CPU", "int4", "bf16"),
    ],
)
def test_elsewhere_openvino_chooses(device: str, weights: str, kv_precision: str) -> None:
    assert default_properties(device, weights, kv_precision) == {}


def test_what_is_no_fault_of_the_files_is_the_engines(tiny_model: Path) -> None:
    error = loading_error(tiny_model, "CPU", RuntimeError("bad_alloc"))
    assert isinstance(error, EngineError)
    assert "cannot be loaded on CPU: bad_alloc" in str(error)
