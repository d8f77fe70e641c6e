"""The local engines: the model's side of `bot.chat.ports`."""

from __future__ import annotations

from pathlib import Path

from bot.chat.ports import Engine
from bot.engine.device import check_device
from bot.engine.model_folder import ModelFolder, read_model_folder
from bot.errors import SettingsError
from bot.settings import EngineKind, Settings


def create_engine(settings: Settings, model_dir: Path) -> Engine:
    """The engine that `settings` ask for, not loaded yet; `async with` loads it. Its `info` is known already.

    Takes under a second, most of it for importing OpenVINO.

    Raises: ModelError where `model_dir` is no complete model; DeviceError where the device is not
    there; SettingsError where the engine is not installed.
    """
    folder = read_model_folder(model_dir)
    check_device(settings.device)
    if folder.is_vision:
        _check_vision(settings, folder)
    if settings.engine is EngineKind.OPTIMUM:
        from bot.engine.optimum.engine import OptimumEngine

        return OptimumEngine(settings, folder)
    from bot.engine.genai.engine import GenaiEngine

    return GenaiEngine(settings, folder)


def _check_vision(settings: Settings, folder: ModelFolder) -> None:
    """Raise SettingsError where the settings ask for what vision-language models cannot do."""
    if settings.engine is EngineKind.OPTIMUM:
        raise SettingsError(
            f"{folder.path} is a vision-language model, which ENGINE=optimum does not run: set ENGINE=genai."
        )
    if settings.device.startswith("NPU"):
        raise SettingsError(
            f"{folder.path} is a vision-language model, which runs on CPU and GPU only: change DEVICE."
        )
