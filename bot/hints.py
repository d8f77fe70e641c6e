"""Commands that errors tell a person to run, right for this Python and this installation."""

from __future__ import annotations

import os
import shlex
import sys
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

PROJECT = "openvino-discord-bot"
# PyTorch's own index of builds without CUDA, which would take gigabytes that OpenVINO does not use.
CPU_TORCH = "https://download.pytorch.org/whl/cpu"
_WITH_TORCH = {"optimum", "dev"}


def install_command(extra: str) -> str:
    """The command line that installs an extra, such as "optimum", for the Python that runs.

    In a clone it keeps to constraints.txt, the versions that the tests pass with. Elsewhere it names what the
    extra asks for, wherever this program was installed from. Of torch it takes the build for CPUs.
    """
    command = [sys.executable, "-m", "pip", "install"]
    clone = _clone()
    if clone is not None:
        command += ["--constraint", str(clone / "constraints.txt")]
    if extra in _WITH_TORCH:
        command += ["--extra-index-url", CPU_TORCH]
    command += ["--editable", f"{clone}[{extra}]"] if clone is not None else _requirements(extra)
    return " ".join(quoted(word) for word in command)


def quoted(word: str | Path) -> str:
    """A word as a shell takes it: in quotes where it needs some."""
    text = str(word)
    if os.name == "nt":
        return f'"{text}"' if any(letter in text for letter in ' []()&^;,="') else text
    return shlex.quote(text)


def _clone() -> Path | None:
    """The root of the project's working copy, if that is what runs."""
    root = Path(__file__).resolve().parent.parent
    whole = all((root / name).is_file() for name in ("pyproject.toml", "constraints.txt"))
    return root if whole else None


def _requirements(extra: str) -> list[str]:
    """What an extra asks for besides the program itself."""
    try:
        conditions = [line.partition(";") for line in requires(PROJECT) or ()]
    except PackageNotFoundError:
        conditions = []
    wanted = [what.strip() for what, _, when in conditions if f"'{extra}'" in when.replace('"', "'")]
    return wanted or [f"{PROJECT}[{extra}]"]
