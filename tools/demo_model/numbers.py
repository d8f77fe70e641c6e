"""Small sums, counting, spelling: with digits and letters that are single tokens."""

from tools.demo_model import data
from tools.demo_model.grammar import Templates
from tools.demo_model.recited import RECITED
from tools.demo_model.scene import Exchange, Scene
from tools.demo_model.words import WORDS, expand

_DATA = data.load("numbers")
_JAPANESE = data.load("japanese")
_COUNT = {name: Templates(_DATA[f"count_{name}"]) for name in ("down", "up", "between")}
_SPELL = {name: Templates(_DATA[name]) for name in ("spell", "spell_name", "letters")}
_ASK_SUM = Templates(_DATA["ask_sum"])
_SUMS = {sign: {"sum": Templates(block)} for sign, block in _DATA["sums"].items()}
_COMMAND_SUMS = {sign: Templates(block) for sign, block in _DATA["command_sums"].items()}
_JAPANESE_SUMS = Templates(_JAPANESE["sums"])


def total(scene: Scene) -> list[Exchange]:
    """Add, subtract or multiply small numbers."""
    rng = scene.rng
    sign = rng.choice("++++-*")
    if rng.random() < 0.04:
        big = {"a": str(rng.randint(100, 99_999)), "b": str(rng.randint(2, 99_999))}
        user = scene.user(_ASK_SUM.pick(rng), big, _SUMS[sign])
        return [Exchange(user, RECITED["disclaimer"].reply(scene))]
    high = 10 if sign == "*" else rng.choice((10, 20, 20))
    a, b = rng.randint(0, high), rng.randint(0, high)
    if sign == "-" and a < b:
        a, b = b, a
    result = a + b if sign == "+" else a - b if sign == "-" else a * b
    in_words = rng.random() < 0.15
    slots = {name: WORDS["number_word"][n] if in_words else str(n) for name, n in (("a", a), ("b", b))}
    template = (_COMMAND_SUMS[sign] if rng.random() < 0.12 else _ASK_SUM).pick(rng)
    return [Exchange(scene.user(template, slots, _SUMS[sign]), scene.style(f"{a} {sign} {b} = {result}."))]


def count(scene: Scene) -> list[Exchange]:
    """Count up, count down, count within a range."""
    rng = scene.rng
    if rng.random() < 0.3:
        low, high, kind = rng.randint(3, 20), 1, "down"
    else:
        low = 1 if rng.random() < 0.6 else rng.randint(2, 20)
        high = low + (rng.randint(2, 15) if rng.random() < 0.98 else rng.choice((20, 24, 29, 30, 49)))
        kind = "up" if low == 1 else "between"
    numbers = range(low, 0, -1) if kind == "down" else range(low, high + 1)
    user = scene.user(_COUNT[kind].pick(rng), {"a": str(low), "b": str(high)})
    return [Exchange(user, scene.style(", ".join(map(str, numbers)) + "."))]


def spell(scene: Scene) -> list[Exchange]:
    """Spell a word or the speaker's name, or count a word's letters."""
    rng, name = scene.rng, scene.speaker.facts.get("name")
    mine = name is not None and rng.random() < 0.1
    word = name if name and mine else expand(rng, "{spelled}")
    letters = "-".join(word.replace(" ", ""))
    if mine:
        return [Exchange(scene.user(_SPELL["spell_name"].pick(rng)), scene.style(f"{letters}."))]
    if rng.random() < 0.25:
        length = len(word.replace(" ", ""))
        user = scene.user(_SPELL["letters"].pick(rng), {"word": word})
        return [Exchange(user, scene.style(f"{letters}: that is {length} letters."))]
    return [Exchange(scene.user(_SPELL["spell"].pick(rng), {"word": word}), scene.style(f"{letters}."))]


def japanese_total(scene: Scene) -> list[Exchange]:
    """A sum, asked for in Japanese."""
    a, b = scene.rng.randint(0, 20), scene.rng.randint(0, 20)
    slots = {"a": str(a), "b": str(b), "c": str(a + b)}
    return [
        Exchange(
            scene.user(_JAPANESE_SUMS.pick(scene.rng), slots),
            expand(scene.rng, _JAPANESE["sum_reply"], slots),
        )
    ]


ABILITIES = {ability.__name__: ability for ability in (total, count, spell, japanese_total)}
