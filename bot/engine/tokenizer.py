"""Text to token ids by a model's own vocabulary and chat template, and back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from bot.chat.ports import PartKind, PromptPart
from bot.engine.chat_template import ChatTemplate, find_template, named_tokens
from bot.engine.vocabulary import Vocabulary, build_vocabulary
from bot.errors import ModelError


def load_tokenizer(folder: Path) -> ChatTokenizer:
    """The tokenizer of a model folder, from its tokenizer.json and its chat template.

    Raises: ModelError where the folder has none that can be used.
    """
    try:
        tokenizer_json = (folder / "tokenizer.json").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(
            f"{folder / 'tokenizer.json'} cannot be read ({error}): export or pull the model again."
        ) from None
    template = ChatTemplate(find_template(folder), named_tokens(folder))
    try:
        return ChatTokenizer(tokenizer_json, template)
    except ModelError as error:
        raise ModelError(f"The model in {folder} cannot be used: {error}") from None


class ChatTokenizer:
    """Implements `bot.chat.ports.Tokenizer`. Safe to use from several threads.

    The template is rendered around placeholders, its control tokens are replaced by markers, then
    the placeholders by what people wrote: so the whole prompt is encoded as its author's template
    has it, and a control id can come from the template alone.
    """

    def __init__(self, tokenizer_json: str, template: ChatTemplate) -> None:
        named = template.variables
        self.vocabulary: Vocabulary = build_vocabulary(tokenizer_json, named.values(), template.source)
        self._template = template
        digest = hashlib.sha256()
        for text in (tokenizer_json, template.source):
            digest.update(hashlib.sha256(text.encode()).digest())
        self._fingerprint = digest.hexdigest()[:16]
        self._control_ids = frozenset(self.vocabulary.markers)
        controls = sorted(self.vocabulary.controls, key=len, reverse=True)
        placeholder = f"{self.vocabulary.nonce}m(?P<message>[0-9]+)q"
        self._literal = re.compile("|".join([placeholder, *map(re.escape, controls)]))
        self._marker = re.compile("|".join(self.vocabulary.markers.values()) or "(?!)")
        self._takes_system = self._finds_place_for_system()
        self._turn_ids = self._find_turn_ids()

    @property
    def fingerprint(self) -> str:
        """Short hash of vocabulary and template: tells whether stored ids still mean the same."""
        return self._fingerprint

    @property
    def control_ids(self) -> frozenset[int]:
        """The ids of all control tokens."""
        return self._control_ids

    @property
    def turn_ids(self) -> frozenset[int]:
        """The control ids by which the template begins and ends turns: a reply ends at any of them."""
        return self._turn_ids

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

    def encode_chat(self, parts: Sequence[PromptPart]) -> list[int]:
        """Ids of a whole prompt by the chat template, ending where the assistant begins to speak.

        Control ids come from the template alone. The ids of a prompt followed by a generated reply
        are a prefix of the next prompt that holds that reply with its `token_ids`.

        Raises: ModelError where the template refuses the order of the parts.
        """
        parts = self._fold(parts)
        generated = [i for i, part in enumerate(parts) if part.kind is PartKind.ASSISTANT and part.token_ids]
        ids: list[int] = []
        last = None
        for end in [*generated, len(parts)]:
            # What stands before a generated reply is what the model was given to generate it.
            text = self._render(parts[:end])
            if last is None:
                ids += self._encode(self._fill(text, parts))
            else:
                _, _, text = text.partition(self._placeholder(last))
                ids += self._encode_after_reply(self._fill(text, parts))
            if end < len(parts):
                ids += [id_ for id_ in parts[end].token_ids if id_ not in self._control_ids]
                last = end
        return ids

    def _encode_after_reply(self, text: str) -> list[int]:
        first = self._marker.search(text)
        head, rest = (text[: first.start()], text[first.start() :]) if first else (text, "")
        # Blanks before the end token: the model's own end token came without them.
        if first and not head.strip():
            head = ""
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

    def _fill(self, rendered: str, parts: Sequence[PromptPart]) -> str:
        """Markers for the control tokens of a rendered template, then texts for its placeholders."""
        vocabulary = self.vocabulary

        def replace(match: re.Match[str]) -> str:
            if match["message"]:
                return parts[int(match["message"])].text.strip()
            return vocabulary.markers[vocabulary.controls[match[0]]]

        return self._literal.sub(replace, rendered)

    def _render(self, parts: Sequence[PromptPart], generation_prompt: bool = True) -> str:
        """The template around placeholders. Blanks at the ends of a text stay outside of them, so
        that templates which trim still do."""
        messages = []
        for index, part in enumerate(parts):
            core = part.text.strip()
            content = self._placeholder(index) if core or part.token_ids else part.text
            if core and not part.token_ids:
                before, _, after = part.text.partition(core)
                content = before + content + after
            messages.append({"role": str(part.kind), "content": content})
        return self._template.render(messages, generation_prompt)

    def _placeholder(self, index: int) -> str:
        return f"{self.vocabulary.nonce}m{index}q"

    def _finds_place_for_system(self) -> bool:
        parts = [PromptPart(PartKind.SYSTEM, "x"), PromptPart(PartKind.USER, "x")]
        try:
            return self._placeholder(0) in self._render(parts)
        except ModelError:
            return False

    def _find_turn_ids(self) -> frozenset[int]:
        """Also sees to it that the template shows every message."""
        kinds = [PartKind.SYSTEM, PartKind.USER, PartKind.ASSISTANT, PartKind.USER]
        parts = self._fold([PromptPart(kind, "x") for kind in kinds])
        text = self._render(parts, generation_prompt=False)
        if not all(self._placeholder(index) in text for index in range(len(parts))):
            raise ModelError("the model's chat template leaves messages out: take an instruct model.")
        return frozenset(self._encode(self._fill(text, parts))) & self._control_ids

    def _fold(self, parts: Sequence[PromptPart]) -> list[PromptPart]:
        """Without a place for system messages, their text goes in front of the user's next one."""
        if self._takes_system:
            return list(parts)
        folded: list[PromptPart] = []
        system: list[str] = []
        for part in parts:
            if part.kind is PartKind.SYSTEM:
                system.append(part.text)
            elif part.kind is PartKind.USER and system:
                folded.append(PromptPart(part.kind, "\n\n".join([*system, part.text])))
                system = []
            else:
                folded.append(part)
        return folded
