"""How people ask to save stores, in English."""

from conversations.engine.reading.phrases import Phrases
from stores.rules.phrases.common import DETAILS, IN_DIRECTORY, NUMBER, STORE, STORES, THE

SAVE_FIRMLY = Phrases(f"""
    save|store|add|register [down]
    make|create|open a|an [new] {STORE} [for]
""")
"""Verbs that ask to save even if only the name, or only the number, is told."""
NEW_ENTRY = Phrases("[a|another|one] [brand] new|another store|shop|contact|business")
"""Asks to save something, though it says neither what nor that it shall be saved."""
NUMBER_FOR = Phrases("""
    is the|a [new] [phone|telephone|contact|cell|mobile] number for|of
""")
"""Tells whose number a number is."""
FORM_LINK = Phrases(f"""
    {NUMBER} [is]
    [phone|telephone|tel|contact] no|nr|number|num [is]
""")
"""The label before the number in a form that is filled in."""
TO_LIST = Phrases("to|on|onto|in|into the|my|our|that|this list")
"""Where a store shall go that is told with its number."""
SAVE_WITH_NUMBER = Phrases(f"""
    remember|memorize|memorise|keep|record|log|note|enter|insert|put|create|file|input|include|bookmark
    write|note|jot|take|put|type|key|pop|stick down|in
    make|take a note [of|that]
    keep a note|record of
    keep track|hold of
    set up
    don't forget
    [a|another|my|the] new|another|next {STORE}|one
    (here is|here's) a|another|the|my [new] {STORE}|number
""")
"""Words that ask to save only where a whole number follows."""
SAVE_THAT = Phrases("""
    save|store|add|register|remember|keep|record|note them|those|these all
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

LEADS = Phrases(
    IN_DIRECTORY,
    f"""
    {THE} [new] {NUMBER}|{DETAILS} [(of|for|from|at|as|is|to)] [the] [{STORE}]
    {NUMBER}|number|numbers of|for|is
    phone numbers of|for
    [the] [store|shop|business|contact] name [is]
    {THE} [new|following|next] {STORE} [(called|named|labeled|labelled|with the name|by the name of|is|for)]
    (another|one more|one new|some) [new] {STORE} [(called|named|labeled|labelled|is|for)]
    new {STORE}|{STORES} [(called|named|is)]
    [all] [the|these|those|my|our|this|some] [following|new|two|three|four|five] {STORES}
    {STORE} called|named
    called|named|titled|labeled|labelled|for|as|that|down|in|under|with|of|is|to|at|it|its|it's|this|these|new|following|below
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
""",
)
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
    down [as|at|under|with]
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
