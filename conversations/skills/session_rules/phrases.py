"""What people say to open, close and keep up a conversation, in English. Another language is another such module."""

from conversations.engine.reading.phrases import Phrases

# Closing ----------------------------------------------------------------------------------------------------------

THANKS = Phrases("""
    thanks|thank|thankyou|tysm|cheers|gracias|merci|danke|grazie|obrigado|kudos|props
    thank|thanks you|ya
    many|much|big|huge|million thanks
    [very] [much] appreciated|obliged
    [i] [really|truly|very much|do|so|greatly|sure] appreciate
    (i'm|i am) [so|very|really|truly|most] grateful|thankful
    you have my thanks|gratitude
    [i] [really|truly|do] appreciate what|everything|all [that] you did|do|(have done)|(are doing)
    [i] can't thank you enough
""")
BYE = Phrases("""
    bye|goodbye|byebye|farewell|ciao|adios|cya|ttyl|toodles|cheerio|sayonara|later|laters|goodnight|adieu|tata
    good bye|night|by
    bye bye|now
    so long
    [i'll|i will|we'll] see|talk|speak|chat|catch [to|with] you|ya [again] later|soon|again|around|then|tomorrow|next
    see you|ya [around|on] [next] [week|month|time|monday|tuesday|wednesday|thursday|friday|saturday|sunday]
    (see|talk to|speak to) you next time
    take care
    until|till we meet|speak|talk [again|next]
    we|you can|could end|stop|finish|close here|now|this|it [here|now]
    until|till next|the|tomorrow|later [time]
    peace [out]
    [i] [really] must|should [really] be going|leaving|off [now]
    (let's|let us) call it a day|night
    (sign|signing|log|logging|head|heading|checking|check) [me] off|out
    [i] [hope|wish] [you] [to] have|enjoy|wish|you [a|the|your] [very] good|great|nice|wonderful|lovely|fantastic|
        blessed|pleasant|awesome| safe|fun|super|amazing|terrific|beautiful|rest [rest] [of] [the|your] [one] day|
        evening|night|one|weekend|afternoon| morning|week|trip|time|flight|journey
    have|enjoy yourself a [very] good|great|nice|wonderful|lovely day|one|evening|night|weekend
    enjoy your|the [rest] [of] [the|your] day|evening|night|weekend
    (i have|i've got|i gotta|gotta|got|i need|need|i must|i better|i'd better|i should) [to] go|run|leave|head|dash|
        bounce
    (i'm|i am) leaving|going|out|off [now|here]
    (it was|it's been|it has been) [so|really|very] nice|great|good|lovely|fun|pleasure|pleasant [to] talking|talk|
        chatting| chat|speaking|speak|working|meeting|meet
    (it was|it's been|it has been) a [real] pleasure
    nice|great|good|lovely talking|chatting|speaking|meeting|working [to|with] you
    end|close|terminate|finish|stop|quit|exit|leave [the|this|our] conversation|chat|session|dialog|dialogue|
        discussion
    quit|exit|terminate|logout|logoff
    (i'll|i will) be going|leaving|off
    this|the|our conversation|chat|session is over|finished|done
    hasta luego|pronto|manana
    auf wiedersehen
    au revoir
""")
"""Says goodbye in so many words, whatever is pending."""
DONE = Phrases("""
    that|this|it [is|was|will|would|should|does|did] [be|have] [been] [do|just|about] all|it|everything|enough|plenty|
        sufficient
    that's|this's|it's|that'll|that'd|it'll|thatll [be|do|just|about|all] all|it|everything|enough|plenty|sufficient
    that|this|it|that'll|that'd|it'll [will|would|should|can|do|does|did] do|does|suffice|work [it|everything]
    [that's] that|this|that's takes|took care of
    that|this covers|covered|concludes|completes|settles it|everything|all|things|that
    all [that] i need|needed|want|wanted|require|required
    (that's|that is|that was|this is) [just|exactly] what i [just] need|needed|want|wanted
    (that's|that is) good enough
    that|this answers|answered|wraps|sums [it|all|everything|my] [up|questions|question|of] [my] [questions]
    [all] [of] my questions|question (are|is|have been|were) answered
    you|you've [have] answered [all|everything] [of|my] [my] [questions|question]
    (that's|that is|that was|this is|completes|completed|concludes) [just|exactly] what|(all that)|all i [was|am]
        [just] [looking for|after|needed|need|wanted|want|asked for|hoping for]
    completes|completed|concludes my query|request|questions|order
    [i'm|i am|we're] done talking|chatting|here
    (i'll|i will) be on my way
    (i'll|i will) let you know|(get back to you)|(be in touch)|(come back) if|when i need|want|have [anything|something]
        [else|more]
    (i'll|i will|i can) take it from here
    you're|(you are) free to go
    not [right] now|today
    not at the|this moment|time
    [i|i'm|i am|we|we're|we are|think|believe|guess] i'm|we're|im|are|am [all|just|now|totally|quite|perfectly|pretty]
        good|set|done|finished|fine|okay|satisfied|covered|happy|sorted|through|content
    (i'm|i am|we're|we are) [all|just] done|finished with [my|the|this|that|it] [search|request|questions|booking|
        reservation|task]
    [it's|it is] all good|set|done|sorted|finished
    good to go
    good for now|today
    [that's] nothing [else|more|further]
    (there's|there is) nothing else|more|further
    no [more|other|further|additional] help|assistance|questions|requests|information|question|request
    no more|further
    (nothing|anything|not) else|more [for]
    don't|won't|(do not) [really|think|i] [i|we|we'll|i'll] [have|need] need|want|have|require [any|to|anything]
        [more|else|other| further|additional] [help|assistance|questions|requests|information|request|question|
        anything] [else|more]
    no longer need|require
    (i|we) have|got|('ve got) [got|now] all|everything|what [of] [the|that] [info|information|details|stuff|deets] [i]
        [need|needed|want|wanted|can|require|required]
    i've [got] all|everything|what [of] [the|that] [i|info|information] [i|need|needed|want] [need|needed]
    got what|everything|all i need|needed|wanted
    you can|may go|rest|leave|relax|(take a break)|(take a rest)|(take the day off)
    leave me [alone|be]
    (let's|let us) stop|end|finish|wrap [it|this|things|up] [here|up|now|there]
    (job|all|we're|we are|i'm|i am|work) done|finished
    done|finished [for|here|now]
    wrap|wrapping [it|this|things] up
    (problem|issue) solved|resolved|fixed
""")
"""Says that nothing more is wanted."""
PRAISE = Phrases("""
    you|you've|you're|you'll [are|were|was|have|has] [been|a|an|so|such|very|really|most|extremely|super|quite|the|
        truly|always|just] [a|an|so|very|really|most|been|the|of] [very|great|big|huge|real|amazing|true|wonderful|
        tremendous|awesome|much|good|lot] [of] helpful|help|kind|great|awesome|amazing|best|wonderful|sweet|lifesaver|
        star|angel|patient|useful|fantastic| excellent|terrific|gem|legend|genius|champ|hero|efficient|assistance|
        brilliant|incredible|superb|fabulous
    you rock|rule
    [very|so|really|super|extremely|most|incredibly|quite] helpful|useful|informative
    you|you've|that|this|it [have|has|just|really|totally] made|make|makes my|me|life|things [day|life|evening|week|
        happy|so|much] [so|much|a lot|easier|better] [much] [easier|better|happy]
    you|you've [have|really|just] helped|saved|solved [me|out|my|the]
    great|good|excellent|wonderful|amazing|awesome|fantastic|nice|brilliant|super|big|outstanding|terrific|superb
        help|job|work| service|assistance
    well done
    [you're|you are] the best
    i like|love|loved|enjoyed it|that|this
    (i'm|i am) [so|very|really] happy|glad|pleased|impressed
    what a [great|big|huge|wonderful] help|relief
    couldn't [have] [done|do] [it|that|this] without you
    that|this|it [really] helps|helped [me] [out] [a|so|very] [lot|much]
    [all] your help|assistance|service [is|was|has] [been] [very|so|really|most|much|greatly|highly] appreciated|
        great|wonderful|helpful|amazing|awesome|invaluable|excellent|useful|perfect
    keep it up
    keep up the good|great work
    love it
    i'll|i [will] [definitely] recommend
""")
"""Praises the one who helped."""
PLEASED = Phrases("""
    (that's|that is|that was|this is|this was|it's|it is|it was|sounds|looks|that sounds|that looks|which is|all|that
        all sounds) [so|very|really|just|all|pretty|quite|extremely|too|a] [very|really|much] great|good|perfect|
        helpful|wonderful|awesome|amazing|excellent|nice|fantastic|lovely|fine|cool|useful|terrific|brilliant| okay|
        alright|super|ideal|help|correct|interesting [news|idea|choice|option]
    works|worked [for|great|well|perfectly|fine] [me]
    that works
    much better
    glad|good|great|nice to hear|know
""")
"""Is content with what was said, which ends a conversation only together with more."""
ACKNOWLEDGED = Phrases("""
    okay|alright|right|sure|fine|great|cool|perfect|good|nice|awesome|excellent|wonderful|amazing|lovely|super|
        fantastic|terrific| brilliant|sweet|yes|yeah|yep|yup|ya|no|nope|nah|oh|ah|aha|hm|hmm|um|uh|wow|well|lol|haha|
        yay|gotcha|noted|understood| interesting|splendid|superb|ideal|alrighty|absolutely|exactly|indeed|certainly|
        definitely|beautiful|fabulous|neat| incredible|hey|hi|hello|then|so|and|but|yea|roger
    got it
    i see|understand|agree
    no problem|worries
    of course
    all right
    fair enough
    makes sense
    oh okay|well|good|great|nice
    very good|well|nice|cool
    you too
    same to you
    (you're|you are) welcome
    okey|okie dokey|dokie
""")
SMALL = frozenset(
    "so very much many again then for all your the this that it its my of and but or also to a an now today "
    "tonight here there too really truly everything anything help helping helped assistance assisting service "
    "services time times support info information patience effort efforts hard work kindness understanding "
    "quick prompt great good kind wonderful amazing response answer answers advice suggestion suggestions "
    "being you me us i im ai bot robot assistant agent friend buddy pal sir maam madam man dude mate dear "
    "computer machine guys everyone in with on as at is was be are been have has had do did doing done just "
    "only lot lots bunch ton tons million heaps loads mucho ever please moment day present out up most more "
    "well sincerely kindly actually basically pretty guess think believe suppose would will could can need "
    "needed required wanted want looking know anyway anyways though yet oh far best such from once thing ahead "
    "amigo amigos folks things still always these those one lovely fine speedy fast handle excellent awesome perfect "
    "about stuff details letting giving telling explaining taking care same talk chat dearly cool nice super big "
    "require enough tremendously immensely sure yes no okay goes".split()
)
"""Words that may stand between and behind the phrases of a thank-you or a goodbye."""

# Opening ----------------------------------------------------------------------------------------------------------

GREETING = Phrases("""
    hi|hey|hello|hiya|heya|yo|howdy|hola|aloha|greetings|bonjour|salut|hallo|namaste|ahoy|ola|hullo|sup|wassup|
        whatsup|salutations| gday|hellooo|helloo|heyy|hii [there|again|friend|buddy|agent|assistant|bot|ai|everyone|
        all|you|mate|robot|folks|directory]
    good|happy morning|afternoon|evening|day
    buenos|buenas dias|tardes|noches
    guten tag|morgen|abend
    (what's|what is) up|new|happening|good|cooking|going [on] [with] [you]
    how are|is|r|do|does|goes|was|were|have|has [you|it|things|everything|life] [doing|going|feeling|been|holding|do|
        feel] [up|on] [so| today|tonight|now|lately|this] [far|today|morning|evening|afternoon] [for] [you]
    how [is|was|are] [you|your|the] day|morning|evening|weekend [going|been] [so|today] [far]
    how's it|everything|things|life|business|(your day)|(the day) [going|been|treating|hanging] [you|today|so|with]
        [far|you]
    how you|ya doing|been [today]
    how you are|(have been) [doing|feeling] [today|now]
    are you [doing|feeling|having|all] [a] [good] alright|okay|well|good|fine|great|day [today]
    are you there|here|around|awake|listening|ready|busy|available
    nice|pleased|good|great|glad to meet|see you [again|too]
    long time no see
    anybody|anyone|(is anybody)|(is anyone)|(is somebody) there|here|home
    you okay|alright|good|there
    i hope you are|(are doing) [doing] [well|good|okay|fine|great]
    welcome [back]
    start|begin
""")
WONDERING = Phrases("""
    (i'd|i would) [really] like|love to know|ask|hear
    (i want|i wanted|just wanted|wanted|i need) to know|ask|check
    [i'm|i am|i was|just] wondering|curious
    [please] tell me|(let me know)
    can|could|would you [please] [tell|let] [me] [know] [if]
    may|can i ask
    do you know
    so [tell] [me]
""")
"""May introduce "how are you" and "who are you"."""

COMMANDS = Phrases("""
    help [me] [out] [please]
    please help [me] [out]
    /help|commands|instructions|manual|usage|menu|man|?|--help|-h
    show|see|get|open|display|list [me] [the] [all] [your|the] help|commands|instructions|menu|manual [page|list|text]
    help menu|page|text
    i need [some|your|a] [little] help [please|here|now]
    can|could|would|will you [please] help [me] [out]
""")
"""The command "help"."""

# Keeping up -------------------------------------------------------------------------------------------------------

ABILITY_HEADS = frozenset(
    "do help ask asked able abilities ability capable capabilities capability assist know experienced "
    "expertise features feature functions function topics topic subjects subject skills skill support services "
    "commands command purpose work works use used offer questions answer discuss knowledgeable specialize "
    "specialise job save store look find instructions options".split()
)
ABILITY_WORDS = ABILITY_HEADS | frozenset(
    "what which how who can could would will should may are is am was you your yours i me we us this that it "
    "thing things kind kinds sort sorts type types area areas of with for to the a an in on about all else "
    "other some something anything give tell show list let please be have get does did exactly actually want "
    "need like range stuff here out up and or my information regarding kindly might explain describe really "
    "mean means there any more different main good at doing stores number numbers phone phones shop shops "
    "saved saving storing directory contacts delete change update remove entry names name someone people bot "
    "assistant agent today right now possible do's so okay hi hello hey assistance able problem problems "
    "issues requests request task tasks".split()
)
"""A question for what the agent can do has only these words, one of the heads among them, and speaks of "you"."""
ABOUT_YOU = frozenset("you your yours this it".split())
USAGE = frozenset("store stores shop number numbers phone directory contact this".split())
"""Or it begins with "how" and speaks of these: "how do I save a store?"."""
IDENTITY_HEADS = frozenset(
    "name bot robot human person real ai artificial machine computer program alive chatbot software call "
    "address who named someone fake automated programmed being".split()
)
IDENTITY_WORDS = IDENTITY_HEADS | frozenset(
    "are is am i you your yours what whats whos a an the or do does did have has with to talking speaking "
    "chatting texting this that it actually really just living live actual intelligence should can could may "
    "would must might go by refer they people them give tell me know let want like please if whether of some "
    "kind type sort not intelligent breathing agent assistant in life right now one exactly be so get "
    "addressed called made maker who's okay hi hello hey there need curious us your're as possible sure "
    "question dealing was someone operator customer service representative".split()
)
"""A question for who the agent is has only these words, one of the heads among them, and speaks of "you" or "this"."""
ASIDES = Phrases("""
    [i] [am] maybe|perhaps|possibly|unsure|whatever
    (i'm|i am) not [quite|really|so] [able] [to] sure|certain|say
    i don't know
    [it|that] might|could|may [go] [be|either] [way]
    [it|that] depends
    (either|neither) way
    hard to say
    [i] [cannot] [really] [say|tell|decide]
    [can|could|would|will] [you] [please] [repeat|say|restate|rephrase] that|it|yourself|(the question)|(the last)
        [again|once|one] [more] [time|please]
    repeat [that|it] [please|again]
    [pardon|sorry|excuse] [me] [i] didn't|couldn't|(did not) [quite] hear|understand|get|catch [that|you|it|what]
    [i'm|i am] confused
    pardon|what|huh|eh|come [me|again]
    what did|do you say|mean
    (that's|that is|it's|that|this|it|the statement|this statement) [is|can't|cannot] [not|be|so] false|wrong|
        incorrect|untrue|true|right
    that's|that cannot|can't be [true|right]
    [nope|no] not [it|that|really|right]
    stop|silence|enough|quiet
    what are you
""")
"""Answers and interjections that no question was asked for."""
