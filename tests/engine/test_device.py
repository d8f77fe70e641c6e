import json
import shutil
from dataclasses import replace
from pathlib import Path

import openvino
import pytest

from bot.engine.device import (
    cache_property,
    check_device,
    check_properties,
    default_properties,
    loading_error,
)
from bot.engine.model_folder import ModelFolder, read_model_folder
from bot.errors import DeviceError, EngineError, ModelError, SettingsError
from bot.model.local_models import DEMO_FOLDER


@pytest.mark.parametrize(
    "device",
    ["CPU", "AUTO", "AUTO:CPU", "AUTO:-GPU.7,CPU", "MULTI:CPU", "MULTI:CPU(4)", "HETERO:CPU", "BATCH:CPU(4)"],
)
def test_a_device_that_is_there_passes(device: str) -> None:
    check_device(device)


@pytest.mark.parametrize(
    "device",
    ["GPU.7", "CPU.0", "cpu", "NPU.7", "AUTO:GPU.7,CPU", "MULTI:CPU,GPU.7", "HETERO:GPU.7", "nonsense"],
)
def test_a_device_that_is_not_there_is_refused_with_those_that_are(device: str) -> None:
    with pytest.raises(DeviceError) as caught:
        check_device(device)
    line = str(caught.value)
    assert f"DEVICE={device} " in line
    assert ", ".join(openvino.Core().available_devices) in line
    assert "\n" not in line


def test_a_device_that_spreads_over_none_is_refused() -> None:
    with pytest.raises(DeviceError, match="names no device"):
        check_device("MULTI")


@pytest.mark.parametrize("device", ["CPU", "AUTO", "HETERO:CPU"])
def test_known_properties_pass_and_the_devices_that_run_are_told(device: str) -> None:
    properties = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    assert check_properties(device, properties) == ("CPU",)


@pytest.mark.parametrize(
    ("properties", "word"),
    [
        ({"NO_SUCH_PROPERTY": "1"}, "NO_SUCH_PROPERTY"),
        ({"PERFORMANCE_HINT": "FASTEST"}, "FASTEST"),
        ({"NUM_STREAMS": "several"}, "several"),
        ({"NUM_STREAMS": [{}]}, "attribute type"),
    ],
)
def test_a_property_that_the_device_refuses_is_told_in_one_line(
    properties: dict[str, object], word: str
) -> None:
    with pytest.raises(SettingsError, match=word) as caught:
        check_properties("CPU", properties)
    assert str(caught.value).startswith(f"OV_CONFIG={json.dumps(properties)} is not allowed on CPU: ")
    assert "\n" not in str(caught.value)


def test_the_cache_folder_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "some" / "cache"
    assert cache_property(str(folder)) == {"CACHE_DIR": str(folder)}
    assert folder.is_dir()


def test_an_empty_cache_folder_means_none() -> None:
    assert cache_property("") == {"CACHE_DIR": ""}


def test_a_cache_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"CACHE_DIR=.*file"):
        cache_property(str(tmp_path / "file" / "cache"))


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


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("openvino_tokenizer.xml", "x", "openvino_tokenizer.xml"),
        ("openvino_detokenizer.xml", "x", "openvino_detokenizer.xml"),
        ("generation_config.json", '{"eos_token_id": "abc"}', "generation_config.json: "),
        ("config.json", '{"eos_token_id": "abc"}', "type must be number"),
    ],
)
def test_a_damaged_file_beside_the_model_is_the_folders_fault(
    file: str, content: str, said: str, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(DEMO_FOLDER, damaged)
    (damaged / file).write_text(content, encoding="utf-8")
    error = loading_error(damaged, "CPU", RuntimeError("it does not load"))
    assert isinstance(error, ModelError)
    assert str(error).startswith(f"The model in {damaged} is damaged: ")
    assert said in str(error)
    assert str(error).endswith("Export or pull it again, with --force.")
    assert "\n" not in str(error)
