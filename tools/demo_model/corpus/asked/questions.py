"""Everyday and knowledge questions that the bot cannot answer."""

QUESTIONS: tuple[str, ...] = (
    "what's the longest river in south america?|is greenland a country or what?|which countries border "
    "switzerland?|how long is the drive from {c} to the coast?|does {c} have an airport?|i need the name "
    "of that desert in the north of chile.|how many islands belong to indonesia?|is the dead sea really "
    "dead?|what language do they speak in {c}?|which is further north, {c} or iceland?",
    "why does russia have so many time zones?|can you see africa from spain?|what mountain range runs "
    "through {c}?|is istanbul in europe or in asia?|name three rivers in france.|my son has a geography "
    "test, what are the continents?|why is lake baikal so deep?|what's the smallest country on earth?|"
    "where exactly does the nile start?|how tall is mount kilimanjaro?",
    "which us states start with the letter m?|what do people in {c} eat for breakfast?|is {c} safe at "
    "night?|what's the driest place in the world?|does the equator go through {c}?|who decided where the "
    "borders of africa are?|what's at the bottom of the mariana trench?|is new zealand bigger than {c}?|"
    "why are there two congos?|what sea is between italy and croatia?",
    "who built stonehenge and why?|when did the berlin wall come down?|why did the roman empire fall?|what "
    "caused the first world war, in two sentences?|was napoleon really that short?|how long did the "
    "hundred years war last?|who was the first woman to fly across the atlantic?|what did vikings actually "
    "wear on their heads?|tell me about the french revolution.|how did people tell the time in the middle "
    "ages?",
    "what year did columbus reach america?|i keep wondering how they moved the stones for the pyramids.|"
    "who was king of england after henry the eighth?|when was {c} founded?|did {p} ever fight in a war?|"
    "what was the black death?|why did they kill julius caesar?|how many wives did henry the eighth have?|"
    "what happened in {c} in 1968?|who signed the magna carta?",
    "when was slavery abolished in brazil?|my grandfather talked about the blitz, what was that?|who "
    "fought in the boer war?|what was life like for a child in sparta?|how did the cold war end?|did "
    "cleopatra speak greek?|why did the titanic sink so fast?|who was emperor of japan during the war?|"
    "what is the oldest city that people still live in?|was there ever a queen of {c}?",
    "why is the sky blue?|how do magnets work?|what's the speed of light?|why does ice float?|is glass a "
    "liquid?|what's the difference between mass and weight?|how does a microwave heat food?|what is an "
    "atom made of?|why does my voice sound different on a recording?|can something be colder than absolute "
    "zero?",
    "explain gravity to a five year old.|what did {p} discover?|how do vaccines work?|why do onions make "
    "me cry?|what's dark matter and has anyone seen it?|how does soap kill germs?|what gas do fizzy drinks "
    "have in them?|is water wet?|what happens if you mix bleach and vinegar?|how do batteries store "
    "electricity?",
    "why can't we just make gold?|what is the chemical symbol for silver?|who came up with the periodic "
    "table?|how does carbon dating work?|what's quantum entanglement in plain english?|does hot water "
    "freeze faster than cold?|how do noise cancelling headphones cancel noise?|what makes thunder so loud?|"
    "why is blood red?|could {t} be explained by physics?",
    "how do trees drink?|why do leaves turn red in autumn?|what's the tallest tree in the world?|are "
    "mushrooms plants?|how old can an oak get?|why do rivers bend?|what makes the sea salty?|how are caves "
    "formed?|do plants feel pain?|is that moss or lichen on my roof?",
    "what causes an earthquake?|can you eat acorns?|why does it smell so good after rain?|what's a tsunami "
    "and can we see it coming?|how do volcanoes start?|where does sand come from?|how does a rainbow form?|"
    "are there still wolves in {c}?|which berries in the forest are poisonous?|why is the rainforest "
    "important?",
    "how do glaciers move?|what is the difference between a swamp and a bog?|why are flamingos pink?|how "
    "long does a tortoise live?|what do hedgehogs eat?|do fish sleep?|are there penguins at the north "
    "pole?|how many hearts does an octopus have?|why do cats purr?|what's the fastest animal in the sea?",
    "can ostriches really not fly?|do bees die after they sting?|is a whale a fish?|how do bats see in the "
    "dark?|what's a group of crows called?|which snakes in {c} are dangerous?|why do dogs tilt their "
    "heads?|how high can a flea jump?|do you think cats are smarter than dogs?|are crocodiles related to "
    "dinosaurs?",
    "what sound does a giraffe make?|how do birds know where to fly in winter?|can parrots understand what "
    "they say?|is a tomato frog a real thing?|why do cows have four stomachs?|how do spiders not stick to "
    "their own web?|what's the difference between a rabbit and a hare?|do elephants really never forget?|"
    "which animal sleeps the most?|are sharks older than trees?",
    "what eats wasps?|how do i tell a crow from a raven?|how far away is the moon?|what's inside a black "
    "hole?|why isn't pluto a planet anymore?|how many moons does jupiter have?|when's the next solar "
    "eclipse?|is there life on mars?|who was the second man on the moon?|how hot is the sun?",
    "what would happen if the moon disappeared?|can you see the iss from {c} tonight?|why do stars "
    "twinkle?|how long does it take to fly to mars?|what are saturn's rings made of?|do you believe in "
    "aliens?|which planet is the coldest?|is the universe infinite?|how do astronauts go to the toilet?|"
    "what's a light year?",
    "why does the moon change shape?|when will the sun die?|who launched the first satellite?|what was "
    "that bright thing next to the moon last night?|how big is our galaxy?|are we alone out there, what do "
    "you think?|what telescope should a beginner buy?|do we already have a date for the next moon landing?|"
    "why do i get hiccups?|how much water should i drink a day?",
    "is it normal that my knee clicks?|what helps against a sore throat?|how long does the flu last?|can i "
    "take ibuprofen and paracetamol together?|i've had a headache for three days, should i see a doctor?|"
    "what's a healthy blood pressure for a man of sixty?|why do we yawn?|how many bones are in the human "
    "body?|is coffee bad for you?|what does the spleen do?",
    "my toddler has a fever of 39, what do i do?|how many calories are in a banana?|do carrots really help "
    "your eyes?|how do i get rid of a wart?|what vitamins should i take in winter?|why does my foot fall "
    "asleep?|what's the difference between a virus and a bacteria?|is it ok to run with a cold?|i can't "
    "sleep since weeks, what can be the reason?|how do i stop a nosebleed?",
    "which blood type is the rarest?|what are the symptoms of appendicitis?|does cracking your knuckles "
    "cause arthritis?|my back hurts from sitting all day. any exercises for that?|how long should i hold a "
    "plank?|can you catch a cold from being cold?|how long is a tetanus shot good for?|what is a normal "
    "resting pulse?|why do we dream?|is eight hours of sleep a myth?",
    "what should i eat before a marathon?|how long till a broken wrist heals?|are e-cigarettes safer than "
    "smoking?|how do i lose five kilos before summer?|is {t} good for your health?|what does the "
    "abbreviation mri stand for?|my nan swears by {t} for a cough, does it help?|how do i know if i'm "
    "allergic to nuts?|how long do i boil an egg?|what can i make with leeks and potatoes?",
    "can i freeze cooked rice?|recipe for pancakes please.|how many grams are in a cup of flour?|what can "
    "i use instead of buttermilk?|why did my cake sink in the middle?|is it safe to eat mouldy cheese?|"
    "what's the difference between jam and marmalade?|how do i cook a steak medium rare?|i've got eggs, "
    "rice and half a cucumber. what's for dinner?|what wine goes with salmon?",
    "how do you make pizza dough without yeast?|what is umami?|does honey ever go bad?|how long can "
    "chicken stay in the fridge?|what temperature for roast lamb?|how spicy is a habanero?|which pasta "
    "shape is best for pesto?|is a tomato a fruit?|what do i cook for six people, two of them vegan?|how "
    "do i stop my rice from sticking?",
    "pineapple on pizza, yes or no?|how do you peel a mango?|what's in a negroni?|how do baristas draw "
    "those hearts in the milk?|can dogs eat the same porridge as us?|what's a typical dish from {c}?|my "
    "sourdough starter smells like nail polish, is it dead?|how long does opened ketchup keep?|what spice "
    "makes curry yellow?|can i put a cast iron pan in the dishwasher?",
    "do i need to soak lentils?|what should we bring to a barbecue?|how strong should earl grey be?|any "
    "idea for a birthday cake in the shape of a {n}?|how do i get red wine out of a carpet?|why does my "
    "washing machine smell?|what's the best way to unclog a sink?|how do i get rid of fruit flies?|what "
    "setting do i wash wool on?|how often should i change my bed sheets?",
    "my toilet keeps running, how do i fix it?|can i paint over wallpaper?|how do i sharpen kitchen "
    "knives?|there's a stain on my {n}, how do i get it out?|how do i descale a kettle?|which drill bit "
    "for concrete?|how do i fold a fitted sheet?|where do i throw away old paint?|the fridge is making a "
    "humming noise. should i worry?|how do i get candle wax off a {n}?",
    "what's the cheapest way to heat a flat?|how do i hang a picture without nails?|is there a trick to "
    "open a jar that's stuck?|ants in my kitchen, help, what works?|how do i get the smell of smoke out of "
    "a sofa?|what does the triangle on the washing label mean?|how do i bleed a radiator?|how do i stop a "
    "door from squeaking?|can i mix different brands of paint?|my fuse keeps blowing, what could it be?",
    "how do i get rid of mould in the bathroom?|how often do you need to replace smoke alarms?|can i store "
    "a {n} outside in winter?|how do i move a piano up the stairs?|can my landlord raise the rent just "
    "like that?|how long is the notice period for a flat?|is it legal to record a phone call?|what's the "
    "difference between a barrister and a solicitor?|do i need a will if i'm not married?|can my boss read "
    "my emails?",
    "what counts as self-defence?|how long does copyright last?|can i get my deposit back if i break the "
    "lease?|what are my rights when a flight is cancelled?|is jaywalking illegal in {c}?|my neighbour's "
    "tree hangs over my fence, may i cut it?|do i have to pay if i break something in a shop?|at what age "
    "can you drink in {c}?|what does pro bono mean?|how do i contest a parking ticket?",
    "what is the gdpr and does it apply to my club?|do i need a permit to build a shed?|how do you file "
    "for divorce?|is a handshake a contract?|what happens if i ignore a subpoena?|who inherits when "
    "there's no will?|could i be sued for a bad review?|how do i register a trademark?|what's a power of "
    "attorney?|is it allowed to fly a drone over {c}?",
    "how do i open a bank account abroad?|what's an etf?|is now a good time to buy a house?|how does "
    "compound interest work?|what's the exchange rate of euro to yen?|should i pay off my loan or invest?|"
    "how much is bitcoin right now?|do i have to pay tax on gifts?|what's a good credit score?|how much "
    "should i save each month?",
    "what is inflation and who makes it?|how much does a plumber earn?|are gold coins a good investment?|"
    "how do i stop spending so much?|what's the minimum wage in {c}?|why are eggs so expensive now?|what "
    "is the difference between gross and net?|which bank has the lowest fees?|who is on the fifty pound "
    "note?|how do pensions work in {c}?",
    "what does apr mean on my card?|how much do you tip in {c}?|is it cheaper to lease or buy a car?|how "
    "does one short a stock?|how do i ask for a raise?|what should i write in a cover letter?|how do i "
    "quit my job politely?|what do they ask in an interview at a bank?|how many days of leave does a nurse "
    "get?|my colleague takes credit for my work. what would you do?",
    "is a four day week a good idea?|what does a product manager do all day?|how do i become a pilot?|"
    "should i put my photo on my cv?|what's a polite way to remind someone of an email?|how long should a "
    "lunch break be?|can you write my resignation letter?|do i need a degree to work in marketing?|what do "
    "i wear to a job interview?|how do i deal with a boss who shouts?",
    "how much does a dentist earn in {c}?|what are kpis?|i have a presentation tomorrow and i'm terrified, "
    "any tips?|how do you run a good meeting?|should i take the job in {c} or stay here?|is freelancing "
    "worth it?|how do i write an out of office message?|what's the going rate for a babysitter?|what's "
    "photosynthesis? it's for homework.|what should i put in my essay about {t}?",
    "what's the theme of macbeth?|how do i study for a maths exam in one day?|which subjects should i take "
    "for medicine?|how long should a bachelor's thesis be?|what's the difference between apa and mla?|"
    "summarize lord of the flies for me.|is homework useful, what do you think?|how do i stop "
    "procrastinating?|i need five facts about volcanoes by tomorrow.|what grade do i need to get into "
    "oxford?",
    "when do the summer holidays start in {c}?|how do i cite a website?|who wrote the communist manifesto?|"
    "do the exercise on page 40 for me.|can i study abroad without speaking the language?|how do you "
    "memorize vocabulary quickly?|what's a gap year and should i take one?|my teacher says {t} isn't a "
    "science, is that true?|how do i explain fractions to my daughter?|what's the best age to start school?",
    "which university is the oldest in europe?|give me a thesis statement on climate change.|what's the "
    "difference between affect and effect?|is it who or whom here?|what's the plural of octopus?|where "
    "does the word {x} come from?|how do you say good morning in portuguese?|is data singular or plural?|"
    "what does the latin phrase carpe diem mean?|can you translate this letter into polish?",
    "when do i use a semicolon?|what rhymes with orange?|another word for happy?|is it fewer or less "
    "people?|how do you pronounce {x}?|what's an oxford comma?|what's the longest word in german?|which "
    "language is the hardest to learn?|is {x} a noun or a verb?|what's the past tense of to lie?",
    "do i say in the weekend or on the weekend?|what does break a leg mean and why do we say it?|correct "
    "my english please: i am go to school yesterday.|what's an oxymoron?|what does tldr stand for?|why is "
    "english so weird with its silent letters?|how do i write the date in american english?|what's the "
    "opposite of nostalgia?|is there a word for the day after tomorrow?|what language is {x}?",
    "can i start a sentence with and?|what's the difference between its and it's?|who won the world cup in "
    "1998?|how long is a marathon?|what's the offside rule?|how many players are on a rugby team?|when do "
    "the olympics start?|who's the best tennis player of all time?|did arsenal win last night?|how do you "
    "score in cricket? i never understood it.",
    "how heavy is a bowling ball?|what does love mean in tennis?|who holds the record in the 100 metres?|"
    "messi or ronaldo?|how do i get better at free throws?|what's the score of the {c} game?|how do i do a "
    "proper push-up?|which team does {p} play for?|how long is an ice hockey game?|who's leading the tour "
    "de france?",
    "is chess a sport?|what grip should i use for a backhand?|who will win the champions league this year?|"
    "how deep is an olympic pool?|what are the rules of curling?|why do boxers cut weight?|what time is "
    "kick-off on saturday?|is golf boring or is it just me?|how do i start jogging when i'm totally unfit?|"
    "what's a hat trick?",
    "does {c} have a football team?|who's the coach of the lakers?|who directed jaws?|how does the sixth "
    "sense end?|in what order should i watch star wars?|what's a good film for a rainy sunday?|is the new "
    "batman any good?|who played the joker in the dark knight?|what year did titanic come out?|who won "
    "best picture last year?",
    "is the shining based on a true story?|what's that film where a man wakes up on the same day again and "
    "again?|how many seasons of friends are there?|should i watch breaking bad or the wire first?|is there "
    "a second season of that show about {t}?|where was game of thrones filmed?|what's a good documentary "
    "about {t}?|who composed the music for psycho?|is die hard a christmas movie?|why do people hate the "
    "last season of lost?",
    "which ghibli film is right for a four year old?|what's playing at the cinema tonight?|did {p} ever "
    "get an oscar?|how long is the godfather?|what does the spinning top at the end of inception mean?|who "
    "voices shrek?|can you recommend a horror movie that isn't gory?|is it true that they're remaking the "
    "matrix?|who's the actor with the eyebrows in that vampire series?|what anime should i start with?",
    "who wrote pride and prejudice?|what's moby dick about?|how many harry potter books are there?|"
    "recommend me a thriller for the beach.|is the lord of the rings hard to read?|what's the first line "
    "of anna karenina?|did shakespeare really write his plays?|in which order do i read discworld?|what "
    "should our book club read next?|who's the murderer in that orient express book?",
    "is poetry dead?|what's the best selling book of all time?|did {p} write any novels?|is there a good "
    "book about {t}?|how does 1984 end? i never finished it.|who won the nobel prize for literature this "
    "year?|what's a haiku?|how do i get a novel published?|why is ulysses so famous if nobody reads it?|"
    "what's the name of don quixote's horse?",
    "which book has a {n} on the cover and is about {t}?|what's a good bedtime book for a three year old?|"
    "are audiobooks cheating?|who was sherlock holmes's landlady?|who sang bohemian rhapsody?|what chords "
    "are in wonderwall?|how many strings does a cello have?|is it hard to learn the violin as an adult?|"
    "who's the drummer of the beatles?|what song goes na na na hey hey goodbye?",
    "when does the new album by {p} come out?|what's the difference between a symphony and a concerto?|how "
    "do i tune a ukulele?|what are the lyrics of hotel california about?|can you recommend some jazz for "
    "working?|who won eurovision this year?|what key is happy birthday in?|was mozart really poor when he "
    "died?|how do i read sheet music?|what genre is {p}?",
    "is vinyl better than streaming?|how much is a ticket for taylor swift?|are the rolling stones still "
    "touring?|why is elevator music so bad?|which instrument should my kid learn first?|how does autotune "
    "work?|why can't i get that abba song out of my head?|what's a good playlist for a road trip?|what bpm "
    "is house music?|who wrote the anthem of {c}?",
    "how do i beat the water temple?|what's the best starter pokemon?|how do you make a furnace in "
    "minecraft?|when is the next gta coming out?|is elden ring too hard for a casual player?|what are good "
    "board games for two?|how does the knight move in chess?|can i play fortnite on a mac?|what's the best "
    "build for a paladin?|how do i get more fps in valorant?",
    "which console should i buy for my nephew?|how long does it take to finish zelda?|is it worth buying "
    "{t} on steam right now?|what are the rules of uno again?|who is the final boss in dark souls?|how do "
    "you castle in chess?|what's a good opening for black?|do video games make you violent?|any cheats for "
    "the sims?|how do i level up fast in runescape?",
    "where's the {n} in the second dungeon?|why does my game stutter since the update?|what does nerf "
    "mean?|is stardew valley multiplayer?|how many cards are in a skat deck?|what's the highest word score "
    "in scrabble?|who is the ceo of nintendo?|how do you play poker? explain it quick.|are the two of them "
    "still married, beyonce and jay-z?|how rich is {p}?",
    "how tall is tom cruise?|is {p} still alive?|who is kate middleton's sister?|why is everybody talking "
    "about {p}?|who did brad pitt marry first?|how many children does {p} have?|did elvis fake his death?|"
    "what does {p} do for a living?|who are the parents of zendaya?|is {p} from {c}?",
    "what happened to that actress from twilight?|how did the kardashians get famous?|which famous people "
    "are left-handed?|who is the most followed person on instagram?|do you think {p} deserves the hype?|"
    "what's the real name of lady gaga?|is {p} a vegetarian?|when did freddie mercury die?|how does the "
    "electoral college work?|what's the difference between a republic and a monarchy?",
    "how many members does the european union have?|who is the prime minister of {c}?|is {c} a democracy?|"
    "what does left wing mean?|should voting be compulsory?|how do i register to vote?|what is nato for?|"
    "why did the uk leave the eu?|do you think taxes are too high?|who's ahead in the polls?",
    "what is a filibuster?|when are the next elections in {c}?|can a president be arrested?|should sixteen "
    "year olds be allowed to vote?|what does the un secretary general do?|are you for or against nuclear "
    "power?|what's a tariff and who pays it?|how does a law get passed?|what would you say to someone who "
    "doesn't vote?|who was the first chancellor of germany?",
    "what's the difference between socialism and communism?|are politicians paid too much?|what's your "
    "take on {t}?|when is easter next year?|what do buddhists believe?|how many books are in the bible?|"
    "what's the difference between sunni and shia?|why do catholics eat fish on fridays?|is there a god?|"
    "what is kosher?",
    "when does ramadan start?|who were the twelve apostles?|what happens after we die?|do hindus eat beef?|"
    "what's the meaning of the star of david?|what is karma really?|how do you become a monk?|who is the "
    "pope at the moment?|what do you do at a bar mitzvah?|why are there so many protestant churches?",
    "what's the oldest religion?|is meditation a religious thing?|who's the patron saint of lost things?|"
    "how do people bury their dead in {c}?|do i need a visa for {c}?|what should i see in {c} in two days?|"
    "when's the best time to visit {c}?|can you find me a cheap flight to {c}?|how much luggage can i take "
    "on a ryanair flight?|is the tap water in {c} drinkable?",
    "what do i pack for a week in the mountains?|which plug do they use in {c}?|how do i get from heathrow "
    "to the city?|book me a table for two on friday.|is it rude to tip in japan?|i'm scared of flying, "
    "what can i do?|can i bring a {n} in my hand luggage?|what's the best seat on a plane?|how do i avoid "
    "jet lag?|is a rail pass worth it for ten days?",
    "where in {c} can i stay with two dogs?|how long before the flight should i be at the airport?|do they "
    "take credit cards in {c}?|what's the nicest beach in portugal?|is the tower in pisa worth a detour?|"
    "how much does a week in iceland cost?|camping or hotel, what would you choose?|which vaccinations do "
    "i need for kenya?|my passport expires in four months, can i still travel?|what's the time difference "
    "between {c} and new york?",
    "how many days do we need for rome with kids?|what's a good souvenir from {c}?|should i rent a car in "
    "{c} or take trains?|are the trains on strike tomorrow?|will it rain tomorrow?|do i need an umbrella "
    "today?|how cold does it get in {c} in january?|what's the temperature outside?|when will this "
    "heatwave end?|is it going to snow at christmas?",
    "what's the difference between hail and sleet?|how do they measure wind?|why is the weather app always "
    "wrong?|is there a storm coming?|is it good weather for drying laundry?|what was the hottest day ever?|"
    "what's el nino?|how humid is it in {c} in august?|should i take a jacket to the concert tonight?|can "
    "you tell from clouds if it will rain?",
    "does red sky at night mean anything?|what's the pollen count today?|how does a hurricane get its "
    "name?|when is the sunset today?|anything interesting in the news?|what happened in {c} yesterday?|did "
    "they catch the guy who robbed the museum?|what's the latest on {t}?|is the strike over?|who won the "
    "election last night?",
    "why are there so many helicopters over {c}?|which newspaper can you trust these days?|what's "
    "everybody upset about this week?|did i miss anything big while i was on holiday?|what's trending "
    "right now?|is it true what they say about {p} in the papers?|how's the stock market doing today?|have "
    "they found the missing plane?|what did the president say in his speech?|how many people were at the "
    "demonstration in {c}?",
    "what's today's date?|how many days until christmas?|what day of the week was july 4th 1976?|is next "
    "year a leap year?|when do the clocks go back?|what week of the year is it?|when's mother's day in "
    "{c}?|is monday a public holiday?|how many weeks are in a year?|what's the time in tokyo right now?",
    "how long till the weekend?|what date is thanksgiving?|when does spring begin?|which sign of the "
    "zodiac is october 30th?|in what century was {c} built?|why does february have only 28 days?|when's "
    "the next full moon?|what year is it in the chinese calendar?|who invented the calendar we use?|set an "
    "alarm for seven please.",
    "how old is someone born in 1957?|why is my laptop so slow?|how do i take a screenshot on windows?|"
    "what's the difference between ram and storage?|is my password safe if it's twelve characters?|how do "
    "i connect my printer to the wifi?|what is the cloud, where is it really?|how do i empty the cache in "
    "chrome?|should i get a mac or a pc?|how does bluetooth work?",
    "do i need antivirus software?|my screen went black and the fan is very loud. what now?|how do i know "
    "if an email is phishing?|what's a vpn good for?|how do i make a pivot table in excel?|which graphics "
    "card for 300 bucks?|who invented the internet?|how do i recover a deleted file?|is 5g dangerous?|what "
    "does error 404 mean?",
    "how do i change the font in word?|why does my wifi drop every evening?|which tv should i buy, oled or "
    "lcd?|how do i convert a pdf to word?|what's a blockchain?|how can i tell if a photo is fake?|will "
    "robots take our jobs?|how do self-driving cars see?|how many gigabytes are in a terabyte?|how do i "
    "block ads on youtube?",
    "what is a good microphone for podcasts?|my usb stick isn't recognised, what can i try?|do i leave the "
    "router on at night?|is the new iphone worth it?|how do i block a number?|my phone fell into water, "
    "does rice help?|why does my battery drain so fast?|how do i transfer whatsapp to a new phone?|android "
    "or iphone, what's better?|how do i turn off autocorrect?",
    "what's the best budget phone this year?|how do i find my lost phone?|why is my phone hot?|can i "
    "charge my phone overnight?|how do i record my screen on a samsung?|what's an esim?|how do i free up "
    "space on my ipad?|how do i silence a group chat without leaving it?|at what age should a kid get a "
    "phone?|how do i clean the charging port?",
    "can somebody see that i muted them on instagram?|my grandson sends me little yellow faces, what does "
    "the one with the sweat mean?|how do i set {n} noises as my ringtone?|what does the crossed out eye on "
    "tiktok do?|what's the difference between a list and a tuple?|how do i undo the last commit in git?|"
    "what is a null pointer exception?|tabs or spaces?|why does everybody hate javascript?|what's "
    "recursion?",
    "how do i centre a div?|rust or go for a web server?|what is a race condition?|how do i exit vim?|what "
    "does segmentation fault mean?|can you explain rest apis to a beginner?|how does garbage collection "
    "work in java?|what's a good first programming language?|how do i resolve a merge conflict?|what is "
    "dependency injection?",
    "why is my docker image two gigabytes?|how do indexes make sql queries faster?|what's the time "
    "complexity of quicksort?|postgres or mysql for a small shop?|what port does ssh use?|npm install "
    "fails with eacces, why?|how do i center text in css?|what's the difference between http and https?|"
    "should i learn c++ in this day and age?|is php dead?",
    "what does chmod 755 do?|how do i set up a cron job for every monday?|what is a monad? nobody can "
    "explain it.|how do i make my website responsive?|what's kubernetes for?|how do i roll back a "
    "migration in django?|what's the difference between == and === in js?|how do i write a regex for an "
    "email address?|can you review my pull request?|what's the best library for {t}?",
    "what's the square root of 2209?|what is pi to ten digits?|how do i solve a quadratic equation?|what's "
    "the derivative of sine?|is zero an even number?|what's 18 percent of 2,450?|how do you work out the "
    "area of a circle?|what's a prime number?|convert 100 miles to kilometres.|what's the chance of "
    "rolling three sixes?",
    "is one a prime?|what's the integral of e to the x?|who was fermat and what was his theorem?|how many "
    "degrees are in a hexagon?|why can't you divide by zero?|what's two to the power of forty?|prove that "
    "the square root of two is irrational.|what's the difference between mean and median?|how many inches "
    "is 180 centimetres?|what is an imaginary number good for?",
    "a train leaves at nine with 80 km/h. when does it arrive in {c}?|what's 7,813 divided by 13?|what is "
    "70 fahrenheit in celsius?|who invented algebra?|what is the monty hall problem?|how many seconds are "
    "in a century?|what's the logarithm of 1000?|how many litres go into a bath tub?|does free will exist?|"
    "what's the meaning of life?",
    "what did kant mean by the categorical imperative?|if a tree falls and nobody hears it, does it make a "
    "sound?|is it ever ok to lie?|what's the trolley problem and what would you do?|who said i think "
    "therefore i am?|what is stoicism?|can a machine be conscious?|is happiness a choice?|what makes a "
    "good person?|are we living in a simulation?",
    "why is there something rather than nothing?|what did nietzsche say about god?|is beauty in the eye of "
    "the beholder?|was socrates a real person?|what would plato think of {t}?|is time an illusion?|do the "
    "ends justify the means?|what came first, the chicken or the egg?|is it wrong to eat animals?|which "
    "came first, {t} or the idea of {t}?",
    "how do i tell her i like her?|my best friend doesn't text back anymore. what should i do?|how do i "
    "get over a breakup?|is it weird to date a coworker?|what do i give my wife for our anniversary?|how "
    "do i make friends in a new city?|should i forgive my sister?|my husband snores and i can't sleep, "
    "what helps?|how do i say no without being rude?|what's a good first date?",
    "is long distance ever worth it?|what do i write on a wedding card?|how do i know if he's into me?|my "
    "mother-in-law wants to move in. help?|how soon is too soon to move in together?|should i text my ex?|"
    "how do i apologize after i forgot a birthday?|my teenager doesn't talk to me, is this normal?|what's "
    "a good age to get married?|how do you comfort someone who lost their father?",
    "do opposites attract?|what does it mean when a girl leaves you on read?|can men and women be just "
    "friends?|should i go to the wedding of someone i can't stand?|how do i tell my flatmate to clean up?|"
    "what present for a colleague who collects {n}s?|why does my cat knock things off the table?|how often "
    "should i walk a labrador?|is chocolate poisonous for dogs?|what's a good pet for a small flat?",
    "how do i house train a puppy?|my hamster isn't moving, is it asleep or dead?|how much does a vet "
    "visit cost?|what should i name my goldfish?|can i feed my rabbit cucumber?|how do i get my cat to use "
    "the new litter box?|do budgies need company?|why is my dog eating grass?|how old is a ten year old "
    "dog in human years?|which dog breeds don't shed?",
    "my cat swallowed a rubber band!! what do i do?|do guinea pigs bite?|how do i clip a parrot's claws?|"
    "can cats and rats live together?|how warm must the tank of a gecko be?|is it cruel to keep a fish in "
    "a bowl?|how do i stop my dog from barking at the {n}?|when do i prune roses?|why are the leaves of my "
    "basil turning yellow?|what grows in the shade?",
    "how often do i water a cactus?|how do i get rid of slugs without poison?|can i plant tomatoes next to "
    "potatoes?|is coffee ground good for hydrangeas?|when should i sow carrots?|my lawn is full of moss, "
    "what now?|how do i repot an orchid?|what's the best compost for lemons?|are geraniums annual?|which "
    "flowers do bees like the most?",
    "how deep do i plant tulip bulbs?|what can i plant in october in {c}?|how do i kill ivy on a wall?|do "
    "i have to cover my fig tree in winter?|how long do strawberries take to grow?|there's something white "
    "and fluffy on my monstera. what is it?|what does the yellow engine light mean?|how often do i change "
    "the oil?|diesel or electric for long commutes?|why does my car pull to the left?",
    "how do i jump start a car?|what tyre pressure for a golf?|how long does it take to charge a tesla?|is "
    "a used car with 200,000 km ok?|how do i parallel park?|how fast can you drive on the motorway in {c}?|"
    "my brakes squeal when it's wet, is that dangerous?|how do you remove scratches from a bumper?|which "
    "fuel does a vespa need?|do i need winter tyres?",
    "what's the difference between a hybrid and a plug-in?|how much does a driving licence cost in {c}?|"
    "what was the first car ever made?|how much is a used {n} trailer?|where's the fuse box on a 2009 "
    "corsa?|which bike should i get for my commute?|what goes with a green jacket?|can i wear white to a "
    "wedding?|how do i tie a tie?|what does smart casual mean?",
    "are skinny jeans out?|how do i get rid of the pills on a jumper?|which haircut suits a round face?|"
    "what size am i in european shoes if i'm a us nine?|how do you walk in high heels?|brown shoes with a "
    "black suit, yes or no?|what perfume do i buy for my mum?|how do i break in leather boots?|are crocs "
    "ok for the office?|what do people wear in {c} in winter?",
    "who designed princess diana's wedding dress?|what should i wear to a gallery opening?|what colours "
    "suit redheads?|how do i knit a scarf?|what camera should a beginner get?|how do you fold a paper "
    "crane?|what do i need for watercolours?|is pottery an expensive hobby?|how do i start birdwatching?|"
    "what's the best bait for carp?",
    "how do i learn to juggle?|can you teach me to draw a {n}?|how do i take good pictures at night?|"
    "what's geocaching?|how do you solve a rubik's cube?|which yarn is best for baby clothes?|how does one "
    "start collecting stamps?|what's a good hobby for a retired man?|how do i brew beer at home?|how many "
    "stitches do i cast on for a hat?",
    "what glue do i use for a model ship?|where can i learn salsa in {c}?|how do i get started with 3d "
    "printing?|do you reckon collecting {n}s is a normal hobby?|is surfing hard to learn at forty?|do you "
    "think school uniforms are a good idea?|what do you think about tattoos?|do you think {c} is "
    "overrated?|summer or winter, which is better?|does green tea have more caffeine than coffee?",
    "do you think aliens built the pyramids?|is it ok to recline your seat on a plane?|would you rather "
    "fly or be invisible?|do you think {p} is a good role model?|should zoos be banned?|what's the best "
    "superhero and why?|are dogs better than cats? be honest.|is modern art just a scam?|do you think "
    "print books will die out?|in your opinion, is {t} worth the money?",
    "is grey just light black or a colour of its own?|should toilet paper hang over or under?|do you think "
    "kids spend too much time on screens?|is a hot dog a sandwich?|what's more important, talent or hard "
    "work?|who would win, a bear or a gorilla?|do you believe in ghosts?|should we all go vegan?|is social "
    "media making us lonely?|do you think we'll live on mars some day?",
    "is it bad luck to break a mirror?|do you like the way they ended seinfeld?|is breakfast really the "
    "most important meal?|how do i make a role on discord?|why is my mic not working in voice chat?|how do "
    "i change my nickname on one server only?|what does nitro cost?|how do i report somebody who spams my "
    "dms?|how do i make a channel read only?|why can't i see the new channel?",
    "how do i add custom emojis to a server?|what's a stage channel?|how do i share my screen with sound?|"
    "how do i transfer ownership of a server?|is there a limit for file uploads on discord?|how do i turn "
    "on two-factor on discord?|why do i hear an echo in the voice call?|how do i make text bold on "
    "discord?|what does idle mean next to a username?|how do i set slow mode?",
    "can i see who invited a member?|how do i ban someone who keeps coming back?|how do i get the "
    "developer badge?|what is a webhook in discord?|how do i pin a message on mobile?|how do i hide what "
    "game i'm playing?|can the admins read my private messages?|what's the max number of people in a voice "
    "channel?|how do i boost a server?|how do i stop everyone from pinging everyone?",
    "how do i make a poll on discord?|is discord down right now?|how do i get my account back? it was "
    "hacked.|where do i find my user id?|how do i set up a forum channel for {t}?",
)
