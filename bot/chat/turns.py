"""What is said in a conversation: turns, exchanges, and a message that asks for a reply."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum


class Role(StrEnum):
    """Who speaks in a turn, in the words of chat templates."""

    USER = "user"
    ASSISTANT = "assistant"


class FinishReason(StrEnum):
    """Why a reply ended."""

    COMPLETE = "complete"  # the model ended it, or a stop string was met
    LENGTH = "length"  # the limit of new tokens or the context was reached
    LOOPED = "looped"  # it repeated itself over and over, and was ended
    STOPPED = "stopped"  # a person stopped it, or it was given up: deleted, too old, not allowed any more
    FAILED = "failed"  # the engine failed


@dataclass(frozen=True, slots=True)
class Author:
    """A person: the Discord user id and the name shown in the channel when they spoke."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A part of what a message refers to.

    author_id: the Discord user whose words these are; None where that is not known. Forgetting a
    person erases the quotes of their words, and those of which nobody knows whose they are.
    """

    author_id: int | None
    text: str


IMAGE_SIDE = 768
"""The longest side of a stored picture, in pixels."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that a message shows or refers to.

    author_id: the Discord user who showed it; None where that is not known. Forgetting a person erases
    their pictures, and those of which nobody knows whose they are. data: a JPEG file in RGB, turned upright,
    with sides of up to `IMAGE_SIDE`.
    """

    author_id: int | None
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message that the bot is to answer.

    `channel_id` names the conversation: every channel, thread and direct message has an id of its
    own. `message_id` is unique over all of Discord (an interaction's id serves as well); a message
    is answered once. `text` is what the person said, mentions of the bot removed. `quotes` is what they
    referred to (the message they replied to, attachments), in order; `images` are the pictures among it.
    `parent_id` is the channel that a thread belongs to.
    """

    channel_id: int
    message_id: int
    author: Author
    text: str
    guild_id: int | None = None
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    parent_id: int | None = None
    quotes: tuple[Quote, ...] = ()
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One stored message of a conversation.

    id: the store's own, ascending within a conversation.
    message_id: the Discord message: the prompt's, or the reply's first page. None for a reply not
        posted yet.
    token_ids: for replies, the ids of the answer as generated; empty otherwise.
    tokenizer: fingerprint of the tokenizer that `token_ids` belong to; "" where there are none.
    reply_to: for replies, the id of the turn they answer.
    ended: for replies, why; None while one is waiting or being generated.
    delivered: for replies, whether the final text was shown in the channel.
    quotes: for prompts, what the person referred to, in order. images: the pictures among it, where the turn
        was read for a prompt; empty otherwise.
    reasoning: for replies, what the model thought before it answered.
    """

    id: int
    channel_id: int
    role: Role
    author: Author | None
    text: str
    message_id: int | None = None
    token_ids: tuple[int, ...] = ()
    tokenizer: str = ""
    reply_to: int | None = None
    ended: FinishReason | None = None
    delivered: bool = False
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    finished_at: datetime | None = None
    quotes: tuple[Quote, ...] = ()
    reasoning: str = ""
    images: tuple[Image, ...] = ()

    @property
    def context(self) -> str:
        """What the person referred to, as one text: each quote begins on a line of its own."""
        return "\n".join(quote.text for quote in self.quotes)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A user's turn and the assistant's reply to it: the unit in which history is kept or dropped."""

    prompt: Turn
    reply: Turn


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An exchange that was withdrawn: its channel, and the messages that still show the reply."""

    channel_id: int
    reply_message_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReplyUsage:
    """What a reply cost, and who pays.

    user_id: who asked for it. guild_id: in which server; None for direct messages. read_tokens:
    without those that came from the prefix cache. at: the moment that decides the day, with a zone.
    """

    user_id: int
    guild_id: int | None
    read_tokens: int
    written_tokens: int
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
