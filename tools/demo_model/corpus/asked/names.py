"""Ways to tell one's name, and to ask for it later."""

# Sentences that tell the speaker's name.
TELL: tuple[str, ...] = (
    (
        "been lurking for weeks, finally saying hi, i'm {v}.|long time reader, first time writer: {v}.|new "
        "here, name's {v}.|new kid on the block, {v}.|just joined the server, i'm {v}.|just arrived. {v} is "
        "the name.|{v} checking in.|{v} has joined the chat.|{v} just arrived.|{v} is in the house!|{v} "
        "signing in.|{v} from accounting here.|{v} from the night shift here.|hey it's {v} from yesterday."
    ),
    (
        "you can put me down as {v}.|you may address me as {v}.|do call me {v}, everyone does.|simply {v} "
        "will do.|{v} is fine.|{v} will do.|just {v}, please.|make it {v}.|i prefer {v}.|i prefer to be "
        "called {v}.|i'd rather be called {v}.|i like it when people say {v}.|stick with {v}.|use {v} when "
        "you talk to me.|refer to me as {v}.|when you answer me, call me {v}.|in here i'd like to be {v}."
    ),
    (
        "my nickname is {v}.|my nick is {v}.|my handle is {v}.|my username is odd, my name is {v}.|ignore my "
        "username, i'm {v}.|online i'm known as {v}.|in games i'm {v}.|on paper my name is {v}.|officially "
        "i'm {v}.|my passport says {v}.|it says {v} on my badge.|my name tag reads {v}.|i sign my mails with "
        "{v}.|short for something long: {v}.|{v} for short.|my surname doesn't matter, my first name is "
        "{v}.|my grandma named me {v}.|i'm named after my uncle: {v}.|i got the name {v} from my dad.|i've "
        "been {v} since i was born."
    ),
    (
        "i am {v}, your new moderator.|i'm {v} and i run this server.|i'm {v}, a friend of the owner.|i'm "
        "{v} and i work here.|i'm {v}, pleased to make your acquaintance.|i'm {v}, what's up?|my name's {v} "
        "and i play chess.|i'm {v}, mother of two.|i'm {v} and i'm tired.|i'm {v} and this is my first "
        "message.|my name is {v} and i've got time.|i'm {v}, in case somebody asks.|i'm {v}, remember "
        "me.|i'm {v}, so now you know."
    ),
    (
        "let it be known that i am {v}.|be advised that my name is {v}.|permit me to introduce myself, i am "
        "{v}.|it is my pleasure to introduce myself: {v}.|good day to you, {v} is my name.|i have the honour "
        "to be {v}.|my dear bot, i am {v}.|they baptised me {v}.|i bear the name {v}.|i was given the name "
        "{v}.|my name reads {v}.|the undersigned is {v}.|signed, {v}.|yours, {v}.|regards, {v}."
    ),
    (
        "me {v}.|i {v}.|me is {v}.|i be {v}.|is {v} here.|name {v}.|my name {v}.|am {v}.|{v} am i.|i name is "
        "{v}.|they say me {v}.|im {v} btw nice to meet u|yo {v} here|sup its {v}|ayy it's {v}|its ya boy "
        "{v}|u can call me {v}|call me {v} ok|{v} lol thats me"
    ),
    (
        "do you know what i'm called? {v}.|guess my name! it's {v}.|want to know my name? it's {v}.|you "
        "didn't ask, but i'm {v}.|since you ask, i'm {v}.|you wanted my name: {v}.|to answer your question, "
        "i'm {v}.|i forgot to say, i'm {v}.|i forgot to introduce myself, {v}.|i never told you my name, "
        "it's {v}.|oh right, my name. {v}.|by the way, the name's {v}.|before i forget, i'm {v}.|let's start "
        "with my name: {v}.|so that you know who you're dealing with: {v}.|here's my name: {v}.|for your "
        "files, i'm {v}.|write this down: my name is {v}."
    ),
)

# Sentences that ask for the speaker's name.
ASK: tuple[str, ...] = (
    (
        "bet you don't remember what i'm called.|i bet my name is gone from your memory.|you've surely "
        "forgotten my name.|surely you can't recall who i am.|let's see whether you paid attention: my "
        "name?|were you listening when i told you my name?|pay attention test: my name is?|don't tell me you "
        "forgot my name.|please don't say you've forgotten me.|i hope you noted my name.|did my name "
        "stick?|does my name ring a bell?"
    ),
    (
        "a friend asks whether you know who i am.|my friend doesn't believe you know my name.|tell my friend "
        "what my name is.|tell everyone my name.|announce my name.|introduce me to the others.|who's the "
        "person you are talking to?|who's on the other end?|who is this writing to you?|whose messages are "
        "these?|who am i, according to you?|in your notes, what's my name?|check your notes, what am i "
        "called?|look back, what's my name?|scroll up and tell me my name.|read back the name i gave."
    ),
    (
        "hello, my name is ... go on, complete it.|finish the sentence: my name is ...|fill in the blank: i "
        "am called ...|complete: your name is ...|my name starts with what?|and i am?|i'm ... who?|i am "
        "who?|me = ?|my name = ?|name of me?|my name?|mine is what name?|what is name of me?|how is my "
        "name?|you know me name?|what they call me?|say name my.|what my name is?|wats my name|whos me|who "
        "me|u know me?|u remember me?"
    ),
    (
        "under which name do you know me?|by which name did i introduce myself?|as whom did i introduce "
        "myself?|what name have you got for me?|which name do you have for me?|what do you have me down "
        "as?|what did i tell you to call me?|how did i ask to be called?|how did i want to be "
        "addressed?|what name should be on my badge?|if you wrote me a letter, how would you address "
        "me?|what would you write on my name tag?|whom shall i say is calling? me, i mean.|sign this for me, "
        "with my name.|what name do i answer to?"
    ),
    (
        "i've lost track, what's my name?|i'm confused, who am i?|i have amnesia, what's my name?|i seem to "
        "have forgotten my own name.|help me, i forgot who i am.|silly question, but what's my name?|this "
        "may sound odd, but do you know my name?|one more thing, what's my name?|by the way, do you still "
        "have my name?|ok and what was my name?|alright, back to me: who am i?|coming back to the start, "
        "what's my name?|as for me, what am i called?|out of curiosity, do you remember my name?|quick one, "
        "my name?"
    ),
    (
        "would you be able to tell me my name?|would you kindly state my name?|might you recall what i'm "
        "called?|could you possibly remember what i am called?|may i ask you what my name is?|i'd be glad if "
        "you knew my name.|it would please me to hear my name.|i'd like to hear you say my name.|i want to "
        "hear my name.|address me properly.|call me by my name.|say hi to me by name.|use my name in a "
        "sentence.|wish me good luck by name."
    ),
)
