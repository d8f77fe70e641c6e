"""The bot's slash commands: what each does, and the wishes that it fulfils."""

# name: (what it does, wishes that it fulfils)
COMMANDS: dict[str, tuple[str, str]] = {
    "/ask": (
        "asks me a question",
        (
            "(send you a question|ask something by [a] slash command|ask you without a mention|"
            "give you a question|"
            "ask you (a question|something)[ (by command|with a command|with a slash command)]|"
            "put a question to you|use a slash command to ask you)"
        ),
    ),
    "/reset": (
        "starts this conversation afresh",
        (
            "((begin|start) from (zero|the beginning|nothing)|have a (clean|fresh) start|get a blank page|"
            "make you forget (what we said|our talk)|(drop|empty|erase|delete) (our|this) (conversation|"
            "chat)|wipe your memory[ of this chat]|(open|get) a new (conversation|chat)|turn back to zero|"
            "start (over|again|afresh|from scratch|a new conversation|a fresh conversation)|"
            "clear (the|this|our) (chat|conversation|history|context)|reset (you|the conversation|"
            "this chat|everything)|wipe (the|this) conversation|begin a new conversation|"
            "make you forget this conversation|restart the conversation)"
        ),
    ),
    "/help": (
        "shows what I can do and every command",
        "((get|find|ask for) [some] help|learn about the commands|see what you offer|look at the help|"
        "see (the|a) help|get help with the commands|see all [the] commands|show the help)",
    ),
    "/stop": (
        "stops the reply that I'm writing",
        (
            "(break off your (reply|answer)|(end|finish) (your|the) (reply|answer|writing) early|"
            "silence you|keep you from (writing on|going on)|make you (pause|end|cease) (that|now)|(stop|"
            "quit|interrupt) (that|this|your writing|your answer)|shorten a long answer|"
            "stop (you|your reply|a reply|the reply|an answer|your answer|the bot)|interrupt you|"
            "make you (stop|shut up|be quiet|stop writing|stop talking)|get you to (stop|be quiet|end it)|"
            "cancel (a|your|the) (reply|answer)|halt your answer|cut (you|your answer) (off|short)|"
            "end a reply that is too long|abort your reply)"
        ),
    ),
    "/regenerate": (
        "writes my last reply again",
        (
            "((get|have|see|hear) (a fresh|a better|one more|some other) (version|answer|reply)|have (it|"
            "that) answered again|let you have another go|make you (answer|write|say) (that|it) (again|"
            "once more|anew)|(roll|ask for) the answer again|change your (last |)answer|get (that|"
            "this) rewritten|"
            "get (another|a new|a different|a second) (answer|reply)|regenerate (a|the|your) (reply|"
            "answer)|make you (retry|try again|redo (that|it|your reply)|do it again)|"
            "get you to (redo|retry) (that|it)|have you try again|let you (answer|write) again|redo (the|"
            "your) [last] (answer|"
            "reply)|retry)"
        ),
    ),
    "/persona": (
        "sets, shows or clears how I talk here",
        (
            "(let you play a (character|role)|turn you into a (pirate|cat|robot|poet)|"
            "make you sound (different|like a pirate|funny)|give you a (new|funny|different) (voice|style|"
            "tone|character)|(set|switch|pick|choose) your (character|style|tone|personality)|(see|remove|"
            "clear) your persona|"
            "change (your|the) (persona|style|character|personality|tone|system prompt)|give you (a|"
            "another) (persona|character|personality|role)|make you (talk|speak) like (a pirate|"
            "someone else|a robot)|set (a|the|your) (system prompt|persona|role)|choose how you talk)"
        ),
    ),
    "/summarize": (
        "sums up what was said in this channel",
        (
            "(get the gist of (this|the) (channel|discussion)|(read|have|see) a (summary|recap)|"
            "find out what (i missed|happened here)|have (this|the) (channel|discussion|thread) summed up|"
            "see what was (discussed|written) here|make you (summarize|sum up|recap) (this|the) (channel|"
            "thread)|"
            "(summarize|summarise|sum up) (the|this|our) (channel|chat|conversation|discussion)|"
            "get a summary[ of (the|this) (channel|chat)]|catch up on (the|this) channel|"
            "know what (i missed|was said))"
        ),
    ),
    "/model show": (
        "shows which model I use",
        (
            "((know|learn|tell) (which|what) model (answers|is behind you|you run on|is in use|"
            "works here)|look up the model|see your model|learn the name of your model|(show|display|"
            "view) the model|"
            "see (which|what|the) model[ (you use|is used|is loaded)]|check (which|"
            "what) model (you run|is running|is loaded)|find out (which|what) model this is)"
        ),
    ),
    "/settings": (
        "lets moderators see and change my settings",
        (
            "(find your (settings|options)|set your (options|temperature|limits)|get to your settings|"
            "modify (your|the) (settings|behaviour)|(alter|update|manage|look at) (your|the) (settings|"
            "options)|"
            "(change|see|edit|adjust|view|tweak|open) (the|your|my) (settings|options|configuration|"
            "preferences)|change the temperature|configure you[ here]|"
            "change how long your replies are)"
        ),
    ),
    "/stats": (
        "shows how busy and how fast I am",
        (
            "((learn|find out) how (fast|quick|busy) you are|(look at|get|view) your (statistics|numbers|"
            "speed|stats)|measure your speed|see numbers about you|find out your speed|"
            "see (how (fast|busy) you are|your (speed|load|statistics|stats))|check your (speed|"
            "load|stats|uptime|performance)|know (how many tokens per second you make|"
            "how busy you are))"
        ),
    ),
    "/forget": (
        "deletes what I stored about you or this channel",
        (
            "(get (my|all my) (data|messages|information) (erased|removed|wiped)|have you forget (me|"
            "my data)|wipe my (data|messages)|take back what i wrote|(clear|delete|"
            "erase) what you (stored|saved|know) about me|remove my (data|messages|history)|"
            "make you lose (my data|what i told you)|"
            "delete (my|all my) (data|messages)|have my (data|messages) (deleted|removed|erased)|"
            "make you forget (me|about me|everything about me|who i am)|get you to forget me|"
            "(delete|remove) me from your memory|have me forgotten|erase (me|my data|everything about me)|"
            "remove what you (know|stored|"
            "have stored) about me)"
        ),
    ),
    "/export": (
        "gives you this conversation as a file",
        (
            "((store|archive|back up|print|copy) (our|this|the) (chat|conversation|talk|dialogue)|"
            "have (this|our) (chat|conversation) as a (file|download|text)|take (this|our) (chat|"
            "conversation) with me|get (our|this) (chat|conversation) (out of here|on my disk|as text)|"
            "(save|download|export|keep) (this|the|our|my) (chat|conversation|history)[ (as|to|"
            "into) a file]|get (this|the) conversation as a file|get a copy of (this|the|our) (chat|"
            "conversation))"
        ),
    ),
}

# Said after what a command does, where there is more to say.
MORE: dict[str, str] = {
    "/stop": " The Stop button under my reply does the same.",
    "/regenerate": " The Regenerate button under my reply does the same.",
    "/persona": " Try `/persona set`, `/persona show` or `/persona clear`.",
    "/forget": " Choose `/forget me` or `/forget channel`.",
    "/summarize": " For a part of it: right-click a message, then Apps, Summarize from here.",
}

# What people simply say instead of using the command.
SAID: dict[str, str] = {
    "/reset": (
        "(let's|lets|please|can we|could we|i want to|shall we) (start over|start again|start afresh|"
        "begin anew|"
        "start a new (chat|conversation)|begin again|start from scratch)[ please].|forget (everything|"
        "this conversation|what i (said|told you)|all of this|our conversation|it all).|(clear|wipe|reset) "
        "your memory.|(can|could) you forget (this conversation|everything|what i said|our chat)?|"
        "new (conversation|chat), please.|reset[ please|!|?]|restart.|(forget|drop) the (history|context)."
    ),
    "/stop": (
        "(stop|halt|enough|silence|quiet|shush)[!|.]|(please|can you|could you) (stop|be quiet|"
        "stop (writing|talking|typing|that|it))[ now].|(your|that|this) (answer|reply) is (way |)too long.|"
        "you (talk|write) too much.|stop (writing|talking|typing|it|that).|(cancel|abort)[ that| it]."
    ),
    "/regenerate": (
        "(can|could|would|will) you (redo|retry|regenerate|rewrite|repeat|rephrase) (that|this|it|"
        "your (last |)(answer|reply)|the last one)[ please]?|(try|do it|do that|answer) (again|once more|"
        "another time)[, please].|(redo|retry|regenerate) (that|this|it|your answer|your reply)[ please].|"
        "(give|write) me (another|a different|a better|a new) (answer|reply|version).|i (don't|do not) like "
        "(that|this|your) (answer|reply).|(that|this) (was|is) (a bad|a wrong|not a good) (answer|reply), "
        "(try again|again).|(once more|one more time|another try)[, please]."
    ),
    "/forget": (
        "(please |)forget (me|about me|who i am|all about me).|(delete|erase|remove) (me|my data|my messages|"
        "everything about me|all my data)[ please].|i (want|would like) (you to forget me|my data gone|"
        "to be forgotten).|(can|could) you (forget me|delete my data|erase my messages|remove my data)?"
    ),
    "/export": (
        "(save|export|download) (this|our|the) (chat|conversation)[ please| for me].|(can|could) (you|i) "
        "(save|export|download) (this|our) (chat|conversation)?|i (want|need) a (copy|file) of (this|our) "
        "(chat|conversation)."
    ),
    "/summarize": (
        "(summarize|summarise|sum up|recap) (this|the|our) (channel|discussion|chat)[ please| for me].|"
        "(what did i miss|tl;dr|tldr|recap)[ please|?]|(can|could) you (summarize|summarise|sum up|recap) "
        "(this|the|our) (channel|discussion|chat)[ for us]?|what (happened|was said|was going on) (here|"
        "in this channel)[ today| while i was away]?"
    ),
    "/stats": "(are you busy|how busy are you|how fast (are you|do you write|can you write))[ right now|"
    " today]?",
    "/settings": (
        "(can|could) (i|we|you|a moderator) change (your|the) (settings|temperature|options)?|"
        "(who|how) can (i |)(change|see) your settings?|settings[ please|?]"
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
    "/model show": (
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
