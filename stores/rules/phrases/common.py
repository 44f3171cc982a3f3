"""Words and phrases that several tables of the directory are made of, in English."""

from conversations.engine.reading.phrases import Phrases

STORE = "(store|shop|place|business|company|restaurant|contact|entry|vendor|supplier|location|listing)"
STORES = (
    "(stores|shops|places|businesses|companies|restaurants|contacts|entries|vendors|suppliers|numbers|phone numbers)"
)
NUMBER = "([phone|telephone|contact|cell|mobile] number|phone|telephone|tel|contact|digits|cell|mobile|landline)"
DETAILS = "(entry|record|listing|info|information|details|contact info|contact information|contact details)"
DIRECTORY = (
    "([store|shop|phone|business] directory|(store|shop|contact|contacts|phone|stores) list|list of stores"
    "|list of shops|stores|shops|contacts|phone book|phonebook|address book|database|memory|records|rolodex)"
)
BOOK = "(contacts|phone book|phonebook|address book|rolodex|directory|contact list|contacts list|list of contacts)"
"""The directory, where "the stores" could be any."""
THE = "(the|a|an|this|that|my|our|its|it's|their|his|her|your)"
IN_BOOK = Phrases(f"in|from|of|on|inside [my|our|the] {BOOK}")
IN_DIRECTORY = Phrases(f"""
    to|into|in|on|under|for|from|off|inside [of] my|the|our|your|this {DIRECTORY}
    to|into|in|on|under|from|off {BOOK}
    out of my|the|our {DIRECTORY}
""")
TAILS = Phrases(
    IN_DIRECTORY,
    """
    please|kindly|thanks|bye|goodbye|now|too|also|again|okay|somewhere|quickly|there|here|today|first|instead|anyway|
        asap|immediately|yeah|yes
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
""",
)
"""What may end a request and is neither name nor number."""
MAY_I = Phrases("""
    should|shall|can|could|may|must i|we
    do i|we need|have to
    (is it|would it be) okay|possible|allowed|safe|fine to
    what happens when|if i|you|we
    am i allowed to
""")
