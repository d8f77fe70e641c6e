"""Pages: bounded, never blank, nothing lost, fences balanced, stable while the text grows."""

from __future__ import annotations

import re

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.client.replies.paginate import PAGE_LIMIT, paginate, settled

LIMIT = 200

words = st.text(st.sampled_from("abcé字。🙂 ̈"), min_size=1, max_size=30) | st.just("w" * (LIMIT + 20))
lines = st.lists(words, max_size=12).map(" ".join)
markers = st.sampled_from(
    ["```", "````", "~~~", "  ```", "```python", "~~~ js extra", "``` ", "````````````"]
)
texts = st.lists(st.one_of(lines, markers, st.sampled_from(["", " ", "\t"])), max_size=60).map("\n".join)
anything = st.text(max_size=3 * LIMIT)


def open_fence(page: str) -> str | None:
    """The marker of the fence that a page leaves open, told by the rules of CommonMark."""
    fence: str | None = None
    for line in page.split("\n"):
        if (
            not (match := re.fullmatch(r"[ \t]*(`{3,8}(?!`)|~{3,8}(?!~))([^`]*)", line))
            or len(line) > LIMIT / 3
        ):
            continue
        marker, info = match[1], match[2].strip()
        if fence is None:
            fence = marker
        elif marker[0] == fence[0] and len(marker) >= len(fence) and not info:
            fence = None
    return fence


def visible(text: str) -> str:
    return "".join(text.split())


@given(st.one_of(texts, anything), st.integers(200, 400))
@settings(max_examples=300)
def test_every_page_fits_and_shows_something(text: str, limit: int) -> None:
    pages = paginate(text, limit)
    assert all(len(page) <= limit for page in pages)
    assert all(page.strip() for page in pages)
    assert all(page == page.strip() for page in pages)
    assert bool(pages) == bool(text.strip())


@given(texts)
@settings(max_examples=300)
def test_fences_are_balanced_on_every_page(text: str) -> None:
    assert [open_fence(page) for page in paginate(text, LIMIT)] == [None] * len(paginate(text, LIMIT))


@given(st.text(st.characters(exclude_characters="`~"), max_size=4 * LIMIT))
def test_plain_text_reassembles(text: str) -> None:
    assert visible("".join(paginate(text, LIMIT))) == visible(text)


code_lines = st.text(st.sampled_from("ab =\t(é"), max_size=40)
blocks = st.one_of(
    lines.map(lambda text: ("", text.split("\n"))),
    st.tuples(st.sampled_from(["py", "c++", "text"]), st.lists(code_lines, min_size=1, max_size=40)),
)


@given(st.lists(blocks, max_size=6))
@settings(max_examples=300)
def test_code_keeps_its_lines_indentation_and_language(parts: list[tuple[str, list[str]]]) -> None:
    written = "\n\n".join(
        f"```{language}\n" + "\n".join(body) + "\n```" if language else body[0] for language, body in parts
    )
    shown: list[tuple[str, str]] = []
    for page in paginate(written, LIMIT):
        language = None
        for line in page.split("\n"):
            if line.startswith("```"):
                language = line[3:] if language is None else None
            elif language is not None and line.strip():
                shown.append((language, line))
    expected = [(language, line) for language, body in parts if language for line in body if line.strip()]
    assert shown == expected


@given(texts, st.integers(5, 40))
@example("a " * 80 + "\n```\nb\n```\n```\n```\n````\n~~~", 1)
@settings(max_examples=100)
def test_full_pages_stay_as_they_are_while_the_text_grows(text: str, step: int) -> None:
    text = text.lstrip()
    full: list[str] = []
    for end in range(0, len(text) + step, step):
        pages = paginate(settled(text[:end]), LIMIT)
        assert pages[: len(full)] == full
        full = pages[:-1]


@given(st.lists(st.sampled_from(["é", "👩‍👩‍👧‍👦", "🇯🇵", "👍🏽", "한", "a"]), min_size=1, max_size=300))
@example(["👩‍👩‍👧‍👦"] * 60)
def test_no_character_is_cut_in_two(clusters: list[str]) -> None:
    text = "".join(clusters)
    whole = regex.findall(r"\X", text)
    assert [c for page in paginate(text, LIMIT) for c in regex.findall(r"\X", page)] == whole


@given(texts, st.data())
@settings(max_examples=300)
def test_what_is_settled_only_grows(text: str, data: st.DataObject) -> None:
    end = data.draw(st.integers(0, len(text)))
    assert settled(text).startswith(settled(text[:end]).rstrip())


def test_the_limit_is_reached_where_nothing_better_is_found() -> None:
    assert [len(page) for page in paginate("x" * 4500)] == [PAGE_LIMIT, PAGE_LIMIT, 500]


def test_a_character_longer_than_a_page_still_goes_through() -> None:
    text = "e" + "́" * 500
    assert "".join(paginate(text, LIMIT)) == text


def test_a_paragraph_is_preferred_to_a_line_and_a_line_to_a_word() -> None:
    line = "word " * 11 + "end."  # 59 characters
    assert paginate(f"{line}\n{line}\n\n{line}\n{line}", LIMIT)[0] == f"{line}\n{line}"
    assert paginate(f"{line}\n{line}\n{line}\n{line}", LIMIT)[0] == f"{line}\n{line}\n{line}"
    assert paginate(" ".join([line] * 4), LIMIT)[0].endswith(" word")


def test_a_cut_that_leaves_a_page_nearly_empty_is_not_taken() -> None:
    first, second = paginate("Title\n\n" + "word " * 60, LIMIT)
    assert len(first) > LIMIT / 2
    assert visible(first + second) == visible("Title" + "word" * 60)


def test_text_before_a_code_block_goes_on_its_own_page_rather_than_the_block_in_two() -> None:
    text, code = "word " * 25, "```py\n" + "x = 1\n" * 25 + "```"
    assert paginate(f"{text}\n\n{code}", LIMIT) == [text.strip(), code]


def test_a_fence_is_closed_and_opened_again_with_its_language_and_length() -> None:
    body = "\n".join(f"    line {number:03}" for number in range(40))
    pages = paginate(f"````python title=x\n{body}\n````\nAfter.", LIMIT)
    assert len(pages) == 3
    assert pages[0].startswith("````python title=x\n    line 000")
    assert all(page.startswith("````python\n    line") for page in pages[1:])
    assert all(page.endswith("\n````") for page in pages[:-1])
    assert pages[-1].endswith("\n````\nAfter.")


def test_a_closing_fence_that_would_open_an_empty_page_is_left_out() -> None:
    code = "```\n" + "x" * (LIMIT - 9) + "\ny\n```"
    assert paginate(code, LIMIT) == ["```\n" + "x" * (LIMIT - 9) + "\n```", "```\ny\n```"]
    full = "```\n" + "x" * (LIMIT - 8)
    assert paginate(f"{full}\n````", LIMIT) == [f"{full}\n```"]


def test_a_long_line_of_code_fits_with_its_fences() -> None:
    pages = paginate("```python title=x y\n" + "x" * 500, LIMIT)
    assert pages[0] == "```python title=x y\n" + "x" * (LIMIT - 24) + "\n```"
    assert all(page.startswith("```python") and len(page) <= LIMIT for page in pages)
    assert sum(page.count("x" * 10) for page in pages) >= 48


def test_no_page_ends_with_an_opened_fence_and_nothing_in_it() -> None:
    for filler in range(LIMIT - 40, LIMIT):
        text = "w" * filler + "\n\n```py\n" + "x = 1\n" * 30 + "```"
        assert not any(page.endswith("```py\n```") for page in paginate(text, LIMIT))


def test_a_word_that_ends_with_the_page_stays_on_it() -> None:
    full = "word " * 39 + "abcde"
    assert paginate(f"{full} more", LIMIT) == [full, "more"]
    assert paginate(f"{full} \u0308more", LIMIT)[0] == ("word " * 39).strip()


def test_an_unclosed_fence_is_closed() -> None:
    assert paginate("See:\n```sh\nls") == ["See:\n```sh\nls\n```"]


def test_japanese_is_cut_after_its_stops() -> None:
    text = "これは長い文章です。" * 30
    assert all(page.endswith("。") for page in paginate(text, LIMIT))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Look:\n```py", "Look:\n"),
        ("Look:\n```py\n", "Look:\n"),
        ("Look:\n``", "Look:\n"),
        ("```py\nx = 1\n``", "```py\nx = 1\n"),
        ("```py\nx = 1\n```\n", "```py\nx = 1\n"),
        ("```py\nx = 1\n```\n`", "```py\nx = 1\n"),
        ("a\n```\n  ", "a\n"),
        ("a\n~~", "a\n"),
        ("~~a", "~~a"),
        ("`x` is", "`x` is"),
        ("`x", "`x"),
        ("~5 minutes", "~5 minutes"),
        ("done", "done"),
    ],
)
def test_a_fence_being_written_is_held_back(text: str, shown: str) -> None:
    assert settled(text) == shown


def test_a_limit_too_small_for_fences_is_refused() -> None:
    with pytest.raises(ValueError, match="fences"):
        paginate("text", 100)
