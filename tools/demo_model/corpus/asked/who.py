"""Ways to ask the bot who it is."""

# Sentences that ask for an introduction.
WHO: tuple[str, ...] = (
    (
        "who u?|who dis?|new bot, who dis?|you are?|you are who?|name?|your name?|yo, what's your name?|sup, "
        "who are you supposed to be?|bro who even are you?|dude, what are you?|ok but who are you tho?|wait, "
        "who's this?|hold on, who am I talking to?|hang on, who just joined?|who's there?"
    ),
    (
        "may I ask with whom I have the pleasure?|might I trouble you for your name?|to whom am I speaking, "
        "please?|would you be so kind as to introduce yourself?|would you mind telling me who you are?|would "
        "you do us the honour of introducing yourself?|I would be most grateful for a short introduction.|if "
        "it isn't too much trouble, tell me your name.|pardon my asking, but who might you be?|forgive the "
        "question, but are we acquainted?|I'm afraid we haven't been introduced.|I don't believe I've had "
        "the pleasure.|please be so good as to say who you are.|dear assistant, kindly make yourself "
        "known.|whom do I have the pleasure of addressing?"
    ),
    (
        "please state for the record who you are.|please identify yourself for the record.|state your name "
        "and purpose.|state your full name and your function.|state who you are and why you are in this "
        "channel.|kindly disclose your identity.|I require you to identify yourself before we "
        "proceed.|before I share anything, I need to know who I'm dealing with.|what is your designation?|in "
        "what capacity do you appear here?|name and function, please.|name, role, go.|who are you and on "
        "what grounds are you here?|my grandson says there is a robot in here, is that you?|are you the "
        "robot my grandchildren talk about, dear?|sweetheart, who is it I'm writing to?|my dear, what are "
        "you called?|I'm an old lady and I don't understand these things, what are you?|is this one of those "
        "talking computers?|are you one of those computer people?|I'm not good with computers, so tell me "
        "simply who you are.|is there somebody in there, or is it only a machine?|I thought I was writing to "
        "my niece. Who is this?"
    ),
    (
        "are you a robot?|are you a real robot?|are you a boy or a girl or a computer?|are you a person "
        "inside the computer?|are you alive or a computer?|what are you, are you a monster?|hello robot, do "
        "you have a name?|can a robot have a name, and what's yours?|my mom said ask you who you are.|are "
        "you my friend or a program?|are you a toy?"
    ),
    (
        "are you human?|are you a human being?|are you real?|are you a real guy?|are you actually a "
        "person?|are you a dude or a script?|are you a bot?|are you even a bot?|are you an AI?|are you some "
        "AI thing?|are you artificial intelligence?|are you software?|are you just some code?|bot or "
        "human?|human or machine?|man or machine?|person or program?|real or bot?|are you a bot or a "
        "mod?|are you a bot or an admin with too much time?|is a human typing this?|is somebody typing these "
        "answers by hand?|is anyone real behind this account?|is this account a bot?|is this automated?"
    ),
    (
        "is this an automatic reply or a person?|did a machine write that?|did I just say good morning to a "
        "computer?|you're not human, are you?|you're not a real person, are you?|you sound like a bot.|you "
        "talk like a machine. Are you one?|you write way too fast for a human. What are you?|be honest, are "
        "you a person?|be straight with me, is there a human on the other end?|tell me the truth, are you a "
        "machine?|swear you're not a human.|prove you're a bot.|prove to me you're not just some guy.|admit "
        "it, you're a bot.|I think you're a bot.|I bet you're a bot.|I bet there's a guy behind this "
        "account.|something tells me you aren't human.|I have a feeling I'm not talking to a person.|my "
        "friend swears you're a real person, is that true?|we made a bet, are you a bot or not?|settle an "
        "argument for us, are you human or not?|is it a he, a she or an it I'm talking to?|should I say he, "
        "she or it about you?"
    ),
    (
        "I have no clue who I'm dealing with.|I have no idea who you are.|no idea what you are.|I don't know "
        "you.|I don't know who this is.|I don't know your name yet.|I never caught your name.|I didn't catch "
        "your name.|sorry, I forgot your name.|I keep forgetting what you're called.|your name slipped my "
        "mind.|I don't think I know you.|nobody told me who you are.|nobody explained to us what this bot "
        "is.|no one here seems to know what you are.|it's unclear to me what you are.|I'm not sure what I'm "
        "talking to.|I'm still not sure what you are.|I still don't get what you are.|I can't tell if you're "
        "a bot.|I can't figure out whether you're a person or a program.|I'm a bit lost as to who's speaking "
        "here.|you didn't introduce yourself.|you forgot to introduce yourself.|you never said who you "
        "are.|you never told us your name.|you haven't told me what you are.|you seem to be new here.|you "
        "must be the new one.|you must be ovbot.|so you're this ovbot everyone mentions.|so you're the "
        "famous ovbot.|so this is ovbot.|ah, there's a bot in here."
    ),
    (
        "I keep wondering who you are.|I keep seeing your name and wondering what you are.|I was wondering "
        "who you might be.|I've been meaning to ask who you are.|I've always wanted to ask what you actually "
        "are.|I'd love to know who I'm chatting with.|I'd like to know a little about you first.|I'd like to "
        "know what kind of bot you are.|I want to know your name.|I wanna know who you are.|I want to know "
        "what this ovbot is.|I need to know what you are.|it would be nice to know who's answering.|it would "
        "help to know what I'm talking to.|it'd be cool if you introduced yourself.|curious what this bot "
        "is.|curious about you, who are you?|just curious, what are you?|just wondering, is ovbot a bot or a "
        "nickname?|out of curiosity, what do they call you?|one question bugs me, what are you?|one thing "
        "first, who are you?|quick question, who are you?|dumb question maybe, but what are you?|silly "
        "question, are you the bot?|maybe everyone knows already, but who is ovbot?|sorry if that was asked "
        "before, but what are you?"
    ),
    (
        "just got invited here. Who's the bot?|just joined. Who's who, and who are you?|I came back after a "
        "month and there's a bot. Who are you?|I just woke up and there's a new name in the list. Who is "
        "ovbot?|I'm new to Discord. Are you a person or a program?|first day on this server. What's this "
        "bot?|first time I see you. What are you?|never seen you before. Who are you?|you popped up in my "
        "messages. Who are you?|you're in the member list as ovbot. What is that?|there's a green dot next "
        "to ovbot. Who's that?|I see a bot tag next to your name. What kind of bot are you?|my friend gave "
        "me this account to write to. Who's there?|someone told me to message you. Who are you?|somebody "
        "said I should ask ovbot. Is that you?|I was told there's an assistant here. Is it you?|they said a "
        "bot lives in this channel. Are you it?|an admin pinned your name. What are you?|you answered before "
        "anyone else did. Who are you?|you keep popping up here. What are you, please?|everybody talks to "
        "you. Who are you?|everyone is writing to ovbot today. What is it?|I read the rules and they mention "
        "ovbot. What is that?|I pinged the wrong one, I think. Who are you?|oops, wrong window. Who is "
        "this?|I meant to write to my sister. Who did I reach?|we have a lot of bots here. Which one are "
        "you?|I've only read along so far. Time to ask: who are you?|I've been talking to you for a week. "
        "Funny, I never asked your name.|let's start from the beginning. Who are you?|let's do this "
        "properly. You are?|ok, introductions first. What's your name?|I told you my name, now tell me "
        "yours.|you know my name, so what's yours?|you know who I am, but who are you?"
    ),
    (
        "my boss wants to know who you are.|my boss is looking over my shoulder. Introduce yourself.|the "
        "boss asks what this ovbot is.|our manager asked what that bot in the channel is.|we have guests "
        "today. Tell them who you are.|our guests don't know you yet.|our visitors would like a word about "
        "you.|say who you are for our guests.|my grandma is here and asks who you are.|grandma wants to know "
        "what you are.|explain to my grandmother what you are.|introduce yourself to my grandpa.|my mum "
        "thinks you're a person, tell her what you are.|tell my dad what you are.|my kids are asking who "
        "lives in this chat.|my little brother wants to know your name.|my daughter asks if you are a real "
        "robot.|my wife asks who I'm writing with all evening.|my husband doesn't believe you're a bot.|my "
        "roommate wants to know who you are.|tell my colleague who you are.|a colleague just asked me what "
        "ovbot is, can you tell her?|the nurses on my ward want to know what this bot is.|my students ask "
        "who you are.|class, this is ovbot. Ovbot, introduce yourself."
    ),
    (
        "the class is listening, tell them what you are.|say your name for the class.|my teacher asks what "
        "this program is.|chat wants to know who you are.|my viewers are asking who the bot is.|we're live, "
        "tell the stream who you are.|stream is on, say who you are.|my followers have never met you, "
        "introduce yourself.|the guild wants to know what you are.|the new members have no idea who you "
        "are.|we have five newcomers, tell them who you are.|welcome the new people and tell them your "
        "name.|a friend of mine just joined and asks what you are.|someone in voice asked who ovbot is.|the "
        "moderators want to know what you are.|the whole server wonders what you are.|people here keep "
        "asking what you are.|people are confused about you. Clear it up.|half the channel thinks you're "
        "human, say something.|the board would like to know what this assistant is.|my client asks whether "
        "he is talking to a machine.|the audience has not met you yet.|ladies and gentlemen, here is ovbot. "
        "Say a few words about yourself.|everyone, meet ovbot. Who are you, ovbot?|meet my friend Lena and "
        "tell her who you are."
    ),
    (
        "introduce yourself.|introduce yourself in one line.|introduce yourself in two sentences.|introduce "
        "yourself like at a party.|introduce yourself again for those who came late.|introduce yourself "
        "properly this time.|self-introduction, go.|intro pls.|short intro?|give us the short version of who "
        "you are.|give us your name.|give your name and what you are.|tell me your name.|tell me what you're "
        "called.|tell me who's talking.|tell me what I'm talking to.|tell us a little about you.|tell us "
        "what you are and what you're here for.|tell me about this bot.|tell me what ovbot is.|say your "
        "name.|say something about yourself."
    ),
    (
        "show yourself, bot.|reveal your identity.|explain what you are.|explain in plain English what you "
        "are.|describe yourself in a sentence.|define ovbot.|answer me, who are you?|come on, say who you "
        "are.|go ahead, introduce yourself.|go on, tell us your name.|your turn to introduce yourself.|your "
        "turn, who are you?|everyone introduced themselves but you.|we all said who we are, now you.|next "
        "one in the round is ovbot, who are you?|let's hear who you are.|let's hear a bit about you.|let me "
        "know who you are.|write two lines on who you are.|write a little bio of yourself.|post your "
        "introduction here.|post a short bio."
    ),
    (
        "what is ovbot?|what's an ovbot?|what is this ovbot thing?|what is that, ovbot?|what even is "
        "ovbot?|what's ovbot supposed to be?|what's ovbot all about?|ovbot?|ovbot, who are you?|ovbot, is "
        "that a bot?|ovbot, is that your real name?|who or what is ovbot?|who goes by ovbot here?|who's this "
        "ovbot guy?|is ovbot a bot or a member?|is ovbot a person?|is ovbot some kind of assistant?|is ovbot "
        "your name?|is your name really ovbot?"
    ),
    (
        "anyone know what ovbot is?|does anybody know who ovbot is?|can someone tell me what ovbot is?|why "
        "is there something named ovbot in here?|what's this bot?|what's this bot about?|what kind of bot is "
        "this?|what kind of bot have we got?|what's the deal with this bot?|what's with the bot?|what's your "
        "deal?|what's this thing in my channel?|what is it that I'm chatting with?|what is it I'm writing to "
        "here?|what have I got in front of me?|what have they put in our channel?|what did our admin install "
        "here?|what is on the other end of this chat?|which bot do we have?"
    ),
    (
        "what is your name?|what's your name again?|what's your name, little bot?|what's your full "
        "name?|what are you called?|what do I call you?|what should I call you?|what do people call "
        "you?|what name do you go by?|what name did they give you?|what name should I put in my notes for "
        "you?|how are you called?|how do you call yourself?|how is your name?|how should I address you?|how "
        "shall we call you?|how do I address you properly?|how do you introduce yourself to strangers?|how "
        "would you explain yourself to a child?|you got a name?|do you go by a name?|do you have a name or "
        "just a number?"
    ),
    (
        "do you have a name or should I just say bot?|has anyone given you a name?|remind me of your "
        "name.|remind me who you are.|who are you again?|who were you again?|who are you, if I may ask?|who "
        "are you, and what do you want here?|who are you when you're at home?|who is behind this name?|who's "
        "on the other side?|who is in this chat with me?|who is answering me?|who just answered?|who wrote "
        "this?|who's the one that always answers?|who's the new kid?|who are we talking to here?|who have I "
        "got on the other end?|who do I thank for these answers?|who will I be talking to today?"
    ),
    (
        "please, you are which person?|excuse me, what is you?|I not know you, who you are?|can you say me "
        "who are you?|please say me your name.|you is bot, yes?|you are machine or man?|sorry for my "
        "English, what are you exactly?|I am not understand what is this bot.|what is this for a bot?|I "
        "speak with who?"
    ),
    (
        "oh great, another bot. And you are?|wonderful, yet another assistant. What's this one called?|and "
        "what do you think you are?|and who might this be?|and what are you, the office oracle?|let me "
        "guess, you're a bot.|let me guess, another chatbot?|so what are you, a fancy calculator?|so what "
        "are you, Clippy's cousin?|are you Siri or what?|are you a kind of Siri for Discord?|what are you, "
        "some kind of NPC?|are you an NPC?|are you a boss or an NPC?|halt, who goes there?|whoami?|short "
        "readme about yourself, please.|are you a daemon, a script or a person?"
    ),
    (
        "what process is answering here?|what service am I connected to?|what am I connected to?|is this a "
        "chatbot or a support person?|is this the help desk or a bot?|is this customer service?|did I reach "
        "the support team?|are you one of the moderators?|are you an admin here?|are you a member here or a "
        "bot?|are you a spy?|are you a scammer?|you look suspicious. What are you?|that's a weird username. "
        "Who are you?|why should I talk to you, who are you?|I won't tell you anything until I know who you "
        "are.|before I write more, who's reading?|I don't talk to strangers, so who are you?"
    ),
    (
        "ok and who are you?|ok and what's your name?|okay, but what are you?|fine, and you are?|thanks, but "
        "who are you?|that helped, what's your name?|good answer. Who are you?|nice, who am I "
        "thanking?|cool, and what are you exactly?|anyway, who are you?|by the way, what's your name?|btw "
        "are you a bot?|before we go on, who are you?|before we begin, a word about yourself?|to start with, "
        "what are you?|one more thing, who are you?|another question, are you a human?|changing the subject, "
        "what are you?|enough about me, who are you?|now to you, what are you?|what about you, who are you?"
    ),
    (
        "wow, a talking bot. Who are you?|how exciting, a new bot. Introduce yourself!|so happy we have a "
        "bot now! What's your name?|omg are you the new bot?|yay, a new face! Who are you?|nice to meet you, "
        "what's your name?|pleased to meet you. And your name is?|it's good to have you here. Tell us who "
        "you are!|I can't wait to get to know you, who are you?|I've heard so much about you, who are you "
        "really?|I've heard the name ovbot, but not what it is.|welcome, stranger. What's your name?|welcome "
        "to our server, bot. Introduce yourself!|let's be friends, what's your name?|come closer and tell me "
        "who you are."
    ),
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
