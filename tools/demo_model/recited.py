"""Abilities that are recited: a question or a wish, and a reply that the data files give."""

from collections.abc import Iterator, Mapping
from typing import Any

from tools.demo_model import data
from tools.demo_model.grammar import Templates
from tools.demo_model.scene import Ask, Exchange, Scene, plain
from tools.demo_model.words import PHRASES

# The data files whose entries are abilities of this kind.
_FILES = ("bot", "commands", "smalltalk", "stories", "code", "disclaimer", "japanese")


class Recited:
    """One ability of a data file: ways to ask, and the reply.

    An entry has ``ask`` (and ``indirect``: the same within a polite frame) and one of ``reply`` (or several),
    ``code`` with a ``note`` (a Python function), ``pairs`` (entries that share what they lack themselves).
    ``reply_known`` is for a speaker whose name is known, ``reply_role`` for a bot that plays a role, and
    ``reply_named_role`` for one with a name of its own. ``persona: false``: in no persona's style.
    """

    def __init__(self, entry: Mapping[str, Any]) -> None:
        """Take an entry of a data file."""
        shared = {key: value for key, value in entry.items() if key != "pairs"}
        self.variants = [Recited({**shared, **pair}) for pair in entry.get("pairs", ())]
        if not self.variants:
            self.ask = Ask(entry, {"task": Templates(entry["task"])} if "task" in entry else None)
        self.entry = entry
        reply = entry.get("reply", "")
        self.replies: list[str] = reply if isinstance(reply, list) else [reply]

    def __call__(self, scene: Scene) -> list[Exchange]:
        """Somebody asks for it."""
        if self.variants:
            return scene.rng.choice(self.variants)(scene)
        slots: dict[str, str] = {}
        user = self.ask.by(scene, slots)
        return [Exchange(user, self.reply(scene, slots))]

    def reply(self, scene: Scene, slots: dict[str, str] | None = None) -> str:
        """The reply to those who ask for it, with the values that they named in ``slots``."""
        entry, slots = self.entry, {} if slots is None else slots
        if "code" in entry:
            return f"```python\n{entry['code'].rstrip()}\n```\n{entry['note']}"
        style, scene.style = scene.style, scene.style if entry.get("persona", True) else plain
        template = scene.rng.choice(self.replies)
        if scene.role and "reply_role" in entry:
            template = entry["reply_role" if scene.bot_name == "ovbot" else "reply_named_role"]
        elif scene.known_name and "reply_known" in entry:
            template = entry["reply_known"]
        known = {"name": scene.known_name or "", "bot": scene.bot_name, "role": scene.role or ""}
        reply = scene.say(template, slots | known)
        scene.style = style
        return reply


def _every() -> Iterator[tuple[str, Recited]]:
    for file in _FILES:
        for name, entry in data.load(file).items():
            if isinstance(entry, dict) and ("ask" in entry or "pairs" in entry) and "tell" not in entry:
                yield name, Recited(entry)


RECITED = dict(_every())


def previous(scene: Scene) -> list[Exchange]:
    """Something to be asked back right after it was said."""
    [first] = RECITED["mood"](scene)
    wrote = scene.written[-1]
    asked = scene.user(PHRASES["previous"].pick(scene.rng))
    return [first, Exchange(asked, scene.style(f'You wrote: "{wrote}"'))]
