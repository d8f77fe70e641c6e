"""Options that several commands share, and the settings with them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.settings import Settings

ModelDir = Annotated[
    Path | None, typer.Option("--model-dir", help="Folder of an OpenVINO model (MODEL_DIR).", metavar="DIR")
]
EngineName = Annotated[
    str | None, typer.Option("--engine", help="genai or optimum (ENGINE).", metavar="NAME")
]
Device = Annotated[str | None, typer.Option("--device", help="CPU, GPU, GPU.0, NPU, AUTO (DEVICE).")]
LogLevel = Annotated[
    str | None, typer.Option("--log-level", help="DEBUG, INFO, WARNING or ERROR (LOG_LEVEL).")
]


def settings_with(*, unused: Collection[str] = (), default_log_level: str = "", **options: Any) -> Settings:
    """The settings, with the options that were given in place of the variables.

    unused: fields that the command does nothing with; whatever is set there is ignored.
    default_log_level: what the command logs where neither an option nor a variable says it.
    """
    from bot.settings import ENV_FILE, load_settings

    given = {name: value for name, value in options.items() if value is not None}
    settings = load_settings(ENV_FILE, unused, **given)
    if default_log_level and "log_level" not in settings.model_fields_set:
        return settings.model_copy(update={"log_level": default_log_level})
    return settings
