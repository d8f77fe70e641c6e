"""Text to token ids by a model's own vocabulary and chat template, and back."""

from __future__ import annotations

import hashlib
import itertools
import logging
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.chat.ports import PartKind, PromptPart, ReasoningMode
from bot.chat.turns import Image
from bot.engine.chat_template import ChatTemplate, find_template, named_tokens
from bot.engine.people_text import PeopleText, StandIns
from bot.engine.reasoning_switch import ReasoningSwitch, find_switch
from bot.engine.reply_format import ANSWER_CHANNEL, Opening, ReplyFormat, find_harmony, find_tags
from bot.engine.turn_words import TurnWords
from bot.engine.vocabulary import Vocabulary, build_vocabulary
from bot.errors import ModelError

logger = logging.getLogger(__name__)

# The fields in which templates look for an earlier reply's reasoning.
_REASONING_FIELDS = ("reasoning_content", "thinking")
# Both survive in every vocabulary that is whole; spaces are what a wrong conversion loses first.
_PROBES = ("The quick brown fox, and\nits  2 cubs.", "日本語")


def load_tokenizer(folder: Path, template_options: Mapping[str, Any] | None = None) -> ChatTokenizer:
    """The tokenizer of a model folder, from its tokenizer.json and its chat template.

    template_options: variables for the template, such as `enable_thinking`.

    Raises: ModelError where the folder has none that can be used.
    """
    try:
        tokenizer_json = (folder / "tokenizer.json").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(
            f"{folder / 'tokenizer.json'} cannot be read ({error}): export or pull the model again."
        ) from None
    template = ChatTemplate(find_template(folder), named_tokens(folder), template_options)
    try:
        tokenizer = ChatTokenizer(tokenizer_json, template)
        tokenizer.check_round_trip()
    except ModelError as error:
        raise ModelError(f"The model in {folder} cannot be used: {error}") from None
    if tokenizer.reasons_in_unknown_form:
        logger.warning(
            "The chat template of %s has a place for reasoning, in a form that is not known here: what the "
            "model thinks may be shown as its answer, and REASONING has no effect.",
            folder,
        )
    return tokenizer


@dataclass(frozen=True, slots=True)
class TokenPrompt:
    """A prompt as ids, shape [n], and where it leaves the model off.

    images: the pictures in it. Of the n-th, counted from 0, the id is `image_id(n)`; each takes
    `image_tokens` tokens.
    """

    token_ids: tuple[int, ...]
    opening: Opening = Opening.START
    images: tuple[Image, ...] = ()
    image_tokens: int = 0

    def __len__(self) -> int:
        return len(self.token_ids) + len(self.images) * (self.image_tokens - 1)


def image_id(number: int) -> int:
    """What stands for a picture among token ids: below 0, as no token does."""
    return -1 - number


class ChatTokenizer:
    """Implements `bot.chat.ports.Tokenizer`. Safe to use from several threads.

    The template sees what people wrote, but the characters that control tokens begin with go by stand-ins
    while it is rendered. Then the template's control tokens are replaced by their markers, and the stand-ins
    by what they stand for: so the whole prompt is encoded as its author's template has it, and a control id
    can come from the template alone.
    """

    def __init__(self, tokenizer_json: str, template: ChatTemplate) -> None:
        self.vocabulary: Vocabulary = build_vocabulary(
            tokenizer_json, template.tokens.values(), template.source
        )
        self._template = template
        digest = hashlib.sha256()
        for text in (tokenizer_json, template.source):
            digest.update(hashlib.sha256(text.encode()).digest())
        self._fingerprint = digest.hexdigest()[:16]
        self._control_ids = frozenset(self.vocabulary.markers)
        controls = self.vocabulary.controls
        self._format = ReplyFormat(
            tags=find_tags(template.source, controls), harmony=find_harmony(template.source, controls)
        )
        tags = self._format.tags
        self._stand_ins = StandIns({*controls, tags.opening, tags.closing})
        longest_first = sorted(controls, key=len, reverse=True)
        self._literal = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")
        self._marker = re.compile("|".join(self.vocabulary.markers.values()) or "(?!)")
        nonce = self.vocabulary.nonce
        self._insertion = re.compile(f"{nonce}(?P<kind>[im])(?P<number>[0-9]+)q")
        self.image_tokens = 0
        """Tokens that a picture takes."""
        self._turn_words = TurnWords(())
        self._switch: ReasoningSwitch | None = None
        self._reasoning_fields = tuple(name for name in _REASONING_FIELDS if template.uses(name))
        self._content_is_list = False
        self._content_is_list = not self._shows_content() and self._shows_content(as_list=True)
        self._takes_system = self._finds_place_for_system()
        self._study_template()

    @property
    def fingerprint(self) -> str:
        """Short hash of vocabulary and template: tells whether stored ids still mean the same."""
        return self._fingerprint

    @property
    def control_ids(self) -> frozenset[int]:
        """The ids of all control tokens."""
        return self._control_ids

    @property
    def reply_format(self) -> ReplyFormat:
        """What the model's replies are made of."""
        return self._format

    @property
    def reasoning_form(self) -> str:
        """What stands around the model's reasoning and what switches it; "none" where it has none."""
        if not self._format.reasons:
            return "in a form that is not known here" if self.reasons_in_unknown_form else "none"
        tags = self._format.tags
        form = "in channels" if self._format.harmony else f"{tags.opening} … {tags.closing}"
        return f"{form}, switched by {self._switch.variable}" if self._switch else form

    def end_texts(self, configured: Collection[int]) -> list[str]:
        """The texts of the tokens that end a reply: those that the model's configuration names, and the
        template's own.
        """
        texts = {id_: text for text, id_ in self.vocabulary.controls.items()}
        ids = sorted({*configured, *self._format.end_ids})
        return [texts.get(id_, str(id_)) for id_ in ids] or list(map(repr, self._format.stop)) or ["nothing"]

    @property
    def reasons_in_unknown_form(self) -> bool:
        """Whether the template has a place for reasoning, but none of the known marks around it."""
        return bool(self._reasoning_fields) and not self._format.reasons

    @property
    def closing_ids(self) -> tuple[int, ...]:
        """The ids that end reasoning and begin the answer, where the model does not do so itself."""
        return self._closing_ids

    @property
    def skipping_ids(self) -> tuple[int, ...]:
        """The ids that stand for no reasoning at all, and begin the answer."""
        return self._skipping_ids

    def count(self, text: str) -> int:
        """How many tokens a text has as it stands within a message."""
        return len(self.encode_text(text))

    def encode_text(self, text: str) -> list[int]:
        """Ids of plain text as it stands within a message; never a control id, whatever it says."""
        return self._encode(text, inner=True)

    def decode(self, token_ids: Sequence[int]) -> str:
        """Text of ids, control tokens left out."""
        ids = [id_ for id_ in token_ids if id_ not in self._control_ids]
        return str(self.vocabulary.inner.decode(ids, skip_special_tokens=False))

    def cut(self, text: str, max_tokens: int) -> str:
        """A beginning of `text`, in whole characters, as long as `max_tokens` tokens allow."""
        while True:
            encoding = self.vocabulary.inner.encode(text, add_special_tokens=False)
            if len(encoding.ids) <= max_tokens or not text:
                return text
            # Every token of a character starts where it does, so the cut never falls within one.
            end = encoding.offsets[max(max_tokens, 0)][0]
            text = text[: min(end, len(text) - 1)]

    def encode(
        self, parts: Sequence[PromptPart], reasoning: ReasoningMode = ReasoningMode.AUTO
    ) -> TokenPrompt:
        """A whole prompt by the chat template, ending where the assistant begins to speak; where the last
        part is the assistant's, that is a reply to be continued.

        Control ids come from the template alone. The ids of a prompt followed by a generated answer are a
        prefix of the next prompt that holds that answer with its `token_ids`, as far as the template allows.

        Raises: ModelError where the template refuses the order of the parts.
        """
        begun = parts[-1] if parts and parts[-1].kind is PartKind.ASSISTANT else None
        if begun:
            parts, reasoning = parts[:-1], ReasoningMode.OFF
        parts = self._fold(parts)
        text = self._render(parts, reasoning)
        opening = self._opening_of(text)
        text = self._stand_ins.take_back(text)
        images = [image for part in parts for image in part.images]
        ids: list[int] = []
        last = 0
        encode: Callable[[str], list[int]] = self._encode
        for match in self._insertion.finditer(text):
            number, before = int(match["number"]), text[last : match.start()]
            last = match.end()
            if match["kind"] == "i":
                ids += [*encode(before), image_id(number)]
                encode = self._encode_after_image
                continue
            if before.endswith(self._blank_before_reply):
                before = before[: len(before) - len(self._blank_before_reply)]
            ids += encode(before)
            ids += [id_ for id_ in parts[number].token_ids if id_ not in self._control_ids]
            encode = self._encode_after_reply
        ids += encode(text[last:])
        if reasoning is ReasoningMode.OFF and self._format.reasons and opening is not Opening.ANSWER:
            ids += self._skipping_ids if opening is Opening.START else self._closing_ids
            opening = Opening.ANSWER
        if begun:
            begun_ids = begun.token_ids or self.encode_text(begun.text)
            ids += [id_ for id_ in begun_ids if id_ not in self._control_ids]
            opening = Opening.CONTINUATION
        return TokenPrompt(tuple(ids), opening, tuple(images), self.image_tokens)

    def check_round_trip(self) -> None:
        """Raise ModelError for a vocabulary that loses text, as a wrong conversion leaves it."""
        for probe, lost in zip(_PROBES, ("spaces", "Japanese"), strict=True):
            back = self.decode(self.encode_text(probe))
            if unicodedata.normalize("NFKC", back).strip() != unicodedata.normalize("NFKC", probe):
                raise ModelError(
                    f"its tokenizer.json loses {lost} ({probe!r} comes back as {back!r}): export the model "
                    "again, with the tokenizer.json of the original."
                )

    def _encode_after_reply(self, text: str) -> list[int]:
        first = self._marker.search(text)
        # Blanks before the end token: the model's own end token came without them.
        if first and not text[: first.start()].strip():
            return self._encode(text[first.start() :])
        return self._encode_after_image(text)

    def _encode_after_image(self, text: str) -> list[int]:
        first = self._marker.search(text)
        head, rest = (text[: first.start()], text[first.start() :]) if first else (text, "")
        return (self._encode(head, inner=True) if head else []) + self._encode(rest)

    def _encode(self, text: str, inner: bool = False) -> list[int]:
        tokenizer = self.vocabulary.inner if inner else self.vocabulary.marked
        encoding = tokenizer.encode(text, add_special_tokens=False)
        markers = self.vocabulary.markers
        return [
            id_
            for id_, (start, end) in zip(encoding.ids, encoding.offsets, strict=True)
            if id_ not in markers or text[start:end].strip() == markers[id_]
        ]

    def _render(
        self, parts: Sequence[PromptPart], reasoning: ReasoningMode, generation_prompt: bool = True
    ) -> str:
        """The template's text, with markers for its control tokens and stand-ins in people's text; a reply
        that is known by its ids is still a placeholder.
        """
        options = self._options(reasoning)
        try:
            rendered = self._template.render(self._messages(parts), generation_prompt, options)
        except ModelError:
            # Some refuse text that reads like their tags. With stand-ins alone, it reads like nothing.
            messages = self._messages(parts, readable=False)
            rendered = self._template.render(messages, generation_prompt, options)
        return self._marked(rendered)

    def _options(self, reasoning: ReasoningMode) -> dict[str, object]:
        """What the template is told of reasoning; what is set by hand stands, where that is not off."""
        switch = self._switch
        if switch is None:
            return {}
        by_hand = self._template.options.get(switch.variable, switch.off)
        if reasoning is ReasoningMode.ON and by_hand != switch.off:
            return {}
        return switch.options(reasoning)

    def _messages(self, parts: Sequence[PromptPart], *, readable: bool = True) -> list[dict[str, Any]]:
        """Parts as the template gets them. readable: so that it finds in a text what stands there."""

        def text_of(text: str) -> str:
            shadowed = self._stand_ins.put(self._turn_words.defused(text))
            return PeopleText(shadowed, self._stand_ins) if readable else shadowed

        messages = []
        images = itertools.count()
        for index, part in enumerate(parts):
            by_ids = part.kind is PartKind.ASSISTANT and part.token_ids
            content = f"{self.vocabulary.nonce}m{index}q" if by_ids else text_of(part.text)
            pictures = [f"{self.vocabulary.nonce}i{next(images)}q" for _ in part.images]
            content = "".join(pictures) + content
            message: dict[str, Any] = {
                "role": str(part.kind),
                "content": [{"type": "text", "text": content}] if self._content_is_list else content,
            }
            if part.reasoning:
                message |= dict.fromkeys(self._reasoning_fields, text_of(part.reasoning))
            messages.append(message)
        return messages

    def _opening_of(self, text: str) -> Opening:
        """Where a rendered prompt leaves the model off."""
        if self._format.harmony is not None or not self._format.reasons:
            return Opening.START
        tail = text[text.rfind(self._opener) + len(self._opener) :] if self._opener else ""
        opened, closed = (tail.rfind(self._marked(tag)) for tag in self._both_tags)
        if opened == closed:
            return Opening.START
        return Opening.REASONING if opened > closed else Opening.ANSWER

    @property
    def _both_tags(self) -> tuple[str, str]:
        return self._format.tags.opening, self._format.tags.closing

    def _marked(self, text: str) -> str:
        """A text of the template's own, with markers for its control tokens."""
        controls, markers = self.vocabulary.controls, self.vocabulary.markers
        return self._literal.sub(lambda match: markers[controls[match[0]]], text)

    def _shows_content(self, *, as_list: bool = False) -> bool:
        """Whether the template shows a message whose content is a text, or a list with a text in it, as some
        templates of vision-language models ask for.
        """
        word = f"{self.vocabulary.nonce}u"
        content = [{"type": "text", "text": word}] if as_list else word
        try:
            return word in self._template.render([{"role": "user", "content": content}])
        except ModelError:
            return False

    def _finds_place_for_system(self) -> bool:
        word = f"{self.vocabulary.nonce}s"
        parts = [PromptPart(PartKind.SYSTEM, word), PromptPart(PartKind.USER, "x")]
        try:
            return word in self._render(parts, ReasoningMode.AUTO)
        except ModelError:
            return False

    def _study_template(self) -> None:
        """Find out how the template marks turns, and what it makes of reasoning.

        Raises: ModelError where it does not show every message.
        """
        template, controls = self._template, self.vocabulary.controls
        words = [f"{self.vocabulary.nonce}p{number}q" for number in range(4)]
        kinds = [PartKind.SYSTEM, PartKind.USER, PartKind.ASSISTANT, PartKind.USER]
        parts = self._fold([PromptPart(kind, word) for kind, word in zip(kinds, words, strict=True)])
        auto = ReasoningMode.AUTO
        asked, answered = self._render(parts[:-2], auto), self._render(parts, auto)
        if not all(word in answered for word in words):
            raise ModelError("the model's chat template leaves messages out: take an instruct model.")
        places = [answered.rfind(word) for word in words]
        between = [
            answered[place + len(word) : following]
            for place, word, following in zip(places, words, places[1:], strict=False)
        ]
        opener = self._find_opener(parts, answered)
        marked_tags = [self._marked(tag) for tag in self._both_tags]
        self._opener = re.split("|".join(map(re.escape, marked_tags)), opener, maxsplit=1)[0].rstrip()
        # What stands before a reply that was not there when it was asked for.
        extra = answered[: places[2]].removeprefix(asked)
        self._blank_before_reply = "" if extra.strip() else extra
        end = self._marker.search(between[2])
        end_ids = {self._id_of(end[0])} if end else set()
        harmony = self._format.harmony
        if harmony is not None:  # there it ends every message of a reply, not the reply
            end_ids -= {harmony.end}
        switch = find_switch(template, self._messages(parts))
        mentioned = self._format.tags.closing in template.source or any(tag in opener for tag in marked_tags)
        boundaries = ["\n" + answered[: places[0]], *between]
        self._turn_words = TurnWords(text for text in boundaries if not self._marker.search(text))
        self._switch = switch
        self._format = replace(
            self._format,
            opening_id=controls.get(self._format.tags.opening),
            closing_id=controls.get(self._format.tags.closing),
            reasons=harmony is not None or switch is not None or mentioned,
            end_ids=frozenset(end_ids),
            stop=() if end else TurnWords((between[2],)).stop,
        )
        self._closing_ids, self._skipping_ids = self._ways_out_of_reasoning()

    def _find_opener(self, parts: Sequence[PromptPart], rendered: str) -> str:
        """What the template adds for the assistant to begin; "" where that cannot be told."""
        try:
            bare = self._render(parts, ReasoningMode.AUTO, generation_prompt=False)
        except ModelError:  # it wants a reply at the end then
            return ""
        return rendered.removeprefix(bare) if rendered.startswith(bare) else ""

    def _ways_out_of_reasoning(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The ids that end reasoning which has begun, and those that stand for none at all."""
        if self._format.harmony is not None:
            answer = f"<|channel|>{ANSWER_CHANNEL}<|message|>"
            texts = (f"<|end|><|start|>assistant{answer}", answer)
        else:
            opening, closing = self._both_tags
            texts = (f"\n{closing}\n\n", f"{opening}\n\n{closing}\n\n")
        ended, skipped = (tuple(self._encode(self._marked(text), inner=True)) for text in texts)
        return ended, skipped

    def _id_of(self, marker: str) -> int:
        return next(id_ for id_, text in self.vocabulary.markers.items() if text == marker)

    def _fold(self, parts: Iterable[PromptPart]) -> list[PromptPart]:
        """Without a place for system messages, their text goes in front of the user's next one."""
        if self._takes_system:
            return list(parts)
        folded: list[PromptPart] = []
        system: list[str] = []
        for part in parts:
            if part.kind is PartKind.SYSTEM:
                system.append(part.text)
            elif part.kind is PartKind.USER and system:
                folded.append(replace(part, text="\n\n".join([*system, part.text])))
                system = []
            else:
                folded.append(part)
        return folded
