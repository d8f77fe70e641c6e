"""The bot's slash commands: the list, and one phrase for each."""

from tools.demo_model.dialogue import Exchange, Scene

# name: (what it does, wishes that it fulfils)
COMMANDS: dict[str, tuple[str, str]] = {
    "/ask": (
        "asks me a question",
        (
            "(ask you (a question|something)[ (by command|with a command|with a slash command)]|"
            "put a question to you|use a slash command to ask you)"
        ),
    ),
    "/reset": (
        "starts this conversation afresh",
        (
            "(start (over|again|afresh|from scratch|a new conversation|a fresh conversation)|"
            "clear (the|this|our) (chat|conversation|history|context)|reset (you|the conversation|"
            "this chat|everything)|wipe (the|this) conversation|begin a new conversation|"
            "make you forget this conversation|restart the conversation)"
        ),
    ),
    "/help": (
        "shows what I can do and every command",
        "(see (the|a) help|get help with the commands|see all [the] commands|show the help)",
    ),
    "/stop": (
        "stops the reply that I'm writing",
        (
            "(stop (you|your reply|a reply|the reply|an answer|your answer|the bot)|interrupt you|"
            "make you (stop|shut up|be quiet)|cancel (a|your|the) (reply|answer)|halt your answer|"
            "end a reply that is too long|abort your reply)"
        ),
    ),
    "/regenerate": (
        "writes my last reply again",
        (
            "(get (another|a new|a different|a second) (answer|reply)|regenerate (a|the|your) (reply|"
            "answer)|have you try again|let you (answer|write) again|redo (the|your) [last] (answer|"
            "reply)|retry)"
        ),
    ),
    "/persona": (
        "sets how I talk here",
        (
            "(change (your|the) (persona|style|character|personality|tone|system prompt)|give you (a|"
            "another) (persona|character|personality|role)|make you (talk|speak) like (a pirate|"
            "someone else|a robot)|set (a|the|your) (system prompt|persona|role)|choose how you talk)"
        ),
    ),
    "/summarize": (
        "sums up what was said in this channel",
        (
            "((summarize|summarise|sum up) (the|this|our) (channel|chat|conversation|discussion)|"
            "get a summary[ of (the|this) (channel|chat)]|catch up on (the|this) channel|"
            "know what (i missed|was said))"
        ),
    ),
    "/model": (
        "shows which model I use",
        (
            "(see (which|what|the) model[ (you use|is used|is loaded)]|check (which|"
            "what) model (you run|is running|is loaded)|find out (which|what) model this is)"
        ),
    ),
    "/settings": (
        "shows and changes my settings in this channel",
        (
            "((change|see|edit|adjust|view|tweak|open) (the|your|my) (settings|options|configuration|"
            "preferences)|change the temperature|configure you[ here]|"
            "change how long your replies are)"
        ),
    ),
    "/stats": (
        "shows how busy and how fast I am",
        (
            "(see (how (fast|busy) you are|your (speed|load|statistics|stats))|check your (speed|"
            "load|stats|uptime|performance)|know (how many tokens per second you make|"
            "how busy you are))"
        ),
    ),
    "/forget": (
        "deletes what I have stored about you",
        (
            "(delete (my|all my) (data|messages)|have my (data|messages) (deleted|removed|erased)|"
            "make you forget me|erase (me|my data|everything about me)|remove what you (know|stored|"
            "have stored) about me)"
        ),
    ),
    "/export": (
        "gives you this conversation as a file",
        (
            "((save|download|export|keep) (this|the|our|my) (chat|conversation|history)[ (as|to|"
            "into) a file]|get (this|the) conversation as a file|get a copy of (this|the|our) (chat|"
            "conversation))"
        ),
    ),
}

# The same wishes, said of the command.
DOES = {
    "/ask": "(asks you something|puts a question to you|is for questions)",
    "/reset": (
        "(starts (over|afresh|from scratch)|clears (the|this) (conversation|chat|history)|"
        "(resets|restarts|wipes) (everything|the conversation|this chat)|gives (me|us) a (fresh|"
        "new) (start|conversation))"
    ),
    "/help": (
        "(shows (help|the help|every command|what you can do)|helps (me|with the commands)|"
        "explains the commands)"
    ),
    "/stop": (
        "((stops|ends|interrupts|cancels|halts|aborts) (you|a reply|the reply|an answer|"
        "your answer|your writing)|makes you (stop|shut up)|"
        "is there when your answer gets too long)"
    ),
    "/regenerate": (
        "((gets|gives|makes|writes) [me] (a new|a different|a second|one more) (answer|reply)|"
        "(redoes|regenerates|repeats) (the|your) [last] (answer|reply)|makes you try (again|"
        "once more))"
    ),
    "/persona": (
        "((changes|gives you|switches) (the|a|another|your) (persona|personality|character|style|"
        "role|tone)|makes you (talk|speak) (like a pirate|differently)|sets (the|"
        "a) (system prompt|role|character))"
    ),
    "/summarize": (
        "((summarizes|summarises) (the|this|a) (channel|chat|conversation|discussion)|(sums up|"
        "gives a summary of) (this|the|our) (chat|conversation|discussion|channel)|tells (me|"
        "us) what (i|we) missed)"
    ),
    "/model": (
        "((tells|says) (me|us) (which|what) model (you use|runs|is loaded)|shows (which|"
        "what) model (you use|is loaded|this is)|is about the model)"
    ),
    "/settings": (
        "((shows|opens|edits|adjusts) (the|your|my) (settings|options|preferences)|changes (the|"
        "my|some) (settings|options)|changes the temperature)"
    ),
    "/stats": (
        "((shows|tells me|says) (your (speed|load|statistics|stats)|how (busy|fast) you are)|"
        "measures your speed)"
    ),
    "/forget": (
        "((deletes|erases|removes) (all my|my|my stored|everyone's) (data|messages)|(deletes|"
        "erases) (what you know|everything|all) about me|makes you forget me)"
    ),
    "/export": (
        "((saves|downloads|exports|keeps) (the|our|my|a) (chat|conversation|history)|gives me (a|"
        "the) (file|copy) (of|with) (this|the) (chat|conversation)|makes a file of this chat)"
    ),
}

_ASK_LIST = (
    (
        "(list|give me|name) (every command|all commands) (you have|there is|of yours|"
        "of this bot).|[the] command list."
    ),
    "(can|could|may) (i|we) (see|have|get) (the|your|a list of [your]|all) commands[, please]?",
    (
        "let (me|us) (see|have) (the|your) [list of] commands.|(print|write|post) (the|"
        "a) list of [your] commands."
    ),
    "(list|name|show [me]) every [single] command[ you know| there is|, please].|every command[, please].",
    (
        "(which|what) commands (may|could|should) i (use|type|try|know)[ here|"
        " in this channel]?|your commands, please."
    ),
    (
        "(which|what) commands (are there|do you have|exist|can i use|do you know|do you support|"
        "are available|can i type|does this bot have|do you understand|can i give you|"
        "are supported|work here|should i know)?"
    ),
    "what are (your|the|all the|all your|the bot's) [slash] commands?",
    "(list|show|name|tell me|give me|print) [me] (the|your|all|all the|all your) [slash] commands[, please].",
    (
        "(can|could) you (list|show|name|tell me|give me|show me) (the|your|all|all your|"
        "all the) [slash] commands?"
    ),
    "(is|are) there [any|some] [slash] commands?|do you have [any|some] [slash] commands?",
    (
        "(which|what) slash commands (are there|do you have|exist|can i use|do you know|"
        "do you support|are available)?"
    ),
    (
        "commands?|commands|command list|slash commands?|list commands|show commands|"
        "help commands|the commands, please|all commands"
    ),
    (
        "i (want|need|would like|'d like) (to see|to know|a list of|an overview of) (the|your|"
        "all) [slash] commands."
    ),
    "how do i (control|command|steer|operate) (you|this bot)?|how can i control you?",
    "what can i type[ (here|after the slash)]?|help|/help|what does the slash menu (show|have)?",
    "a list of [your|all] commands[, please].|an overview of your commands, please.",
    "(explain|describe) (the|your) [slash] commands.|what are the slash commands of this bot?",
    "i (forgot|don't know|can't remember) (the|your) commands.|remind me (of|about) (the|your) commands.",
)

_ASK_ONE = (
    "what('s| is) {command} (meant|supposed|there|made) (to do|to be|for)?|what('s|"
    " is) the (point|purpose|job) of {command}?|"
    "explain to me what {command} does.|what (would|could|can) {command} do for me?|{command} does what?|"
    "what does {command} do?|what is {command}[ for]?|what's {command}[ for]?|{command}?|"
    "explain {command}.|tell me about {command}.|"
    "what happens (if|when) i (type|use|run|enter) {command}?|how does {command} work?|"
    "what is the command {command}[ for]?|"
    "(can|could) you explain {command}[ to me]?|when (do|should) i use {command}?|"
    "why would i use {command}?|describe {command}.|"
    "i don't understand {command}.|what do i get from {command}?|and {command}?|"
    "what about {command}?|do you (know|have) {command}?|"
    "what is {command} good for?|meaning of {command}?|is there a command {command}?|what will {command} do?"
)

_DOES = (
    "(which|what) command {does}?|is there a command that {does}?|(which|"
    "what) [slash] command is it that {does}?|what do you call the command that {does}?|"
    "i (need|want|look for|am looking for) the command that {does}.|the command that {does}?|"
    "name the command that {does}.|what {does}?"
)
_WISH = (
    "how (do|can|could|would|may) (i|we) {wish}?|is there a (command|way) to {wish}?|"
    "what should i do if i (want|would like) to {wish}?|i('d|"
    " would) like to {wish}, (which command is that|how do i do that|what do i type)?|"
    "which command do i (need|use|take) (in order to|to) {wish}?|(which|"
    "what) command (do i use to|lets me|should i use to|can|will|is there to) {wish}?|"
    "i (want|would like|need|'d like) to {wish}.|what (do i|should i|must i) (type|do|use|"
    "enter|write) to {wish}?|(can|could|may) i {wish}?|"
    "what's the command to {wish}?|tell me how to {wish}.|show me how to {wish}.|how to {wish}?"
)


def listing() -> str:
    """All commands, one a line."""
    lines = [f"- `{name}` {what}" for name, (what, _) in COMMANDS.items()]
    return "These are my commands:\n" + "\n".join(lines)


def every(scene: Scene) -> list[Exchange]:
    """Somebody asks which commands there are."""
    template = scene.pick(_ASK_LIST)
    return [Exchange(scene.user(template), listing())]


def one(scene: Scene) -> list[Exchange]:
    """Somebody asks about one command by its name, or for the command that does something."""
    name = scene.pick(COMMANDS)
    what, wish = COMMANDS[name]
    if scene.rng.random() < 0.5:
        shown = name if scene.rng.random() < 0.8 else name.removeprefix("/") + " command"
        asked = _ASK_ONE
        return [Exchange(scene.user(asked, command=shown), scene.say(f"`{name}` {what}."))]
    asked = (
        _DOES.replace("{does}", DOES[name])
        if scene.rng.random() < 0.4
        else _WISH.replace("{wish}", f"({wish})")
    )
    return [Exchange(scene.user(asked), scene.say(f"Use `{name}`: it {what}."))]
