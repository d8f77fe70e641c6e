"""The table of what exports which type, held against what the installed optimum-intel declares."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.errors import ModelError
from bot.model.export_types import TABLE, TEXT_TASK, VISION_TASK, bot_versions, find_type
from tools.export_types import PAIRS, Declared

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def declared() -> dict[str, Declared]:
    # In a process of its own: optimum imports torch.
    done = subprocess.run(
        [sys.executable, "-m", "tools.export_types", "--declared"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name: Declared(*values) for name, values in json.loads(done.stdout).items()}


def test_each_type_gets_versions_in_the_range_that_optimum_declares(declared: dict[str, Declared]) -> None:
    assert len(declared) > 100
    for name, range_ in declared.items():
        allowed = [
            transformers
            for optimum, transformers in PAIRS
            if optimum == version("optimum-intel") and range_.allows(transformers)
        ]
        if allowed:
            found = find_type(name)
            assert found is not None, name
            assert (found.task, found.versions.pins["transformers"]) == (range_.task, allowed[0]), name
        else:
            with pytest.raises(ModelError, match=f"type {name} cannot be exported: it takes optimum-intel "):
                find_type(name)


def test_the_table_has_no_type_that_no_release_declares(declared: dict[str, Declared]) -> None:
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    listed = [
        (name, entry["pins"]["optimum-intel"])
        for entry in table["environments"]
        for name in entry["text"] + entry["vision"]
    ]
    names = [name for name, _ in listed]
    assert len(names) == len(set(names))
    assert not set(names) & table["refused"].keys()
    assert {name for name, optimum in listed if optimum == version("optimum-intel")} <= declared.keys()


def test_the_first_versions_are_those_of_the_bot() -> None:
    for name in ("optimum-intel", "transformers", "nncf", "torch", "openvino", "openvino-tokenizers"):
        assert version(name).partition("+")[0] == bot_versions().pins[name]


@pytest.mark.parametrize(
    ("name", "task", "transformers"),
    [
        ("phi3", TEXT_TASK, "5.5.4"),
        ("llama", TEXT_TASK, "5.5.4"),
        ("llava", VISION_TASK, "5.5.4"),
        ("gemma3", VISION_TASK, "5.5.4"),
        ("gemma3_text", TEXT_TASK, "5.0.0"),
        ("qwen2_vl", VISION_TASK, "5.0.0"),
        ("qwen3_5_text", TEXT_TASK, "5.2.0"),
        ("exaone4", TEXT_TASK, "4.57.6"),
        ("phi3_v", VISION_TASK, "4.53.3"),
        ("minicpmo", VISION_TASK, "4.51.3"),
    ],
)
def test_well_known_types(name: str, task: str, transformers: str) -> None:
    found = find_type(name)
    assert found is not None
    assert (found.task, found.versions.pins["transformers"]) == (task, transformers)
    assert str(found.versions) == f"optimum-intel 2.1.0 with transformers {transformers}"


def test_a_type_that_nobody_knows_is_not_in_the_table() -> None:
    assert find_type("no_such_type") is None
