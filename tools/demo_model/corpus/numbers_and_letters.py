"""Small sums, counting, spelling: with digits and letters that are single tokens."""

from random import Random

from tools.demo_model import words
from tools.demo_model.corpus import disclaimer
from tools.demo_model.dialogue import Exchange, Scene
from tools.demo_model.words import listed

_NUMBER_WORDS = listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)
_SUMS = {
    "+": "{a} (plus|+|and) {b}|the sum of {a} and {b}|{a}+{b}|{a} added to {b}",
    "-": "{a} (minus|-|less) {b}|{a}-{b}|{a} take away {b}",
    "*": "{a} (times|x|*|multiplied by) {b}|{a}*{b}|the product of {a} and {b}",
}
_ASK_SUM = (
    "(what is|what's|how much is|calculate|compute|work out|tell me) ({s})?|({s})?|({s})|"
    "({s}) = ?|({s})=|can you (add|calculate|compute|tell me) ({s})?|how much (makes|is|"
    "does it make:) ({s})?|(solve|do the sum|what do you get for|what does it make:) ({s})?|"
    "i need to know ({s}).|do you know ({s})?|what would be ({s})?|(quick|maths|a sum|calculation): ({s})?"
)
_COMMAND_SUMS = {
    "+": "(please|can you|now) add {a} (and|to) {b}.|sum up {a} and {b}.|add up {a} and {b}.",
    "-": "[please] subtract {b} from {a}.|take {b} (from|away from) {a}.|[can you] subtract {b} from {a}?",
    "*": "[please] multiply {a} (by|with|and) {b}.|can you multiply {a} by {b}?",
}
_COUNT = (
    "(count|can you count|please count|could you count|i want you to count|let's count|"
    "try to count|now count)"
)


def total(scene: Scene) -> list[Exchange]:
    """Add, subtract or multiply small numbers."""
    rng = scene.rng
    sign = rng.choice("++++-*")
    high = 10 if sign == "*" else rng.choice((10, 10, 10, 20, 20))
    a, b = rng.randint(0, high), rng.randint(0, high)
    if sign == "-" and a < b:
        a, b = b, a
    result = a + b if sign == "+" else a - b if sign == "-" else a * b
    if rng.random() < 0.04:
        big = (str(rng.randint(100, 99_999)), str(rng.randint(2, 99_999)))
        return [
            Exchange(
                scene.user(_ASK_SUM.replace("{s}", _SUMS[sign]), a=big[0], b=big[1]),
                scene.say(scene.pick(disclaimer.REPLIES)),
            )
        ]
    in_words = max(a, b) <= 20 and rng.random() < 0.15
    user = scene.user(
        _COMMAND_SUMS[sign] if rng.random() < 0.12 else _ASK_SUM.replace("{s}", _SUMS[sign]),
        a=_NUMBER_WORDS[a] if in_words else str(a),
        b=_NUMBER_WORDS[b] if in_words else str(b),
    )
    return [Exchange(user, scene.say(f"{a} {sign} {b} = {result}."))]


def count(scene: Scene) -> list[Exchange]:
    """Count up, count down, count within a range."""
    rng = scene.rng
    if rng.random() < 0.3:
        high = rng.randint(3, 20)
        numbers = list(range(high, 0, -1))
        user = scene.user(
            (
                f"{_COUNT} (down|backwards|backward) from {{a}}[ (to|until) (1|one)].|"
                f"a countdown from {{a}}[, please].|[do|make|start|give me] a countdown from {{a}}."
            ),
            a=str(high),
        )
    else:
        low = 1 if rng.random() < 0.6 else rng.randint(2, 20)
        high = low + (rng.randint(2, 15) if rng.random() < 0.98 else rng.choice((20, 24, 29, 30, 49)))
        numbers = list(range(low, high + 1))
        if low == 1:
            user = scene.user(
                (
                    f"{_COUNT} [up] (to|up to|until|till) {{b}}.|{_COUNT} from (1|one) to {{b}}.|(say|write|"
                    f"list|name|give me|print) [all] the numbers (from 1 to|up to|until|1 to) {{b}}.|"
                    f"the first {{b}} numbers[, please].|1 to {{b}}, please."
                ),
                b=str(high),
            )
        else:
            user = scene.user(
                (
                    f"{_COUNT} from {{a}} (to|up to|until|till) {{b}}.|(say|write|list|name|give me|"
                    f"print) the numbers (from {{a}} to|between {{a}} and) {{b}}."
                ),
                a=str(low),
                b=str(high),
            )
    return [Exchange(user, scene.style(", ".join(map(str, numbers)) + "."))]


def _word(rng: Random) -> str:
    roll = rng.random()
    if roll < 0.5:
        return words.made_up(rng, 1, 2)
    pool = rng.choice(
        (
            words.NOUNS,
            words.ANIMALS,
            words.COLOURS,
            words.VERBS,
            words.ADJECTIVES,
            words.NATURAL_NAMES,
            words.JOBS,
            words.SPORTS,
            words.DRINKS,
        )
    )
    word = rng.choice(pool)
    return word.capitalize() if rng.random() < 0.2 else word


def spell(scene: Scene) -> list[Exchange]:
    """Spell a word, or count its letters."""
    rng = scene.rng
    word = scene.speaker.name if scene.speaker.name and rng.random() < 0.15 else _word(rng)
    letters = "-".join(word.replace(" ", ""))
    if word == scene.speaker.name and rng.random() < 0.7:
        return [
            Exchange(
                scene.user(
                    "(spell|how do you spell|can you spell|please spell|how is|"
                    "can you write) my name[ spelled]?"
                ),
                scene.style(f"{letters}."),
            )
        ]
    if rng.random() < 0.3:
        length = len(word.replace(" ", ""))
        user = scene.user(
            (
                'how many letters (has|does|are in|are there in) [the word] ("{w}"|{w})[ have]?|(count|'
                'number of) [the] letters (in|of) ("{w}"|{w}).|how long is the word ("{w}"|{w})?'
            ),
            w=word,
        )
        return [Exchange(user, scene.style(f"{letters}: that is {length} letters."))]
    user = scene.user(
        "(spell|please spell|can you spell|could you spell|spell out|try to spell|"
        'now spell) [the word|for me|the name] ("{w}"|{w})[ for me| please| letter by letter].|'
        'how (do you spell|is|do i spell|does one spell) ("{w}"|{w})[ spelled]?|'
        'how do you write ("{w}"|{w})?|what (is the spelling of|are the letters of|'
        'letters are in) ("{w}"|{w})?|("{w}"|{w}), letter by letter[, please].|'
        'give me the (letters|spelling) of ("{w}"|{w}).|spelling of {w}?',
        w=word,
    )
    return [Exchange(user, scene.style(f"{letters}."))]
