"""The commands that errors tell a person to run."""

from __future__ import annotations

import shlex
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from bot import hints
from bot.hints import CPU_TORCH, install_command

ROOT = Path(__file__).parents[1]
posix = pytest.mark.skipif(sys.platform == "win32", reason="other quotes")


@posix
def test_in_a_clone_it_keeps_to_the_constraints_and_takes_torch_for_cpus() -> None:
    assert shlex.split(install_command("optimum")) == [
        sys.executable,
        *("-m", "pip", "install", "--constraint", str(ROOT / "constraints.txt")),
        *("--extra-index-url", CPU_TORCH, "--editable", f"{ROOT}[optimum]"),
    ]


def test_an_extra_without_torch_needs_no_other_index() -> None:
    assert CPU_TORCH not in install_command("plot")


@posix
def test_as_a_package_it_names_what_the_extra_asks_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hints, "__file__", str(tmp_path / "bot" / "hints.py"))
    start = [sys.executable, "-m", "pip", "install", "--extra-index-url", CPU_TORCH]
    *words, optimum, nncf, torch = shlex.split(install_command("optimum"))
    assert words == start
    assert (optimum.startswith("optimum-intel<2.2"), nncf, torch) == (True, "nncf", "torch>=2.9")

    def unknown(name: str) -> list[str]:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(hints, "requires", unknown)
    assert shlex.split(install_command("optimum")) == [*start, "openvino-discord-bot[optimum]"]


@posix
def test_a_python_in_a_folder_with_a_space_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/my folder/bin/python")
    assert install_command("optimum").startswith("'/my folder/bin/python' -m pip install ")
