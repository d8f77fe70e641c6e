"""A hub on loopback, a model to pull from it, and the command line as a person runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.model.hub import Hub

ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]
MIB = 1 << 20


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub() as hub:
        yield hub


@pytest.fixture(scope="session")
def exported(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder whose weights take several of the pieces that huggingface_hub writes (10 MiB)."""
    folder = tmp_path_factory.mktemp("hub") / "tiny-ov"
    shutil.copytree(tiny_model, folder)
    with (folder / "openvino_model.bin").open("ab") as weights:
        weights.write(os.urandom(25 * MIB))
    return folder


def environment(home: Path, hub: Hub) -> dict[str, str]:
    """The environment with the hub in place of the real one, and a cache of its own."""
    return os.environ | {
        "HF_ENDPOINT": hub.url,
        "HF_HOME": str(home / "hf"),
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "200",
    }


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "bot", *map(str, arguments)]


@pytest.fixture
def ovbot(hub: Hub, tmp_path: Path) -> Run:
    """Run the command line in an empty folder."""

    def run(*arguments: str | Path, columns: int = 200) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(*arguments),
            cwd=tmp_path,
            env=environment(tmp_path, hub) | {"COLUMNS": str(columns)},
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )

    return run
