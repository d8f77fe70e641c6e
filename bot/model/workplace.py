"""A model folder that is complete or not there: made beside its place, then moved there at once."""

from __future__ import annotations

import errno
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from bot.errors import ModelError

MODEL_FILE = "openvino_model.xml"


@dataclass(frozen=True, slots=True)
class Workplace:
    """result: becomes the model folder. scratch: whatever else the work needs, on the same disk."""

    result: Path
    scratch: Path


@contextmanager
def workplace(target: Path, *, force: bool, resumable: bool = False) -> Iterator[Workplace]:
    """Folders to make a model in; the result becomes `target` when the block ends without an error.

    force: whether a model that is at `target` is replaced. resumable: whether an error, or Ctrl-C,
    leaves the folders for the next call to go on with; otherwise nothing is left.

    Raises: ModelError where `target` is taken, another process is at it, or the disk fails.
    """
    target = target.absolute()
    check_target(target, force=force)
    partial = target.with_name(f".{target.name}.partial")
    place = Workplace(partial / "model", partial / "scratch")
    try:
        with _lock(target), _parents(target.parent):
            if not resumable:
                _remove(partial)
            try:
                place.result.mkdir(parents=True, exist_ok=True)
                place.scratch.mkdir(exist_ok=True)
                yield place
                _move(place.result, target)
                _remove(partial)
            except BaseException:
                if not resumable:
                    _remove(partial)
                raise
    except OSError as error:
        raise ModelError(_explain(target, error)) from error


def check_target(target: Path, *, force: bool) -> None:
    """Raises ModelError where something is at `target` that must not be replaced."""
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not (target / MODEL_FILE).is_file():
        raise ModelError(f"{target} is there already and is no model: name another folder by --output.")
    if not force:
        raise ModelError(f"{target} is there already: --force replaces it, --output names another folder.")


def check_space(target: Path, needed: int) -> None:
    """Raises ModelError where the disk that `target` will be on has fewer than `needed` bytes free."""
    there = next(parent for parent in target.absolute().parents if parent.exists())
    free = shutil.disk_usage(there).free
    if free < needed:
        raise ModelError(
            f"Not enough room on the disk of {there}: about {gigabytes(needed)} are needed, "
            f"{gigabytes(free)} are free. Make room, or name a folder on another disk by --output."
        )


def gigabytes(size: float) -> str:
    """A number of bytes for people: "2.8 GB", "3.1 MB"."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6)):
        if size >= scale:
            return f"{size / scale:.1f} {unit}"
    return f"{size / 1e3:.0f} kB"


@contextmanager
def _lock(target: Path) -> Iterator[None]:
    """Keep other processes away from `target`; the lock ends with this process, however it ends."""
    digest = hashlib.sha256(str(target.resolve()).encode()).hexdigest()[:16]
    lock = FileLock(Path(tempfile.gettempdir(), f"ovbot-{digest}.lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise ModelError(f"Another ovbot is making {target} right now: wait for it, or stop it.") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _parents(folder: Path) -> Iterator[None]:
    """Make `folder`; take away again what was made of it and is still empty at the end."""
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        for parent in missing:
            if any(parent.iterdir()):
                break
            parent.rmdir()


def _move(result: Path, target: Path) -> None:
    """Put `result` in the place of `target`. A folder cannot be renamed over another that has files."""
    old = None
    if target.exists():
        old = target.with_name(f".{target.name}.old")
        _remove(old)
        target.rename(old)
    try:
        result.rename(target)
    except OSError:
        if old is not None:
            old.rename(target)
        raise
    if old is not None:
        _remove(old)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _explain(target: Path, error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return f"The disk of {target.parent} is full: make room, or name a folder elsewhere by --output."
    if isinstance(error, PermissionError):
        return (
            f"No permission to write {error.filename or target}: is a bot running with this model? "
            "If not, name a folder of your own by --output."
        )
    return f"{target} cannot be written: {error}."
