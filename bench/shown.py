"""What people see of replies in the local Discord, apart from what the bot says in its own name."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.sandbox import Message

_SMALL_PRINT = "-# "
_FENCE = "```"


def is_notice(message: Message, own: Collection[int]) -> bool:
    """Whether a message of the bot only tells somebody that a reply is ready: it points at a page of it.

    own: the ids of the bot's messages.
    """
    # A follow-up to a command points at the response, and shows a further page.
    return (
        message.reference is not None
        and message.reference.message_id in own
        and message.author.bot
        and message.webhook_id is None
    )


def notes(message: Message) -> list[str]:
    """The lines in which the bot says how a reply stands or ended."""
    return [line for line in message.content.splitlines() if line.startswith(_SMALL_PRINT)]


def reply_text(messages: Iterable[Message]) -> str:
    """What messages show of a reply's own text, `squeezed`."""
    lines = [line for message in messages for line in message.content.splitlines()]
    return squeezed("\n".join(line for line in lines if not line.startswith(_SMALL_PRINT)))


def squeezed(text: str) -> str:
    """A text without what differs by where its pages are cut: white space, and the fences of code blocks."""
    return "".join("".join(line.split()) for line in text.splitlines() if not line.startswith(_FENCE))
