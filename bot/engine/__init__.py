"""The local engines: the model's side of `bot.chat.ports`."""

from __future__ import annotations

from pathlib import Path

from bot.chat.ports import Engine
from bot.engine.device import check_device
from bot.engine.model_folder import read_model_folder
from bot.settings import EngineKind, Settings


def create_engine(settings: Settings, model_dir: Path) -> Engine:
    """The engine that `settings` ask for, not loaded yet; `async with` loads it. Its `info` is known already.

    Takes under a second, most of it for importing OpenVINO.

    Raises: ModelError where `model_dir` is no complete model; DeviceError where the device is not
    there; SettingsError where the engine is not installed.
    """
    folder = read_model_folder(model_dir)
    check_device(settings.device)
    if settings.engine is EngineKind.OPTIMUM:
        from bot.engine.optimum.engine import OptimumEngine

        return OptimumEngine(settings, folder)
    from bot.engine.genai.engine import GenaiEngine

    return GenaiEngine(settings, folder)
