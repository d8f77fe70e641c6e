"""What a message of the bot looks like in a terminal."""

from __future__ import annotations

import re

from bot.sandbox import Message, User

_TEXT = 10  # a Text Display, of messages that are laid out by components
_MARKUP = re.compile(r"<(?:/(?P<command>[^:<>]+):\d+|@!?(?P<user>\d+))>")


def seen(message: Message, reader: User) -> str:
    """The text of a message as `reader` sees it: with names for ids, and the names of attached files."""
    names = {str(user.id): user.display_name for user in (*message.mentions, message.author, reader)}

    def named(match: re.Match[str]) -> str:
        return f"/{match['command']}" if match["command"] else f"@{names.get(match['user'], 'someone')}"

    laid_out = [component["content"] for component in message.walk() if component["type"] == _TEXT]
    files = [f"[{attachment.filename}]" for attachment in message.attachments]
    return _MARKUP.sub(named, "\n".join(filter(None, [message.content, *laid_out, *files])))
