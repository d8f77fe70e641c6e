"""The answer to a message without text, and why a file was not read."""

from __future__ import annotations

from bot.i18n import fill, mark
from bot.i18n import gettext as _


def no_text() -> str:
    """To a message or a command without text."""
    return _("Hello! What would you like to know? `/help` shows what I can do.")


def only_text() -> str:
    """To a message that has something else in place of text."""
    return _("I can only read text, and files with text in them. What would you like to know?")


def about_that() -> str:
    """What a person means who mentions the bot without a word, with a file or in a reply to a message."""
    return _("What do you think about this?")


PICTURE = mark("I can't see pictures, so I skipped {name}.")
PICTURE_TOO_LARGE = mark("{name} is too large: I look at pictures of up to 10 MB.")
TOO_MANY_PIXELS = mark("{name} has too many pixels for me: I look at pictures of up to 40 megapixels.")
UNKNOWN_PICTURE = mark("I can't look at {name}: I see PNG, JPEG, WebP and GIF pictures.")
BROKEN_PICTURE = mark("I couldn't look at {name}: it's damaged, or it takes too long.")
PICTURE_TOO_MANY = mark("I look at four pictures at once, so I skipped {name}.")
SOUND = mark("I can't listen to recordings, so I skipped {name}.")
VIDEO = mark("I can't watch videos, so I skipped {name}.")
TOO_LARGE = mark("{name} is too large: I read files of up to {limit} KB.")
NOT_GOT = mark("I couldn't download {name} from Discord. Please attach it again.")
LOCKED = mark("{name} is protected by a password, so I can't read it.")
EMPTY = mark("{name} is empty.")
NO_TEXT = mark("I found no text in {name}. If it's a scan, I can't read it.")
NOT_TEXT = mark("{name} is neither text nor a PDF, so I can't read it.")
BROKEN = mark("I couldn't read {name}: it's damaged, or it takes too long.")
ONE_TOO_MANY = mark("I read ten files at once, so I skipped {name}.")


def unread(reason: str, name: str, limit: int) -> str:
    """Why a file was not read, by one of the reasons above. limit: bytes of the largest file that is read."""
    return fill(_(reason), name=name, limit=limit // 1024)
