"""What the replies of a model are made of: how they end, and how reasoning is told from the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Opening(StrEnum):
    """Where a prompt leaves the model off."""

    START = "start"  # it may begin to reason, or to answer
    REASONING = "reasoning"
    ANSWER = "answer"
    CONTINUATION = "continuation"  # within an answer


@dataclass(frozen=True, slots=True)
class Tags:
    """What stands around reasoning.

    heading: what the model writes behind the opening tag before it reasons.
    """

    opening: str
    closing: str
    heading: str = ""


# By how common they are: Qwen3, DeepSeek-R1, GLM-4.5 and most others; Magistral; Gemma 4; Seed-OSS;
# Command A; Kimi; EXAONE Deep; MiniMax-M3. The first are looked for in models whose template and vocabulary
# have none of them.
KNOWN_TAGS = (
    Tags("<think>", "</think>"),
    Tags("[THINK]", "[/THINK]"),
    Tags("<|channel>", "<channel|>", "thought\n"),
    Tags("<seed:think>", "</seed:think>"),
    Tags("<|START_THINKING|>", "<|END_THINKING|>"),
    Tags("◁think▷", "◁/think▷"),
    Tags("<thought>", "</thought>"),
    Tags("<mm:think>", "</mm:think>"),
)


@dataclass(frozen=True, slots=True)
class Harmony:
    """The ids of the control tokens of gpt-oss's format: a reply is several messages, each in a channel."""

    start: int
    channel: int
    message: int
    end: int


# The channel of the answer. The others (analysis, commentary) are for reasoning and tool calls.
ANSWER_CHANNEL = "final"


@dataclass(frozen=True, slots=True)
class ReplyFormat:
    """The format of a model's replies.

    tags: around reasoning, in models without `harmony`. opening_id and closing_id: the ids of the tags;
        None where they are plain text to the vocabulary.
    reasons: whether the template has a place for reasoning.
    end_ids: the ids that end a reply by the template, beside those of the model's own configuration.
    stop: strings that do, where the template ends replies by words.
    """

    tags: Tags = KNOWN_TAGS[0]
    opening_id: int | None = None
    closing_id: int | None = None
    harmony: Harmony | None = None
    reasons: bool = False
    end_ids: frozenset[int] = frozenset()
    stop: tuple[str, ...] = ()


def find_tags(template: str, controls: Mapping[str, int]) -> Tags:
    """The tags of a model, by its template or else its vocabulary's control tokens."""
    for known in (template, controls):
        for tags in KNOWN_TAGS:
            if tags.opening in known and tags.closing in known:
                return tags
    return KNOWN_TAGS[0]


def find_harmony(template: str, controls: Mapping[str, int]) -> Harmony | None:
    """The control tokens of gpt-oss's format, where a model has it."""
    names = ("<|start|>", "<|channel|>", "<|message|>", "<|end|>")
    if not all(name in controls and name in template for name in names):
        return None
    return Harmony(*(controls[name] for name in names))
