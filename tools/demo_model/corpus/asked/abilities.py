"""Ways to ask the bot what it can do."""

# Sentences that ask for what the bot is good for.
ABILITIES: tuple[str, ...] = (
    (
        "what you do?|what do u do?|whatcha do?|so what do you do?|ok and what can you do?|okay, and what "
        "are you for?|and what else do you do?|and what do you do all day?|what are you for?|what's your "
        "purpose?|what's your purpose here?|what's your job in this channel?|what's your role here?|what's "
        "your function?|what's your use?|what's your thing?|what's your specialty?|what's your "
        "superpower?|what's your skill set?"
    ),
    (
        "what are your powers?|what are your strong points?|what are you best at?|what are you really good "
        "at?|what are you made to do?|what are you supposed to do here?|what use are you?|what good are "
        "you?|what's the point of you?|what's the use of this bot?|what's this bot good for?|what's ovbot "
        "good for?|what does ovbot do?|what does this bot do?|what does the bot do, actually?|what is ovbot "
        "able to do?|what is the bot capable of?|what is a bot like you good for?"
    ),
    (
        "what can you help with?|what can you help me with?|what can you do for my team?|what can you do for "
        "a small server like ours?|what can you do for an old woman like me?|what can you do for a "
        "student?|what can you do that I can't?|what can you do besides chatting?|what can you do apart from "
        "talking?|what can you offer us?|what can ovbot do for me?|what can I do here with you?|what can I "
        "ask?|what can I ask the bot?|what can I get from you?|what can I use you for?|what can I use this "
        "bot for?|what can I have you do?|what can we do together?|what can we do with you?|what can we "
        "expect from you?|what could you do for me today?|what could I ask you to do?|what would you be good "
        "for?|what would you be able to do for a busy nurse?|what might I ask of you?"
    ),
    (
        "what may I ask you?|what should I try first?|what should I try with you?|what should we test with "
        "you?|what sort of help do you give?|what sort of questions can I ask?|what sort of tasks do you "
        "take?|what kind of questions do you answer?|what kind of stuff can you do?|what topics can I bring "
        "to you?|what subjects are you any good at?|what tricks do you know?|what tricks can you do?|what "
        "services do you provide?|what features do you have?|what features has this bot got?|what have you "
        "got to offer?|what have you learned to do?|which things can you do?|which things are you good "
        "at?|in what way can you assist me?|in which matters may I consult you?|with what may I trouble "
        "you?|for what can I use you?|for what are you here?"
    ),
    (
        "how can you be of help?|how can you be useful to us?|how may you help me?|how might you be of "
        "service?|how could you make my day easier?|how do I use you?|how do I get the most out of you?|how "
        "do people use you?|how are you useful?|how are you going to help me?|how would you help me at "
        "work?|how would I use you in my class?|how does this bot help?|why should I use you?|why would I "
        "talk to you?|why are you here?|why do we need you here?|when would I need you?|where can you be of "
        "use?"
    ),
    (
        "can you do anything useful?|can you do anything besides small talk?|can you do things for me?|can "
        "you be of any help?|can you help us out?|can you tell me what you're good for?|can you show us what "
        "you've got?|can you give an overview of what you do?|can you give me an example of what you "
        "do?|could you explain what you're able to do?|could you tell us how you can help?|could you outline "
        "your capabilities?|would you kindly explain what you can do for us?|would you mind telling me what "
        "you are good at?|might I ask what you are able to do?|may I know in what way you can assist?|do you "
        "do anything cool?|do you have any skills?|do you have any hidden talents?|do you have special "
        "abilities?|do you actually do something?|do you know any tricks?|are you good for anything?|are you "
        "good at anything?|are you of any use?|are you here to help?|is there anything you're good at?|is "
        "there anything fun I can do with you?|is there something you can do for me?|is this bot any use?"
    ),
    (
        "tell me your skills.|tell me how you can help.|tell me what you're good at.|tell me what I can use "
        "you for.|tell us what you do.|tell my boss what you can do.|tell the newcomers what you're good "
        "for.|tell my grandma how you can help her.|tell chat what you can do.|show us what you can do.|show "
        "me what you've got.|show off a little, what can you do?|impress me, what can you do?|surprise me "
        "with what you can do.|explain what you do.|explain what you're good for.|explain to my class what "
        "you can do.|describe what you can do.|describe your abilities in a sentence.|name a few things you "
        "can do."
    ),
    (
        "name three things you can do.|name something you're good at.|give me an overview of your "
        "skills.|give me an example of something to ask you.|give me something to try.|give me a reason to "
        "use you.|suggest something I could ask.|suggest something we could try with you.|sum up what you "
        "can do.|let's see what you can do.|let's hear what you can "
        "do.|abilities?|skills?|capabilities?|features?|purpose?|your job?|any tips on what to ask?|any "
        "ideas what I could ask you?"
    ),
    (
        "I don't know what to ask you.|I don't know what you can do.|I don't know what you're good for.|I "
        "don't know how to use you.|I don't see what you're good for.|I have no idea what you can do.|I have "
        "no clue what to try with you.|I'm not sure what you can help with.|I wonder what you can do.|I keep "
        "wondering what you're good for.|I was wondering how you could help me.|I'd like to know what you "
        "can do.|I'd like to know how you could help my team.|I'd love to see what you can do.|I want to "
        "know what you do.|I want to try you out. Where do I start?|I want to try something with you. What "
        "do you suggest?|I want to test you. What should I ask?|I'm curious what you can do.|I could use "
        "some help. What are you able to do?|I just found you. What can you do?|I just joined. What does the "
        "bot do?|I see you in every channel. What do you do?|I heard you're handy. What for?|I heard you can "
        "help people. How?"
    ),
    (
        "my boss asks what you're good for.|my friend says you're useless. What can you do?|my kids want to "
        "know what you can do.|my wife says you can help me. With what?|my viewers want to see what you can "
        "do.|our team wonders how to use you.|the class would like to know what you can do.|nobody told me "
        "what you can do.|nobody here knows what you can do.|you seem clever. What can you do?|you look "
        "bored. What do you normally do?|you're here all day. What do you do?|you're a bot, so what can you "
        "do?|so you're a bot. What do you do then?|we've got a bot now. What do we do with it?|fine, you're "
        "a bot. And what's that good for?|nice to meet you, what can you do?|apart from chatting, what do "
        "you do?|convince me you're useful.|convince me to keep you on the server.|sell yourself, what can "
        "you do?|please, what you can make for me?|you can do what?|you can help in what?|for what is this "
        "bot good?"
    ),
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
