"""Why a person may not use the bot, and what the bot lacks permission for."""

from __future__ import annotations

from collections.abc import Iterable

from bot.i18n import fill, mark
from bot.i18n import gettext as _

CHANNEL_BLOCKED = mark("This server's moderators have switched me off in this channel.")
CHANNEL_NOT_ALLOWED = mark(
    "This server's moderators have chosen other channels for me, so I don't work here."
)
ROLE_BLOCKED = mark("This server's moderators have blocked one of your roles, so you can't use me here.")
ROLE_NOT_ALLOWED = mark("This server's moderators let only certain roles use me, and you have none of them.")
UNKNOWN = mark("I couldn't check whether you're allowed to use me here. Please try again in a moment.")

NOT_THE_OWNER = mark("Only the owner of this bot's application and their team can do that.")
CANNOT_CHANGE = mark(
    "I can't change this reply: I can't see this channel any more. A moderator can give me **View Channel** "
    "in the channel's settings."
)
ARCHIVED = mark(
    "I can't change this reply: this thread is archived. A new message reopens it, unless a moderator has "
    "locked it."
)

# Discord's names for developers, and what its settings say.
_NAMES = {
    "view_channel": mark("View Channel"),
    "send_messages": mark("Send Messages"),
    "send_messages_in_threads": mark("Send Messages in Threads"),
    "read_message_history": mark("Read Message History"),
    "attach_files": mark("Attach Files"),
    "embed_links": mark("Embed Links"),
}

_USED_FOR = {
    "read_message_history": mark("to reply to your messages and find the ones I missed"),
    "attach_files": mark("to send long answers as files"),
    "embed_links": mark("to show notes next to my answers"),
}


def in_english(permissions: Iterable[str]) -> str:
    """Permissions as Discord's settings call them, for the log."""
    return ", ".join(_NAMES[permission] for permission in permissions)


def cannot_write(channel: str, server: str, missing: Iterable[str]) -> str:
    """In a direct message to somebody who called the bot in a channel that it cannot write in."""
    return fill(
        _(
            "You called me in {channel} on {server}, but I can't answer there: I don't have {permissions}. "
            "A moderator can give me that in the channel's settings."
        ),
        channel=channel,
        server=server,
        permissions=_listed(missing),
    )


def would_like(missing: Iterable[str]) -> str:
    """In a channel, to a moderator: which permissions the bot lacks there, and what they are for."""
    uses = _(", ").join(fill("{name} ({use})", name=_name(one), use=_(_USED_FOR[one])) for one in missing)
    return fill(_("I could do more in this channel if I had {permissions}."), permissions=uses)


def _listed(permissions: Iterable[str]) -> str:
    return _(", ").join(map(_name, permissions))


def _name(permission: str) -> str:
    return f"**{_(_NAMES[permission])}**"
