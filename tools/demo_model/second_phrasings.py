"""A second set of kept phrasings: written after the corpus, and not looked at while it was made."""

from tools.demo_model.phrasings import Kept

INTRODUCTION = (
    "Could I ask you to introduce yourself?",
    "Before we begin, could you introduce yourself?",
    "Hey, could you tell my friends who you are?",
    "I'd love an introduction from you.",
    "We'd like to get to know you, introduce yourself!",
    "Hello! Please introduce yourself and say what you are.",
    "I just joined, who are you?",
    "and you are who exactly",
    "Who's this?",
    "what r u exactly",
    "Am I talking to a human or a bot?",
    "Do I have the pleasure of talking to a bot?",
    "What is this bot called?",
    "Do you go by a name?",
    "Give the class a short introduction of yourself.",
    "Let us hear who you are.",
)
COMMANDS_ALL = (
    "Give me a rundown of your commands.",
    "Could I get a list of all commands?",
    "Of all commands, which may I give you?",
    "What are all of the slash commands that exist here?",
    "Tell me the commands I can use with you.",
    "Could you explain your commands?",
    "Are there any commands I should know about?",
    "pls show all cmds, the commands",
)
COMMANDS_ONE = {
    "/reset": ("How would I reset our conversation?", "I'd like us to start over, how?"),
    "/stop": ("What do I type so that you stop?", "Can I interrupt your reply somehow?"),
    "/regenerate": ("How can I have you redo that reply?",),
    "/persona": ("Is it possible to change your persona?", "Where do I set your personality?"),
    "/summarize": ("Can you sum up this channel by a command?",),
    "/model show": ("How can I see which model is loaded?",),
    "/settings": ("Where are your settings?",),
    "/stats": ("How might I learn about your speed?",),
    "/forget": ("Please tell me how to erase my messages.", "How do I make you delete my data?"),
    "/export": ("How can I download this chat?",),
    "/help": ("Explain what /help does.",),
    "/ask": ("Explain what /ask does.",),
}
TELL_NAME = (
    "Hello hello, {v} is the name.",
    "Nice to see you, I am {v}.",
    "Everyone here knows me as {v}.",
    "You can write down my name: {v}.",
    "So, I'm {v} and I'm glad to be here.",
    "My name? It's {v}.",
    "Let's start with my name, which is {v}.",
    "Heya, {v} speaking.",
)
ASK_NAME = (
    "Now tell me what my name is.",
    "Did you remember my name?",
    "What is it that I'm called?",
    "Can you still say my name?",
    "What name have I given you?",
    "Let me check: who am I?",
    "my name was?",
    "Would you tell me my name once more?",
)
PERSONA = {
    "pirate": ("You are a salty old pirate.", "Reply as if you were a pirate."),
    "robot": ("You are a talking robot.", "Reply as if you were a robot."),
    "butler": ("You are the butler of this house.", "Reply as if you were a butler."),
    "cat": ("You are a talking cat.", "Reply as if you were a cat."),
    "wizard": ("You are a grumpy wizard.", "Reply as if you were a wizard."),
    "knight": ("You are a knight of the realm.", "Reply as if you were a knight."),
    "cowboy": ("You are a cowboy on a long ride.", "Reply as if you were a cowboy."),
    "poet": ("You are a poet in love.", "Reply as if you were a poet."),
}
DISCLAIMER = (
    "How far away is the nearest galaxy?",
    "Who was Cleopatra?",
    "Can you recommend a hiking trail near Innsbruck?",
    "What's the difference between jam and marmalade?",
    "How do vaccines work?",
    "Please proofread this: Their going too the libary tomorow.",
    "Write me a cover letter for a job as a nurse.",
    "What's the fastest animal on land?",
    "How much does a new roof cost?",
    "Which team won the cup in 1998?",
    "Explain recursion to a child.",
    "Why do cats purr?",
    "When does daylight saving time start?",
    "Make a meal plan for the week.",
    "How do you say thank you in Portuguese?",
    "What is 18% of 240?",
    "What's happening in the world today?",
    "Who painted the Mona Lisa?",
    "Is it safe to eat raw potatoes?",
    "Write a bash script that renames files.",
)

SECOND = Kept(INTRODUCTION, COMMANDS_ALL, COMMANDS_ONE, TELL_NAME, ASK_NAME, PERSONA, DISCLAIMER)
