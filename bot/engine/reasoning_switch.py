"""How a chat template is told to let the model reason, or not to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.chat.ports import ReasoningMode
from bot.engine.chat_template import ChatTemplate
from bot.errors import ModelError

# The variables that templates have for it, with what stands for on and off. Qwen3, SmolLM3, GLM-4.5, Gemma 4
# and others; DeepSeek-V3.1 and Granite; gpt-oss, which reasons little at the least.
_VARIABLES: tuple[tuple[str, object, object], ...] = (
    ("enable_thinking", True, False),
    ("thinking", True, False),
    ("reasoning_effort", "medium", "low"),
)


@dataclass(frozen=True, slots=True)
class ReasoningSwitch:
    """A template's variable, and its values."""

    variable: str
    on: object
    off: object

    def options(self, mode: ReasoningMode) -> dict[str, object]:
        """What the template is given; nothing for AUTO, where it decides itself."""
        if mode is ReasoningMode.AUTO:
            return {}
        return {self.variable: self.on if mode is ReasoningMode.ON else self.off}


def find_switch(template: ChatTemplate, messages: Sequence[Mapping[str, Any]]) -> ReasoningSwitch | None:
    """The switch of a template, if it makes a difference to a conversation; None where there is none."""
    for variable, on, off in _VARIABLES:
        if not template.uses(variable):
            continue
        try:
            shown = [template.render(messages, options={variable: value}) for value in (on, off)]
        except ModelError:
            continue
        if shown[0] != shown[1]:
            return ReasoningSwitch(variable, on, off)
    return None
