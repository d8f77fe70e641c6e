"""`ovbot model export`, by the real optimum, of a tiny checkpoint."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from bot.engine.model_folder import REQUIRED, read_model_folder
from tests.model.checkpoint import write_checkpoint
from tests.model.conftest import Run, command, environment
from tests.model.hub import Hub


@pytest.fixture
def checkpoint(tmp_path: Path, tiny_model: Path) -> Path:
    folder = tmp_path / "checkpoint"
    write_checkpoint(folder, tiny_model)
    return folder


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name not in ("hf", "checkpoint"))


def test_a_model_of_the_hub_becomes_a_model_folder_and_a_failure_later_leaves_it_alone(
    ovbot: Run, hub: Hub, checkpoint: Path, tmp_path: Path
) -> None:
    hub.repositories["people/tiny"] = checkpoint
    done = ovbot("model", "export", "people/tiny", "--preset", "fast")

    assert done.returncode == 0, done.stderr
    target = tmp_path / "model" / "tiny" / "int4"
    found = read_model_folder(target)
    assert (found.architecture, found.sliding_window) == ("Phi3ForCausalLM", 2047)
    assert (found.name, "int4" in found.precision) == ("people/tiny", True)
    assert left_in(target.parent) == ["int4"]
    for step in (
        "Downloading people/tiny",
        "Loading weights",
        "Converting",
        "Applying Weight Compression",
        "Writing",
    ):
        assert step in done.stderr
    assert f"MODEL_DIR={Path('model', 'tiny', 'int4')}" in done.stdout

    # Without the hub, from the cache; and with groups that the matrices cannot be cut into.
    hub.close()
    before = {path.name: path.stat().st_mtime_ns for path in target.iterdir()}
    done = ovbot("model", "export", "people/tiny", "--force", "--group-size", "100")
    assert done.returncode == 3, done.stderr
    line = done.stderr.strip().splitlines()[-1]
    assert "group size value 100" in line
    assert "Try --group-size 64" in line
    assert {path.name: path.stat().st_mtime_ns for path in target.iterdir()} == before
    assert left_in(target.parent) == ["int4"]


@pytest.mark.skipif(sys.platform == "win32", reason="no signal to send to a process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_leaves_nothing_behind(
    hub: Hub, checkpoint: Path, tmp_path: Path, number: signal.Signals
) -> None:
    with subprocess.Popen(
        command("model", "export", checkpoint, "--output", tmp_path / "a" / "b"),
        cwd=tmp_path,
        env=environment(tmp_path, hub),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert "Starting optimum" in process.stderr.readline()
        [optimum] = psutil.Process(process.pid).children()
        process.send_signal(number)
        _, stderr = process.communicate(timeout=30)
    assert process.returncode not in (0, 3)
    assert "Traceback" not in stderr
    assert not psutil.wait_procs([optimum], timeout=20)[1]
    assert left_in(tmp_path) == []


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (["people/nothing"], 3, "There is no model people/nothing"),
        (["tiny"], 3, "tiny is no model id, since it names no owner"),
        (["empty"], 3, "empty is no checkpoint of transformers"),
        (
            ["model.gguf"],
            3,
            "model.gguf is a GGUF file, the format of llama.cpp. Make a model folder of it: ovbot model",
        ),
        (
            ["model"],
            3,
            "model is a model for OpenVINO already. Use it by MODEL_DIR=model",
        ),
        (["--weight-format", "int3"], 2, "int3"),
        (["--ratio", "1.5"], 2, "1.5"),
        (["--preset", "fast", "--ratio", "0.8"], 2, "give one of them"),
    ],
)
def test_what_cannot_be_exported_is_told_and_leaves_nothing(
    ovbot: Run, tmp_path: Path, arguments: list[str], code: int, expected: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "model.gguf").touch()
    (tmp_path / "model").mkdir()
    for name in REQUIRED:
        (tmp_path / "model" / name).touch()
    done = ovbot("model", "export", *arguments)

    assert done.returncode == code
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert left_in(tmp_path) == ["empty", "model", "model.gguf"]


def test_a_cache_that_cannot_be_written_is_told_with_what_to_do(
    ovbot: Run, hub: Hub, checkpoint: Path, tmp_path: Path
) -> None:
    hub.repositories["people/tiny"] = checkpoint
    (tmp_path / "hf").mkdir()
    (tmp_path / "hf" / "hub").write_text("no folder")
    done = ovbot("model", "export", "people/tiny")
    assert done.returncode == 3, done.stderr
    line = done.stderr.strip().splitlines()[-1]
    assert "hub cannot be written (" in line
    assert line.endswith("set HF_HOME to a folder on another disk.")
    assert "Traceback" not in done.stderr


def test_without_a_network_and_a_cache_it_says_so(ovbot: Run, hub: Hub, tmp_path: Path) -> None:
    hub.close()
    done = ovbot("model", "export")
    assert done.returncode == 3
    assert "cannot be reached" in done.stderr
    assert left_in(tmp_path) == []
