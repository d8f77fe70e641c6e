"""What runs is what the file says: the same scores as transformers gives for the same weights."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import psutil
import pytest

from bot.chat.ports import SamplingParams
from bot.engine import create_engine
from bot.engine.tokenizer import TokenPrompt
from bot.errors import ModelError
from bot.model.gguf_weights import _exact
from bot.model.import_gguf import import_gguf
from bot.model.progress_events import Progress
from bot.settings import load_settings
from tests.engine.genai.conftest import EXACT
from tests.model.gguf_files import Recipe, Weights, write_gguf
from tests.model.gguf_reference import Reference

IDS = [int(n) for n in np.random.default_rng(3).integers(3, 500, 200)]
RECIPES = {
    "llama Q4_0": Recipe(kind="Q4_0"),
    "llama Q4_1": Recipe(kind="Q4_1"),
    "llama Q4_K": Recipe(kind="Q4_K"),
    "llama Q6_K": Recipe(kind="Q6_K"),
    "llama Q8_0": Recipe(kind="Q8_0"),
    "llama F16": Recipe(kind="F16"),
    "qwen2 Q4_K": Recipe("qwen2", "Q4_K", rope_base=1e6),
    "qwen3 Q4_1": Recipe("qwen3", "Q4_1", head_dim=32),
    "qwen2 F16, tied": Recipe("qwen2", "F16", tied=True),
    "llama Q4_K, tied": Recipe(kind="Q4_K", tied=True),
    "llama with factors": Recipe(
        kind="Q8_0", tensors={"rope_freqs.weight": np.geomspace(1, 8, 32).astype(np.float32)}
    ),
    "llama with a scale": Recipe(
        kind="Q4_1",
        metadata={"llama.rope.scaling.type": "linear", "llama.rope.scaling.factor": np.float32(4)},
    ),
}


def ignore(progress: Progress) -> None:
    pass


def made(folder: Path, recipe: Recipe) -> tuple[Path, Weights]:
    """A model folder made of a file by that recipe, and the weights in the file."""
    weights = write_gguf(folder / "tiny.gguf", recipe)
    import_gguf(folder / "tiny.gguf", folder / "model", ignore)
    return folder / "model", weights


def scores(folder: Path, ids: list[int]) -> np.ndarray:
    exact: Mapping[str, Any] = {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0"}
    model = ov.Core().compile_model(
        folder / "openvino_model.xml", "CPU", {**exact, "KV_CACHE_PRECISION": "f32"}
    )
    inputs = {
        "input_ids": np.array([ids]),
        "attention_mask": np.ones((1, len(ids)), np.int64),
        "position_ids": np.arange(len(ids))[None],
        "beam_idx": np.zeros(1, np.int32),
    }
    logits: np.ndarray = next(iter(model.create_infer_request().infer(inputs).values()))[0]
    return logits


@pytest.mark.parametrize("name", RECIPES)
def test_the_scores_are_those_of_the_weights_in_the_file(tmp_path: Path, name: str) -> None:
    pytest.importorskip("torch")
    folder, weights = made(tmp_path, RECIPES[name])
    expected = Reference(weights, folder).logits(IDS)
    difference = scores(folder, IDS) - expected
    # Up to 0.015 for numbers in 16 bits. Rounded zero points: 0.4 and more; positions not stretched: 0.25.
    assert np.sqrt((difference**2).mean()) < 0.05 * expected.std()


@pytest.mark.parametrize("name", ["llama Q4_1", "qwen3 Q4_1"])
async def test_the_engine_makes_the_tokens_that_transformers_makes(tmp_path: Path, name: str) -> None:
    pytest.importorskip("torch")
    folder, weights = made(tmp_path, RECIPES[name])
    settings = load_settings(env_file=None, kv_cache_gib=0.02, prefill_chunk=64, cache_dir="", **EXACT)
    async with create_engine(settings, folder) as engine:
        prompt = TokenPrompt(tuple(engine.tokenizer.encode_text("hello, how are you today?")))
        async for piece in engine.stream(prompt, SamplingParams(max_new_tokens=24)):
            finish = piece.finish
    assert finish is not None
    got = finish.token_ids
    assert len(got) > 3
    assert got == Reference(weights, folder).greedy(prompt.token_ids, len(got))


@pytest.mark.skipif(sys.platform == "win32", reason="no signal to send to a process")
@pytest.mark.parametrize(
    ("number", "expected"),
    [(signal.SIGKILL, "most likely for lack of memory"), (signal.SIGSEGV, "it was ended by SIGSEGV")],
)
def test_a_conversion_that_dies_is_told_and_leaves_nothing(
    tmp_path: Path, number: signal.Signals, expected: str
) -> None:
    write_gguf(tmp_path / "tiny.gguf")

    def end_it(progress: Progress) -> None:
        if progress.what.startswith("Converting"):
            # Another one is multiprocessing's own.
            [conversion] = [
                child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())
            ]
            os.kill(conversion.pid, number)

    with pytest.raises(ModelError, match=expected) as caught:
        import_gguf(tmp_path / "tiny.gguf", tmp_path / "model", end_it)
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.gguf"]


def test_a_group_of_equal_weights_keeps_its_value() -> None:
    """Such a group has no scale, and its numbers are 0."""
    minima = np.array([[0.05, -0.3, 0.0, -1e-4]], np.float32)
    scales, zero_points = _exact(np.zeros((1, 4), np.float16), minima)
    assert (0 - zero_points.astype(np.float32)) * scales == pytest.approx(minima, rel=1e-2, abs=5e-5)
