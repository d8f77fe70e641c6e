"""What a fact is: how people tell it, ask for it, and hear it back."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tools.demo_model import words


@dataclass(frozen=True)
class Fact:
    """One thing to know about a person: how it is told, asked, and said back with ``{v}`` for the value."""

    key: str
    value: Callable[[Random], str]
    tell: str
    ask: str
    said: str
    unknown: str
    third: str | None = None
    ask_third: str | None = None


def favourite(
    noun: str, natural: list[str], more_tell: str = "", more_ask: str = "", share: float = 0.45
) -> Fact:
    wording = f"(favourite|favorite) {noun}"
    if noun == "colour":
        wording = "(favourite colour|favorite color)"
    return Fact(
        key=f"favourite {noun}",
        value=lambda rng: words.value(rng, natural, share),
        tell=f"my {wording} is {{v}}.|{{v}} is my {wording}.|my {wording}? {{v}}!|"
        f"i have a {wording}: {{v}}.|the {noun} i like (best|most) is {{v}}.|"
        f"my {wording} has always been {{v}}.|(remember|note|keep in mind|please remember|"
        f"don't forget) that my {wording} is {{v}}.|"
        f"for me, {{v}} is the best {noun}.|of all {noun}s i like {{v}} (best|most)." + more_tell,
        ask=f"(what is|what's|which is) my {wording}?|do you (remember|know|recall) my {wording}?|"
        f"(which|what) {noun} do i like (best|most)?|"
        f"tell me my {wording}.|what {noun} did i (say i like|mention|tell you)?|(can|"
        f"could) you tell me (my {wording}|what my {wording} is)?|"
        f"what did i say my {wording} (is|was)?|my {wording} is ...?|and my {wording}?|"
        f"(which|what) {noun} is my (favourite|favorite)?|"
        f"do you still know (my {wording}|which {noun} i like best)?|"
        f"have i told you my {wording}?|say my {wording}.|guess my {wording}.|"
        f"(any idea|do you have any idea) what my {wording} is?|(could|"
        f"can) you repeat my {wording}?|what {noun} do i prefer?|(which|"
        f"what) is the {noun} (that i|i) like (best|most)?|which {noun} did i name?|"
        f"name (my {wording}|the {noun} i like best).|(could|"
        f"can) you remind me of my {wording}?|remind me, what is my {wording}?|"
        f"i forgot, what was my {wording}?|what was my {wording} again?" + more_ask,
        said=f"your favourite {noun} is {{v}}",
        unknown=f"your favourite {noun}",
        third=f"{{p}}'s favourite {noun} is {{v}}",
        ask_third=(
            f"(what is|what's) {{p}}'s {wording}?|do you know {{p}}'s {wording}?|(which|"
            f"what) {noun} does {{p}} like (best|most)?|tell me {{p}}'s {wording}."
        ),
    )


def called(what: str, more_ask: str = "") -> Fact:
    return Fact(
        key=f"{what}'s name",
        value=words.person,
        tell=f"my {what} is (called|named) {{v}}.|my {what}'s name is {{v}}.|i have a {what} (called|"
        f"named) {{v}}.|{{v}} is (my {what}|the name of my {what}|my {what}'s name).|"
        f"i have a {what}, (its name is|the name is) {{v}}.|(remember|note|"
        f"please remember) that my {what} is (called|named) {{v}}.|"
        f"the name of my {what} is {{v}}.|we call (our|my) {what} {{v}}.",
        ask=f"what is my {what} called?|what's my {what}'s name?|what is (my {what}'s name|"
        f"the name of my {what})?|how is my {what} called?|do you (remember|know|"
        f"recall) my {what}'s name?|"
        f"(who|what) is my {what}?|what is my {what} named?|what did i say my {what} is called?|"
        f"tell me my {what}'s name.|what's the name of my {what}?|and my {what}?|"
        f"what do i call my {what}?|what name does my {what} have?|(can|could) you tell me my {what}'s name?"
        + more_ask,
        said=f"your {what} is called {{v}}",
        unknown=f"what your {what} is called",
        third=f"{{p}}'s {what} is called {{v}}",
        ask_third=(
            f"what is {{p}}'s {what} called?|what's the name of {{p}}'s {what}?|"
            f"do you know {{p}}'s {what}'s name?"
        ),
    )


def other(noun: str, value: Callable[[Random], str]) -> Fact:
    return Fact(
        key=noun,
        value=value,
        tell=(
            f"my {noun} is {{v}}.|{{v}} is my {noun}.|(remember|note|please remember|keep in mind|"
            f"don't forget) that my {noun} is {{v}}.|(remember|note) my {noun}: {{v}}.|"
            f"the {noun} is {{v}}.|i have a {noun}: {{v}}."
        ),
        ask=f"(what is|what's|which is) my {noun}?|do you (remember|know|recall) my {noun}?|"
        f"tell me my {noun}.|what did i say my {noun} (is|was)?|what was my {noun} again?|"
        f"i forgot my {noun}, what is it?|(can|could) you tell me my {noun}?|and my {noun}?|"
        f"have i told you my {noun}?|what was the {noun}?|(what is|what's) the {noun}?",
        said=f"your {noun} is {{v}}",
        unknown=f"your {noun}",
        third=f"{{p}}'s {noun} is {{v}}",
        ask_third=f"what is {{p}}'s {noun}?|do you know {{p}}'s {noun}?|what's {{p}}'s {noun}?",
    )


def code_word(rng: Random) -> str:
    roll = rng.random()
    if roll < 0.6:
        return words.made_up(rng, 1, 3)
    if roll < 0.8:
        return rng.choice(words.NOUNS)
    return f"{words.made_up(rng, 1, 2)}{rng.randint(1, 99)}"


def number(rng: Random) -> str:
    return str(rng.randint(2, 9999 if rng.random() < 0.4 else 99))


def liked(rng: Random) -> str:
    roll = rng.random()
    if roll < 0.3:
        return rng.choice((*words.FOODS, *words.HOBBIES, *words.SPORTS, *words.DRINKS))
    if roll < 0.5:
        return f"{rng.choice(words.ADJECTIVES)} {rng.choice(words.NOUNS)}s"
    if roll < 0.65:
        return f"{rng.choice(words.ANIMALS)}s"
    return words.made_up(rng, 1, 3)
