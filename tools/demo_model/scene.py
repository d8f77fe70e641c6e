"""A conversation under way: messages, exchanges, the people in it and what they told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

from tools.demo_model.grammar import Templates
from tools.demo_model.noise import noisy
from tools.demo_model.words import expand, without_marks

Role = Literal["system", "user", "assistant"]
Style = Callable[[str], str]

# How often a question stands in a polite frame, where it can.
_INDIRECT = 0.18


@dataclass(frozen=True)
class Message:
    """One message of a dialogue, as the chat template takes it."""

    role: Role
    content: str


@dataclass(frozen=True)
class Exchange:
    """A user's message and the reply to learn."""

    user: str
    reply: str


@dataclass
class Person:
    """Somebody in the conversation, and what they told about themselves: value by key, "name" among them."""

    handle: str
    facts: dict[str, str] = field(default_factory=dict)


def plain(reply: str) -> str:
    """No persona: the reply as it is."""
    return reply


class Ask:
    """The ways to ask for something: templates, and questions for a polite frame (``indirect``)."""

    def __init__(self, entry: Mapping[str, Any], phrases: Mapping[str, Templates] | None = None) -> None:
        """Take ``ask`` and ``indirect`` of a data file's entry."""
        self.templates = Templates(entry["ask"])
        self.framed = {"inner": Templates(entry["indirect"])} if "indirect" in entry else None
        self.phrases = phrases

    def by(self, scene: "Scene", slots: dict[str, str] | None = None) -> str:
        """What the speaker writes to ask for it."""
        if self.framed and scene.rng.random() < _INDIRECT:
            return scene.user("<frame>", slots, self.framed)
        return scene.user(self.templates.pick(scene.rng), slots, self.phrases)


@dataclass
class Scene:
    """Whose turn it is, how the bot talks and what it is called; ``prefixed``: messages begin with a name.

    ``written`` holds what users wrote, both as they meant it and as they typed it.
    """

    rng: Random
    people: list[Person]
    prefixed: bool = False
    style: Style = plain
    bot_name: str = "ovbot"
    role: str | None = None
    speaker: Person = field(init=False)
    written: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """The first person begins."""
        self.speaker = self.people[0]

    @property
    def known_name(self) -> str | None:
        """The speaker's name, if known: as told, else as it stands before their messages."""
        return self.speaker.facts.get("name") or (self.speaker.handle if self.prefixed else None)

    def user(
        self,
        template: str,
        slots: dict[str, str] | None = None,
        phrases: Mapping[str, Templates] | None = None,
    ) -> str:
        """A user's message from a template, typed as people type, speaker first where several talk."""
        meant = expand(self.rng, template, slots, phrases, mark=True)
        typed = noisy(self.rng, meant)
        self.written += [without_marks(meant), typed]
        return f"{self.speaker.handle}: {typed}" if self.prefixed else typed

    def say(self, template: str, slots: dict[str, str] | None = None) -> str:
        """A reply from a template, in the persona's style."""
        return self.style(expand(self.rng, template, slots))

    def answer(self, entry: Mapping[str, Any], kind: str, **slots: str) -> str:
        """A reply out of a data file's ``replies``; of ``replies_to``, where several people talk."""
        replies = entry["replies"] | (entry.get("replies_to", {}) if self.prefixed else {})
        reply = expand(self.rng, replies[kind], {"who": self.speaker.handle, **slots})
        return self.style(reply) if entry.get("persona", True) else reply
