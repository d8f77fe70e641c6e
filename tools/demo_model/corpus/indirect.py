"""Questions put politely: the same frames around what the bot can answer and around what it cannot."""

from tools.demo_model.corpus import disclaimer, introduction
from tools.demo_model.corpus.command_wishes import COMMANDS, DOES
from tools.demo_model.corpus.commands import explained, listing, shown, use
from tools.demo_model.corpus.facts import TOLD_OFTEN, fact_of
from tools.demo_model.corpus.names import name_answer
from tools.demo_model.corpus.recall import fact_answer
from tools.demo_model.dialogue import Exchange, Scene

_FRAME = (
    "(may|can|could|might) i ask {i}?|(can|could|would|will) you [please] (tell|say to) (me|us) {i}?|"
    "[please] tell (me|us) {i}.|(i'd|i would) (like|love) to (know|hear|learn|find out) {i}.|"
    "i (want|need|have) to know {i}.|do you (know|happen to know|by any chance know) {i}?|"
    "i (wonder|was wondering|am wondering|keep asking myself) {i}.|(would|do) you mind telling (me|us) {i}?|"
    "(please|just|quickly) say {i}.|[please] let (me|us) know {i}.|i('m| am) (curious|"
    "interested to know) {i}.|"
    "any (chance|idea) {i}?|(remind|inform) me {i}.|(have|do) you (an|got any) idea {i}?|so {i}?|"
    "(can|could) (anyone|somebody|the bot) tell me {i}?|my question is {i}.|i have a question: {i}?|"
    "(is it possible|would it be possible) to (know|find out|learn) {i}?|i (don't|"
    "do not) know {i}[, do you]?|"
    "it would be (nice|good|great) to know {i}.|what i (want|need|would like) to know is {i}.|"
    "i (forgot|can't remember|don't remember) {i}.|nobody told me {i}.|people ask me {i}."
)
_WHO = (
    "(who|what) you are|what your name is|what you are called|who (i am|i'm) talking to|"
    "who i have here|whom i am dealing with|what sort of (bot|program) this is|what i am talking to|"
    "who answers me here|what this thing is|who or what you are|what to call you|the name of this bot|"
    "what this assistant is|who is writing to me|who that bot is|your name|something about you|"
    "what kind of bot you are|who this is|who is speaking|what (this bot|ovbot) is"
)
_CAN = "what you can do|what you are good at|how you can help me|what you are able to do|what you do here"
_LIST = (
    "(which|what) commands there are|(which|what) commands you (have|know|understand|support)|"
    "what the [slash] commands are|(which|what) [slash] commands i (can|may|could) use|"
    "the list of [your] commands|all [the] commands|your commands|every command|the command list|"
    "(which|what) commands (i should know|are allowed|people use|ovbot has)|what i can type after the slash|"
    "what your commands are|how many and which commands you have|(which|what) commands work here"
)
_TOPIC = (
    "what {t} is|who {p} is|where {c} is|how {t} works|why {t} is {a}|when {t} was invented|how to {v} a {n}|"
    "what {x} means|which {n} is the best|how (old|big|far away) {t} is|what {t} costs|who invented {t}|"
    "whether {t} is {a}|how i can {v} my {n}|what i should know about {t}|what time it is|how {n}s are made|"
    "what is new in {c}|who won|where i can buy {t}|what people think of {t}|why the {n} is {a}"
)


def question(scene: Scene) -> list[Exchange]:
    """A question within a polite frame."""
    rng = scene.rng
    kind = rng.choice(
        (_who, _can, _commands, _command, _command, _name, _fact, _fact, _topic, _topic, _topic)
    )
    return [kind(scene)]


def _framed(scene: Scene, asked: str, **slots: str) -> str:
    return scene.user(_FRAME.replace("{i}", f"({asked})"), **slots)


def _who(scene: Scene) -> Exchange:
    return Exchange(_framed(scene, _WHO), introduction.who(scene)[0].reply)


def _can(scene: Scene) -> Exchange:
    return Exchange(_framed(scene, _CAN), introduction.abilities(scene)[0].reply)


def _commands(scene: Scene) -> Exchange:
    return Exchange(_framed(scene, _LIST), scene.style(listing()))


def _command(scene: Scene) -> Exchange:
    name = scene.pick(COMMANDS)
    wish = COMMANDS[name][1]
    if scene.rng.random() < 0.4:
        asked = "what {command} (does|is for|is good for|will do|means)|how {command} works"
        return Exchange(_framed(scene, asked, command=shown(scene, name)), explained(scene, name))
    asked = f"how (to|i can|i could|we can|i do it to) ({wish})|(which|what) command {DOES[name]}|"
    asked += f"what to (type|do|write) to ({wish})|(which|what) command i need to ({wish})"
    return Exchange(_framed(scene, asked), use(scene, name))


def _name(scene: Scene) -> Exchange:
    asked = (
        "what my name is|who i am|what i am called|what i'm called|(which|what) name i (told|"
        "gave) you|my name"
    )
    return Exchange(_framed(scene, asked), name_answer(scene))


def _fact(scene: Scene) -> Exchange:
    told = scene.speaker.facts
    known = told and scene.rng.random() < 0.7
    fact = fact_of(scene.rng.choice(list(told))) if known else scene.rng.choice(TOLD_OFTEN)
    asked = " ".join({"your": "my", "you": "i"}.get(word, word) for word in fact.unknown.split())
    if asked.startswith("my "):
        asked = f"{asked}|what {asked} is"
    return Exchange(_framed(scene, asked.replace("i are", "i am")), fact_answer(scene, fact))


def _topic(scene: Scene) -> Exchange:
    slots = disclaimer.topic_slots(scene)
    return Exchange(_framed(scene, _TOPIC, **slots), scene.say(scene.pick(disclaimer.REPLIES)))
