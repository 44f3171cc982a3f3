"""What surrounds a request in English: politeness, the frames requests come in, and what turns one into talk about one.

A skill finds its own verbs; these tables say whether the words around them ask the agent to act. The rule is strict on
purpose: a request begins its clause, behind nothing but what is listed here.
"""

from collections.abc import Sequence

from conversations.engine.reading.phrases import Phrases
from conversations.engine.reading.words import Word

OPENERS = Phrases("""
    please|kindly|just|also|then|now|next|so|well|and|but|plus|or|too|again|first|second|finally|lastly|actually|
        quickly
    (hi|hey|hello|hiya|yo|dear) [there|again|agent|assistant|bot|friend|buddy|everyone|directory]
    good morning|afternoon|evening|day
    okay|alright|right|sure|fine|great|cool|perfect|good|nice|awesome|excellent|wonderful|amazing|lovely|super|yes|
        yeah
    yep|yup|ya|no|nope|nah|oh|ah|aha|hm|hmm|um|uh|wow|see|interesting|understood|agent|assistant|bot|wait|sorry|btw
    olly|alexa|siri|google|cortana|jarvis
    thanks|(thank you) [so much|very much|a lot|again]
    (that|this|it) is|sounds|works [all|just|so|very|totally] fine|good|great|nice|perfect|interesting|lovely|okay|
        well
    that's|it's [all|just|so|very|totally] fine|good|great|nice|perfect|interesting|lovely|okay|wonderful|excellent
    sounds|looks good|great|fine|nice|perfect|interesting
    got it
    i see
    i'm sorry
    excuse|pardon me
    for me
    by the way
    [one|another|last] more thing
    another one|thing
    last one|thing
    one more
    [a] quick question
    go ahead
    in addition
    on top of that
    after that
    and then
    as well as
    while you're at it
    real quick
    in that case
    for now
    if so
    if possible
    if you don't|wouldn't mind
    if that's okay
    if it's okay
    if it is|isn't [not] too much trouble|work
    (when|whenever|if) you can|could|would|may|please
    (when|whenever|if) you get|have a chance|minute|moment|second
    (when|whenever|if) you have time
    can|could you help [me] [out]
    i need [your] help
    i have a question|request
    (here is|here's) one more
""")
"""What may stand before a request and changes nothing."""

REQUESTS = Phrases("""
    can|could|will|would you [please|kindly|just|also|quickly|maybe|possibly] [help me [to]] [go ahead and] [also|
        just]
    can|could|will|would you [please|kindly|also] be able to
    (i need|i want|i'd like|i would like|i'd love|i would love|i'd want|i wish|i'm going to need) you to [please|also|
        just]
    (i need|i want|i'd like|i would like|i'd love|i would love|i would want|i wanted) to [please|also|just]
    (i'd|i would) (appreciate [it] if you could|be glad if you could|be grateful if you could)
    it would be great|nice|good|lovely if you could
    (let us|let's|let me|help me [to]|go ahead and|you can|you may|you should|try to) [please|also|just]
    (make sure|be sure) [to|you]
    (don't|do not) forget to
    please|kindly [also|just|help me|help me to|go ahead and|do|be sure to|make sure to|make sure you]
""")
"""Frames that make what follows a request to the agent. Each ends where the verb begins."""

MIND = Phrases("[would|do you] mind")
"""Frames followed by a verb in -ing."""

FRESH = Phrases("""
    please
    kindly
    can|could|will|would you
    (i need|i want|i'd like|i would like) you to
    anyway
    so
""")
"""What makes a clause a request of its own even behind reported speech or a condition."""

REPORTING = Phrases("""
    said|says|say|saying|told|tells|telling|asked|asks|asking|wrote|writes|writing|written|suggested|suggests|
        recommended
    wants|wanted|insisted|insists|demanded|demands|ordered|reminded|reminds|advised|advises|mentioned|mentions|claims
    claimed|announced|reads|replied|replies|texted|emailed|thinks|thought|believes|believed|decided|asking|requested
    requests|instructed|begged|urged|proposed|explained|noted|heard|quote|quoted|whispered|yelled|shouted|according
    was|were supposed to
    used to
""")
"""Verbs that make what follows, or what precedes, somebody's words rather than the user's wish."""

CONDITIONS = Phrases("""
    if|unless|suppose|supposing|imagine|assuming|assume|hypothetically|pretend|otherwise|whether|once|whenever
    in case
    when i|he|she|they|we|you|it
    what if
    what|how happens
    would|could|should have
    might
    had i
    i had
""")

NEGATIONS = Phrases("""
    don't|never|can't|cannot|won't|wouldn't|shouldn't|couldn't|mustn't|needn't|isn't|wasn't|aren't|didn't|doesn't|
        haven't
    hasn't|hadn't|ain't|not|without|stop|avoid|refuse|refused|instead|rather
    no need|reason|point|way|one
""")

WITHDRAWALS = Phrases("""
    never mind
    nevermind|nvm
    scrap|scratch|forget|ignore|drop that|it|this
    (just|only) (kidding|joking|testing|asking|wondering)
    kidding|jk|lol
    no wait
    wait no
    hold on
    on second thought
    not really
    don't do it|that
    [i] changed my mind
""")
"""Afterthoughts that take back what was said before in the same message."""


def behind_openers(words: Sequence[Word], start: int, end: int) -> int:
    """Where a clause begins behind its politeness."""
    return OPENERS.skip(words, start, end)


def request_start(words: Sequence[Word], start: int, end: int) -> tuple[int, bool]:
    """Where the verb of a request must stand, and whether a frame ("could you …") makes it one explicitly."""
    index, framed = OPENERS.skip(words, start, end), False
    while length := REQUESTS.at(words, index, end):
        framed = True
        index = OPENERS.skip(words, index + length, end)
    return index, framed
