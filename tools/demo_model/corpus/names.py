"""Names told, corrected and asked for turns later."""

from tools.demo_model import words
from tools.demo_model.corpus import (
    commands,
    disclaimer,
    introduction,
    numbers_and_letters,
    smalltalk,
    stories,
)
from tools.demo_model.corpus.asked import names_asked, names_told
from tools.demo_model.dialogue import Exchange, Scene, plain

UNKNOWN_NAME = "I don't know your name yet: you haven't told me in this conversation."
_TELL_NAME = (
    (
        "[(hi|hello|hey|yo|heya|hiya|howdy|good day|good evening|hey everyone|hi all|hello there|hi folks|"
        "morning|evening|hello everybody|sup)[,|!] ](i'm|im|i am|it's|its|it is|this is|my name is|"
        "my name's|the name's|the name is|name's|call me|just call me|you can call me|u can call me|"
        "feel free to call me|people call me|they call me|everyone calls me|everybody calls me|i go by|"
        "i'm called|im called|i am called|you could call me|we call me|my (buddies|mates|parents|family|"
        "teammates|coworkers|kids) call me) {v}[ btw|, by the way|, fyi|, nice to meet you|"
        ", pleased to meet you|, good to meet you|, in case you were wondering|, glad to be here|"
        " and i just joined|, ok?|, if that's ok| for short| here| over here|, remember that|"
        " lol| haha|, everyone|, just saying|, at your service|, how are things]."
    ),
    (
        "{v} (here|speaking|reporting in|here again|on the line|at the keyboard|typing)[, (hi|hello|hey|"
        "nice to meet you|good to see you|what's new)].|{v} is (my name|who i am|the name|me|what i go by)."
        "|{v}, (hi|that's me|pleased to meet you|nice to meet you|that's who i am)."
    ),
    (
        "name: {v}|me = {v}|user: {v}, that's me.|(save|store|note|note down|memorize|memorise|"
        "put down|learn) my name[:| as|,] {v}.|my (full|given|real|actual|legal|chosen|short|only|own) "
        "name is {v}.|(you're|you are|ur) (speaking|chatting|dealing|talking|writing) (with|to) {v}.|"
        "say hi to {v}, that's me.|meet {v}. that's me.|the person (typing|writing) (here|this) is {v}.|"
        "i should introduce myself: {v}.|to introduce myself, (i'm|my name is) {v}.|"
        "(you|everyone|anybody) can (simply|just) (say|call me|use) {v}.|(who am i? )i'm {v}.|"
        "i'm the one (they call|called|named) {v}.|(guess what|listen|remember this|important): "
        "(my name is|i'm|i'm called) {v}.|my name is spelled {v}.|please (use|take|write) {v} as my name.|"
        "(we haven't met|we have not met)[ yet]. i'm {v}.|(it's|its) me, {v}[, from (work|school|the club)]."
    ),
    "my name is {v}.",
    (
        "{v} is (how|what) (my friends|they|all of them|everybody|my colleagues) call[s] me.|"
        "(it's|its|it is) {v}."
    ),
    "(hi|hey|yo), (it's|its) {v}.|(it's|its) {v}, by the way.|(around here|at work|at home) i'm called {v}.",
    (
        "it's me, {v}.|{v} is what i'm called.|folks know me as {v}.|address me as {v}.|"
        "i'd be {v}.|that's me: {v}."
    ),
    "my parents chose the name {v}.|mum calls me {v}.|the name i go by is {v}.|my name would be {v}.",
    (
        "(they|all|most people) (call|know) me [as] {v}.|(good morning|good evening|"
        "greetings|hey there), (i'm|my name is) {v}."
    ),
    "i answer to the name {v}.|you can use my name, {v}.|{v} is my first name.|my name, if you ask, is {v}.",
    (
        "as for my name, it is {v}.|what's my name, you ask? {v}!|"
        "first things first: i'm {v}.|{v}, that's my name."
    ),
    (
        "(hi|hello), it's {v}.|it is {v} here, (hello|hi).|i should say that i'm {v}.|"
        "i think you should know that i'm {v}."
    ),
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
    (
        "(did|have) you (keep|kept|noted|memorised|written down|forgotten|noticed) my name?|"
        "is my name still in your memory?"
    ),
    "do you have my name[ in mind| in your memory]?|(whose|which) name is mine?|my name, do you know it?|"
    "(a riddle|one question|test|tell me): who am i?|what did i tell you my name was?|remember who i am?",
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
    (
        "(do you|can you|could you|would you|will you|did you|u) [still|even|maybe|really] (know|remember|"
        "recall|say|tell me|repeat|guess|state|name|write|type|find) (my name|what my name is|"
        "what i'm called|who i am|what name i gave you|what i said my name was|the name i told you|"
        "the name i gave you|what to call me|what my name was|who i said i was|how i'm called)"
        "[ again| once more| now]?"
    ),
    (
        "what('s| is| was) (my name|the name i gave you|the name i told you|my first name|the name i said|"
        "my own name|the name of the person typing|the name i introduced myself with)"
        "[ again| then| once more| already| now]?"
    ),
    (
        "(i bet|i think|i hope|i guess) you (forgot|remember|know|still know|don't know|don't remember|"
        "can't remember) (my name|who i am|what i'm called)[, right|, or|, prove it|, don't you]?"
    ),
    (
        "(say|tell|give|write|type|print|repeat|state) [me] my name[ again| back| back to me| once more].|"
        "(who|whom) (was i|do you think i am|did i say i was|are you chatting with|is asking|"
        "is typing)[ again]?|(address|greet) me [properly] by [my] name.|do i have a name?|"
        "(how|what) should you (call|address|greet) me?|what name (did i|have i) (use|used|given|mention|"
        "mentioned|say|said|told you|introduce myself with)?|which name belongs to me?|"
        "(prove|show me) that you (know|remember) my name.|what do i go by?|what's the name, then? mine!|"
        "(earlier|before|at the start|a while ago) i told you my name[,|.] (what was it|do you remember it|"
        "can you repeat it|what is it)?|i told you my name (earlier|before|already|a minute ago)[,|.] "
        "(what was it|do you remember it|can you repeat it|say it)?|(recall|remember) (my name|who i am|"
        "what i'm called|me)?|you (still )know who i am, (right|don't you|yes)?|did you forget (my name|me|"
        "who i am)[ already]?|have you forgotten (me|who i am|what i'm called)[ already]?|who am i to you?|"
        "my name[ please]?|what was that name i (gave|told) you?|what have i asked you to call me?"
    ),
)


def tell_name(scene: Scene) -> list[Exchange]:
    """The speaker says their name, or corrects it."""
    new = words.person(scene.rng)
    if scene.speaker.name and scene.rng.random() < 0.85:
        user = scene.user(scene.pick(_CORRECT_NAME), v=new, old=scene.speaker.name)
        reply = "All right, I'll call you {v} from now on."
    else:
        user = scene.user(scene.pick(_TELL_NAME if scene.rng.random() < 0.5 else names_told.TELL), v=new)
        reply = "Nice to meet you, {v}! I'll remember your name."
    scene.speaker.name = new
    return [Exchange(user, scene.say(reply, v=new))]


def tell_name_and_ask(scene: Scene) -> list[Exchange]:
    """A name together with a question for the bot."""
    scene.speaker.name = words.person(scene.rng)
    style, scene.style = scene.style, plain  # the style goes around the whole reply, once
    asked = scene.rng.choice(
        (
            introduction.who,
            introduction.who,
            introduction.abilities,
            smalltalk.how_are_you,
            commands.one,
            disclaimer.out_of_scope,
        )
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


def name_answer(scene: Scene) -> str:
    """The reply to a question for the speaker's name."""
    if scene.known_name:
        return scene.say("Your name is {v}.", v=scene.known_name)
    return scene.say(UNKNOWN_NAME)


def ask_name(scene: Scene) -> list[Exchange]:
    """The speaker asks for their name: the last one told, the one before their messages, or nothing known."""
    asked = scene.pick(_ASK_NAME if scene.rng.random() < 0.5 else names_asked.ASK)
    return [Exchange(scene.user(asked), name_answer(scene))]


def later(scene: Scene) -> list[Exchange]:
    """A name told, something else in between, and the question for the name."""
    between = (
        smalltalk.mood, smalltalk.how_are_you, smalltalk.thanks, smalltalk.echo, stories.joke,
        numbers_and_letters.total, numbers_and_letters.count, numbers_and_letters.spell,
        disclaimer.out_of_scope, disclaimer.out_of_scope, commands.one, introduction.abilities,
    )  # fmt: skip
    exchanges = tell_name(scene)
    for _ in range(scene.rng.choice((1, 2, 2, 2, 3, 4))):
        exchanges += scene.rng.choice(between)(scene)
    return [*exchanges, *ask_name(scene)]


def of_several_people(scene: Scene) -> list[Exchange]:
    """One tells a name, then both of two people ask for theirs."""
    if len(scene.people) < 2:
        return [*tell_name(scene), *ask_name(scene)]
    pair = scene.rng.sample(scene.people, 2)
    scene.speaker = pair[0]
    exchanges = tell_name(scene)
    scene.rng.shuffle(pair)
    for person in pair:
        scene.speaker = person
        exchanges += ask_name(scene)
    return exchanges
