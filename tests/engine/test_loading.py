from dataclasses import replace
from pathlib import Path

import pytest

from bot.engine.loading import default_properties, loading_error
from bot.engine.modelinfo import ModelFolder, read_model_folder
from bot.errors import EngineError


@pytest.fixture
def folder(tiny_model: Path) -> ModelFolder:
    return read_model_folder(tiny_model)


def with_groups(folder: ModelFolder, *groups: int) -> ModelFolder:
    return replace(folder, weight_groups=frozenset(groups))


@pytest.mark.parametrize("kv_precision", ["u8", "f16", "f32", ""])
@pytest.mark.parametrize("groups", [(64,), (128, 3072, 8192), (3072,)])
def test_integer_weights_are_multiplied_as_they_are(
    folder: ModelFolder, groups: tuple[int, ...], kv_precision: str
) -> None:
    assert default_properties("CPU", kv_precision, with_groups(folder, *groups)) == {
        "INFERENCE_PRECISION_HINT": "f32",
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": "64",
    }


@pytest.mark.parametrize("groups", [(32,), (32, 3072), (128, 3000)])
def test_activations_share_a_scale_among_no_more_than_weights_do(
    folder: ModelFolder, groups: tuple[int, ...]
) -> None:
    only = {"INFERENCE_PRECISION_HINT": "f32"}
    assert default_properties("CPU", "u8", with_groups(folder, *groups)) == only
    draft = with_groups(folder, *groups)
    assert default_properties("CPU", "u8", with_groups(folder, 128), draft) == only


@pytest.mark.parametrize(
    ("device", "kv_precision", "groups"),
    [
        ("GPU", "u8", (128,)),
        ("NPU", "u8", (128,)),
        ("AUTO", "u8", (128,)),
        ("CPU", "bf16", (128,)),
        ("CPU", "u8", ()),
    ],
)
def test_elsewhere_openvino_chooses(
    folder: ModelFolder, device: str, kv_precision: str, groups: tuple[int, ...]
) -> None:
    assert default_properties(device, kv_precision, with_groups(folder, *groups)) == {}


def test_what_is_no_fault_of_the_files_is_the_engines(tiny_model: Path) -> None:
    error = loading_error(tiny_model, "CPU", RuntimeError("bad_alloc"))
    assert isinstance(error, EngineError)
    assert "cannot be loaded on CPU: bad_alloc" in str(error)
