"""What is said to people who may not use the bot, and where the bot itself may not do its part."""

from __future__ import annotations

from collections.abc import Iterable

from bot.i18n import fill, mark
from bot.i18n import gettext as _

CHANNEL_BLOCKED = mark(
    "I am not to answer in this channel: the moderators of this server have switched it off."
)
CHANNEL_NOT_ALLOWED = mark(
    "I am not to answer in this channel: the moderators of this server have chosen other channels for me."
)
ROLE_BLOCKED = mark(
    "I am not to answer you here: the moderators of this server have blocked one of your roles."
)
ROLE_NOT_ALLOWED = mark(
    "I am not to answer you here: the moderators of this server have chosen roles that I answer, "
    "and you have none of them."
)
UNKNOWN = mark(
    "I could not find out whether I may answer you here, and so I do not. Please try again in a moment."
)

CANNOT_CHANGE = mark(
    "I cannot change this reply: I may not see this channel any more. A moderator can let me, with "
    "**View Channel** in the settings of the channel."
)
ARCHIVED = mark(
    "I cannot change this reply: the thread is archived. A message in it opens it again, unless a moderator "
    "has locked it."
)

# By Discord's name for developers: what its settings call it.
_NAMES = {
    "view_channel": mark("View Channel"),
    "send_messages": mark("Send Messages"),
    "send_messages_in_threads": mark("Send Messages in Threads"),
    "read_message_history": mark("Read Message History"),
    "attach_files": mark("Attach Files"),
    "embed_links": mark("Embed Links"),
}

_USED_FOR = {
    "read_message_history": mark("to reply to your messages and to find those that I missed"),
    "attach_files": mark("to send long answers as a file"),
    "embed_links": mark("to show what I say beside an answer"),
}


def in_english(permissions: Iterable[str]) -> str:
    """Permissions as Discord's settings call them, for the log."""
    return ", ".join(_NAMES[permission] for permission in permissions)


def cannot_write(channel: str, server: str, missing: Iterable[str]) -> str:
    """In a direct message to somebody who called the bot where it may not write."""
    return fill(
        _(
            "You called me in {channel} of {server}, and I cannot answer there: I lack {permissions}. "
            "A moderator can give me that in the settings of the channel."
        ),
        channel=channel,
        server=server,
        permissions=_listed(missing),
    )


def would_like(missing: Iterable[str]) -> str:
    """In a channel, to a moderator: what the bot may not do there, and what it is for."""
    uses = _(", ").join(fill("{name} ({use})", name=_name(one), use=_(_USED_FOR[one])) for one in missing)
    return fill(_("I could do more in this channel with these permissions: {permissions}."), permissions=uses)


def _listed(permissions: Iterable[str]) -> str:
    return _(", ").join(map(_name, permissions))


def _name(permission: str) -> str:
    return f"**{_(_NAMES[permission])}**"
