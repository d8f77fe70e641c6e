"""From generated ids to text: whole characters, no control tokens, no stop strings."""

from __future__ import annotations

from collections.abc import Sequence

from tokenizers.decoders import DecodeStream

from bot.engine.tokenizer import ChatTokenizer


class StopStrings:
    """Lets text through up to the first of the strings `stop`."""

    def __init__(self, stop: Sequence[str]) -> None:
        self._stop = tuple(string for string in stop if string)
        self._held = ""
        self.met = False
        """Whether one was met: nothing more is let through."""

    def push(self, new: str, *, last: bool = False) -> str:
        """The text that certainly stands before a stop string; last: no more text will come."""
        if self.met:
            return ""
        text = self._held + new
        self._held = ""
        found = [at for string in self._stop if (at := text.find(string)) >= 0]
        if found:
            self.met = True
            return text[: min(found)]
        if last:
            return text
        cut = len(text) - self._may_begin(text)
        self._held = text[cut:]
        return text[:cut]

    def _may_begin(self, text: str) -> int:
        """Length of the longest end of `text` that a stop string may begin with."""
        return max(
            (
                length
                for string in self._stop
                for length in range(1, min(len(string) - 1, len(text)) + 1)
                if text.endswith(string[:length])
            ),
            default=0,
        )


class Decoder:
    """Ids to text by the tokenizer's DecodeStream, as they come.

    The texts given out, joined, are `tokenizer.decode` of all ids.

    Byte tokens are given to it together with the next other token: an invalid byte makes all bytes
    of its run unreadable, those that were shown already too.
    """

    def __init__(self, tokenizer: ChatTokenizer) -> None:
        self._tokenizer = tokenizer
        self._stream = DecodeStream(skip_special_tokens=False)
        self._waiting: list[int] = []
        self._ids: list[int] = []
        self._given = 0

    def push(self, ids: Sequence[int]) -> str:
        """The text that `ids` make certain; often empty."""
        vocabulary = self._tokenizer.vocabulary
        texts = []
        for id_ in ids:
            # A model may have ids beyond its vocabulary, to round its matrices up.
            if id_ in vocabulary.markers or vocabulary.inner.id_to_token(id_) is None:
                continue
            self._ids.append(id_)
            self._waiting.append(id_)
            if id_ not in vocabulary.byte_ids:
                texts.append(self._stream.step(vocabulary.inner, self._waiting) or "")
                self._waiting = []
        text = "".join(texts)
        self._given += len(text)
        return text

    def finish(self) -> str:
        """The text that was still held back. Call once, when there are no more ids."""
        return self._tokenizer.decode(self._ids)[self._given :]
