"""The tokenizer of a GGUF file as a tokenizer.json.

transformers has a conversion too. It cuts the text of every byte-level vocabulary by one of two patterns,
whatever the file names, and leaves out most control tokens: Llama 3's numbers come out in other ids.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
)

from bot.errors import ModelError
from bot.model.gguf_file import EXPORT, OR_EXPORT, GgufFile

SPACE = "▁"
# How texts are cut before their bytes are merged: the patterns of the models' own tokenizer.json.
_CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_WORDS = r"[^\r\n\p{L}\p{N}]?\p{L}+"
_REST = r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_LLAMA3 = (rf"{_CONTRACTIONS}|{_WORDS}|\p{{N}}{{1,3}}|{_REST}",)
_QWEN2 = (rf"{_CONTRACTIONS}|{_WORDS}|\p{{N}}|{_REST}",)
_GPT2 = (r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",)
_SMOLLM = (r"\p{N}", *_GPT2)
_TEKKEN = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|"
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}|"
    r" ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
)


@dataclass(frozen=True, slots=True)
class _Cut:
    """patterns: each cuts the pieces that the one before it left. whole_words: a piece that is in the
    vocabulary is not merged. nfc: the text is normalized first. bos: whether a text begins with the bos token
    where the file does not say."""

    patterns: tuple[str, ...]
    whole_words: bool = False
    nfc: bool = False
    bos: bool = False


# By the names in tokenizer.ggml.pre.
_CUTS = {
    **dict.fromkeys(
        ("llama-bpe", "llama3", "llama-v3", "falcon3"), _Cut(_LLAMA3, whole_words=True, bos=True)
    ),
    **dict.fromkeys(("dbrx", "smaug-bpe"), _Cut(_LLAMA3)),
    **dict.fromkeys(("qwen2", "deepseek-r1-qwen", "megrez"), _Cut(_QWEN2, nfc=True)),
    **dict.fromkeys(("smollm", "starcoder", "refact", "exaone", "minerva-7b"), _Cut(_SMOLLM)),
    "gpt-2": _Cut(_GPT2),
    "tekken": _Cut(_TEKKEN, whole_words=True, bos=True),
}
# Texts of which a tokenizer that lost something loses some more.
SAMPLES = (
    "The quick brown fox doesn't jump over 1,234,567 lazy dogs; it's 42.5 % done!\n",
    "def main(argv: list[str]) -> int:\n    for i in range(10):\n        print(f'{i!r}')\n\treturn 0\n",
    "tabs\t\tand  runs   of    spaces     and\n\n\nlines\r\n  \t end ",
    " a leading space, a trailing one ",
    "日本語と中文和한국어、ไทย, العربية, עברית, हिन्दी, Ελληνικά, Українська",
    "Größe, señor, Ça va, İstanbul, œuvre, 𝒳 ∑ ≤ ½ ² €",
    "👍🏽 👩‍👩‍👧‍👦 🇯🇵 ✨ \U0001fae0",
)


class _Type(IntEnum):
    """What a token is, as llama.cpp counts."""

    UNKNOWN = 2
    CONTROL = 3
    USER_DEFINED = 4
    UNUSED = 5


def make_tokenizer(file: GgufFile) -> Tokenizer:
    """The tokenizer of a file; it takes the texts in `SAMPLES` apart and puts them together again.

    Raises: ModelError where the file has none, an unknown one, or one that loses text.
    """
    kind = file.metadata.get("tokenizer.ggml.model")
    make = {"gpt2": _byte_level, "llama": _sentencepiece}.get(str(kind))
    if make is None:
        raise ModelError(f"{file.path} has a tokenizer of an unknown kind ({kind}). {EXPORT}")
    try:
        tokenizer = _with_added(make, file)
    except ModelError:
        raise
    except Exception as error:  # noqa: BLE001  the tokenizers library raises Exception itself
        raise ModelError(
            f"{file.path} has a tokenizer that does not fit together ({error}). Take another file of this "
            f"model, {OR_EXPORT}"
        ) from None
    for text in SAMPLES:
        decoded = tokenizer.decode(
            tokenizer.encode(text, add_special_tokens=False).ids, skip_special_tokens=False
        )
        if decoded != text:
            raise ModelError(
                f"{file.path} has a tokenizer that loses text ({text!r} comes back as {decoded!r}). {EXPORT}"
            )
    return tokenizer


def named_tokens(file: GgufFile) -> dict[str, str]:
    """The control tokens that the file names, by role: `bos_token`, `eos_token`, …"""
    roles = {"bos": "bos", "eos": "eos", "unknown": "unk", "padding": "pad"}
    ids = {role: token_id(file, name) for name, role in roles.items()}
    tokens = file.metadata["tokenizer.ggml.tokens"]
    return {f"{role}_token": tokens[id_] for role, id_ in ids.items() if id_ is not None}


def token_id(file: GgufFile, name: str) -> int | None:
    """The id in tokenizer.ggml.<name>_token_id, such as "eos"; None where there is none in the vocabulary."""
    id_ = file.metadata.get(f"tokenizer.ggml.{name}_token_id")
    return id_ if isinstance(id_, int) and 0 <= id_ < len(file.metadata["tokenizer.ggml.tokens"]) else None


def adds_bos(file: GgufFile) -> bool:
    """Whether a text begins with the bos token."""
    if file.metadata.get("tokenizer.ggml.model") == "llama":
        default = True
    else:
        cut = _CUTS.get(str(file.metadata.get("tokenizer.ggml.pre")))
        default = cut is not None and cut.bos
    return bool(file.metadata.get("tokenizer.ggml.add_bos_token", default))


def control_tokens(file: GgufFile) -> dict[str, int]:
    """The control tokens of a file, by their texts."""
    tokens, types = _vocabulary(file)
    return {
        text: id_ for id_, (text, kind) in enumerate(zip(tokens, types, strict=True)) if kind == _Type.CONTROL
    }


def _vocabulary(file: GgufFile) -> tuple[list[str], list[int]]:
    tokens = file.metadata["tokenizer.ggml.tokens"]
    types = file.metadata.get("tokenizer.ggml.token_type") or [1] * len(tokens)
    return tokens, types


def _with_added(make: Callable[[GgufFile, dict[str, int]], Tokenizer], file: GgufFile) -> Tokenizer:
    tokens, types = _vocabulary(file)
    # What fills the matrices up has no text.
    used = {
        text: id_ for id_, (text, kind) in enumerate(zip(tokens, types, strict=True)) if kind != _Type.UNUSED
    }
    if len(used) != sum(kind != _Type.UNUSED for kind in types):
        raise ValueError("two tokens have the same text")
    if len(tokens) > file.tensors["token_embd.weight"].shape[0]:
        raise ValueError(f"{len(tokens)} tokens, and fewer rows in token_embd.weight")
    tokenizer = make(file, used)
    added = [
        AddedToken(text, special=types[id_] != _Type.USER_DEFINED, normalized=SPACE in text)
        for text, id_ in used.items()
        if types[id_] in (_Type.UNKNOWN, _Type.CONTROL, _Type.USER_DEFINED)
    ]
    tokenizer.add_tokens(added)
    bos = named_tokens(file).get("bos_token")
    if bos is not None and adds_bos(file):
        tokenizer.post_processor = processors.TemplateProcessing(
            single=[bos, "$A"], pair=[bos, "$A", f"{bos}:1", "$B:1"], special_tokens=[(bos, used[bos])]
        )
    return tokenizer


def _byte_level(file: GgufFile, vocabulary: dict[str, int]) -> Tokenizer:
    name = file.metadata.get("tokenizer.ggml.pre")
    cut = _CUTS.get(str(name))
    if cut is None:
        raise ModelError(
            f"{file.path} has a tokenizer of an unknown kind ({name}). {EXPORT}"
            if name
            else f"{file.path} was made by an early llama.cpp, which did not write down how its tokenizer "
            f"cuts texts: take a newer file of this model, {OR_EXPORT}"
        )
    merges = [tuple(pair.split(" ")) for pair in file.metadata["tokenizer.ggml.merges"]]
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, ignore_merges=cut.whole_words))
    if cut.nfc:
        tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            *(pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in cut.patterns),
            pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def _sentencepiece(file: GgufFile, vocabulary: dict[str, int]) -> Tokenizer:
    scores: Sequence[float] = file.metadata["tokenizer.ggml.scores"]
    unknown = named_tokens(file).get("unk_token", "<unk>")
    tokenizer = Tokenizer(
        models.BPE(
            vocabulary,
            _merges(vocabulary, scores),
            unk_token=unknown if unknown in vocabulary else None,
            fuse_unk=True,
            byte_fallback=True,
        )
    )
    steps = [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse()]
    normalize: list[Any] = [normalizers.Replace(" ", SPACE)]
    if file.metadata.get("tokenizer.ggml.add_space_prefix", True):
        normalize.insert(0, normalizers.Prepend(SPACE))
        steps.append(decoders.Strip(" ", 1, 0))
    tokenizer.normalizer = normalizers.Sequence(normalize)
    tokenizer.decoder = decoders.Sequence(steps)
    return tokenizer


def _merges(vocabulary: dict[str, int], scores: Sequence[float]) -> list[tuple[str, str]]:
    """The pairs that are merged, the first ones first: SentencePiece merges the pair that makes the token
    with the highest score. Of the pairs that make the same one, the order is that of the models'
    tokenizer.json."""
    found = []
    for text, id_ in vocabulary.items():
        for end in range(1, len(text)):
            left, right = vocabulary.get(text[:end]), vocabulary.get(text[end:])
            if left is not None and right is not None:
                found.append((-scores[id_], id_, left, right, text[:end], text[end:]))
    return [(left, right) for *_, left, right in sorted(found)]


def tokenizer_config(file: GgufFile) -> dict[str, Any]:
    """What stands in tokenizer_config.json beside the tokenizer."""
    return {
        # The one that takes tokenizer.json as it is. By the architecture's own, spaces get lost.
        "tokenizer_class": "PreTrainedTokenizerFast",
        "add_bos_token": adds_bos(file),
        "clean_up_tokenization_spaces": False,
        "model_max_length": file.size("context_length"),
        **named_tokens(file),
    }


def to_json(tokenizer: Tokenizer) -> str:
    """The text of a tokenizer.json."""
    return json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False)
