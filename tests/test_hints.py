"""The commands that errors tell a person to run."""

from __future__ import annotations

import json
import shlex
import sys
from importlib import metadata
from pathlib import Path

import pytest

from bot import hints
from bot.hints import CPU_TORCH, install_command

ROOT = Path(__file__).parents[1]
posix = pytest.mark.skipif(sys.platform == "win32", reason="other quotes")


def installed_from(
    site: Path, monkeypatch: pytest.MonkeyPatch, direct_url: dict[str, object] | None = None
) -> None:
    """As if the program had been installed as a package, from where `direct_url` says (PEP 610)."""
    info = site / "openvino_discord_bot-1.2.3.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: openvino-discord-bot\nVersion: 1.2.3\n")
    if direct_url is not None:
        (info / "direct_url.json").write_text(json.dumps(direct_url))
    monkeypatch.setattr(hints, "__file__", str(site / "bot" / "hints.py"))
    monkeypatch.setattr(hints, "distribution", lambda name: metadata.Distribution.at(info))


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
@pytest.mark.parametrize(
    ("direct_url", "requirement"),
    [
        (None, "openvino-discord-bot[optimum]==1.2.3"),
        (
            {"url": "https://example.org/bot.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            "openvino-discord-bot[optimum] @ git+https://example.org/bot.git@abc",
        ),
        (
            {"url": "https://example.org/bot-1.2.3.whl", "archive_info": {}},
            "openvino-discord-bot[optimum] @ https://example.org/bot-1.2.3.whl",
        ),
        ({"url": "file:///no/such/folder", "dir_info": {}}, "openvino-discord-bot[optimum]==1.2.3"),
        ({"url": "file:///tmp", "dir_info": {}}, "openvino-discord-bot[optimum] @ file:///tmp"),
    ],
)
def test_as_a_package_it_comes_from_where_the_program_came_from(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    direct_url: dict[str, object] | None,
    requirement: str,
) -> None:
    installed_from(tmp_path, monkeypatch, direct_url)
    assert shlex.split(install_command("optimum")) == [
        sys.executable,
        *("-m", "pip", "install", "--extra-index-url", CPU_TORCH, requirement),
    ]


@posix
def test_a_python_in_a_folder_with_a_space_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/my folder/bin/python")
    assert install_command("optimum").startswith("'/my folder/bin/python' -m pip install ")
