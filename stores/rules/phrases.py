"""What people say to a directory, in English. Another language is another module with these names.

Patterns are explained in `conversations.engine.reading.phrases`; to them, punctuation and capitals do not matter.
"""

from conversations.engine.reading.phrases import Phrases

STORE = "(store|shop|place|business|company|restaurant|contact|entry|vendor|supplier|location|listing)"
STORES = "(stores|shops|places|businesses|companies|restaurants|contacts|entries|vendors|suppliers|numbers|phone numbers)"
NUMBER = "([phone|telephone|contact|cell|mobile] number|phone|telephone|tel|contact|digits|cell|mobile|landline)"
DETAILS = "(entry|record|listing|info|information|details|contact info|contact information|contact details)"
DIRECTORY = (
    "([store|shop|phone|business] directory|(store|shop|contact|contacts|phone|stores) list|list of stores|list of shops|stores|shops"
    "|contacts|phone book|phonebook|address book|database|memory|records|rolodex)"
)
THE = "(the|a|an|this|that|my|our|its|it's|their|his|her|your)"
IN_DIRECTORY = Phrases(f"""
    to|into|in|on|under|for|from|off|inside [of] my|the|our|your|this {DIRECTORY}
    out of my|the|our {DIRECTORY}
""")

# Saving -----------------------------------------------------------------------------------------------------------

SAVE_FIRMLY = Phrases(f"""
    save|store|add|register [down]
    make|create|open a|an [new] {STORE} [for]
""")
"""Verbs that ask to save even if only the name, or only the number, is told."""
SAVE_WITH_NUMBER = Phrases(f"""
    remember|memorize|memorise|keep|record|log|note|enter|insert|put|create|file|input|include|bookmark
    write|note|jot|take|put|type|key|pop|stick down|in
    make|take a note [of|that]
    keep a note|record of
    keep track|hold of
    set up
    don't forget
    [a|another|my|the] new|another|next {STORE}|one|number
    (here is|here's) a|another|the|my [new] {STORE}|number
""")
"""Words that ask to save only where a whole number follows."""
SAVE_THAT = Phrases("""
    save|store|add|register|remember|keep|record|note|put it|this|that|them|these|those|both|everything [down|in|all]
    save|store|add|remember|keep|record|note (both|all) of them|these|those
    save|store|add|register|remember|keep|record|note this|that|these|those|the [new] one|number|numbers|phone|
        contact|store|info
    save|store|add|remember|keep|record|note this|that|the phone number
    save|store|add|record please
""")
"""Asks to save what the rest of the message tells."""
SAVING = Phrases("""
    saving|storing|adding|registering|recording|noting|remembering|keeping|putting
""")

LEADS = Phrases(IN_DIRECTORY, f"""
    {THE} [new] {NUMBER}|{DETAILS} [(of|for|from|at|as|is|to)] [the] [{STORE}]
    {NUMBER}|number|numbers of|for|is
    phone numbers of|for
    [the] [store|shop|business|contact] name [is]
    {THE} [new|following|next] {STORE} [(called|named|with the name|by the name of|is|for)]
    (another|one more|one new|some) [new] {STORE} [(called|named|is|for)]
    new {STORE}|{STORES} [(called|named|is)]
    [all] [the|these|those|my|our|this|some] [following|new|two|three|four|five] {STORES}
    {STORE} called|named
    called|named|titled|for|as|that|down|in|under|with|of|is|to|at|it|its|it's|this|these|new|following|below
    [the] following [ones]
    this|that one
    [under|by|with] the name [of]
    as follows
    like this
    and|also|then|plus|too|another|next|or
    as well as
    along with
    one more
    the [next|last] one is
    last but not least
""")
"""What stands between the verb, or one number, and the next name."""
LINKS = Phrases(f"""
    is|are|at|on|as|with|has|to|under|via|by|through|using|and|the|a|its|it's|their|phone|telephone|tel|ph|cell|
        mobile|no
    [and] [with|has|having|at|under|to|on] [the|a|this|their|its|it's|his|her] [new] {NUMBER} [(of|is|as|being|to|=)]
    [phone|telephone|tel|contact] no|nr|number|num [is]
    [and] whose|their|its|it's {NUMBER} [is]
    is now
    can be reached|called|contacted at|on|under
    reachable|reached|available|found at|on|under [phone|number]
    which|that|it is|has
    with the following number
    you can call|reach|phone them|it|her|him at|on
    is their|the|its|it's {NUMBER}
    [and] [the] {NUMBER} there is
""")
"""What stands between a name and its number."""
NAMERS = Phrases(f"""
    is|as|for|under|of|to|called|named|name|it's|its|from|with|=
    belongs|belonging to
    (which|that|this|it) is [for|called]
    that's [for]
    (is|as|for|to be) [the|their] {NUMBER} [of|for|from|at]
    [under|with|by|as] [the|this] name [of|is]
    and [the|its|their] name is
    and it's|its [called]
    the {STORE} is [called]
    [and] the {STORE} name is
    it's|its for
    as|for|under {THE} {STORE} [called|named]
    {NUMBER} of|for
    goes to|by
""")
"""What stands between a number and the name after it."""
TAILS = Phrases(IN_DIRECTORY, f"""
    please|kindly|thanks|bye|goodbye|now|too|also|again|okay|somewhere|quickly|there|here|today|first|instead|anyway|
        asap|yeah|yes
    right away|now
    as well
    thank you [so|very] [much|a lot|kindly]
    thanks a lot|so|much|again|bye
    for me|us|later|now|safekeeping|reference
    for future|my|our|your reference|use|records|files
    in there|here
    will|would|can|could you [please]
    as a|my|our|an [new|favorite] [store|shop|contact|entry|place|business]
    as new|store|contact
    as a new store|contact|entry
    if you can|could|would|may|please|will|don't mind
    if possible
    if (it's|it is|its|they are) not [already] [there|saved|stored] [yet|already]
    if it isn't there|saved yet|already
    if i haven't already|yet
    if not already|yet there|saved
    when you can|could
    when you get a chance|moment|minute
    when you have a minute|moment|second|chance|time
    so [that] i|we can call|find|reach|use|contact|remember it|them [later|again]
    so [that] i|we don't|won't forget|lose [it|them]
    so [that] i|we have it|them
    [just] in case
    in case i|we need it|them|this|that
    for when i need it|them
    by any chance
    have a good|nice|great|lovely day|one|evening
    see you [later]
    (that's|that is|that will be|that'll be) all|it
    to|in your|my memory
    down|in
    for real
""")
"""What may end a request and is neither name nor number."""

# Looking up -------------------------------------------------------------------------------------------------------

_SEEK = (
    "(give|tell|get|find|show|send|pass|fetch|grab|provide|share|read|look up|lookup|look for|search|search for|pull up|bring up"
    "|check|open|display|retrieve|call|list|locate|dig up|dig out|let me know|let me have|let me see|see|have|supply|hand"
    "|say|confirm|repeat|spell|state|bring|offer|furnish|obtain|inform me|look at|take a look at|have a look at|get a hold of|get hold of)"
)
_ADVERB = "please|kindly|just|also|maybe|possibly|perhaps|quickly"
_WISH = (
    "((i|we) [also|just|only|really|still|do] (need|want|require|would like|would love|would need|would also like|would really like|will need|could use)"
    "|(i'd|i'll|we'd|we'll) [also|just|only|really] (need|want|like|love)|(i'm|i am|we're) [just|only|still] looking)"
)
ASKING = Phrases(f"""
    what is|are|was|were|might|would|could|about [be]
    what's|what're|what|which
    how about
    which is|are
    who|where has|is
    where's|who's
    do|does|did|would|have|don't|might you|we|they|i|it|the [they] [still|also|already|happen to] [have|know|know of|
        got|get|find|see|keep|remember]
    (have you|have we|have i) [got|saved|stored]
    is|are there
    (is it|would it be) possible to get|have|know|see
    any|the chance|way [that] [of] [i|we|to] [could|can] [get|getting|have|having]
    would there be
    would you happen to have|know
    can|could|may|might|shall i|we [{_ADVERB}] [{_ADVERB}] [get|have] [have|get|see|know|obtain|receive|request|grab|
        take|borrow] [from you]
    can|could|may|might i|we [{_ADVERB}] ask|trouble you|bother you [for]
    can|could|will|would you [{_ADVERB}] [{_ADVERB}] [help] [me] [to] {_SEEK} [me|us|out|up|over] [with|of] [what|
        what's]
    are you able to {_SEEK} [me|us]
    can|could|would|will you [{_ADVERB}] help [me] [with|by|to] [giving|finding|getting|telling|find|get] [me]
    can|could|may i [please] have|take|get a look at
    help [me] with
    do you think you|i could|can get|give|tell|find|have [me]
    {_WISH} [to] [have|get|know|see|find|ask|obtain|for|in] [out|at] [for|what|what's]
    {_WISH} you to {_SEEK} [me|us] [with] [what|what's]
    (i'd|i would) be interested in
    (it would|it'd|would) be great|nice|good|helpful|useful [to] [have|get|know|see]
    (i'm|i am|i was|we were) trying|hoping|going|wanting to get|find|know|have|locate|need
    let me|us know|have|see|get [what|what's]
    remind me [of|what] [is|what's]
    any idea|clue|chance what|of [is]
    (i wonder|i'm wondering|i was wondering) what [is]
    check|see|know|(tell me) if|whether i|we|you|they|it have|has
    if|whether there's|(there is)
    looking|searching for
    mind telling|giving|sharing me [what|what's]
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
    {_SEEK} [me|us|out|up] [with] [about] [what|what's] [is|are]
    quick look up
    need|want
""")
"""Words that ask for something at the beginning of a clause only."""

OF = Phrases("""
    of|for|to|from|at|on|under|with
    i|we have|got|saved|stored for|of
    that belongs to
    belonging|belongs to
    on file for
    [that] i|we|you [have|had] [saved|stored] for|of|under
    saved|stored|listed for|under
    [that|which] i|we|you can|could|should|may|might|need|have [to] [use] [to] call|reach|contact|use|dial|phone [at|
        for|up]
    [that|which] i|we can|could use to call|reach|contact|talk|speak [to|with]
    to call|reach|contact|dial|use|phone|ring [at|for]
    to get|be in touch|contact with
    where i|we can|could reach|contact|call|find|get
    of|for the store|shop called|named
    do|should|can|could|would i|we call|dial|use|reach|ring|phone [for|to|at] [reach|call|contact|get]
""")
"""What stands between "number" and whose it is."""
AFTER_NAMES = Phrases(TAILS, """
    then|though|quick|handy|have|has|use|uses|is|are|to|at|on|for|saved|stored|listed|registered|real|somewhere|
        around|or|and|with
    on file|hand
    at hand|all|least
    available|listed|directly|be|straight
    thanks for your|the help
    real quick
    by chance
    or something|anything|not
    out there
    if available|any
    would|will be [so|very|really] great|nice|good|helpful|useful|appreciated|awesome
    can|could|may they|it|he|she be reached|contacted|called|found [at|on|under]
""")
"""What may follow a name and is no part of it."""
ENDS_NAME = Phrases("""
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
    and [also|then|please] save|store|add|delete|remove|update|change|rename|list|show|call|book|email|text
    to make|book|reserve|schedule|confirm|see|ask|find|speak|talk|call|contact|reach|order|check|cancel|inquire|
        change|discuss|get|report|set|know|have
    thanks|thank for|you|to
    with the|their|its|it's address|location|details
    (via|by|over|through) phone|telephone|text|email
    but i|not|what|only|also
""")
"""What begins something new behind a name."""

FIND = Phrases("""
    look up|for
    lookup|find|search|retrieve|locate
    search for
    (find|get|show|look up) me
    pull|bring up
    show|open|get
    call|phone|ring|dial [up]
    look me up
""")
"""Verbs that look a store up by nothing but its name."""
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
    [show|tell|know] [me] how to [best]
    how best to
    (what is|what's) the [best|good|easiest] way to
    where can|could|do i|we
    can|could|may i|we [please|just|also]
    (is there|is there any|any|is there a) way to
    (is there|is there any|any|is there a) way i|we can|could
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
""")
"""Asks how to reach the store last talked about."""
FIND_CONTACT = Phrases("""
    (open|show|find|get|search|lookup|display|view|look up|search for|pull up|bring up) [me] [the|my] contact|store|
        shop|entry [(for|of|named|called)]
""")
BY_PHONE = Phrases(TAILS, """
    (via|by|over|through|on|with) [the] phone|telephone|call
    (via|by|with) a call
    directly|right now
""")

WHO = Phrases("""
    who|whose|whos|who's|whom
    which|what store|shop|place|business|company|restaurant|contact|one|entry|number|name|stores|shops|places|is|does|
        starts|ends
    belong|belongs to|with
    reverse
    (called|calling|phoned|rang) me|us
    look up|lookup|find|identify|check|search
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

# The directory as a whole -----------------------------------------------------------------------------------------

LIST = Phrases("""
    show|list|display|see|view|print|give|read|open|get|tell|browse|enumerate|export
    pull|bring up
    look at
    go through
    what|which|what's|what're
    how many
    do i|we|you have
    all|my|our|saved|stored
    are|is there
""")
STARTING = Phrases("""
    [that|which|whose name|whose names|with names|with a name|names] start|starts|starting|begin|begins|beginning
        with|by|in|on|from|at [the] [letter|letters]
    under|with|for [the] letter|letters
    with names in
    under
""")
UNDO = Phrases("""
    undo|revert|reverse|cancel [that|this|the|my|your] last|previous|latest change|action|one|step|save|edit|update|
        delete|deletion|thing|operation|command
    (take back|roll back) the|my last|previous|latest change|action|save|edit|update
    undo
    undo|revert|(roll back) [all] [of] it|that|this|everything
    undo (what you|what i|whatever you) [just] did
    undo that|this|the|my|your save|delete|deletion|update|edit|change|changes|rename
    take that|it|this|them back
    take back that|it|this
    roll|change|put|bring it|that|this|them back
    roll it|that back
    revert|reverse the|my save|update|deletion|change
    scratch that
    restore it|that|them
    (restore|put back|bring back) what|whatever i|you [just] deleted|removed|changed
    undelete [it|that|them]
    that was a mistake [undo it|that]
    go back one|a step
    ctrl z
    ctrl+z
""")

# Changing ---------------------------------------------------------------------------------------------------------

UPDATE = Phrases("""
    change|update|correct|fix|edit|modify|amend|alter|replace|overwrite|switch|set|adjust|revise|swap|make
""")
RENAME = Phrases("""
    rename|relabel|retitle
    change|update|correct|fix|edit|set|switch the|its|it's|their name [of|for]
    call|name it|that|them|this
""")
OF_NUMBER = Phrases(f"""
    {THE} [new|old|current|saved|stored] {NUMBER}|{DETAILS} [(i have|we have|you have|saved|stored|on file)] of|for|
        from|under|at|on
    {NUMBER}|{DETAILS} of|for|from|at
    the {STORE} [called|named]
""")
ITS_NUMBER = Phrases(f"""
    [the|new|old|current|saved|stored|wrong] {NUMBER}|{DETAILS}
    name
""")
NOW = Phrases(f"""
    to|with|into|as|is|by|be|being|from|now|it's|its|that
    to be
    should be|read [now]
    [to|with|by] this|the|the new number|one|phone number
    (to|with) this|the new phone number
    to the following [number]
    [and|the|their|its|it's] [new] {NUMBER} [is|being|should be] [now] [to|=]
    is now
    and set it to
    set to
    so that it is|reads
    in|on file to
""")
"""What stands between what is changed and what it becomes."""
FROM = Phrases("""
    from
    replace
""")
ALL_STORES = Phrases(f"""
    all|every|everything [of] [the|my|our|these|those] [saved] {STORES}|{STORE}
    everything|all [in|from|of] [my|the|it|them] [directory|stores]
""")
WHAT_ABOUT = Phrases("""
    and
    (and|or|also|then|now) [for|of|what about|how about]
    what about|of
    what|how about
    same for
""")
BECOMES = Phrases("""
    to|as|into|with
    to be
    to read
    so it is|reads
""")
JOINTS = Phrases("""
    and|also|then|plus|,|for
    as well as
""")
CHANGED = Phrases(f"""
    has|have|got|gets a|an|its|it's|their [new|different] {NUMBER} [now] [(which is|it's|it is|is|at)]
    (changed|switched|moved|updated) its|it's|their|the {NUMBER} to
    new {NUMBER} is|= [now]
    new {NUMBER}
    {NUMBER} (has been|have been|has|is|was|just|has just|got) changed|moved|switched|updated [to]
    {NUMBER} changed|moved|switched [to]
    {NUMBER} is now [changed to]
    is now [at]
    can now be reached at|under|on
    moved to|its number to
""")
"""What says of a store before it that its number is another now."""
NEW_NUMBER = Phrases(f"""
    [the|a|here is the|here's the] new|current|correct|updated|right {NUMBER} of|for|from
""")

# Deleting ---------------------------------------------------------------------------------------------------------

DELETE = Phrases("""
    delete|remove|erase|forget|drop|discard|unsave|trash|purge|wipe|eliminate|scrap
    get rid of
    take|throw|clear|cross|strike out|off|away
    do away with
    forget about
    cut out
""")
DELETED = Phrases(f"""
    [the|a|my|our|this|that] {STORE} [(called|named|for|of|from|with the name)]
    [the|my|our] {NUMBER}|{DETAILS}|data|everything [you have|i have] of|for|from|on|about
""")

# Talk about the directory that asks for no change -----------------------------------------------------------------

STATUS = Phrases("""
    did|do|does|have|has|had|didn't|haven't i|you|we|it [already|ever|just|really|even|manage] [to] save|store|add|
        keep|record|register|remember|put|note|saved|stored|added|kept|recorded|registered|noted|got|have|know
    was|were|is|are|isn't|has|have
    (check|tell me|see|know|let me know) if|whether [(i|you|we|there is|there's)] [have|saved|stored|a|is]
    is there a|an entry|record|listing|store|contact for|called|named
    check for
""")
STORED = Phrases(IN_DIRECTORY, """
    saved|stored|listed|registered|recorded|included|added|there
    on file|record
""")
"""Says of a store that it is in the directory."""
AFTER_STORED = Phrases(STORED, TAILS, """
    already|yet|before|correctly|now|still|in|been|properly|ok|okay|right
""")
MAY_I = Phrases("""
    should|shall|can|could|may|must i|we
    do i|we need|have to
    (is it|would it be) okay|possible|allowed|safe|fine to
    what happens when|if i|you|we
    am i allowed to
""")

CHANGING = Phrases(SAVE_FIRMLY, UPDATE, DELETE, """
    rename
""")
COMPLETE = Phrases(SAVE_THAT, UNDO, WHO_IS_IT)
"""Requests that need nothing behind them."""
REQUEST_HEADS = Phrases(SAVE_FIRMLY, SAVE_WITH_NUMBER, SAVE_THAT, UPDATE, RENAME, DELETE, UNDO, ASKING, HOW_TO, WHO_IS_IT, MAY_I, NEW_NUMBER, """
    give|tell|get|find|show|send|pass|let me|us
    find|search|lookup|retrieve
    who|whose|whos|who's
    which|what store|shop|place|business|company|number|stores
    show|list|display
    look up
    how many
""")
"""What a new request in mid-sentence begins with."""

ANSWER_LEADS = Phrases(f"""
    it's|it is|that's|that is|they are|they're|this is|here it is|here
    [the|its|their|his|her] name is|was
    [the|its|their|his|her] {NUMBER} is
    for|of|from|called|named|name|number|number:
    i mean|meant|want
    make it|that
    call it|that|them
    no|sorry|oh|ah|well|um|uh|so|okay|yes|sure|please|actually
""")
"""What people put before the name or number they were asked for."""
ANSWER_TAILS = Phrases("""
    please|thanks|then|is it|there
    thank you
    is|has [the|its|their] [phone] number
    and [the|its] number is
""")

# Answers ----------------------------------------------------------------------------------------------------------

NAME_IS = Phrases("""
    [the] [store|shop|business|company] name|it|that is|should|was [be|actually] [called|named|spelled]
    [the] [store|shop|business|company] name
    it's|its|that's [called|named|actually|spelled]
    (i mean|i meant|make that|call it|make it)
""")
"""Introduces a name that corrects the one before."""
UPDATE_IT = Phrases("""
    update|replace|overwrite|change|edit [it|that|(the old one)|(the number)|(the existing one)] [with] [the|this]
        [new] [one|number]
    use the new [one|number]
    new|newer [one|number]
    replace
""")
KEEP_BOTH = Phrases("""
    both|(keep both)|(save both)|(have both) [of] [them|numbers|stores]
    keep|save|have|store|add both|two|(the two)|(them both)|(both of them)
    [i] want|need both
    (save|add|keep) it [too|also|anyway|as] [well|another|a|separate|new] [one|store|entry]
    save|add|keep|create|make as|a|it [as] [a] new|separate|second|another [one|store|entry]
    another one
    separately
    add|save|keep anyway
""")
DO_IT = {
    "save": Phrases("[please] save|add|store|keep [it|that|this]"),
    "update": Phrases("[please] update|change [it|that|this]"),
    "delete": Phrases("[please] delete|remove|erase [it|that|this|them]"),
    "retrieve_by_name": Phrases("[please] (look it up)|(show me)|(tell me)|show|tell"),
}
"""A yes in the words of the operation it is said to."""
NO_NAMES = Phrases("""
    help|menu|commands|undo|list|hello|hi|hey|thanks|bye|goodbye|please|okay|yes|no|what|why|who|how|huh|hm|hmm
    help me
    the [store|shop|name|number|phone] [number|name]
    name|number|store|shop
""")
"""Short answers that are no store's name."""
