"""What is too long for messages, as files: code blocks longer than a page, and a whole long answer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from pygments.lexers import get_all_lexers

from bot.client import words
from bot.client.replies.content import File
from bot.client.replies.paginate import PAGE_LIMIT, code_blocks
from bot.i18n import language

# Discord takes ten files a message, and one of them is the whole answer.
_MOST_FILES = 9
_ANSWER = "answer.md"


def take_out_code(text: str) -> tuple[str, Mapping[str, File]]:
    """`text` with a pointer in place of each code block that is longer than a page, and the blocks'
    files by these pointers.

    A pointer is a line of small print. Blocks beyond the ninth stay where they are.
    """
    return _taken_out(text, language())


# What is shown is compared with what should be shown several times for each edit.
@lru_cache(maxsize=4)
def _taken_out(text: str, _: str) -> tuple[str, Mapping[str, File]]:
    long = [block for block in code_blocks(text) if block.end - block.start > PAGE_LIMIT][:_MOST_FILES]
    files: dict[str, File] = {}
    parts, at = [], 0
    for number, block in enumerate(long, start=1):
        name = f"code{f'-{number}' if len(long) > 1 else ''}{ending(block.language)}"
        pointer = words.note(words.replies.code_attached(name))
        files[pointer] = File.of(name, block.code)
        parts += [text[at : block.start], pointer]
        at = block.end
    return "".join([*parts, text[at:]]), MappingProxyType(files)


def whole_answer(text: str) -> File:
    """A reply's text, Markdown, as a file."""
    return File.of(_ANSWER, text)


def ending(name: str) -> str:
    """The usual ending of files in a language as code fences name it; `.txt` where it is unknown."""
    return _endings().get(name.lower(), ".txt")


@lru_cache(maxsize=1)
def _endings() -> dict[str, str]:
    endings: dict[str, str] = {}
    for _, aliases, patterns, _ in get_all_lexers(plugins=False):
        usual = [pattern[1:] for pattern in patterns if pattern.startswith("*.") and pattern[2:].isalnum()]
        for alias in aliases:
            own = [end for end in usual if end.lower() == f".{alias.lower()}"]
            lower = [end for end in usual if end.islower()]
            if chosen := (lower or own or usual)[:1]:
                endings.setdefault(alias.lower(), chosen[0])
    return endings
