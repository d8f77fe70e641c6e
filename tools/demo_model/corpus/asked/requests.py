"""Requests, tasks and remarks that people really send, far beyond the demo model."""

REQUESTS: tuple[str, ...] = (
    (
        "fix my css.|my div won't centre, what am I doing wrong?|why is my flexbox wrapping on mobile and "
        "not on desktop?|make this page responsive.|write the html for a contact form with name, email and "
        "message.|my z-index is ignored, the menu hides behind the banner.|give me a tailwind layout with a "
        "sidebar on the left.|can you make the button blue and rounded?|I need a landing page for {t} by "
        "tonight.|convert this css to scss.|how would you do a dark mode toggle in plain javascript?"
    ),
    (
        "TypeError: cannot read properties of undefined, reading 'map'.|npm ERR! code ERESOLVE unable to "
        "resolve dependency tree.|Segmentation fault, core dumped. what does it want from me?|error: failed "
        "to push some refs to origin.|ModuleNotFoundError: No module named '{x}'.|"
        "java.lang.NullPointerException at Main.java:42, any idea?|fatal: not a git repository.|Access to "
        "fetch at localhost has been blocked by CORS policy.|ECONNREFUSED 127.0.0.1:5432, and yesterday it "
        "worked.|undefined reference to `{x}` when I link, what's missing?|it says permission denied "
        "publickey and I have no clue."
    ),
    (
        "Traceback most recent call last: KeyError: '{x}'.|the build is red again: exit code 137 in the test "
        "stage.|docker says no space left on device.|my container restarts every ten seconds, can you tell "
        "me why?|kubectl shows CrashLoopBackOff for the {x} pod.|write a dockerfile for a node app with two "
        "stages.|turn this docker run line into a compose file.|why is my image two gigabytes?|nginx gives "
        "me a 502 bad gateway since the update.|set up https with let's encrypt on my server.|write an nginx "
        "config that redirects www to the bare domain."
    ),
    (
        "select the top five customers by revenue, in sql please.|write a query that finds duplicate emails "
        "in the users table.|my left join returns too many rows, why?|optimise this query, it takes forty "
        "seconds.|design a database schema for a library with books and loans.|what index would you put on "
        "an orders table?|turn this csv into insert statements.|postgres or mysql for a small shop?|how do i "
        "migrate from sqlite to postgres without losing data?|explain the output of explain analyze to me.|"
        "write a stored procedure that archives old invoices."
    ),
    (
        "regex for an email address?|I need a regular expression that matches dates like 2024-05-17.|what "
        "does ^\\d+$ match?|write a regex for german phone numbers.|sed command to replace tabs by spaces in "
        "every file?|bash script that renames all jpgs by date, go.|how do i find the biggest files on a "
        "linux disk?|write me a cron line that runs every second tuesday.|what's the shell command to kill "
        "whatever sits on port 8080?|rsync flags for a backup that keeps permissions?|make an alias that "
        "cleans up merged git branches."
    ),
    (
        "i committed to the wrong branch, how do i undo it?|resolve this merge conflict for me.|rebase or "
        "merge, what would you do here?|write a commit message for a change that fixes the login timeout.|"
        "review my pull request.|can someone approve my PR, it's only two lines?|please look over the diff "
        "before i merge it.|what's a good name for this branch?|write the release notes for version 2.4.|"
        "bump the version and tag it.|generate a changelog from the last thirty commits."
    ),
    (
        "write a react component for a sortable table.|snake in c++ with sfml, complete code please.|build "
        "me a todo app with login and a database.|write a rust program that parses a log file in parallel.|"
        "can you code a tetris clone in javascript?|make a discord bot in node that greets new members.|i "
        "want a web scraper that collects prices every hour.|port this function to go.|write unit tests for "
        "my payment service.|make a minecraft plugin that spawns a {n} at sunrise.|unity script for a double "
        "jump, please."
    ),
    (
        "refactor this class, it has two thousand lines.|why is my recursion blowing the stack in java?|is "
        "there a memory leak in this code?|my async code never awaits and i'm losing my mind.|how do "
        "generics work in typescript?|explain pointers like I am twelve.|what's wrong with line 14?|it "
        "compiles but prints nothing, can you see the bug?|turn my jquery into vanilla js.|write the swagger "
        "file for our {n} service.|which design pattern fits here, observer or mediator?"
    ),
    (
        "my vlookup returns N/A, help.|excel formula to sum only the green cells?|make a pivot table of "
        "sales by month.|google sheets: how do i split a name into two columns?|i need a spreadsheet for our "
        "household budget.|how can I freeze the first row in excel?|write a macro that emails every overdue "
        "client.|the dates in my sheet turn into numbers, what is going on?|conditional formatting for "
        "values below target, how?|convert this table to markdown.|build a gantt chart for a six week "
        "project."
    ),
    (
        "write an email to my landlord about the broken heating.|draft a polite reply to a client who wants "
        "a discount.|compose an out of office message for two weeks in {c}.|rewrite this mail so it sounds "
        "less angry.|write an apology to {p} for missing the meeting.|help me tell my boss that i can't work "
        "on saturday.|I need a firm but friendly reminder about an unpaid invoice.|word a cancellation of my "
        "gym contract.|write a letter to the council about the noise at night.|how should i answer this "
        "recruiter?|could you put together a note to the parents about the school trip?"
    ),
    (
        "subject line for a newsletter about {t}?|make this paragraph shorter.|make it sound more formal.|"
        "proofread my motivation letter, please.|is it 'who' or 'whom' in this sentence?|rewrite this in "
        "plain english, my grandmother has to understand it.|turn these bullet points into a proper text.|"
        "summarise the article i pasted below in three sentences.|tl;dr of this pdf please.|give me the key "
        "points of chapter four.|correct my english: i has went to market yesterday.|cut this essay down to "
        "five hundred words."
    ),
    (
        "write my cv, i have ten years in retail.|improve my linkedin headline.|cover letter for a job as a "
        "nurse in {c}, one page.|what questions will they ask in a java interview?|do a mock job interview "
        "with me.|how do I explain a two year gap on my resume?|how much salary should i ask for as a junior "
        "designer?|write a resignation letter, nice but short.|a reference letter for {p}, who worked with "
        "us for three years.|should i take the offer in {c} or stay where i am?|how do i ask for a raise?"
    ),
    (
        "write an agenda for monday's meeting.|draft OKRs for the platform team.|turn this call into minutes "
        "and action items.|write a ticket for the broken search on the {n} page.|estimate this story in "
        "points.|split the epic into smaller tickets.|write my stand-up update for today.|what did i do "
        "yesterday? i need it for the daily.|make a slide deck about {t} for the board.|give me a SWOT "
        "analysis of our company.|write acceptance criteria for the password reset.|come up with a sprint "
        "goal for us."
    ),
    (
        "who is on call this week?|when is the retro?|who broke the build?|is the staging server down again?|"
        "where is the meeting room called {x}?|did the deploy go through?|what is the wifi password for "
        "guests?|who is on holiday next week?|can somebody give me access to the {x} repo?|when do we ship "
        "the new {n}?|has anyone heard from {p} today?|what's the deadline for the expense reports?"
    ),
    (
        "where do i find the design files?|who owns the billing service nowadays?|what was decided in the "
        "planning yesterday?|is lunch on the company this friday?|how many vacation days do i have left?|who "
        "do i ask for a new laptop?|assign this issue to {p}.|move the ticket to done.|close the bug about "
        "{t}, it's fixed.|is the client in {c} happy with the demo?|ping the backend team, the api is slow.|"
        "who has the keys to the {n}?"
    ),
    (
        "ban {p}.|mute {p} for an hour, he won't stop spamming.|please make me a moderator.|give everyone in "
        "the raid group the red role.|pin the rules at the top.|delete the spam that {p} posted above.|can "
        "you kick the spammer in general?|lock this channel until tomorrow.|make a new voice channel called "
        "{x}.|turn on slow mode here.|warn {p} about the language.|who deleted my post?"
    ),
    (
        "create a poll: pizza or pasta for friday.|write server rules for a gaming community.|which channel "
        "is for memes?|add a custom emoji of a {n}.|somebody is posting scam links, do something!|give {p} "
        "back the admin rights.|unban {p}, it was a misunderstanding.|how do i set up roles by reaction?|why "
        "can't i post pictures in this server?|announce the tournament to everyone at eight.|write a welcome "
        "text for new members of our server.|schedule an event for saturday night."
    ),
    (
        "translate good morning into italian.|what's the french for {n}?|how would a spaniard say see you "
        "later?|put this into simple german for me.|what does 'c'est la vie' mean?|i got a letter in polish, "
        "can you tell me what it says?|translate the menu please, we're in a restaurant in {c}.|is {x} a "
        "swedish word?|latin motto about courage, please.|how do you pronounce croissant?|can you transcribe "
        "this voice message?|write the invitation in english and in turkish."
    ),
    (
        "explain quantum entanglement to a ten year old.|can you explain photosynthesis again?|i never "
        "understood inflation, explain it simply.|what on earth is blockchain good for?|explain the offside "
        "rule, my son keeps asking.|walk me through how a vaccine works.|give me the short version of the "
        "french revolution.|how come the sky turns red in the evening?|in layman's terms, what is {t}?|"
        "explain {t} as if i were a judge with no time.|tell me what relativity is really about.|my teacher "
        "talked about {t} and i got lost after a minute."
    ),
    (
        "compare electric cars with hybrids.|iphone or android for my grandmother?|what's better for the "
        "back, swimming or pilates?|renting versus buying a flat in {c}, go.|react vs vue vs svelte, which "
        "one in 2025?|is a cheap {n} any good compared with an expensive one?|ps5 or xbox?|list the pros and "
        "cons of working from home.|which airline is less bad, ryanair or easyjet?|oat milk or cow's milk, "
        "which one is greener?|make a table comparing the three phone plans.|linux or windows for gaming "
        "these days?"
    ),
    (
        "plan a weekend in {c} for two adults and a toddler.|three days in rome, what must i see?|i'm off to "
        "{c} in march, what should I pack?|find me a cheap flight to {c}.|which is the quickest train from "
        "berlin to vienna?|do i need a visa for {c}?|is {c} safe for a woman travelling alone?|where can we "
        "eat in {c} with a small budget?|road trip through norway, ten days, draft a route.|best time of the "
        "year to visit {c}?|make a packing list for a week of camping in the rain.|my flight is delayed by "
        "five hours, do i get money back?"
    ),
    (
        "book a table for four at seven.|get me a taxi to the airport.|reserve a room with a sea view, last "
        "week of august.|remind me at five to call the dentist.|wake me up at half past six.|set a timer for "
        "the eggs, four minutes.|put the {n} on my shopping list.|add a meeting with {p} to my calendar.|"
        "cancel my subscription to the gym.|order two large pizzas with extra cheese.|text {p} that i'm "
        "running late.|phone the restaurant and ask if they take dogs.|turn off the lights in the kitchen."
    ),
    (
        "draw me a dragon with a top hat.|make a logo for my bakery.|generate an image of a {n} in the style "
        "of van gogh.|paint a sunset over {c}.|can you do ascii art of a cat?|remove the background from "
        "this photo.|what's in this picture?|turn my selfie into a cartoon.|sketch the floor plan of a tiny "
        "house.|design a birthday card for an eighty year old.|show me pictures of {c} in winter.|make a "
        "meme about mondays."
    ),
    (
        "play some jazz.|put on something calm, i'm working.|what's the song that goes na na na hey hey?|"
        "play chess with me, e4.|let's do a round of tic tac toe.|rock paper scissors, i take rock.|i start: "
        "twenty questions, ask me.|dungeon master a short adventure for three players.|play a scene with a "
        "pirate and a shopkeeper, i walk in and ask for rum.|act out a scene between a king and his jester.|"
        "give me a riddle about water.|do a pub quiz with us, ten questions on {t}.|hangman? you pick the "
        "word."
    ),
    (
        "let's role-play a restaurant scene, i complain about the soup.|interview me as a tough journalist "
        "would.|roll a d20 for initiative.|make a character sheet for a level three bard.|what class should "
        "i play in baldur's gate?|name my dwarf cleric.|how do i beat the last boss in {x}?|best build for a "
        "mage in elden ring?|any tips to climb out of silver in league?|what are the cheat codes for the "
        "sims?|can you carry me in ranked tonight?|we need a fourth for the raid, are you in?|suggest a "
        "board game for six people who hate long rules."
    ),
    (
        "write a poem about the sea.|a limerick about a cat from {c}, please.|four lines that rhyme for my "
        "grandmother's birthday.|song lyrics about a broken heart, country style.|write a rap about our {n}.|"
        "a love poem for {p}, not too cheesy.|haiku about autumn rain.|write a sonnet on {t}.|finish this "
        "verse: roses are red, violets are blue.|give me a chorus that sticks in the head.|what chords go "
        "with this melody?|write a lullaby for a baby called {p}.|an ode to my coffee machine would be "
        "lovely."
    ),
    (
        "write a best man speech, five minutes, funny but kind.|my sister's getting married and i have to "
        "say some words, help.|eulogy for an old neighbour who loved her garden.|toast for a colleague who "
        "retires after thirty years.|opening words for a charity evening.|write a farewell card for {p}.|"
        "what do i write in a sympathy card?|a nice text for a baby shower invitation.|wedding vows that "
        "don't sound like everyone else's.|i need a retirement speech for {p} by noon.|write a motivational "
        "talk for a team that just lost.|what should i say at the opening of the {n}?"
    ),
    (
        "how do i make pancakes without eggs?|give me a recipe for lentil soup.|what can i cook with rice, "
        "two carrots and a tin of tuna?|my cake collapsed, what did i do wrong?|something quick for dinner, "
        "vegetarian, under twenty minutes.|how long do i boil potatoes?|write a meal plan for a week without "
        "gluten.|what goes well with salmon?|can i freeze cooked {n}?|how many grams is a cup of flour?|the "
        "sauce is too salty, can it be saved?|a typical dish from {c} that i can make at home?|what wine "
        "would you serve with goose?"
    ),
    (
        "make me a workout plan, three days a week, no equipment.|how do i lose five kilos before the "
        "summer?|couch to 5k schedule please.|what exercises help against a stiff neck?|is it fine to run "
        "with a cold?|how many calories are in a banana?|my knee clicks when i squat, should i worry?|"
        "stretching before or after running?|how much protein do i need a day?|plan my training for a "
        "marathon in october.|yoga for beginners, where do i start?|my son wants to lift weights at "
        "thirteen, is that ok?"
    ),
    (
        "what can i give my dad who has everything?|gift for a teacher, under twenty euros?|i need a present "
        "for {p} by friday, she loves {t}.|secret santa idea for a colleague i barely know?|what do you give "
        "a couple for their tenth anniversary?|a birthday idea for a six year old who likes dinosaurs?|what "
        "should i bring to a dinner with vegetarians?|valentine's gift that isn't flowers?|something small "
        "for the neighbours who watched our cat?|my girlfriend collects {n}s, what could i get her?|ideas "
        "for a hen party without alcohol?|how do i surprise my wife on a tuesday?"
    ),
    (
        "find a name for our new puppy.|we got two goldfish, what shall we call them?|i need a name for a "
        "company that sells {n}s.|come up with a band name.|ten names for a cafe by the river.|is {x} a good "
        "name for a startup?|slogan for a bike repair shop?|what could we call the new project at work?|baby "
        "names that work in english and spanish?|a cool username for a streamer?|think of a title for my "
        "thesis about {t}.|what should i name my sailing boat?|give our podcast on {t} a catchy title."
    ),
    (
        "my girlfriend doesn't answer my texts, what should i do?|how do i tell {p} that i like him?|my best "
        "friend lied to me and i don't know whether to forgive her.|should i go back to my ex?|my parents "
        "fight all the time, any advice?|how do you make friends in a new town when you're shy?|my teenager "
        "won't talk to me any more.|i was rude to {p} and want to make up.|is it weird to text first after a "
        "date?|my mother in law criticises everything i cook.|how do i end a friendship without drama?|what "
        "do i say to someone who lost a child?|my roommate never does the dishes, how do i bring it up?"
    ),
    (
        "i have had a headache for three days, is that serious?|can i take ibuprofen together with aspirin?|"
        "my baby has a rash on the belly.|what helps against a sore throat?|i can't sleep before three, any "
        "tips?|which vitamins should a vegan take?|is this mole dangerous?|my blood pressure is 150 over 95, "
        "is that bad?|how long is the flu contagious?|what are the side effects of {x}?|i think i sprained "
        "my ankle, ice or heat?|how do i deal with panic in the supermarket?|the cat threw up twice this "
        "morning, vet or wait?"
    ),
    (
        "should i pay off my loan or invest?|how do i get out of debt?|is now a good time to buy bitcoin?|"
        "which stocks will go up this year?|what's an etf and do i need one?|explain compound interest with "
        "my savings of 3000.|how much house can i afford on 60k a year?|make a monthly budget for a student "
        "in {c}.|can i deduct my home office from tax?|do i have to declare what i earn on etsy?|what is the "
        "exchange rate of the dollar today?|how much should i put aside for retirement at thirty?|my bank "
        "charges for everything, where should i go?"
    ),
    (
        "my landlord keeps the deposit, what are my rights?|can my boss fire me while i'm sick?|is it legal "
        "to record a phone call in {c}?|draft a simple contract for a freelance job.|what does 'force "
        "majeure' cover?|write a non-disclosure agreement for two parties.|the neighbour's tree hangs over "
        "our fence, may i cut it?|do i need a lawyer for a small car accident?|how long do i have to return "
        "a {n} i bought online?|i got a speeding ticket abroad, must i pay it?|check this lease for traps.|"
        "cite the case law on negligent misstatement.|what happens if i die without a will?"
    ),
    (
        "do my homework.|i need an essay on romeo and juliet by tomorrow.|what are the themes of the great "
        "gatsby?|write a book report on {t}, two pages.|help with my chemistry worksheet, question three.|"
        "balance this equation: H2 plus O2 gives H2O.|who fought whom in the thirty years' war?|what's the "
        "difference between mitosis and meiosis?|name the parts of a flower for my biology test.|explain the "
        "water cycle, i have a test at nine.|quiz me on irregular verbs.|make flash cards about the roman "
        "empire.|what is the main idea of this paragraph?|my kid has to build a volcano for school, how?"
    ),
    (
        "find the derivative of x squared times sine x.|what's 17.5 percent of 2380?|solve 3x squared minus "
        "7x plus 2 equals zero.|what is the square root of 7921?|prove that the square root of two is "
        "irrational.|integrate e to the x times cosine x.|the 4000th prime number, quick.|what is 48293 "
        "times 7718?|a train leaves at 8 with 90 km/h, when does it meet the other one?|calculate the "
        "monthly rate for a loan of 180000 at 4 percent.|what's the probability of two sixes in five throws?|"
        "factor 391 for me.|how do i invert a three by three matrix?|what's the volume of a cone with radius "
        "5 and height 12?"
    ),
    (
        "how many miles are 42 kilometres?|convert 350 fahrenheit to celsius.|what's 5 foot 11 in "
        "centimetres?|how many dollars are 80 pounds?|255 in hexadecimal?|turn 1011011 into decimal.|what "
        "time is 3 pm in {c} for me?|how many days until christmas?|which weekday was the 4th of july 1976?|"
        "roman numeral for 1994?|convert this json to yaml.|change the list to a csv with semicolons.|what "
        "is half a stone in kilos?|unix timestamp 1700000000 to a date please."
    ),
    (
        "i think pineapple belongs on pizza, discuss.|cats are better than dogs, change my mind.|remote work "
        "is overrated, honestly.|hot take: the second film was better than the first.|nobody needs a smart "
        "fridge.|tabs beat spaces, end of story.|is a hot dog a sandwich?|breakfast is a scam, agree or "
        "disagree?|people should not be allowed to drive after eighty, or should they?|{t} is completely "
        "overrated if you ask me.|unpopular opinion: {c} is boring.|mayonnaise on chips, yes or no?|i "
        "believe schools should start at ten, argue against me.|the book is always better than the film, "
        "isn't it?"
    ),
    (
        "the match last night was wild, did you see it?|did you hear about the storm in {c}?|what a goal in "
        "the last minute, unbelievable!|have you seen the new trailer for dune?|they cancelled my show after "
        "one season, why would they?|so the train drivers are on strike again, till when?|prices went up "
        "again, who is to blame?|the election results are in, what do you make of them?|it's snowing in "
        "april, is that normal?|there's smoke over the harbour, what happened?|who do you think wins the cup "
        "this year?|apparently {p} has resigned, is that true?|what's in the news today?|everyone is talking "
        "about {t} today, what did i miss?"
    ),
    (
        "the moon looks huge tonight, why is that?|my internet has been slow since this morning, is there an "
        "outage?|did the pope really say that?|that eclipse yesterday, when is the next one?|petrol is at "
        "two euros, how high will it go?|i saw a red bird with a crest in the garden, what was it?|is it "
        "going to rain on the wedding on saturday?|what's that loud noise over {c} right now?|they found a "
        "new planet, i read, is there water on it?|the queue at the post office was endless, when is it "
        "quiet there?|is the pharmacy open on sunday?|is the motorway to {c} closed?|how did the stock "
        "market do today?|what's on tv tonight?"
    ),
    (
        "recommend a series like breaking bad.|i finished the last book of the series, what should i read "
        "next?|a film for a rainy sunday with kids?|which podcast is good for falling asleep?|suggest an "
        "album i should hear before i die.|what is a good first novel by {p}?|three documentaries about {t}?|"
        "best laptop for a student under 700?|what headphones would you buy for the gym?|a good restaurant "
        "near the station?|which vacuum cleaner survives two dogs?|do you know a decent plumber in {c}?|what "
        "plants survive in a dark bathroom?|i'd like an audiobook for a ten hour drive."
    ),
    (
        "brainstorm topics for my blog.|give me ten ideas for a team event.|i need a costume for a party "
        "with the motto {t}.|what could i do with forty old jam jars?|ideas for a science fair?|think of "
        "five ways to save water at home.|give me a business idea with little money.|what side job can i do "
        "in the evenings?|how could a small library attract teenagers?|ideas for games at a wedding?|invent "
        "a new ice cream flavour.|suggest a theme for our summer festival.|what can we do on a sunday in {c} "
        "with no car?|icebreakers for a workshop with thirty shy engineers, please."
    ),
    (
        "is this review positive or negative: the {n} broke after a day.|sort these words into fruit and "
        "vegetables.|tag each of these mails as urgent or not.|which language is this text in?|find the "
        "nouns in the sentence.|extract all phone numbers from this text.|is this message spam: you won a "
        "free {n}?|rate my essay from one to ten.|what tone does this letter have?|pick out the three "
        "weakest arguments here.|put these events in chronological order.|is a tomato a fruit or a "
        "vegetable?|label these comments by topic.|does this mail look like phishing?|alphabetise my reading "
        "list, please."
    ),
    (
        "look up the opening hours of the zoo.|search for {x} and tell me what you find.|who was the first "
        "woman in space?|what's the address of the embassy in {c}?|find the phone number of a locksmith.|"
        "google {p} for me.|check whether the {n} is in stock.|track my parcel.|what does wikipedia say "
        "about {t}?|open this link and tell me what's in it.|find the lyrics of that abba song about money.|"
        "when does the last bus to {c} leave?|which doctor is open near me right now?|look for scientific "
        "papers on {t}.|what's the score?"
    ),
    (
        "how do i unclog a sink?|the washing machine shakes like mad, what could it be?|my phone won't "
        "charge any more.|the printer says offline and it is not offline.|how do i get red wine out of a "
        "carpet?|what drill bit do i need for concrete?|the car makes a clicking noise when i turn left.|how "
        "often should i water an orchid?|there are ants in the kitchen, what helps?|how do i hang a {n} "
        "without drilling?|wifi does not reach the bedroom, help me.|my bike chain keeps coming off.|how do "
        "i fold a fitted sheet?|can i paint over wallpaper?|the smoke alarm beeps every minute and i can't "
        "reach it."
    ),
    (
        "my pc won't boot after the update.|how do i take a screenshot on a mac?|i forgot my apple password, "
        "what now?|blue screen with code {x}, what does it mean?|transfer my photos from the phone to the "
        "laptop.|how much ram do i need for video editing?|is my graphics card good enough for the new {x} "
        "game?|the sound is gone on my left headphone.|recover a file i deleted yesterday.|which antivirus "
        "is any good?|set up a vpn on my router.|i spilled tea on the keyboard, quick, what do i do?|obs "
        "records a black screen, why?|the mail program does not send since monday, please advise."
    ),
    (
        "write a product description for a handmade {n}.|five tweets about our new {n}.|an instagram caption "
        "for a photo of my dog on the beach.|write an ad for a used bike, good condition, 120 euros.|i need "
        "a press release about the merger.|write the about page of a yoga studio.|tinder bio for a guy who "
        "likes {t}?|draft a blog post on {t}, eight hundred words.|make a content plan for next month.|seo "
        "keywords for a dentist in {c}?|script for a thirty second radio spot.|youtube video title about "
        "{t}, clickbait please.|write a customer survey with eight questions.|answer this one star review "
        "politely.|text for the sign on our door, closed till monday."
    ),
    (
        "how do i train my dog to stop barking?|my hamster sleeps all day, is he ill?|what do hedgehogs eat "
        "in the garden?|when should i plant tomatoes?|is this mushroom edible?|why do cats knead blankets?|"
        "how long do parrots live?|what breed is best for a small flat?|my basil dies every time, what's the "
        "trick?|are bananas bad for rabbits?|how do bees make honey?|when should i prune the roses?|there's "
        "a bat in the attic, whom do i call?|what snake has yellow stripes?|the tomcat next door keeps "
        "visiting, may i feed him?"
    ),
    (
        "plan a birthday party for ten kids.|make a study schedule for my finals.|organise my week, i have "
        "too much to do.|write a cleaning plan for a flat of four.|how do i plan a move in three weeks?|draw "
        "up a seating plan for sixty guests.|create a timetable for the {n} workshop.|a savings plan for a "
        "trip to {c}, please.|what should a first aid kit contain?|make a checklist for the launch.|i've got "
        "six hours and four exams, how do i divide my time?|when should i start looking for a school?|set up "
        "a rota for the nurses on ward three.|plan the menu for christmas eve, nine people, one vegan.|help "
        "me structure a lecture on {t}."
    ),
    (
        "write the minutes, please.|fill in this form for me.|summarise the contract in two sentences.|sign "
        "me up for the newsletter.|file my tax return.|print this.|upload the slides to the shared drive.|"
        "scan the receipt and book it.|send the invoice to {p}.|transfer fifty euros to {p}.|check my inbox.|"
        "rename the folder to {x}.|back up the database before midnight.|restart the server, it hangs.|"
        "deploy to production.|run the tests again.|make a zip of the {n} folder."
    ),
    (
        "what would happen if the sun went out?|could a {n} survive in space?|if you dig a hole through the "
        "earth, where do you come out?|are we alone in the universe?|do fish feel pain?|does free will "
        "exist?|what came first, the chicken or the egg?|is time travel possible, what do physicists say?|"
        "what is the meaning of life?|is maths invented or discovered?|would {p} have liked {c}?|why do we "
        "dream?|what would kant say about lying to a friend?|is there a god?|will ai take all the jobs?"
    ),
    (
        "i'm stuck on level nine of {x}, what do i do?|it says error 404 when i open our site, since when?|"
        "ok and what about the second paragraph?|now do the same for the french version.|and for a family of "
        "five?|this one too please, same format.|right, but how much would it cost in {c}?|then give me the "
        "numbers for last quarter.|and how do i explain that to my boss?|great, next: a table of all "
        "suppliers.|fine, but which one would you buy?|could you make it rhyme?|the same contract once more, "
        "but for two tenants.|add sources to that.|extend the table to all departments."
    ),
    (
        "help me find the right words for a difficult conversation with {p}.|i keep wondering how magnets "
        "work.|been trying to understand {t} all evening and nothing sticks.|i'd be grateful for a few lines "
        "about the history of {c}.|nobody in the office knows how the coffee machine is descaled.|i would "
        "need somebody to look at my thesis.|kindly advise which form the customs need.|would it be too much "
        "to ask for a short biography of {p}?|maybe you know a trick against hiccups?|please be so kind as "
        "to tell my grandson why the sea is salty.|we argue here about who invented the telephone.|it'd be "
        "awesome if you could build me a gaming pc list for 1000 bucks.|i want that you make me a website "
        "for my shop.|please to explain me what is mortgage.|you are my last hope: the exam on {t} is in an "
        "hour."
    ),
    (
        "recipe for {n} soup.|lyrics please: hey jude.|weather tomorrow in {c}?|cheap hotel in {c}.|bus "
        "times.|latest score?|synonyms for important.|antonym of brave?|capital of {c}?|another word for "
        "{n}?|what rhymes with orange?|crossword: river in italy, two letters.|anagram of listen?|wordle "
        "hint?|etymology of the word {x}?|acronym for a rescue team?"
    ),
    (
        "write a persuasive essay for banning cars in city centres.|debate me on nuclear power.|give three "
        "arguments against homework.|was napoleon short?|who was the better painter, monet or manet?|did "
        "vikings have horns on their helmets?|what started the first world war?|tell me about the history of "
        "{c} in the middle ages.|who built the pyramids and how?|why did the roman empire fall?|what was the "
        "black death?|what did people eat in 1400?|how did {p} die?|name three inventions from {c}.|what's "
        "the story behind the mona lisa's missing eyebrows?|which king had six wives?"
    ),
    (
        "can you call an ambulance?|somebody stole my wallet on the tram, what do i do first?|i locked "
        "myself out of the flat.|my passport expires next week and i fly on sunday.|i smell gas in the "
        "hallway.|a wasp stung my tongue, is that dangerous?|my card was swallowed by the machine in {c}.|"
        "the lift is stuck with me in it, whom do i ring?|my account was hacked, help!|i missed the last "
        "train to {c}.|the tap won't close and the floor is getting wet.|i lost my keys somewhere between "
        "the {n} and the car.|my tooth broke on a nut and it's sunday.|water is dripping from the ceiling!|i "
        "swallowed a chewing gum, is that bad?"
    ),
    (
        "today at the clinic a patient asked me about {x} and i had no answer.|the kids want to know why "
        "dinosaurs died out.|my pupils ask whether {t} will be in the exam.|a customer wants to know if we "
        "ship to {c}.|the auditor needs a list of all open positions by noon.|grandma says you can predict "
        "the weather from onions, is there any truth in it?|in class we had {t} today and i understood "
        "nothing.|the boss wants numbers on {t} and i have none.|my husband claims that {c} is an island, "
        "who is right?|a guest asked for a vegan version of tiramisu.|our client says the {n} is too slow, "
        "write me an answer.|my son must learn the rivers of europe by heart, name them.|a friend told me "
        "that gold is made in stars, true?|the jury wants a one page pitch about {t}.|on the radio they said "
        "{c} will get a new airport, where?"
    ),
    (
        "sing me something.|read this text aloud.|watch my stream and give feedback.|what do you see on my "
        "screen?|listen to my demo tape, here's the link.|tell me which of these two dresses suits me.|guess "
        "how old i look in the photo.|read my palm.|what does my horoscope say for today?|draw a tarot card "
        "for me.|lotto numbers for saturday please.|what does it mean to dream of a {n}?|do scorpio and leo "
        "fit together?|predict the price of {n}s in ten years.|which colour suits red hair?|how should i cut "
        "my fringe?"
    ),
    (
        "mix me a cocktail with gin and cucumber.|how do i brew a proper cup of darjeeling?|is it ok to eat "
        "yoghurt a week past its date?|how do i sharpen a kitchen knife?|what's the secret of crispy fries?|"
        "sourdough starter smells like glue, throw it away?|which cheese for a fondue?|how do i cook for "
        "fifty people?|substitute for buttermilk?|can you substitute {n}s for eggs?|what's the difference "
        "between jam and marmalade?|a cake for a diabetic uncle?|calories in a doner kebab?|what does umami "
        "mean?|pressure cooker beans, how many minutes?|three course menu for a first date, nothing with "
        "garlic."
    ),
    (
        "cite this source in apa style.|write an abstract for my paper on {t}.|what is the gap in the "
        "literature on {t}?|make a bibliography from these links.|which statistical test do i use with two "
        "small groups?|explain what a p value is.|how do i do a regression in r?|latex: my figure floats to "
        "the wrong page.|give me a hypothesis for my psychology project.|find the flaw in my argument about "
        "{t}.|outline a master's thesis on {t}.|peer review this manuscript, please.|plot this data.|train a "
        "classifier on my data set.|which learning rate should i use for {x}?|write a research question "
        "about {t} and teenagers."
    ),
    (
        "terraform for an s3 bucket with versioning.|write a github actions workflow that runs pytest on "
        "every push.|my yaml is invalid and i can't see where.|systemd unit for a little web server, please.|"
        "what goes into a gitignore for unity?|tsconfig for a monorepo?|powershell script that lists all "
        "users who never logged in.|how do i open a port in ufw?|vim: how do i quit?|write a makefile for "
        "three c files.|eslint complains about every line, fix the config.|ansible playbook to install {x} "
        "on ten hosts.|what's the graphql query for all orders of a customer?|prometheus alert for a full "
        "disk, how do i write that?|set up a cdn for our pictures.|which ports does {x} need in the firewall?"
    ),
)
