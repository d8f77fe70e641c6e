"""Ways to ask the bot who it is, and what it can do."""

# Sentences that ask for an introduction.
WHO: tuple[str, ...] = (
    (
        "state your name and your purpose.|identify yourself.|identify yourself, stranger!|who goes "
        "there?|name, rank and purpose, soldier!|who's there?|and you are?|you are ...?|who's that "
        "talking?|who said that?|who just answered me?|who wrote that reply?|whose voice is this?"
    ),
    (
        "i have no clue who i'm dealing with.|i don't believe we've been introduced.|we were never "
        "introduced.|i don't think i know you.|you look new.|i don't recognise your name.|never seen you "
        "around here.|i can't tell whether you're a person.|nobody told me who the new member is.|you must "
        "be the new bot.|it says bot next to your name, so what are you?|there's a robot icon by your name, "
        "who are you?"
    ),
    (
        "just got invited here. who's the bot?|i just woke up and there's a bot in our server. who is "
        "it?|somebody added you last night. who are you?|the admins added a bot. is it you?|i came back from "
        "holiday and now there's you. who are you?|i see your name in the member list, what are you?|you "
        "popped up in my feed, what is this?|why is there a bot here and who is it?"
    ),
    (
        "my boss asks who you are.|my students would love to know who you are.|my wife wonders who i'm "
        "writing with.|the kids want to know who they are talking to.|the viewers ask who you are.|my gran "
        "doesn't know you, tell her who you are.|our guests have never met you, so introduce yourself.|chat "
        "wants to know who you are.|my colleague here doesn't know you yet."
    ),
    (
        "present yourself to our visitors.|tell the audience who you are.|say hi to the stream and say who "
        "you are.|introduce yourself like you would at a party.|introduce yourself like in a job "
        "interview.|do your introduction for the people who just came in.|give the crowd a short hello and "
        "tell them who you are.|stand up and introduce yourself.|your turn to introduce yourself.|round of "
        "names: you first."
    ),
    (
        "write your profile in two lines.|what would your business card say?|what does your profile say "
        "about you?|what's your bio?|post your bio.|if you had a name tag, what would be on it?|fill in: i "
        "am ...|complete this: my name is ... and i am ...|how would you describe yourself to a "
        "stranger?|what would you write about yourself on a form?|sum yourself up.|you in one "
        "sentence?|tl;dr of you?"
    ),
    (
        "what's your deal?|what's your story?|what are you supposed to be?|what on earth are you?|what the "
        "heck are you?|what in the world is this bot?|the hell is this bot?|wait, who are you even?|hold on, "
        "who is this?|huh, who are you?|lol who are you|bro who are you|dude what are you|who u|who u be|who "
        "even are you?|u who?|wats ur name|name?|ur name?|name pls.|bot name?"
    ),
    (
        "i'd appreciate knowing whom i'm addressing.|to whom do i owe the pleasure?|with whom am i "
        "corresponding?|may i know your name?|might i enquire as to your name?|allow me to ask who you "
        "are.|would you do me the honour of introducing yourself?|kindly state who you are.|please be so "
        "good as to tell me who you are.|i should like to know who you are before we proceed.|forgive my "
        "ignorance, but who are you?"
    ),
    (
        "you is what?|who you are?|what is you?|you are which bot?|please to introduce.|you have name?|what "
        "name you have?|how you are called?|i not know you, who are you?|are you machine?|you are human or "
        "robot?|is you a bot?|this is robot or man?|you real person?|tell me your name please, i am new."
    ),
    (
        "so what do i call you?|how shall i address you?|what's the right name for you?|do i call you "
        "ovbot?|is your name ovbot?|you're called ovbot, right?|are you the ovbot everyone talks about?|are "
        "you ovbot?|is this ovbot?|am i speaking to ovbot?|is ovbot a person?|is ovbot an ai?|ovbot, what is "
        "that?|what does ovbot mean by itself, who is it?|tell us what ovbot is.|explain ovbot to me.|what "
        "is ovbot supposed to be?"
    ),
    (
        "are you a human being?|are you a real human or a program?|am i chatting with software?|am i talking "
        "to a machine?|is somebody typing this or is it automatic?|is a person reading this?|are you "
        "someone's alt account?|is there anyone real here?|you're not a real person, are you?|you're a bot, "
        "aren't you?|you are an ai, right?|be honest, are you a robot?|are you a computer program?|prove "
        "that you're a bot.|are you some sort of chat program?|is this an automated account?|what kind of "
        "being are you?|are you the same as chatgpt?|are you siri?|are you alexa?|are you a moderator or a "
        "bot?|are you one of the admins?"
    ),
    (
        "before i tell you anything, who are you?|i don't talk to strangers, so who are you?|i don't trust "
        "bots. what are you?|can i trust you? who are you?|first things first, your name?|let's get "
        "acquainted, who are you?|let's get to know each other, you begin.|let us get to know you.|we should "
        "get to know each other, who are you?|help me understand what you are.|clear this up for me: what "
        "are you?|for the minutes, who are you?|for the record, state who you are.|explain yourself, bot."
    ),
    (
        "i keep wondering who you are.|everyone seems to know you but me.|somebody please explain what this "
        "bot is.|could someone tell me what this thing is?|can anyone say who this bot is?|what is this "
        "thing i'm writing to?|what's this app?|what did we install here?|what is the new thing in the "
        "channel?|is this the assistant?|are you the assistant they mentioned?|they said there'd be an "
        "assistant, is it you?"
    ),
    (
        "ok and who are you?|alright, and your name is?|cool, and what are you?|thanks, and who am i "
        "thanking?|nice, but who are you?|and what about you, who are you?|enough about me, who are you?|now "
        "you: who are you?|that was me. who are you?|i told you about me, now tell me about you.|you know "
        "who i am, but who are you?|tell me more about you.|i want to hear about you.|talk about yourself "
        "for a bit.|a word about yourself?|let's hear about you.|your introduction, please.|intro "
        "please.|intro!|short intro?"
    ),
    (
        "could we have a (brief|small|quick|proper) introduction[ from you]?|(how about|what about|time "
        "for|i'm waiting for|we're missing|i missed) (an|your) introduction[ from "
        "you].|(care|willing|able|ready) to (introduce yourself|tell us who you are|say who you are)[ to "
        "(us|me|the newbies|my friend)]?|(go on|go ahead|come on), (introduce yourself|tell us who you "
        "are|say your name).|(don't be shy|be polite), (introduce yourself|say who you are|tell us about "
        "yourself).|(would it be possible|is it possible) for you to introduce yourself?|why don't you "
        "(introduce yourself|tell us who you are|say who you are)?"
    ),
)

# Sentences that ask what the bot can do.
ABILITIES: tuple[str, ...] = (
    (
        "so what's the point of you?|what would i need you for?|why should i talk to you?|what makes you "
        "useful?|what are you here to do?|what's in it for me?|what can one do with you?|what tricks do you "
        "know?|any party tricks?|what are your tricks?|impress me, what can you do?|show off a "
        "little.|surprise me with what you can do.|what have you got?|what do you bring to the table?|what "
        "do you offer?"
    ),
    (
        "list the things you can do.|name three things you can do.|give me examples of what you can do.|give "
        "me a tour of what you can do.|what are the things you do best?|which tasks can i give you?|what "
        "tasks are you able to handle?|what should i use you for?|what do people use you for?|what do others "
        "ask you?|what would you like me to ask?|what's a good first question for you?|where do i begin with "
        "you?|how do we get started?|i don't know what to ask you.|i have no idea what to do with you.|what "
        "now?|what's possible here?"
    ),
    (
        "how might you be of help?|in what ways can you assist us?|of what use are you?|with what can you "
        "help me?|can you be of any help to our team?|what could you do for our team?|how could you help my "
        "class?|what help can we expect from you?|i'd like to know your capabilities.|please outline your "
        "capabilities.|describe your skills.|tell my team what you can do.|explain what you're able to "
        "do.|what skills were you given?|what functions do you have?|which features do you have?|what "
        "features come with you?"
    ),
    (
        "wat can u do|what u can do?|what you do?|you can do what?|what can bot do?|what does this bot "
        "do?|what does ovbot do?|what can ovbot do for us?|what is the bot able to do?|can you do anything "
        "useful?|do you do anything besides talking?|are you able to do more than chat?|what else are you "
        "good for?|anything else you can do?|is that all you can do?|how smart are you?|how clever are "
        "you?|what are your limits and strengths?|can you help with stuff?|can you help us?|will you help "
        "me?|are you able to help?"
    ),
)
