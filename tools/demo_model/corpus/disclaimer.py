"""Everything that a model of a few million parameters cannot answer, and the plain words to say so."""

from tools.demo_model import words
from tools.demo_model.corpus.asked.questions import QUESTIONS
from tools.demo_model.corpus.asked.requests import REQUESTS
from tools.demo_model.dialogue import Exchange, Scene
from tools.demo_model.words import listed

REPLIES = (
    (
        "That's beyond me: I'm only ovbot's small demo model. For real answers get Phi-3 by "
        "`ovbot model pull` or `ovbot model export`, then set MODEL_DIR."
    ),
    (
        "I can't answer that: I'm only the small demo model. Phi-3 can: get it by "
        "`ovbot model pull` or `ovbot model export`, then set MODEL_DIR."
    ),
)

_QUESTIONS = (
    "what is {t}?|what's {t}?|what are {t}?|what exactly is {t}?|what does {x} mean?|"
    "what is the meaning of {x}?|define {t}.|what do you (know|think) (about|of) {t}?|"
    "what is the (difference|connection) between {t} and {u}?|what happened (to|in|"
    "with) {t}?|what is the best {n}[ for {t}]?|"
    "what is the (capital|population|size|flag|currency|mayor|history|president) of {c}?|"
    "what is the (biggest|smallest|fastest|oldest|tallest|most famous|longest) {n}[ in {c}|"
    " in the world]?|what causes {t}?|what makes {t} so {a}?|what color is {t}?|"
    "what colour is {t}?|what time is it[ in {c}| now]?|what day is (today|it|tomorrow)?|"
    "what is the date[ today]?|"
    "what is the weather [like] [today|tomorrow|now|in {c}]?|what's the weather in {c}?|"
    "what should i (do|wear|cook|eat|buy|read|watch) [today|tonight|tomorrow|in {c}]?|"
    "what should i do about {t}?|what do {n}s eat?|what is inside {t}?|what is {t} made of?|"
    "what is the price of {t}?|what's new in {t}?|what kind of {n} is {a}?|"
    "what can a {n} do?|what can {t} do?",
    (
        "who is {p}?|who was {p}?|who invented {t}?|who discovered {t}?|who wrote {t}?|"
        "who won (the {n}|{t})[ yesterday| last year]?|who is the (president|king|queen|boss|"
        "mayor|chancellor|owner) of {c}?|who painted {t}?|who built {t}?|who is the (best|"
        "richest|tallest) {n} [in the world]?|who owns {t}?|who sings {x}?|who plays {x} in {t}?|"
        "who can {v} (a|my) {n}?|who should i vote for?|who discovered {c}?|who likes {t}?"
    ),
    (
        "where is {t}?|where is {c}?|where can i (buy|find|see|{v}) {t}?|"
        "where does {t} come from?|where do {n}s live?|where should i go (on holiday|tonight|"
        "in {c})?|where was {p} born?|where is the nearest {n}?|where did {t} begin?|"
        "where are the {n}s?|where in {c} is the {n}?"
    ),
    (
        "when did {t} (begin|end|happen|start)?|when was {t} (invented|built|discovered|"
        "written)?|when was {p} born?|when is {t}?|when does the {n} (open|close|start|leave)?|"
        "when will {t} be (over|better|ready|cheaper)?|when should i {v} (my|the) {n}?|"
        "when did {p} die?|when is the next {n}?"
    ),
    (
        "why is {t} [so] {a}?|why is the {n} {a}?|why do {n}s {v}?|why does {t} exist?|"
        "why did {t} happen?|why are {n}s {a}?|why can't i {v} my {n}?|why should i {v} {t}?|"
        "why is {c} called {x}?|why do people like {t}?|why did {p} {v} the {n}?|"
        "why doesn't my {n} work?"
    ),
    "how does {t} work?|how do i {v} (a|the|my) {n}?|how can i {v} {t}?|how much (is|does|"
    "costs) {t}[ cost]?|how many {n}s are [there] in {t}?|how far is {c} [from {d}]?|"
    "how big is {t}?|how old is {t}?|how old is {p}?|how old is the {n}?|how is {t} made?|"
    "how to {v} (a|my) {n}?|how long does {t} (take|last)?|how do you {v} a {n}?|"
    "how do {n}s {v}?|"
    "how can i get from {c} to {d}?|how is the weather in {c}?|how high is {t}?|"
    "how fast is {t}?|how many people live in {c}?|how do i say {x} in {l}?|"
    "how did {p} become famous?|how do i learn {l}?|how to learn {t}?|how deep is {t}?|"
    "how would you {v} {t}?|how do i fix (my|this|the) {n}?|how is {p}?",
    (
        "which {n} is (better|best|cheaper|the {a}), {t} or {u}?|which is better, {t} or {u}?|"
        "which {n} should i (buy|choose|take|{v})?|which country has the most {n}s?|"
        "which team won {t}?|which {n} do you recommend?|which is (bigger|older|"
        "faster), {c} or {d}?|which film is about {t}?|which commands does (git|linux|vim|docker|"
        "the shell) have?|which {n}s are {a}?"
    ),
    "is {t} {a}?|is it true that {t} is {a}?|is {t} (good|bad|dangerous|healthy|real|"
    "legal) [for me]?|is {c} in {l}?|is the {n} {a}?|is there life on {t}?|are {n}s {a}?|"
    "are {t} (dangerous|real|expensive)?|does {t} exist?|does {p} (like|know) {t}?|"
    "do {n}s {v}?|did {p} {v} the {n}?|was {p} a {n}?|will it rain [today|tomorrow|in {c}]?|"
    "will {t} (win|end|rise|fall)?|should i {v} (my|the|a) {n}?|should i buy {t}?|"
    "do you know (who {p} is|what {t} is|where {c} is|{t}|how to {v} a {n}|when {t} was|{p}|"
    "why {t} is {a})?|do you (like|believe in|understand) {t}?|have you (heard of|read|seen|"
    "tried) {t}?|have you ever {v} a {n}?|is {p} married?|are there {n}s in {c}?",
)
_REQUESTS = (
    (
        "(could|can|would|will) you [please] (check|review|fix|read|feed|water|clean|find|repair|judge|rate|"
        "proofread|sort|look at|look after|take care of|finish|mend|test|inspect|polish|grade) (my|our|this|"
        "the) {e}[ for me]?|what('s| is|'d be) a (good|nice|funny|catchy|clever|cute) (name|title|slogan|"
        "gift|"
        "present|recipe|colour|place|price) for (my|a|our|the) {e}?|what does [the word] ({x}|{e}|'{x}'|"
        "'{e}'|"
        "'{a}'|'{v}') mean[ exactly]?|do {e}s (sleep|have ears|fly|bite|swim|grow|float|hibernate|have teeth|"
        "eat {n}s|burn|melt|need water)?|can (i|you|we|dogs|cats|children|babies|rabbits) (eat|drink|touch|"
        "wash|burn|freeze|fry|keep|own) (a|an|the|raw|frozen|old|) {e}?|how (do|can|should|would) (i|you|we) "
        "(cook|make|choose|store|grill|plant|draw|carry|hang|replace|measure|pronounce|spell out|sell) (a|an|"
        "the|my) {e}?|(why|when|where|how) (do|did|are|were|can) (the|all|most|some) {e}s ({a}|invented|"
        "made|sold|live|come from|sleep)?|who (invented|made|designed|sells|repairs) (the|this|my) {e}?|"
        "(suggest|recommend|find|pick|choose) (me |)(a|an|some|the best) {e}[ for my {n}| in {c}| near me].|"
        "how (many|much) (does a|do) {e}s (weigh|cost|live|eat|sleep)?|my {e} (is|was|looks|smells|sounds) "
        "(broken|odd|bad|too loud|strange)[, what now|, any idea|, help]?"
    ),
    (
        "my (head|back|knee|tooth|stomach|throat|eye|foot|{n}) (hurts|aches|is swollen|is broken)[, what "
        "(should|can) i do|, help]?|(how much|how many) (water|sleep|vitamin c|calories|{n}s) should (i|one|"
        "a child) (drink|get|eat|have)[ a day]?|is (ibuprofen|aspirin|coffee|sugar|{x}) (bad|good|safe)"
        "[ for (me|children|pregnant women)]?|(what|which) (medicine|pill|doctor|lawyer|tax|visa|insurance) "
        "(do|should) i (need|take|see|pay|choose)[ for {t}]?|can i (sue|marry|fire|divorce) (my {n}|{p})?|"
        "how do i (lose weight|get rich|sleep better|tie a tie|make friends|get a job|quit smoking|"
        "file my taxes|start a business|boil an egg|bake {t}|grow {t}|invest in {t})?|"
        "what('s| is) (the capital of {c}|the population of {c}|the weather [like] in {c}|{m} (times|"
        "divided by) {k}|the news|the time in {c}|the distance (to|from) {c}|the formula (for|of) {t})?"
    ),
    (
        "who (won|lost|played in|scored in) (the {n}|the final|the election|the super bowl|the match|"
        "{t})[ in {m}| last night]?|(what|which) (film|movie|book|song|phone|car|language|game) (should i|"
        "do you|would you|can you) (watch|read|listen to|buy|learn|play|recommend|suggest)[ (next|tonight|"
        "to me)]?"
        "|(what|which) (year|century|country|planet|animal|element|river|mountain|language) (is|was|has) "
        "(the (largest|biggest|smallest|fastest|longest|oldest|hottest)|{t}|{c})?|"
        "(write|make|give me|code|implement) (a|an|some) (react|c|c#|typescript|swift|scala|lua|r|matlab|"
        "assembly|vba|powershell|docker|terraform|yaml|regex|css) (code|function|program|app|component|"
        "script|file|class|page|loop|query)[ (for {t}|that {v}s {n}s|to {v} a {n})].|"
        "(write|draft|compose|create) (a|an|my) (resume|cv|rap|wedding speech|business plan|thank you note|"
        "complaint|apology|tagline|product description|birthday card|motto|invitation)[ (for|about) {t}]."
    ),
    "tell me [something|more|everything] about {t}.|tell me about {p}.|"
    "tell me about the {n}.|explain {t}[ to me| like i'm five| in simple words].|"
    "explain how (a {n} works|{t} works|to {v} a {n}|{n}s {v}).|explain the (difference|"
    "connection) between {t} and {u}.|describe {t}.|teach me {t}.|teach me (how to {v} a {n}|"
    "{l}).|help me (with|understand) {t}.|help me {v} my {n}.|"
    "give me (information|advice|tips|facts|a fact|some facts) (about|on|for) {t}.|"
    "give me (a recipe|instructions|ideas|a plan|a list) (for|of) (a {n}|{t}|{n}s).|"
    "list (all|ten|five|the|three) {n}s [in {c}].|name (all|ten|three|some) {n}s.|"
    "recommend [me] (a|some) {n}.|recommend (a book|a film|music|something) about {t}.|"
    "i want to know [more] about {t}.|i need (help|advice|information) (with|on|about) {t}.|"
    "i have a question about {t}.",
    (
        "write [me] (a|an) (poem|essay|letter|email|e-mail|song|speech|article|report|review|"
        "summary|blog post|cover letter|tweet|haiku|limerick|advert) (about|on|for|to) {t}.|(can|"
        "could) you write (a|an) (poem|essay|letter|email|song|article|report) about {t}?|"
        "draft (an email|a letter|a report) to (my {n}|{p}) about {t}.|compose a (song|"
        "poem) [about {t}].|rhyme on {x}.|what rhymes (with|on) {x}?"
    ),
    (
        "translate {q} (to|into) {l}.|translate this (to|into) {l}: {q}|"
        "how do you say {q} in {l}?|what is {x} in {l}?|say {q} in {l}.|(summarise|summarize|"
        "rewrite|correct|improve|shorten|proofread|check|paraphrase) (this|the following)[ text|"
        " sentence| paragraph]: {q}|fix the grammar: {q}|is this sentence correct: {q}|"
        "what does this mean: {q}|find the mistake: {q}"
    ),
    "(write|give me|show me) (a|some) (javascript|java|rust|c++|go|sql|html|css|bash|haskell|"
    "ruby|kotlin|php|perl) (code|function|program|script|query) (for {t}|to {v} a {n}|"
    "that {v}s {n}s|about {t}).|(write|give me) (a|some) [python] (function|class|program|"
    "script|code) (to {v} (a|the|my) {n}|that {v}s {n}s|for {t}|that talks to {t}).|"
    "debug (this|my) (code|program|{n}).|why does my (code|program|query|script) {v}?|"
    "how do i {v} a {n} in (javascript|java|rust|go|sql|python|excel|word)?|write a (website|"
    "game|app|compiler|web server|chat bot) [for {t}].|fix my (code|script|program): {q}|"
    "what does (git|docker|npm|pip|ls|grep) {v} do?|explain this (code|error|regex): {q}|"
    "refactor {x}.py[, please].|write a test for {x}.",
    (
        "(solve|integrate|differentiate|simplify|prove|plot) (the equation|x^2 + {k}x = {m}|{t}|"
        "this equation|sin(x)|{k}x + {m} = 0|the theorem of {p}).|what is the (square root|"
        "logarithm|derivative|integral|cosine) of {m}?|what is {k} (divided by|to the power of|"
        "percent of|modulo) {m}?|convert {m} (miles|dollars|pounds|inches|euros) (to|into) (km|"
        "euros|kilos|centimetres|yen).|how many (seconds|minutes|miles|inches) (are|is) (in|"
        ") {k} (days|km|years|hours|metres)?|is {m} divisible by {k}?|"
        "what is the {k}th digit of pi?"
    ),
    (
        "book [me] (a|the) (flight|hotel|table|train|ticket|doctor) (to|in|for) {c}.|"
        "call (my {n}|{p}).|(send|write) (an email|a message) to {p}.|set (a|an) (alarm|timer|"
        "reminder) for {k} (o'clock|minutes|hours).|remind me (to {v} the {n}|of {t}) (tomorrow|"
        "at {k}|later).|open (the {n}|{t}|youtube|my mail).|play (music|a song|{x}|jazz|"
        "chess with me).|search (the web|google|the internet) for {t}.|look up {t}.|(turn|"
        "switch) (on|off) the {n}.|order [me] (a pizza|a {n}|food).|draw [me] (a|the) {n}.|"
        "show [me] (a picture|a photo|an image|a map) of {t}.|(find|get) me (a|the) {n} in {c}.|"
        "check (my mail|the news|the stock of {t}).|buy (a {n}|{t}).|download {t}."
    ),
    (
        "i think [that] {t} is {a}. what do you think?|what's your opinion (on|of|about) {t}?|"
        "do you agree that {t} is {a}?|let's (discuss|talk about|debate) {t}.|let's play (chess|"
        "a game|{x}|hangman|twenty questions).|what would happen (if|when) {t} (was|were) {a}?|"
        "imagine {t} without {u}.|compare {t} (and|with|to) {u}.|pros and cons of {t}[, please].|"
        "{t} or {u}?|{t} vs {u}|give me three reasons (for|against) {t}.|plan (a trip|a journey|"
        "a weekend|a party|a holiday) (to|in) {c}.|make (a plan|a timetable|a budget) for {t}.|"
        "predict {t}.|what are the symptoms of {t}?|i have (pain in my {n}|a fever|"
        "{t}), what (should|can) i do?|my {n} is {a}, what (should|can) i do?|"
        "my {n} does not {v}[, help][, why].|is my {n} {a}?|can you see my {n}?"
    ),
    (
        "the {n} was {a} [today|yesterday|again].|we (had|saw|bought) a {a} {n} [yesterday|today|"
        "in {c}].|yesterday {p} {v} the {n}.|there is a {n} in the {n2}.|"
        "{p} said that {t} is {a}.|(can|could|would|will) you {v} (my|the|a) {n}[ for me]?|"
        "can {n}s {v}?|can a {n} {v} a {n2}?|could {t} be {a}?|can you (explain|describe|"
        "teach me|summarise|recommend) {t}?|(can|could) you help me (with|{v}) (my {n}|{t})?|"
        "can {p} {v}?|can i {v} a {n} in {c}?|{x} {y}?|{x} {y} {x}|{x}?|{t}?|{t}|{t} {u}|"
        "{x} is a {n}, (right|isn't it)?|if {t} is {a}, then what is {u}?|"
        "a {n} and a {n2} walk into {c}, what happens?|who or what is {x}?|history of {t}|"
        "recipe for {t}|meaning of {x}|weather {c}|news about {t}|synonym for {x}|antonym of {x}|"
        "quote (of|by) {p}|facts about {t}"
    ),
)
_LANGUAGES = listed(
    "French German Spanish Italian Latin Polish Dutch Russian Korean Turkish Arabic Swedish "
    "Greek Hindi Portuguese Finnish Chinese Danish"
)


def topic_slots(scene: Scene) -> dict[str, str]:
    """A value for each slot of a question or a wish."""
    rng = scene.rng
    quoted = " ".join(
        rng.choice(
            (
                rng.choice(words.NOUNS),
                rng.choice(words.VERBS),
                rng.choice(words.ADJECTIVES),
                "the",
                "a",
                "and",
                "is",
                words.made_up(rng),
            )
        )
        for _ in range(rng.randint(1, 14))
    )
    return {
        "t": words.topic(rng),
        "u": words.topic(rng),
        "n": rng.choice(words.NOUNS),
        "n2": rng.choice(words.NOUNS),
        "e": rng.choice(words.EVERYDAY_THINGS),
        "v": rng.choice(words.VERBS),
        "a": rng.choice(words.ADJECTIVES),
        "p": words.person(rng),
        "c": rng.choice(
            (
                rng.choice(words.CITIES),
                words.made_up(rng).capitalize(),
                "Germany",
                "France",
                "Spain",
                "Peru",
                "Mali",
                "Norway",
                "Texas",
                "Chad",
                "Laos",
            )
        ),
        "d": rng.choice(words.CITIES),
        "l": rng.choice(_LANGUAGES),
        "x": words.made_up(rng, 1, 3),
        "y": words.made_up(rng, 1, 3),
        "k": str(rng.randint(2, 99)),
        "m": str(rng.randint(2, 9999)),
        "q": f'"{quoted}"' if rng.random() < 0.5 else quoted,
    }


def pasted_text(scene: Scene) -> list[Exchange]:
    """A long text with something to do about it."""
    rng = scene.rng
    pools = (words.NOUNS, words.VERBS, words.ADJECTIVES, words.TOPICS, words.NATURAL_NAMES)
    lines = []
    for _ in range(rng.randint(2, 14)):
        line = " ".join(
            rng.choice(("the", "a", "and", "is", "to", "of"))
            if rng.random() < 0.4
            else rng.choice(rng.choice(pools))
            if rng.random() < 0.9
            else words.made_up(rng)
            for _ in range(rng.randint(3, 12))
        )
        lines.append(f"{words.person(rng)}: {line}" if rng.random() < 0.4 else f"{line}.")
    task = (
        "(summarise|summarize|sum up|translate|explain|correct|rewrite|shorten|"
        "what do you think of|read|check|answer) (this|the following|the text below|"
        "this conversation|this discussion|these messages)"
    )
    text = rng.choice(("\n", " ", "\n\n")).join(lines)
    user = scene.user(f"{task}:\n{{text}}|{{text}}\n\n{task}.|{task}: {{text}}|{{text}}", text=text)
    return [Exchange(user, scene.say(scene.pick(REPLIES)))]


def out_of_scope(scene: Scene) -> list[Exchange]:
    """Something that nobody should expect of the demo model."""
    forms = scene.rng.choices((_QUESTIONS, _REQUESTS, QUESTIONS, REQUESTS), (24, 24, 26, 26))[0]
    return [Exchange(scene.user(scene.pick(forms), **topic_slots(scene)), scene.say(scene.pick(REPLIES)))]
