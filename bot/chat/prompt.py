"""The prompt of a turn, as token ids within the model's budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.ports import ModelInfo, PartKind, PromptPart, Tokenizer
from bot.chat.speakers import Speakers
from bot.chat.turns import Exchange, Turn
from bot.errors import OvbotError, SettingsError

# Control tokens and template text around one exchange; every known chat template has fewer. Only
# steers how much is dropped at once: what is kept is measured exactly.
_EXCHANGE_OVERHEAD = 16
# Share of the room that may go to what a message refers to; the rest is for talking about it.
_CONTEXT_SHARE = 0.5
# A reply that is continued gets at least so many more tokens.
_LEAST_CONTINUATION = 32

_REFERENCE = "For reference, what the message below refers to:\n"
_LEFT_OUT = "\n> (the rest is left out)"


class NoRoomError(OvbotError):
    """The model's context has no room left."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt within the budget.

    token_ids: shape [n]. max_new_tokens: room for the reply.
    first_turn: id of the oldest turn shown; later prompts must not go back before it, so that
        their beginning stays the same and the engine's prefix cache keeps working.
    cut: the person's message was too long and lost its end. context_cut: so did what it refers to.
    speakers: the people in it.
    """

    token_ids: list[int]
    max_new_tokens: int
    first_turn: int
    cut: bool
    context_cut: bool
    speakers: Speakers


@dataclass(frozen=True, slots=True)
class _Frame:
    """The system prompt, and how many tokens are left beside it."""

    system: tuple[PromptPart, ...]
    room: int = 0


@dataclass(frozen=True, slots=True)
class _Said:
    """A prompt that may be too long, with the text of its last turn."""

    token_ids: list[int]
    speakers: Speakers
    text: str
    cut: bool
    context_cut: bool


class PromptBuilder:
    """Builds prompts for one model, with one system prompt for channels that have none of their own.

    The budget in tokens is the smallest of the model's context, its sliding window (what lies
    further back is not attended to, the system prompt neither) and `context_tokens`; at most half
    of it is kept free for the reply.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        model: ModelInfo,
        system_prompt: str,
        max_new_tokens: int,
        context_tokens: int | None = None,
    ) -> None:
        limits = (model.context_length, model.sliding_window, context_tokens)
        self._limit = min(limit for limit in limits if limit is not None)
        self._max_new_tokens = max_new_tokens
        self._budget = self._limit - min(max_new_tokens, self._limit // 2)
        self._tokenizer = tokenizer
        self._least_room = self._budget // 4
        self._usual = self._make_frame(system_prompt)
        if self._usual.room < self._least_room:
            limit = f" and CONTEXT_TOKENS={context_tokens}" if self._limit == context_tokens else ""
            raise SettingsError(
                f"SYSTEM_PROMPT takes {self._budget - self._usual.room} tokens, and the model has room for "
                f"{self._budget} with MAX_NEW_TOKENS={max_new_tokens}{limit}: shorten the prompt"
                f"{', or allow more context' if limit else ' or the replies'}."
            )

    @property
    def budget(self) -> int:
        """Tokens a prompt may have."""
        return self._budget

    def system_ids(self) -> list[int]:
        """The ids that every prompt begins with, shape [n], to fill a prefix cache with."""
        one, other = self._encode(self._usual, [], "a"), self._encode(self._usual, [], "b")
        same = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
        return one[:same]

    def check_persona(self, persona: str) -> None:
        """Raise NoRoomError where a persona leaves too little room for a conversation."""
        excess = self._least_room - self._make_frame(persona).room
        if excess > 0:
            raise NoRoomError(
                "This persona is too long for the model, by about {tokens} tokens: please shorten it.",
                tokens=excess,
            )

    def newest_that_fit(self, lines: Sequence[str], text: str, *, persona: str | None = None) -> list[str]:
        """The newest of `lines` (oldest first) that fit, all of them, as the context of `text` in a
        prompt without a history.
        """
        room = self._frame(persona).room - self._count(f"{_REFERENCE}\n\n{text}") - 2 * _EXCHANGE_OVERHEAD
        kept: list[str] = []
        for line in reversed(lines):
            room -= self._count(_quoted(line) + "\n")
            if room < 0:
                break
            kept.append(line)
        return kept[::-1]

    def build(
        self,
        history: Sequence[Exchange],
        turn: Turn,
        *,
        persona: str | None = None,
        max_reply_tokens: int | None = None,
        begun: Sequence[int] = (),
        follow_up: bool = True,
    ) -> Prompt:
        """The prompt for `turn` after `history` (oldest first).

        When the budget is exceeded, whole exchanges are left out from the oldest on, until half of
        it is free again: dropping one a turn would change the prompt's beginning at every turn, and
        the prefix cache would never help.

        persona: system prompt in place of the usual one. max_reply_tokens: a limit on the reply
        beside the usual one. begun: ids of the reply that are there already and are to be continued:
        the end of the prompt then. follow_up: whether the conversation goes on afterwards, for which
        room is left beside what the message refers to.

        Raises: NoRoomError where `begun` leaves no room to continue.
        """
        frame, share = self._frame(persona), _CONTEXT_SHARE if follow_up else 1.0
        kept = list(history)
        said = self._say(frame, kept, turn, share)
        if len(said.token_ids) + len(begun) > self._budget:
            room = self._budget // 2 - self._count(said.text) - len(begun)
            kept = self._newest(frame, kept, said.speakers, room)
            said = self._say(frame, kept, turn, share)
        while len(said.token_ids) + len(begun) > self._budget and kept:
            del kept[0]
            said = self._say(frame, kept, turn, share)
        ids = [*said.token_ids, *begun]
        if begun and self._limit - len(ids) < _LEAST_CONTINUATION:
            raise NoRoomError("This reply has filled the model's context, so I can't continue it.")
        limits = (self._max_new_tokens, max_reply_tokens, self._limit - len(ids))
        return Prompt(
            token_ids=ids,
            max_new_tokens=min(limit for limit in limits if limit is not None),
            first_turn=kept[0].prompt.id if kept else turn.id,
            cut=said.cut,
            context_cut=said.context_cut,
            speakers=said.speakers,
        )

    def _say(self, frame: _Frame, kept: Sequence[Exchange], turn: Turn, share: float) -> _Said:
        """`turn` after the exchanges `kept`, whether it fits or not."""
        speakers = Speakers(t.author for t in (*(e.prompt for e in kept), turn) if t.author)
        text, cut, context_cut = self._fit(frame, turn, speakers, share)
        ids = self._encode(frame, self._parts(frame, kept, speakers), text)
        return _Said(ids, speakers, text, cut, context_cut)

    def _frame(self, persona: str | None) -> _Frame:
        """The frame of a persona, which is cut if it was set for a model with more room."""
        if persona is None:
            return self._usual
        frame = self._make_frame(persona)
        while (excess := self._least_room - frame.room) > 0 and persona:
            persona = self._tokenizer.cut(persona, self._count(persona) - excess)
            frame = self._make_frame(persona)
        return frame

    def _make_frame(self, system: str) -> _Frame:
        parts = (PromptPart(PartKind.SYSTEM, system),) if system.strip() else ()
        return _Frame(parts, self._budget - len(self._encode(_Frame(parts), [], "")))

    def _encode(self, frame: _Frame, parts: list[PromptPart], text: str) -> list[int]:
        return self._tokenizer.encode_chat([*frame.system, *parts, PromptPart(PartKind.USER, text)])

    def _count(self, text: str) -> int:
        return len(self._tokenizer.encode_text(text))

    def _fit(self, frame: _Frame, turn: Turn, speakers: Speakers, share: float) -> tuple[str, bool, bool]:
        """What `turn` says, after what it refers to; whether the one and the other had to be cut.

        What it refers to is cut first. The result depends on frame, turn and names alone, so that it is
        the same in later prompts.
        """
        said, cut = self._shorten(frame, speakers.said(turn.author, turn.text))
        if not turn.context.strip():
            return said, cut, False
        quoted = _quoted(turn.context)
        part = self._tokenizer.cut(quoted, int(frame.room * share))
        is_cut, after = part != quoted, f"\n\n{said}"
        if not is_cut:
            text, is_cut = self._shorten(frame, part, _REFERENCE, after)
        if is_cut:
            text, _ = self._shorten(frame, part, _REFERENCE, _LEFT_OUT + after)
        fits = len(self._encode(frame, [], text)) <= self._budget
        return text if fits else said, cut, is_cut

    def _shorten(self, frame: _Frame, whole: str, before: str = "", after: str = "") -> tuple[str, bool]:
        """As much of `whole` as fits the budget beside the frame, between `before` and `after`; whether
        that is not all.
        """
        room, text = frame.room, before + whole + after
        if len(text.encode()) <= room - _EXCHANGE_OVERHEAD:  # a token has at least one byte
            return text, False
        if len(self._encode(frame, [], text)) <= self._budget:
            return text, False
        while True:
            text = before + self._tokenizer.cut(whole, room) + after
            excess = len(self._encode(frame, [], text)) - self._budget
            if excess <= 0 or room <= 0:
                return text, True
            room -= excess

    def _newest(
        self, frame: _Frame, history: list[Exchange], speakers: Speakers, room: int
    ) -> list[Exchange]:
        """The newest exchanges that together take at most about `room` tokens."""
        kept: list[Exchange] = []
        for exchange in reversed(history):
            reply = exchange.reply
            said, _, _ = self._fit(frame, exchange.prompt, speakers, _CONTEXT_SHARE)
            room -= self._count(said) + (len(reply.token_ids) or self._count(reply.text)) + _EXCHANGE_OVERHEAD
            if room < 0:
                break
            kept.append(exchange)
        return kept[::-1]

    def _parts(self, frame: _Frame, history: Sequence[Exchange], speakers: Speakers) -> list[PromptPart]:
        parts: list[PromptPart] = []
        for exchange in history:
            said, _, _ = self._fit(frame, exchange.prompt, speakers, _CONTEXT_SHARE)
            reply = exchange.reply
            same = reply.tokenizer == self._tokenizer.fingerprint
            parts.append(PromptPart(PartKind.USER, said))
            parts.append(PromptPart(PartKind.ASSISTANT, reply.text, reply.token_ids if same else ()))
        return parts


def _quoted(text: str) -> str:
    """`text` with each line marked as a quotation, which no line of it can end."""
    return "\n".join(f"> {line}" for line in text.strip().splitlines())
