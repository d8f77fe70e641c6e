"""A model folder that is complete or not there: made beside its place, then moved there at once."""

from __future__ import annotations

import errno
import glob
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
def workplace(target: Path, *, force: bool, resume: str | None = None) -> Iterator[Workplace]:
    """Folders to make a model in; the result becomes `target` when the block ends without an error.

    force: whether a model that is at `target` is replaced. resume: names what is being made, such as
    a repository at a commit: what an error or Ctrl-C leaves of it is found by the next call with
    the same name. Without it nothing is left.

    Raises: ModelError where `target` is taken, another process is at it, or the disk fails.
    """
    target = target.absolute()
    check_target(target, force=force)
    name = hashlib.sha256(resume.encode()).hexdigest()[:8] if resume else "new"
    partial = target.with_name(f".{target.name}.{name}.partial")
    place = Workplace(partial / "model", partial / "scratch")
    try:
        with _lock(target), _parents(target.parent):
            for old in target.parent.glob(f".{glob.escape(target.name)}.*.partial"):
                if resume is None or old != partial:
                    shutil.rmtree(old)
            try:
                place.result.mkdir(parents=True, exist_ok=True)
                place.scratch.mkdir(exist_ok=True)
                yield place
                _move(place.result, target)
                shutil.rmtree(partial)
            except BaseException:
                if resume is None or not size_under(partial):
                    shutil.rmtree(partial, ignore_errors=True)
                raise
    except OSError as error:
        raise ModelError(_explain(target, error)) from error


def size_under(folder: Path) -> int:
    """Bytes of all files under `folder`."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


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
        old = target.with_name(f".{target.name}.old.partial")
        target.rename(old)
    try:
        result.rename(target)
    except OSError:
        if old is not None:
            old.rename(target)
        raise
    if old is not None:
        shutil.rmtree(old)


def _explain(target: Path, error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return f"The disk of {target.parent} is full: make room, or name a folder elsewhere by --output."
    if isinstance(error, PermissionError):
        return (
            f"No permission to write {error.filename or target}: is a bot running with this model? "
            "If not, name a folder of your own by --output."
        )
    return f"{target} cannot be written: {error}."
