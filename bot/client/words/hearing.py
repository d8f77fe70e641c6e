"""What is said to a message that there is nothing to answer in, and of files that were not read."""

from __future__ import annotations

from bot.i18n import fill, mark
from bot.i18n import gettext as _


def no_text() -> str:
    """To a message without text."""
    return _("Hello! Write something after my name and I will answer. `/help` tells what I can do.")


def only_text() -> str:
    """To a message that has something else in place of text."""
    return _("I can only read text, and files with text in them. Write something and I will answer.")


def about_that() -> str:
    """What a person means who calls the bot without a word, pointing at a message or a file."""
    return _("What do you say to that?")


PICTURE = mark("I cannot see pictures, so I know nothing of {name} but its name.")
SOUND = mark("I cannot hear recordings, so I know nothing of {name} but its name.")
VIDEO = mark("I cannot see videos, so I know nothing of {name} but its name.")
TOO_LARGE = mark("{name} is too large for me: I read files of up to {limit} KB.")
NOT_GOT = mark("I could not get {name} from Discord. Attach it again, please, and I will try once more.")
LOCKED = mark("{name} is protected by a password, so I cannot read it.")
NO_TEXT = mark("I found no text in {name}; pictures of text I cannot read.")
NOT_TEXT = mark("{name} is neither text nor a PDF, so I cannot read it.")
BROKEN = mark("{name} is damaged, or takes too long to read.")
ONE_TOO_MANY = mark("{name} is one file too many: I read ten at once.")


def unread(reason: str, name: str, limit: int) -> str:
    """Why a file was not read, by one of the reasons above. limit: bytes of the largest that is."""
    return fill(_(reason), name=name, limit=limit // 1024)
