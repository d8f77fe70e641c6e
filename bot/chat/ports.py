"""What the domain needs from outside, as protocols: a tokenizer, an engine, a store.

The rooms `engine` and `store` implement these; `app` puts them together.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.chat.engine_state import StateFeed
from bot.chat.turns import Exchange, FinishReason, Image, Incoming, Quote, ReplyUsage, Turn


@dataclass(frozen=True, slots=True)
class SamplingParams:
    """How tokens are chosen.

    max_new_tokens: most tokens of the answer, at least 1. max_reasoning_tokens: most tokens of reasoning
        before it, after which the answer is begun; None lets both share `max_new_tokens`.
    temperature: 0 is greedy; then top_p, top_k, min_p and seed have no effect.
    top_p: in (0, 1]. top_k: at least 1, or 0 for no limit. min_p: in [0, 1), as a share of the likeliest
        token's probability; 0 is none.
    repetition_penalty: above 0; 1 is none.
    seed: for a repeatable draw; None draws a new one for each request.
    stop: strings that end the reply; neither they nor what follows is part of it.
    """

    max_new_tokens: int = 1024
    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    max_reasoning_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Finish:
    """The end of a stream.

    finish_reason: COMPLETE (end token or stop string) or LENGTH; failures are raised as EngineError.
    token_ids: every generated id, the end token and reasoning included. answer_ids: those of the answer
        alone, for `PromptPart.token_ids`; none where no ids stand for it exactly.
    prompt_tokens: length of the prompt. reused_tokens: how many of them came from the prefix
        cache; None where the engine cannot tell.
    """

    finish_reason: FinishReason
    token_ids: tuple[int, ...]
    prompt_tokens: int
    reused_tokens: int | None = None
    answer_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class StreamChunk:
    """What is new in a stream: text of the answer or reasoning before it (whole characters, no control
    tokens, no tags), or how far the prompt is read. Several tokens may be merged.

    tokens: how many tokens have been generated so far. The last piece of a stream has `finish`
    (and perhaps no text); no other has.
    prompt_read: how many of the prompt's tokens the model has read, those from the prefix cache
        included; None in a piece with text, reasoning or `finish`. The first piece of a stream has 0: the
        engine, which may have had no room before, has accepted the prompt. An engine that prefills in chunks
        then yields a piece with each step of the model, for prompts that wait behind another one too, so
        the time since the last piece tells slow from stalled. Any other engine yields nothing more until
        the first text. Reading begins anew, at any number of tokens, when the model is restarted.
    """

    text: str
    tokens: int
    finish: Finish | None = None
    prompt_read: int | None = None
    reasoning: str = ""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """The model that runs: shown to people, and the source of the token budget.

    context_length and sliding_window are in tokens; the window is None where the model attends to
    its whole context. reasons: whether it can reason before it answers. sees: whether it sees pictures.
    sampling: how its makers want tokens to be chosen; its limits, seed and stop strings mean nothing.
    """

    name: str
    architecture: str
    precision: str
    device: str
    engine: str
    context_length: int
    sliding_window: int | None
    is_demo: bool = False
    reasons: bool = False
    sampling: SamplingParams = SamplingParams()
    sees: bool = False


class PartKind(StrEnum):
    """The speaker of a part of a prompt, in the words of chat templates."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class ReasoningMode(StrEnum):
    """Whether a model reasons before it answers."""

    AUTO = "auto"  # as its chat template has it
    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class PromptPart:
    """One message of a prompt.

    token_ids: of a reply, the ids of its answer as generated; they stand for the text. reasoning: of a
    reply, what came before it; the chat template decides whether the model sees it again. images: come
    before the text.
    """

    kind: PartKind
    text: str
    token_ids: tuple[int, ...] = ()
    reasoning: str = ""
    images: tuple[Image, ...] = ()


class EncodedPrompt(Protocol):
    """A prompt in the form that an engine takes. Its length is in tokens."""

    def __len__(self) -> int: ...


class Tokenizer(Protocol):
    """Text to ids by the model's own vocabulary and chat template, and back."""

    @property
    def fingerprint(self) -> str:
        """Short hash of vocabulary and template: tells whether stored ids still mean the same."""

    def count(self, text: str) -> int:
        """How many tokens a text has as it stands within a message."""

    def cut(self, text: str, max_tokens: int) -> str:
        """The longest beginning of `text` with at most `max_tokens` tokens and whole characters."""

    def decode(self, token_ids: Sequence[int]) -> str:
        """Text of ids, control tokens left out."""

    def encode_text(self, text: str) -> list[int]:
        """Ids of plain text as it stands within a message; never a control id, whatever it says."""

    def encode(
        self, parts: Sequence[PromptPart], reasoning: ReasoningMode = ReasoningMode.AUTO
    ) -> EncodedPrompt:
        """A whole prompt by the chat template, ending where the assistant begins to speak; where the last
        part is the assistant's, that is a reply to be continued.

        Control tokens come from the template alone. A prompt followed by a generated answer begins the next
        prompt that holds that answer with its `token_ids`, as far as the template allows.
        """


class Engine(Protocol):
    """A loaded model. Opened and closed by `async with`."""

    @property
    def info(self) -> ModelInfo:
        """What the model is."""

    @property
    def tokenizer(self) -> Tokenizer:
        """The model's tokenizer."""

    @property
    def state(self) -> StateFeed:
        """Whether it can answer."""

    @property
    def capacity(self) -> int:
        """Tokens of prompt and reply together that it can hold now, at most; it may change when the model is
        loaded again.
        """

    @property
    def image_tokens(self) -> int:
        """Tokens that a picture takes of a prompt, at most; 0 where the model sees none."""

    @property
    def concurrency(self) -> int:
        """How many streams make progress at the same time; more than that wait inside."""

    def stream(self, prompt: EncodedPrompt, sampling: SamplingParams) -> AsyncGenerator[StreamChunk, None]:
        """Generate a reply to a prompt that its tokenizer has encoded.

        Closing the generator (aclose, or cancelling its reader) cancels the generation within one
        step of the model. A slow reader never slows the model: what it missed comes merged.

        Raises: PromptTooLongError where the prompt leaves no room for one new token; EngineError
        where generation fails.
        """

    async def warm(self, parts: Sequence[PromptPart]) -> None:
        """Fill the prefix cache with what prompts that begin with these parts have in common, where the
        engine has one.

        Raises: EngineError.
        """

    async def __aenter__(self) -> Engine:
        """Load the model. Raises ModelError, DeviceError, EngineError."""

    async def __aexit__(self, *exc: object) -> None:
        """Cancel what runs, unload."""


@dataclass(frozen=True, slots=True)
class ChannelOptions:
    """What moderators have set for a channel.

    persona: the system prompt in place of the usual one. max_reply_tokens: longest reply, at least 1.
    reasoning: whether the model reasons before it answers. None: the usual. guild_id: the server that the
    channel belongs to; None for direct messages and where that is not known.
    """

    persona: str | None = None
    max_reply_tokens: int | None = None
    guild_id: int | None = None
    reasoning: ReasoningMode | None = None


class ChannelOptionsSource(Protocol):
    """Finds what is set for a channel."""

    async def channel_options(self, channel_id: int, guild_id: int | None = None) -> ChannelOptions:
        """What is set for a channel, a thread or a direct message; raises StoreError.

        guild_id: the channel's server, where the caller knows it.
        """


class ChatStore(Protocol):
    """Conversations on disk, as far as this room needs them. Each call is one transaction and raises
    StoreError where the database fails. Writing to a turn that is gone does nothing.
    """

    async def accept(self, incoming: Incoming) -> Exchange | None:
        """Store the message as a user turn, with an open reply; None where its message id is known."""

    async def prompt_with_history(self, prompt_id: int) -> tuple[Turn, list[Exchange]] | None:
        """A prompt as it is now, and the exchanges before it that it may build on, oldest first: those
        with a reply that ended with some text, and that neither `reset` nor `trim` put aside. None where
        the prompt is gone or withdrawn.
        """

    async def trim(self, channel_id: int, first_turn: int) -> None:
        """Leave the turns before `first_turn` out of later histories (they stay on disk)."""

    async def reset(self, channel_id: int) -> int:
        """Start the conversation anew; how many turns were put aside."""

    async def open_reply(self, prompt: Turn) -> Turn:
        """The reply to `prompt`, made if there is none. Raises StoreError where the prompt is gone or
        withdrawn.
        """

    async def close_reply(
        self,
        turn_id: int,
        text: str,
        token_ids: Sequence[int],
        tokenizer: str,
        ended: FinishReason,
        usage: ReplyUsage | None = None,
        reasoning: str = "",
    ) -> None:
        """Store why the reply ended, its final text, what it cost, and what was thought before it."""

    async def record_usage(self, usage: ReplyUsage) -> None:
        """Count what a reply cost that is not stored."""

    async def mark_posted(self, turn_id: int, message_id: int, page: int = 0) -> None:
        """Note the Discord message that shows page `page` (from 0) of the reply, in place of an
        earlier one.
        """

    async def unanswered(self) -> list[Turn]:
        """User turns whose reply has not ended, oldest first."""

    async def expire_unanswered(self, before: datetime) -> list[Exchange]:
        """End the replies that were asked for before a moment and never ended, oldest first."""

    async def drop_reply(self, prompt_id: int) -> Exchange | None:
        """End the reply to a prompt that will not be answered any more; None where it is gone."""

    async def replied_message(self, message_id: int) -> Turn | None:
        """The turn that a Discord message shows, as the prompt or as any page of a reply, or None."""

    async def exchange(self, message_id: int) -> Exchange | None:
        """The exchange of which a Discord message shows the prompt or any page of the reply, or None."""

    async def last_exchange(self, channel_id: int) -> Exchange | None:
        """The newest exchange of the conversation since it was last reset, or None."""

    async def reopen_reply(self, turn_id: int, *, keep: bool) -> Turn:
        """Open an ended reply again, to be generated anew: from nothing, or, with `keep`, from the text
        and ids that it has. Raises StoreError where it is gone.
        """

    async def rewrite_prompt(
        self,
        turn_id: int,
        text: str,
        quotes: Sequence[Quote] = (),
        images: Sequence[Image] = (),
    ) -> None:
        """Replace what a prompt says and refers to: the person edited it."""

    async def withdraw(self, turn_id: int) -> list[int]:
        """Remove a prompt and its reply from the history and erase what they say, for a prompt's turn
        id. Their messages stay known, so that they are not answered again. The ids of the messages
        that show the reply.
        """

    async def forget_channel(self, channel_id: int) -> int:
        """Erase a conversation from the disk; how many turns there were."""

    async def forget_person(self, user_id: int) -> int:
        """Erase what a person said everywhere, the replies to it, and the quotes of it in what others
        said; how many turns there were.
        """
