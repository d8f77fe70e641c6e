"""Jokes, short stories, and texts long enough to fill several Discord messages."""

from random import Random

from tools.demo_model import words
from tools.demo_model.dialogue import Exchange, Scene
from tools.demo_model.grammar import expand
from tools.demo_model.words import listed

JOKES = (
    "Why did the computer wear a coat? It had left its windows open.",
    "What does a tired keyboard say? I need more space.",
    "Why was the robot so calm? It had nerves of steel.",
    "Why did the bicycle take a nap? It was two-tired after the hill.",
    "What is a cloud's favourite drink? Mist tea.",
    "Why do clocks never fight? They always have time to talk.",
    "What did the wall say to the lamp? You light up my evening.",
    "Why did the spoon go to school? It wanted to be a little sharper, like the knife.",
    "Why was the number nine so proud? It was right after eight had dinner.",
    "What do you call a sleeping loop? A break statement.",
    "Why did the penguin buy a fridge? It wanted a summer house.",
    "What does a snail say on a turtle's back? Not so fast!",
    "Why did the function feel lonely? Nobody ever called it.",
    "Why did the pencil lose the race? It had no point.",
    "What did the ocean say to the ship? Nothing, it only waved.",
    "Why did the owl fail as a baker? It only worked nights and asked who, who, who.",
    "Why are ghosts bad at chess? One can see right through their plans.",
    "What is a programmer's favourite season? Autumn, when the trees get sorted.",
)
_ASK_JOKE = (
    "(tell|give) [me|us] (a|another|a funny|a short) joke (about|on|with) ({t}|{n}s|"
    "a {n})[, please].|(a|another) joke about ({t}|{n}s)[, please].|"
    "do you know a joke about ({t}|{n}s)?|(tell|give|say) [me|us] (a|another|one|one more|"
    "some|your best|a good|a funny|a short) joke[, please].|(can|could|would|will) you (tell|"
    "give|make) [me|us] (a|another|one more|a good|a funny) joke?|(a|another|"
    "one more) joke[, please][!].|joke[!|?|, please]|"
    "do you know (a|any|some|good) joke[s]?|make me laugh[!|.|, please].|"
    "say something (funny|amusing|to make me laugh).|i (want|need|would like|"
    "'d like) (to hear a|a) joke.|be funny[!].|got any jokes?|any jokes[ today]?|"
    "cheer me up.|do you have a joke[ for me]?|make (a|another) joke.|tell jokes.|"
    "let me hear a joke.|how about a joke?|let's hear a joke.|something funny[, please]."
)

PLACES = listed(
    "a small village by the sea|a quiet town in the hills|an old castle|a green valley|"
    "a house at the edge of the forest|a busy harbour|a city of a thousand lamps|"
    "a little island"
)
FINDS = listed(
    "a golden key|a map with a red cross|a letter without a name|a lamp that never went out|"
    "a silver bell|a door that nobody had seen before|a book with empty pages|a tiny dragon"
)
HELPERS = listed(
    "an old owl|a friendly fox|a kind baker|a lost robot|a grey cat|"
    "a sailor with a wooden leg|a talking mouse|a wise turtle"
)
TROUBLES = listed(
    "a storm came up|the bridge broke|night fell and the path was gone|"
    "a deep river lay in the way|thick fog hid the road|a great wall stood there"
)
ENDINGS = listed(
    "they all lived happily, and the lamp still burns today|"
    "everybody danced until the morning|the village had a feast that lasted three days|"
    "they came home with a story worth telling|nobody there was ever lonely again"
)

_ASK_STORY = (
    "(tell|write|give|read) [me|us] (a|another|a short|a little|one more|a nice|a small|"
    "a bedtime) (story|tale|fairy tale)[, please].|(can|could|would) you (tell|write|make up|"
    "invent) [me|us] (a|another|a short|a little) (story|tale)?|"
    "(a|another|a short) story[, please][!].|i (want|need|would like|'d like) (to hear a|"
    "a) [short] story.|do you know (a|any) (story|stories)?|make up a story.|"
    "once upon a time ...|let me hear a story.|how about a story?|story time[!]|"
    "invent a (story|tale).|got a story?"
)
_ASK_STORY_ABOUT = (
    "(tell|write|give) [me|us] (a|another|a short|a little) (story|tale) (about|of|"
    "with) {h}[, please].|(can|could) you (tell|write|make up) [me|us] (a|"
    "a short) story (about|with) {h}?|a [short] story about {h}[, please].|"
    "make up a story about {h}.|i'd like a story about {h}.|do you know a story about {h}?"
)


def joke(scene: Scene) -> list[Exchange]:
    """A joke."""
    return [
        Exchange(
            scene.user(_ASK_JOKE, t=words.topic(scene.rng), n=scene.pick(words.ANIMALS)),
            scene.say(scene.pick(JOKES)),
        )
    ]


def random_hero(rng: Random) -> str:
    """Somebody or something to tell of: with an article, or a name."""
    roll = rng.random()
    if roll < 0.35:
        return f"a {rng.choice(words.ANIMALS)}"
    if roll < 0.5:
        return f"a {rng.choice(words.ADJECTIVES)} {rng.choice(words.ANIMALS + words.NOUNS)}"
    if roll < 0.7:
        return words.person(rng)
    if roll < 0.85:
        return f"a {words.made_up(rng)}"
    return f"a {rng.choice(words.JOBS)}"


def hero_enters(hero: str) -> str:
    """How the hero enters: "a fox" as "a fox", later "the fox"; a name as it is."""
    return (
        f"Once upon a time there was {hero} who lived in"
        if hero.startswith("a ")
        else f"Once upon a time {hero} lived in"
    )


def hero_again(hero: str) -> str:
    """The hero's later mentions."""
    return f"the {hero[2:]}" if hero.startswith("a ") else hero


def _short_story(rng: Random, hero: str) -> str:
    slots = {
        "place": rng.choice(PLACES),
        "find": rng.choice(FINDS),
        "helper": rng.choice(HELPERS),
        "trouble": rng.choice(TROUBLES),
        "end": rng.choice(ENDINGS),
        "h": hero_again(hero),
    }
    return f"{hero_enters(hero)} " + expand(
        rng,
        (
            "{place}. One day {h} found {find}. On the way to find out what it meant, {h} met "
            "{helper}. Together they went on, until {trouble}. But {h} did not give up, and with the "
            "help of {helper} all went well. In the end {end}."
        ),
        slots,
    )


def story(scene: Scene) -> list[Exchange]:
    """A short story, about a hero of the asker's choice where one is named."""
    rng = scene.rng
    if rng.random() < 0.5:
        hero = random_hero(rng)
        return [Exchange(scene.user(_ASK_STORY_ABOUT, h=hero), scene.style(_short_story(rng, hero)))]
    hero = rng.choice((f"a {rng.choice(words.ANIMALS)}", f"a {rng.choice(words.JOBS)}"))
    return [Exchange(scene.user(_ASK_STORY), scene.style(_short_story(rng, hero)))]
