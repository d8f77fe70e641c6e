"""The text that stands for a prompt's ids, for models that take prompts as text.

A vision-language model is given its prompt as text, which the pipeline's own tokenizer reads: control tokens
wherever they stand. So whatever reads like one, and is none by the prompt's ids, is broken by a space that
people can see and that changes nothing of what they said; and it is counted that no other control ids come
out than the prompt has.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from bot.errors import EngineError

_IMAGE = "<ov_genai_image_{number}>"
# By these models mark where a picture is; in some they are no tokens.
_IMAGE_TAG = r"<[|/]*(?:ov_genai_|start_of_)?(?:image|img|video|audio|vision)[\w-]*[|/]*>"
# All but what ordinary sentences are made of.
_UNUSUAL = re.compile(r"[^\w\s.,;:!?'\"()-]")


class PromptTexts:
    """Makes texts of prompts.

    controls: the text of each control token by its id. decode: the text of ids that have none among them.
    encode: the ids of a text, as the pipeline reads it.
    """

    def __init__(
        self,
        controls: Mapping[int, str],
        decode: Callable[[list[int]], str],
        encode: Callable[[str], list[int]],
    ) -> None:
        self._controls = controls
        self._decode = decode
        self._encode = encode
        by_length = sorted((text for text in controls.values() if len(text) > 1), key=len, reverse=True)
        literals = "|".join([*map(re.escape, by_length), _IMAGE_TAG])
        self._literal = re.compile(literals, re.IGNORECASE)

    def text(self, ids: Sequence[int]) -> tuple[str, int]:
        """The text of a prompt, and how many tokens it is read as, of which each picture's place counts as
        one. An id below 0 is a picture's place; see `bot.engine.tokenizer.image_id`.

        Raises: EngineError where people's text would become control tokens whatever is done.
        """
        for make_harmless in (self._broken, self._plain):
            pieces = list(self._pieces(ids, make_harmless))
            read = self._encode("".join("\n" if is_image else piece for piece, is_image in pieces))
            if self._controls_of(read) == self._controls_of(ids):
                images = sum(is_image for _, is_image in pieces)
                return "".join(piece for piece, _ in pieces), len(read) + images
        raise EngineError("text of the conversation would be read as control tokens of the model")

    def _pieces(self, ids: Sequence[int], make_harmless: Callable[[str], str]) -> Iterator[tuple[str, bool]]:
        """The prompt piece by piece, and whether each is a picture's place."""
        for special, group in groupby(ids, lambda id_: id_ < 0 or id_ in self._controls):
            run = list(group)
            if not special:
                yield make_harmless(self._decode(run)), False
                continue
            for id_ in run:
                is_image = id_ < 0
                yield _IMAGE.format(number=-1 - id_) if is_image else self._controls[id_], is_image

    def _controls_of(self, ids: Sequence[int]) -> list[int]:
        return [id_ for id_ in ids if id_ in self._controls]

    def _broken(self, text: str) -> str:
        """`text` with a space in whatever reads like a control token or a picture's place."""
        while True:
            broken = self._literal.sub(lambda match: f"{match[0][0]} {match[0][1:]}", text)
            if broken == text:
                return text
            text = broken

    def _plain(self, text: str) -> str:
        """`text`; where the pipeline reads control tokens even so, without unusual characters."""
        text = self._broken(text)
        if not self._controls_of(self._encode(text)):
            return text
        return self._broken(_UNUSUAL.sub("", unicodedata.normalize("NFKC", text)))
