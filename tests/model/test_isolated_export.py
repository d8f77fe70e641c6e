"""`ovbot model export` of types that the bot's own versions refuse, in a real environment of their own.

Downloads packages, 0.4 GB, and takes minutes: TEST_ISOLATED_EXPORT=1 has it run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.engine.model_folder import read_model_folder
from bot.errors import ModelError
from bot.model.disk import size_under
from bot.model.export_environment import DISK_SIZE
from bot.model.export_types import VISION_TASK, find_type
from bot.model.optimum_cli import run_optimum
from tests.model.conftest import command, environment
from tests.model.hub import Hub

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.isolated_export, pytest.mark.timeout(1800)]

GENERATE_TEXT = """
import openvino_genai, sys
pipeline = openvino_genai.LLMPipeline(sys.argv[1], "CPU")
print(len(pipeline.generate("hello", max_new_tokens=4, ignore_eos=True)) > 0)
"""


@pytest.fixture(scope="module")
def cache() -> Iterator[Path]:
    """Holds the environment, for all tests here."""
    with tempfile.TemporaryDirectory(prefix="ovbot-isolated-") as folder:
        yield Path(folder)


def checkpoint(folder: Path, model_type: str, tokenizer_from: Path) -> Path:
    made = [sys.executable, "-m", "tests.model.random_checkpoint", model_type, str(folder)]
    subprocess.run(made, cwd=ROOT, check=True)
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        if (tokenizer_from / name).is_file():
            shutil.copy(tokenizer_from / name, folder)
    return folder


@pytest.mark.parametrize("model_type", ["gemma3_text", "qwen2_vl"])
def test_a_type_that_the_bots_own_versions_refuse_is_exported(
    hub: Hub, cache: Path, tmp_path: Path, tiny_model: Path, model_type: str
) -> None:
    source = checkpoint(tmp_path / "checkpoint", model_type, tiny_model)
    found = find_type(model_type)
    assert found is not None
    words = ["export", "openvino", "--model", str(source), "--task", found.task, str(tmp_path / "refused")]
    with pytest.raises(ModelError, match=r"Maximum required is 5\.0, got: 5\.5"):
        run_optimum(words, tmp_path, lambda progress: None)

    target = tmp_path / "exported"
    done = subprocess.run(
        command("model", "export", source, "--group-size", "32", "--output", target),
        cwd=tmp_path,
        env=environment(tmp_path, hub) | {"HF_ASSETS_CACHE": str(cache)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    [folder] = [path for path in (cache / "ovbot" / "export").iterdir() if path.is_dir()]
    assert size_under(folder) < DISK_SIZE
    packages = [path.name for path in folder.glob("lib/*/site-packages/*")]
    assert not [name for name in packages if name.startswith(("nvidia", "triton"))]
    if found.task == VISION_TASK:
        assert (target / "openvino_vision_embeddings_model.xml").is_file()
        assert (target / "preprocessor_config.json").is_file()
        return
    assert "int4" in read_model_folder(target).precision
    said = subprocess.run(
        [sys.executable, "-c", GENERATE_TEXT, target],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONUTF8": "1"},
        text=True,
        check=True,
    )
    assert said.stdout.split() == ["True"]
