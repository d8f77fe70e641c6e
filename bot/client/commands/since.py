"""Times in the past, as people write them: `2h`, `yesterday`, `09:00`, `monday 14:30`, `2026-11-20`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from bot.client.words import summaries
from bot.client.words.summaries import Vocabulary
from bot.errors import OvbotError

_DISCORD_BEGAN = datetime(2015, 1, 1, tzinfo=UTC)
_SHOWN = 40

_TIMESTAMP = re.compile(r"<t:(-?\d{1,15})(?::[a-z])?>")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:t(?=\d))?")


def parse_time(text: str, now: datetime, known: Vocabulary) -> datetime:
    """The past moment that `text` means. Times of day are in the time zone of `now`.

    A time of day without a day is the latest one before `now`; a day without a time is its midnight.
    known: the words that people may use.

    Raises: OvbotError that tells the person what is wrong, where it means no time or none in the past.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    shown = text.strip()[:_SHOWN].replace("`", "'")
    try:
        found = _timestamp(plain) or _ago(plain, now, known) or _point(plain, now, known)
        if found is None:
            raise OvbotError(summaries.NOT_UNDERSTOOD, text=shown)
    except (ValueError, OverflowError, OSError):  # the 31st of February; the year 300000
        raise OvbotError(summaries.NOT_UNDERSTOOD, text=shown) from None
    if found >= now:
        raise OvbotError(summaries.NOT_PAST, text=shown)
    if found < _DISCORD_BEGAN:
        raise OvbotError(summaries.TOO_LONG_AGO, text=shown)
    return found


def bare_number(text: str) -> int | None:
    """The whole number that `text` consists of, which alone means no time; None for anything else."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return int(plain) if plain.isdecimal() and len(plain) <= 9 else None


def _timestamp(plain: str) -> datetime | None:
    """A time as Discord writes it in messages."""
    match = _TIMESTAMP.fullmatch(plain)
    return datetime.fromtimestamp(int(match[1]), UTC) if match else None


def _ago(plain: str, now: datetime, known: Vocabulary) -> datetime | None:
    """`1d 12h`, `30 minutes ago`."""
    part = rf"(\d{{1,6}}(?:[.,]\d{{1,3}})?) ?({_either(known.units)})"
    if not re.fullmatch(rf"(?:{part} ?)+(?:{_either(known.ago)})?", plain):
        return None
    lengths = (
        float(number.replace(",", ".")) * known.units[unit] for number, unit in re.findall(part, plain)
    )
    return now - sum(lengths, timedelta())


def _point(plain: str, now: datetime, known: Vocabulary) -> datetime | None:
    """A day, a time of day, or one after the other."""
    day, rest = _day(plain, now.date(), known)
    clock = _clock(rest, known) if rest else time()
    if clock is None or (day is None and not rest):
        return None
    found = datetime.combine(day or now.date(), clock, now.tzinfo)
    return found - timedelta(days=1) if day is None and found >= now else found


def _day(plain: str, today: date, known: Vocabulary) -> tuple[date | None, str]:
    """The day that `plain` begins with, and what comes after it."""
    if match := _DATE.match(plain):
        return date(int(match[1]), int(match[2]), int(match[3])), plain[match.end() :].strip()
    days = dict.fromkeys(known.today, today)
    days |= {word: today - timedelta(days=1) for word in known.yesterday}
    for word, number in known.weekdays.items():
        days[word] = today - timedelta(days=(today.weekday() - number) % 7)
    for word in sorted(days, key=len, reverse=True):
        if plain.startswith(word) and not (word[-1].isascii() and plain[len(word) :][:1].isalpha()):
            return days[word], plain[len(word) :].strip()
    return None, plain


def _clock(plain: str, known: Vocabulary) -> time | None:
    """`09:00`, `9:30 pm`, `9pm`, `9 o'clock`."""
    behind = rf"(?P<half>am|pm)|(?:{_either(known.oclock)})"
    match = re.fullmatch(rf"(?P<hour>\d{{1,2}})(?P<minute>:\d{{2}})? ?(?P<behind>{behind})?", plain)
    if match is None or not (match["minute"] or match["behind"]):
        return None
    hour, minute = int(match["hour"]), int((match["minute"] or ":0")[1:])
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"] == "pm" else 0)
    return time(hour, minute)


def _either(names: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(names, key=len, reverse=True))
