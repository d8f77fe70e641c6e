"""A reply at one moment, as the messages that show it."""

from __future__ import annotations

from bot.chat.reply import Phase, Snapshot
from bot.client import words
from bot.client.pages import PAGE_LIMIT, paginate, settled

_FEW_WORDS = 4
_FEW_CHARACTERS = 24


def shown_text(snapshot: Snapshot) -> str:
    """What may be shown of the text: all of it at the end, before that without a fence half written."""
    return snapshot.text if snapshot.phase is Phase.DONE else settled(snapshot.text)


def has_a_few_words(snapshot: Snapshot) -> bool:
    """Whether there is enough to begin a message with, rather than with half a word."""
    text = shown_text(snapshot)
    return snapshot.phase is Phase.DONE or len(text) >= _FEW_CHARACTERS or len(text.split()) > _FEW_WORDS


def render(snapshot: Snapshot) -> list[str]:
    """The messages, each at most 2000 code points, none blank; at least one.

    A reply that simply ended shows its text and nothing else. What the bot itself has to say stands
    below, in small print, or instead of the text while there is none.
    """
    pages = paginate(shown_text(snapshot))
    if snapshot.phase is not Phase.DONE:
        return pages or [words.note(_status(snapshot))]
    notes = [words.note(line) for line in _notes(snapshot, bool(pages))]
    if not notes:
        return pages
    below = "\n".join(notes)[:PAGE_LIMIT]
    if pages and len(pages[-1]) + 1 + len(below) <= PAGE_LIMIT:
        pages[-1] += "\n" + below
        return pages
    return [*pages, below]


def _status(snapshot: Snapshot) -> str:
    if snapshot.phase is Phase.QUEUED:
        return words.replies.waiting(snapshot.ahead)
    return words.replies.reading(snapshot.prompt_tokens)


def _notes(snapshot: Snapshot, has_text: bool) -> list[str]:
    """What is to be said of how the reply ended, a line each."""
    notes = []
    if snapshot.ending is not None and (ended := words.replies.ended(snapshot.ending, snapshot.error)):
        notes.append(ended)
    elif not has_text:
        notes.append(words.replies.empty())
    if snapshot.prompt_cut:
        notes.append(words.replies.prompt_cut())
    return notes
