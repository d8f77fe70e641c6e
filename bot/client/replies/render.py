"""What the messages of a reply show at one moment: pages, notes, buttons, files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from pygments.lexers import get_all_lexers

from bot.chat.reply import Phase, Snapshot
from bot.chat.turns import FinishReason
from bot.client import words
from bot.client.replies.content import Action, Button, MessageContent, TextFile
from bot.client.replies.paginate import PAGE_LIMIT, code_blocks, paginate, settled
from bot.i18n import language

MAX_PAGES = 4
"""The most messages with text; a file has the whole of a longer reply."""

# Reasoning that needs more messages comes as a file.
_REASONING_PAGES = 2
_FEW_WORDS = 4
_FEW_CHARACTERS = 24
# Notes below a page leave it this much room.
_LONGEST_NOTES = PAGE_LIMIT - 500


def visible_text(snapshot: Snapshot) -> str:
    """What may be shown of the text: all of it at the end, before that without a fence half written."""
    return snapshot.text if snapshot.phase is Phase.DONE else settled(snapshot.text)


def has_a_few_words(snapshot: Snapshot) -> bool:
    """Whether there is enough for a first message, rather than half a word."""
    text = visible_text(snapshot)
    return snapshot.phase is Phase.DONE or len(text) >= _FEW_CHARACTERS or len(text.split()) > _FEW_WORDS


def buttons(snapshot: Snapshot, key: int, *, stored: bool) -> tuple[Button, ...]:
    """The buttons below a reply.

    stored: whether it is part of a conversation: one that is not can neither be regenerated nor give its
    reasoning, since nothing of it is kept.
    """
    if snapshot.phase is not Phase.DONE:
        actions = [Action.STOP]
    elif not stored:
        actions = []
    else:
        actions = [Action.CONTINUE] if snapshot.finish_reason is FinishReason.LENGTH else []
        actions += [Action.REGENERATE]
        actions += [Action.REASONING] if snapshot.reasoning.strip() else []
        actions += [Action.DELETE]
    return tuple(Button(action, key) for action in actions)


def render(snapshot: Snapshot, *, attach: bool = True) -> list[MessageContent]:
    """The messages, each of at most 2000 code points, none blank; at least one. None has any reasoning.

    A reply that simply ended shows its text and nothing else. What the bot itself has to say stands
    below in small print, or in place of the text while there is none.

    attach: whether what is too long goes into files. Otherwise there are as many messages as the text
    needs.
    """
    done = snapshot.phase is Phase.DONE
    text, code = extract_code(snapshot.text) if done and attach else (visible_text(snapshot), {})
    pages, is_all = _pages(text, attach)
    notes = _notes(snapshot, bool(pages)) if done else _status(snapshot, bool(pages))
    files = list(code.values())
    if not is_all:
        answer = whole_answer(snapshot.text)
        notes.insert(0, words.replies.answer_attached(answer.name) if done else words.replies.rest_follows())
        files += [answer] if done else []
    bodies = [MessageContent(page) for page in _with_notes(pages, notes, may_grow=is_all)]
    for pointer, file in code.items():
        holder = next((i for i, body in enumerate(bodies) if pointer in body.text), len(bodies) - 1)
        bodies[holder] = _with_file(bodies[holder], file)
    if not is_all and done:
        bodies[-1] = _with_file(bodies[-1], files[-1])
    return bodies


def _pages(text: str, attach: bool) -> tuple[list[str], bool]:
    """The pages of a text, up to the limit, and whether these are all."""
    if attach:
        # Where a page ends depends on nothing beyond it, so this much tells all that may be shown.
        first = paginate(text[: (MAX_PAGES + 2) * PAGE_LIMIT])
        if len(first) > MAX_PAGES:
            return first[:MAX_PAGES], False
    pages = paginate(text)
    return (pages[:MAX_PAGES], False) if attach and len(pages) > MAX_PAGES else (pages, True)


def _with_notes(pages: list[str], notes: list[str], *, may_grow: bool) -> list[str]:
    """The pages with notes below the last one; where there is no room, on a further page if there may be one,
    else in place of the last page's end."""
    if not notes:
        return pages
    below = "\n".join(words.note(line) for line in notes)[:_LONGEST_NOTES]
    if not pages:
        return [below]
    room = PAGE_LIMIT - len(below) - 1
    if may_grow and len(pages[-1]) > room:
        return [*pages, below]
    return [*pages[:-1], f"{paginate(pages[-1], room)[0]}\n{below}"]


def _with_file(body: MessageContent, file: TextFile) -> MessageContent:
    return replace(body, files=(*body.files, file))


def _status(snapshot: Snapshot, has_text: bool) -> list[str]:
    """What to say while the reply is being generated."""
    if snapshot.phase is Phase.QUEUED:
        return [words.replies.waiting(snapshot.ahead, snapshot.wait_seconds)]
    if snapshot.stalled:
        return [words.replies.stalled(snapshot.silent_seconds)]
    if has_text:
        return []
    if snapshot.reasoning:
        return [words.replies.thinking(snapshot.thinking_seconds)]
    return [words.replies.reading(snapshot.prompt_tokens, snapshot.read_tokens)]


def _notes(snapshot: Snapshot, has_text: bool) -> list[str]:
    """What to say about how the reply ended, a line each."""
    notes = []
    if snapshot.finish_reason is not None and (
        ended := words.replies.ended(snapshot.finish_reason, snapshot.error)
    ):
        notes.append(ended)
    elif not has_text:
        notes.append(words.replies.empty())
    if snapshot.prompt_cut:
        notes.append(words.replies.prompt_cut())
    if snapshot.context_cut:
        notes.append(words.replies.context_cut())
    return notes


# Discord takes ten files a message, and one of them is the whole answer.
_MAX_CODE_FILES = 9
_ANSWER, _REASONING = "answer.md", "reasoning.md"


def extract_code(text: str) -> tuple[str, Mapping[str, TextFile]]:
    """`text` with a pointer in place of each code block that is longer than a page, and the blocks'
    files by these pointers.

    A pointer is a line of small print. Blocks beyond the ninth stay where they are.
    """
    return _extract_code(text, language())


# What is shown is compared with what should be shown several times for each edit.
@lru_cache(maxsize=4)
def _extract_code(text: str, _: str) -> tuple[str, Mapping[str, TextFile]]:
    long = [block for block in code_blocks(text) if block.end - block.start > PAGE_LIMIT][:_MAX_CODE_FILES]
    files: dict[str, TextFile] = {}
    parts, at = [], 0
    for number, block in enumerate(long, start=1):
        name = f"code{f'-{number}' if len(long) > 1 else ''}{file_extension(block.language)}"
        pointer = words.note(words.replies.code_attached(name))
        files[pointer] = TextFile.of(name, block.code)
        parts += [text[at : block.start], pointer]
        at = block.end
    return "".join([*parts, text[at:]]), MappingProxyType(files)


def whole_answer(text: str) -> TextFile:
    """A reply's text, Markdown, as a file."""
    return TextFile.of(_ANSWER, text)


def render_reasoning(text: str) -> list[MessageContent]:
    """The messages that show what the model thought before a reply, to one person: its text, Markdown, or
    a file where that would take more than two."""
    pages = paginate(f"{words.note(words.replies.reasoning_follows())}\n{text}")
    if len(pages) <= _REASONING_PAGES:
        return [MessageContent(page) for page in pages]
    note = words.note(words.replies.reasoning_attached(_REASONING))
    return [MessageContent(note, files=(TextFile.of(_REASONING, text),))]


def file_extension(name: str) -> str:
    """The usual ending of files in a language as code fences name it; `.txt` where it is unknown."""
    return _file_extensions().get(name.lower(), ".txt")


@lru_cache(maxsize=1)
def _file_extensions() -> dict[str, str]:
    endings: dict[str, str] = {}
    for _, aliases, patterns, _ in get_all_lexers(plugins=False):
        usual = [pattern[1:] for pattern in patterns if pattern.startswith("*.") and pattern[2:].isalnum()]
        for alias in aliases:
            own = [end for end in usual if end.lower() == f".{alias.lower()}"]
            lower = [end for end in usual if end.islower()]
            if chosen := (lower or own or usual)[:1]:
                endings.setdefault(alias.lower(), chosen[0])
    return endings
