import sys
from pathlib import Path

import pytest

from bot.engine import create_engine
from bot.errors import DeviceError, EngineError, ModelError, SettingsError
from bot.hints import install_command
from bot.settings import EngineKind, load_settings


def test_a_missing_model_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model folder"):
        create_engine(load_settings(None), tmp_path / "nowhere")


def test_an_absent_device_is_told_before_anything_is_loaded(tiny_model: Path) -> None:
    with pytest.raises(DeviceError, match=r"DEVICE=GPU\.7 is not there: OpenVINO finds .*CPU"):
        create_engine(load_settings(None, device="GPU.7"), tiny_model)


@pytest.mark.parametrize("package", ["optimum.intel", "torch"])
def test_the_missing_extra_is_told_with_the_command_that_installs_it(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(SettingsError, match=r"ENGINE=optimum is not installed") as caught:
        create_engine(load_settings(None, engine=EngineKind.OPTIMUM), tiny_model)
    assert str(caught.value).endswith(install_command("optimum"))


def test_an_openvino_that_cannot_be_imported_is_told_with_what_to_do(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(EngineError, match=r"^OpenVINO cannot be imported: .*-m pip install --force"):
        create_engine(load_settings(None), tiny_model)


async def test_an_optimum_that_cannot_be_imported_is_told_with_what_to_do(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = create_engine(load_settings(None, engine=EngineKind.OPTIMUM), tiny_model)
    monkeypatch.setitem(sys.modules, "bot.engine.optimum.worker", None)
    with pytest.raises(EngineError, match=r"^ENGINE=optimum cannot be imported: .* Set ENGINE=genai, or"):
        async with engine:
            pass


@pytest.mark.parametrize("kind", EngineKind)
def test_what_is_loaded_is_known_before_it_is(tiny_model: Path, kind: EngineKind) -> None:
    info = create_engine(load_settings(None, engine=kind), tiny_model).info
    assert (info.name, info.device, info.engine) == (tiny_model.name, "CPU", str(kind))
