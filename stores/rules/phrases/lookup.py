"""How people ask for numbers, and for whose a number is, in English."""

from conversations.engine.reading.phrases import Phrases
from stores.rules.phrases.common import BOOK, DIRECTORY, TAILS

_SEEK = (
    "(give|tell|get|find|show|send|pass|fetch|grab|provide|share|read|read off|look up|lookup|look for|search"
    "|search for|query|(start|do|run|make) a search for|pull|pull up"
    "|bring up|check|open|display|retrieve|call|dial|ring|list|locate|dig up|dig out|let me know|let me have|let me see"
    "|see|have|supply|hand|say|confirm|verify|double check|check for|check on|repeat|spell|state|bring|offer|furnish"
    "|recite|identify|access|name|state|dictate|quote|go to|extract|view|recall|review|print|present|reveal"
    "|obtain|inform me|look at|take a look at"
    "|have a look at|get a hold of|get hold of)"
)
_ADVERB = "please|kindly|just|also|maybe|possibly|perhaps|quickly"
_KEPT = "saved|stored|listed|registered|recorded|kept|entered|noted|written down"
_AT = "(work|home|school|college|office|university|gym|church|job|company|accounting|sales)"
_SOME = "[the|a|an|my|our|any|some|this|that]"
_WISH = (
    "((i|we) [also|just|only|really|still|do] (need|want|require|would like|would love|would need|would also like"
    "|would really like|will need|could use)"
    "|(i'd|i'll|we'd|we'll) [also|just|only|really] (need|want|like|love)|(i'm|i am|we're) [just|only|still] looking)"
)
ASKING = Phrases(f"""
    (search|check|scan|look in|look through|go through) my|the {DIRECTORY} for|and [find|get|give|tell|show] [me]
    (checking|searching|scanning|looking in|looking through|going through) [my|the] {BOOK} for
    (search|check|scan|look in|look through|go through) {BOOK} for|and [find|get|give|tell|show] [me]
    do|does my|our|the {BOOK} have|include|contain|list
    what did i|we save|store|put|have
    did i|we|you [already|ever] save|store|get|add|keep|note|put|enter|record|list|(write down)|(put down)|(put in)
    i|we must|should|gotta|(have to)|(got to)|(ought to) [also|really] know|have|find|get|see
    (check|search|look in|look through|look on|check on) my|the phone for
    i forgot|forget|(need) to ask|get [you] [for|about]
    (tell me|check|see|let me know|find out|verify) if|whether
    (find out|verify) if|whether i|we|you|they have|has|(there is)|(there's)|(there are)
    (in|from) my|the {DIRECTORY} find|get|give|show|tell [me]
    what is|are|was|were|might|would|could|about [be]
    what's|what're|what|which
    how about
    which is|are
    who|where has|is
    where's|who's
    do|does|did|would|have|don't|might you|we|they|i|it [they] [still|also|already|happen to] [have|know|know of|
        got|get|find|see|keep|remember|recall]
    can|could you [still|please] remember|recall
    (have you|have we|have i) [got|saved|stored]
    is|are|was|were there
    (is it|would it be) possible to get|have|know|see
    any|the chance|way [that] [of] [i|we|to] [could|can] [get|getting|have|having]
    would there be
    would you happen to have|know
    can|could|may|might|shall i|we [{_ADVERB}] [{_ADVERB}] [get|have] [have|get|see|know|obtain|receive|request|grab|
        take|borrow] [from you]
    can|could|may|might i|we [{_ADVERB}] ask|(trouble you)|(bother you) [for]
    can|could|will|would you [{_ADVERB}] [{_ADVERB}] [help] [me] [to] {_SEEK} [me|us|out|up|over] [with|of] [what|
        what's]
    are you able to {_SEEK} [me|us]
    can|could|would|will you [{_ADVERB}] help [me] [with|by|to] [giving|finding|getting|telling|find|get] [me]
    can|could|may i [please] have|take|get a look at
    help [me|us] with|find|get|locate|finding|getting|locating|remember
    help [me|us] to|in find|get|locate|finding|getting|locating|remember
    what can|could|do you tell|know [me|us] about
    (any chance|is there any chance|is there a chance) [that] you have|know|got
    do you think you|i could|can get|give|tell|find|have [me]
    (i was|i'm|i am|was) wondering|curious|asking|inquiring about|for
    {_WISH} [to] [have|get|know|see|find|ask|obtain|for|in] [out|at] [for|what|what's]
    {_WISH} you to {_SEEK} [me|us] [with] [what|what's]
    (i'd|i would) be interested in
    (i'll|i will|we'll) take|be needing
    (it would|it'd|would) be great|nice|good|helpful|useful [to] [have|get|know|see]
    (i'm|i am|i was|we were) trying|hoping|going|wanting to get|find|know|have|locate|need
    let me|us know|have|see|get [what|what's]
    remind me [of|what] [is|what's]
    any idea|clue|chance what|of [is]
    (i wonder|i'm wondering|i was wondering) what [is]
    check|see|know|wonder|wondering|curious|(tell me) if|whether i|we|you|they|it [still|already|also] have|has|know|got
    if|whether there's|(there is)
    looking|searching for
    mind telling|giving|sharing|sending [me|us] [what|what's]
    [a] look at
""")
"""Words that ask for something, wherever they stand in a clause."""
MISSING = Phrases("""
    i|we [really|still|just] don't know|have|remember|recall
    i|we cannot find|remember|recall|locate
    i|we [have] forgot|forgotten|lost|misplaced
    i|we (am|are|'m) missing
    i|we haven't got
    i|we never got|saved
""")
"""Says that a number is missing, without asking for it."""
ORDERING = Phrases(f"""
    {_SEEK} [me|us|out|up] [please] [with] [about] [what|what's] [is|are]
    make|place|start a [phone|voice] call to
    figure|find|work out [what|what's] [is]
    quick look up
    need|want
    got [a|any|the]
    look|pull|bring
    how many [different]
    you [do|still|already] have|got|know [a|any|the]
""")
"""Words that ask for something at the beginning of a clause only."""

ON_PHONE = Phrases("on|at|via|by|over|through|in [his|her|their|the|my|its|a|our]")
"""What ties a telephone to who is called on it: "call tom on his | mobile"."""
CALLED = Phrases(f"""
    {_SOME} contact|contacts|store|stores|shop|shops|place|business|company|restaurant|person|entry|people [who is|
        that is|which is|who's|that's] named|called
    someone|somebody|anyone|anybody [who is|that is|who's] named|called
    {_SOME} contact|contacts|store|stores|shop|shops|place|business|company|restaurant|person|entry with|by|under [the|
        a] name [of]
    [(under|by|with)] the|a [first|last|family|full] name [of]
    (under|by|with) name [of]
    [who is|that is|who's] named|called
""")
"""What says before a name that it is one: "the contact named", "the name"."""
SEVERAL = Phrases(
    "more than one|a|two", "at least one|two", "all|any|both|some|one|each of", "[the] details|info|information|data of"
)
"""How many of somebody's numbers are asked for."""
OF = Phrases(f"""
    of|for|to|from|at|on|under|with
    again|there|here|over for|of|at|from
    do|does they|it [have|use] at
    do|did|have i|we|you [have|got|saved] named|called
    do|did|have i|we|you [have|got|saved] (with|by|under) [the] name [of]
    [that|which] i|we use|used|call|dial [for]
    [(that is)|(which is)|is|was|are] associated|connected|registered|linked|assigned|attached with|to
    goes|go|went with
    saved|stored|listed|registered as
    i|we have|got|saved|stored [on file] for|of
    that belongs to
    belonging|belongs to
    [who is|that is|who's] named|called
    with|by [the|a] [first|last|family|full] name [of]
    of|for [the] (customer service|customer support|support|service|reservations) at|of|for|with
    (does|do) [my|our|the] phone|(contact list)|(phone book)|contacts have [{_KEPT}] for|of|on|under
    are|is named|called
    is|are|was|were [currently] [{_KEPT}|on file] for|under|of
    is|are in [my|the|our] {BOOK} for|under
    is|are|was|were there for|of|on|under
    on file for
    [that] i|we|you [have|had] [saved|stored] for|of|under
    saved|stored|listed for|under
    [that|which] i|we|you can|could|should|may|might|need|have [to] [use] [to] call|reach|contact|use|dial|phone [at|
        for|up] [to] [reach|contact|call]
    [that|which] i|we can|could use to call|reach|contact|talk|speak [to|with]
    to call|reach|contact|dial|use|phone|ring [at|for]
    to get|be in touch|contact with
    where i|we can|could reach|contact|call|find|get
    of|for the store|shop called|named
    do|should|can|could|would i|we call|dial|use|reach|ring|phone [for|to|at] [reach|call|contact|get]
    do|did|have i|we|you [already|currently] [have|save|store|keep|got|put|enter|record|list|{_KEPT}] [{_KEPT}|down|in|
        on file] for|of|on|under|from
""")
"""What stands between "number" and whose it is."""
AFTER_NAMES = Phrases(
    TAILS,
    f"""
    then|though|quick|handy|of|from|by|about|have|has|use|uses|is|are|to|at|on|for|saved|stored|listed|registered|real|somewhere|
        around|anywhere|or|and|with
    on file|hand
    up|right|aloud|urgently|slowly|olly|alexa|siri|google|buddy|man|sir|dear|mate|bro|friend|madam
    once more
    [one|another] more|last|final time
    right|at this|that second|minute|moment
    (very|really|so) quickly|fast|quick
    at once
    by heart
    out loud
    (at|from|in) [the|my|his|her|our|their] {_AT}
    at hand|all|least
    available|listed|directly|be|straight
    thanks for your|the help
    real quick
    by chance
    or something|anything|not
    what is|was it
    is|was what
    [that|which] i|we can|could|should call|use|dial|ring|try
    what's it
    out there
    if available|any
    would|will be [so|very|really] great|nice|good|helpful|useful|appreciated|awesome
    can|could|may they|it|he|she be reached|contacted|called|found [at|on|under]
""",
)
"""What may follow a name and is no part of it."""
ENDS_NAME = Phrases(f"""
    [just] in case|order
    incase|associated|registered|connected|listed
    because|since|although|unless|please
    so that i|we
    so i|we|they
    (that|which|where) i|we|you|they|is|are|has|can|will|would
    if i|we|you|it|possible|there|that's|it's|they|needed|available|any
    before|after|when|as i|we|they|soon|well
    i|we need|want|would|will|have|am|was|can|could|think|forgot|lost|saved|asked|might|wanna
    i'm|i'd|i'll|i've|it's
    it is|was
    and|or what|what's|is|are|how|how's|where|where's|when|who|does|do|can|could|would|will|if|whether|tell|their|its|
        it's|also|then|my|your|please|address|location|price|hours
    and|or the|a address|location|price|website|email|hours|rating|cost|rent|street|name
    and|or i|we|let|find|give|which|also|then
    and [also|then|please] read|send|dial|say|spell|share|forward|ring|hand|put|save|store|add|
        delete|remove|update|change|rename|list|show|call|book|email|text
    to make|book|reserve|schedule|confirm|see|ask|find|speak|talk|call|contact|reach|order|check|cancel|inquire|
        change|discuss|get|report|set|know|have
    thanks|thank for|you|to
    with the|their|its|it's address|location|details
    (via|by|over|through) phone|telephone|text|email
    (at|from|in) [the|my|his|her|our|their] {_AT}
    but i|not|what|only|also
""")
"""What begins something new behind a name."""

FIND = Phrases("""
    look up|for
    lookup|find|search|retrieve|locate
    search for
    (find|get|show|look up) me
    pull|bring up
    show|open|get|display|view|access|locate
    open up
    call|phone|ring|dial [up]
    contact
    look me up
    look|pull|bring
""")
"""Verbs that look a store up by nothing but its name."""
GIVE_IT = Phrases("""
    what is|was|are|were it|they [again]
    what's it [again]
    (give|tell|show|send|read|get|find|look) [it] [up] [to] [me|us]
    find|get|have|know|remember|see it|them
    help [me|us] [out] [find|get|remember] [it]
    do you have|know|remember it|them
    have you got it
""")
"""Asks for the number that was just said to be missing."""
REACH = Phrases("""
    contact|call|reach|phone|ring|dial|telephone
    speak|talk to|with
    call|phone|ring up
    reach out to
    get through to
    be|get|keep|stay [me|us] in touch|contact with
    (connect|put|get) me|us [through|in touch|in contact] with|to
    get [a] hold of
    get ahold of
    make contact with
    connect with|to
    give a call to
""")
HOW_TO = Phrases("""
    how do|can|could|would|should|may|might|will i|we|one [best|please|even|possibly|go about]
    how would|can|could|might|will i|we be able to
    [show|tell|know] [me] how to [best]
    how best to
    (what is|what's) the [best|good|easiest] way to
    where can|could|do i|we
    can|could|may i|we [please|just|also]
    (is there|is there any|any|is there a|is there any other|is there another|is there some) way to
    (is there|is there any|any|is there a) way i|we can|could
    (is it|would it be) possible to
    how i|we can|could|should|may
    can|could|would|will you [please]
    (i need|i want|i'd like|i would like|i'm trying|i am trying|i have|i wish) to
    what i|we do|can to
""")
"""Frames that ask for the means to reach somebody."""
TOGETHER = Phrases("""
    and|or|plus|&|like|including|especially
    as well as
    along with
    together with
    and also
""")
"""What joins something else with the number that is asked for."""
REACHED = Phrases("""
    how|where can|could|may|would|do they|it|he|she be|get contacted|reached|called|phoned
    how|where can|could|may|would the|this|that owner|owners|property|hotel|place|restaurant|doctor|dentist|stylist|
        salon|landlord|agent|agency|house|apartment|provider|therapist|store|shop|business be|get contacted|reached|
        called|phoned
""")
"""Asks how to reach the store last talked about."""
FIND_CONTACT = Phrases(f"""
    (open|show|find|get|search|query|lookup|display|view|list|call|phone|dial|ring|look up|search for|pull up|bring up)
        [me] [all] [the|my] contact|
        contacts|store|shop|entry [(for|of|named|called|with|by)] [[the] name [of]]
    (search|check|scan|browse|look|look in|look through|look at|look into|go to|go through|open|open up) [in|through]
        [my|our|the] {BOOK} for|(and find)|(and get)|(and look for)|(and search for)|(and look up)
    anything|something [saved|stored|listed] (on file) for|on|under|about
    what|anything do|did|have i|we|you have|save|keep|saved|stored [saved|stored|listed] (on file)|saved|stored for|on|
        under|about
    (what is|what's) on file for|on|under|about
    (tell|give|show|get) [me] [all|more|some|any|everything|the|a] [information|info|details|data] [i have|you have]
        about|on|for|of [the|my] contact [named|called]
    (in|from) [my|our|the] {BOOK} find|search|get|(look for)|(search for)|(look up)
""")
INTERESTED = Phrases("""
    (i'm|i am|we're|we are) [also|really|quite] interested in
    (i'd|i would|we'd|we would|i) like|love|prefer|want|choose|pick|need [to] [visit|try|see|go to|stay at|eat at|
        book|call|contact|reach]
    (let's|let us|i'll|i will|we'll) try|take|choose|pick|(go with)|(go for)|(go to)
    i mean|meant
    (what|how) about
    it's about
""")
"""Leads to whose number the message asks for next."""
ABOUT = Phrases("for|at|about|on|regarding|concerning", "as for|to", "tell me [more] about")
"""Leads to the name in "For ACME, what's the number?"."""
PLEASES = Phrases("""
    (sounds|looks|seems|is|would be|works|will do) [all|just|so|very|really] [good|great|fine|nice|perfect|okay|lovely|
        interesting|best]
    (works|will do) for me
""")
"""What is said of a name before its number is asked for: "ACME sounds good"."""
WHO_IS = Phrases("who is", "who's")
"""Asks after somebody who is in the directory, if the clause says so."""
BROWSE = Phrases(f"""
    (look in|look at|look through|look into|go to|go through|go into|open|open up|check|search|search in|search through
        |browse|scan) [my|our|the] {BOOK}
""")
"""Says where to look before it is said for what."""
BY_PHONE = Phrases(
    TAILS,
    """
    (via|by|over|through|on|with) [the] phone|telephone|call
    (via|by|with) a call
    directly|right now
""",
)

WHO = Phrases("""
    who|whose|whos|who's|whom
    which|what store|shop|place|business|company|restaurant|contact|one|entry|number|name|stores|shops|places|is|does|
        starts|ends
    belong|belongs to|with
    reverse
    (called|calling|phoned|rang) me|us
    look up
    lookup|find|identify|check|search
    name|names for|of|behind|to
    any store|shop|place|business|contact with
    what's
""")
"""One of these must be there for a number to be looked up."""
WHO_FIRST = Phrases("""
    do|have i|we|you
    is|are
    [the|a] number|numbers|phone|digits [that] ending|starting|beginning|containing|ends|starts|begins|with
""")
"""Or one of these must stand at the beginning."""
WHO_IS_IT = Phrases("""
    who|whose|who's is|was|has it|this|that [number|from|calling]
    whose|who's [number] is|was it|this|that|this number|that number
    who's|whos|whose this|that|it|calling
    who|what|which [store|shop|business|place|company] does|do it|this|that [number] belong to
    which|what store|shop|business|place|one is|was it|this|that [number]
    which|what store|shop|business|place has|have|owns|uses it|this|that [number]
    who called|was|is calling [me]
    (do you know|you know|any idea|tell me|i wonder) who|whose|which|what [store|shop] it|this|that [number] is
    look it|this|that [number] up
    look up this|that number
""")
"""Asks whose the number is that the rest of the message tells."""
