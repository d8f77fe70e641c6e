import json
from pathlib import Path

import openvino
import pytest

from bot.engine.device import check_device, check_properties, prepare_cache
from bot.errors import DeviceError, SettingsError


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


def test_known_properties_pass() -> None:
    check_properties(
        "CPU", {"PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": "1", "INFERENCE_PRECISION_HINT": "f32"}
    )


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
    assert prepare_cache(str(folder)) == {"CACHE_DIR": str(folder)}
    assert folder.is_dir()


def test_an_empty_cache_folder_means_none() -> None:
    assert prepare_cache("") == {"CACHE_DIR": ""}


def test_a_cache_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"CACHE_DIR=.*file"):
        prepare_cache(str(tmp_path / "file" / "cache"))
