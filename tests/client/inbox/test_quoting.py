"""Others' words, within a budget."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.chat import turns
from bot.client.inbox.quoting import Quote, clean, shares, shown_name, within_budget

sizes = st.lists(st.integers(0, 10_000), max_size=12)


@given(sizes, st.integers(0, 20_000))
def test_shares_never_exceed_the_budget_nor_what_is_wanted(wanted: list[int], budget: int) -> None:
    given_ = shares(wanted, budget)
    assert sum(given_) <= budget
    assert all(got <= size for got, size in zip(given_, wanted, strict=True))


@given(sizes, st.integers(0, 20_000))
def test_everybody_gets_all_where_there_is_enough(wanted: list[int], more: int) -> None:
    assert shares(wanted, sum(wanted) + more) == wanted


@given(sizes, st.integers(0, 20_000))
def test_nobody_goes_short_while_another_has_more(wanted: list[int], budget: int) -> None:
    given_ = shares(wanted, budget)
    short = [got for got, size in zip(given_, wanted, strict=True) if got < size]
    assert all(got <= least + 1 for least in short for got in given_)


@given(st.text(max_size=300))
def test_clean_text_has_neither_control_characters_nor_half_ones(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert all(char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs") for char in cleaned)
    assert clean(cleaned) == cleaned


@given(st.text(min_size=1, max_size=400))
def test_a_shown_name_is_one_short_line_that_can_be_seen(name: str) -> None:
    shown = shown_name(name)
    assert 0 < len(shown) <= 80
    assert shown.isprintable()
    assert not set(shown) & set('"`\n')


def test_a_long_name_keeps_its_ending() -> None:
    assert shown_name("x" * 300 + ".py").endswith(".py")


def test_a_name_cannot_turn_the_direction_of_writing() -> None:
    assert shown_name("photo\u202egnp.exe") == "photo gnp.exe"


def test_quotes_stand_below_what_they_are() -> None:
    quotes = [
        Quote("Ben wrote:", "one\ntwo", 2),
        Quote("Ana attached the picture.", author_id=1),
        Quote("And:", "cut", whole=False),
    ]
    assert within_budget(quotes, 100) == (
        turns.Quote(2, "Ben wrote:\none\ntwo\n"),
        turns.Quote(1, "Ana attached the picture.\n"),
        turns.Quote(None, "And:\ncut\n(the rest was left out)"),
    )


def test_what_does_not_fit_is_said_to_be_left_out() -> None:
    quotes = [Quote("Short:", "abc"), Quote("Long:", "x" * 100)]
    short, long = within_budget(quotes, 13)
    assert short.text == "Short:\nabc\n"
    assert long.text == f"Long:\n{'x' * 10}\n(the rest was left out)"
