"""How people change, delete and undo, and how they answer when asked, in English."""

from conversations.engine.reading.phrases import Phrases
from stores.rules.phrases.common import DETAILS, NUMBER, STORE, STORES, THE

UPDATE = Phrases("""
    change|update|correct|fix|edit|modify|amend|alter|replace|overwrite|switch|set|adjust|revise|swap|make
""")
RENAME = Phrases("""
    rename|relabel|retitle
    change|update|correct|fix|edit|set|switch the|its|it's|their name [of|for]
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
    [and] [the|their|its|it's] new {NUMBER} [is|being|should be] [now] [to|=]
    [and] the|their|its|it's {NUMBER} [is|being|should be] [now] [to|=]
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
    has|have|got|gets a|an|its|it's|their new|different|another {NUMBER} [now] [(which is|it's|it is|is|at)]
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

CORRECTION = Phrases(f"""
    [no|nope|sorry|oops|wait|actually|wrong] [wrong|sorry|actually|wait|number|it was] [it|that|its|it's|the] [right|
        correct|new|real|actual] [{NUMBER}] [is|was|should|must] [be|read] [actually]
    [no|nope|sorry|oops|wait|actually] [sorry|actually] (it's|that's|its) [actually]
    [no|nope|sorry|oops|wait|actually] [sorry|actually] (i mean|i meant|make that|make it|correction)
""")
"""Tells the number that the store last talked about should have had."""

# Deleting and undoing ----------------------------------------------------------------------------------------------

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
KEEP_THEM_BOTH = Phrases("""
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
