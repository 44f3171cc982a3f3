"""Single words the directory's rules know: what is no store's name, what hints at one, what stands for one.

A chat is often typed without capitals, so "delete acme" and "delete milk" differ by nothing but the word. `EVERYDAY`
holds the words that are more likely not a store; a word outside it, in lower case, is taken for a name.
"""

PRONOUNS = frozenset(
    "it its itself theyre this that these those they them their theirs there he him his she her hers one ones "
    "same such here thing things".split()
)
"""What stands for the store last talked about."""

PEOPLE = frozenset(
    "i me my mine myself you your yours yourself we us our ours who whom whose somebody someone anyone".split()
)

DETERMINERS = frozenset(
    "the a an any some another other no each every all both my our your this that these those".split()
)

PLACES = frozenset(
    "store stores shop shops place places business businesses company companies restaurant restaurants hotel "
    "hotels motel house houses home homes apartment apartments property properties salon salons stylist barber "
    "dentist doctor doctors therapist psychiatrist psychologist counselor provider practitioner physician "
    "attraction museum park theater theatre cinema location office clinic practice spa gym bar pub cafe café "
    "bakery pharmacy bank agency dealer dealership garage venue merchant landlord owner owners manager agent "
    "realtor broker person guy building complex establishment facility center centre school market supermarket "
    "outlet seller vendor supplier contact contacts entry spot joint hospital branch firm airline church "
    "temple club lounge diner eatery bistro condo villa room resort inn unit housing operator reception "
    "front-desk desk host organization organisation service mechanic plumber electrician florist specialist "
    "optometrist dermatologist gynecologist pediatrician ophthalmologist surgeon orthodontist vet veterinarian".split()
)
"""Kinds of places and people. With "the" or "this" before them they mean the one last talked about."""

PROFESSIONS = frozenset(
    "dentist doctor barber therapist psychiatrist psychologist physician landlord realtor broker mechanic plumber "
    "electrician florist optometrist dermatologist gynecologist pediatrician ophthalmologist surgeon orthodontist vet "
    "veterinarian".split()
)
"""Of these, those whom people keep in a phone book by what they do."""

RELATIONS = frozenset(
    "mom mum mother dad father parents brother sister wife husband partner son daughter aunt uncle cousin nephew niece "
    "grandma grandpa grandmother grandfather granny boss friend roommate neighbor neighbour girlfriend boyfriend "
    "colleague coworker lawyer attorney accountant tutor coach babysitter nanny teacher secretary assistant".split()
)
"""People whose number is asked for with "my" before them."""

GIVEN_NAMES = frozenset("bill april may june august hope summer autumn rose grace joy faith mark art rich will".split())
"""Ordinary words that in "bill's number" are people."""

OWNERLESS = frozenset(
    "today tomorrow yesterday tonight day week weekend month year years season time times morning evening everyone "
    "everybody anyone anybody someone somebody nobody other others people world country city state nation government "
    "president team teams player players game match lottery song album movie film book flight train bus car cars phone "
    "card account bank computer house room door box page line news weather number customer customers user users "
    "person man woman men women kid kids child children dog cat pet planet sun earth moon".split()
)
"""Whose "number", if they have one, is no telephone's."""

SERVICES = frozenset(
    "support service services helpdesk department dept team representative rep agent advisor adviser staff someone "
    "help line desk operator human uber lyft taxi cab card level bank banks insurance insurer provider helpline "
    "hotline embassy consulate emergency police ambulance fire hospital my our your a an any another some".split()
)
"""Whom "how do I contact …" asks after when it is no store of the directory."""

KEPT_OTHERWISE = frozenset(
    "email emails mail mails message messages text texts birthday birthdays address addresses duplicate duplicates "
    "number numbers people everyone everybody anyone anybody someone somebody name names entry entries contact "
    "contacts call calls photo photos picture pictures file files song songs music event events meeting meetings "
    "information info details anything something everything nothing person new all list lists news".split()
)
"""What is looked for in a phone book besides somebody: "search my contacts for emails"."""

BUSINESS = frozenset(
    "hardware pizza pizzeria bakery cafe café coffee deli grill bbq burger burgers tacos sushi noodle noodles "
    "diner bistro kitchen restaurant trattoria market mart supermarket grocery groceries store stores shop "
    "shoppe outlet depot warehouse pharmacy drugs drugstore chemist clinic dental salon barbershop barbers spa "
    "nails gym fitness motors auto tire tires garage plumbing electric electronics computers mobile wireless "
    "telecom books bookstore stationery toys furniture carpets paints tools lumber garden nursery florist "
    "flowers jewelry jewelers jewellers optics optical opticians shoes boutique fashion tailors cleaners "
    "laundry laundromat bank insurance realty hotel motel inn suites resort hostel apartments lodge pub "
    "brewery winery wines liquor spirits inc llc ltd corp gmbh co bros brothers sons & 's farms foods food "
    "catering butcher butchers seafood bagels donuts creamery dairy pets vet tattoo cycles bikes sports gifts "
    "florists hobby crafts fabrics music movers storage rentals travel tours".split()
)
"""Words that businesses have in their names."""

NOT_IN_NAMES = frozenset(
    "i me you he she him us they them it my your its their is are was were am been call called calling text "
    "tell told ask asked said says please dont do does did didnt if when because whether should would could "
    "cannot not never what who whose which where why how need want wants have has had gonna let lets thanks "
    "thank than then so about that this those these there someone somebody anyone everyone nobody something "
    "anything everything nothing tomorrow today yesterday tonight yet already wrong can be being may might "
    "must shall will ill im ive youre youve weve theyre hes shes thats whats ok lost stolen broken".split()
)
"""Lower-case words that do not occur in names: a stretch that has one is a sentence, not a name."""

OTHER_NUMBERS = frozenset(
    "account accounts routing tracking pin confirmation card order serial security social ssn flight vin model "
    "license licence plate passport policy reference ticket gate room house apartment street zip part case "
    "claim invoice transaction iban swift sort tax id total winning lucky atomic random prime even odd whole "
    "lottery magic jersey episode page chapter version bus train seat check cheque membership customer "
    "employee student registration meter booking reservation record highest lowest large small high low great "
    "maximum minimum average favorite favourite same exact certain right wrong first second third last next "
    "largest smallest biggest greatest longest top one two three any phone-model imei sim code batch lot".split()
)
"""What stands before "number" where no telephone is meant."""

OTHER_APPS = frozenset(
    "uber lyft alexa siri google olly cortana spotify netflix youtube facebook twitter instagram amazon itunes "
    "pandora whatsapp gmail outlook wemo hue roomba cnn bbc nbc fox npr podcast podcasts".split()
)
"""Services and gadgets people call by name when they want something else done."""

EVERYDAY = frozenset(
    # Things other assistants keep
    "report reports spam newsletter newsletters notification notifications voicemail voicemails screenshot screenshots "
    "password passwords login wifi bluetooth device devices software browser tab tabs link links image images article "
    "articles column blog post posts comment comments chat chats group groups item items product products coupon "
    "coupons code draft attachment attachments folder backup backups setting widget shortcut wallpaper ringtone "
    "alarm alarms calendar event events meeting meetings appointment appointments reminder reminders timer timers list "
    "lists note notes task tasks todo email emails mail mails inbox message messages text texts sms playlist playlists "
    "song songs music track tracks album albums artist artists radio station channel audiobook book books movie movies "
    "film films video videos photo photos picture pictures file files folder document documents news headline "
    "headlines weather forecast temperature rain snow volume sound light lights lamp lamps bulb socket plug vacuum "
    "cleaner coffee thermostat heating fan tv television screen game games joke jokes taxi cab ride train bus flight "
    "flights ticket tickets route traffic directions map recipe recipes favorites favourites history search results "
    "page app apps "
    "lottery guest guests seller sellers recording recordings puzzle puzzles "
    "support customer customers helpdesk tech technical police ambulance emergency embassy customs immigration hr "
    "sales provider helpline services headquarters "
    # Money, travel, work
    "dollar dollars buck bucks euro euros pound pounds cent cents percent receipt receipts bitcoin stock stocks money "
    "cash card cards account accounts payment payments transfer transfers balance bill bills fee fees charge "
    "charges refund refunds bank loan mortgage credit debit pin password passcode code codes rate rates limit "
    "statement transaction transactions tax taxes insurance policy plan salary income reward rewards points check "
    "checks cheque passport visa luggage trip travel vacation holiday hotel reservation booking bookings order orders "
    "delivery package car cars tire tires tyre oil gas battery engine job work office boss resume interview schedule "
    "shift pto "
    # What people have planned
    "yoga class classes session sessions gym workout training jogging running hike hiking concert conference dentist "
    "lecture seminar practice rehearsal match race webinar presentation project deadline brunch barbecue picnic "
    "graduation funeral checkup pilates zumba haircut massage swim swimming golf tennis soccer football dance karate "
    "piano guitar lesson lessons exam test homework assignment errand errands chore chores playdate babysitter drinks "
    "date ceremony festival parade show opinion opinions rating ratings review progress draft drafts bookmark "
    "bookmarks status energy electricity planet whale trees forest ocean environment preferences preference "
    "subscription membership profile username login history cache cookies synonym synonyms antonym nutrition symptom "
    "symptoms cure cures hotel hotels flight restaurant restaurants "
    # House and food
    "milk bread butter eggs egg cheese water juice tea beer wine sugar salt pepper rice pasta meat chicken beef pork "
    "fish apple apples banana bananas orange oranges onion onions potato potatoes tomato tomatoes carrot carrots "
    "lettuce fruit fruits vegetable vegetables cereal yogurt cookies chips soap shampoo paper towels toilet detergent "
    "flour food lunch dinner breakfast snack snacks meal meals pizza burger burgers sandwich salad soup grocery "
    "groceries shopping house home room rooms bedroom kitchen bathroom living garage garden door doors window windows "
    "table chair bed sofa clothes shirt shirts shoes socks dress jacket hat keys key wallet bag bags phone phones "
    "computer laptop tablet watch trash garbage laundry dishes dust dirt mess stain stains bolt screw nail nails paint "
    "hair skin teeth tooth weight calories fat pain headache hangover cold flu fever cough medicine pills vitamins "
    "doctor dog dogs cat cats pet pets "
    # People and time
    "mom mum mother dad father brother sister wife husband son daughter kid kids child children baby friend friends "
    "family boy girl man woman men women guy guys people person everybody name names birthday anniversary wedding "
    "party second seconds minute minutes hour hours day days week weeks weekend month months year years time times "
    "date dates morning afternoon evening night noon midnight today tonight tomorrow yesterday monday tuesday "
    "wednesday thursday friday saturday sunday january february march april may june july august september october "
    "november december summer winter spring autumn early late soon later now once twice always never again ago before "
    "after until "
    # Verbs and what goes with them
    "go going come coming get getting give make making take taking put set turn start stop play playing pause resume "
    "skip open close show tell say talk speak listen hear see look find search check read write send call buy sell pay "
    "order book cook eat drink sleep wake walk run drive fly move stay leave live die learn teach study think know "
    "mean help use try keep hold bring carry cut clean wash fix repair build draw sing dance wait win lose spend cost "
    "save saving add remove delete change update cancel edit create begin end finish do did done doing be been being "
    "have had having can could will would shall should may might must let need want like love hate wish hope feel seem "
    "become happen answer question questions ask asked remember forget forgot worry care share mute shuffle repeat "
    "next previous back up down on off in out over under above below left right near nearby around here there away "
    "inside outside into onto "
    # Adjectives, quantities, small words
    "good better best bad worse worst great nice fine cool awesome big small large little long short high low "
    "tall new old young hot warm dry wet fast slow easy hard soft loud quiet bright dark clean dirty full "
    "empty free busy open closed cheap expensive real true false right wrong same different other another more "
    "most less least much many few some any all every each both none no yes not only just also too very really "
    "quite so such as than then if or and but because while for from to of by with without about against "
    "between through during at is are was were am it its i me my mine you your yours he him his she her hers "
    "we us our they them their this that these those what which who whom whose when where why how the a an one "
    "two three four five six seven eight nine ten hundred thousand million first second third last half part "
    "parts whole total number numbers thing things stuff something anything everything nothing someone anyone "
    "everyone way ways place places point kind type types sort example idea ideas fact facts reason reasons "
    "problem problems issue issues case cases story stories word words language letter letters line lines "
    "color colour colors red blue green yellow black white pink purple orange brown gray grey size shape side "
    "top bottom middle center front world country countries city cities state states town street road area "
    "local national italian chinese mexican indian japanese thai french german spanish english american asian "
    "european restaurant restaurants store stores shop shops bar bars cafe cafes pub pubs school college "
    "university hospital airport station park beach lake river mountain sea ocean sun moon star stars earth "
    "air fire tree trees flower flowers plant plants animal animals bird birds president government law war "
    "peace history science math art sport sports football baseball basketball soccer tennis golf team teams "
    "score player players famous actor actress singer band writer author definition meaning capital population "
    "distance height length speed current latest recent popular whats thats details information info contact "
    "contacts address addresses entry entries data record records settings setting memory mind brain life soul "
    "heart body head face eye eyes hand hands foot feet leg legs arm arms voice test testing asdf lol haha hmm "
    "nevermind abort mission status ping undo redo please thanks thank hello hi hey bye goodbye okay".split()
)

WHOSE_NUMBER = frozenset(
    "who whose whos whom is are was were has have had owns own uses use using with which what whats store "
    "stores shop shops place places business businesses company companies restaurant contact contacts one "
    "entry entries name names number numbers phone telephone digits line s the a an this that it does do did i "
    "we you my me us our any for of on in at from by to under behind belong belongs belonging ends end ending "
    "starts start starting begins begin beginning finishes finishing contains contain containing includes "
    "including last first final two three four five six digit look up lookup find search identify check "
    "reverse tell show give get know see out called calling phoned rang got call just missed and directory "
    "list saved stored listed somebody someone already like matches matching match correspond corresponds go "
    "goes caller id keeps trying there can could would will want need if so now or please thanks hello hi hey "
    "okay".split()
)
"""All the words that a question for the store of a number is made of, apart from the number."""

LISTING = frozenset(
    "show list display see view print give read open get tell browse enumerate export me us out pull bring up "
    "look at go through what which how many whats whatre is are there in on of all my our your the every each "
    "complete full entire whole saved stored have i we you do did does had got so far now currently already "
    "with names name numbers number phone everything them store stores shop shops place places business "
    "businesses company companies contacts contact entries directory book phonebook address been to know "
    "remember added add save registered kept keep has can could would will want like need right yet "
    "alphabetically order sorted by for that just let it records saving keeping storing total please thanks "
    "hello hi hey okay a single".split()
)
"""All the words that a wish to see the directory is made of."""

LISTED = frozenset(
    "stores shops places businesses companies contacts entries directory everything phonebook saved stored "
    "kept records book".split()
)
"""One of these must be among them."""

DISTANT = frozenset(
    "bank merchant seller company agency vendor supplier person guy manager host operator support".split()
)
"""Places and people that "how do I contact the …" asks after when no store was talked about."""

ASKING_STARTS = frozenset(
    "can could would will may might do does is are have has what which who how where any i id im ill we wed "
    "let please was were".split()
)
"""How a clause begins that asks for something or wishes for it."""

OBTAINING = frozenset(
    "give tell get find show send have know provide share need want like love see obtain receive appreciate "
    "require read say pull fetch check save dial ring me us with needing remember recall locate look search help "
    "lookup wanting knowing having getting finding looking locating searching remembering up out over down got".split()
)
"""What stands right before what is asked for: "… give me | their phone number", "… help out with | the number"."""

SURELY_OBTAINING = frozenset("find get give tell show have know me us for about with up out finding getting".split())
"""Those that are nobody's name even right before "number": "where can i find | number of …"."""
