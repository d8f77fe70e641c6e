"""`ovbot model import`: a GGUF file becomes a model folder that runs, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from bot.engine.model_folder import read_model_folder
from bot.engine.tokenizer import load_tokenizer
from bot.model.import_gguf import default_folder, import_gguf
from bot.model.progress_events import Progress
from tests.model.conftest import Run, command, environment
from tests.model.gguf_files import TEMPLATE, Recipe, byte_level, write_gguf
from tests.model.hub import Hub

SMOLLM2 = Path("smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf")


def ignore(progress: Progress) -> None:
    pass


def described(tmp_path: Path, **metadata: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """config.json and generation_config.json of a folder made of a file with these keys."""
    names: Mapping[str, Any] = {name.replace("__", "."): value for name, value in metadata.items()}
    write_gguf(tmp_path / "tiny.gguf", Recipe(layers=1, metadata=names))
    import_gguf(tmp_path / "tiny.gguf", tmp_path / "model", ignore)
    files = ("config.json", "generation_config.json")
    config, generation = (json.loads((tmp_path / "model" / name).read_text()) for name in files)
    return config, generation


def test_a_file_becomes_a_folder_to_talk_to_and_stays_as_it_is(ovbot: Run, tmp_path: Path) -> None:
    source = tmp_path / "my files" / "Tiny-Instruct-Q8_0.gguf"
    source.parent.mkdir()
    write_gguf(source)
    before = hashlib.sha256(source.read_bytes()).hexdigest()
    done = ovbot("model", "import", source)

    assert done.returncode == 0, done.stderr
    target = tmp_path / "model" / "Tiny-Instruct" / "q8_0"
    found = read_model_folder(target)
    assert (found.name, found.architecture, found.context_length) == (
        "People/Tiny-Test-Instruct",
        "LlamaForCausalLM",
        512,
    )
    assert "int8" in found.precision
    assert found.eos_ids == {0, 2}
    assert (target / "chat_template.jinja").read_text() == TEMPLATE
    tokenizer = load_tokenizer(target)
    assert tokenizer.encode_text("a lazy dog") == byte_level().encode("a lazy dog").ids
    for step in ("Reading Tiny-Instruct-Q8_0.gguf", "Converting to OpenVINO", "Writing the model"):
        assert step in done.stderr
    assert f"MODEL_DIR={Path('model', 'Tiny-Instruct', 'q8_0')}" in done.stdout
    # Nothing beside the file, nothing beside the folder.
    assert hashlib.sha256(source.read_bytes()).hexdigest() == before
    assert [path.name for path in source.parent.iterdir()] == [source.name]
    assert [path.name for path in target.parent.iterdir()] == ["q8_0"]

    again = ovbot("model", "import", source)
    assert again.returncode == 3
    assert "exists already: --force replaces it" in again.stderr
    assert ovbot("model", "import", source, "--force").returncode == 0

    reply = ovbot("chat", "--model-dir", target, "--once", "hello")
    assert reply.returncode == 0, reply.stderr
    assert "Traceback" not in reply.stderr


def test_the_configuration_is_that_of_the_file(tmp_path: Path) -> None:
    config, generation = described(
        tmp_path,
        llama__attention__sliding_window=np.uint32(128),
        llama__rope__scaling__type="linear",
        llama__rope__scaling__factor=np.float32(2),
        tokenizer__ggml__eot_token_id=np.uint32(1),
        general__sampling__temp=np.float32(0.6),
        general__sampling__top_k=np.uint32(20),
        general__source__repo_url="https://huggingface.co/people/tiny-1.5",
    )
    expected = {
        "_name_or_path": "people/tiny-1.5",
        "model_type": "llama",
        "hidden_size": 256,
        "intermediate_size": 512,
        "num_hidden_layers": 1,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 64,
        "vocab_size": 512,
        "rms_norm_eps": 1e-05,
        "rope_theta": 10000.0,
        "rope_scaling": {"rope_type": "linear", "factor": 2.0},
        "sliding_window": 128,
        "tie_word_embeddings": False,
        "bos_token_id": 1,
        "eos_token_id": 2,
    }
    assert config | expected == config
    assert generation == {
        "bos_token_id": 1,
        "eos_token_id": [0, 1, 2],
        "pad_token_id": 2,
        "temperature": 0.6,
        "top_k": 20,
        "do_sample": True,
    }
    assert read_model_folder(tmp_path / "model").sliding_window == 128


def test_a_file_without_a_maker_is_named_after_its_folder(tmp_path: Path) -> None:
    config, generation = described(tmp_path, general__organization=None)
    assert "_name_or_path" not in config
    assert "do_sample" not in generation
    assert read_model_folder(tmp_path / "model").name == "model"


@pytest.mark.parametrize(
    ("file", "folder"),
    [
        ("SmolLM2-135M-Instruct.Q4_1.gguf", "model/SmolLM2-135M-Instruct/q4_1"),
        ("Qwen3-8B-Q4_K_M.gguf", "model/Qwen3-8B/q4_k_m"),
        ("qwen2.5-0.5b-instruct-f16.gguf", "model/qwen2.5-0.5b-instruct/f16"),
        ("mine.gguf", "model/mine"),
    ],
)
def test_the_folder_is_named_after_the_file(file: str, folder: str) -> None:
    assert default_folder(Path("downloads", file)) == Path(folder)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nothing.gguf", "There is no file "),
        ("notes.txt", "is no GGUF file: its name does not end in .gguf"),
        ("damaged.gguf", "cannot be read as a GGUF file"),
        ("empty", "is a folder: name a GGUF file"),
        ("folder", "Make a model folder of it: ovbot model import"),
        ("template.gguf", "cannot be used: the model's chat template leaves messages out"),
        ("model-00001-of-00002.gguf", "is one of 2 parts of a model"),
    ],
)
def test_what_cannot_be_imported_is_told_and_leaves_nothing(
    ovbot: Run, tmp_path: Path, name: str, expected: str
) -> None:
    (tmp_path / "notes.txt").touch()
    (tmp_path / "damaged.gguf").write_bytes(b"GGUF" + bytes(100))
    (tmp_path / "empty").mkdir()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "one.gguf").touch()
    write_gguf(tmp_path / "template.gguf", Recipe(layers=1, metadata={"tokenizer.chat_template": "hello"}))
    shutil.copy(tmp_path / "template.gguf", tmp_path / "model-00001-of-00002.gguf")
    before = sorted(tmp_path.rglob("*"))
    done = ovbot("model", "import", name)
    assert done.returncode == 3
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(sys.platform == "win32", reason="other quotes")
@pytest.mark.parametrize(
    "arguments",
    [["chat", "--once", "hello", "--model-dir"], ["model", "show"], ["model", "pull"], ["model", "export"]],
)
def test_a_gguf_file_in_the_place_of_a_model_is_told_with_the_command_that_makes_one(
    ovbot: Run, tmp_path: Path, arguments: list[str]
) -> None:
    (tmp_path / "my model.gguf").touch()
    done = ovbot(*arguments, "my model.gguf")
    assert done.returncode == 3
    assert "Make a model folder of it: ovbot model import 'my model.gguf'" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no signal to send to a process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_leaves_nothing_behind(hub: Hub, tmp_path: Path, number: signal.Signals) -> None:
    write_gguf(tmp_path / "tiny.gguf")
    with subprocess.Popen(
        command("model", "import", "tiny.gguf", "--output", tmp_path / "a" / "b"),
        cwd=tmp_path,
        env=environment(tmp_path, hub),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        assert "Reading" in process.stderr.readline()
        assert "Converting" in process.stderr.readline()
        children = psutil.Process(process.pid).children()
        # As a terminal does: to the conversion as well.
        os.killpg(process.pid, number)
        _, stderr = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert "Traceback" not in stderr
    assert not psutil.wait_procs(children, timeout=20)[1]
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.gguf"]


@pytest.mark.real_model
def test_a_real_file_answers_in_words(ovbot: Run, tmp_path: Path) -> None:
    cache = os.environ.get("OVBOT_REAL_MODELS", "")
    if not cache or not Path(cache, SMOLLM2).is_file():
        pytest.skip("run make real-models")
    done = ovbot("model", "import", Path(cache, SMOLLM2), "--output", "smollm2")
    assert done.returncode == 0, done.stderr
    tokenizer = load_tokenizer(tmp_path / "smollm2")
    text = "def f(x):\n\treturn x + 12345  # 日本語 👍🏽\n"
    assert tokenizer.decode(tokenizer.encode_text(text)) == text
    reply = ovbot("chat", "--model-dir", "smollm2", "--once", "What is the capital of France?")
    assert reply.returncode == 0, reply.stderr
    assert "Paris" in reply.stdout
