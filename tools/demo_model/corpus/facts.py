"""The facts that people tell about themselves, the everyday ones first."""

from tools.demo_model import words
from tools.demo_model.corpus.fact_kinds import Fact, called, code_word, favourite, liked, number, other

FACTS: tuple[Fact, ...] = (
    favourite(
        "colour",
        words.COLOURS,
        "|i (like|love) the colour {v}.|i love {v} things, it is my favourite colour.",
    ),
    favourite(
        "food",
        words.FOODS,
        "|i (love|like) to eat {v}.|i could eat {v} every day.|the thing i like to eat most is {v}.",
        "|what do i (like|love) to eat[ most| best]?|what could i eat every day?",
    ),
    favourite("animal", words.ANIMALS, "|the animal i love most is the {v}.", "|what animal do i love?"),
    favourite(
        "drink",
        words.DRINKS,
        "|i (love|like) to drink {v}.|what i like to drink is {v}.",
        "|what do i (like|love) to drink?",
    ),
    favourite("sport", words.SPORTS),
    favourite("season", words.SEASONS, share=0.8),
    favourite("day", words.DAYS, share=0.8),
    favourite("number", [str(n) for n in range(1, 100)], share=0.9),
    favourite("book", [], share=0.0),
    favourite("game", words.HOBBIES, share=0.2),
    favourite("band", [], share=0.0),
    favourite("film", [], share=0.0),
    Fact(
        "city",
        lambda rng: words.value(rng, words.CITIES) if rng.random() < 0.5 else words.made_up(rng).capitalize(),
        "i live in {v}.|i live in {v} (now|these days|at the moment|with my family).|i (come from|am from|"
        "'m from) {v}.|i was (born|raised) in {v}.|my (town|place|house|flat) is in {v}.|i('m|"
        " am) based in {v}.|greetings from {v}.|my (home town|hometown|city|"
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
            "my job? i'm a {v}.|i('m| am) employed as a {v}.|i('ve| have) been (a|"
            "working as a) {v} for years.|my day job is being a {v}.|for a living i('m| am) a {v}.|"
            "i do {v} work.|they hired me as a {v}.|(remember|note) that i work as a {v}.|i('m|"
            " am) working as a {v}."
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
        called(what, ask)
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
            *((what, "") for what in words.CLOSE_TO_PEOPLE),
        )
    ),
    Fact(
        "likes",
        liked,
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
        liked,
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
        number,
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
    other("password", code_word),
    other("secret word", code_word),
    other("code word", code_word),
    other("lucky number", number),
    other("room number", number),
    other("locker number", number),
    other("nickname", words.person),
    other("project", code_word),
    other("meeting room", code_word),
    other("shoe size", number),
    other("star sign", code_word),
    other("dream", code_word),
    other("car", code_word),
    other("bike", code_word),
    other("phone", code_word),
    other("surname", words.person),
    other("magic word", code_word),
    other("house number", number),
    other("instrument", code_word),
    other("plan", code_word),
    other("school", code_word),
    other("language", code_word),
)
BY_KEY = {fact.key: fact for fact in FACTS}
EVERYDAY = [
    fact for fact in FACTS if fact.key.startswith("favourite") or fact.key in ("city", "job", "hobby", "age")
]


def fact_of(key: str) -> Fact:
    """The fact with this key: one of `FACTS`, or made for any noun."""
    if key in BY_KEY:
        return BY_KEY[key]
    if key.startswith("favourite "):
        return favourite(key.removeprefix("favourite "), [], share=0.0)
    return other(key, code_word)


TOLD_OFTEN = [
    *EVERYDAY,
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
