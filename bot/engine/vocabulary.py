"""A model's vocabulary in a form in which no text can become a control token.

Every tokenizer parses control tokens wherever their text stands, so a person who types `<|end|>`
would end their own message. Here each control token goes by a marker, an unguessable string made
for each process alone: the chat template's control tokens are replaced by their markers before
encoding, and everything else is plain text by construction. What the tokenizer's own pipeline does
around control tokens (stripping, prefix spaces, normalisation) stays the library's business.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer

from bot.engine.reply_format import KNOWN_TAGS
from bot.errors import ModelError

# Some models list their control tokens as ordinary ones: `</s>` in Phi-3, `<|fim_pad|>` in Qwen,
# `<｜fim▁hole｜>` in DeepSeek, `<unused0>` in Gemma.
CONTROL_SHAPE = re.compile(
    r"<[|｜].*>|<.*[|｜]>|</?s>|</?(pad|unk|bos|eos|mask)>|<unused\d+>|<(extra|reserved)\w*\d+>|\[multimodal\]",
    re.DOTALL,
)
_TAGS = frozenset(text for tags in KNOWN_TAGS for text in (tags.opening, tags.closing))
BYTE_SHAPE = re.compile(r"<0x[0-9A-F]{2}>")


@dataclass(frozen=True)
class Vocabulary:
    """The tokenizer of a model, its control tokens under markers.

    marked: encodes text from the start of a prompt.
    inner: encodes text that goes on in the middle of some: without the space that SentencePiece
        models put in front. The same object as `marked` where there is no such space.
    controls: text of each control token to its id. markers: id to marker.
    byte_ids: the ids that stand for one byte each and are decoded together with their neighbours.
    nonce: what every marker begins with, free for further markers.
    """

    marked: Tokenizer
    inner: Tokenizer
    controls: Mapping[str, int]
    markers: Mapping[int, str]
    byte_ids: frozenset[int]
    nonce: str


def build_vocabulary(tokenizer_json: str, named: Collection[str], template: str) -> Vocabulary:
    """Build from the text of a `tokenizer.json`.

    named: control tokens that the model's configuration names. template: the chat template; added
    tokens that stand in it are control tokens too.

    Raises: ModelError where the text is no tokenizer.
    """
    try:
        spec = json.loads(tokenizer_json)
        added = spec["added_tokens"]
        controls = {t["content"]: int(t["id"]) for t in added if _is_control(t, named, template)}
        nonce = "q" + secrets.token_hex(16)
        markers = {id_: f"{nonce}c{id_}q" for id_ in controls.values()}
        _rename(spec, {text: markers[id_] for text, id_ in controls.items()})
        byte_ids = frozenset(id_ for text, id_ in _entries(spec["model"]) if BYTE_SHAPE.fullmatch(text))
        marked = Tokenizer.from_str(json.dumps(spec))
        inner = Tokenizer.from_str(json.dumps(spec)) if _drop_prefix(spec) else marked
    except Exception as error:  # noqa: BLE001  the tokenizers library raises Exception itself
        raise ModelError(
            f"tokenizer.json cannot be read ({error}): export or pull the model again."
        ) from None
    wrong = [text for text, id_ in controls.items() if marked.token_to_id(markers[id_]) != id_]
    if wrong:
        raise ModelError(f"tokenizer.json numbers {wrong[0]!r} in two ways: export or pull the model again.")
    return Vocabulary(marked, inner, controls, markers, byte_ids, nonce)


def _is_control(token: Mapping[str, Any], named: Collection[str], template: str) -> bool:
    text = token["content"]
    if token["special"] or text in named or text in _TAGS or CONTROL_SHAPE.fullmatch(text):
        return True
    # Runs of blanks are added tokens in some vocabularies, and stand in every template. So do words that
    # people are meant to type, such as GLM's `/nothink`.
    return re.search(r"[^\w\s/]", text) is not None and text in template


def _rename(spec: dict[str, Any], names: Mapping[str, str]) -> None:
    """Give tokens new names in a tokenizer.json, and take away every other way to arrive at them."""
    for token in spec["added_tokens"]:
        if token["content"] in names:
            # A marker borders on letters where the control token did not.
            token.update(content=names[token["content"]], single_word=False)
    model = spec["model"]
    if isinstance(model["vocab"], dict):
        model["vocab"] = {names.get(text, text): id_ for text, id_ in model["vocab"].items()}
    else:
        model["vocab"] = [[names.get(text, text), score] for text, score in model["vocab"]]
    if "merges" in model:
        model["merges"] = [pair for pair in model["merges"] if not _concerns(pair, names)]
    if isinstance(model.get("unk_token"), str):
        model["unk_token"] = names.get(model["unk_token"], model["unk_token"])
    spec.update(post_processor=None, truncation=None, padding=None)


def _concerns(pair: str | list[str], names: Mapping[str, str]) -> bool:
    left, right = pair.split(" ", 1) if isinstance(pair, str) else pair
    return left + right in names or left in names or right in names


def _entries(model: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    if isinstance(model["vocab"], dict):
        yield from model["vocab"].items()
    else:
        yield from ((text, id_) for id_, (text, _) in enumerate(model["vocab"]))


def _drop_prefix(spec: dict[str, Any]) -> bool:
    """Take out of a tokenizer.json what puts a space in front of a text; whether there was any."""
    before = json.dumps([spec["normalizer"], spec["pre_tokenizer"]])
    spec["normalizer"] = _without_prefix(spec["normalizer"])
    spec["pre_tokenizer"] = _without_prefix(spec["pre_tokenizer"])
    return json.dumps([spec["normalizer"], spec["pre_tokenizer"]]) != before


def _without_prefix(step: Any) -> Any:
    if step is None or step["type"] == "Prepend":
        return None
    step = dict(step)
    for steps in ("normalizers", "pretokenizers"):
        if steps in step:
            kept = [_without_prefix(inner) for inner in step[steps]]
            step[steps] = [inner for inner in kept if inner is not None]
    if "prepend_scheme" in step:
        step["prepend_scheme"] = "never"
    if "add_prefix_space" in step:
        step["add_prefix_space"] = False
    return step
