"""What every ability works with: messages, exchanges, the people in a conversation and what they told."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from tools.demo_model.grammar import expand, without_marks
from tools.demo_model.noise import noisy

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True)
class Message:
    """One message of a dialogue, as the chat template takes it."""

    role: Role
    content: str


@dataclass
class Person:
    """Somebody in the conversation, and what they told about themselves (fact's key: value)."""

    handle: str
    name: str | None = None
    facts: dict[str, str] = field(default_factory=dict)


Style = Callable[[str], str]


def plain(reply: str) -> str:
    """No persona: the reply as it is."""
    return reply


@dataclass
class Scene:
    """A conversation under way: whose turn it is, how the bot talks, what it is called.

    ``meant`` holds the users' messages as they were before anybody mistyped them.
    """

    rng: random.Random
    people: list[Person]
    prefixed: bool = False
    style: Style = plain
    bot_name: str = "ovbot"
    role: str | None = None
    speaker: Person = field(init=False)
    meant: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """The first person begins."""
        self.speaker = self.people[0]

    @property
    def known_name(self) -> str | None:
        """The speaker's name, if known: as told, else as it stands before their messages."""
        return self.speaker.name or (self.speaker.handle if self.prefixed else None)

    def pick(self, options: Iterable[str]) -> str:
        """One of ``options``; a template of many variants comes more often than one of few."""
        every = list(options)
        return self.rng.choices(every, [(1 + option.count("|")) ** 0.6 for option in every])[0]

    def user(self, template: str, **slots: str) -> str:
        """A user's message from a template, typed as people type, speaker first where several talk."""
        return self.typed(expand(self.rng, template, slots, mark=True))

    def typed(self, text: str) -> str:
        """A user's message from ready text."""
        self.meant.append(without_marks(text))
        text = noisy(self.rng, text)
        return f"{self.speaker.handle}: {text}" if self.prefixed else text

    def say(self, template: str, **slots: str) -> str:
        """A reply from a template, in the persona's style."""
        return self.style(expand(self.rng, template, slots))


@dataclass(frozen=True)
class Exchange:
    """A user's message and the reply to learn."""

    user: str
    reply: str
