"""Names and facts told, corrected and asked for turns later, by the one who told them or by another."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tools.demo_model import data, numbers
from tools.demo_model.grammar import Templates
from tools.demo_model.recited import RECITED
from tools.demo_model.scene import Ask, Exchange, Scene, plain
from tools.demo_model.words import PHRASES, WORDS, expand

_FACTS, _NAMES, _JAPANESE = (data.load(name) for name in ("facts", "names", "japanese"))
_BETWEEN = [(RECITED | numbers.ABILITIES)[name] for name in data.load("mixture")["between"]]


def _between(scene: Scene) -> list[Exchange]:
    """Something else, while what was told is to be kept in mind."""
    return scene.rng.choice(_BETWEEN)(scene)


class Fact:
    """One thing to know about a person, their name among them: how it is told, asked, and said back.

    ``key``: under which it is remembered; ``value``: a template of what it may be; ``entry``: of a data file;
    ``replies``: what of that file holds the replies.
    """

    def __init__(
        self, key: str, noun: str, value: str, entry: Mapping[str, Any], replies: Mapping[str, Any] = _FACTS
    ) -> None:
        """Put ``noun`` into the templates of ``entry``."""
        # Only facts of the English data file have more ways to tell and ask.
        more: Mapping[str, str] = _FACTS["more"].get(key, {})
        forms = {name: text.replace("{noun}", noun) for name, text in entry.items() if isinstance(text, str)}
        self.key, self.value, self.replies = key, value, replies
        self.tell = Templates(entry["tell"] if key == "name" else forms["tell"] + more.get("tell", ""))
        self.said, self.unknown = forms.get("said", ""), forms.get("unknown", "")
        self.third, self.ask_third = forms.get("third"), Templates(forms.get("ask_third", ""))
        mine = self.said.replace("your", "my").replace("you are", "i'm").replace("you ", "i ")
        self.phrases = {"mine": Templates(mine)}
        self.correct = Templates(replies["correct"]) if "correct" in replies else self.tell
        if key == "name":
            self.ask = Ask(entry)
        else:
            ask = {"ask": forms["ask"] + more.get("ask", "")}
            self.ask = Ask(ask | {"indirect": self._indirect()} if replies is _FACTS else ask)

    def _indirect(self) -> str:
        """The question within another: "what my favourite food is"."""
        mine = " ".join({"your": "my", "you": "i"}.get(word, word) for word in self.unknown.split())
        mine = mine.replace("i are", "i am")
        return f"{mine}\nwhat {mine} is" if mine.startswith("my ") else mine

    def of_value(self, value: str) -> str:
        """What is said back: "your favourite food is curry"."""
        return self.said.replace("{value}", value)

    def told(self, scene: Scene) -> Exchange:
        """The speaker tells it, for the first time in this conversation or another value for it."""
        rng, known = scene.rng, scene.speaker.facts
        new, old = expand(rng, self.value), known.get(self.key)
        if self.key == "name" and scene.prefixed and rng.random() < 0.12:
            new = scene.speaker.handle
        known[self.key] = new
        template = (self.correct if old and rng.random() < 0.5 else self.tell).pick(rng)
        if self.replies is _FACTS and rng.random() < 0.2:
            template = f"<telling> {template}"
        user = scene.user(template, {"value": new, "old": old or ""}, self.phrases)
        kind = "changed" if old else "told"
        return Exchange(user, scene.answer(self.replies, kind, said=self.of_value(new), value=new))

    def asked(self, scene: Scene) -> Exchange:
        """The speaker asks for it, told or not."""
        return Exchange(self.ask.by(scene), self.answer(scene))

    def answer(self, scene: Scene) -> str:
        """The reply to a question of the speaker's for it."""
        value = scene.speaker.facts.get(self.key)
        if value is not None:
            return scene.answer(self.replies, "known", said=self.of_value(value), value=value)
        if self.key == "name" and scene.prefixed:
            return scene.answer(self.replies, "handle", value=scene.speaker.handle)
        return scene.answer(self.replies, "unknown", unknown=self.unknown)


NAME = Fact("name", "", "{person}", _NAMES, _NAMES)
JAPANESE_NAME = Fact("name", "", "{japanese_name}", _JAPANESE["names"], _JAPANESE["names"])
_JAPANESE_FACTS = [
    Fact(key, key, entry["value"], entry, _JAPANESE["fact_replies"])
    for key, entry in _JAPANESE["facts"].items()
]
_JAPANESE_KEYS = {fact.key for fact in _JAPANESE_FACTS}


def _facts() -> dict[str, Fact]:
    kinds, made = _FACTS["kinds"], {"name": NAME}
    for noun, value in kinds["favourite"]["nouns"].items():
        made[f"favourite {noun}"] = Fact(f"favourite {noun}", noun, value, kinds["favourite"])
    for noun in WORDS[kinds["called"]["nouns"]]:
        made[f"{noun}'s name"] = Fact(f"{noun}'s name", noun, "{person}", kinds["called"])
    for noun, value in kinds["other"]["nouns"].items():
        made[noun] = Fact(noun, noun, value, kinds["other"])
    return made | {key: Fact(key, key, entry["value"], entry) for key, entry in _FACTS["facts"].items()}


FACTS = _facts()
_TOLD_OFTEN = [FACTS[key] for key in _FACTS["told_often"]]


def fact_of(key: str) -> Fact:
    """The fact with this key: one of `FACTS`, or made for any noun."""
    if key not in FACTS:
        kind = "favourite" if key.startswith("favourite ") else "other"
        value = "{invented}" if kind == "favourite" else "{code_word}"
        return Fact(key, key.removeprefix("favourite "), value, _FACTS["kinds"][kind])
    return FACTS[key]


def _any_fact(rng: Random) -> Fact:
    """Any fact, the everyday ones more often, sometimes one of an unusual noun."""
    roll = rng.random()
    if roll < 0.12:
        noun = rng.choice(WORDS["noun"])
        return fact_of(noun if rng.random() < 0.7 else f"favourite {noun}")
    return rng.choice(_TOLD_OFTEN if roll < 0.7 else list(FACTS.values()))


def _told_fact(scene: Scene, share: float) -> Fact:
    """A fact that the speaker told, with that share; else any."""
    told = [key for key in scene.speaker.facts if key not in _JAPANESE_KEYS]
    if told and scene.rng.random() < share:
        return fact_of(scene.rng.choice(told))
    return _any_fact(scene.rng)


def _later(scene: Scene, fact: Fact) -> list[Exchange]:
    """A thing told, something else in between, and the question for it."""
    exchanges = [fact.told(scene)]
    for _ in range(scene.rng.choice((1, 2, 2, 2, 3, 4))):
        exchanges += _between(scene)
    return [*exchanges, fact.asked(scene)]


def _of_several_people(scene: Scene, fact: Fact) -> list[Exchange]:
    """The same thing told by one or by each of two people, then asked for by one or both."""
    rng = scene.rng
    if len(scene.people) < 2:
        return _later(scene, fact)
    pair = rng.sample(scene.people, 2)
    exchanges = []
    for person in pair if rng.random() < 0.4 else pair[:1]:
        scene.speaker = person
        exchanges.append(fact.told(scene))
    if rng.random() < 0.5:
        scene.speaker = rng.choice(scene.people)
        exchanges += _between(scene)
    rng.shuffle(pair)
    for person in pair if rng.random() < 0.7 else pair[:1]:
        scene.speaker = person
        exchanges.append(fact.asked(scene))
    return exchanges


def fact_of_another(scene: Scene) -> list[Exchange]:
    """Where several talk, one asks for what another one told."""
    rng = scene.rng
    others = [person for person in scene.people if person is not scene.speaker]
    if not others:
        return [_told_fact(scene, 0.75).asked(scene)]
    other = rng.choice(others)
    told = [fact for key in other.facts if (fact := fact_of(key)).third]
    fact = rng.choice(told) if told and rng.random() < 0.8 else _any_fact(rng)
    while fact.third is None:
        fact = _any_fact(rng)
    slots = {"other": other.handle}
    user = scene.user(fact.ask_third.pick(rng), dict(slots))
    if fact.key in other.facts:
        return [Exchange(user, scene.say(fact.third + ".", slots | {"value": other.facts[fact.key]}))]
    return [Exchange(user, scene.say(_FACTS["unknown_other"], slots))]


def several_facts(scene: Scene) -> list[Exchange]:
    """Several things told one after another, and two of them asked for."""
    facts = scene.rng.sample(_TOLD_OFTEN, scene.rng.choice((2, 3, 3, 4)))
    exchanges = [fact.told(scene) for fact in facts]
    if scene.rng.random() < 0.6:
        exchanges += _between(scene)
    scene.rng.shuffle(facts)
    return exchanges + [fact.asked(scene) for fact in facts[:2]]


def changed_fact(scene: Scene) -> list[Exchange]:
    """A thing told, told otherwise some time later, and asked for: the last one counts."""
    fact = _any_fact(scene.rng)
    first = fact.told(scene)
    middle = _between(scene) if scene.rng.random() < 0.5 else []
    return [first, *middle, fact.told(scene), fact.asked(scene)]


def tell_two(scene: Scene) -> list[Exchange]:
    """A name and a thing in one message."""
    fact, name = scene.rng.choice(_TOLD_OFTEN), expand(scene.rng, NAME.value)
    value = expand(scene.rng, fact.value)
    scene.speaker.facts |= {"name": name, fact.key: value}
    user = scene.user("<with_name>", {"name": name, "value": value}, fact.phrases)
    said = f"your name is {name}, and {fact.of_value(value)}"
    return [Exchange(user, scene.answer(_FACTS, "told", said=said))]


def ask_two(scene: Scene) -> list[Exchange]:
    """A name and a thing in one question."""
    fact, name = _told_fact(scene, 1), scene.speaker.facts.get("name")
    if name is None or fact is NAME or fact.key not in scene.speaker.facts:
        return [fact.asked(scene)]
    question = expand(scene.rng, fact.ask.templates.pick(scene.rng)).rstrip("?.")
    user = scene.user("<ask_two>", None, {"question": Templates(question)})
    said = f"your name is {name}, and {fact.of_value(scene.speaker.facts[fact.key])}"
    return [Exchange(user, scene.answer(_FACTS, "known", said=said))]


def ask_everything(scene: Scene) -> list[Exchange]:
    """The speaker asks what is known about them."""
    user = scene.user("<ask_all>")
    told = [(key, value) for key, value in scene.speaker.facts.items() if key not in _JAPANESE_KEYS]
    known = [fact_of(key).of_value(value) for key, value in told[:5]]
    if not known:
        return [Exchange(user, scene.answer(_FACTS, "unknown", unknown="anything about you yet"))]
    said = ". ".join([known[0], *(part[:1].upper() + part[1:] for part in known[1:])])
    return [Exchange(user, scene.answer(_FACTS, "known", said=said))]


def name_with_question(scene: Scene) -> list[Exchange]:
    """A name together with a question for the bot."""
    rng = scene.rng
    style, scene.style = scene.style, plain  # the style goes around the whole reply, once
    prefixed, scene.prefixed = scene.prefixed, False
    asked = RECITED[rng.choice(("who", "who", "abilities", "how_are_you", "commands", "disclaimer"))]
    [exchange] = asked(scene)
    scene.prefixed = prefixed
    scene.speaker.facts["name"] = name = expand(rng, NAME.value)
    user = scene.user(PHRASES["with_question"].pick(rng), {"name": name, "question": exchange.user})
    greeting = scene.answer(_NAMES, "told", value=name)
    scene.style = style
    return [Exchange(user, style(f"{greeting} {exchange.reply}"))]


def _in_japanese(scene: Scene, fact: Fact) -> list[Exchange]:
    """A thing told and asked in Japanese, or asked without being told."""
    if scene.rng.random() < 0.22:
        return [fact.asked(scene)]
    told = fact.told(scene)
    middle = RECITED["japanese"](scene) if scene.rng.random() < 0.6 else []
    return [told, *middle, fact.asked(scene)]


_OTHERS = (
    tell_two,
    ask_two,
    ask_everything,
    several_facts,
    changed_fact,
    fact_of_another,
    name_with_question,
)
ABILITIES: dict[str, Callable[[Scene], list[Exchange]]] = {
    **{ability.__name__: ability for ability in _OTHERS},
    "tell_name": lambda scene: [NAME.told(scene)],
    "ask_name": lambda scene: [NAME.asked(scene)],
    "name_later": lambda scene: _later(scene, NAME),
    "name_of_several_people": lambda scene: _of_several_people(scene, NAME),
    "tell_fact": lambda scene: [_told_fact(scene, 0.25).told(scene)],
    "ask_fact": lambda scene: [_told_fact(scene, 0.75).asked(scene)],
    "fact_later": lambda scene: _later(scene, _any_fact(scene.rng)),
    "fact_of_several_people": lambda scene: _of_several_people(scene, _any_fact(scene.rng)),
    "japanese_name": lambda scene: _in_japanese(scene, JAPANESE_NAME),
    "japanese_fact": lambda scene: _in_japanese(scene, scene.rng.choice(_JAPANESE_FACTS)),
}
