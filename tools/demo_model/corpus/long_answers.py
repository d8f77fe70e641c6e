"""Texts of more than 2,000 characters, so that a reply runs over several Discord messages."""

from random import Random

from tools.demo_model import words
from tools.demo_model.corpus import stories
from tools.demo_model.corpus.stories import hero_again, hero_enters, random_hero
from tools.demo_model.dialogue import Exchange, Scene
from tools.demo_model.grammar import expand

_LONG = "(long|very long|really long|detailed|lengthy|huge)"
_ASK_TALE = (
    f"(tell|write|give) [me|us] a {_LONG} (story|tale)[ (about|with) {{h}}][, please].|"
    f"a {_LONG} story[ about {{h}}][, please].|(can|could) you (tell|write) [me|"
    f"us] a {_LONG} (story|tale)[ about {{h}}]?|"
    f"i (want|would like|'d like) a {_LONG} story[ about {{h}}].|(write|"
    f"tell) [me] a story (of|with) (many|ten|several) (chapters|pages|"
    f"paragraphs)[ about {{h}}].|tell me a story (of|"
    f"with) more than 2000 characters[ about {{h}}].|make up a {_LONG} story[ about {{h}}]."
)
_ASK_TEXT = (
    f"(write|give) [me|us] a {_LONG} (text|answer|reply|message|essay|article)[, please].|"
    f"(give|write) [me] a {_LONG} (explanation|description) of (yourself|ovbot|how you work|"
    f"what you do|this bot).|"
    f"(explain|tell me|describe) (everything|all) about (yourself|ovbot|this bot)[ in detail|"
    f" at length].|(write|say|answer|tell me) (something|anything) [very] long.|(answer|"
    f"reply) [me] with a {_LONG} (text|answer).|(can|could) you write a {_LONG} (text|answer|"
    f"message|reply)?|"
    "(write|give me) [a text of] (more than|over|at least) 2000 characters.|i want (to see|"
    "to test) a (long|very long) (answer|reply|message|text).|show me (pages|"
    "how long answers look|a reply that fills several messages|a long reply|a long message|"
    "a long answer).|fill several pages.|"
    "explain in (detail|great detail) how (ovbot works|you work).|"
    "tell me about yourself (at length|in detail|in great detail).|"
    "describe yourself at length.|i'd like a (long|detailed) answer.|test (paging|pages|"
    "a long answer)."
)

_CHAPTERS = (
    (
        "Early in the morning {h} left {place} with nothing but a loaf of bread and (a|"
        "an old) blanket. The (sky|air) was clear, and the road ran (straight|"
        "gently) towards the hills."
    ),
    (
        "Behind the first hill {h} found {find}, half buried in the grass. It was (cold|"
        "warm) to the touch, and (strange|tiny) letters ran around its edge."
    ),
    (
        'At the crossroads sat {helper}. "I know what you carry," said {helper}, "and I will '
        'come along, for the way is long and two see more than one."'
    ),
    (
        "They walked for three days. In the evenings they made a small fire, shared the bread, "
        "and told each other what they had left behind at home."
    ),
    (
        "On the fourth day {trouble}. {H} wanted to turn back, but {helper} shook (a wise|"
        "a patient) head and said that every road looks longest in the middle."
    ),
    (
        "So they waited, and thought, and tried, and failed, and tried again. At last {h} had an "
        "idea so simple that both of them laughed."
    ),
    (
        "On the other side lay a valley that no map had ever shown. The trees there hummed "
        "(softly|quietly), and the water tasted of (honey|mint|apples)."
    ),
    (
        "In the middle of the valley stood a tower without a door. {H} held up what the grass "
        "had given, and the stones moved aside without a sound."
    ),
    (
        "Inside there was no gold and no crown, only a great room full of stories, each one "
        "written by somebody who had once come the same way."
    ),
    (
        "{H} sat down, took the last empty page, and wrote until the candles were low. {helper} "
        "read every line and was in every second one."
    ),
    (
        "When they came home, the whole place was waiting. There was soup, there was music, and "
        "nobody went to bed before the birds began to sing."
    ),
    (
        "In the end {end}. And if you ever find something odd in the grass, pick it up: it may "
        "be the beginning of a story of your own."
    ),
)

_SECTIONS: tuple[tuple[str, str], ...] = (
    (
        "Who I am",
        (
            "I am ovbot, an assistant for Discord. I run a language model with OpenVINO on my "
            "owner's own machine. No cloud is needed for that, and what you write to me does not "
            "leave that machine."
        ),
    ),
    (
        "How to talk to me",
        (
            "Mention me in a channel, send me a direct message, or use the command /ask. I answer in "
            "the same place. Where several people talk, I see who wrote what, and I try to answer "
            "the one who asked."
        ),
    ),
    (
        "Conversations",
        (
            "Each channel, each thread and each direct message has a conversation of its own. What "
            "you tell me in one place I do not know in another. When a conversation grows too long, "
            "I let go of its oldest turns first."
        ),
    ),
    (
        "Streaming",
        (
            "You do not have to wait for the whole reply. My message grows by edits while the model "
            "is still writing. When a reply is longer than one Discord message, as this one is, it "
            "goes on in pages that you can turn."
        ),
    ),
    (
        "Commands",
        (
            "With /stop you end a reply that has become too long, with /regenerate I write the last "
            "one again, and with /reset the conversation starts afresh. /summarize sums up a "
            "channel, and /help shows everything else."
        ),
    ),
    (
        "Personas",
        (
            "With /persona you set how I talk in a channel. I can be a pirate, a robot, a butler or "
            "a poet, and I stay in that role until you choose another one or clear it again."
        ),
    ),
    (
        "Your data",
        (
            "You can take a conversation with you by /export, which gives you a file, and you can "
            "have everything that I stored about you deleted by /forget. My owner decides how long "
            "conversations are kept."
        ),
    ),
    (
        "Speed",
        (
            "How fast I write depends on the machine that I run on. An Intel processor is enough, "
            "and a graphics unit or an NPU can help. /stats shows how busy I am and how many tokens "
            "I write each second."
        ),
    ),
    (
        "Models",
        (
            "Right now you are reading the words of a small demo model that comes with ovbot. It has "
            "only a few million parameters, so it can chat a little and remember what you said, but "
            "it knows next to nothing about the world."
        ),
    ),
    (
        "A better model",
        (
            "To get Phi-3, run `ovbot model pull`, which fetches it ready-made, or `ovbot model "
            "export`, which makes it on your own machine. Then set MODEL_DIR to its folder, start me "
            "again, and ask me anything."
        ),
    ),
    (
        "What I can do today",
        (
            "Even now you can ask me for a joke or a story, let me count, spell or add small "
            "numbers, have me write a small Python function, or tell me your name and ask for it "
            "later."
        ),
    ),
    (
        "Thank you",
        (
            "That was a long answer, just as you wished. Thank you for reading to the end. If you "
            "want to know more about one of these points, ask me, and I will gladly tell you more."
        ),
    ),
)


def long_tale(scene: Scene) -> list[Exchange]:
    """A story in twelve chapters."""
    rng = scene.rng
    hero = random_hero(rng)
    user = scene.user(
        _ASK_TALE.replace("[ about {h}]", " about {h}").replace("[ (about|with) {h}]", " (about|with) {h}")
        if rng.random() < 0.6
        else _ASK_TALE.replace("[ about {h}]", "").replace("[ (about|with) {h}]", ""),
        h=hero,
    )
    if hero not in user:
        hero = f"a {rng.choice(words.ANIMALS)}"
    return [Exchange(user, scene.style(_tale(rng, hero)))]


def _tale(rng: Random, hero: str) -> str:
    again = hero_again(hero)
    helper = rng.choice(stories.HELPERS)
    slots = {
        "h": again,
        "H": again[:1].upper() + again[1:],
        "place": rng.choice(stories.PLACES),
        "find": rng.choice(stories.FINDS),
        "helper": "the " + helper.split(" ", 1)[1],
        "trouble": rng.choice(stories.TROUBLES),
        "end": rng.choice(stories.ENDINGS),
    }
    opening = (
        f"{hero_enters(hero)} {slots['place']}. This is the story of how {again} found a friend "
        f"and a valley without a name. It is a long story, so sit down and take your time."
    )
    chapters = []
    for number, template in enumerate(_CHAPTERS, 1):
        text = expand(rng, template, slots)
        chapters.append(f"Chapter {number}. {text[:1].upper() + text[1:]}")
    return "\n\n".join([opening, *chapters])


def long_text(scene: Scene) -> list[Exchange]:
    """Everything about the bot, in sections."""
    body = "\n\n".join(f"**{number}. {title}**\n{text}" for number, (title, text) in enumerate(_SECTIONS, 1))
    return [Exchange(scene.user(_ASK_TEXT), "Here is a long answer.\n\n" + body)]
