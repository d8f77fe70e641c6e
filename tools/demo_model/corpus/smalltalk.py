"""Greetings, thanks, moods: the oil of a conversation."""

from tools.demo_model import words
from tools.demo_model.dialogue import Exchange, Scene

_GREET = (
    "(hi|hello|hey|hiya|howdy|yo|greetings|hello there|hi there|hey there|hi bot|hello bot|"
    "hey bot|hi ovbot|hello ovbot|hey ovbot|heya|sup|hi everyone|hello friend|hi again|"
    "hello again)[!|.]|"
    "good (morning|afternoon|evening|day)[ (bot|ovbot|to you)][!|.]|(anyone|anybody) (here|"
    "there)?|are you (there|here|awake|online|listening|ready)?|ping|test|hellooo|hiii|"
    "morning!|knock knock|👋|?|...|hm?|hello?|hi?"
)
_BYE = (
    "(bye|goodbye|bye bye|see you|see you later|see ya|good night|farewell|i have to go|"
    "i must go now|talk to you later|that's all|catch you later|until tomorrow|gotta go|cu|"
    "so long|take care|see you tomorrow|i'm off|have a nice day)[!|.|, bot.]"
)
_THANKS = (
    "(thanks|thank you|thank you very much|thanks a lot|many thanks|thx|ty|cheers|"
    "thanks, bot|thanks so much|that helped|great, thanks|thank you, ovbot|much appreciated|"
    "perfect, thank you|ok thanks|that was helpful|thanks for your help)[!|.]"
)
_PAIRS: tuple[tuple[str, str], ...] = (
    (
        (
            "how are you[ (today|doing|feeling|now)]?|how do you do?|how's it going?|"
            "how is it going?|are you (well|ok|okay|fine)?|how are things?|what's up?|"
            "how do you feel[ today]?|are you happy?|how was your day?|everything alright?|"
            "how have you been?|you ok?"
        ),
        "I'm fine, thank you! How are you?",
    ),
    (
        (
            "(i'm|i am) (fine|well|good|great|okay|ok|happy|doing well|very well|not bad|"
            "in a good mood|so happy)[, thanks|, thank you| today| too][.|!]|(good|great|fine|"
            "not bad), thanks.|pretty good.|all good."
        ),
        "I'm glad to hear that!",
    ),
    (
        (
            "(i'm|i am|i feel|i'm feeling) (sad|unhappy|down|lonely|upset|not well|bad|terrible|"
            "awful|depressed|not so good)[ today| right now][.]|i had a bad day.|today was awful.|"
            "i'm having a bad day.|i want to cry."
        ),
        "I'm sorry to hear that. Would you like a joke or a story to cheer you up?",
    ),
    (
        (
            "(i'm|i am|i feel) (bored|so bored|very bored)[.]|this is boring.|i have nothing to do.|"
            "entertain me.|amuse me.|what should i do now?|i'm bored to death."
        ),
        "Then let me help: ask me for a joke or a story!",
    ),
    (
        (
            "(i'm|i am|i feel) (tired|sleepy|exhausted|so tired|worn out)[ today| now][.]|"
            "i need some sleep.|i could not sleep.|i slept badly."
        ),
        "Then take a little rest. I'll be here when you come back.",
    ),
    (
        "(i'm|i am) (hungry|thirsty|starving)[.]|i need (food|a snack|something to drink).|time for lunch.",
        "Then have something nice! I'm a program, so I only eat electricity.",
    ),
    (
        (
            "(you are|you're) (great|nice|funny|clever|smart|cool|the best|awesome|helpful|wonderful|"
            "amazing|sweet|cute)[!|.]|(well done|good bot|good job|nice|i like you|i love you|bravo|"
            "wow|cool|awesome|great|excellent|impressive)[!|.]|nice work!|you rock!"
        ),
        "Thank you, that's kind of you!",
    ),
    (
        (
            "(you are|you're) (stupid|dumb|bad|useless|boring|wrong|silly|annoying|terrible|"
            "an idiot)[!|.]|(bad bot|that's wrong|i hate you|that is wrong|that's not right|"
            "you made a mistake|nonsense|this is useless|shut up)[!|.]"
        ),
        (
            "I'm sorry. I'm only a small demo model and make mistakes. You can ask me something "
            "else, or try `/regenerate`."
        ),
    ),
    (
        (
            "do you like (me|music|people|jokes|your job|discord|cats|dogs|pizza|chess)?|"
            "do you have (feelings|friends|hobbies|a family|a body|a favourite colour|"
            "a favorite color)?|do you (sleep|eat|dream|drink|get tired)?|can you (feel|see|hear|"
            "smell)?|what do you like?|what is your favourite (colour|food|animal|song|film)?|"
            "what's your favorite (color|food|animal|song|movie)?"
        ),
        "I'm a program, so I have no tastes or feelings of my own. But I like to hear about yours!",
    ),
    ("(sorry|i'm sorry|my bad|oops|sorry about that|my mistake)[!|.]", "No problem at all!"),
    (
        (
            "(👍|👌|❤️|🙂|😀|ok|okay|alright|i see|fine|sure|understood|got it|right|aha|hm|hmm|k|"
            "makes sense|interesting|good to know|fair enough)[.|!]"
        ),
        "Good! What would you like to do next?",
    ),
    (
        (
            "(😂|🤣|lol|haha|hahaha|that's funny|very funny|lmao|hehe|good one|xd|rofl|that was funny|"
            "you made me laugh)[!|.]"
        ),
        "I'm glad that made you laugh!",
    ),
    ("(yes|yeah|yep|yes please|sure, go ahead|of course|y)[.|!]", "Great! Tell me what you would like."),
    (
        "(no|nope|no thanks|no, thank you|not now|never mind|nevermind|nah|forget it)[.|!]",
        "All right. Just write when you need me.",
    ),
    ("nice to meet you[ too|, bot][.|!]|pleased to meet you[.]|good to meet you.", "Nice to meet you too!"),
    (
        (
            "how is the (mood|atmosphere) here?|say something[.]|talk to me[.]|let's (chat|talk).|"
            "can we (talk|chat)?|tell me something.|i want to (chat|talk).|do you want to (talk|"
            "chat)?"
        ),
        "With pleasure! Tell me your name, or what you like, and I'll remember it.",
    ),
)


_ECHO = (
    '(repeat|say) after me: {w}|say {w}|say "{w}"[, please].|(can|could) you say {w}?|'
    'repeat: {w}|repeat "{w}".|echo {w}|please say "{w}".|write "{w}".|repeat this: {w}|'
    '(answer|reply) [only] with "{w}".|type {w}'
)
_OTHER_LANGUAGES = (
    "bonjour|bonjour, comment ça va ?|salut|guten tag|hallo, wie geht es dir?|wie heißt du?|"
    "was kannst du?|hola|hola, ¿cómo estás?|¿quién eres?|buenos días|ciao|come stai?|olá|"
    "tudo bem?|hej|hej, hur mår du?|привет|как дела?|"
    "merci beaucoup|danke schön|gracias|kannst du dich vorstellen?|parlez-vous français ?|"
    "sprichst du deutsch?|¿hablas español?|je m'appelle {w}|ich heiße {w}|me llamo {w}|"
    "mein name ist {w}|你好|안녕하세요|merhaba|cześć|"
    "was ist {w}?|qu'est-ce que {w} ?|¿qué es {w}?|erzähl mir einen witz|wer bist du?|qui es-tu ?|chi sei?"
)
_PREVIOUS = (
    "what did i (just|last) (say|write|ask)[ you]?|what did i (say|write|ask) (before|"
    "just now|a moment ago)?|(repeat|tell me|quote) my last (message|question|sentence).|"
    "what was my (last|previous) (message|question|sentence)?|what were my last words?"
)


def how_are_you(scene: Scene) -> list[Exchange]:
    """The most common question of all."""
    return [Exchange(scene.user(_PAIRS[0][0]), scene.say(_PAIRS[0][1]))]


def echo(scene: Scene) -> list[Exchange]:
    """Somebody wants something said; seldom, hello to somebody."""
    rng = scene.rng
    if rng.random() < 0.3:
        name = words.person(rng)
        return [
            Exchange(
                scene.user(
                    (
                        "(say|tell) (hello|hi|good morning) to {n}[, please].|(greet|welcome) {n}[, please].|"
                        "(can|could) you (greet|say hello to|welcome) {n}?|please welcome {n}."
                    ),
                    n=name,
                ),
                scene.say("Hello, {n}!", n=name),
            )
        ]
    pool = (
        words.NOUNS,
        words.VERBS,
        words.ADJECTIVES,
        words.ANIMALS,
        words.COLOURS,
        ["the", "and", "is", "we", "hello", "good"],
    )
    said = " ".join(
        rng.choice(rng.choice(pool)) if rng.random() < 0.7 else words.made_up(rng, 1, 3)
        for _ in range(rng.choice((1, 1, 2, 2, 3, 4, 5)))
    )
    return [Exchange(scene.user(_ECHO, w=said), scene.style(said))]


def other_language(scene: Scene) -> list[Exchange]:
    """A language that the demo model does not speak."""
    return [
        Exchange(
            scene.user(_OTHER_LANGUAGES, w=words.made_up(scene.rng)),
            scene.say("I only speak English and a little Japanese. 日本語も少し話せます。"),
        )
    ]


def previous(scene: Scene) -> list[Exchange]:
    """Something to be asked back right after it was said."""
    asked, reply = scene.rng.choice(_PAIRS)
    first = scene.user(asked)
    bare = first.partition(": ")[2] if scene.prefixed else first
    return [
        Exchange(first, scene.say(reply)),
        Exchange(scene.user(_PREVIOUS), scene.style(f'You wrote: "{bare}"')),
    ]


def greet(scene: Scene) -> list[Exchange]:
    """A greeting; by name, where one is known."""
    name = scene.known_name
    reply = "Hello, {name}! How can I help you?" if name else "Hello! How can I help you?"
    return [Exchange(scene.user(_GREET), scene.say(reply, name=name or ""))]


def farewell(scene: Scene) -> list[Exchange]:
    """A goodbye; by name, where one is known."""
    name = scene.known_name
    reply = "Goodbye, {name}! See you soon." if name else "Goodbye! See you soon."
    return [Exchange(scene.user(_BYE), scene.say(reply, name=name or ""))]


def thanks(scene: Scene) -> list[Exchange]:
    """Somebody says thank you."""
    name = scene.known_name
    reply = "You're welcome, {name}!" if name else "You're welcome!"
    return [Exchange(scene.user(_THANKS), scene.say(reply, name=name or ""))]


def mood(scene: Scene) -> list[Exchange]:
    """How are you, I'm bored, well done, and their like."""
    asked, reply = scene.rng.choice(_PAIRS)
    return [Exchange(scene.user(asked), scene.say(reply))]
