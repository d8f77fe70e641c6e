"""Which packages export which type of model: what export_types.toml says.

The table is made by `python -m tools.export_types` from what releases of optimum-intel declare.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.errors import ModelError

TABLE = Path(__file__).with_name("export_types.toml")
TEXT_TASK = "text-generation-with-past"
VISION_TASK = "image-text-to-text"


@dataclass(frozen=True, slots=True)
class ExportVersions:
    """The packages of an environment that exports models, by name and version, with all that they need."""

    pins: Mapping[str, str]

    def __str__(self) -> str:
        return f"optimum-intel {self.pins['optimum-intel']} with transformers {self.pins['transformers']}"


@dataclass(frozen=True, slots=True)
class ExportType:
    """A type of model, as "model_type" in a checkpoint's config.json names it.

    task: what optimum exports it for. versions: what can do it.
    """

    name: str
    task: str
    versions: ExportVersions


def bot_versions() -> ExportVersions:
    """The versions of the extra `optimum`, which the bot has in its own environment."""
    return _read()[0]


def find_type(model_type: str) -> ExportType | None:
    """What exports a type; None where the table does not have it.

    Raises: ModelError where the type is known and nothing can export it.
    """
    _, types, refused = _read()
    if model_type in refused:
        raise ModelError(
            f"Models of the type {model_type} cannot be exported: it takes {refused[model_type]}, "
            "which do not go together. Look for one that is exported already, for `ovbot model pull`."
        )
    return types.get(model_type)


@cache
def _read() -> tuple[ExportVersions, dict[str, ExportType], dict[str, str]]:
    table: dict[str, Any] = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    types: dict[str, ExportType] = {}
    environments = []
    for entry in table["environments"]:
        versions = ExportVersions(table["pins"] | entry["pins"])
        environments.append(versions)
        for task, names in ((TEXT_TASK, entry["text"]), (VISION_TASK, entry["vision"])):
            types |= {name: ExportType(name, task, versions) for name in names}
    return environments[0], types, table["refused"]
