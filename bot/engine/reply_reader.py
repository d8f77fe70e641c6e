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
    stop string is held back, and so are blanks before the answer. Tags within the answer are text: models
    write about them too.

    opening: where the prompt left the model off.
    """

    def __init__(
        self, tokenizer: ChatTokenizer, opening: Opening = Opening.START, stop: Sequence[str] = ()
    ) -> None:
        self._tokenizer = tokenizer
        self._format = tokenizer.reply_format
        self._decoder = Decoder(tokenizer)
        self._stop = StopStrings((*stop, *self._format.stop))
        tags = self._format.tags
        self._tags_are_text = self._format.opening_id is None and self._format.harmony is None
        # Some models write the tag that the prompt has opened once more.
        self._leads = [tags.opening] if opening is Opening.REASONING and self._tags_are_text else []
        self._leads += [tags.heading] if tags.heading else []
        self._header: list[int] = []
        self._header_tokens: int | None = None
        self._may_reason = True
        self._answer_begun = opening is Opening.CONTINUATION
        self._held = ""
        self._answer_ids: list[int] = []
        self._ids_are_text = True
        self._pushed = 0
        self._answer_tokens = 0
        self._new = NewText()
        self.reasons = opening is Opening.REASONING
        """Whether it reasons at present."""
        self.ended = False
        """Whether a stop string was met, or the format's own end: nothing more will come."""

    @property
    def answer_ids(self) -> tuple[int, ...]:
        """The ids of the answer alone, without blanks in front; none where no ids stand for it exactly."""
        ids = self._answer_ids if self._ids_are_text else []
        start = 0
        while start < len(ids) and not self._tokenizer.decode(ids[start : start + 1]).strip():
            start += 1
        return tuple(ids[start:]) if start < len(ids) else ()

    @property
    def answer_tokens(self) -> int:
        """How many ids were the answer, with the end of the reply; 0 until it has begun."""
        return self._answer_tokens if self._answer_begun else 0

    @property
    def reasoning_tokens(self) -> int:
        """How many ids were reasoning, with what surrounds it."""
        return self._pushed - self._answer_tokens

    @property
    def header_tokens(self) -> int | None:
        """How many ids there are behind the end of the last message, in the header of the next one; None
        outside of headers.
        """
        return self._header_tokens

    def answer_only(self) -> None:
        """Take whatever comes from now on for the answer."""
        self._may_reason = False

    def push(self, ids: Sequence[int]) -> NewText:
        """The text that `ids` make certain; often none."""
        for id_ in ids:
            if self.ended:
                break
            self._pushed += 1
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
        if harmony is not None:
            if id_ not in (harmony.start, harmony.channel, harmony.message, harmony.end):
                return False
            self._read_harmony(id_)
            return True
        if id_ not in (self._format.opening_id, self._format.closing_id):
            return False
        if not self.reasons:
            # It decides what a tag means whether the answer has begun by now.
            self._put(self._decoder.finish())
            self._decoder = Decoder(self._tokenizer)
            if self._answer_begun:
                return False
        if id_ == self._format.closing_id:
            self._begin(reasoning=False)
        elif self._may_reason and not self.reasons:
            self._begin(reasoning=True)
        return True

    def _read_harmony(self, id_: int) -> None:
        harmony = self._format.harmony
        assert harmony is not None
        if id_ == harmony.message:
            channel = self._tokenizer.decode(self._header).split()
            self._begin(reasoning=bool(channel) and channel[0] != ANSWER_CHANNEL and self._may_reason)
            self._header_tokens = None
            return
        # The answer is a reply's last message.
        is_answer = not self.reasons and self._header_tokens is None and bool(self._answer_ids)
        self._end_section()
        self.reasons, self._header = False, []
        if id_ == harmony.end:
            self.ended, self._header_tokens = is_answer, 0
        else:
            self._header_tokens = (self._header_tokens or 0) + 1

    def _read_text(self, id_: int) -> None:
        if self._header_tokens is not None:
            self._header.append(id_)
            self._header_tokens += 1
            return
        is_tag = id_ in (self._format.opening_id, self._format.closing_id)
        if not self.reasons:
            self._answer_tokens += 1
            if id_ not in self._tokenizer.control_ids:
                self._answer_ids.append(id_)
        if is_tag:
            self._ids_are_text = False
            tags = self._format.tags
            self._put(tags.opening if id_ == self._format.opening_id else tags.closing)
        elif text := self._decoder.push((id_,)):
            self._put(text)

    def _begin(self, *, reasoning: bool) -> None:
        """A new section begins."""
        if reasoning:
            self._forget_blanks()
        self._end_section()
        if reasoning:
            self._leads = [self._format.tags.heading] if self._format.tags.heading else []
        self.reasons = reasoning

    def _forget_blanks(self) -> None:
        """What came before reasoning was no answer."""
        if not self._answer_begun:
            self._held = ""
            self._answer_ids, self._answer_tokens = [], 0

    def _end_section(self) -> None:
        self._put(self._decoder.finish(), last=True)
        self._decoder = Decoder(self._tokenizer)

    def _put(self, text: str, *, last: bool = False) -> None:
        """Add text to the present section, or switch to the other one at a tag in it."""
        text, self._held = self._held + text, ""
        body = text.lstrip()
        opening = self._format.tags.opening
        if self.reasons:
            self._put_reasoning(text, last=last)
        elif self._answer_begun:
            self._put_answer(text)
        elif self._tags_are_text and self._may_reason and body.startswith(opening):
            self._forget_blanks()
            self.reasons = True
            self._leads = [self._format.tags.heading] if self._format.tags.heading else []
            self._put_reasoning(body.removeprefix(opening), last=last)
        elif not last and (not body or (self._tags_are_text and opening.startswith(body))):
            self._held = text
        else:
            self._answer_begun = bool(body)
            self._put_answer(text)

    def _put_answer(self, text: str) -> None:
        self._new.answer += self._stop.push(text)
        self.ended = self.ended or self._stop.met

    def _put_reasoning(self, text: str, *, last: bool) -> None:
        while self._leads:
            body = text.lstrip()
            if not body.startswith(self._leads[0]) and self._leads[0].startswith(body) and not last:
                self._held = text
                return
            lead = self._leads.pop(0)
            text = body.removeprefix(lead) if body.startswith(lead) else text
        closing = self._format.tags.closing
        if not self._tags_are_text:
            self._new.reasoning += text
            return
        reasoning, found, answer = text.partition(closing)
        if found:
            self._new.reasoning += reasoning
            self.reasons = False
            # The last id may hold the end of the tag and the beginning of the answer.
            self._ids_are_text = self._ids_are_text and not answer.strip()
            self._answer_tokens += bool(answer.strip())
            self._put(answer, last=last)
            return
        keep = 0 if last else _overlap(text, closing)
        cut = len(text) - keep
        self._new.reasoning += text[:cut]
        self._held = text[cut:]


def _overlap(text: str, tag: str) -> int:
    """Length of the longest end of `text` that `tag` begins with."""
    return next((n for n in range(min(len(tag) - 1, len(text)), 0, -1) if text.endswith(tag[:n])), 0)
