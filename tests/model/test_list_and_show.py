"""`ovbot model list` and `ovbot model show`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.model.conftest import Run


@pytest.fixture
def models(tmp_path: Path, tiny_model: Path) -> Path:
    root = tmp_path / "model"
    shutil.copytree(tiny_model, root / "phi3-instruct" / "int4")
    shutil.copytree(tiny_model, root / "other")
    shutil.copytree(tiny_model, root / ".other.new.partial" / "model")
    return root


def test_list_shows_the_models_of_this_folder_and_marks_the_one_in_use(
    ovbot: Run, models: Path, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("MODEL_DIR=model/other\n")
    done = ovbot("model", "list")

    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines() if "Phi3ForCausalLM" in line]
    folders = {next(cell for cell in row if "model" in cell): row for row in rows}
    assert str(Path("model", "phi3-instruct", "int4")) in folders
    assert not any("partial" in folder for folder in folders)
    assert folders[str(Path("model", "other"))][0] == "*"
    assert folders[str(Path("model", "phi3-instruct", "int4"))][-2:] == ["4096", "2047"]


def test_list_tells_of_a_folder_that_is_no_complete_model(ovbot: Run, models: Path) -> None:
    (models / "other" / "tokenizer.json").unlink()
    done = ovbot("model", "list")

    assert done.returncode == 0
    assert "tokenizer.json missing" in done.stderr
    assert str(Path("model", "phi3-instruct", "int4")) in done.stdout


def test_show_tells_what_a_model_is(ovbot: Run, models: Path) -> None:
    done = ovbot("model", "show", models / "other")

    assert done.returncode == 0, done.stderr
    for expected in ("Phi3ForCausalLM", "int4", "4096 tokens", "2047 tokens", "<|system|>"):
        assert expected in done.stdout
    assert "sampling        greedy (from the model)\n" in done.stdout
    assert "ends a reply    <|endoftext|>, <|assistant|>, <|end|>\n" in done.stdout
    assert "reasoning       none\n" in done.stdout


def test_show_tells_how_tokens_are_chosen_with_what_is_set(ovbot: Run, models: Path, tmp_path: Path) -> None:
    file = models / "other" / "generation_config.json"
    config = {"do_sample": True, "temperature": 0.6, "top_p": 0.95, "top_k": "many"}
    file.write_text(json.dumps(config), encoding="utf-8")
    (tmp_path / ".env").write_text("TEMPERATURE=0.2\nDISCORD_TOKEN=not one\n")
    done = ovbot("model", "show", models / "other")

    assert done.returncode == 0, done.stderr
    assert "temperature 0.2 (set by the owner); top-p 0.95, top-k 50 (from the model)\n" in done.stdout
    assert done.stderr.count("\n") == 1
    assert f"{file}: top_k is 'many', which is ignored" in done.stderr


def test_show_without_a_folder_shows_the_model_in_use(ovbot: Run, models: Path, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MODEL_DIR=model/phi3-instruct/int4\n")
    assert str(Path("model", "phi3-instruct", "int4")) in ovbot("model", "show").stdout


@pytest.mark.parametrize("name", ["nothing", "model"])
def test_a_folder_that_is_no_model_is_told_in_one_line(
    ovbot: Run, models: Path, tmp_path: Path, name: str
) -> None:
    done = ovbot("model", "show", tmp_path / name)

    assert done.returncode == 3
    assert len(done.stderr.strip().splitlines()) == 1
    assert str(tmp_path / name) in done.stderr
