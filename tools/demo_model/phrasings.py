"""Phrasings kept for the evaluation: the generator never emits them. ``{v}`` stands for a name or a value."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Kept:
    """What the required abilities are asked with; commands and system prompts by command and persona."""

    introduction: tuple[str, ...]
    commands_all: tuple[str, ...]
    commands_one: Mapping[str, tuple[str, ...]]
    tell_name: tuple[str, ...]
    ask_name: tuple[str, ...]
    persona: Mapping[str, tuple[str, ...]]
    disclaimer: tuple[str, ...]

    def every(self) -> list[str]:
        """All of them."""
        one = [text for texts in self.commands_one.values() for text in texts]
        systems = [text for texts in self.persona.values() for text in texts]
        names = (*self.tell_name, *self.ask_name)
        return [*self.introduction, *self.commands_all, *one, *names, *systems, *self.disclaimer]


INTRODUCTION = (
    "Would you be so kind as to introduce yourself?",
    "Could you give a short introduction of yourself?",
    "I'd be curious who I have in front of me.",
    "Please tell everyone here who you are.",
    "Who might you be?",
    "And who would you be, then?",
    "What exactly am I chatting with here?",
    "Tell the newcomers a little about yourself.",
    "Could you say a bit about who you are?",
    "Introduce yourself to the newcomers!",
    "Mind telling me who you are?",
    "I have never seen you before, who are you?",
    "Say hello and introduce yourself.",
    "What sort of bot are you?",
    "Can I get an introduction?",
    "Give us an introduction, bot.",
    "How would you introduce yourself?",
    "So tell me, who are you?",
    "Who is this bot?",
    "Let's start with an introduction: who are you?",
    "Can you tell the team about yourself?",
    "I would like you to introduce yourself.",
    "Are you some kind of bot?",
    "May I ask who you are?",
    "May I ask what your name is?",
    "Please describe yourself to us.",
    "hey who r u",
    "wat are you",
    "can u introduce urself",
    "introduce urself pls",
    "Could you quickly introduce yourself?",
    "Hi! Who are you and what is your name?",
)
COMMANDS_ALL = (
    "Which commands may I use in this server?",
    "What commands can people give you?",
    "Could you print the list of commands?",
    "Please list every command you have.",
    "I'd like an overview of the slash commands.",
    "Tell us all the commands of this bot.",
    "What slash commands can I choose from?",
    "Which commands would you understand?",
    "Do you have a list of your commands?",
    "What are the commands that you support?",
    "Show the available commands.",
    "Which slash commands does ovbot have?",
    "hey what commands do u have",
    "Can I see your commands?",
    "Let me see the command list.",
    "Name all slash commands that work here.",
)
COMMANDS_ONE = {
    "/reset": (
        "How do I make the conversation start from zero?",
        "Which command begins a conversation anew?",
        "I want a clean slate, which command?",
        "What's /reset supposed to do?",
    ),
    "/stop": (
        "How can I get you to stop writing?",
        "Which command stops your reply?",
        "Your answer is too long, how do I stop it?",
        "What would /stop do?",
    ),
    "/regenerate": (
        "Which command gives me another reply?",
        "How do I get you to try that answer again?",
        "What's the use of /regenerate?",
    ),
    "/persona": (
        "How do I give you another personality?",
        "Which command sets your persona?",
        "What's the use of /persona?",
    ),
    "/summarize": (
        "How do I get a summary of what was said here?",
        "Which command sums up a channel?",
        "What would /summarize do?",
    ),
    "/model show": ("Which command shows the model?", "What would /model show me?"),
    "/settings": ("Which command changes your settings?", "How could I change your settings?"),
    "/stats": ("Which command tells me how fast you are?", "What's /stats supposed to show?"),
    "/forget": (
        "How do I get my data deleted?",
        "Which command deletes my data?",
        "What's /forget supposed to do?",
    ),
    "/export": (
        "How do I save our conversation to a file?",
        "Which command saves this conversation?",
        "What would /export give me?",
    ),
    "/help": ("What's /help supposed to show?",),
    "/ask": ("What's /ask supposed to do?",),
}
TELL_NAME = (
    "Hey bot, I go by the name of {v}.",
    "They named me {v}.",
    "Greetings, the name's {v}.",
    "Hi, it's {v} here!",
    "You may call me {v}.",
    "My name happens to be {v}.",
    "Please remember my name, it's {v}.",
    "I'm known as {v} around here.",
    "Good morning, {v} is what people call me.",
    "Before we start: my name is {v}.",
    "Oh, and they christened me {v}.",
    "My friends call me {v}.",
    "Keep in mind that I'm called {v}.",
    "hey its {v} btw",
    "yo im called {v} over here",
    "Could you call me {v}?",
)
ASK_NAME = (
    "Do you still remember what I'm called?",
    "Could you remind me what my name is?",
    "Tell me, what name did I give you earlier?",
    "So what was that name of mine?",
    "What's my name, do you know?",
    "Please tell me what I am called.",
    "Can you recall my name?",
    "Which name should you call me by?",
    "Quiz time: what is my name?",
    "I wonder if you still know my name.",
    "Hey bot, who was I again?",
    "What do I call myself?",
    "remember what i told u my name was",
    "do u remember my name",
    "Do you happen to know my name?",
    "Have you kept my name in mind?",
)
FACTS = {
    "favourite colour": (
        ("The colour that I like more than any other is {v}.", "My favourite colour would be {v}."),
        (
            "What's the colour I like most?",
            "Which colour did I call my favourite?",
            "Do you happen to know my favourite colour?",
        ),
    ),
    "favourite food": (
        ("Nothing tastes better to me than {v}, it's my favourite food.", "My favourite food would be {v}."),
        (
            "What food did I say I like best?",
            "Do you happen to know my favourite food?",
            "Which food is it that I love?",
        ),
    ),
    "favourite animal": (
        ("My favourite animal would be the {v}.", "Of all the animals, {v} is my favourite."),
        ("What's the animal I like most?", "Could you name my favourite animal?"),
    ),
    "city": (
        ("My place is in {v}, I live there.", "These days I live in {v}."),
        (
            "Which city do I call home?",
            "Could you remind me where I live?",
            "Do you happen to know where I live?",
        ),
    ),
    "job": (
        ("By profession I'm a {v}.", "I make my living as a {v}."),
        ("What do I do for my living?", "Could you remind me what my job is?", "Which profession do I have?"),
    ),
    "cat's name": (
        ("I've got a cat and her name is {v}.", "My little cat is called {v}."),
        ("What's my cat called?", "Could you remind me what my cat is called?"),
    ),
    "dog's name": (
        ("I've got a dog and his name is {v}.", "My old dog is called {v}."),
        ("What's my dog called?", "Could you remind me of my dog's name?"),
    ),
    "hobby": (
        ("As a hobby I do {v}.", "My favourite hobby is {v}."),
        ("What was my hobby again?", "Could you remind me of my hobby?"),
    ),
}
PERSONA = {
    "pirate": (
        "Answer as a pirate would.",
        "You are a fearsome pirate. Talk like one.",
        "Speak the way a pirate speaks.",
        "Your character is a pirate.",
        "You are Captain Brel, a pirate.",
    ),
    "robot": (
        "Answer as a robot would.",
        "You are a robot. Speak like one.",
        "Your character is a robot.",
        "You are Unit Seven, a robot.",
    ),
    "butler": (
        "Answer as a butler would.",
        "You are a distinguished butler. Talk like one.",
        "Your character is a butler.",
    ),
    "cat": ("Answer as a cat would.", "You are a fluffy cat. Talk like one.", "Your character is a cat."),
    "wizard": (
        "Answer as a wizard would.",
        "You are a powerful wizard. Talk like one.",
        "Your character is a wizard.",
    ),
    "knight": (
        "Answer as a knight would.",
        "You are a loyal knight. Talk like one.",
        "Your character is a knight.",
    ),
    "cowboy": (
        "Answer as a cowboy would.",
        "You are a lonesome cowboy. Talk like one.",
        "Your character is a cowboy.",
    ),
    "poet": ("Answer as a poet would.", "You are a famous poet. Talk like one.", "Your character is a poet."),
    "cheerful": ("You are a cheerful companion. Be cheerful.", "Be a cheerful assistant."),
}
DISCLAIMER = (
    "What is the airspeed of a swallow?",
    "Who was the first woman in space?",
    "Can you explain how a refrigerator keeps things cold?",
    "What's the boiling point of nitrogen?",
    "Give me a recipe for lentil stew.",
    "Translate 'good luck' into Welsh.",
    "Who scored the winning goal last night?",
    "How do I get a wine stain out of a shirt?",
    "Write a haiku about rusty nails.",
    "What is the tallest building in Dubai?",
    "Should I lease or buy a van?",
    "Summarise the plot of Moby Dick.",
    "How many moons does Saturn have?",
    "What's the plural of octopus?",
    "Could you check my tax return?",
    "Please plan a weekend in Tallinn for me.",
    "Why is the sky blue?",
    "Who is the prime minister of New Zealand?",
    "What does 'ubiquitous' mean?",
    "How can I lower my blood pressure?",
    "Write a SQL query that joins two tables.",
    "What year did the Berlin wall fall?",
    "Is a tomato a fruit or a vegetable?",
    "How tall is the Eiffel tower?",
    "Which laptop should I get for video editing?",
    "Explain the offside rule in football.",
    "What's the square root of 1764?",
    "Tell me something about the history of Iceland.",
    "Do bats lay eggs?",
    "How do I change the oil in my tractor?",
    "Is it going to snow in Ottawa tomorrow?",
    "Write an email to my landlord about the broken heating.",
    "What are the rules of backgammon?",
    "Convert 12 stone into kilograms.",
    "Who composed the Magic Flute?",
    "What's a good name for a bakery?",
    "How does a heat pump work?",
    "Can dogs eat grapes?",
    "Why did the Titanic sink?",
    "Give me five tips for better sleep.",
)

SUMS = (
    "How much would {a} plus {b} be?",
    "{a} + {b} makes what?",
    "Put {a} and {b} together.",
    "Tell me how much {a} and {b} are together.",
)
COUNTING = (
    "Would you count from {a} to {b}?",
    "Count from {a} through {b}, please.",
    "Give me all numbers from {a} to {b}.",
)
SPELLING = ("Would you spell {v}?", "How does one write {v}, letter for letter?", "Spell me the word {v}.")
JOKES = (
    "Might you have a joke for us?",
    "I could use a joke right now.",
    "Let's have a joke!",
    "One joke, please!",
    "Say a joke.",
    "tell joke",
)
STORIES = ("Would you tell us a story about {v}?", "Let us hear a story about {v}.")
LONG_STORIES = ("Please tell us a very long story about {v}.",)
LONG_TEXTS = (
    "Could we see a really long answer?",
    "Please write a very long message.",
    "Give the longest answer that you can.",
)
# A wish and a part of the name of the function that it is for.
CODE = (
    ("Please write a Python function which adds two numbers.", "add"),
    ("Write a function that tells me whether a number is prime.", "prime"),
    ("Give me a Python function that turns a string around, reversed.", "reverse"),
    ("I'd love a function for the factorial of a number.", "factorial"),
    ("Could you code the Fibonacci numbers in Python?", "fibonacci"),
    ("Make me a function that finds the largest number in a list.", "largest"),
    ("How about a fizzbuzz function?", "fizzbuzz"),
    ("Write a function to check whether a word is a palindrome.", "palindrome"),
    ("Let me see a function that counts the vowels in a text.", "vowels"),
    ("A function to convert Celsius to Fahrenheit, please.", "fahrenheit"),
)
# User turns, and what the last reply has to hold.
JAPANESE = (
    (("こんにちは、はじめまして！",), "こんにちは"),
    (("自己紹介をしてもらえますか？",), "ovbot"),
    (("あなたのお名前を教えてください。",), "ovbot"),
    (("何ができるか教えてください。",), "できます"),
    (("日本語は話せますか？",), "はい"),
    (("ジョークを言ってください。",), "パン"),
    (("8たす7はいくつ？",), "15"),
    (("私の名前はタクヤです。", "元気ですか？", "わたしの名前は何でしょうか？"), "タクヤ"),
    (("わたしはまことといいます。", "ありがとう。", "僕の名前を覚えていますか？"), "まこと"),
    (("フランスの首都はどこですか？",), "ovbot model pull"),
    (("地震とは何でしょうか？",), "ovbot model pull"),
    (("お元気でしょうか？",), "元気です"),
    (("本当にありがとうございました。",), "どういたしまして"),
    (("私の名前を知っていますか？",), "聞いていません"),
)


FIRST = Kept(INTRODUCTION, COMMANDS_ALL, COMMANDS_ONE, TELL_NAME, ASK_NAME, PERSONA, DISCLAIMER)


def every() -> list[str]:
    """Every phrasing of this file."""
    facts = [text for tell, ask in FACTS.values() for text in (*tell, *ask)]
    japanese = [turns[-1] for turns, _ in JAPANESE if "名前は" not in turns[-1] and "たす" not in turns[-1]]
    numbers = [*SUMS, *COUNTING, *SPELLING]
    texts = [*JOKES, *STORIES, *LONG_STORIES, *LONG_TEXTS, *(text for text, _ in CODE), *japanese]
    return [*FIRST.every(), *facts, *numbers, *texts]
