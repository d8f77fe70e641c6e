"""What the domain asks of the outside, as protocols: a tokenizer, an engine, a store.

The rooms `engine` and `store` implement these; `app` puts them together.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.chat.state import StateFeed
from bot.chat.turns import Ending, Exchange, Incoming, Turn


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are chosen.

    max_new_tokens: upper bound of generated tokens, at least 1.
    temperature: 0 is greedy; then top_p, top_k and seed have no effect.
    top_p: in (0, 1]. top_k: at least 1, or 0 for no limit.
    repetition_penalty: above 0; 1 is none.
    seed: for a repeatable draw; None draws a new one for each request.
    stop: strings that end the reply; neither they nor what follows is part of it.
    """

    max_new_tokens: int = 1024
    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    repetition_penalty: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finish:
    """The end of a stream.

    ending: COMPLETE (end token or stop string) or LENGTH; failures are raised as EngineError.
    token_ids: every generated id, the end token included.
    prompt_tokens: length of the prompt. reused_tokens: how many of them came from the prefix
        cache; None where the engine cannot tell.
    """

    ending: Ending
    token_ids: tuple[int, ...]
    prompt_tokens: int
    reused_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """What is new in a stream: text (whole characters, no control tokens), or how far the prompt is read.
    Several tokens may be merged.

    tokens: how many tokens have been generated so far. The last piece of a stream has `finish`
    (and perhaps no text); no other has.
    prompt_read: how many of the prompt's tokens the model has read, those from the prefix cache
        included; None in a piece with text or `finish`. The first piece of a stream has 0: the engine has
        taken the prompt in, which before that waited for room. An engine that reads in chunks then gives
        a piece with each step of the model, to prompts that wait behind another one too, so whoever
        notes when a piece came tells slow from stuck. One that does not gives nothing more until the
        first text. Reading begins anew, at any number of tokens, where the model is started again.
    """

    text: str
    tokens: int
    finish: Finish | None = None
    prompt_read: int | None = None


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What runs: shown to people, and the source of the token budget.

    context_length and sliding_window are in tokens; the window is None where the model attends to
    its whole context.
    """

    name: str
    architecture: str
    precision: str
    device: str
    engine: str
    context_length: int
    sliding_window: int | None
    is_demo: bool = False


class PartKind(StrEnum):
    """The speaker of a part of a prompt, in the words of chat templates."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class PromptPart:
    """One message of a prompt. With `token_ids`, those stand for the text exactly as generated."""

    kind: PartKind
    text: str
    token_ids: tuple[int, ...] = ()


class Tokenizer(Protocol):
    """Text to ids by the model's own vocabulary and chat template, and back."""

    @property
    def fingerprint(self) -> str:
        """Short hash of vocabulary and template: tells whether stored ids still mean the same."""

    @property
    def control_ids(self) -> frozenset[int]:
        """The ids of all control tokens."""

    def encode_text(self, text: str) -> list[int]:
        """Ids of plain text as it stands within a message; never a control id, whatever it says."""

    def decode(self, token_ids: Sequence[int]) -> str:
        """Text of ids, control tokens left out."""

    def cut(self, text: str, max_tokens: int) -> str:
        """The longest beginning of `text` with at most `max_tokens` ids and whole characters."""

    def encode_chat(self, parts: Sequence[PromptPart]) -> list[int]:
        """Ids of a whole prompt by the chat template, ending where the assistant begins to speak.

        Control ids come from the template alone. The ids of a prompt followed by a generated reply
        are a prefix of the next prompt that holds that reply with its `token_ids`.
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
        """Whether it can answer, to be looked at and followed."""

    @property
    def concurrency(self) -> int:
        """How many streams make progress at the same time; more than that wait inside."""

    def stream(self, prompt_ids: Sequence[int], sampling: Sampling) -> AsyncGenerator[Piece, None]:
        """Generate a reply to `prompt_ids`, shape [n].

        Closing the generator (aclose, or cancelling its reader) cancels the generation within one
        step of the model. A slow reader never slows the model: what it missed comes merged.

        Raises: PromptTooLongError where the prompt leaves no room for one new token; EngineError
        where generation fails.
        """

    async def warm(self, prompt_ids: Sequence[int]) -> None:
        """Compute ahead what prompts begin with, where the engine keeps a prefix cache; else nothing.

        Raises: EngineError.
        """

    async def __aenter__(self) -> Engine:
        """Load the model. Raises ModelError, DeviceError, EngineError."""

    async def __aexit__(self, *exc: object) -> None:
        """Cancel what runs, unload."""


@dataclass(frozen=True, slots=True)
class Guide:
    """What is set for a channel from outside, by whoever looks after it.

    persona: the system prompt in place of the usual one. max_reply_tokens: longest reply, at least
    1. None: the usual. guild_id: the server that the channel belongs to; None for direct messages
    and where that is not known.
    """

    persona: str | None = None
    max_reply_tokens: int | None = None
    guild_id: int | None = None


class Guidance(Protocol):
    """Finds what is set for a channel."""

    async def guide(self, channel_id: int, guild_id: int | None = None) -> Guide:
        """What is set for a channel, a thread or a direct message; raises StoreError.

        guild_id: the channel's server, where the asker knows it.
        """


class ConversationStore(Protocol):
    """Conversations on disk. Each call is one transaction; opened and closed by `async with`."""

    async def claim(self, incoming: Incoming) -> Turn | None:
        """Write the message as a user turn; None where its message id is known already."""

    async def history(self, channel_id: int, before: int) -> list[Exchange]:
        """The exchanges that a prompt may show, oldest first: the prompt's turn id is below
        `before`, the reply has ended with some text, and neither `reset` nor `trim` put it away.
        """

    async def trim(self, channel_id: int, first_turn: int) -> None:
        """Leave the turns before `first_turn` out of later histories (they stay on disk)."""

    async def reset(self, channel_id: int) -> int:
        """Start the conversation anew; how many turns were put away."""

    async def open_reply(self, prompt: Turn) -> Turn:
        """Begin the reply to `prompt`: an assistant turn that has not ended. A prompt has one reply:
        where it is there already (the program stopped meanwhile) it is given back as it is. Raises
        StoreError where the prompt is gone or withdrawn."""

    async def mark_posted(self, turn_id: int, message_id: int, page: int = 0) -> None:
        """Note the Discord message that shows page `page` (from 0) of the reply, in place of an
        earlier one. Writing to a turn that is gone does nothing, here and below."""

    async def pages(self, turn_id: int) -> list[int]:
        """The messages noted by `mark_posted` for a reply, first page first; empty where there are none."""

    async def close_reply(
        self, turn_id: int, text: str, token_ids: Sequence[int], tokenizer: str, ended: Ending
    ) -> None:
        """Write how the reply ended, and its final text."""

    async def mark_delivered(self, turn_id: int) -> None:
        """Note that the final text is shown."""

    async def unanswered(self) -> list[Turn]:
        """User turns whose reply has not ended: to be answered after a restart, oldest first."""

    async def undelivered(self, since: datetime | None = None) -> list[Exchange]:
        """Exchanges whose reply ended with text that was never fully shown, oldest first; with `since`,
        only those that ended then or later."""

    async def replied_message(self, message_id: int) -> Turn | None:
        """The turn that a Discord message shows, as the prompt or as any page of a reply, or None."""

    async def exchange(self, message_id: int) -> Exchange | None:
        """The exchange of which a Discord message shows the prompt or any page of the reply, or None."""

    async def last_exchange(self, channel_id: int) -> Exchange | None:
        """The newest exchange of the conversation that `reset` did not put away, or None."""

    async def reopen_reply(self, turn_id: int, *, keep: bool) -> Turn:
        """Make an ended reply one that has not ended, and is not delivered, to be made again: from
        nothing, or, with `keep`, from the text and ids that it has. Raises StoreError where it is gone."""

    async def rewrite_prompt(self, turn_id: int, text: str, context: str) -> None:
        """Replace what a prompt says: the person edited it."""

    async def withdraw(self, turn_id: int) -> list[int]:
        """Take a prompt and its reply out of the history and erase what they say, for a prompt's turn
        id. Their messages stay known, so that they are not answered again. The ids of the messages
        that show the reply."""

    async def transcript(self, channel_id: int) -> list[Exchange]:
        """All exchanges since the conversation was last begun anew, oldest first, trimmed ones too."""

    async def forget_channel(self, channel_id: int) -> int:
        """Erase a conversation from the disk; how many turns there were."""

    async def forget_person(self, user_id: int) -> int:
        """Erase what a person said everywhere, and the replies to it; how many turns there were."""

    async def cursors(self) -> dict[int, int]:
        """How far each channel was heard: by channel id, the newest message id that needs no second look."""

    async def advance(self, channel_id: int, message_id: int) -> None:
        """Note that a channel was heard up to a message; an older message than noted changes nothing."""

    async def __aenter__(self) -> ConversationStore:
        """Open, and migrate. Raises StoreError."""

    async def __aexit__(self, *exc: object) -> None:
        """Close."""
