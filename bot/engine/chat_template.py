"""A model's chat template: found in its folder, and rendered."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.engine.model_folder import read_json
from bot.engine.people_text import joined
from bot.errors import ModelError

# What Phi-3's model card gives; early exports of it came without a template.
PHI3_TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>\n{{ message['content'] }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)


def find_template(folder: Path) -> str:
    """The text of the chat template of a model folder.

    Raises: ModelError where there is none and the model is no Phi-3.
    """
    beside = folder / "chat_template.jinja"
    if beside.is_file():
        try:
            return beside.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ModelError(f"{beside} cannot be read ({error}): export or pull the model again.") from None
    for name in ("tokenizer_config.json", "chat_template.json"):
        template = read_json(folder / name).get("chat_template")
        if isinstance(template, list):
            named = [
                entry for entry in template if isinstance(entry, dict) and entry.get("name") == "default"
            ]
            template = named[0].get("template") if named else None
        if isinstance(template, str):
            return template.removeprefix("\ufeff")
    if read_json(folder / "config.json").get("model_type") == "phi3":
        return PHI3_TEMPLATE
    raise ModelError(
        f"{folder} has no chat template: it is no model for conversations. Take an instruct model."
    )


def named_tokens(folder: Path) -> dict[str, str]:
    """The control tokens that a model folder names, by role: `bos_token`, `eos_token`, …"""
    tokens = {}
    for role, token in read_json(folder / "tokenizer_config.json").items():
        text = token.get("content") if isinstance(token, dict) else token
        if role.endswith("_token") and isinstance(text, str):
            tokens[role] = text
    return tokens


class ChatTemplate:
    """A chat template, ready to render.

    tokens: the control tokens that it may name, by role. options: what else it may use besides the
    messages, such as `enable_thinking`.
    """

    def __init__(
        self, source: str, tokens: Mapping[str, str], options: Mapping[str, Any] | None = None
    ) -> None:
        self.source = source
        self.tokens = dict(tokens)
        self.options = dict(options or {})

    def uses(self, name: str) -> bool:
        """Whether the template names a variable or a field of a message."""
        return re.search(rf"\b{re.escape(name)}\b", self.source) is not None

    def render(
        self,
        messages: Sequence[Mapping[str, Any]],
        generation_prompt: bool = True,
        options: Mapping[str, Any] | None = None,
    ) -> str:
        """The text of a prompt from messages that have a `role` and a `content`, which may be a
        `PeopleText`: its stand-ins are in the prompt then. options: in place of the template's own of the
        same names.

        Raises: ModelError where the template refuses them.
        """
        # Seconds where torch is installed; and jinja2 alone lacks what templates expect of it.
        # Without torch it would advise to install it, which nothing here needs.
        os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")
        from transformers.utils.chat_template_utils import _compile_jinja_template, render_jinja_template

        variables = {**self.tokens, **self.options, **(options or {})}
        try:
            # So that text which comes out of a macro of the template still is people's.
            _compile_jinja_template(self.source).environment.concat = joined
            rendered, _ = render_jinja_template(
                [list(messages)],
                chat_template=self.source,
                add_generation_prompt=generation_prompt,
                **variables,
            )
        except Exception as error:  # noqa: BLE001  a template can raise whatever Python can
            raise ModelError(
                f"the model's chat template refuses the conversation ({error}): choose another model."
            ) from None
        return "".join((rendered[0],))
