"""Times in the past, as people write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.client.commands.since import parse_time
from bot.client.words import summaries
from bot.client.words.summaries import vocabulary
from bot.errors import OvbotError
from bot.i18n import LANGUAGES, speaking

# A Wednesday.
NOW = datetime(2026, 11, 18, 15, 30, tzinfo=timezone(timedelta(hours=9)))


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=NOW.tzinfo)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2h", at(18, 13, 30)),
        ("2 hours ago", at(18, 13, 30)),
        ("90 min", at(18, 14, 0)),
        ("1d 12h", at(17, 3, 30)),
        ("1d12h", at(17, 3, 30)),
        ("1.5h", at(18, 14, 0)),
        ("1,5 Hours", at(18, 14, 0)),
        ("２ｈ", at(18, 13, 30)),
        ("1 week", at(11, 15, 30)),
        ("today", at(18)),
        ("Yesterday", at(17)),
        ("yesterday 14:30", at(17, 14, 30)),
        ("09:00", at(18, 9)),
        ("9:05", at(18, 9, 5)),
        ("9am", at(18, 9)),
        ("12 am", at(18)),
        ("12pm", at(18, 12)),
        ("9 o'clock", at(18, 9)),
        ("23:00", at(17, 23)),  # not yet today
        ("monday", at(16)),
        ("Mon 8:15 pm", at(16, 20, 15)),
        ("wednesday", at(18)),
        ("thursday", at(12)),
        ("2026-11-02", at(2)),
        ("2026-11-02 23:59", at(2, 23, 59)),
        ("2026-11-02T08:00", at(2, 8)),
        ("<t:1763424000:R>", datetime.fromtimestamp(1763424000, UTC)),
        ("  2h  ", at(18, 13, 30)),
    ],
)
def test_times_are_understood_as_people_mean_them(text: str, expected: datetime) -> None:
    assert parse_time(text, NOW, vocabulary()) == expected


@pytest.mark.parametrize(
    "text",
    ["", "soon", "9", "25:00", "13pm", "9:75", "2 parsecs", "2h ago now", "2026-02-31", "monday funday",
     "todayish", "yesterday 2h", "99999999h", "<t:999999999999999>"],
)  # fmt: skip
def test_what_means_no_time_is_refused_with_examples(text: str) -> None:
    with pytest.raises(OvbotError, match="`yesterday 14:30`"):
        parse_time(text, NOW, vocabulary())


@pytest.mark.parametrize("text", ["today 23:00", "2027-01-01", "wednesday 15:30", "<t:4000000000>", "0h"])
def test_what_is_to_come_is_refused(text: str) -> None:
    with pytest.raises(OvbotError, match="not in the past"):
        parse_time(text, NOW, vocabulary())


@pytest.mark.parametrize("text", ["999 weeks", "1999-12-31", "<t:0>"])
def test_what_was_before_discord_is_refused(text: str) -> None:
    with pytest.raises(OvbotError, match="before Discord existed"):
        parse_time(text, NOW, vocabulary())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_times_that_are_offered_are_understood(language: str) -> None:
    with speaking(language):
        for text in (*summaries.suggestions(), *summaries.readings_of(5)):
            assert parse_time(text, NOW, vocabulary()) < NOW


@given(st.text(max_size=60) | st.from_regex(r"[0-9:<>t \-hdmw.]{1,30}", fullmatch=True))
def test_whatever_is_written_is_understood_or_refused_in_words(text: str) -> None:
    with suppress(OvbotError):
        assert parse_time(text, NOW, vocabulary()) < NOW
