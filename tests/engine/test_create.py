import sys
from pathlib import Path

import pytest

from bot.engine import create_engine
from bot.errors import DeviceError, ModelError, SettingsError
from bot.settings import EngineKind, load_settings


def test_a_missing_model_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model folder"):
        create_engine(load_settings(None), tmp_path / "nowhere")


def test_an_absent_device_is_told_before_anything_is_loaded(tiny_model: Path) -> None:
    with pytest.raises(DeviceError, match=r"DEVICE=GPU\.7 is not there: OpenVINO finds .*CPU"):
        create_engine(load_settings(None, device="GPU.7"), tiny_model)


@pytest.mark.parametrize("package", ["optimum.intel", "torch"])
def test_the_missing_extra_is_told_with_what_to_install(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(SettingsError, match=r'pip install "openvino-discord-bot\[optimum\]"'):
        create_engine(load_settings(None, engine=EngineKind.OPTIMUM), tiny_model)
