"""Ways to tell one's name."""

# Sentences that tell the speaker's name.
TELL: tuple[str, ...] = (
    (
        "finally found the courage to write here. i'm {v}.|i've only been reading so far, but today i say "
        "hello: {v} is my name.|after months of silence i show myself: {v}.|a friend invited me to this "
        "server, i'm {v}.|my brother sent me the link to this place. i'm {v}.|somebody told me i should "
        "introduce myself to you, so: {v}.|the rules say newcomers must introduce themselves. well, i'm "
        "{v}.|day one for me on this server, i'm {v}.|fresh member here, you may say {v} to me.|i hopped "
        "over from the other server, i'm {v}.|just found this channel, my name's {v}.|i don't usually talk "
        "to bots, but i'm {v}.|never spoke to a machine before. i am {v}.|first time talking to you, so "
        "hello from {v}.|back after a long break. it's {v}, in case anyone missed me.|i used to be in here "
        "years ago. {v}, old member.|coming out of lurk mode: {v}.|quick intro: {v}, from up north, likes "
        "cats.|short introduction from my side: {v}, teacher, bad at mornings.|about me: i'm {v} and i like "
        "trains.|intro time! i'm {v}, i draw and i bake."
    ),
    (
        "{v}'s the name, gaming's the game.|{v}'s the name, don't wear it out.|the name's {v}, and coffee is "
        "my fuel.|{v} joined the party.|player one is {v}.|my gamertag is silly, so say {v} instead.|your "
        "new teammate is {v}.|{v} logging on.|{v} reporting for duty.|{v} has entered the building.|make way "
        "for {v}, that would be me.|drum roll please ... i'm {v}!|ta-da! {v} is here!|hello world, {v} "
        "speaking.|the one and only {v} is typing.|the legend {v} has arrived, and that's me."
    ),
    (
        "i work the late shift at the hospital, name's {v}.|i'm {v}, one of the nurses on the third "
        "floor.|i'm {v}, i drive a bus for a living.|i'm {v} and i write software all day.|i'm {v}, the one "
        "who keeps breaking the build.|i'm {v} from the support team.|this is {v} from the front desk.|{v} "
        "from upstairs here.|{v} from legal, good afternoon.|i'm {v}, i'll be hosting tonight's event.|i'm "
        "{v}, and i look after the moderators here.|the new intern is me, {v}.|i took over this channel from "
        "a colleague. my name is {v}.|i'm the admin of this server and my name is {v}.|i'm counsel for the "
        "club, my name is {v}.|i'm a retired carpenter and my name's {v}.|i'm a student, second year, called "
        "{v}.|i teach maths and my pupils call me {v}.|my patients call me {v}, so you can too.|my boss "
        "calls me {v}.|in the office they shout {v} when they need me.|on my business card it says {v}.|my "
        "desk has a sign with {v} on it.|the schedule lists me as {v}.|in the commit log i'm {v}.|git knows "
        "me as {v}.|set user name to {v}.|username = {v}|author: {v}|my_name = {v}|whoami: {v}|to: ovbot, "
        "from: {v}.|from: {v}, subject: hello.|sincerely, {v}.|kind regards from {v}.|warm greetings, "
        "{v}.|lots of love, {v}."
    ),
    (
        "my mother picked {v} for me.|my father insisted on {v}, so here i am.|my parents couldn't agree on "
        "a name, and in the end it was {v}.|my big sister got to choose my name and she chose {v}.|my "
        "godmother gave me the name {v}.|i was christened {v}.|on my birth certificate you will find "
        "{v}.|the name on my id card is {v}.|my driving licence says {v}.|my family calls me {v} and so may "
        "you.|my wife calls me {v}.|my husband says {v} to me.|my grandchildren call me something else, but "
        "my name is {v}.|grandpa's name was {v} and so is mine.|i was named {v} after my grandmother.|i "
        "share my name with my aunt: {v}.|i'm the youngest of four and they called me {v}.|my twin has a "
        "prettier name, mine is {v}.|my dad is called the same as me, {v}.|mum wanted something special, so "
        "i became {v}.|nobody in my family could pronounce it, but i am {v}.|it's an old family name: "
        "{v}.|it is a rare name where i live, but i'm {v}.|there are three of us with that name in class, "
        "i'm {v} too.|my name is common, i know: {v}.|not a very exciting name, but it's mine: {v}.|i've "
        "always liked my name, it's {v}.|i never liked my name, but here it is: {v}.|people often misspell "
        "it, my name is {v}.|it's hard to say for some people, but i'm {v}.|i know it's a funny name, but i "
        "really am {v}.|yes, that is my real name: {v}.|no joke, my name is {v}.|no nickname needed, {v} is "
        "short enough."
    ),
    (
        "my friends shortened my name to {v}.|ever since school i've been {v} to everyone.|in kindergarten "
        "they started saying {v} and it stuck.|the whole village knows me as {v}.|at the gym they call me "
        "{v}.|on my team i'm known as {v}.|my guild knows me by the name {v}.|my neighbours say {v} when "
        "they see me.|my pals say {v}, so do that as well.|most folks just say {v}.|hardly anyone uses my "
        "full name, say {v}.|my long name is a mouthful, use {v}.|the short form of my name is {v}.|my "
        "middle name is what i use, it's {v}.|as a stage name i use {v}.|my pen name is {v} and i'd like you "
        "to use it.|i go by {v} these days.|i mostly go by {v} online.|i started going by {v} last "
        "year.|everyone who likes me says {v}.|i've been called many things, but {v} is my name.|i have many "
        "nicknames, {v} is the best one.|i respond to {v}.|i listen to the name {v}.|shout {v} and i'll turn "
        "around.|if you need me, shout {v}.|if you want my attention, say {v}."
    ),
    (
        "no need for formality, {v} is enough.|let's be less formal, i'm {v}.|let's drop the sir, i'm "
        "{v}.|don't call me ma'am, call me {v}.|don't call me user, i have a name: {v}.|don't call me human, "
        "call me {v}.|no titles please, only {v}.|skip the mister, {v} is what i like.|you needn't be so "
        "stiff with me, i'm {v}.|you may drop the formalities and say {v}.|kindly address me by my first "
        "name, which is {v}.|i'd appreciate being addressed as {v}.|i would prefer it if you said {v} to "
        "me.|it would be lovely if you called me {v}.|would you be so kind as to call me {v}.|be so good and "
        "call me {v}.|from today on say {v} when you mean me.|whenever you greet me, say {v}.|start your "
        "answers with {v}, since that's my name.|the correct way to address me is {v}.|the proper form of "
        "address for me is {v}.|for you i'm {v}.|to you i'm simply {v}.|to my friends i'm {v}, and you're a "
        "friend.|we're friends now, so call me {v}.|we'll be talking a lot, so you should know i'm "
        "{v}.|since we're going to work together, i'm {v}.|if we're going to chat, you'd better know i'm "
        "called {v}.|you told me nothing about you, but i'm {v}.|you've got a name, i've got one too: "
        "{v}.|you're a bot, i'm {v}.|you are ovbot and i am {v}.|you ovbot, me {v}.|nice name you have. mine "
        "is {v}."
    ),
    (
        "i believe we haven't been introduced. {v}.|allow me: {v}.|allow me to present myself, {v} is the "
        "name.|if i may introduce myself, {v}.|a very good day, my name happens to be {v}.|it's an honour, i "
        "am {v}.|delighted to make your acquaintance, i'm {v}.|charmed, i'm {v}.|enchanted, {v}.|how rude of "
        "me, i'm {v}.|where are my manners, i'm {v}.|pardon me for not saying so sooner, my name is "
        "{v}.|excuse me, i should've started with my name. it's {v}.|i apologise for the late introduction, "
        "i am {v}.|for the record, my name is {v}.|for the minutes, {v} is speaking.|let the record show "
        "that my name is {v}.|i hereby state that my name is {v}.|i confirm that my name is {v}.|i, {v}, "
        "greet you.|i, {v}, have entered the chat.|please be informed that i'm called {v}.|kindly note that "
        "i'm called {v}.|take note: the person before you is {v}.|you have the pleasure of talking to "
        "{v}.|you have {v} on the line.|at the other end of the line sits {v}.|behind this account is "
        "{v}.|behind the keyboard: {v}.|the human behind this profile is called {v}.|the account belongs to "
        "my sister, but i'm {v}.|i'm on my dad's computer, i'm {v}.|this isn't the usual person, it's {v} "
        "now.|my profile shows something else, but {v} is right.|my avatar is a frog but my name is {v}."
    ),
    (
        "i am six years old and my name is {v}.|my name is {v} and i have a dog.|i'm {v} and i can already "
        "read!|mommy helps me type, i'm {v}.|i want to tell you my name. it's {v}.|i have a secret. my name "
        "is {v}.|my doll has no name but mine is {v}.|knock knock, it's {v}.|hello robot, i am {v}.|dear "
        "robot, this is {v}.|mister robot, my name is {v}.|hi bot friend, {v} says hi.|{v} sends "
        "greetings.|{v} waves at you.|greetings from {v}.|a big hello from {v}."
    ),
    (
        "myself {v}.|my good name is {v}.|i am having the name {v}.|my name it is {v}.|how i am called is "
        "{v}.|i call myself {v}.|i name myself {v}.|i'm named {v}.|one calls me {v}.|they named me like "
        "this: {v}.|in my country people say {v} to me.|in my language my name is {v}.|in english you would "
        "say {v} to me.|my english is bad, but my name is {v}.|the name which my parents gave is {v}.|you "
        "say to me {v}, yes.|for you it is easier to say {v}.|here comes {v}.|here is {v}.|here sits {v} and "
        "types."
    ),
    (
        "{v}, hi.|{v}, new.|{v} btw|{v} by the way.|{v}, if you please.|{v}, that's all you need to "
        "know.|{v}, and proud of it.|{v}, with all my heart.|{v}, short and sweet.|{v}, like my "
        "grandmother.|{v}, but you can't know that.|{v}, at least that's what it says on my mug.|{v} it "
        "is.|{v} is the name i was given.|{v} is the name my mates use.|{v} is how i sign.|{v} is who you're "
        "talking to.|{v} is writing to you.|{v} is what you should call me.|{v} is what's on my birth "
        "certificate.|{v} would be my name.|{v} sounds odd, but that's me.|{v}? yes, that's me.|{v}, as in "
        "my great-grandfather."
    ),
    (
        "i suppose i should tell you my name. {v}.|i guess you'd like to know who i am. i'm {v}.|i don't "
        "know if bots care, but i'm {v}.|you probably don't care, but my name's {v}.|not that it matters, "
        "but i'm {v}.|not sure if you store this, but i'm {v}.|i don't like giving my name, but fine: {v}.|i "
        "don't trust bots much, but ok, i'm {v}.|fine, you win, my name is {v}.|ok ok, i'll tell you: "
        "{v}.|all right, since you'll find out anyway, i'm {v}.|i'll reveal my name: {v}.|i've decided to "
        "tell you who i am: {v}.|between you and me, my name is {v}.|don't tell anyone, but i'm {v}.|now "
        "it's official: i'm {v}.|spoiler: i'm {v}.|fun fact, my name is {v}.|random fact about me: i'm "
        "called {v}.|one thing you should know about me: my name's {v}.|here's something to remember: i'm "
        "{v}.|i'll ask you about this later: my name is {v}.|there will be a test later. i'm {v}.|keep this "
        "for later: i'm called {v}.|put this in your memory: my name is {v}.|write it on your wall: {v}, "
        "that's me.|make a note, i'm {v}.|add me to your list as {v}.|register me as {v}.|file me under "
        "{v}.|log me in as {v}, that's my name.|use {v} for me, will you.|you may now call me {v}.|never "
        "forget: i am {v}.|this name you must remember: {v}, because it's mine.|don't mix me up with the "
        "others, i'm {v}.|there are many people here, i'm {v}.|the others will say their names too, mine is "
        "{v}.|my friend already said hello, i'm {v}.|ok and i'm {v}.|and me, i'm {v}.|so anyway, my name is "
        "{v}.|well, my name is {v}, if that helps.|oh and my name's {v}.|also, i'm {v}.|while we're at it, "
        "i'm {v}.|speaking of names, mine's {v}.|on the subject of names: i'm {v}.|talking about names, "
        "people call me {v}.|we've been chatting a while and i never said that i'm {v}.|i realise i haven't "
        "said who i am. {v} is my name.|just realised you don't know my name yet, it's {v}.|it only now "
        "occurs to me that you don't know i'm {v}.|you kept calling me friend, but i'm {v}.|you can stop "
        "guessing, i'm {v}.|no more mystery: i'm {v}.|to avoid confusion, i'm {v}.|to keep things simple, "
        "call me {v}.|to break the ice, i'm {v}.|it has been a long day. anyway, i'm {v}."
    ),
    (
        "it's raining here and i'm bored. my name is {v}.|i just made tea and sat down. i'm {v}.|i have ten "
        "minutes before my train, so quickly: i'm {v}.|so excited to be here, i'm {v}!|i love this server "
        "already! i'm {v}!|wow, a bot that talks! i'm {v}!|what a nice place this is. i'm {v}.|it's good to "
        "have somebody to talk to. i'm {v}.|i was told you remember names. mine is {v}.|they say you're good "
        "with names, so: {v}.|let's see how good your memory is: i'm called {v}."
    ),
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
