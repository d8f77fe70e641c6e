"""From the ids of a reply to its reasoning and its answer, as they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.engine.detokenizer import Decoder, StopStrings
from bot.engine.reply_format import ANSWER_CHANNEL, Opening
from bot.engine.tokenizer import ChatTokenizer


@dataclass(slots=True)
class NewText:
    """What some ids add to a reply."""

    answer: str = ""
    reasoning: str = ""


class ReplyReader:
    """Reads one reply, whatever way its ids are cut.

    The answers given out, joined, are `tokenizer.decode` of the answer's ids, cut before the first stop
    string; the same for reasoning. Text that may yet turn out to be part of a character, of a tag or of a
    stop string is held back.

    opening: where the prompt left the model off.
    """

    def __init__(
        self, tokenizer: ChatTokenizer, opening: Opening = Opening.START, stop: Sequence[str] = ()
    ) -> None:
        self._tokenizer = tokenizer
        self._format = tokenizer.reply_format
        self._decoder = Decoder(tokenizer)
        self._stop = StopStrings((*stop, *self._format.stop))
        self._heading = self._format.tags.heading
        self._in_header = False
        self._header: list[int] = []
        self._answer_begun = opening is Opening.ANSWER
        self._held = ""
        self._answer_ids: list[int] = []
        self._ids_are_text = True
        self._new = NewText()
        self.reasons = opening is Opening.REASONING
        """Whether it reasons at present."""
        self.ended = False
        """Whether a stop string was met, or the format's own end: nothing more will come."""
        self.reasoning_tokens = 0
        """How many ids were reasoning, with what surrounds it."""

    @property
    def answer_ids(self) -> tuple[int, ...]:
        """The ids of the answer alone, without blanks in front; none where no ids stand for it exactly."""
        ids = self._answer_ids if self._ids_are_text else []
        start = 0
        while start < len(ids) and not self._tokenizer.decode(ids[start : start + 1]).strip():
            start += 1
        return tuple(ids[start:]) if start < len(ids) else ()

    def push(self, ids: Sequence[int]) -> NewText:
        """The text that `ids` make certain; often none."""
        for id_ in ids:
            if self.ended:
                break
            self.reasoning_tokens += self.reasons or self._in_header
            if not self._read_mark(id_):
                self._read_text(id_)
        return self._take()

    def finish(self) -> NewText:
        """The text that was still held back. Call once, when there are no more ids."""
        self._end_section()
        self._new.answer += self._stop.push("", last=True)
        return self._take()

    def _take(self) -> NewText:
        new, self._new = self._new, NewText()
        return new

    def _read_mark(self, id_: int) -> bool:
        """Take up a control token that means something in the format; whether it is one."""
        harmony = self._format.harmony
        if harmony is not None and id_ in (harmony.start, harmony.channel, harmony.message, harmony.end):
            self._read_harmony(id_)
        elif harmony is None and id_ == self._format.opening_id:
            self._begin(reasoning=True)
        elif harmony is None and id_ == self._format.closing_id:
            self._begin(reasoning=False)
        else:
            return False
        return True

    def _read_harmony(self, id_: int) -> None:
        harmony = self._format.harmony
        assert harmony is not None
        if id_ == harmony.message:
            channel = self._tokenizer.decode(self._header).split()
            self._in_header = False
            self._begin(reasoning=bool(channel) and channel[0] != ANSWER_CHANNEL)
        elif id_ == harmony.end:
            # The answer is a reply's last message.
            self.ended = not self.reasons and not self._in_header and bool(self._answer_ids)
            self._end_section()
            self._in_header, self._header = not self.ended, []
        else:
            self._end_section()
            self._in_header, self._header = True, []

    def _read_text(self, id_: int) -> None:
        if self._in_header:
            self._header.append(id_)
            return
        if not self.reasons and id_ not in self._tokenizer.control_ids:
            self._answer_ids.append(id_)
        if text := self._decoder.push((id_,)):
            self._put(text)

    def _begin(self, *, reasoning: bool) -> None:
        """A new section begins."""
        self._end_section()
        if reasoning and not self.reasons:
            self._answer_ids = [] if not self._answer_begun else self._answer_ids
            self._heading = self._format.tags.heading
        self.reasons = reasoning
        self._answer_begun = not reasoning

    def _end_section(self) -> None:
        self._put(self._decoder.finish(), last=True)
        self._decoder = Decoder(self._tokenizer)

    def _put(self, text: str, *, last: bool = False) -> None:
        """Add text to the present section, or switch to the other one at a tag in it."""
        text, self._held = self._held + text, ""
        tags = self._format.tags
        if self.reasons:
            self._put_reasoning(text, last=last)
        elif self._answer_begun or self._format.opening_id is not None or self._format.harmony is not None:
            self._put_answer(text)
        elif text.lstrip().startswith(tags.opening):
            self.reasons = True
            self.reasoning_tokens += len(self._answer_ids)
            self._answer_ids = []
            self._put_reasoning(text.lstrip().removeprefix(tags.opening), last=last)
        elif not last and tags.opening.startswith(text.lstrip()):
            self._held = text
        else:
            self._answer_begun = True
            self._put_answer(text)

    def _put_answer(self, text: str) -> None:
        self._answer_begun = self._answer_begun or bool(text.strip())
        self._new.answer += self._stop.push(text)
        self.ended = self.ended or self._stop.met

    def _put_reasoning(self, text: str, *, last: bool) -> None:
        if self._heading:
            if not last and self._heading.startswith(text.lstrip()) and text.lstrip() != self._heading:
                self._held = text
                return
            text, self._heading = text.lstrip().removeprefix(self._heading), ""
        closing = self._format.tags.closing
        if self._format.closing_id is not None or self._format.harmony is not None:
            self._new.reasoning += text
            return
        reasoning, found, answer = text.partition(closing)
        if found:
            self._new.reasoning += reasoning
            self.reasons, self._answer_begun = False, True
            # The last id may hold the end of the tag and the beginning of the answer.
            self._ids_are_text = not answer.strip()
            self._put_answer(answer)
            return
        keep = 0 if last else _overlap(text, closing)
        cut = len(text) - keep
        self._new.reasoning += text[:cut]
        self._held = text[cut:]


def _overlap(text: str, tag: str) -> int:
    """Length of the longest end of `text` that `tag` begins with."""
    return next((n for n in range(min(len(tag) - 1, len(text)), 0, -1) if text.endswith(tag[:n])), 0)
