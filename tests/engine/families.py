"""The families of models that people run: a small stand-in of each, and the real one where it was fetched.

A stand-in has the family's control tokens, marked as in its own tokenizer, and a chat template of ours in
the shape of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import pytest
from tokenizers import AddedToken, Tokenizer

from bot.chat.ports import PartKind, PromptPart
from bot.engine.chat_template import PHI3_TEMPLATE, ChatTemplate, find_template, named_tokens
from bot.engine.tokenizer import ChatTokenizer
from bot.model import gguf_file, gguf_tokenizer
from tests.engine.vocabularies import (
    LLAMA3_CONTROLS,
    LLAMA3_TEMPLATE,
    PHI3_CONTROLS,
    byte_level,
    sentencepiece_like,
    with_controls,
)
from tests.real_models import real_model

SMOLLM2_TEMPLATE = (
    "{% for message in messages %}{% if loop.first and message.role != 'system' %}"
    "{{ '<|im_start|>system\nYou are kind.<|im_end|>\n' }}{% endif %}"
    "{{ '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
# The system message has flags, which the template takes out; in quiet mode every reply has an empty thought.
SMOLLM3_TEMPLATE = (
    "{% set ns = namespace(loud=enable_thinking is not defined or enable_thinking, said='') %}"
    "{% if messages[0].role == 'system' %}{% set ns.said = messages[0].content %}"
    "{% if '/no_think' in ns.said %}{% set ns.loud = false %}"
    "{% elif '/think' in ns.said %}{% set ns.loud = true %}{% endif %}"
    "{% set ns.said = ns.said.replace('/no_think', '').replace('/think', '').rstrip() %}{% endif %}"
    "{% set quiet = '' if ns.loud else '<think>\n\n</think>\n' %}"
    "{{ '<|im_start|>system\nReasoning Mode: ' + ('/think' if ns.loud else '/no_think') + '\n\n' }}"
    "{{ (ns.said or 'You are kind.') + '\n\n<|im_end|>\n' }}"
    "{% for message in messages %}{% if message.role == 'user' %}"
    "{{ '<|im_start|>user\n' + message.content + '<|im_end|>\n' }}{% elif message.role == 'assistant' %}"
    "{{ '<|im_start|>assistant\n' + quiet + message.content.lstrip('\n') + '<|im_end|>\n' }}"
    "{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' + quiet }}{% endif %}"
)
# Reasoning is shown from the last question on; before it, and within the content, it is taken out.
QWEN3_TEMPLATE = (
    "{% set ns = namespace(last=messages|length - 1, looking=true) %}{% for message in messages[::-1] %}"
    "{% if ns.looking and message.role == 'user' and not (message.content.startswith('<tool_response>')"
    " and message.content.endswith('</tool_response>')) %}"
    "{% set ns.looking = false %}{% set ns.last = messages|length - loop.index %}{% endif %}{% endfor %}"
    "{% for message in messages %}{% set content = message.content %}{% set thought = '' %}"
    "{% if message.role == 'assistant' %}{% if message.reasoning_content is string %}"
    "{% set thought = message.reasoning_content %}{% elif '</think>' in content %}"
    "{% set thought = content.split('</think>')[0].split('<think>')[-1].strip('\n') %}"
    "{% set content = content.split('</think>')[-1].lstrip('\n') %}{% endif %}{% endif %}"
    "{{ '<|im_start|>' + message.role + '\n' }}{% if message.role == 'assistant' and loop.index0 > ns.last %}"
    "{{ '<think>\n' + thought.strip('\n') + '\n</think>\n\n' + content.lstrip('\n') }}"
    "{% else %}{{ content }}{% endif %}{{ '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}"
    "{% if enable_thinking is defined and enable_thinking is false %}{{ '<think>\n\n</think>\n\n' }}"
    "{% endif %}{% endif %}"
)
GEMMA3_TEMPLATE = (
    "{{ bos_token }}{% set ns = namespace(before='') %}{% set turns = messages %}"
    "{% if messages[0].role == 'system' %}{% set ns.before = messages[0].content + '\n\n' %}"
    "{% set turns = messages[1:] %}{% endif %}{% for message in turns %}"
    "{% if (message.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}"
    "{% endif %}{{ '<start_of_turn>' + ('model' if message.role == 'assistant' else message.role) + '\n' }}"
    "{{ ns.before if loop.first else '' }}{{ message.content | trim }}{{ '<end_of_turn>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}"
)
MISTRAL3_TEMPLATE = (
    "{{ bos_token }}{% set turns = messages %}{% if messages[0].role == 'system' %}"
    "{{ '[SYSTEM_PROMPT]' + messages[0].content + '[/SYSTEM_PROMPT]' }}{% set turns = messages[1:] %}"
    "{% else %}{{ '[SYSTEM_PROMPT]Think so:[THINK]Your thoughts.[/THINK]Then answer.[/SYSTEM_PROMPT]' }}"
    "{% endif %}{% for message in turns %}{% if (message.role == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('roles must alternate') }}{% endif %}{% if message.role == 'user' %}"
    "{{ '[INST]' + message.content + '[/INST]' }}{% else %}{{ message.content + eos_token }}"
    "{% endif %}{% endfor %}"
)
DEEPSEEK_V31_TEMPLATE = (
    "{{ bos_token }}{% if thinking is not defined %}{% set thinking = false %}{% endif %}"
    "{% for message in messages %}{% if message.role == 'system' %}{{ message.content }}{% endif %}"
    "{% endfor %}{% for message in messages %}{% if message.role == 'user' %}"
    "{{ '<｜User｜>' + message.content }}{% elif message.role == 'assistant' %}"
    "{% set content = message.content %}{% if '</think>' in content %}"
    "{% set content = content.split('</think>', 1)[1] %}{% endif %}"
    "{{ '<｜Assistant｜></think>' + content + '<｜end▁of▁sentence｜>' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<｜Assistant｜>' + ('<think>' if thinking else '</think>') }}"
    "{% endif %}"
)
R1_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{% if message.role == 'system' %}{{ message.content }}"
    "{% elif message.role == 'user' %}{{ '<｜User｜>' + message.content }}{% else %}"
    "{% set content = message.content %}{% if '</think>' in content %}"
    "{% set content = content.split('</think>')[-1] %}{% endif %}"
    "{{ '<｜Assistant｜>' + content + '<｜end▁of▁sentence｜>' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<｜Assistant｜><think>\n' }}{% endif %}"
)
# What people wrote passes through a macro before the template looks at it.
GLM45_TEMPLATE = (
    "[gMASK]<sop>{% macro visible(content) %}{{ content }}{% endmacro %}"
    "{% set ns = namespace(last=-1) %}{% for message in messages %}{% if message.role == 'user' %}"
    "{% set ns.last = loop.index0 %}{% endif %}{% endfor %}{% for message in messages %}"
    "{% if message.role == 'user' %}{{ '<|user|>\n' + visible(message.content) }}"
    "{% if enable_thinking is defined and not enable_thinking"
    " and not visible(message.content).endswith('/nothink') %}{{ '/nothink' }}{% endif %}"
    "{% elif message.role == 'assistant' %}{% set content = visible(message.content) %}{% set thought = '' %}"
    "{% if message.reasoning_content is string %}{% set thought = message.reasoning_content %}"
    "{% elif '</think>' in content %}"
    "{% set thought = content.split('</think>')[0].split('<think>')[-1].strip('\n') %}"
    "{% set content = content.split('</think>')[-1].lstrip('\n') %}{% endif %}{{ '<|assistant|>' }}"
    "{{ '\n<think>' + (thought.strip() if loop.index0 > ns.last else '') + '</think>' }}"
    "{% if content.strip() %}{{ '\n' + content.strip() }}{% endif %}"
    "{% else %}{{ '<|system|>\n' + visible(message.content) }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}"
    "{{ '\n<think></think>' if enable_thinking is defined and not enable_thinking else '' }}{% endif %}"
)
GPT_OSS_TEMPLATE = (
    "{{ '<|start|>system<|message|>Be brief.\nReasoning: ' + (reasoning_effort or 'medium') }}"
    "{{ '\n# Valid channels: analysis, commentary, final.<|end|>' }}{% for message in messages %}"
    "{% if message.role == 'system' %}"
    "{{ '<|start|>developer<|message|># Instructions\n\n' + message.content + '<|end|>' }}"
    "{% elif message.role == 'user' %}{{ '<|start|>user<|message|>' + message.content + '<|end|>' }}"
    "{% else %}{% if '<|channel|>final<|message|>' in message.content %}{{ raise_exception('no tags here') }}"
    "{% endif %}"
    "{% if loop.last and not add_generation_prompt %}{% if message.thinking %}"
    "{{ '<|start|>assistant<|channel|>analysis<|message|>' + message.thinking + '<|end|>' }}{% endif %}"
    "{{ '<|start|>assistant<|channel|>final<|message|>' + message.content + '<|return|>' }}{% else %}"
    "{{ '<|start|>assistant<|channel|>final<|message|>' + message.content + '<|end|>' }}"
    "{% endif %}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start|>assistant' }}{% endif %}"
)


@dataclass(frozen=True)
class Material:
    """A tokenizer.json, a chat template, and the control tokens that the configuration names."""

    tokenizer_json: str
    template: str
    named: Mapping[str, str]

    def load(self, options: Mapping[str, Any] | None = None) -> ChatTokenizer:
        return ChatTokenizer(self.tokenizer_json, ChatTemplate(self.template, self.named, options))

    @property
    def reference(self) -> Callable[..., list[int]]:
        """`apply_chat_template` of transformers: messages and template variables to ids."""
        from transformers import PreTrainedTokenizerFast

        library = PreTrainedTokenizerFast(
            tokenizer_object=Tokenizer.from_str(self.tokenizer_json), **self.named
        )

        def apply(messages: Sequence[Mapping[str, str]], **variables: Any) -> list[int]:
            ids: list[int] = library.apply_chat_template(
                messages,
                chat_template=self.template,
                add_generation_prompt=True,
                return_dict=True,
                **variables,
            )["input_ids"]
            return ids

        return apply


@dataclass(frozen=True)
class Real:
    """Where the real material is.

    vocabulary: the folder of a tokenizer.json, or a folder and a GGUF file in it. template: below
    `templates/`; None for the vocabulary's own. renamed: reserved tokens that this family uses.
    """

    vocabulary: str
    template: str | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Family:
    """A family and its stand-in.

    strips: whether its template takes reasoning out of what a reply says. real: None where no package has
    its vocabulary.
    """

    name: str
    title: str
    material: Material
    strips: bool = False
    real: Real | None = None

    @property
    def genuine(self) -> Material:
        """The real material; skips the test where it was not fetched."""
        if self.real is None:
            pytest.skip(f"no package has the tokenizer of {self.title}")
        place, _, file = self.real.vocabulary.partition("!")
        folder = real_model(place)
        if file:
            # A vocabulary has no weights.
            rows = {"token_embd.weight": gguf_file.Tensor("F16", (2**20, 1))}
            gguf = replace(gguf_file.read_metadata(folder / file), tensors=rows)
            tokenizer_json = gguf_tokenizer.to_json(gguf_tokenizer.make_tokenizer(gguf))
            named = gguf_tokenizer.named_tokens(gguf)
        else:
            tokenizer_json = (folder / "tokenizer.json").read_text(encoding="utf-8")
            named = named_tokens(folder)
        for old, new in self.real.renamed.items():
            assert f'"{old}"' in tokenizer_json
            tokenizer_json = tokenizer_json.replace(f'"{old}"', f'"{new}"')
        if self.real.template is None:
            template = find_template(folder)
        else:
            beside = real_model("templates") / f"{self.real.template}.jinja"
            template = beside.read_text(encoding="utf-8-sig")
        return Material(tokenizer_json, template, {**named, **self.real.named})


def control(*texts: str, special: bool = True) -> tuple[AddedToken, ...]:
    return tuple(AddedToken(text, normalized=False, special=special) for text in texts)


CHATML = control("<|endoftext|>", "<|im_start|>", "<|im_end|>")
THINK = control("<think>", "</think>", special=False)
CHATML_NAMED = {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}
DEEPSEEK = (
    *control("<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"),
    *control("<｜fim▁hole｜>", "<｜fim▁begin｜>", "<｜User｜>", "<｜Assistant｜>", special=False),
)
DEEPSEEK_NAMED = {"bos_token": "<｜begin▁of▁sentence｜>", "eos_token": "<｜end▁of▁sentence｜>"}


@cache
def families() -> dict[str, Family]:
    """All families by name."""
    gemma = (
        *control("<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>"),
        *control("<mask>", "[multimodal]", "<unused0>", "\n\n", "▁▁", special=False),
    )
    mistral = control("[INST]", "[/INST]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[THINK]", "[/THINK]")
    glm = (
        *control("<|endoftext|>", "[MASK]", "[gMASK]", "<sop>", "<|system|>", "<|user|>", "<|assistant|>"),
        *control("<|observation|>"),
        *control("<think>", "</think>", "/nothink", "<tool_call>", "</tool_call>", special=False),
    )
    harmony = control("<|start|>", "<|end|>", "<|message|>", "<|channel|>", "<|constrain|>", "<|return|>")
    qwen = (*CHATML, *control("<tool_response>", "</tool_response>", "<|fim_pad|>", special=False), *THINK)
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": False}
    phi3 = with_controls(
        sentencepiece_like(spoiled=True), PHI3_CONTROLS, {"normalizer": None, "pre_tokenizer": metaspace}
    )
    gemma3 = with_controls(
        sentencepiece_like(),
        gemma,
        {
            "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
            "pre_tokenizer": None,
        },
    )
    phi3_named = {"bos_token": "<s>", "eos_token": "<|endoftext|>", "unk_token": "<unk>"}
    llama3_named = {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>"}
    gemma_named = {"bos_token": "<bos>", "eos_token": "<eos>"}
    mistral_named = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}

    def bytes_of(controls: tuple[AddedToken, ...], template: str, named: Mapping[str, str]) -> Material:
        return Material(byte_level(controls), template, named)

    found = [
        Family(
            "phi3",
            "Phi-3",
            Material(phi3, PHI3_TEMPLATE, phi3_named),
            real=Real("vocabularies!ggml-vocab-phi-3.gguf", "microsoft-Phi-3.5-mini-instruct"),
        ),
        Family(
            "llama3_1",
            "Llama 3.1",
            bytes_of(LLAMA3_CONTROLS, LLAMA3_TEMPLATE, llama3_named),
            real=Real("tokenizers/llama3_1"),
        ),
        Family(
            "smollm2", "SmolLM2", bytes_of(CHATML, SMOLLM2_TEMPLATE, CHATML_NAMED), real=Real("smollm2/ov")
        ),
        Family(
            "smollm3",
            "SmolLM3",
            bytes_of((*CHATML, *THINK), SMOLLM3_TEMPLATE, CHATML_NAMED),
            real=Real(
                "tokenizers/llama3_1",
                "HuggingFaceTB-SmolLM3-3B",
                {
                    "<|reserved_special_token_0|>": "<|im_start|>",
                    "<|reserved_special_token_1|>": "<|im_end|>",
                    "<|reserved_special_token_2|>": "<think>",
                    "<|reserved_special_token_3|>": "</think>",
                },
                {"eos_token": "<|im_end|>"},
            ),
        ),
        Family(
            "qwen3",
            "Qwen3",
            bytes_of(qwen, QWEN3_TEMPLATE, CHATML_NAMED),
            strips=True,
            real=Real("tokenizers/qwen3", "Qwen-Qwen3-0.6B"),
        ),
        Family(
            "gemma3",
            "Gemma 3",
            Material(gemma3, GEMMA3_TEMPLATE, gemma_named),
            real=Real("tokenizers/gemma3", None),
        ),
        Family(
            "mistral3",
            "Mistral 3",
            bytes_of((*control("<unk>", "<s>", "</s>"), *mistral), MISTRAL3_TEMPLATE, mistral_named),
            real=Real(
                "tokenizers/mistral_nemo",
                "mistralai-Ministral-3-14B-Reasoning-2512",
                {"<SPECIAL_34>": "[THINK]", "<SPECIAL_35>": "[/THINK]"},
            ),
        ),
        Family(
            "deepseek_v3_1",
            "DeepSeek-V3.1",
            bytes_of((*DEEPSEEK, *THINK), DEEPSEEK_V31_TEMPLATE, DEEPSEEK_NAMED),
            strips=True,
            real=Real(
                "tokenizers/deepseek_v3",
                "deepseek-ai-DeepSeek-V3.1",
                {"<｜place▁holder▁no▁798｜>": "<think>", "<｜place▁holder▁no▁799｜>": "</think>"},
            ),
        ),
        Family(
            "deepseek_r1",
            "DeepSeek-R1-distill",
            bytes_of(DEEPSEEK, R1_TEMPLATE, DEEPSEEK_NAMED),  # its tags are plain text
            strips=True,
            real=Real(
                "tokenizers/llama3_1",
                "deepseek-ai-DeepSeek-R1-Distill-Llama-8B",
                {
                    "<|begin_of_text|>": "<｜begin▁of▁sentence｜>",
                    "<|end_of_text|>": "<｜end▁of▁sentence｜>",
                    "<|reserved_special_token_0|>": "<｜User｜>",
                    "<|reserved_special_token_1|>": "<｜Assistant｜>",
                    "<|reserved_special_token_2|>": "<think>",
                    "<|reserved_special_token_3|>": "</think>",
                },
                DEEPSEEK_NAMED,
            ),
        ),
        Family(
            "glm4_5",
            "GLM-4.5",
            bytes_of(glm, GLM45_TEMPLATE, {"eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>"}),
            strips=True,
        ),
        Family(
            "gpt_oss",
            "gpt-oss",
            bytes_of((*control("<|startoftext|>", "<|endoftext|>"), *harmony), GPT_OSS_TEMPLATE, {}),
            real=Real("tokenizers/gptoss"),
        ),
    ]
    return {family.name: family for family in found}


def ids_of(tokenizer: ChatTokenizer, text: str) -> list[int]:
    """The ids that a model writes for a text: control tokens where their text stands."""
    controls = tokenizer.vocabulary.controls
    longest = sorted(controls, key=len, reverse=True)
    pieces = re.split(f"({'|'.join(map(re.escape, longest))})", text)
    return [
        id_
        for piece in pieces
        if piece
        for id_ in ([controls[piece]] if piece in controls else tokenizer.encode_text(piece))
    ]


def parts_of(messages: Sequence[Mapping[str, str]]) -> list[PromptPart]:
    """What the bot has of messages that transformers gets."""
    return [
        PromptPart(
            PartKind(message["role"]), message["content"], reasoning=message.get("reasoning_content", "")
        )
        for message in messages
    ]
