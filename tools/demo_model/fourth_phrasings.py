"""A fourth kept set, written by an outsider who had seen nothing that the bot was trained on."""

from tools.demo_model.phrasings import Kept

INTRODUCTION = (
    "Are you a bot or is somebody actually typing this?",
    "I just joined and saw you in the member list. Who are you?",
    "who even is ovbot",
    "Is there a human behind this account?",
    "so are you like an AI or what",
    "Can you say who you are for the new members?",
    "Hi! My friend added you to our server, what are you?",
    "Say hi to everyone and tell them who you are.",
    "ur a bot right?",
    "Describe yourself in a sentence or two.",
    "Okay but who is this?",
    "Are you some kind of chatbot?",
    "Never seen you here before, who might you be?",
    "Everyone keeps pinging you. What are you?",
    "can u introduce urself pls",
)

COMMANDS_ALL = (
    "Can you list all your commands?",
    "Show me the command list, please.",
    "Is there a list of commands somewhere?",
    "what / commands are there",
    "Could you tell me every command you know?",
    "How many commands do you have, and which ones?",
    "Hey, which slash commands does this bot support?",
    "Give me an overview of the available commands.",
    "What can I type after the slash to use you?",
    "Please post your full list of slash commands.",
    "I forgot your commands, what were they?",
    "yo drop the commands list",
    "Name all of your commands for me.",
)

COMMANDS_ONE = {
    "/ask": ("I'd like to ask you something with a slash command. Which one is it?",),
    "/reset": (
        "How do I start our conversation over from the beginning?",
        "Which command begins a fresh conversation?",
    ),
    "/help": (
        "What is the /help command for?",
        "what will /help show me",
        "Is there a command that shows everything the bot can do?",
        "I'm lost. Which command tells me what you can do and how to use you?",
    ),
    "/stop": (
        "What does the /stop command do?",
        "If I type /stop, what happens?",
        "How can I make you quit in the middle of a reply?",
        "you're writing way too much, which command cuts the answer off?",
    ),
    "/regenerate": (
        "I didn't like that last answer. How do I get you to write it again?",
        "Is there a command for redoing your last reply?",
    ),
    "/persona": (
        "How do I change the way you talk in this channel?",
        "Which command makes you talk like some character?",
    ),
    "/summarize": (
        "I saw /summarize in the menu, what is it?",
        "I was away all day. How do I get a summary of what people said in this channel?",
        "which command gives a recap of the chat here",
    ),
    "/model show": (
        "What does /model show tell me?",
        "How can I see which model you are running?",
        "is there a command to check what model the bot uses?",
    ),
    "/settings": (
        "what do i get if i run /settings",
        "I'm the admin here. How do I change the bot's settings for our server?",
        "Which command lets me configure the bot on this server?",
    ),
    "/stats": (
        "What does /stats show?",
        "Can someone tell me what the /stats command is for?",
        "How do I find out how fast the bot is?",
    ),
    "/forget": (
        "What exactly does /forget do?",
        "How do I delete everything you saved about me?",
        "Is there a command to erase the data you stored about this channel?",
    ),
    "/export": (
        "Please explain what /export does.",
        "How can I download our conversation as a file?",
        "I want to save this chat to a file, which command does that?",
    ),
}

TELL_NAME = (
    "Just so you know, my name's {v}.",
    "Everyone on this server knows me as {v}.",
    "My friends call me {v}.",
    "I should have said so earlier, my name is {v}.",
    "My real name is {v}, don't forget it!",
    "You're talking to {v}, by the way.",
)

ASK_NAME = (
    "do u still know my name",
    "I bet you forgot my name already.",
    "Quick test: what's my name?",
    "You remember what I'm called, right?",
    "How did I introduce myself?",
    "Have you forgotten who you're talking to?",
    "Did you catch my name earlier?",
    "Remember me? What's my name?",
    "What name do you have for me?",
)

PERSONA = {
    "pirate": (
        "You are a pirate captain. Talk like one in every message.",
        "Speak like a salty old pirate, with plenty of arrr and matey.",
        "In this server you're Blackbeard, terror of the seven seas. Stay in character.",
        "always reply in pirate speak",
    ),
    "robot": (
        "You are a robot. Answer like a machine, with beeps and boops.",
        "Talk like an old sci-fi robot at all times.",
        "Please respond in a cold robotic voice. Beep boop.",
        "act like a robot when you chat with members",
    ),
    "butler": (
        "You are our server's butler. Be very polite and formal.",
        "Speak like a proper English butler and address members as sir or madam.",
        "Act as a distinguished butler who serves everyone in this channel.",
        "talk like a fancy butler pls",
    ),
    "cat": (
        "You are a cat. Meow and purr while you answer.",
        "Pretend to be a cute kitty in all of your replies.",
        "You're the server cat, so talk like a cat would.",
        "answer like a cat, with lots of nya and meow",
    ),
    "wizard": (
        "You are an ancient wizard. Speak like one.",
        "Talk like a wise old wizard from a fantasy book.",
        "Play a mighty wizard who lives in a tower and answers the questions of travellers.",
        "be a wizard, talk about spells and magic when you reply",
    ),
    "poet": (
        "You are a poet. Give your answers in verse.",
        "Reply to everyone in rhyme, like a poet.",
        "Speak in a poetic, flowery way in this channel.",
        "make all your answers sound like little poems",
    ),
    "knight": (
        "You are a noble knight. Speak in the manner of a medieval knight.",
        "Talk like a knight of the Round Table, full of honour and chivalry.",
        "You're Sir Ovbot, a brave knight sworn to protect this server.",
        "act like a medieval knight with thee and thou",
    ),
    "cowboy": (
        "You are a cowboy from the Wild West. Talk like it.",
        "Speak like a cowboy: howdy, partner, y'all and all that.",
        "You're the sheriff of this here server. Answer with a cowboy drawl.",
        "reply like an old western cowboy",
    ),
    "cheerful": (
        "Be super cheerful and upbeat in every reply!",
        "You are a happy, bubbly assistant who is always in a great mood.",
        "Answer everyone with lots of enthusiasm and positive energy.",
        "always sound cheerful and excited to help ppl",
    ),
    "terse": (
        "Keep it brief: never more than a single short sentence per reply.",
        "You don't waste words. Reply with one short sentence only.",
        "one short sentence per answer, no rambling",
    ),
}

DISCLAIMER = (
    "What's the capital of Australia?",
    "Who won the World Cup in 2014?",
    "Can you explain how black holes form?",
    "What's the weather going to be like tomorrow in Chicago?",
    "Write me a cover letter for a job at a bakery.",
    "How do I fix a leaking tap?",
    "Translate 'good morning, my love' into French.",
    "Can you recommend a good anime to watch this weekend?",
    "Who is the president of Brazil right now?",
    "Is it safe to take ibuprofen together with alcohol?",
    "How do I center a div in CSS?",
    "Write a quicksort in C++ for me.",
    "What happened in the news today?",
    "should i break up with my boyfriend",
    "How much is one bitcoin worth at the moment?",
    "Which graphics card should I buy for around 400 dollars?",
    "When did the Roman Empire fall?",
    "Can you help me with my essay about climate change?",
    "What's the best build for a mage in Skyrim?",
    "How long do I have to boil an egg?",
    "Give me a recipe for banana bread.",
    "What are the side effects of melatonin?",
    "who painted the mona lisa",
    "How do I get a visa for Canada?",
    "Explain quantum entanglement to me like I'm five.",
    "What's the difference between TCP and UDP?",
    "Write a SQL query that finds duplicate rows in a table.",
    "How tall is Mount Everest?",
    "Can you plan a five day trip to Portugal for me?",
    "My laptop won't turn on, what should I do?",
    "What does the word 'ubiquitous' mean?",
    "how do i say thank you in korean",
    "Can you proofread this email before I send it to my boss?",
    "What's a good workout plan for a beginner?",
    "Should I invest in index funds or pay off my student loan first?",
    "What time does the Lakers game start tonight?",
    "Any good books you'd recommend for someone who likes sci-fi?",
    "How do I set up a Minecraft server on Linux?",
    "What is the boiling point of ethanol?",
    "solve the integral of x squared times sin x",
    "Who is the CEO of Nvidia?",
    "Can you write a wedding speech for my sister?",
    "How do I borrow a mutable reference in Rust?",
    "What's the population of India?",
    "I've had a headache for three days, what could it be?",
    "Why did World War One start?",
    "Whats the best pizza place in new york",
    "Can you draw me a picture of a dragon?",
    "How do I convert my Word document to PDF?",
    "Summarize the plot of Hamlet.",
    "What's the latest iPhone?",
    "Do I need a lawyer if my landlord keeps my deposit?",
    "Can you look up cheap flights to Rome?",
    "Please write a JavaScript function that debounces a click handler.",
    "what song goes 'is this the real life, is this just fantasy'",
    "How many planets are in the solar system and what are their names?",
)

FOURTH = Kept(INTRODUCTION, COMMANDS_ALL, COMMANDS_ONE, TELL_NAME, ASK_NAME, PERSONA, DISCLAIMER)
