"""Facts told, corrected and asked for turns later, by the one who told them or by another."""

from tools.demo_model import words
from tools.demo_model.corpus import smalltalk
from tools.demo_model.corpus.fact_kinds import Fact
from tools.demo_model.corpus.facts import EVERYDAY, FACTS, TOLD_OFTEN, fact_of
from tools.demo_model.dialogue import Exchange, Person, Scene
from tools.demo_model.grammar import expand

_ASK_ALL = (
    "what do you know about me?|tell me what you know about me.|"
    "what have i told you[ about me| about myself| so far]?|what do you remember about me?|"
    "what did i tell you[ about me| about myself]?|(list|repeat|"
    "sum up) what you know about me.|tell me (everything|all) about me.|describe me.|"
    "tell me about me.|what do you know of me?"
)

_TELLING = (
    "(just so you know|by the way|fyi|fun fact|listen|a fact about me|here is something|let me tell you|"
    "you should know|also|oh and|i forgot to say|one more thing|guess what|well|please note|"
    "about me|something else|did i say|ok so|now)[,|:]"
)
_ASKING = (
    "(quick question|tell me|do you remember|ok|test|pop quiz|trivia|remind me|let's see|now|and|so|"
    "can you tell me|memory check|let me test you|i forgot|a question|hey|say)[,|:]"
)


def ask_two(scene: Scene) -> list[Exchange]:
    """Two things in one question."""
    told = scene.speaker.facts
    if not told or not scene.known_name:
        return ask_fact(scene)
    fact = fact_of(scene.rng.choice(list(told)))
    question = expand(scene.rng, fact.ask).rstrip("?.")
    user = scene.user(
        f"(what's|what is) my name and {question}?|{question} and (what's|what is) my name?|"
        f"who am i and {question}?"
    )
    said = _capital(fact.said.replace("{v}", told[fact.key]))
    return [Exchange(user, scene.style(f"Your name is {scene.known_name}. {said}."))]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _pick_fact(scene: Scene) -> Fact:
    roll = scene.rng.random()
    if roll < 0.12:
        noun = scene.rng.choice(words.NOUNS)
        return fact_of(noun if scene.rng.random() < 0.7 else f"favourite {noun}")
    return scene.rng.choice(TOLD_OFTEN) if roll < 0.7 else scene.rng.choice(FACTS)


def _told(scene: Scene, fact: Fact) -> Exchange:
    """The speaker tells ``fact``, for the first time in this conversation or once more."""
    new = fact.value(scene.rng)
    again = fact.key in scene.speaker.facts
    scene.speaker.facts[fact.key] = new
    reply = ("All right, I've changed that: " if again else "Got it: ") + fact.said + "."
    tell = f"{_TELLING} ({fact.tell})" if scene.rng.random() < 0.2 else fact.tell
    return Exchange(scene.user(tell, v=new), scene.say(reply, v=new))


def fact_answer(scene: Scene, fact: Fact) -> str:
    """The reply to a question of the speaker's for ``fact``, told or not."""
    if fact.key in scene.speaker.facts:
        return scene.say(_capital(fact.said) + ".", v=scene.speaker.facts[fact.key])
    return scene.say(f"I don't know {fact.unknown}: you haven't told me in this conversation.")


def _asked(scene: Scene, fact: Fact) -> Exchange:
    ask = f"{_ASKING} ({fact.ask})" if scene.rng.random() < 0.15 else fact.ask
    return Exchange(scene.user(ask), fact_answer(scene, fact))


def tell_fact(scene: Scene) -> list[Exchange]:
    """The speaker tells one thing, or another value for a thing told before."""
    told = scene.speaker.facts
    if not told or scene.rng.random() >= 0.25:
        return [_told(scene, _pick_fact(scene))]
    fact = fact_of(scene.rng.choice(list(told)))
    old, new = told[fact.key], fact.value(scene.rng)
    mine = fact.said.replace("your", "my").replace("you are", "i am").replace("you ", "i ")
    corrections = (
        f"(actually|no|sorry|wait), {mine} [now].",
        f"i changed my mind: {mine}.",
        f"{mine} now[, not {{old}}].",
        f"correction: {mine}.",
        f"that's not right anymore, {mine}.",
        fact.tell,
    )
    told[fact.key] = new
    user = scene.user(scene.pick(corrections), v=new, old=old)
    return [Exchange(user, scene.say(f"All right, I've changed that: {fact.said}.", v=new))]


def tell_several(scene: Scene) -> list[Exchange]:
    """A name and a thing, or two things, in one message."""
    rng, speaker = scene.rng, scene.speaker
    first, second = rng.sample(EVERYDAY, 2)
    value, other = first.value(rng), second.value(rng)
    said = [f"my {first.key} is {{a}}", f"my {second.key} is {{b}}"]
    for at, fact, slot in ((0, first, "a"), (1, second, "b")):
        if fact.key in ("city", "job", "age"):
            said[at] = fact.said.replace("you are", "i'm").replace("you ", "i ").replace("{v}", f"{{{slot}}}")
    if rng.random() < 0.6:
        speaker.name = words.person(rng)
        user = scene.user(
            (
                f"[(hi|hello)[,]] (i'm|my name is|i am) {{n}} and {said[0]}.|(i'm|"
                f"my name is) {{n}}, {said[0]}.|{said[0]} and (my name is|i'm) {{n}}."
            ),
            n=speaker.name,
            a=value,
        )
        speaker.facts[first.key] = value
        reply = scene.say("Nice to meet you, {n}! Got it: " + first.said + ".", n=speaker.name, v=value)
    else:
        user = scene.user(
            f"{said[0]} and {said[1]}.|{said[0]}, and {said[1]}.|{said[0]}. {said[1]}.", a=value, b=other
        )
        speaker.facts |= {first.key: value, second.key: other}
        reply = scene.say(
            "Got it: " + first.said + ", and " + second.said.replace("{v}", "{w}") + ".", v=value, w=other
        )
    return [Exchange(user, reply)]


def ask_fact(scene: Scene) -> list[Exchange]:
    """The speaker asks for one thing, told or not."""
    rng, told = scene.rng, scene.speaker.facts
    fact = fact_of(rng.choice(list(told))) if told and rng.random() < 0.75 else _pick_fact(scene)
    return [_asked(scene, fact)]


def ask_everything(scene: Scene) -> list[Exchange]:
    """The speaker asks what is known about them."""
    parts = [f"Your name is {scene.known_name}."] if scene.known_name else []
    parts += [
        _capital(fact_of(key).said.replace("{v}", told)) + "."
        for key, told in list(scene.speaker.facts.items())[:4]
    ]
    reply = (
        " ".join(parts)
        or "I don't know anything about you yet: you haven't told me anything in this conversation."
    )
    return [Exchange(scene.user(_ASK_ALL), scene.style(reply))]


def ask_about_other(scene: Scene) -> list[Exchange]:
    """Where several talk, one asks for what another one told."""
    others = [person for person in scene.people if person is not scene.speaker]
    if not others:
        return ask_fact(scene)
    other: Person = scene.rng.choice(others)
    name = other.handle
    fact = (
        fact_of(scene.rng.choice(list(other.facts)))
        if other.facts and scene.rng.random() < 0.8
        else _pick_fact(scene)
    )
    if fact.ask_third is None or fact.third is None:
        return ask_fact(scene)
    user = scene.user(fact.ask_third, p=name)
    if fact.key in other.facts:
        return [Exchange(user, scene.say(fact.third + ".", p=name, v=other.facts[fact.key]))]
    unknown = "I don't know that about {p}: nobody has told me in this conversation."
    return [Exchange(user, scene.say(unknown, p=name))]


def several(scene: Scene) -> list[Exchange]:
    """Two or three things told one after another, and most of them asked for."""
    facts = scene.rng.sample(TOLD_OFTEN, scene.rng.choice((2, 2, 3)))
    exchanges = [_told(scene, fact) for fact in facts]
    scene.rng.shuffle(facts)
    return exchanges + [_asked(scene, fact) for fact in facts[:2]]


def of_several_people(scene: Scene) -> list[Exchange]:
    """The same thing told by one or by each of two people, then asked for by both."""
    if len(scene.people) < 2:
        return several(scene)
    fact = _pick_fact(scene)
    pair = scene.rng.sample(scene.people, 2)
    tellers = pair if scene.rng.random() < 0.5 else pair[:1]
    exchanges = []
    for person in tellers:
        scene.speaker = person
        exchanges.append(_told(scene, fact))
    scene.rng.shuffle(pair)
    for person in pair:
        scene.speaker = person
        exchanges.append(_asked(scene, fact))
    return exchanges


def changed(scene: Scene) -> list[Exchange]:
    """A thing told, told otherwise some time later, and asked for: the last one counts."""
    fact = _pick_fact(scene)
    first = _told(scene, fact)
    between = smalltalk.mood(scene) if scene.rng.random() < 0.5 else []
    return [first, *between, _told(scene, fact), _asked(scene, fact)]
