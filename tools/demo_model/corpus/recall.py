"""What people tell about themselves, and its recall turns later: names, favourites, pets, jobs, anything."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tools.demo_model import words
from tools.demo_model.dialogue import Exchange, Person, Scene, plain
from tools.demo_model.grammar import expand

UNKNOWN_NAME = "I don't know your name yet: you haven't told me in this conversation."


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


def _favourite(
    noun: str, natural: list[str], more_tell: str = "", more_ask: str = "", share: float = 0.45
) -> Fact:
    favourite = f"(favourite|favorite) {noun}"
    if noun == "colour":
        favourite = "(favourite colour|favorite color)"
    return Fact(
        key=f"favourite {noun}",
        value=lambda rng: words.value(rng, natural, share),
        tell=f"my {favourite} is {{v}}.|{{v}} is my {favourite}.|my {favourite}? {{v}}!|"
        f"i have a {favourite}: {{v}}.|the {noun} i like (best|most) is {{v}}.|"
        f"my {favourite} has always been {{v}}.|(remember|note|keep in mind|please remember|"
        f"don't forget) that my {favourite} is {{v}}.|"
        f"for me, {{v}} is the best {noun}.|of all {noun}s i like {{v}} (best|most)." + more_tell,
        ask=f"(what is|what's|which is) my {favourite}?|do you (remember|know|recall) my {favourite}?|"
        f"(which|what) {noun} do i like (best|most)?|"
        f"tell me my {favourite}.|what {noun} did i (say i like|mention|tell you)?|(can|"
        f"could) you tell me (my {favourite}|what my {favourite} is)?|"
        f"what did i say my {favourite} (is|was)?|my {favourite} is ...?|and my {favourite}?|"
        f"(which|what) {noun} is my (favourite|favorite)?|"
        f"do you still know (my {favourite}|which {noun} i like best)?|"
        f"have i told you my {favourite}?|say my {favourite}.|guess my {favourite}.|"
        f"(any idea|do you have any idea) what my {favourite} is?|(could|"
        f"can) you repeat my {favourite}?|what {noun} do i prefer?|(which|"
        f"what) is the {noun} (that i|i) like (best|most)?|which {noun} did i name?|"
        f"name (my {favourite}|the {noun} i like best).|(could|"
        f"can) you remind me of my {favourite}?|remind me, what is my {favourite}?|"
        f"i forgot, what was my {favourite}?|what was my {favourite} again?" + more_ask,
        said=f"your favourite {noun} is {{v}}",
        unknown=f"your favourite {noun}",
        third=f"{{p}}'s favourite {noun} is {{v}}",
        ask_third=(
            f"(what is|what's) {{p}}'s {favourite}?|do you know {{p}}'s {favourite}?|(which|"
            f"what) {noun} does {{p}} like (best|most)?|tell me {{p}}'s {favourite}."
        ),
    )


def _called(what: str, more_ask: str = "") -> Fact:
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


def _other(noun: str, value: Callable[[Random], str]) -> Fact:
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


def _codeword(rng: Random) -> str:
    roll = rng.random()
    if roll < 0.6:
        return words.made_up(rng, 1, 3)
    if roll < 0.8:
        return rng.choice(words.NOUNS)
    return f"{words.made_up(rng, 1, 2)}{rng.randint(1, 99)}"


def _number(rng: Random) -> str:
    return str(rng.randint(2, 9999 if rng.random() < 0.4 else 99))


def _liked(rng: Random) -> str:
    roll = rng.random()
    if roll < 0.3:
        return rng.choice((*words.FOODS, *words.HOBBIES, *words.SPORTS, *words.DRINKS))
    if roll < 0.5:
        return f"{rng.choice(words.ADJECTIVES)} {rng.choice(words.NOUNS)}s"
    if roll < 0.65:
        return f"{rng.choice(words.ANIMALS)}s"
    return words.made_up(rng, 1, 3)


FACTS: tuple[Fact, ...] = (
    _favourite(
        "colour",
        words.COLOURS,
        "|i (like|love) the colour {v}.|i love {v} things, it is my favourite colour.",
    ),
    _favourite(
        "food",
        words.FOODS,
        "|i (love|like) to eat {v}.|i could eat {v} every day.|the thing i like to eat most is {v}.",
        "|what do i (like|love) to eat[ most| best]?|what could i eat every day?",
    ),
    _favourite("animal", words.ANIMALS, "|the animal i love most is the {v}.", "|what animal do i love?"),
    _favourite(
        "drink",
        words.DRINKS,
        "|i (love|like) to drink {v}.|what i like to drink is {v}.",
        "|what do i (like|love) to drink?",
    ),
    _favourite("sport", words.SPORTS),
    _favourite("season", words.SEASONS, share=0.8),
    _favourite("day", words.DAYS, share=0.8),
    _favourite("number", [str(n) for n in range(1, 100)], share=0.9),
    _favourite("book", [], share=0.0),
    _favourite("game", words.HOBBIES, share=0.2),
    _favourite("band", [], share=0.0),
    _favourite("film", [], share=0.0),
    Fact(
        "city",
        lambda rng: words.value(rng, words.CITIES) if rng.random() < 0.5 else words.made_up(rng).capitalize(),
        "i live in {v}.|i (come from|am from|'m from) {v}.|my (home town|hometown|city|"
        "home) is {v}.|i('m| am) living in {v}.|i (moved|have moved) to {v}.|my home is in {v}.|"
        "i'm writing from {v}.|{v} is (where i live|my home town|my hometown|my city).|"
        "(remember|please remember) that i live in {v}.|we live in {v}.|i have a flat in {v}.",
        "where do i live?|where am i (from|living)?|(what is|what's) my (city|home town|"
        "hometown)?|(which|what) (city|town|place) do i (live in|come from)?|do you (remember|"
        "know) where i (live|am from|come from)?|"
        "where is my home?|in which (city|town) do i live?|tell me where i live.|"
        "what city am i (in|from)?|where did i say i live?|where do i come from?|"
        "and where do i live?|(can|could) you tell me where i live?",
        "you live in {v}",
        "where you live",
        "{p} lives in {v}",
        (
            "where does {p} live?|(which|what) (city|town) does {p} live in?|"
            "do you know where {p} lives?|where is {p} from?"
        ),
    ),
    Fact(
        "job",
        lambda rng: words.value(rng, words.JOBS, 0.6),
        (
            "i('m| am) a {v}.|i work as a {v}.|my (job|profession|work) is {v}.|i('m|"
            " am) a {v} by profession.|i earn my money as a {v}.|i have a job as a {v}.|"
            "my job? i'm a {v}.|(remember|note) that i work as a {v}.|i('m| am) working as a {v}."
        ),
        "what (is|'s) my (job|profession|occupation|work)?|what do i (do for a living|work as|"
        "do for work)?|do you (remember|know) (my job|what i work as|what my job is)?|(which|"
        "what) job do i have?|how do i earn my money?|"
        "what am i by profession?|tell me my (job|profession).|what did i say my job is?|"
        "and my job?|what kind of work do i do?|(can|could) you tell me my job?",
        "you work as a {v}",
        "what your job is",
        "{p} works as a {v}",
        "what is {p}'s job?|what does {p} do for a living?|what does {p} work as?|do you know {p}'s job?",
    ),
    Fact(
        "hobby",
        lambda rng: words.value(rng, words.HOBBIES, 0.6),
        (
            "my hobby is {v}.|(i like|i love|i enjoy) {v} in my free time.|in my (free|"
            "spare) time i (like|enjoy|do) {v}.|{v} is my hobby.|my hobbies? {v}!|(remember|"
            "note) that my hobby is {v}.|i have a hobby: {v}."
        ),
        (
            "what('s| is) my hobby?|what do i (do|like to do|enjoy) in my (free|spare) time?|"
            "do you (remember|know) my hobby?|(which|what) hobby do i have?|tell me my hobby.|"
            "what hobby did i mention?|how do i spend my (free|spare) time?|what do i do for fun?|"
            "and my hobby?|what are my hobbies?"
        ),
        "your hobby is {v}",
        "your hobby",
        "{p}'s hobby is {v}",
        "what is {p}'s hobby?|what does {p} do in (the|their) free time?|do you know {p}'s hobby?",
    ),
    Fact(
        "age",
        lambda rng: str(rng.randint(8, 89)),
        (
            "i('m| am) {v} years old.|i('m| am) {v}.|my age is {v}.|i just turned {v}.|"
            "i was {v} last week, and still am.|i turned {v} this year.|(remember|"
            "note) that i'm {v} years old."
        ),
        (
            "how old am i?|(what is|what's) my age?|do you (remember|know) (how old i am|my age)?|"
            "tell me my age.|how many years old am i?|what age am i?|and my age?|"
            "what did i say, how old am i?"
        ),
        "you are {v} years old",
        "how old you are",
        "{p} is {v} years old",
        "how old is {p}?|what is {p}'s age?|do you know how old {p} is?",
    ),
    Fact(
        "birthday",
        lambda rng: (
            f"{rng.choice(words.MONTHS)} {rng.randint(1, 28)}"
            if rng.random() < 0.6
            else rng.choice(words.MONTHS)
        ),
        (
            "my birthday is (in|on) {v}.|i was born (in|on) {v}.|i have my birthday in {v}.|"
            "my birthday? {v}.|(remember|note) that my birthday is {v}."
        ),
        (
            "when is my birthday?|when was i born?|do you (remember|know) (my birthday|"
            "when my birthday is)?|(what is|what's) my birthday?|tell me my birthday.|"
            "when do i have my birthday?|and my birthday?"
        ),
        "your birthday is {v}",
        "when your birthday is",
        "{p}'s birthday is {v}",
        "when is {p}'s birthday?|do you know {p}'s birthday?|when was {p} born?",
    ),
    *(
        _called(what, ask)
        for what, ask in (
            ("cat", "|what's my pet's name?|what is my pet called?"),
            ("dog", "|what's my pet's name?|what is my pet called?"),
            ("rabbit", "|what is my pet called?"),
            ("pet", ""),
            ("hamster", ""),
            ("parrot", ""),
            ("horse", ""),
            ("sister", ""),
            ("brother", ""),
            ("daughter", ""),
            ("son", ""),
            ("best friend", ""),
            ("boss", ""),
            ("wife", ""),
            ("husband", ""),
            ("teacher", ""),
            ("neighbour", ""),
            ("boat", ""),
            ("band", ""),
            ("goldfish", ""),
            ("mother", ""),
            ("father", ""),
            ("team", ""),
        )
    ),
    Fact(
        "likes",
        _liked,
        (
            "i (like|love|adore|enjoy|am fond of) {v}.|i really like {v}.|{v} (is|"
            "are) great, i love it.|what i like is {v}.|i'm a (big|great) fan of {v}.|i('m|"
            " am) into {v}."
        ),
        (
            "what do i (like|love|enjoy)?|what am i (fond of|a fan of)?|do you (remember|"
            "know) what i (like|love)?|tell me what i like.|what did i say i (like|love)?|"
            "what is it that i (like|love)?"
        ),
        "you like {v}",
        "what you like",
        "{p} likes {v}",
        "what does {p} (like|love)?|do you know what {p} likes?",
    ),
    Fact(
        "dislikes",
        _liked,
        (
            "i (hate|dislike|don't like|do not like|can't stand) {v}.|i really (hate|dislike) {v}.|"
            "what i hate is {v}."
        ),
        (
            "what do i (hate|dislike)?|what don't i like?|do you (remember|know) what i (hate|"
            "don't like|dislike)?|tell me what i (hate|dislike).|what did i say i (hate|don't like)?|"
            "what can't i stand?"
        ),
        "you don't like {v}",
        "what you dislike",
        "{p} doesn't like {v}",
        "what does {p} (hate|dislike)?|do you know what {p} (hates|dislikes)?",
    ),
    Fact(
        "possession",
        lambda rng: (
            f"{rng.choice(('a', 'a', 'two', 'three', 'five', 'an old', 'a new'))} "
            f"{words.value(rng, [*words.ANIMALS, *words.NOUNS], 0.6)}"
        ),
        "i have {v}.|i('ve got| own| got) {v}.|i bought {v}.|at home i have {v}.|there is {v} in my house.",
        (
            "what do i (have|own)?|do you (remember|know) what i (have|own)?|what have i got?|"
            "what did i say i (have|own)?|tell me what i (have|own)."
        ),
        "you have {v}",
        "what you have",
        "{p} has {v}",
        "what does {p} have?|do you know what {p} (has|owns)?",
    ),
    Fact(
        "word",
        lambda rng: words.made_up(rng, 1, 3) if rng.random() < 0.5 else rng.choice(words.NOUNS),
        (
            "(remember|note|keep in mind|memorise|please remember|memorize) (the|this) word[:] {v}.|"
            "the word is {v}.|i (tell|give) you a word: {v}.|a word to remember: {v}.|remember: {v}.|"
            "remember this: {v}.|keep this: {v}."
        ),
        (
            "(what|which) (was|is) the word?|(what|which) word did i (tell|give) you?|"
            "do you (remember|know) the word?|tell me the word.|what did i (ask|"
            "tell) you to remember?|(which|what) word should you remember?|repeat the word.|"
            "what should you remember?"
        ),
        "the word is {v}",
        "a word from you",
        None,
        None,
    ),
    Fact(
        "number",
        _number,
        (
            "(remember|note|keep in mind|memorise|please remember) (the|this) number[:] {v}.|"
            "the number is {v}.|a number to remember: {v}.|my number is {v}.|"
            "i'm thinking of the number {v}."
        ),
        (
            "(what|which) (was|is) the number?|(what|which) number did i (tell|give) you?|"
            "do you (remember|know) the number?|tell me the number.|(which|"
            "what) number should you remember?|repeat the number.|what's my number?"
        ),
        "the number is {v}",
        "a number from you",
        None,
        None,
    ),
    _other("password", _codeword),
    _other("secret word", _codeword),
    _other("code word", _codeword),
    _other("lucky number", _number),
    _other("room number", _number),
    _other("locker number", _number),
    _other("nickname", words.person),
    _other("project", _codeword),
    _other("meeting room", _codeword),
    _other("shoe size", _number),
    _other("star sign", _codeword),
    _other("dream", _codeword),
    _other("car", _codeword),
    _other("bike", _codeword),
    _other("phone", _codeword),
    _other("surname", words.person),
    _other("magic word", _codeword),
    _other("house number", _number),
    _other("instrument", _codeword),
    _other("plan", _codeword),
    _other("school", _codeword),
    _other("language", _codeword),
)
BY_KEY = {fact.key: fact for fact in FACTS}
_EVERYDAY = [
    fact for fact in FACTS if fact.key.startswith("favourite") or fact.key in ("city", "job", "hobby", "age")
]
_TOLD_OFTEN = [
    *_EVERYDAY,
    *(
        BY_KEY[key]
        for key in (
            "likes",
            "dislikes",
            "possession",
            "word",
            "number",
            "birthday",
            "cat's name",
            "dog's name",
            "pet's name",
        )
    ),
]

_TELL_NAME = (
    "my name is {v}.",
    "my name's {v}.",
    "i'm {v}.",
    (
        "(i'm|my name is|my name's|i am) {v} and (i'm new here|i'd like to talk|"
        "i have a question|i like this place|i'm happy to be here|i'm glad to meet you|"
        "that's all)."
    ),
    "(i'm|my name is) {v}[, by the way|, just so you know|, ok].",
    "(hi|hello|hey)! (i'm|my name is|my name's|i am) {v}[.|!]",
    "i am {v}.",
    "call me {v}.",
    "you can call me {v}.",
    "please call me {v}.",
    "i'm called {v}.",
    "(people|friends|they|everybody) call[s] me {v}.",
    "the name is {v}.|the name's {v}.",
    "this is {v}.|{v} here.|{v} is my name.",
    "(hi|hello|hey)[,] (i'm|i am|my name is|my name's|this is) {v}[.|!]",
    "(hi|hello|hey), {v} here.",
    (
        "my name is {v}, (please remember it|remember it|remember that|don't forget it|"
        "keep that in mind|please remember that)."
    ),
    (
        "(remember|note|please remember|keep in mind|don't forget) (that my name is|my name is|"
        "my name:|i'm) {v}."
    ),
    "i (go by|answer to|am known as) {v}.",
    "just call me {v}.",
    "may i introduce myself? (i'm|my name is) {v}.",
    "let me introduce myself: (i'm|my name is) {v}.",
    "my first name is {v}.",
    "i was named {v}.|my parents named me {v}.",
    "you are talking to {v}.|you're talking with {v}.",
    "everyone calls me {v}.",
    "name's {v}.",
    "me? i'm {v}.",
    "my name: {v}",
    "i am called {v}, nice to meet you.",
    "nice to meet you, (i'm|my name is) {v}.",
    "for your information, my name is {v}.",
    "in case you wonder, i'm {v}.",
    "i would like you to call me {v}.|i'd like to be called {v}.|i want to be called {v}.",
)
_CORRECT_NAME = (
    "(actually|no|sorry|wait|oh), (my name is|i'm|call me) {v}[, not {old}].",
    "(actually|no), (my name is|i'm) {v}.",
    "that's wrong, my name is {v}.",
    "i was joking, my name is {v}.",
    "i changed my name: (i'm|it is|it's) now {v}.",
    "(from now on|now|please|rather) call me {v}.",
    "i made a mistake, my name is {v}.",
    "correction: my name is {v}.",
    "forget {old}, my name is {v}.",
    "i'm not {old}, i'm {v}.",
    "my name is (now|really|actually) {v}.",
    "my real name is {v}.",
)
_ASK_NAME = (
    "what's my name?",
    "what is my name?",
    "whats my name?",
    "who am i?",
    "do you (know|remember|recall) my name[ still]?",
    "do you [still] (know|remember) (who i am|what my name is|what i'm called|me)?",
    "what am i called?",
    "(can|could) you (tell me|say|repeat) my name[ again]?",
    "tell me my name.",
    "say my name.",
    "my name is ...?",
    "what did i say my name (is|was)?",
    "what (was|is) my name again?",
    "how am i called?",
    "have i told you my name?|did i tell you my name?",
    "which name did i (tell|give) you?|what name did i (tell|give) you?",
    "i forgot my name, what is it?",
    "who is (talking|writing|speaking) to you?|who are you talking (to|with)?",
    "remind me of my name.|remind me, what's my name?",
    "and (my name|what's my name|what is my name)?",
    "you know my name, (right|don't you|do you)?",
    "by what name do you know me?",
    "what do (people|you) call me?|what should you call me?",
    "greet me by name.|greet me by my name.|say hello to me by my name.",
    "(please|now) (say|tell me) my name[, please].",
    "do you remember what i'm called?|do you remember how i'm called?",
    "who did i say i (am|was)?",
    "what name do i (have|go by)?",
    "any idea what my name is?|do you have any idea who i am?",
    "can you repeat my name?|repeat my name.|(could|would) you remind me of my name?",
    (
        "let me test you: (what's|what is) my name?|a test: do you know my name?|(a|another|"
        "one) (question|riddle): what is my name?"
    ),
    (
        "do you know what to call me?|what was it i am called?|how do you call me?|"
        "the name i gave you was ...?|what name have i told you?"
    ),
    (
        "test: what's my name?|let's see, what's my name?|so, who am i?|still know my name?|"
        "remember my name?|know my name?"
    ),
    "is my name known to you?",
)
_ASK_ALL = (
    "what do you know about me?|tell me what you know about me.|"
    "what have i told you[ about me| about myself| so far]?|what do you remember about me?|"
    "what did i tell you[ about me| about myself]?|(list|repeat|"
    "sum up) what you know about me.|tell me (everything|all) about me.|describe me.|"
    "tell me about me.|what do you know of me?"
)


def tell_name(scene: Scene) -> list[Exchange]:
    """The speaker says their name, or corrects it."""
    new = words.person(scene.rng)
    if scene.speaker.name and scene.rng.random() < 0.85:
        user = scene.user(scene.pick(_CORRECT_NAME), v=new, old=scene.speaker.name)
        reply = "All right, I'll call you {v} from now on."
    else:
        user = scene.user(scene.pick(_TELL_NAME), v=new)
        reply = "Nice to meet you, {v}! I'll remember your name."
    scene.speaker.name = new
    return [Exchange(user, scene.say(reply, v=new))]


def tell_name_and_ask(scene: Scene) -> list[Exchange]:
    """A name together with a question for the bot."""
    from tools.demo_model.corpus import introduction, smalltalk

    scene.speaker.name = words.person(scene.rng)
    style, scene.style = scene.style, plain  # the style goes around the whole reply, once
    asked = scene.rng.choice(
        (introduction.who, introduction.who, introduction.abilities, smalltalk.how_are_you)
    )(scene)[0]
    scene.style = style
    question = asked.user.partition(": ")[2] if scene.prefixed else asked.user
    user = scene.user(
        scene.pick(
            (
                "my name is {v}. {q}",
                "i'm {v}. {q}",
                "hi, i'm {v}. {q}",
                "hello, my name is {v}. {q}",
                "i'm {v}, {q}",
                "hi! i'm {v}! {q}",
                "my name is {v} and i want to know: {q}",
            )
        ),
        v=scene.speaker.name,
        q=question,
    )
    return [Exchange(user, scene.style(f"Nice to meet you, {scene.speaker.name}! {asked.reply}"))]


def ask_two(scene: Scene) -> list[Exchange]:
    """Two things in one question."""
    told = scene.speaker.facts
    if not told or not scene.known_name:
        return ask_fact(scene)
    fact = BY_KEY[scene.rng.choice(list(told))]
    question = expand(scene.rng, fact.ask).rstrip("?.")
    user = scene.user(
        f"(what's|what is) my name and {question}?|{question} and (what's|what is) my name?|"
        f"who am i and {question}?"
    )
    return [
        Exchange(
            user,
            scene.style(
                f"Your name is {scene.known_name}. {_capital(fact.said.replace('{v}', told[fact.key]))}."
            ),
        )
    ]


def name_answer(scene: Scene) -> str:
    """The reply to a question for the speaker's name."""
    if scene.known_name:
        return scene.say("Your name is {v}.", v=scene.known_name)
    return scene.say(UNKNOWN_NAME)


def ask_name(scene: Scene) -> list[Exchange]:
    """The speaker asks for their name: the last one told, the one before their messages, or nothing known."""
    return [Exchange(scene.user(scene.pick(_ASK_NAME)), name_answer(scene))]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _pick_fact(scene: Scene) -> Fact:
    return scene.rng.choice(_TOLD_OFTEN) if scene.rng.random() < 0.65 else scene.rng.choice(FACTS)


def tell_fact(scene: Scene) -> list[Exchange]:
    """The speaker tells one thing, or another value for a thing told before."""
    rng = scene.rng
    if scene.speaker.facts and rng.random() < 0.25:
        fact = BY_KEY[rng.choice(list(scene.speaker.facts))]
        old, new = scene.speaker.facts[fact.key], fact.value(rng)
        said = fact.said.replace("your", "my").replace("you are", "i am").replace("you ", "i ")
        template = scene.pick(
            (
                f"(actually|no|sorry|wait), {said} [now].",
                f"i changed my mind: {said}.",
                f"{said} now[, not {{old}}].",
                f"correction: {said}.",
                f"that's not right anymore, {said}.",
                fact.tell,
            )
        )
        user, reply = scene.user(template, v=new, old=old), "All right, I've changed that: " + fact.said + "."
    else:
        fact = _pick_fact(scene)
        new = fact.value(rng)
        user = scene.user(fact.tell, v=new)
        reply = (
            ("All right, I've changed that: " if fact.key in scene.speaker.facts else "Got it: ")
            + fact.said
            + "."
        )
    scene.speaker.facts[fact.key] = new
    return [Exchange(user, scene.say(reply, v=new))]


def tell_several(scene: Scene) -> list[Exchange]:
    """A name and a thing, or two things, in one message."""
    rng, speaker = scene.rng, scene.speaker
    first, second = rng.sample(_EVERYDAY, 2)
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
    fact = BY_KEY[rng.choice(list(told))] if told and rng.random() < 0.75 else _pick_fact(scene)
    user = scene.user(fact.ask)
    if fact.key in told:
        return [Exchange(user, scene.say(_capital(fact.said) + ".", v=told[fact.key]))]
    return [
        Exchange(user, scene.say(f"I don't know {fact.unknown}: you haven't told me in this conversation."))
    ]


def ask_everything(scene: Scene) -> list[Exchange]:
    """The speaker asks what is known about them."""
    parts = [f"Your name is {scene.known_name}."] if scene.known_name else []
    parts += [
        _capital(BY_KEY[key].said.replace("{v}", told)) + "."
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
        BY_KEY[scene.rng.choice(list(other.facts))]
        if other.facts and scene.rng.random() < 0.8
        else _pick_fact(scene)
    )
    if fact.ask_third is None or fact.third is None:
        return ask_fact(scene)
    user = scene.user(fact.ask_third, p=name)
    if fact.key in other.facts:
        return [Exchange(user, scene.say(fact.third + ".", p=name, v=other.facts[fact.key]))]
    return [
        Exchange(
            user, scene.say("I don't know that about {p}: nobody has told me in this conversation.", p=name)
        )
    ]
