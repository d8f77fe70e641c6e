"""What /summarize says, and what the model is told for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from babel import Locale
from babel.dates import format_skeleton, format_time

from bot.client.words.numbers import number
from bot.i18n import LANGUAGES, fill, language, mark, ngettext, speaking
from bot.i18n import gettext as _

DESCRIPTION = mark("Sum up what was said here; only you see it unless you post it")
LAST = mark("How many of the latest messages")
SINCE = mark("Since when, for example: 2h, yesterday, 09:00, monday 14:00")
POST = mark("Show the summary to everyone here")
FROM_HERE = mark("Summarize from here")

YOU_MAY_NOT_READ = mark("You can't read the message history here, so I can't summarize it for you.")
I_MAY_NOT_READ = mark(
    "I can't read earlier messages here: I don't have **Read Message History**. A moderator can give me that "
    "in the channel's settings."
)
I_MAY_NOT_SEE = mark(
    "I can't see this channel: I don't have **View Channel**. A moderator can give me that in the channel's "
    "settings."
)
NOTHING = mark("There's nothing to summarize: I found no messages.")
NOTHING_FITS = mark("These messages are too long for my model to summarize.")

TOO_MANY = mark("I can summarize between 1 and {limit} messages. Choose a number in that range, or a time.")

NOT_UNDERSTOOD = mark(
    "I don't understand the time “{text}”. Try something like `2h`, `30 min`, `3 days`, `today`, "
    "`yesterday`, `monday`, `09:00`, `yesterday 14:30` or `2026-11-20`."
)
NOT_PAST = mark("“{text}” is not in the past, so there's nothing to summarize since then.")
TOO_LONG_AGO = mark("“{text}” was before Discord existed. Choose a later time.")


def readings_of(number_: int) -> list[str]:
    """Times that somebody may mean who wrote only a number."""
    times = [_("{number} min"), _("{number} hours"), "{number}:00"]
    return [fill(text, number=number_) for text in times]


def latest(messages: int) -> str:
    """A number of messages to choose in place of a time."""
    said = ngettext("The latest message", "The latest {count} messages", messages)
    return fill(said, count=number(messages))


def suggestions() -> list[str]:
    """Times to choose from."""
    return [_("30 min"), _("2 hours"), _("today"), _("yesterday"), _("1 week")]


def suggestion(text: str, when: datetime) -> str:
    """A time to choose, with its date and zone."""
    locale = Locale.parse(language(), sep="-")
    day = format_skeleton("MMMEd", when, tzinfo=when.tzinfo, locale=locale)
    return f"{text} – {day} {format_time(when, 'HH:mm zzz', tzinfo=when.tzinfo, locale=locale)}"


def system() -> str:
    """The system prompt of the model that summarizes."""
    return _("You summarize what people have said to each other, briefly and truthfully.")


def instruction() -> str:
    """What the model is told to do with the messages."""
    return _(
        "Summarize these messages: what they are about, who wants or thinks what, what was decided, and "
        "what is still open. Write short points. Add nothing that is not there."
    )


def covers(messages: int, left_out: int, since: datetime | None) -> str:
    """Next to a summary: what it covers. left_out: older messages that did not fit. since: the oldest."""
    if left_out:
        said = ngettext(
            "The latest message ({left_out} older: too much for my model).",
            "The latest {count} messages ({left_out} older: too much for my model).",
            messages,
        )
    else:
        said = ngettext("One message, since {when}.", "{count} messages, since {when}.", messages)
    when = f"<t:{int(since.timestamp())}:f>" if since is not None else "?"
    return fill(said, count=number(messages), left_out=number(left_out), when=when)


# Several words with spaces between them: a translation has those of its language in their place.
_UNITS = {
    timedelta(minutes=1): mark("m min mins minute minutes"),
    timedelta(hours=1): mark("h hr hrs hour hours"),
    timedelta(days=1): mark("d day days"),
    timedelta(weeks=1): mark("w week weeks"),
}
_AGO = mark("ago")
_TODAY = mark("today")
_YESTERDAY = mark("yesterday")
_OCLOCK = mark("o'clock")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words in lower case.

    units: the length of time that each word is. ago: what may stand behind a length of time.
    weekdays: the day that each word is, 0 for Monday. oclock: what may stand behind an hour.
    """

    units: dict[str, timedelta]
    ago: frozenset[str]
    today: frozenset[str]
    yesterday: frozenset[str]
    weekdays: dict[str, int]
    oclock: frozenset[str]


@cache
def vocabulary() -> Vocabulary:
    """What is understood."""
    return Vocabulary(
        units={word: length for length, message in _UNITS.items() for word in _in_all(message)},
        ago=_in_all(_AGO),
        today=_in_all(_TODAY),
        yesterday=_in_all(_YESTERDAY),
        weekdays={
            name.casefold(): number
            for tag in LANGUAGES
            for width in ("abbreviated", "wide")
            for number, name in Locale.parse(tag, sep="-").days["format"][width].items()
        },
        oclock=_in_all(_OCLOCK),
    )


def _in_all(message: str) -> frozenset[str]:
    words: set[str] = set()
    for tag in LANGUAGES:
        with speaking(tag):
            words.update(_(message).casefold().split())
    return frozenset(words)
