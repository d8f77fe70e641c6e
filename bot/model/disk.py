"""Room on disks: what files take, and whether more fits."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.errors import ModelError


def size_under(folder: Path) -> int:
    """Bytes of all files under `folder`."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def existing_parent(target: Path) -> Path:
    """The nearest folder above `target` that is there already."""
    return next(parent for parent in target.absolute().parents if parent.exists())


def check_space(target: Path, needed: int, elsewhere: str = "name a folder elsewhere by --output") -> None:
    """Check that the disk that `target` will be on has `needed` bytes free.

    elsewhere: how to put it on another disk.

    Raises: ModelError.
    """
    existing = existing_parent(target)
    free = shutil.disk_usage(existing).free
    if free < needed:
        raise ModelError(
            f"Not enough room on the disk of {existing}: about {gigabytes(needed)} are needed, "
            f"{gigabytes(free)} are free. Make room, or {elsewhere}."
        )


def gigabytes(size: float) -> str:
    """A number of bytes for people: "2.8 GB", "3.1 MB"."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6)):
        if size >= scale:
            return f"{size / scale:.1f} {unit}"
    return f"{size / 1e3:.0f} kB"
