"""The prompt of a turn, within the model's budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.chat.ports import EncodedPrompt, Engine, PartKind, PromptPart, ReasoningMode
from bot.chat.speakers import Speakers
from bot.chat.turns import Exchange, Image, Turn
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

    encoded: for the engine; its length is in tokens. max_new_tokens: room for the answer.
        max_reasoning_tokens: for what the model thinks before it.
    first_turn: id of the oldest turn shown; later prompts must not go back before it, so that
        their beginning stays the same and the engine's prefix cache keeps working.
    cut: the person's message was too long and lost its end. context_cut: so did what it refers to.
    speakers: the people in it.
    """

    encoded: EncodedPrompt
    max_new_tokens: int
    max_reasoning_tokens: int
    first_turn: int
    cut: bool
    context_cut: bool
    speakers: Speakers


@dataclass(frozen=True, slots=True)
class _Frame:
    """What a prompt is built within.

    limit: tokens of prompt and reply together. budget: of the prompt. room: what the system prompt leaves
    of that.
    """

    system: tuple[PromptPart, ...]
    limit: int
    budget: int
    room: int = 0


@dataclass(frozen=True, slots=True)
class _Said:
    """A prompt that may be too long, with the text of its last turn."""

    encoded: EncodedPrompt
    speakers: Speakers
    text: str
    cut: bool
    context_cut: bool


class Limit(StrEnum):
    """What limits prompt and reply together."""

    CONTEXT = "context"  # what the model was made for
    WINDOW = "window"  # what lies further back it does not attend to
    KV_CACHE = "kv cache"  # the memory for keys and values
    SETTING = "setting"  # CONTEXT_TOKENS


class PromptBuilder:
    """Builds prompts for one engine, with one system prompt for channels that have none of their own.

    The limit in tokens is the smallest of the model's context, its sliding window (what lies further back
    is not attended to, the system prompt neither), what the engine can hold now, and `context_tokens`; at
    most half of it is kept free for the reply.

    max_new_tokens: longest answer. max_reasoning_tokens: most tokens of reasoning before it.
    reasoning: whether models that can shall reason.

    Raises: SettingsError where the system prompt leaves too little room for a conversation.
    """

    def __init__(
        self,
        engine: Engine,
        system_prompt: str,
        max_new_tokens: int,
        context_tokens: int | None = None,
        max_reasoning_tokens: int = 0,
        reasoning: ReasoningMode = ReasoningMode.AUTO,
    ) -> None:
        self._engine = engine
        self._tokenizer = engine.tokenizer
        self._system_prompt = system_prompt
        self._context_tokens = context_tokens
        self._max_new_tokens = max_new_tokens
        self._max_reasoning_tokens = max_reasoning_tokens if engine.info.reasons else 0
        self._reasoning = reasoning
        self._usual = self._make_frame(system_prompt)
        if self._usual.room < self._usual.budget // 4:
            raise self._too_little_room(self._usual)

    @property
    def limit(self) -> tuple[int, Limit]:
        """Tokens of prompt and reply together, and what limits them."""
        info = self._engine.info
        limits = [
            (info.context_length, Limit.CONTEXT),
            (info.sliding_window, Limit.WINDOW),
            (self._engine.capacity, Limit.KV_CACHE),
            (self._context_tokens, Limit.SETTING),
        ]
        return min(((n, why) for n, why in limits if n is not None), key=lambda one: one[0])

    @property
    def budget(self) -> int:
        """Tokens a prompt may have."""
        return self._budget_of(self.limit[0])

    def system_parts(self) -> tuple[PromptPart, ...]:
        """What every prompt begins with, to fill a prefix cache with."""
        return self._system(self._system_prompt)

    def check_persona(self, persona: str) -> None:
        """Raise NoRoomError where a persona leaves too little room for a conversation."""
        frame = self._make_frame(persona)
        excess = frame.budget // 4 - frame.room
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
        begun: Turn | None = None,
        reasoning: ReasoningMode | None = None,
        follow_up: bool = True,
    ) -> Prompt:
        """The prompt for `turn` after `history` (oldest first).

        When the budget is exceeded, whole exchanges are left out from the oldest on, until half of
        it is free again: dropping one a turn would change the prompt's beginning at every turn, and
        the prefix cache would never help.

        persona: system prompt in place of the usual one. max_reply_tokens: a limit on the reply
        beside the usual one. begun: the reply, as far as it is there already and to be continued: the
        end of the prompt then. reasoning: in place of the usual. follow_up: whether the conversation goes
        on afterwards, for which room is left beside what the message refers to.

        Raises: NoRoomError where `begun` leaves no room to continue.
        """
        frame, share = self._frame(persona), _CONTEXT_SHARE if follow_up else 1.0
        most_images = self._most_images(frame)
        mode = self._reasoning if reasoning is None else reasoning
        ending = (self._reply_part(begun),) if begun is not None else ()
        kept = list(history)
        said = self._say(frame, kept, turn, share, ending, mode)
        if len(said.encoded) > frame.budget:
            room = frame.budget // 2 - self._count(said.text) - sum(map(self._length, ending))
            room -= self._engine.image_tokens * min(len(turn.images), most_images)
            kept = self._newest(frame, kept, said.speakers, room)
            said = self._say(frame, kept, turn, share, ending, mode)
        while len(said.encoded) > frame.budget and kept:
            del kept[0]
            said = self._say(frame, kept, turn, share, ending, mode)
        room = frame.limit - len(said.encoded)
        if begun is not None and room < _LEAST_CONTINUATION:
            raise NoRoomError("This reply has filled the model's context, so I can't continue it.")
        limits = (self._max_new_tokens, max_reply_tokens, room)
        thinks = begun is None and mode is not ReasoningMode.OFF
        return Prompt(
            encoded=said.encoded,
            max_new_tokens=min(limit for limit in limits if limit is not None),
            max_reasoning_tokens=self._max_reasoning_tokens if thinks else 0,
            first_turn=kept[0].prompt.id if kept else turn.id,
            cut=said.cut,
            context_cut=said.context_cut or len(turn.images) > most_images > 0,
            speakers=said.speakers,
        )

    def _say(
        self,
        frame: _Frame,
        kept: Sequence[Exchange],
        turn: Turn,
        share: float,
        ending: Sequence[PromptPart],
        mode: ReasoningMode,
    ) -> _Said:
        """`turn` after the exchanges `kept`, whether it fits or not."""
        speakers = Speakers(t.author for t in (*(e.prompt for e in kept), turn) if t.author)
        text, cut, context_cut = self._fit(frame, turn, speakers, share)
        *before, images = self._images(frame, [*(exchange.prompt for exchange in kept), turn])
        asked = PromptPart(PartKind.USER, text, images=images)
        parts = [*frame.system, *self._parts(frame, kept, speakers, before), asked, *ending]
        return _Said(self._tokenizer.encode(parts, mode), speakers, text, cut, context_cut)

    def _frame(self, persona: str | None) -> _Frame:
        """The frame of a persona, or of the usual system prompt; what is too long is cut, if it was set for
        more room than there is now.
        """
        if persona is None and self._usual.limit == self.limit[0]:
            return self._usual
        system = self._system_prompt if persona is None else persona
        frame = self._make_frame(system)
        while (excess := frame.budget // 4 - frame.room) > 0 and system:
            system = self._tokenizer.cut(system, self._count(system) - excess)
            frame = self._make_frame(system)
        if persona is None:
            self._usual = frame
        return frame

    def _make_frame(self, system: str) -> _Frame:
        parts, (limit, _) = self._system(system), self.limit
        budget = self._budget_of(limit)
        empty = _Frame(parts, limit, budget)
        return replace(empty, room=budget - len(self._encode(empty, "")))

    def _system(self, system: str) -> tuple[PromptPart, ...]:
        return (PromptPart(PartKind.SYSTEM, system),) if system.strip() else ()

    def _budget_of(self, limit: int) -> int:
        return limit - min(self._max_new_tokens + self._max_reasoning_tokens, limit // 2)

    def _too_little_room(self, frame: _Frame) -> SettingsError:
        """What keeps the system prompt from fitting, and what to set."""
        limit, why = self.limit
        reason, advice = {
            Limit.CONTEXT: ("the model's context", "shorten the prompt, or the replies"),
            Limit.WINDOW: ("the model's sliding window", "shorten the prompt, or the replies"),
            Limit.KV_CACHE: (
                "the KV cache",
                "set a larger KV_CACHE_GIB, free memory, or shorten the prompt or the replies",
            ),
            Limit.SETTING: (
                f"CONTEXT_TOKENS={self._context_tokens}",
                "shorten the prompt, or allow more context",
            ),
        }[why]
        return SettingsError(
            f"SYSTEM_PROMPT takes {frame.budget - frame.room} tokens. {reason[0].upper()}{reason[1:]} has "
            f"room for {limit}, of which MAX_NEW_TOKENS={self._max_new_tokens} leaves {frame.budget} for "
            f"prompts, and a quarter of those is for people: {advice}."
        )

    def _encode(self, frame: _Frame, text: str) -> EncodedPrompt:
        return self._tokenizer.encode([*frame.system, PromptPart(PartKind.USER, text)])

    def _count(self, text: str) -> int:
        return self._tokenizer.count(text)

    def _length(self, reply: PromptPart) -> int:
        return len(reply.token_ids) or self._count(reply.text)

    def _reply_part(self, reply: Turn) -> PromptPart:
        same = reply.tokenizer == self._tokenizer.fingerprint
        return PromptPart(PartKind.ASSISTANT, reply.text, reply.token_ids if same else (), reply.reasoning)

    def _fit(self, frame: _Frame, turn: Turn, speakers: Speakers, share: float) -> tuple[str, bool, bool]:
        """What `turn` says, after what it refers to; whether the one and the other had to be cut.

        What it refers to is cut first, and its pictures take their room, be they shown or not. The result
        depends on frame, turn and names alone, so that it is the same in later prompts.
        """
        images = self._engine.image_tokens * min(len(turn.images), self._most_images(frame))
        frame = replace(frame, budget=frame.budget - images, room=frame.room - images)
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
        fits = len(self._encode(frame, text)) <= frame.budget
        return text if fits else said, cut, is_cut

    def _shorten(self, frame: _Frame, whole: str, before: str = "", after: str = "") -> tuple[str, bool]:
        """As much of `whole` as fits the budget beside the frame, between `before` and `after`; whether
        that is not all.
        """
        room, text = frame.room, before + whole + after
        if len(text.encode()) <= room - _EXCHANGE_OVERHEAD:  # a token has at least one byte
            return text, False
        if len(self._encode(frame, text)) <= frame.budget:
            return text, False
        while True:
            text = before + self._tokenizer.cut(whole, room) + after
            excess = len(self._encode(frame, text)) - frame.budget
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
            images = min(len(exchange.prompt.images), self._most_images(frame))
            room -= images * self._engine.image_tokens
            if room < 0:
                break
            kept.append(exchange)
        return kept[::-1]

    def _parts(
        self,
        frame: _Frame,
        history: Sequence[Exchange],
        speakers: Speakers,
        images: Sequence[tuple[Image, ...]],
    ) -> list[PromptPart]:
        parts: list[PromptPart] = []
        for exchange, shown in zip(history, images, strict=True):
            said, _, _ = self._fit(frame, exchange.prompt, speakers, _CONTEXT_SHARE)
            parts += [PromptPart(PartKind.USER, said, images=shown), self._reply_part(exchange.reply)]
        return parts

    def _images(self, frame: _Frame, turns: Sequence[Turn]) -> list[tuple[Image, ...]]:
        """The pictures that are shown with each of `turns`: the newest of them, and of one turn the first."""
        left, shown = self._most_images(frame), list[tuple[Image, ...]]()
        for turn in reversed(turns):
            shown.append(turn.images[:left])
            left -= len(shown[-1])
        return shown[::-1]

    def _most_images(self, frame: _Frame) -> int:
        """How many pictures a prompt may show."""
        each = self._engine.image_tokens
        return max(int(frame.room * _CONTEXT_SHARE), 0) // each if each else 0


def _quoted(text: str) -> str:
    """`text` with each line marked as a quotation, which no line of it can end."""
    return "\n".join(f"> {line}" for line in text.strip().splitlines())
