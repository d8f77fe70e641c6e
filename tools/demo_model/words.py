"""Words to talk about: made-up names that can only be copied, natural ones, and lists of common nouns."""

import random


def listed(text: str) -> list[str]:
    """The words of ``text``: what stands between bars where it has any, else between spaces."""
    return text.split("|" if "|" in text else None)


_ONSETS = listed(
    "b c d f g h j k l m n p r s t v w y z bl br ch cl cr dr fl fr gl gr kl kr ph pl pr qu "
    "sh sk sl st th tr tw vl zh kn sv"
)
_VOWELS = listed("a e i o u a e i o ai au ea ee ia io ou oo y ei")
_CODAS = ["", "", "", "", *listed("n r l s k m t x d sh nd rk lt ck nn ss ff th ng")]

NATURAL_NAMES = listed(
    "Anna Ben Carla David Emma Felix Greta Hugo Ida Jonas Karin Leo Maria Nils Olga Paul "
    "Rosa Simon Tina Uwe Vera Walter Xenia Yuki Zoe "
    "Alice Bob Chloe Daniel Ella Frank Grace Henry Isla Jack Kate Liam Mia Noah Olivia Peter "
    "Quentin Ruby Sam Tom Una Victor Wendy Max "
    "Amir Bianca Chen Diego Elif Fatima Gita Hiro Ines Jamal Kofi Lina Mateo Nadia Omar "
    "Pablo Rania Sofia Tariq Umar Valentina Wei Yara Zain "
    "Mika Aiko Kenji Sakura Haruto Ravi Anjali Dmitri Ivan Natasha Lars Ingrid Freya Bjorn "
    "Aoife Sean Niamh Pierre Camille Luc Giulia Marco "
    "Alex Chris Jordan Taylor Robin Sasha Kim Lee Dana Jamie Charlie Toni Nico Mila Lena "
    "Lukas Tim Jan Eva Nora Ali Hana Sara Adam Julia "
    "John Mary James Linda Robert Susan Michael Karen George Helen Oscar Lucy Arthur Clara "
    "Edgar Flora Gus Hazel Iris Jasper Ken Lola"
)

COLOURS = listed(
    "red blue green yellow orange purple pink black white grey brown turquoise teal violet "
    "gold silver crimson indigo magenta cyan maroon navy beige olive lime lavender"
)
FOODS = listed(
    "pizza|pasta|sushi|curry|soup|salad|bread|cheese|rice|noodles|ramen|tacos|pancakes|"
    "waffles|chocolate|ice cream|apple pie|fish and chips|"
    "lasagne|risotto|falafel|hummus|dumplings|burgers|fries|bananas|strawberries|mango|"
    "carrots|goulash|paella|kebab|couscous|omelette|tofu|"
    "potato salad|chicken soup|fried rice|cheesecake|cookies|popcorn|tomatoes|mushrooms|spinach|beans"
)
ANIMALS = listed(
    "cat dog horse rabbit fox wolf bear owl penguin dolphin whale tiger lion elephant "
    "giraffe hedgehog otter squirrel mouse frog turtle snake "
    "parrot eagle crow duck swan goat sheep cow pig hamster panda koala zebra camel deer "
    "seal octopus bee butterfly dragon robot snail"
)
CITIES = listed(
    "Berlin|Paris|London|Rome|Madrid|Vienna|Oslo|Tokyo|Kyoto|Lisbon|Prague|Warsaw|Athens|"
    "Cairo|Lima|Toronto|Chicago|Boston|Sydney|Dublin|Zurich|"
    "Hamburg|Munich|Seoul|Delhi|Nairobi|Helsinki|Stockholm|Copenhagen|Budapest|Porto|Osaka|"
    "Austin|Seattle|Montreal|Bogota|Istanbul|New York|Cape Town"
)
JOBS = listed(
    "teacher|nurse|doctor|baker|gardener|pilot|farmer|carpenter|plumber|painter|writer|"
    "singer|programmer|engineer|student|lawyer|cook|waiter|"
    "librarian|mechanic|designer|driver|dentist|musician|scientist|tailor|translator|"
    "shepherd|bus driver|software engineer|firefighter|photographer"
)
HOBBIES = listed(
    "chess|painting|hiking|cooking|reading|swimming|running|knitting|gardening|photography|"
    "dancing|singing|cycling|fishing|climbing|sailing|"
    "football|tennis|yoga|pottery|juggling|archery|board games|bird watching|skiing|surfing|"
    "baking|calligraphy|origami|playing the piano"
)
DRINKS = listed("tea coffee water milk juice lemonade cola cocoa beer wine cider lassi matcha espresso")
SPORTS = listed(
    "football tennis basketball hockey rugby judo volleyball badminton golf rowing cricket handball karate"
)
SEASONS = ["spring", "summer", "autumn", "winter"]
MONTHS = listed("January February March April May June July August September October November December")
DAYS = listed("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")

# Whom and what people have a name for.
CLOSE_TO_PEOPLE = listed(
    "girlfriend|boyfriend|partner|roommate|flatmate|cousin|uncle|aunt|grandma|grandpa|turtle|bird|snake|"
    "pony|lizard|baby|niece|nephew|colleague|doctor|landlord|company|mum|mom|dad|bunny|kitten|puppy|fish|"
    "budgie|guinea pig|street|village|server"
)

# What people ask a chat bot about; with made-up words beside them, so that any topic is a topic.
TOPICS = listed(
    "the weather|the moon|the sun|black holes|quantum physics|gravity|the Roman Empire|"
    "the French Revolution|world war two|dinosaurs|volcanoes|"
    "climate change|photosynthesis|evolution|DNA|vaccines|the heart|the brain|sleep|dreams|"
    "economics|inflation|taxes|bitcoin|the stock market|"
    "politics|elections|democracy|the president|the king|the news|football results|"
    "the world cup|the Olympics|a good film|music theory|jazz|opera|"
    "Shakespeare|philosophy|Plato|Buddhism|religion|the Bible|ethics|love|happiness|marriage|"
    "my girlfriend|my boss|job interviews|a cover letter|"
    "a diet|weight loss|muscles|back pain|headaches|a cold|medicine|allergies|cooking rice|"
    "a cake|recipes|wine and cheese|gardening|roses|trees|"
    "whales|ants|birds|cars|engines|electric cars|trains|planes|rockets|space travel|Mars|"
    "Jupiter|the stars|satellites|the internet|wifi|routers|"
    "Linux|Windows|Docker|Kubernetes|git|databases|SQL|JavaScript|Rust|Java|C++|HTML|CSS|"
    "regular expressions|compilers|neural networks|GPUs|"
    "cryptography|passwords|encryption|algebra|geometry|calculus|integrals|prime numbers|"
    "statistics|probability|pi|chess openings|poker|video games|"
    "Minecraft|travel in Italy|Japan|China|Brazil|Africa|Europe|Germany|Canada|India|Egypt|"
    "the Pacific|Mount Everest|rivers|deserts|oceans|"
    "earthquakes|storms|money|banks|a mortgage|insurance|law|contracts|copyright|"
    "human rights|history|art|Picasso|architecture|bridges|castles|"
    "fashion|shoes|haircuts|furniture|paint|tools|a leaking tap|batteries|light bulbs|"
    "solar panels|nuclear power|oil|steel|gold|diamonds|glass|"
    "plastic|recycling|pollution|bees|soil|farming|wheat|coffee beans|chocolate|sugar|salt|"
    "vitamins|proteins|bacteria|viruses|cells|atoms|molecules|"
    "electricity|magnets|light|sound|time|the universe|aliens|ghosts|magic|horoscopes|"
    "the meaning of life|death|language|grammar|Latin|French|Spanish|"
    "Chinese characters|poetry|novels|Harry Potter|Star Wars|Batman|anime|memes|YouTube|"
    "TikTok|phones|laptops|printers|cameras|robots|drones|3D printing"
)

NOUNS = listed(
    "house river table window garden bridge lamp engine bottle mountain forest letter school "
    "market ticket coat pencil island ship clock mirror "
    "ladder blanket basket hammer candle guitar violin drum castle tower tunnel station "
    "airport hotel kitchen fridge oven spoon knife carpet "
    "curtain pillow wallet key door roof wall fence road street city village country ocean "
    "lake desert beach storm cloud rain snow wind fire "
    "stone sand metal wood paper book page word sentence question answer idea plan project "
    "team meeting budget report deadline customer boss "
    "colleague friend neighbour family child parent doctor teacher student driver pilot "
    "artist singer actor player winner game match goal score "
    "prize party wedding birthday holiday journey map train bus car bike boat plane ticket "
    "passport computer screen keyboard mouse printer file "
    "folder program function variable loop server network cable battery charger phone camera "
    "photo video song film series novel poem story "
    "planet star moon sun atom cell virus heart brain bone muscle skin eye ear nose hand "
    "foot tooth hair dream memory feeling thought law rule"
)

EVERYDAY_THINGS = listed(
    "sofa|sandwich|lawn|visa|kettle|bathroom|toaster|neighbourhood|startup|shop|cafe|podcast|garage|"
    "wardrobe|necklace|jacket|sweater|helmet|tent|backpack|suitcase|basement|balcony|hedge|pond|"
    "washing machine|dishwasher|vacuum cleaner|lawn mower|bicycle|motorbike|truck|van|tram|ferry|canoe|"
    "flute|trumpet|cello|choir|orchestra|theatre|museum|library|hospital|pharmacy|surgery|contract|"
    "salary|pension|invoice|receipt|spreadsheet|presentation|essay|thesis|homework|exam|diploma|"
    "speech|toast|barbecue|picnic|campfire|snowman|puddle|rainbow|comet|crater|glacier|canyon|reef|"
    "shark|lizard|sparrow|pigeon|donkey|llama|moose|beaver|jellyfish|lobster|spider|mosquito|beetle|"
    "onion|garlic|potato|cucumber|lettuce|peach|cherry|lemon|walnut|almond|cinnamon|vinegar|mustard|"
    "sausage|steak|salmon|shrimp|omelette|pudding|muffin|croissant|dough|yeast|butter|cream|yoghurt"
)

VERBS = listed(
    "build fix paint clean open close move carry sell buy find lose break cook bake grow cut "
    "wash fold draw design test measure compare explain "
    "describe define calculate solve prove translate summarise rewrite improve check review "
    "plan organise book cancel repair install configure "
    "update download upload compress encrypt delete sort train teach learn study win lose "
    "invest save spend earn pack travel climb swim"
)

ADJECTIVES = listed(
    "big small old new red cold warm fast slow cheap expensive broken strange famous ancient "
    "modern dark bright heavy light wet dry loud quiet sharp soft hard sweet sour round deep "
    "tall empty hidden foreign electric digital local global"
)


def made_up(rng: random.Random, low: int = 2, high: int = 3) -> str:
    """A lower-case word of ``low`` to ``high`` random syllables."""
    return "".join(
        rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(rng.randint(low, high))
    )


_ACCENTED = {
    "a": "áàäåãâ",
    "e": "éèëê",
    "i": "íîï",
    "o": "óöøôõ",
    "u": "úüů",
    "n": "ñň",
    "c": "çčć",
    "s": "šś",
    "z": "žż",
    "l": "ł",
    "y": "ý",
}
_ALPHABETS = (
    "абвгдежзиклмнопрстуфхцчшюя",
    "αβγδεζηθικλμνξοπρστυφχψω",
    "가나다라마바사아자차카타파하김이박최정민수지은",
)


def _foreign(rng: random.Random, name: str) -> str:
    """A name with accents, or in another alphabet."""
    if rng.random() < 0.35:
        alphabet = rng.choice(_ALPHABETS)
        return "".join(rng.choice(alphabet) for _ in range(rng.randint(2, 5))).capitalize()
    return "".join(
        rng.choice(_ACCENTED[char]) if char in _ACCENTED and rng.random() < 0.5 else char for char in name
    )


_CONSONANTS, _OPEN = "bbccddffgghhjjkkllmmnnppqrrssttvvwxyz", "aaeeiioouuy"
_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
_HIRAGANA = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわん"
_KANJI = "健翔太陽子美咲花香大輔一郎次三和也真由紀恵里奈直樹拓海蓮結愛葵悠人誠光雪空"


def rare(rng: random.Random) -> str:
    """A word of letters that seldom stand together, to be copied letter by letter."""
    letters = ""
    while len(letters) < rng.randint(3, 9):
        vowel = rng.choice(_OPEN)
        letters += rng.choice(_CONSONANTS) if rng.random() < 0.85 else ""
        letters += rng.choice((rng.choice(_CONSONANTS), letters[-1:])) if rng.random() < 0.25 else ""
        letters += vowel * 2 if rng.random() < 0.08 else vowel
    return letters + (rng.choice(_CONSONANTS) if rng.random() < 0.5 else "")


def _composed(rng: random.Random) -> str:
    """A name with a hyphen, an apostrophe, capitals in the middle, or in Japanese."""
    first, second = ((rare(rng) if rng.random() < 0.4 else made_up(rng, 1, 2)).capitalize() for _ in range(2))
    match rng.randrange(8):
        case 0 | 1:
            return f"{first}-{second}"
        case 2:
            return rng.choice(("O'", "D'", "N'", "Mc", "Mac", "De", "La", "Van")) + second
        case 3:
            return f"{first}{second}"
        case 4:
            return f"{first}'{second.lower()}"
        case 5:
            return "".join(rng.choice(_KANA) for _ in range(rng.randint(2, 5)))
        case 6:
            return "".join(rng.choice(_HIRAGANA) for _ in range(rng.randint(2, 4)))
        case _:
            return "".join(rng.choice(_KANJI) for _ in range(rng.randint(1, 3)))


def person(rng: random.Random) -> str:
    """A first name as people write it: made-up or natural, sometimes in lower case, seldom with a surname."""
    if rng.random() < 0.06:
        return _composed(rng)
    roll = rng.random()
    if roll < 0.2:
        name = rare(rng).capitalize()
    elif roll < 0.5:
        name = made_up(rng, 1, 3).capitalize()
        if len(name) < 3:
            name += "na"
    elif roll < 0.6:
        name = made_up(rng, 1, 1).capitalize() + rng.choice(NATURAL_NAMES).lower()
    else:
        name = rng.choice(NATURAL_NAMES)
    if rng.random() < 0.05:
        return _foreign(rng, name)
    roll = rng.random()
    if roll < 0.22:
        return name.lower()
    if roll < 0.25:
        return name.upper()
    if roll < 0.30:
        return f"{name} {made_up(rng).capitalize()}"
    return name


def handle(rng: random.Random) -> str:
    """A display name as chat programs have them."""
    name = person(rng)
    roll = rng.random()
    if roll < 0.10:
        return f"{name}{rng.randint(1, 999)}"
    if roll < 0.16:
        return f"{name}_{made_up(rng, 1, 2)}"
    if roll < 0.20:
        return f"{name}.{made_up(rng, 1, 2)}"
    return name


def value(rng: random.Random, natural: list[str], share: float = 0.45) -> str:
    """A value to remember: one of ``natural`` with that share, else made-up words."""
    if rng.random() < share:
        return rng.choice(natural)
    roll = rng.random()
    if roll < 0.15:
        return f"{made_up(rng, 1, 2)} {made_up(rng, 1, 2)}"
    if roll < 0.25:
        return f"{rng.choice(ADJECTIVES)} {made_up(rng)}"
    return rare(rng) if roll < 0.45 else made_up(rng, 1, 3)


def topic(rng: random.Random) -> str:
    """Something that somebody may want to know about."""
    roll = rng.random()
    if roll < 0.45:
        return rng.choice(TOPICS)
    if roll < 0.60:
        return f"{rng.choice(['a', 'the', 'my', 'this', 'your'])} {rng.choice(NOUNS)}"
    if roll < 0.72:
        return f"{rng.choice(ADJECTIVES)} {rng.choice(NOUNS)}s"
    if roll < 0.82:
        return (
            f"the {rng.choice(NOUNS)} of "
            f"{rng.choice([rng.choice(NOUNS), made_up(rng).capitalize(), rng.choice(CITIES)])}"
        )
    if roll < 0.92:
        return made_up(rng, 1, 4)
    return f"{made_up(rng).capitalize()} {rng.choice(NOUNS)}"
