"""Where a model folder is built: beside its target, and moved there when it is complete, all at once."""

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
from bot.model.disk import size_under

MODEL_FILE = "openvino_model.xml"


@dataclass(frozen=True, slots=True)
class BuildFolder:
    """result: becomes the model folder. scratch: whatever else the work needs, on the same disk."""

    result: Path
    scratch: Path


@contextmanager
def build_folder(target: Path, *, force: bool, resume: str | None = None) -> Iterator[BuildFolder]:
    """Folders to build a model in; the result becomes `target` when the block ends without an error.

    force: whether a model that is at `target` is replaced. resume: names what is being built, such as
    a repository at a commit: what an error or Ctrl-C leaves of it is found by the next call with
    the same name. Without it nothing is left.

    Raises: ModelError where `target` exists, another process builds it, or the disk fails.
    """
    target = target.absolute()
    check_target(target, force=force)
    name = hashlib.sha256(resume.encode()).hexdigest()[:8] if resume else "new"
    partial = target.with_name(f".{target.name}.{name}.partial")
    build = BuildFolder(partial / "model", partial / "scratch")
    try:
        with _lock(target), _parents(target.parent):
            for old in target.parent.glob(f".{glob.escape(target.name)}.*.partial"):
                if resume is None or old != partial:
                    shutil.rmtree(old)
            try:
                build.result.mkdir(parents=True, exist_ok=True)
                build.scratch.mkdir(exist_ok=True)
                yield build
                _move(build.result, target)
                shutil.rmtree(partial)
            except BaseException:
                if resume is None or not size_under(partial):
                    shutil.rmtree(partial, ignore_errors=True)
                raise
    except OSError as error:
        raise ModelError(_explain(target, error)) from error


def check_target(target: Path, *, force: bool) -> None:
    """Raises ModelError where `target` exists and must not be replaced."""
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not any(target.glob("openvino_*model.xml")):
        raise ModelError(f"{target} exists already and is no model: name another folder by --output.")
    if not force:
        raise ModelError(f"{target} exists already: --force replaces it, --output names another folder.")


@contextmanager
def _lock(target: Path) -> Iterator[None]:
    """Keep other processes away from `target`; the lock ends with this process, however it ends."""
    digest = hashlib.sha256(str(target.resolve()).encode()).hexdigest()[:16]
    lock = FileLock(Path(tempfile.gettempdir(), f"ovbot-{digest}.lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise ModelError(f"Another ovbot is building {target} right now: wait for it, or stop it.") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _parents(folder: Path) -> Iterator[None]:
    """Create `folder`; remove again what was created of it and is still empty at the end."""
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
    """Move `result` to `target`. A folder cannot be renamed over another that has files."""
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
    return f"{target} cannot be written ({error}): name a folder elsewhere by --output."
