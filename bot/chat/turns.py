"""What is said in a conversation: turns, exchanges, and a message that asks for a reply."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum


class Role(StrEnum):
    """Who speaks in a turn, in the words of chat templates."""

    USER = "user"
    ASSISTANT = "assistant"


class Ending(StrEnum):
    """How a reply ended."""

    COMPLETE = "complete"  # the model said that it is done, or a stop string was met
    LENGTH = "length"  # the limit of new tokens or the context was reached
    STOPPED = "stopped"  # a person stopped it, or deleted the prompt or the reply
    FAILED = "failed"  # the engine failed


@dataclass(frozen=True, slots=True)
class Author:
    """A person: the Discord user id and the name shown in the channel when they spoke."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message that the bot is meant to answer.

    `channel_id` names the conversation: every channel, thread and direct message has an id of its
    own. `message_id` is unique over all of Discord (an interaction's id serves as well); a message
    is answered once. `text` is what the person said, mentions of the bot taken out; `context` what
    they referred to: the message they replied to, attachments. `parent_id` is the channel that a
    thread belongs to.
    """

    channel_id: int
    message_id: int
    author: Author
    text: str
    guild_id: int | None = None
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    context: str = ""
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One stored message of a conversation.

    id: the store's own, ascending within a conversation.
    message_id: the Discord message: the prompt's, or the reply's first page. None for a reply not
        posted yet.
    token_ids: for replies, the ids that the model generated, end token included; empty otherwise.
    tokenizer: fingerprint of the tokenizer that `token_ids` belong to; "" where there are none.
    reply_to: for replies, the id of the turn they answer.
    ended: for replies, how; None while one is being made.
    delivered: for replies, whether the final text was shown in the channel.
    context: for prompts, what the person referred to.
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
    ended: Ending | None = None
    delivered: bool = False
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    finished_at: datetime | None = None
    context: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A user's turn and the assistant's reply to it: the unit in which history is kept or dropped."""

    prompt: Turn
    reply: Turn


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An exchange that was taken back: where it was, and the messages that still show the reply."""

    channel_id: int
    reply_message_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Used:
    """What a reply cost: tokens read (without those that came from the prefix cache) and written."""

    read_tokens: int
    written_tokens: int
