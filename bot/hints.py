"""Commands that errors tell a person to run, right for this Python and this installation."""

from __future__ import annotations

import json
import os
import shlex
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

PROJECT = "openvino-discord-bot"
# PyTorch's own index of builds without CUDA, which would take gigabytes that OpenVINO does not use.
CPU_TORCH = "https://download.pytorch.org/whl/cpu"
_WITH_TORCH = {"optimum", "dev"}


def install_command(extra: str) -> str:
    """The command line that installs an extra, such as "optimum", for the Python that runs.

    In a clone it keeps to constraints.txt, the versions that the tests pass with. Of torch it takes the
    build for CPUs.
    """
    command = [sys.executable, "-m", "pip", "install"]
    clone = _clone()
    if clone is not None:
        command += ["--constraint", str(clone / "constraints.txt")]
    if extra in _WITH_TORCH:
        command += ["--extra-index-url", CPU_TORCH]
    if clone is not None:
        command += ["--editable", f"{clone}[{extra}]"]
    else:
        command.append(_requirement(extra))
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


def _requirement(extra: str) -> str:
    """This project with an extra, from where it was installed: an index, a repository, a folder."""
    try:
        installed = distribution(PROJECT)
    except PackageNotFoundError:
        return f"{PROJECT}[{extra}]"
    source = _source(installed)
    url = str(source.get("url", ""))
    if vcs := source.get("vcs_info"):
        return f"{PROJECT}[{extra}] @ {vcs['vcs']}+{url}@{vcs['commit_id']}"
    if url and not (url.startswith("file:") and not _exists(url)):
        return f"{PROJECT}[{extra}] @ {url}"
    return f"{PROJECT}[{extra}]=={installed.version}"


def _source(installed: Distribution) -> dict[str, Any]:
    """Where pip installed it from if not from an index (PEP 610)."""
    try:
        found = json.loads(installed.read_text("direct_url.json") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _exists(file_url: str) -> bool:
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    return Path(url2pathname(urlsplit(file_url).path)).exists()
