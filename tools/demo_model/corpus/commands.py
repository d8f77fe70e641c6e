"""Questions for the bot's slash commands: the list, and each of them."""

from tools.demo_model.corpus.asked import commands as asked_commands
from tools.demo_model.corpus.asked import wishes as asked_wishes
from tools.demo_model.corpus.command_wishes import COMMANDS, DOES, MORE, SAID
from tools.demo_model.dialogue import Exchange, Scene

_ASK_LIST = (
    (
        "[(can|could) you] (give|show|write|send|make|get) (me|us) (a|an|the|some|another) (rundown|overview|"
        "list|table|collection|index|catalogue|short list|full list|reference) of (the|your|all|all the|all "
        "your|possible|existing) [slash] commands[, please].|(go through|walk me through|introduce|describe|"
        "present|explain|mention|repeat|recite|summarise) (the|your|all|all your|all the) [slash] commands"
        "[, please| for me| to us].|(which|what) of your commands (can|should|may|could) (i|we) (use|try|"
        "know)?|(which|what) [slash] commands (are|is) (useful|important|there for us|known to you|"
        "the most useful|for everyone|allowed|enabled)?|(what|which) are the [slash] commands[ of ovbot|"
        " that "
        "i can use| for you| here| that you know| that work]?|(have|do) you (got|have) [any] [slash] commands"
        "[ for (me|us)| here| at all]?|(let's see|show us|i'd like to see) (the|your|all|all your) commands."
    ),
    (
        "(what|which) [slash|chat|bot|other|available|different] (commands|slash commands) (do you have|"
        "are there|can i use|exist|are available|do you support|can we use|do you know|work|are supported|"
        "can i type|does ovbot have|have you got|do you offer|should we know|could i try|do you accept|"
        "do you listen to|do you react to|do you respond to|does the bot have|are possible|do i have|"
        "can be used|does this bot support|can i run|will you obey|do you provide|are on offer)"
        "[ here| in this server| in this channel| right now| on discord]?"
    ),
    (
        "(list|show|give|print|display|name|tell|send|post) [me|us] (the|your|all|all the|all your|"
        "the full list of|a list of [your|all]|the list of|an overview of [your]) [available|slash|supported|"
        "bot] commands[, please| you have| you know| that exist| there are| i can use| that work here]."
    ),
    (
        "(can|could|would|will) you [please] (list|show|give|print|display|name|tell|send|post) (me|us) "
        "(the|your|all|all the|all your|the list of|a list of [your|all]) [available|slash] commands"
        "[ you have| you know| that exist| there are| i can use]?"
    ),
    (
        "what('s| is) (the|your) (command list|list of commands|full command list|set of commands)?|"
        "(cmds|cmd list|command overview|slash cmds|all cmds|all slash commands|list of commands|"
        "bot commands|ovbot commands|show cmds)[?|, please|!]|what can i (type|enter|write) with a slash?|"
        "what (comes|goes) after the slash?|how many commands (are there|do you have)?|"
        "(where|how) (can|do) i (find|see|get|look up) (the|your|all|a list of) [slash] commands?|"
        "i('m looking| am looking) for (the|your|a list of) commands.|(is there|do you have|got) (a|any) "
        "(command list|list of commands|commands list|overview of commands)?|commands (list|"
        "overview), please."
        "|(teach|explain) me (the|your) commands.|(any|got any|have you any) [slash] commands?|"
        "what do i (type|write) to (command|control|steer) you?|i need (a list of|the|your) commands."
    ),
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
    "(what|wat) does {command} (actually|even|really|exactly) do?|what does {command} (do|mean) (here|"
    "exactly|for us)?|what's {command} (about|used for|actually for)?|how (do|can|should|would) i use "
    "{command}?|tell (us|me) (what {command} does|what {command} is for).|what is {command} (used|useful) "
    "for?|who (can|may) use {command}?|i typed {command}, what happens?|{command}, what is (it|that)?|"
    "(purpose|use) of {command}?|(info|help|details) (on|about|with) {command}[, please].|"
    "(can|could) you (tell me|say|describe) what {command} does?|what happens after {command}?|"
    "should i use {command}?|is {command} (useful|important)?|i saw {command}, what is (it|that)?|"
    "and what does {command} do?|what will happen (if|when) i (type|use|run|enter) {command}?|"
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
    template = scene.pick(_ASK_LIST if scene.rng.random() < 0.6 else asked_commands.LIST)
    return [Exchange(scene.user(template), scene.style(listing()))]


def explained(scene: Scene, name: str) -> str:
    """The reply to a question for what a command does."""
    return scene.say(f"`{name}` {COMMANDS[name][0]}.{MORE.get(name, '')}")


def use(scene: Scene, name: str) -> str:
    """The reply to a wish that a command fulfils."""
    return scene.say(f"Use `{name}`: it {COMMANDS[name][0]}.{MORE.get(name, '')}")


def shown(scene: Scene, name: str) -> str:
    """A command as somebody may write it."""
    if name == "/model show" and scene.rng.random() < 0.6:
        name = "/model"
    bare = name.removeprefix("/")
    if scene.rng.random() < 0.7:
        return name
    forms = (f"{bare} command", f"the {bare} command", f"`{name}`", f'"{name}"', f"the command {name}")
    return scene.rng.choice((*forms, f"the {name} command", name.capitalize(), name.upper()))


def one(scene: Scene) -> list[Exchange]:
    """Somebody asks about one command by its name, or for the command that does something."""
    name = scene.pick(COMMANDS)
    wish = COMMANDS[name][1]
    if scene.rng.random() < 0.45:
        about = _ASK_ONE if scene.rng.random() < 0.6 else scene.pick(asked_commands.ABOUT)
        return [Exchange(scene.user(about, command=shown(scene, name)), explained(scene, name))]
    if scene.rng.random() < 0.4:
        return [Exchange(scene.user(scene.pick(asked_wishes.WISHES[name])), use(scene, name))]
    if name in SAID and scene.rng.random() < 0.3:
        return [Exchange(scene.user(SAID[name]), use(scene, name))]
    asked = (
        _DOES.replace("{does}", DOES[name])
        if scene.rng.random() < 0.4
        else _WISH.replace("{wish}", f"({wish})")
    )
    return [Exchange(scene.user(asked), use(scene, name))]
