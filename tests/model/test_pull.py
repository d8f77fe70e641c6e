"""`ovbot model pull`, over HTTP from a hub on loopback."""

from __future__ import annotations

import filecmp
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot.model.build_folder import build_folder
from bot.model.disk import size_under
from tests.model.conftest import MIB, Run, command, environment
from tests.model.hub import Fault, Hub

WEIGHTS = "openvino_model.bin"


@pytest.fixture(autouse=True)
def _repository(hub: Hub, exported: Path) -> None:
    hub.repositories["people/tiny-ov"] = exported


def same(one: Path, other: Path) -> bool:
    comparison = filecmp.dircmp(one, other)
    names = comparison.left_list
    return names == comparison.right_list and filecmp.cmpfiles(one, other, names, shallow=False)[0] == names


def wait_for_bytes(folder: Path, size: int, process: subprocess.Popen[Any]) -> None:
    """Wait until a download has written so much; nothing tells of it."""
    while size_under(folder) < size:
        if process.poll() is not None:
            raise AssertionError(f"the download ended with {process.returncode}")
        time.sleep(0.01)


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """The line with which the command line ended."""
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()[-1]


def test_a_pulled_model_is_the_one_of_the_hub_and_nothing_else_is_left(
    ovbot: Run, tmp_path: Path, exported: Path
) -> None:
    done = ovbot("model", "pull", "people/tiny-ov")

    assert done.returncode == 0, done.stderr
    assert same(tmp_path / "model" / "tiny-ov", exported)
    assert [path.name for path in (tmp_path / "model").iterdir()] == ["tiny-ov"]
    assert "Downloading people/tiny-ov (26" in done.stderr
    assert "Phi3ForCausalLM" in done.stdout
    assert f"MODEL_DIR={Path('model', 'tiny-ov')}" in done.stdout


def test_a_download_that_was_cut_off_goes_on_in_the_middle_of_the_file(
    ovbot: Run, hub: Hub, tmp_path: Path, exported: Path
) -> None:
    hub.faults[WEIGHTS] = Fault(after=21 * MIB, stall=True)
    with subprocess.Popen(
        command("model", "pull", "people/tiny-ov"), cwd=tmp_path, env=environment(tmp_path, hub)
    ) as first:
        assert hub.faults[WEIGHTS].reached.wait(60)
        # What the hub has sent is on its way: two of the pieces in which it is written are complete.
        wait_for_bytes(tmp_path / "model", 20 * MIB, first)
        first.kill()
    assert not (tmp_path / "model" / "tiny-ov").exists()

    done = ovbot("model", "pull", "people/tiny-ov")
    assert done.returncode == 0, done.stderr
    assert same(tmp_path / "model" / "tiny-ov", exported)
    assert [path.name for path in (tmp_path / "model").iterdir()] == ["tiny-ov"]
    assert [asked for name, asked in hub.ranges if name == WEIGHTS] == [None, f"bytes={20 * MIB}-"]


def test_a_dropped_connection_is_taken_up_again_at_once(
    ovbot: Run, hub: Hub, tmp_path: Path, exported: Path
) -> None:
    hub.faults[WEIGHTS] = Fault(after=11 * MIB)
    done = ovbot("model", "pull", "people/tiny-ov")

    assert done.returncode == 0, done.stderr
    assert same(tmp_path / "model" / "tiny-ov", exported)
    assert (WEIGHTS, f"bytes={10 * MIB}-") in hub.ranges


@pytest.mark.skipif(sys.platform == "win32", reason="no signal to send to a process")
def test_ctrl_c_keeps_what_has_arrived_and_ends_quietly(hub: Hub, tmp_path: Path) -> None:
    hub.faults[WEIGHTS] = Fault(after=11 * MIB, stall=True)
    with subprocess.Popen(
        command("model", "pull", "people/tiny-ov"),
        cwd=tmp_path,
        env=environment(tmp_path, hub),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert hub.faults[WEIGHTS].reached.wait(60)
        wait_for_bytes(tmp_path / "model", 10 * MIB, process)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=30)
    assert process.returncode != 0
    assert "Traceback" not in stderr
    assert size_under(tmp_path / "model") >= 10 * MIB


def test_a_new_commit_starts_anew_and_clears_the_old_remains(
    ovbot: Run, hub: Hub, tmp_path: Path, exported: Path
) -> None:
    target = tmp_path / "model" / "tiny-ov"
    with (
        suppress(KeyboardInterrupt),
        build_folder(target, force=False, resume="people/tiny-ov@older") as build,
    ):
        (build.result / "config.json").write_text("{}")
        raise KeyboardInterrupt
    assert size_under(tmp_path / "model") == 2

    assert ovbot("model", "pull", "people/tiny-ov").returncode == 0
    assert same(tmp_path / "model" / "tiny-ov", exported)
    assert [path.name for path in (tmp_path / "model").iterdir()] == ["tiny-ov"]


def test_a_file_that_arrives_damaged_is_not_taken(ovbot: Run, hub: Hub, tmp_path: Path) -> None:
    hub.damaged = {WEIGHTS}
    assert "openvino_model.bin of people/tiny-ov arrived damaged" in refusal(
        ovbot("model", "pull", "people/tiny-ov")
    )
    assert not (tmp_path / "model" / "tiny-ov").exists()

    hub.damaged = set()
    assert ovbot("model", "pull", "people/tiny-ov").returncode == 0


def test_a_model_that_is_there_is_replaced_only_when_told(
    ovbot: Run, tmp_path: Path, exported: Path, tiny_model: Path
) -> None:
    target = tmp_path / "mine"
    shutil.copytree(tiny_model, target)
    line = refusal(ovbot("model", "pull", "people/tiny-ov", "--output", target))
    assert "exists already: --force replaces it" in line
    assert same(target, tiny_model)

    assert ovbot("model", "pull", "people/tiny-ov", "--output", target, "--force").returncode == 0
    assert same(target, exported)
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "hf") == ["mine"]


def test_a_folder_with_something_else_is_never_replaced(ovbot: Run, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_text("")
    line = refusal(ovbot("model", "pull", "people/tiny-ov", "--output", tmp_path / "photos", "--force"))
    assert "exists already and is no model" in line
    assert (tmp_path / "photos" / "cat.jpg").exists()


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [
        ("people/nothing", "There is no model people/nothing on http://127.0.0.1"),
        ("people/gated", "people/gated is only for people who asked for access"),
        ("people/checkpoint", "holds no OpenVINO model (openvino_model.bin, openvino_model.xml missing)"),
        ("a b", "a b is no model id, and no folder on this machine: an id is OWNER/NAME"),
        ("./nowhere", "./nowhere is no model id, and no folder on this machine"),
        ("a/b/c", "a/b/c is no model id, and no folder on this machine"),
        ("tiny-ov", "tiny-ov is no model id, since it names no owner: one is OWNER/NAME, such as"),
        ("tiny-ov", "/models?search=tiny-ov"),
    ],
)
def test_what_cannot_be_pulled_is_told_in_one_line_and_leaves_nothing(
    ovbot: Run, hub: Hub, tmp_path: Path, exported: Path, model_id: str, expected: str
) -> None:
    hub.repositories["people/gated"] = exported
    hub.gated = {"people/gated"}
    checkpoint = tmp_path / "checkpoint"
    checkpoint.mkdir()
    for name in ("config.json", "tokenizer.json"):
        shutil.copy(exported / name, checkpoint)
    hub.repositories["people/checkpoint"] = checkpoint

    assert expected in refusal(ovbot("model", "pull", model_id))
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(
    ("files", "given", "expected"),
    [
        (
            ["openvino_model.xml", "openvino_model.bin", "config.json", "tokenizer.json"],
            "",
            "is a model for OpenVINO",
        ),
        (["config.json", "model.safetensors"], "", "Convert it: ovbot model export local"),
        (["config.json", "pytorch_model.bin"], "", "Convert it: ovbot model export local"),
        (["config.json", "model.safetensors"], "model.safetensors", "Convert it: ovbot model export local"),
        (["model-Q4_K_M.gguf"], "", "Export the model that it was made from: ovbot model"),
        (["model-Q4_K_M.gguf"], "model-Q4_K_M.gguf", "is a GGUF file, the format of llama.cpp"),
        (["notes.txt"], "notes.txt", "is a file; a model is a folder that holds config.json, "),
        (["notes.txt"], "", "is on this machine already and is no model. To download a model, give its id"),
        (
            ["int4/openvino_model.xml"],
            "",
            "is no model but holds some: name one of them, such as local/int4.",
        ),
    ],
)
def test_what_is_on_this_machine_is_not_pulled_but_told_with_what_to_do(
    ovbot: Run, tmp_path: Path, files: list[str], given: str, expected: str
) -> None:
    for name in files:
        path = tmp_path / "local" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    line = refusal(ovbot("model", "pull", Path("local", given)))
    assert line.startswith(f"ovbot: {Path('local', given)} ")
    assert expected in line
    assert not (tmp_path / "model").exists()


def test_without_a_network_it_says_so(ovbot: Run, hub: Hub, tmp_path: Path) -> None:
    hub.close()
    assert "cannot be reached" in refusal(ovbot("model", "pull", "people/tiny-ov"))
    assert not (tmp_path / "model").exists()


def test_two_at_once_do_not_get_into_each_others_way(ovbot: Run, tmp_path: Path) -> None:
    with build_folder(tmp_path / "model" / "tiny-ov", force=False):
        assert "Another ovbot is building" in refusal(ovbot("model", "pull", "people/tiny-ov"))
