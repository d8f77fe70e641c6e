"""Exports in an environment of their own: chosen, announced, installed from an index of tiny wheels, used."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants

from bot.errors import ModelError
from bot.model.export_environment import ExportEnvironment
from bot.model.export_types import ExportVersions, bot_versions, find_type
from bot.model.progress_events import Progress
from tests.model.conftest import Run, command, environment
from tests.model.hub import Hub
from tests.model.wheels import write_wheel

PINS = {"optimum-intel": "9.1", "transformers": "9.2", "torch": "9.3"}
TORCH_LOCAL = "+cpu" if sys.platform == "linux" else ""
# Stands in for optimum where the test is about who runs it: it takes the model from PREPARED.
OPTIMUM = """
import os, shutil, sys
print("Loading weights: 100%|##| 1/1", flush=True)
shutil.copytree(os.environ["PREPARED"], sys.argv[-1], dirs_exist_ok=True)
with open(os.path.join(sys.argv[-1], "ran"), "w") as file:
    print(sys.prefix, *sys.argv[1:], file=file)
"""


def write_index(folder: Path, pins: Mapping[str, str]) -> None:
    for name, version in pins.items():
        modules = {"optimum/commands/optimum_cli.py": OPTIMUM} if name == "optimum-intel" else {}
        write_wheel(folder, name, version + (TORCH_LOCAL if name == "torch" else ""), modules)


def pip_settings(index: Path) -> dict[str, str]:
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(index), "PIP_CONFIG_FILE": "/dev/null"}


@pytest.fixture
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where environments are kept in this test."""
    monkeypatch.setattr(constants, "HF_ASSETS_CACHE", str(tmp_path / "assets"))
    return tmp_path / "assets" / "ovbot" / "export"


def left_in(folder: Path) -> list[str]:
    """What is in a folder of environments besides locks."""
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return [name for name in names if not name.endswith(".lock")]


def environments(home: Path) -> Path:
    return home / "hf" / "assets" / "ovbot" / "export"


def write_config(folder: Path, model_type: str) -> Path:
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"model_type": model_type}))
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


def test_an_environment_is_made_once_and_has_the_pinned_versions(
    assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_index(tmp_path / "index", PINS)
    for name, value in pip_settings(tmp_path / "index").items():
        monkeypatch.setenv(name, value)
    made = ExportEnvironment(ExportVersions(PINS))
    assert not made.is_made
    assert f"into {made.folder}: a download of about 0.4 GB, 1.6 GB on the disk" in made.explain()
    heard: list[Progress] = []
    made.make(heard.append)

    assert made.is_made
    assert left_in(assets) == [made.folder.name]
    assert made.folder.name.startswith("optimum-intel-9.1-with-transformers-9.2-py3.")
    assert {progress.what for progress in heard} == {"Installing optimum-intel 9.1 with transformers 9.2"}
    assert heard[-1].done == heard[-1].total
    show = "from importlib.metadata import version as v; import optimum.commands, sys; print(sys.prefix, "
    show += "*map(v, ['optimum-intel', 'transformers', 'torch']))"
    done = subprocess.run([made.python, "-c", show], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(made.folder), "9.1", "9.2", f"9.3{TORCH_LOCAL}"]

    # Nothing to install from any more: it is not needed.
    monkeypatch.setenv("PIP_FIND_LINKS", "/nowhere")
    again = ExportEnvironment(ExportVersions(PINS))
    again.make(heard.append)
    assert again.explain() == f"It is done by optimum-intel 9.1 with transformers 9.2 in {made.folder}"
    assert ExportEnvironment(ExportVersions(PINS | {"transformers": "9.3"})).folder != made.folder


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the usual builds are for CPUs")
def test_a_torch_for_cuda_is_not_taken_and_nothing_is_left(
    assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_wheel(tmp_path / "index", "torch", PINS["torch"])
    for name, value in pip_settings(tmp_path / "index").items():
        monkeypatch.setenv(name, value)
    with pytest.raises(
        ModelError, match=r"installed: No matching distribution found for torch==9\.3\+cpu\. "
    ):
        ExportEnvironment(ExportVersions(PINS)).make(lambda progress: None)
    assert left_in(assets) == []


def test_two_processes_do_not_make_the_same_environment(assets: Path) -> None:
    environment_ = ExportEnvironment(ExportVersions(PINS))
    assets.mkdir(parents=True)
    hold = (
        "import sys, filelock; lock = filelock.FileLock(sys.argv[1]); lock.acquire()\n"
        "print('held', flush=True); input()"
    )
    lock = environment_.folder.with_name(f".{environment_.folder.name}.lock")
    with subprocess.Popen(
        [sys.executable, "-c", hold, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(ModelError, match="Another ovbot is making "):
            environment_.make(lambda progress: None)
        other.communicate("\n")
    assert left_in(assets) == []


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "assets").write_text("no folder")
    monkeypatch.setattr(constants, "HF_ASSETS_CACHE", str(tmp_path / "assets"))
    with pytest.raises(ModelError, match=r"cannot be made \(.*set HF_HOME to a folder on another disk\.$"):
        ExportEnvironment(ExportVersions(PINS)).make(lambda progress: None)


@pytest.mark.parametrize(
    ("model_type", "arguments", "expected_type", "task"),
    [
        ("gemma3_text", [], "gemma3_text", "text-generation-with-past"),
        ("phi3", ["--isolated"], "phi3", "text-generation-with-past"),
        ("qwen2_vl", [], "qwen2_vl", "image-text-to-text"),
    ],
)
def test_the_environment_that_a_type_needs_is_announced_made_and_used(
    hub: Hub,
    tmp_path: Path,
    tiny_model: Path,
    model_type: str,
    arguments: list[str],
    expected_type: str,
    task: str,
) -> None:
    prepared = tiny_model
    if task == "image-text-to-text":
        prepared = tmp_path / "prepared"
        prepared.mkdir()
        (prepared / "config.json").write_text("{}")
        (prepared / "openvino_language_model.xml").touch()
    found = find_type(expected_type)
    assert found is not None
    write_index(tmp_path / "index", found.versions.pins)
    hub.repositories["people/tiny"] = write_config(tmp_path / "checkpoint", model_type)
    (tmp_path / "checkpoint" / "preprocessor_config.json").write_text('{"size": 1}')
    done = subprocess.run(
        command("model", "export", "people/tiny", *arguments),
        cwd=tmp_path,
        env=environment(tmp_path, hub) | pip_settings(tmp_path / "index") | {"PREPARED": str(prepared)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    [name] = left_in(environments(tmp_path))
    folder = environments(tmp_path) / name
    said = done.stderr.splitlines()
    announced = next(n for n, line in enumerate(said) if line.startswith(f"{found.versions} is installed"))
    assert f"into {folder}: a download of about" in said[announced]
    if found.versions != bot_versions():
        assert said[announced - 1] == (
            f"The bot's own {bot_versions()} cannot export models of the type {model_type}."
        )
    order = [f"Installing {found.versions} …", "Downloading people/tiny (0.0 MB) …", "Starting optimum …"]
    assert [line for line in said[announced + 1 :] if line in order] == order

    target = tmp_path / "model" / "tiny" / "int4"
    prefix, *words = (target / "ran").read_text().split()
    assert prefix == str(folder)
    assert words[words.index("--task") + 1] == task
    vision = task == "image-text-to-text"
    assert (target / "preprocessor_config.json").exists() == vision
    assert ("a model of text and images" in done.stdout) == vision
    assert "MODEL_DIR=" in done.stdout


@pytest.mark.parametrize(
    ("model_type", "arguments", "expected"),
    [
        ("gemma4_text", [], "Models of the type gemma4_text cannot be exported: it takes optimum-intel "),
        ("gemma4_text", ["--isolated"], "Models of the type gemma4_text cannot be exported"),
        ("no_such_type", [], "cannot export models of the type no_such_type for conversations. If this one"),
        ("gemma2", ["--no-isolated"], "exported by optimum-intel 2.1.0 with transformers 5.0.0, but the bot"),
    ],
)
def test_what_cannot_be_exported_is_refused_before_its_weights_are_downloaded(
    ovbot: Run, hub: Hub, tmp_path: Path, model_type: str, arguments: list[str], expected: str
) -> None:
    hub.repositories["people/tiny"] = write_config(tmp_path / "checkpoint", model_type)
    done = ovbot("model", "export", "people/tiny", *arguments)
    assert done.returncode == 3, done.stderr
    [line] = done.stderr.strip().splitlines()
    assert expected in line
    assert {name for name in hub.sent if name} == {"config.json"}  # the other answer is the list of files
    assert left_in(environments(tmp_path)) == []


class StalledIndex:
    """An index of packages that takes requests and never answers. Used as a context manager."""

    def __init__(self) -> None:
        self.reached, self._released = threading.Event(), threading.Event()
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                index.reached.set()
                index._released.wait(60)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/simple"

    def __enter__(self) -> StalledIndex:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def stalled() -> Iterator[StalledIndex]:
    with StalledIndex() as index:
        yield index


@pytest.mark.skipif(sys.platform == "win32", reason="no signal to send to a process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("stage", ["venv", "pip"])
def test_a_signal_leaves_nothing_of_an_environment(
    hub: Hub, stalled: StalledIndex, tmp_path: Path, stage: str, number: signal.Signals
) -> None:
    checkpoint = write_config(tmp_path / "checkpoint", "gemma2")
    pip = {"PIP_INDEX_URL": stalled.url, "PIP_CONFIG_FILE": "/dev/null", "PIP_FIND_LINKS": ""}
    with subprocess.Popen(
        command("model", "export", checkpoint),
        cwd=tmp_path,
        env=environment(tmp_path, hub) | pip,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        while "Installing optimum-intel" not in process.stderr.readline():
            assert process.poll() is None
        if stage == "pip":
            assert stalled.reached.wait(60)
        [partial] = left_in(environments(tmp_path))
        assert partial.endswith(".partial")
        process.send_signal(number)
        _, stderr = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert "Traceback" not in stderr
    assert left_in(environments(tmp_path)) == []
    assert not (tmp_path / "model").exists()
