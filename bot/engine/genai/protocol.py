"""What goes over the pipes between the bot and its model process: plain frozen data.

Each request has a number that the bot gives it and never uses twice in one process. A request
gets outputs until one that has `ended` set, or `error`; a cancelled one ends as STOPPED.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.chat.ports import SamplingParams
from bot.chat.turns import FinishReason
from bot.engine.genai.kv_pool import KvPool
from bot.errors import OvbotError

_GUESSES_OF_DRAFT = 5


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """What the process loads, and how.

    properties: OpenVINO properties, as they were set. defaults: those that hold where `properties` do not
        say otherwise. kv_precision: as OpenVINO names it.
    kv_cache_bytes: size of the KV pool; None takes it from the memory that is free. pool: as an earlier
        process had it, in place of that.
    prefill_chunk: tokens that a step works on at most while a prompt is read.
    context_length: tokens of prompt and reply together. concurrency: requests at the same time.
    end_ids: tokens that end a reply.
    prompt_lookup: tokens guessed from the prompt in each step, 0 for none.
    draft_model_dir: a smaller model that guesses for the big one, or None.
    controls: of a vision-language model, whose prompts are text, the text of each control token by its id;
        None for text models. whole_prompts: whether the model has to read a prompt within one step.
    warm_ids: a prompt whose keys and values are computed before the process is ready.
    """

    model_dir: str
    device: str
    properties: dict[str, Any]
    kv_precision: str
    kv_cache_bytes: int | None
    prefill_chunk: int
    context_length: int
    concurrency: int
    end_ids: tuple[int, ...]
    defaults: dict[str, str] = field(default_factory=dict)
    prompt_lookup: int = 0
    draft_model_dir: str | None = None
    controls: dict[int, str] | None = None
    whole_prompts: bool = False
    warm_ids: tuple[int, ...] = ()
    pool: KvPool | None = None

    @property
    def guesses(self) -> int:
        """How many tokens are guessed ahead in a step, for the model to check."""
        return self.prompt_lookup or (_GUESSES_OF_DRAFT if self.draft_model_dir else 0)

    @property
    def reply_tokens(self) -> int:
        """Tokens of each reply in a step: the next one, and those that are guessed."""
        return 1 + self.guesses

    @property
    def step_tokens(self) -> int:
        """Tokens that one step has room for: a piece of one prompt, and all replies that are being made.

        With a draft model a piece must not take two steps, even where the cache holds less than expected:
        openvino-genai 2026.4 then makes other tokens than without one.
        """
        whole = self.whole_prompts or self.draft_model_dir
        piece = self.context_length if whole else self.prefill_chunk
        return piece + self.concurrency * self.reply_tokens

    @property
    def single(self) -> bool:
        """Whether the device runs one request at a time: openvino-genai batches on CPU and GPU only."""
        return self.device.startswith("NPU")


@dataclass(frozen=True, slots=True)
class AddRequest:
    """Begin a request. `sampling` has a seed, no stop strings, and fits the context. images: the JPEG files
    of the pictures that stand among the ids."""

    request: int
    prompt_ids: tuple[int, ...]
    sampling: SamplingParams
    images: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """End a request within one step. Of one that has ended already, nothing comes."""

    request: int


@dataclass(frozen=True, slots=True)
class Shutdown:
    """Cancel everything and exit."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The model is loaded and has made a token.

    pool: the KV pool; None where requests share none.
    seconds: from the start of the process. memory_bytes: of the process, resident.
    image_tokens: tokens that a picture takes at most; 0 where the model sees none.
    """

    pool: KvPool | None
    seconds: float
    memory_bytes: int
    image_tokens: int = 0


@dataclass(frozen=True, slots=True)
class LoadFailed:
    """The model cannot be loaded; the process exits."""

    error: OvbotError


@dataclass(frozen=True, slots=True)
class Logged:
    """A line for the bot's log; `level` as in logging."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class RequestOutput:
    """What one request got since its last output.

    prompt_read: while its prompt is read or waits to be, how many tokens have been, of the prompt and
        of what an earlier process generated.
    reused_tokens: with `ended`, how many of the prompt's tokens came from the KV cache; None where
        that cannot be told.
    """

    request: int
    token_ids: tuple[int, ...] = ()
    ended: FinishReason | None = None
    reused_tokens: int | None = None
    error: str = ""
    prompt_read: int | None = None

    @property
    def last(self) -> bool:
        """Whether nothing follows for this request."""
        return self.ended is not None or self.error != ""


@dataclass(frozen=True, slots=True)
class Stepped:
    """The outputs of one step, of those requests that got something."""

    outputs: tuple[RequestOutput, ...]


Command: TypeAlias = AddRequest | CancelRequest | Shutdown
Event: TypeAlias = Ready | LoadFailed | Logged | Stepped
