"""The tokenizer made of a GGUF file gives the ids that the original gives."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from bot.errors import ModelError
from bot.model.gguf_file import GgufFile, Tensor, read_metadata
from bot.model.gguf_tokenizer import SAMPLES, adds_bos, make_tokenizer, tokenizer_config
from tests.engine.vocabularies import CORPUS, sentencepiece_like, with_controls
from tests.model.gguf_files import byte_level, vocabulary_metadata

# As in the models' own tokenizer.json.
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|"
    r"\s+(?!\S)|\s+"
)
QWEN2 = LLAMA3.replace("{1,3}", "")
NUMBERS = [" 1 12 123 1234 12345 2026-11-28 3.14159 100,000,000 x1 y22 z333 'll 'LL \r\n\r\n  ///\n"] * 4


def of_pattern(pattern: str, whole_words: bool) -> Tokenizer:
    """A small byte-level tokenizer that cuts texts as a large one does."""
    pre_tokenizer = {
        "type": "Sequence",
        "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False},
            {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False},
        ],
    }
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    spec = json.loads(tokenizer.to_str()) | {"pre_tokenizer": pre_tokenizer}
    tokenizer = Tokenizer.from_str(json.dumps(spec))
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=600, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(CORPUS + NUMBERS, trainer)
    spec = json.loads(tokenizer.to_str())
    spec["model"]["ignore_merges"] = whole_words
    tokenizer = Tokenizer.from_str(json.dumps(spec))
    tokenizer.add_tokens([AddedToken("<|begin|>", special=True), AddedToken("<think>", normalized=False)])
    return tokenizer


def file_of(metadata: dict[str, Any]) -> GgufFile:
    rows = len(metadata["tokenizer.ggml.tokens"])
    sizes = {"general.architecture": "llama", "llama.context_length": 512}
    return GgufFile(Path("x.gguf"), sizes | metadata, {"token_embd.weight": Tensor("F16", (rows, 1))})


def sentencepiece_metadata() -> dict[str, Any]:
    """Llama 2's keys: a score for each token, bytes and control tokens by their types."""
    by_id = sorted((id_, text) for text, id_ in sentencepiece_like().get_vocab().items())
    types = [2, 3, 3] + [6] * 256 + [1] * (len(by_id) - 259)
    return {
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.pre": "default",
        "tokenizer.ggml.tokens": [text for _, text in by_id],
        "tokenizer.ggml.scores": [0.0] * 259 + [-float(n) for n in range(len(by_id) - 259)],
        "tokenizer.ggml.token_type": types,
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.ggml.unknown_token_id": 0,
    }


ORIGINALS = {
    "smollm": (byte_level(), vocabulary_metadata(byte_level(), "smollm", unused=9)),
    "sentencepiece": (Tokenizer.from_str(with_controls(sentencepiece_like())), sentencepiece_metadata()),
}
for _name, _pattern, _whole in (("llama-bpe", LLAMA3, True), ("qwen2", QWEN2, False)):
    _tokenizer = of_pattern(_pattern, _whole)
    ORIGINALS[_name] = (_tokenizer, vocabulary_metadata(_tokenizer, _name))
MADE = {name: make_tokenizer(file_of(metadata)) for name, (_, metadata) in ORIGINALS.items()}
# Texts that have one spelling in Unicode, since Qwen's tokenizer normalizes.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0x2FF)) | st.lists(
    st.sampled_from(
        [
            " ",
            "  ",
            "\t",
            "\n",
            "\r\n",
            "the",
            "fox",
            "'s",
            "'LL",
            "1",
            "23",
            "4567",
            "日本",
            "👍🏽",
            "é",
            "/",
        ]
    )
).map("".join)


def ids(tokenizer: Tokenizer, text: str) -> list[int]:
    encoded: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
    return encoded


@pytest.mark.parametrize("name", ORIGINALS)
@given(text=TEXTS)
def test_the_ids_are_those_of_the_original(name: str, text: str) -> None:
    original, _ = ORIGINALS[name]
    assert ids(MADE[name], text) == ids(original, text)
    assert MADE[name].decode(ids(original, text)) == original.decode(ids(original, text))


@pytest.mark.parametrize("name", ORIGINALS)
def test_the_samples_are_read_like_the_original_and_come_back(name: str) -> None:
    original, _ = ORIGINALS[name]
    for text in SAMPLES:
        assert ids(MADE[name], text) == ids(original, text)
        assert MADE[name].decode(ids(original, text), skip_special_tokens=False) == text


@pytest.mark.parametrize("name", ORIGINALS)
def test_added_tokens_are_found_in_texts_and_keep_their_kind(name: str) -> None:
    original, _ = ORIGINALS[name]
    kinds = {
        id_: (token.content, token.special) for id_, token in original.get_added_tokens_decoder().items()
    }
    made = {
        id_: (token.content, token.special) for id_, token in MADE[name].get_added_tokens_decoder().items()
    }
    assert made == kinds
    text = "a".join(content for content, _ in kinds.values())
    assert ids(MADE[name], text) == ids(original, text)


def test_the_token_that_a_text_begins_with_is_added_where_the_model_wants_it() -> None:
    metadata = sentencepiece_metadata()
    assert make_tokenizer(file_of(metadata)).encode("fox").ids[0] == 1
    assert tokenizer_config(file_of(metadata))["add_bos_token"] is True
    metadata["tokenizer.ggml.add_bos_token"] = False
    assert make_tokenizer(file_of(metadata)).encode("fox").ids[0] != 1
    assert not adds_bos(file_of(ORIGINALS["qwen2"][1]))


def test_a_vocabulary_without_a_space_in_front_adds_none() -> None:
    metadata = sentencepiece_metadata() | {"tokenizer.ggml.add_space_prefix": False}
    made = make_tokenizer(file_of(metadata))
    assert made.decode(ids(made, "fox")) == "fox"
    assert len(ids(made, "fox")) != len(ids(made, " fox")) or ids(made, "fox") != ids(made, " fox")


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        ("smollm", {"tokenizer.ggml.model": "t5"}, "a tokenizer of an unknown kind (t5)"),
        ("smollm", {"tokenizer.ggml.pre": "bloom"}, "a tokenizer of an unknown kind (bloom)"),
        ("smollm", {"tokenizer.ggml.pre": None}, "was made by an early llama.cpp"),
        ("smollm", {"tokenizer.ggml.merges": ["x yy"]}, "does not fit together"),
        ("smollm", {"tokenizer.ggml.tokens": ["a", "a"]}, "does not fit together"),
        ("smollm", {"tokenizer.ggml.token_type": [1, 1]}, "does not fit together"),
    ],
)
def test_a_tokenizer_that_cannot_be_made_is_told(name: str, changes: dict[str, Any], expected: str) -> None:
    with pytest.raises(ModelError) as caught:
        make_tokenizer(file_of(ORIGINALS[name][1] | changes))
    assert expected in str(caught.value)
    assert "ovbot model export OWNER/NAME" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_tokenizer_that_loses_text_is_refused_with_the_text() -> None:
    metadata = sentencepiece_metadata()
    # Without its bytes it knows few letters.
    metadata["tokenizer.ggml.token_type"] = [
        5 if kind == 6 else kind for kind in metadata["tokenizer.ggml.token_type"]
    ]
    with pytest.raises(ModelError, match=r"has a tokenizer that loses text \(.* comes back as .*<unk>"):
        make_tokenizer(file_of(metadata))


def test_more_tokens_than_rows_are_told() -> None:
    file = file_of(ORIGINALS["smollm"][1])
    short = GgufFile(file.path, file.metadata, {"token_embd.weight": Tensor("F16", (100, 1))})
    with pytest.raises(ModelError, match=r"tokens, and fewer rows in token_embd\.weight"):
        make_tokenizer(short)


@pytest.mark.real_model
@pytest.mark.parametrize("name", ["llama-bpe", "llama-spm", "qwen2", "gpt-2", "starcoder", "refact", "phi-3"])
def test_real_vocabularies_give_the_ids_that_llama_cpp_gives(name: str) -> None:
    """llama.cpp's own files for the purpose: texts, and a line of ids for each."""
    path = Path(os.environ.get("OVBOT_REAL_MODELS", ""), "vocabularies", f"ggml-vocab-{name}.gguf")
    if not path.is_file():
        pytest.skip("run make real-models")
    made = make_tokenizer(file_of(dict(read_metadata(path).metadata)))
    texts = Path(f"{path}.inp").read_text(encoding="utf-8").split("\n__ggml_vocab_test__\n")
    lines = Path(f"{path}.out").read_text(encoding="utf-8").split("\n")
    assert len(texts) == len(lines) > 40
    for text, line in zip(texts, lines, strict=True):
        assert ids(made, text) == [int(id_) for id_ in line.split()]
