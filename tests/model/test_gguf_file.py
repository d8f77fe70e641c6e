"""Which GGUF files are taken, and what is said of the others."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.errors import ModelError
from bot.model.gguf_file import read_gguf
from tests.model.gguf_files import Recipe, write_gguf

SMALL = Recipe(layers=1, inner=256, kind="Q4_0")


def refusal(path: Path) -> str:
    with pytest.raises(ModelError) as caught:
        read_gguf(path)
    line = str(caught.value)
    assert "\n" not in line
    assert str(path) in line
    return line


def test_a_file_is_read(tmp_path: Path) -> None:
    write_gguf(tmp_path / "tiny.gguf")
    file = read_gguf(tmp_path / "tiny.gguf")
    assert file.architecture == "llama"
    assert (file.size("block_count"), file.head_dim, file.rope_scale) == (2, 64, 1.0)
    assert file.tensors["blk.0.attn_k.weight"].shape == (128, 256)
    assert file.tensors["blk.0.attn_k.weight"].kind == "Q8_0"


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"general.type": "adapter"}, "is a LoRA adapter"),
        ({"general.type": "mmproj"}, "is the image encoder of a model that sees"),
        ({"general.type": "imatrix"}, "holds no model (general.type is imatrix"),
        ({"split.count": np.uint16(3)}, "is one of 3 parts of a model. Join them by"),
        ({"llama.expert_count": np.uint32(8)}, "a mixture of 8 experts"),
        ({"llama.pooling_type": np.uint32(1)}, "a model for embeddings"),
        ({"llama.block_count": None}, "gives no single number for llama.block_count"),
        ({"llama.attention.head_count": [4, 2]}, "gives no single number for llama.attention.head_count"),
        (
            {"llama.rope.dimension_count": np.uint32(32)},
            "a variant of llama that openvino-genai does not know",
        ),
        ({"llama.logit_scale": np.float32(8)}, "a variant of llama that openvino-genai does not know"),
        ({"llama.rope.scaling.type": "yarn"}, "stretches its context by yarn"),
        ({"general.file_type": np.uint32(1)}, "does not say rightly how it is quantized"),
        ({"tokenizer.ggml.tokens": None}, "holds no tokenizer"),
        ({"tokenizer.chat_template": None}, "has no chat template: it is no model for conversations"),
    ],
)
def test_what_is_no_whole_model_is_told(tmp_path: Path, metadata: Mapping[str, Any], expected: str) -> None:
    write_gguf(tmp_path / "x.gguf", Recipe(layers=1, metadata=metadata))
    assert expected in refusal(tmp_path / "x.gguf")


def test_another_architecture_is_named(tmp_path: Path) -> None:
    write_gguf(tmp_path / "x.gguf", Recipe("gemma3", layers=1))
    line = refusal(tmp_path / "x.gguf")
    assert "of the architecture gemma3; openvino-genai reads llama, qwen2, qwen3" in line
    assert line.endswith("ovbot model export OWNER/NAME")


@pytest.mark.parametrize("kind", ["Q5_0", "F32", "BF16"])
def test_another_type_of_weights_is_named_with_those_that_do(tmp_path: Path, kind: str) -> None:
    write_gguf(tmp_path / "x.gguf", Recipe(layers=1, kind=kind))
    line = refusal(tmp_path / "x.gguf")
    assert f": {kind} (token_embd.weight and " in line
    assert "in Q4_K_M, Q4_0, Q6_K, Q8_0 or F16" in line


@pytest.mark.parametrize("name", ["blk.0.attn_q.bias", "blk.0.attn_q_norm.weight", "blk.0.attn_sinks.weight"])
def test_tensors_that_the_conversion_would_leave_out_are_named(tmp_path: Path, name: str) -> None:
    write_gguf(tmp_path / "x.gguf", Recipe(layers=1, tensors={name: np.zeros(64, np.float32)}))
    assert f"holds {name}, which openvino-genai leaves out" in refusal(tmp_path / "x.gguf")


def test_missing_tensors_are_named(tmp_path: Path) -> None:
    recipe = Recipe(layers=2, tensors={"blk.1.ffn_up.weight": None, "output_norm.weight": None})
    write_gguf(tmp_path / "x.gguf", recipe)
    assert "lacks output_norm.weight and 1 more: it is damaged" in refusal(tmp_path / "x.gguf")


def test_a_part_is_known_by_its_name(tmp_path: Path) -> None:
    write_gguf(tmp_path / "big-00001-of-00004.gguf", SMALL)
    assert "is one of 4 parts of a model" in refusal(tmp_path / "big-00001-of-00004.gguf")


@pytest.mark.parametrize(
    "content", [b"", b"GGUF", b"version https://git-lfs.github.com/spec/v1\n", bytes(4096)]
)
def test_what_is_no_gguf_file_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.gguf").write_bytes(content)
    assert "cannot be read as a GGUF file" in refusal(tmp_path / "x.gguf")


def test_a_file_that_was_cut_short_anywhere_is_told(tmp_path: Path) -> None:
    write_gguf(tmp_path / "whole.gguf", SMALL)
    content = (tmp_path / "whole.gguf").read_bytes()
    draw = random.Random(5)
    metadata = content.index(b"token_embd")
    lengths = [draw.randrange(metadata) for _ in range(15)] + [
        draw.randrange(len(content)) for _ in range(15)
    ]
    for length in [*lengths, len(content) - 1]:
        (tmp_path / "cut.gguf").write_bytes(content[:length])
        assert "cannot be read as a GGUF file" in refusal(tmp_path / "cut.gguf")


@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
def test_damaged_metadata_is_told_or_harmless(tmp_path: Path) -> None:
    write_gguf(tmp_path / "whole.gguf", SMALL)
    content = bytearray((tmp_path / "whole.gguf").read_bytes())
    end = content.index(b"output_norm") + 60
    draw = random.Random(6)
    for _ in range(40):
        damaged = bytearray(content)
        for _ in range(3):
            damaged[draw.choice((draw.randrange(400), draw.randrange(end)))] = draw.randrange(256)
        (tmp_path / "damaged.gguf").write_bytes(damaged)
        try:
            read_gguf(tmp_path / "damaged.gguf")
        except ModelError as error:
            assert "\n" not in str(error)  # noqa: PT017  either is right


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    assert "cannot be read (No such file or directory): check the path" in refusal(tmp_path / "x.gguf")
