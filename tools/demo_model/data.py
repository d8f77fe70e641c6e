"""The data files beside the code: everything that the corpus and the evaluation say."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "data"
# Where the bot has its demo model.
SHIPPED = Path(__file__).resolve().parents[2] / "bot" / "model" / "demo"


@cache
def load(name: str) -> dict[str, Any]:
    """What ``data/NAME.yaml`` holds."""
    text = (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded


def names() -> list[str]:
    """The names of all data files."""
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


def lines(block: str) -> list[str]:
    """The lines of a block of text, one sentence each."""
    return [line for line in block.split("\n") if line]
