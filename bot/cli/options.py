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


def settings_with(*, unused: Collection[str] = (), **options: Any) -> Settings:
    """The settings, with the options that were given in place of the variables.

    unused: fields that the command does nothing with; whatever is set there is ignored.
    """
    from bot.settings import ENV_FILE, load_settings

    given = {name: value for name, value in options.items() if value is not None}
    return load_settings(ENV_FILE, unused, **given)
