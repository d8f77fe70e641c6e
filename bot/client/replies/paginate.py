"""Text as pages that fit Discord's messages: cut where it hurts least, code fences kept whole.

A full page stays as it is when the text grows, so that a streamed reply only ever edits its last
message. That holds because a cut depends on nothing beyond the page's own window.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise

import regex

PAGE_LIMIT = 2000
"""The most code points in a message (Discord's limit for bots)."""

# With these, a page always has room for a fence reopened, a fence's own line, and its closing.
_SMALLEST_LIMIT = 200
_LONGEST_MARKER = 8
_LONGEST_LANGUAGE = 24
_LONGEST_FENCE_LINE = 1 / 3  # of a page

_FENCE_LINE = re.compile(r"[ \t]*(?P<marker>`{3,}|~{3,})(?P<info>.*)")
_FENCE_BEGUN = re.compile(r"[ \t]*(?:`{1,2}|`{3,}[^`\n]*|~{1,2}|~{3,}[^\n]*)")
# Where a script without spaces may be cut like a space between words.
_IDEOGRAPHIC_STOPS = frozenset("、。，．！？；：）」』】…")


@dataclass(frozen=True, slots=True)
class _Fence:
    """An open code block: the marker that closes it, and its language."""

    marker: str
    language: str

    @property
    def reopened(self) -> str:
        return f"{self.marker}{self.language}\n"

    @property
    def closing(self) -> str:
        return f"\n{self.marker}"


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A code block of a text, from `start` to `end`, its fences included. language: as it says, or ""."""

    start: int
    end: int
    language: str
    code: str


class _Kind(IntEnum):
    """Where a page may end, from worst to best."""

    CHARACTER = 0
    WORD = 1
    CODE_LINE = 2
    CODE_PARAGRAPH = 3
    LINE = 4
    PARAGRAPH = 5


@dataclass(frozen=True, slots=True)
class _Cut:
    """The page has the text before `end`; the next one begins at `resume`, within `fence`."""

    kind: _Kind
    end: int
    resume: int
    fence: _Fence | None


@dataclass(frozen=True, slots=True)
class _Line:
    """A line from `start` to `end` (its newline not counted).

    before, after: the fence that is open in front of it and behind it. complete: a newline follows.
    """

    start: int
    end: int
    before: _Fence | None
    after: _Fence | None
    complete: bool


def paginate(text: str, limit: int = PAGE_LIMIT) -> list[str]:
    """Cut `text` into pages of at most `limit` code points, none of them blank.

    Cuts fall between paragraphs, lines, words or characters, the first of these that leaves a
    page well filled; never within a character as people see it. A code fence that is open at the
    end of a page is closed there and opened again on the next, with its language. White space
    around a cut outside of code is left out, and so is that at both ends, as Discord would do.

    Raises: ValueError for a limit below 200.
    """
    if limit < _SMALLEST_LIMIT:
        raise ValueError(f"a page of {limit} code points leaves no room for code fences")
    pages: list[str] = []
    rest, fence = text.strip(), None
    while rest.strip():
        head = fence.reopened if fence else ""
        cut = _choose(rest, fence, limit, limit - len(head))
        body = rest[: cut.end]
        if body.strip():
            pages.append((head + _closed(body, cut.fence)).strip())
        rest, fence = _resume(rest, cut, limit)
    return pages


def code_blocks(text: str) -> Iterator[CodeBlock]:
    """The code blocks of a text, in order; one that is not closed goes on to the end."""
    opened: _Line | None = None
    for line in _lines(text, None, PAGE_LIMIT):
        if line.before is None and line.after is not None:
            opened = line
        elif opened is not None and opened.after is not None and line.after is None:
            yield CodeBlock(opened.start, line.end, opened.after.language, text[opened.end + 1 : line.start])
            opened = None
    if opened is not None and opened.after is not None:
        yield CodeBlock(opened.start, len(text), opened.after.language, text[opened.end + 1 :])


def settled(text: str) -> str:
    """`text` of a stream without last lines that are code fences, or may become one.

    Shown half done, such a line would be text now and a fence a moment later. What `settled` gives
    only ever grows with the text, but for white space.
    """
    while True:
        shown = text.rstrip()
        start = shown.rfind("\n") + 1
        if not _FENCE_BEGUN.fullmatch(shown, start):
            return text
        text = text[:start]


def _closed(body: str, fence: _Fence | None) -> str:
    return body + fence.closing if fence else body.rstrip()


def _resume(rest: str, cut: _Cut, limit: int) -> tuple[str, _Fence | None]:
    """What is left after a cut. The line that closes a fence is not needed where the cut did."""
    rest = rest[cut.resume :]
    if cut.fence is None:
        return rest.lstrip(), None
    line, _, after = rest.partition("\n")
    if _after_line(line, cut.fence, limit) is None:
        return after.lstrip(), None
    return rest, cut.fence


def _choose(rest: str, fence: _Fence | None, limit: int, room: int) -> _Cut:
    """Where the page that begins with `rest` ends; `room` is what its reopened fence leaves."""
    whole = rest.rstrip()
    if len(whole) <= room:
        *_, last = _lines(whole, fence, limit)
        if len(whole) + _cost(last.after) <= room:
            return _Cut(_Kind.PARAGRAPH, len(whole), len(rest), last.after)
    # Whether a space ends a word is told by what comes behind it, hence the two.
    return _choose_within(rest[: room + 2], fence, limit, room)


# A streamed text is cut again and again, and its full pages are always the same.
@lru_cache(maxsize=64)
def _choose_within(window: str, fence: _Fence | None, limit: int, room: int) -> _Cut:
    lines = list(_lines(window, fence, limit))
    line_cuts = list(_line_cuts(window, lines, room))
    if filling := [cut for cut in line_cuts if cut.end >= room // 2]:
        return max(filling, key=lambda cut: (cut.kind, cut.end))
    inner = list(_inner_cuts(window, lines, limit, room))
    if words := [*line_cuts, *(cut for cut in inner if cut.kind is _Kind.WORD)]:
        return max(words, key=lambda cut: cut.end)
    if inner:
        return inner[-1]
    # One character, as people see it, that is longer than a page.
    end = room - _cost(lines[-1].before)
    return _Cut(_Kind.CHARACTER, end, end, lines[-1].before)


def _cost(fence: _Fence | None) -> int:
    return len(fence.closing) if fence else 0


def _line_cuts(window: str, lines: list[_Line], room: int) -> Iterator[_Cut]:
    """The ends of complete lines: not straight after an opening fence, not where all is blank."""
    for line, following in pairwise(lines):
        opens = line.after is not None and line.after is not line.before
        known = room - _cost(line.after)  # a text that grows may be cut before more than this is there
        if opens or line.end > known or not window[: line.end].strip():
            continue
        blank_follows = following.end <= known and not window[following.start : following.end].strip()
        if line.after:
            kind = _Kind.CODE_PARAGRAPH if blank_follows else _Kind.CODE_LINE
        else:
            kind = _Kind.PARAGRAPH if blank_follows else _Kind.LINE
        yield _Cut(kind, line.end, line.end + 1, line.after)


def _inner_cuts(window: str, lines: list[_Line], limit: int, room: int) -> Iterator[_Cut]:
    """Cuts within lines, between characters as people see them; none within a fence's own line."""
    for line in lines:
        text = window[line.start : line.end]
        if _is_fence(text, limit):
            continue
        known = room - _cost(line.before)
        after_stop = False
        for cluster in regex.finditer(r"\X", text):
            at = line.start + cluster.start()
            if at > known:
                return
            if at and window[:at].strip():
                word = after_stop or cluster.group().isspace()
                yield _Cut(_Kind.WORD if word else _Kind.CHARACTER, at, at, line.before)
            after_stop = cluster.group() in _IDEOGRAPHIC_STOPS


def _lines(window: str, fence: _Fence | None, limit: int) -> Iterator[_Line]:
    start = 0
    while True:
        newline = window.find("\n", start)
        complete = newline >= 0
        end = newline if complete else len(window)
        after = _after_line(window[start:end], fence, limit)
        yield _Line(start, end, fence, after, complete)
        if not complete:
            return
        start, fence = end + 1, after


def _is_fence(line: str, limit: int) -> bool:
    match = _FENCE_LINE.fullmatch(line)
    return match is not None and _acceptable(match, limit)


def _acceptable(match: re.Match[str], limit: int) -> bool:
    """A fence's line has to fit a page together with its closing; what does not is plain text."""
    marker, info = match["marker"], match["info"]
    fits = len(marker) <= _LONGEST_MARKER and len(match[0]) <= limit * _LONGEST_FENCE_LINE
    return fits and "`" not in info


def _after_line(line: str, fence: _Fence | None, limit: int) -> _Fence | None:
    """The fence that is open after `line`, given the one that is open before it."""
    match = _FENCE_LINE.fullmatch(line)
    if match is None or not _acceptable(match, limit):
        return fence
    marker, info = match["marker"], match["info"].strip()
    if fence is None:
        language = info.split(maxsplit=1)[0] if info else ""
        return _Fence(marker, language if len(language) <= _LONGEST_LANGUAGE else "")
    closes = marker[0] == fence.marker[0] and len(marker) >= len(fence.marker) and not info
    return None if closes else fence
