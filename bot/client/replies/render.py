"""A reply at one moment, as the messages that show it."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.reply import Phase, Snapshot
from bot.chat.turns import Ending
from bot.client import words
from bot.client.replies.content import Action, Button, File, MessageContent
from bot.client.replies.files import take_out_code, whole_answer
from bot.client.replies.paginate import PAGE_LIMIT, paginate, settled

MOST_PAGES = 4
"""Messages with text that a reply has at most; where it is longer, a file has all of it."""

_FEW_WORDS = 4
_FEW_CHARACTERS = 24
# What is said below a page leaves it this much room.
_LONGEST_NOTES = PAGE_LIMIT - 500


def shown_text(snapshot: Snapshot) -> str:
    """What may be shown of the text: all of it at the end, before that without a fence half written."""
    return snapshot.text if snapshot.phase is Phase.DONE else settled(snapshot.text)


def has_a_few_words(snapshot: Snapshot) -> bool:
    """Whether there is enough to begin a message with, rather than with half a word."""
    text = shown_text(snapshot)
    return snapshot.phase is Phase.DONE or len(text) >= _FEW_CHARACTERS or len(text.split()) > _FEW_WORDS


def buttons(snapshot: Snapshot, key: int, *, stored: bool) -> tuple[Button, ...]:
    """The buttons below a reply. stored: whether it is part of a conversation, and can be made again."""
    if snapshot.phase is not Phase.DONE:
        actions = [Action.STOP]
    elif not stored:
        actions = []
    elif snapshot.ending is Ending.LENGTH:
        actions = [Action.CONTINUE, Action.REGENERATE, Action.DELETE]
    else:
        actions = [Action.REGENERATE, Action.DELETE]
    return tuple(Button(action, key) for action in actions)


def render(snapshot: Snapshot, *, attach: bool = True) -> list[MessageContent]:
    """The messages, each of at most 2000 code points, none blank; at least one.

    A reply that simply ended shows its text and nothing else. What the bot itself has to say stands
    below, in small print, or instead of the text while there is none.

    attach: whether files may stand for what is too long. Without, there are as many messages as the
    text needs.
    """
    done = snapshot.phase is Phase.DONE
    text, code = take_out_code(snapshot.text) if done and attach else (shown_text(snapshot), {})
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
    """The pages of a text, not more than may be, and whether these are all."""
    if attach:
        # Where a page ends depends on nothing beyond it, so this much tells all that may be shown.
        first = paginate(text[: (MOST_PAGES + 2) * PAGE_LIMIT])
        if len(first) > MOST_PAGES:
            return first[:MOST_PAGES], False
    pages = paginate(text)
    return (pages[:MOST_PAGES], False) if attach and len(pages) > MOST_PAGES else (pages, True)


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


def _with_file(body: MessageContent, file: File) -> MessageContent:
    return replace(body, files=(*body.files, file))


def _status(snapshot: Snapshot, has_text: bool) -> list[str]:
    """What is to be said while the reply is made."""
    if snapshot.phase is Phase.QUEUED:
        return [words.replies.waiting(snapshot.ahead, snapshot.wait_seconds)]
    if snapshot.stalled:
        return [words.replies.stalled(snapshot.silent_seconds)]
    return [] if has_text else [words.replies.reading(snapshot.prompt_tokens, snapshot.read_tokens)]


def _notes(snapshot: Snapshot, has_text: bool) -> list[str]:
    """What is to be said of how the reply ended, a line each."""
    notes = []
    if snapshot.ending is not None and (ended := words.replies.ended(snapshot.ending, snapshot.error)):
        notes.append(ended)
    elif not has_text:
        notes.append(words.replies.empty())
    if snapshot.prompt_cut:
        notes.append(words.replies.prompt_cut())
    if snapshot.context_cut:
        notes.append(words.replies.context_cut())
    return notes
