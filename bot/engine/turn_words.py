"""The words by which some chat templates mark turns, where no control token does."""

from __future__ import annotations

import re
from collections.abc import Iterable

# A mark that is shorter stands in ordinary text too often to mean anything.
_SHORTEST = 3
# Besides the newline.
_LINE_ENDS = r"\r\v\f\x1c-\x1e\x85\u2028\u2029"


class TurnWords:
    """Marks such as `### User:`, found in what a template puts between messages, its `boundaries`.

    People's text must not read like one: a line that does is quoted, and where a mark may stand within a
    line, a backslash goes in front of it.
    """

    def __init__(self, boundaries: Iterable[str]) -> None:
        at_line_start: list[str] = []
        anywhere: list[str] = []
        for boundary in boundaries:
            lines = [line.strip() for line in boundary.splitlines() if line.strip()]
            for number, line in enumerate(lines):
                if len(line) >= _SHORTEST and re.search(r"\w", line):
                    begins = number > 0 or "\n" in boundary[: boundary.find(line)]
                    (at_line_start if begins else anywhere).append(line)
        self._stop = tuple(dict.fromkeys([*(f"\n{mark}" for mark in at_line_start), *anywhere]))
        self._line = _pattern(at_line_start, rf"(?:^|(?<=[{_LINE_ENDS}]))[^\S\n{_LINE_ENDS}]*(?={{}})")
        self._inline = _pattern(anywhere, r"(?={})")

    @property
    def stop(self) -> tuple[str, ...]:
        """Stop strings: where a model goes on with the next person's turn by itself."""
        return self._stop

    def defused(self, text: str) -> str:
        """`text`, in which nothing reads like the beginning of a turn."""
        if self._line is not None:
            text = self._line.sub(lambda match: f"> {match[0]}", text)
        if self._inline is not None:
            text = self._inline.sub(r"\\", text)
        return text


def _pattern(marks: Iterable[str], form: str) -> re.Pattern[str] | None:
    """Finds the marks whatever their case, blanks and width."""
    words = [re.findall(r"\w+|[^\w\s]+", mark) for mark in marks]
    forms = [r"\s*".join("".join(map(_of_any_width, word)) for word in mark) for mark in words]
    if not forms:
        return None
    return re.compile(form.format("|".join(forms)), re.IGNORECASE | re.MULTILINE)


def _of_any_width(character: str) -> str:
    """A pattern for a character and its full-width form, which some tokenizers take for the same."""
    wide = chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else ""
    return f"[{re.escape(character)}{wide}]" if wide else re.escape(character)
