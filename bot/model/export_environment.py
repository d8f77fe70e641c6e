"""Virtual environments for exports: the versions that a type of model needs, apart from the bot's own.

They are kept beside what Hugging Face's libraries keep, one for each set of versions, and nothing else is in
their folders: deleting one is all it takes to be rid of it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from huggingface_hub import constants

from bot.errors import ModelError
from bot.hints import CPU_TORCH
from bot.model.child_process import ChildProcess
from bot.model.disk import check_space
from bot.model.export_types import ExportVersions
from bot.model.optimum_cli import environment_of_its_own
from bot.model.progress_events import Progress, Report

# Bytes, measured on Linux with optimum-intel 2.1.0 and transformers 5.0.0.
DOWNLOAD_SIZE = 0.4e9
DISK_SIZE = 1.6e9
MOVE = "set HF_HOME to a folder on another disk"
# Whose published builds bring CUDA, gigabytes that OpenVINO does not use.
FOR_CUDA = ("torch",)


class ExportEnvironment:
    """The environment with one set of versions, whether it is made yet or not.

    folder: where it is or will be. python: its interpreter.
    """

    def __init__(self, versions: ExportVersions) -> None:
        self.versions = versions
        self._requirements = [
            f"{name}=={version}{'+cpu' if name in FOR_CUDA and sys.platform == 'linux' else ''}"
            for name, version in sorted(versions.pins.items())
        ]
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        digest = hashlib.sha256("\n".join(self._requirements).encode()).hexdigest()[:8]
        name = f"{versions} py{python} {digest}".replace(" ", "-")
        self.folder = Path(constants.HF_ASSETS_CACHE, "ovbot", "export", name)
        self.python = _python(self.folder)

    @property
    def is_made(self) -> bool:
        """Whether it is there, whole."""
        return self.python.exists()

    def explain(self) -> str:
        """What making it takes and leaves, in one line; where it is, if it is made."""
        if self.is_made:
            return f"It is done by {self.versions} in {self.folder}"
        return (
            f"{self.versions} is installed for it into {self.folder}: a download of about "
            f"{DOWNLOAD_SIZE / 1e9:.1f} GB, {DISK_SIZE / 1e9:.1f} GB on the disk. Later exports use it "
            "again; delete the folder to remove it."
        )

    def make(self, report: Report) -> None:
        """Install it, if it is not made. It is whole afterwards, or nothing of it is left.

        Raises: ModelError.
        """
        if self.is_made:
            return
        check_space(self.folder, int(DISK_SIZE + DOWNLOAD_SIZE), MOVE)
        try:
            with _lock(self.folder), _partial(self.folder) as partial:
                self._install(partial, report)
                shutil.rmtree(self.folder, ignore_errors=True)  # of a Python that is gone
                # Nothing in it is run by a path that the move changes.
                (partial / "environment").rename(self.folder)
        except OSError as error:
            raise ModelError(
                f"{self.folder} cannot be made ({error.strerror or error}): make room or check its "
                f"permissions, or {MOVE}."
            ) from error

    def _install(self, partial: Path, report: Report) -> None:
        scratch = partial / "scratch"
        scratch.mkdir()
        what = f"Installing {self.versions}"
        report(Progress(what, 0, 1))
        _make_venv(partial / "environment")
        requirements = partial / "requirements.txt"
        requirements.write_text("\n".join(self._requirements), encoding="utf-8")
        # All versions are pinned, so pip need not look for others that fit. Only torch, whose builds for CPUs
        # are nowhere else, is looked for in another index.
        torch = [line for line in self._requirements if line.partition("==")[0] in FOR_CUDA]
        pip = [str(_python(partial / "environment")), "-m", "pip", "install", "--no-deps", "--no-user"]
        total, found = len(self._requirements) + 1, 0
        for arguments in (["--extra-index-url", CPU_TORCH, *torch], ["--requirement", str(requirements)]):
            with closing(_pip([*pip, *arguments], scratch)) as lines:
                for line in lines:
                    if line.startswith("Collecting "):
                        found += 1
                        report(Progress(what, min(found, total - 1), total))
        report(Progress(what, total, total))


def _pip(command: list[str], scratch: Path) -> Generator[str, None, None]:
    """Run pip and give its lines. Raises: ModelError where it fails."""
    variables = environment_of_its_own() | {name: str(scratch) for name in ("TMPDIR", "TEMP", "TMP")}
    variables |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PYTHONUTF8": "1"}
    said = []
    with ChildProcess(command, variables | {"PYTHONUNBUFFERED": "1"}) as process:
        for line in process.lines():
            said.append(line)
            yield line
        code = process.wait()
    if code:
        raise ModelError(_failure(said, code))


def _failure(said: list[str], code: int) -> str:
    errors = [line.removeprefix("ERROR:").strip() for line in said if line.startswith("ERROR:")]
    # The line before this one lists all versions that there are.
    unfound = [line for line in errors if line.startswith("No matching distribution")]
    reason = [*unfound, *errors, *said[-1:], f"exit code {code}"][0].rstrip(".")
    if "No space left on device" in " ".join(errors):
        return f"The disk is full: make room, or {MOVE}."
    return (
        f"What the export needs could not be installed: {reason}. Check the network and pip's settings, "
        "then run the command again."
    )


def _make_venv(folder: Path) -> None:
    with ChildProcess([sys.executable, "-m", "venv", str(folder)], environment_of_its_own()) as process:
        said = [line.strip() for line in process.lines() if line.strip()]
        code = process.wait()
    if code:
        reason = said[-1].rstrip(".") if said else f"exit code {code}"
        raise ModelError(
            f"This Python cannot make a virtual environment ({reason}): install what it lacks, on Debian and "
            "Ubuntu the package python3-venv."
        )


def _python(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Keep other processes from making the same environment; the lock ends with this process."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder.with_name(f".{folder.name}.lock"), timeout=0):
            yield
    except Timeout:
        raise ModelError(f"Another ovbot is making {folder} right now: wait for it, or stop it.") from None


@contextmanager
def _partial(folder: Path) -> Iterator[Path]:
    """A folder beside `folder` that is gone at the end; one that a killed process left is removed first."""
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir()
        yield partial
    finally:
        shutil.rmtree(partial, ignore_errors=True)
