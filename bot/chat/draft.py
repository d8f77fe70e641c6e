"""The text of a reply while it grows, and which of the generated ids stand for it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.ports import Tokenizer
from bot.chat.speakers import Speakers

# What decoders make of bytes that are no character, and how many characters may be lost at a joint.
_UNREADABLE = "\ufffd"
_LOST_AT_MOST = 2


class Draft:
    """A reply that is begun anew, or one that goes on from `begun`.

    speakers: the people in whose names the reply must not speak. begun: ids of what is there
    already. A space between what was there and what comes may be missing until `close`.
    """

    def __init__(self, tokenizer: Tokenizer, speakers: Speakers, begun: Sequence[int] = ()) -> None:
        self._tokenizer = tokenizer
        self._speakers = speakers
        self._begun = tuple(begun)
        self._before = tokenizer.decode(begun).lstrip() if begun else ""
        self._new = ""

    def add(self, text: str) -> str:
        """Take new text from the stream; the whole text that may be shown now."""
        self._new += text
        return self._speakers.own_words(self._before + self._new, last=False)

    def close(self, token_ids: Sequence[int]) -> tuple[str, tuple[int, ...]]:
        """The final text for all the ids that the stream generated, and the ids that stand for it:
        none where they say something else, for instance a name that was taken off.
        """
        ids = (*self._begun, *token_ids)
        text = self._speakers.own_words(self._before + self._new, last=True)
        if self._begun:
            text = self._mended(self._tokenizer.decode(ids).lstrip()) or text
        text = text.strip()
        return text, self._ids_of(text, ids)

    def _mended(self, whole: str) -> str | None:
        """The text as far as it goes in `whole`, which has right what got lost where it went on: a space,
        which decoders leave out in front, or a character of which each part had some bytes.
        """
        before, new = self._before.rstrip(_UNREADABLE), self._new.lstrip(_UNREADABLE)
        if not new or not whole.startswith(before):
            return None
        start = whole.find(new, len(before), len(before) + _LOST_AT_MOST + len(new))
        return whole[: start + len(new)] if start >= 0 else None

    def _ids_of(self, text: str, ids: tuple[int, ...]) -> tuple[int, ...]:
        """The longest beginning of `ids` that decodes to `text`; whatever follows was cut from it."""
        if self._tokenizer.decode(ids).strip() == text:
            return ids
        low, high = 0, len(ids)
        while low < high:
            middle = (low + high + 1) // 2
            if len(self._tokenizer.decode(ids[:middle]).strip()) <= len(text):
                low = middle
            else:
                high = middle - 1
        return ids[:low] if self._tokenizer.decode(ids[:low]).strip() == text else ()
