"""What a model's generation_config.json says about how tokens are chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.ports import SamplingParams
from bot.engine.generation_config import sampling_defaults
from bot.engine.model_folder import read_model_folder
from bot.model.local_models import DEMO_FOLDER

FILE = Path("model", "generation_config.json")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner)
)
KEYS = ("do_sample", "temperature", "top_p", "top_k", "min_p", "repetition_penalty")


def test_a_model_that_samples_is_sampled_as_it_says() -> None:
    """Qwen3's."""
    config = {"do_sample": True, "temperature": 0.6, "top_k": 20, "top_p": 0.95, "eos_token_id": [1, 2]}
    assert sampling_defaults(config, FILE) == SamplingParams(temperature=0.6, top_p=0.95, top_k=20)


@pytest.mark.parametrize("config", [{}, {"do_sample": False, "temperature": 0.9}, {"temperature": 0.9}])
def test_a_model_that_does_not_say_that_it_samples_is_greedy(config: dict[str, Any]) -> None:
    assert sampling_defaults(config, FILE).temperature == 0


def test_what_is_left_out_is_as_in_transformers() -> None:
    generation = pytest.importorskip("transformers").GenerationConfig
    theirs = generation._get_default_generation_params()
    ours = sampling_defaults({"do_sample": True}, FILE)
    for name in ("temperature", "top_p", "top_k", "repetition_penalty"):
        assert getattr(ours, name) == theirs[name]
    assert theirs["do_sample"] is False
    assert ours.min_p == 0


def test_null_is_left_out() -> None:
    assert sampling_defaults(dict.fromkeys(KEYS), FILE) == sampling_defaults({}, FILE)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("do_sample", "yes"),
        ("temperature", "hot"),
        ("temperature", -1),
        ("temperature", float("nan")),
        ("temperature", True),
        ("top_p", 0),
        ("top_p", 1.5),
        ("top_k", -1),
        ("top_k", 2.5),
        ("top_k", 10**30),
        ("min_p", 1),
        ("repetition_penalty", 0),
        ("repetition_penalty", [1.1]),
    ],
)
def test_a_value_that_makes_no_sense_is_ignored_and_told(
    key: str, value: object, caplog: pytest.LogCaptureFixture
) -> None:
    sensible = {"do_sample": True, "temperature": 0.6, "top_k": 20, "top_p": 0.9, "min_p": 0.1}
    expected = sampling_defaults({name: sensible[name] for name in sensible if name != key}, FILE)
    assert not caplog.messages
    assert sampling_defaults({**sensible, key: value}, FILE) == expected
    [said] = caplog.messages
    assert said.startswith(f"{FILE}: {key} is ")


@given(st.dictionaries(st.sampled_from(KEYS), JSON))
def test_whatever_the_file_says_the_parameters_make_sense(config: dict[str, Any]) -> None:
    made = sampling_defaults(config, FILE)
    assert 0 <= made.temperature <= 5
    assert 0 < made.top_p <= 1
    assert made.top_k >= 0
    assert 0 <= made.min_p < 1
    assert 0 < made.repetition_penalty <= 5


def test_the_demo_model_is_greedy() -> None:
    assert read_model_folder(DEMO_FOLDER).sampling.temperature == 0
