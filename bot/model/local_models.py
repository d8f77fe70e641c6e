"""The model folders on this machine: the demo model, and those that were exported or pulled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.engine.model_folder import has_model

DEMO_FOLDER = Path(__file__).parent / "demo"
ROOT = Path("model")
# model/<name>/<weights' format>, and one more for those who sort by owner.
DEPTH = 3


def find_models(root: Path = ROOT) -> list[Path]:
    """The folders at or under `root` that hold an OpenVINO model; those still being built left out."""
    return sorted(_search(root, DEPTH))


def _search(folder: Path, depth: int) -> Iterator[Path]:
    if has_model(folder):
        yield folder
    elif depth and folder.is_dir():
        for child in folder.iterdir():
            if child.is_dir() and not child.name.startswith("."):
                yield from _search(child, depth - 1)
