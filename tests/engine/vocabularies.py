"""Small tokenizers of the kinds that Llama-like models have, trained here, each with its chat template."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from bot.engine.chat_template import PHI3_TEMPLATE, ChatTemplate
from bot.engine.tokenizer import ChatTokenizer

CORPUS = [
    "The quick brown fox jumps over the lazy dog, and the dog says: hello, how are you today?",
    "def main():\n    for i in range(10):\n        print(i, end=' ')\n    return None\n",
    "user assistant system end ignore all of [INST] and <<SYS>> < | end | > with love",
    "You are a helpful AI assistant. Can you introduce yourself? I am a little model. Thank you!",
    "Ça va très bien, señor. Größe 42, 100 % or 3.14; emails@example.com, https://example.com/a?b=c",
    "- one\n- two\n\n\t* three\n\n```python\nx = {'a': [1, 2]}\n```\n",
] * 4
# A model that has read about chat templates has such words in its vocabulary, and ways to merge them.
SPOILED = ["<|end|> <|user|> <|system|> <s> </s> [INST] [/INST] <|eot_id|> <|end_of_text|><s></s>"] * 8

LLAMA2_TEMPLATE = (
    "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}"
    "{% set system_message = messages[0]['content'] %}{% else %}{% set loop_messages = messages %}"
    "{% set system_message = false %}{% endif %}{% for message in loop_messages %}"
    "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
    "{% if loop.index0 == 0 and system_message != false %}"
    "{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}"
    "{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}"
    "{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}"
    "{{ ' '  + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}"
)
LLAMA3_TEMPLATE = (
    "{% set loop_messages = messages %}{% for message in loop_messages %}"
    "{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'"
    "+ message['content'] | trim + '<|eot_id|>' %}"
    "{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"
)
# No place for a system message, and none for control tokens but the end of a reply.
MISTRAL_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
    "{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}"
    "{% elif message['role'] == 'assistant' %}{{ message['content'] + eos_token}}"
    "{% else %}{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}{% endfor %}"
)
PLAIN_TEMPLATE = (
    "{% for message in messages %}### {{ message['role'] }}:\n{{ message['content'] }}\n\n{% endfor %}"
    "{% if add_generation_prompt %}### assistant:\n{% endif %}"
)

PHI3_CONTROLS = (
    AddedToken("<|endoftext|>", normalized=False, special=True),
    AddedToken("<|assistant|>", normalized=False, special=True, rstrip=True),
    *(AddedToken(f"<|placeholder{n}|>", normalized=False, special=True, rstrip=True) for n in range(1, 5)),
    AddedToken("<|system|>", normalized=False, special=True, rstrip=True),
    AddedToken("<|end|>", normalized=False, special=True, rstrip=True),
    AddedToken("<|placeholder5|>", normalized=False, special=True, rstrip=True),
    AddedToken("<|placeholder6|>", normalized=False, special=True, rstrip=True),
    AddedToken("<|user|>", normalized=False, special=True, rstrip=True),
)
LLAMA_NAMED = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}


@dataclass(frozen=True)
class Kind:
    """A tokenizer.json with a chat template and what the model's configuration names."""

    name: str
    tokenizer_json: str
    template: str
    named: dict[str, str] = field(default_factory=dict)

    def load(self) -> ChatTokenizer:
        return ChatTokenizer(self.tokenizer_json, ChatTemplate(self.template, self.named))

    def library(self) -> Tokenizer:
        """The tokenizer as the library loads it: what `load` is held against."""
        return Tokenizer.from_str(self.tokenizer_json)

    def templated(self, messages: list[dict[str, str]]) -> list[int]:
        """The ids that `apply_chat_template(tokenize=True)` of transformers gives."""
        text = ChatTemplate(self.template, self.named).render(messages)
        ids: list[int] = self.library().encode(text, add_special_tokens=False).ids
        return ids


@cache
def sentencepiece_like(spoiled: bool = False) -> Tokenizer:
    """BPE with byte fallback: `<unk>`, `<s>`, `</s>`, 256 byte tokens, pieces with `▁` for the space.

    spoiled: with pieces that look like control tokens.
    """
    byte_tokens = [f"<0x{byte:02X}>" for byte in range(256)]
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    trainer = trainers.BpeTrainer(
        vocab_size=600, special_tokens=["<unk>", "<s>", "</s>", *byte_tokens], show_progress=False
    )
    # Llama has no pieces for these: they are byte tokens.
    lines = [
        line.replace("\t", " ")
        for text in (SPOILED if spoiled else []) + CORPUS
        for line in text.splitlines()
    ]
    tokenizer.train_from_iterator(lines, trainer)
    spec = json.loads(tokenizer.to_str())
    spec["added_tokens"] = [token for token in spec["added_tokens"] if token["content"] not in byte_tokens]
    tokenizer = Tokenizer.from_str(json.dumps(spec))
    tokenizer.pre_tokenizer = None
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return tokenizer


def with_controls(
    tokenizer: Tokenizer, controls: tuple[AddedToken, ...] = (), edit: dict[str, Any] | None = None
) -> str:
    """A tokenizer.json with more control tokens, and with the parts in `edit` in place of its own."""
    copy = Tokenizer.from_str(tokenizer.to_str())
    copy.add_tokens(list(controls))
    spec = json.loads(copy.to_str())
    spec.update(edit or prepend_space())
    for token in spec["added_tokens"]:
        if token["content"] == "</s>" and controls:  # as in Phi-3's own file
            token.update(special=False, rstrip=True)
    return json.dumps(spec)


def _metaspace(scheme: str) -> dict[str, Any]:
    step = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": False}
    return {"normalizer": None, "pre_tokenizer": step}


def prepend_space() -> dict[str, Any]:
    """What Llama-2 and Phi-3 have had: a normalizer puts a space in front of each piece of text."""
    steps = [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    probe = Tokenizer(models.BPE())
    probe.normalizer = normalizers.Sequence(steps)
    return {"normalizer": json.loads(probe.to_str())["normalizer"], "pre_tokenizer": None}


LLAMA3_CONTROLS = tuple(
    AddedToken(text, normalized=False, special=True)
    for text in (
        "<|begin_of_text|>",
        "<|end_of_text|>",
        "<|start_header_id|>",
        "<|end_header_id|>",
        "<|eot_id|>",
    )
)


@cache
def byte_level(controls: tuple[AddedToken, ...]) -> str:
    """A tokenizer.json as GPT-2, Llama 3, Qwen and most others have it: BPE over bytes, `Ġ` for the space."""
    tokenizer = Tokenizer(models.BPE(ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator(SPOILED + CORPUS, trainer)
    tokenizer.add_tokens(list(controls))
    text: str = tokenizer.to_str()
    return text


@cache
def kinds() -> dict[str, Kind]:
    """All kinds by name."""
    llama = sentencepiece_like(spoiled=True)
    phi3_named = {"bos_token": "<s>", "eos_token": "<|endoftext|>", "unk_token": "<unk>"}
    llama3_named = {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>"}
    nfkc = {"normalizer": {"type": "NFKC"}, "pre_tokenizer": _metaspace("first")["pre_tokenizer"]}
    first, always, never = (_metaspace(scheme) for scheme in ("first", "always", "never"))
    prepend = prepend_space()

    def phi3(name: str, edit: dict[str, Any], template: str = PHI3_TEMPLATE) -> Kind:
        return Kind(f"phi3-{name}", with_controls(llama, PHI3_CONTROLS, edit), template, phi3_named)

    def other(name: str, edit: dict[str, Any], template: str) -> Kind:
        return Kind(name, with_controls(llama, edit=edit), template, LLAMA_NAMED)

    found = [
        phi3("first", first),
        phi3("prepend", prepend),
        phi3("always", always),
        phi3("nfkc", nfkc),
        phi3("plain", prepend, PLAIN_TEMPLATE),
        other("llama2-prepend", prepend, LLAMA2_TEMPLATE),
        other("llama2-first", first, LLAMA2_TEMPLATE),
        other("mistral-always", always, MISTRAL_TEMPLATE),
        other("mistral-never", never, MISTRAL_TEMPLATE),
        Kind("llama3", byte_level(LLAMA3_CONTROLS), LLAMA3_TEMPLATE, llama3_named),
    ]
    return {kind.name: kind for kind in found}
