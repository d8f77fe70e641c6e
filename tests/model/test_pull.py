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

import huggingface_hub
import pytest

from bot.engine.genai.kv_pool import Memory
from bot.errors import ModelError
from bot.model.build_folder import build_folder
from bot.model.catalogue import Fit, Machine
from bot.model.disk import size_under
from bot.model.pull import FILES, plan_pull
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
        (["model-Q4_K_M.gguf"], "", "Make a model folder of it: ovbot model import"),
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


def repository(hub: Hub, folder: Path, model_id: str, names: tuple[str, ...]) -> Path:
    """Have the hub serve a repository whose files hold nothing of interest."""
    folder.mkdir()
    for name in names:
        (folder / name).write_text("{}")
    hub.repositories[model_id] = folder
    return folder


def test_a_name_of_the_catalogue_is_pulled_whatever_its_case(
    ovbot: Run, hub: Hub, tmp_path: Path, exported: Path
) -> None:
    hub.repositories["OpenVINO/Phi-4-mini-instruct-int4-ov"] = exported
    done = ovbot("model", "pull", "PHI-4-mini")

    assert done.returncode == 0, done.stderr
    assert same(tmp_path / "model" / "Phi-4-mini-instruct-int4-ov", exported)
    assert "OpenVINO/Phi-4-mini-instruct-int4-ov takes 2" in done.stderr
    assert "of memory" in done.stderr


def test_a_name_that_is_nearly_one_of_the_catalogue_is_told_with_what_was_meant(
    ovbot: Run, tmp_path: Path
) -> None:
    line = refusal(ovbot("model", "pull", "qwen3-9b"))
    assert "The catalogue has no qwen3-9b. Did you mean " in line
    assert "Qwen3-8B" in line
    assert "ovbot model list --available" in line


def test_what_has_no_repository_for_openvino_is_told_with_the_command_that_converts_it(ovbot: Run) -> None:
    line = refusal(ovbot("model", "pull", "all-minilm-l6-v2"))
    assert "Convert it: optimum-cli export openvino --model sentence-transformers/all-MiniLM-L6-v2" in line


@pytest.mark.parametrize(
    ("name", "model_id", "kind"),
    [
        ("people/ears", "people/ears", "speech"),
        ("people/eyes", "people/eyes", "vision"),
        ("Qwen3.5-4B", "OpenVINO/Qwen3.5-4B-int4-ov", "vision"),
        ("bge-base-en", "OpenVINO/bge-base-en-v1.5-int8-ov", "embedding"),
        ("bge-reranker-base", "OpenVINO/bge-reranker-base-int8-ov", "reranker"),
    ],
)
def test_models_of_other_kinds_are_pulled_once_all_their_files_are_there(
    ovbot: Run, hub: Hub, tmp_path: Path, name: str, model_id: str, kind: str
) -> None:
    names = FILES[kind]  # type: ignore[index]
    served = repository(hub, tmp_path / "served", model_id, names)
    last = served / max(names)
    content = last.read_text()
    last.unlink()
    assert f"({last.name} missing)" in refusal(ovbot("model", "pull", name))
    assert not (tmp_path / "model").exists()

    last.write_text(content)
    done = ovbot("model", "pull", name)
    assert done.returncode == 0, done.stderr
    made = tmp_path / "model" / model_id.partition("/")[2]
    assert same(made, served)
    assert f"is ready: a {kind} model." in done.stdout
    assert ("MODEL_DIR" in done.stdout) == (kind == "vision")  # the bot can answer with it


def test_a_model_of_another_kind_is_replaced_only_when_told(ovbot: Run, hub: Hub, tmp_path: Path) -> None:
    repository(hub, tmp_path / "served", "people/ears", FILES["speech"])
    old = repository(hub, tmp_path / "model", "people/old", FILES["speech"]) / "config.json"
    old.write_text('{"old": true}')
    target = ["--output", tmp_path / "model"]
    assert "--force replaces it" in refusal(ovbot("model", "pull", "people/ears", *target))
    assert old.read_text() == '{"old": true}'
    assert ovbot("model", "pull", "people/ears", *target, "--force").returncode == 0
    assert old.read_text() == "{}"


def test_the_revision_of_the_catalogue_is_pulled_unless_another_is_given(
    ovbot: Run, hub: Hub, tmp_path: Path
) -> None:
    served = repository(hub, tmp_path / "served", "OpenVINO/whisper-base-int8-ov", FILES["speech"])
    line = refusal(ovbot("model", "pull", "whisper-base"))
    assert "OpenVINO/whisper-base-int8-ov has no such revision" in line
    assert "--revision main takes the newest one" in line

    done = ovbot("model", "pull", "whisper-base", "--revision", "main")
    assert done.returncode == 0, done.stderr
    assert same(tmp_path / "model" / "whisper-base-int8-ov", served)


def test_too_little_room_on_the_disk_is_told_before_anything_is_downloaded(
    ovbot: Run, hub: Hub, tmp_path: Path
) -> None:
    hub.claimed["tokenizer.json"] = 10**15
    assert "Not enough room on the disk" in refusal(ovbot("model", "pull", "people/tiny-ov"))
    assert hub.sent.keys() == {""}  # the API's answers, no file
    assert not (tmp_path / "model").exists()


def test_too_little_memory_is_told_before_anything_is_downloaded_unless_it_is_to_be_ignored(
    ovbot: Run, hub: Hub, tmp_path: Path
) -> None:
    hub.claimed[WEIGHTS] = 10**15
    line = refusal(ovbot("model", "pull", "people/tiny-ov"))
    assert "people/tiny-ov needs about 1000000.5 GB of memory (estimated), and this machine has " in line
    assert "--ignore-memory downloads it all the same." in line

    assert "Not enough room on the disk" in refusal(
        ovbot("model", "pull", "people/tiny-ov", "--ignore-memory")
    )
    assert hub.sent.keys() == {""}  # the API's answers, no file
    assert not (tmp_path / "model").exists()


class TestPlan:
    """What is decided for machines that are not this one."""

    @pytest.fixture(autouse=True)
    def _endpoint(self, hub: Hub, monkeypatch: pytest.MonkeyPatch, exported: Path) -> None:
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", hub.url)
        hub.repositories["OpenVINO/gpt-oss-20b-int4-ov"] = exported
        hub.claimed[WEIGHTS] = 12_600_000_000

    @staticmethod
    def machine(total: float, free: float) -> Machine:
        return Machine(Memory(int(total * 1e9), int(free * 1e9)), 100 * 10**9)

    def test_where_there_is_room_only_what_it_takes_is_told(self, tmp_path: Path) -> None:
        plan = plan_pull("gpt-oss-20b", tmp_path / "new", self.machine(32, 27))
        assert plan.fits is Fit.FITS
        [line] = plan.advice()
        assert "takes 12.6 GB on the disk. It needs about 13.4 GB of memory, up to 25.7 GB" in line

    def test_where_it_is_tight_a_model_that_fits_is_told_too(self, tmp_path: Path) -> None:
        plan = plan_pull("gpt-oss-20b", tmp_path / "new", self.machine(32, 12))
        assert plan.fits is Fit.TIGHT
        _, tight, best = plan.advice()
        assert "close other programs" in tight
        assert best.endswith("ovbot model pull Qwen3-8B")

    def test_where_there_is_no_room_a_model_that_fits_is_told_instead(self, tmp_path: Path) -> None:
        small = self.machine(8, 6)
        with pytest.raises(ModelError, match=r"Qwen3-4B fits: ovbot model pull Qwen3-4B\. --ignore-memory"):
            plan_pull("gpt-oss-20b", tmp_path / "new", small)
        with pytest.raises(ModelError, match="Nothing of the catalogue fits into what is free"):
            plan_pull("gpt-oss-20b", tmp_path / "new", self.machine(8, 2))
        assert plan_pull("gpt-oss-20b", tmp_path / "new", small, ignore_memory=True).fits is Fit.NO_MEMORY

    def test_a_gpu_may_have_memory_of_its_own(self, tmp_path: Path) -> None:
        plan = plan_pull("gpt-oss-20b", tmp_path / "new", self.machine(8, 6), device="GPU.1")
        assert "it can only run with memory of a GPU's own" in plan.advice()[1]

    def test_for_an_npu_another_export_is_recommended(self, tmp_path: Path) -> None:
        plan = plan_pull("gpt-oss-20b", tmp_path / "new", self.machine(32, 27), device="NPU")
        assert plan.advice()[-1].endswith("ovbot model pull Qwen3-8B-cw")
