"""How people ask for the list of their stores, and whether a store is in it, in English."""

from conversations.engine.reading.phrases import Phrases
from stores.rules.phrases.common import BOOK, IN_DIRECTORY, TAILS

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
STATUS = Phrases("""
    did|do|does|have|has|had|didn't|haven't i|you|we|it [already|ever|just|really|even|manage] [to] save|store|add|
        keep|record|register|remember|put|note|saved|stored|added|kept|recorded|registered|noted|got|have|know
    was|were|is|are|isn't|has|have
    (check|tell me|see|know|let me know) if|whether [(i|you|we|there is|there's)] [have|saved|stored|a|is]
    is there a|an entry|record|listing|store|contact for|called|named
    is|are there [a|an|any|some]
    any|anyone|anybody|someone|somebody [in|from|of] [my|our] [contacts] [named|called|with the name]
    check for
""")
IN_BOOK_IS = Phrases(f"""
    do|does my|our|the {BOOK} have|include|contain|list|show
""")
"""Asks whether somebody is in the contacts."""
STORED = Phrases(
    IN_DIRECTORY,
    """
    saved|stored|listed|registered|recorded|included|added|there
    on file|record
    in my|the phone
    as|a|my contact
    as a|my contact
    one of my|the contacts
""",
)
"""Says of a store that it is in the directory."""
ON_FILE = Phrases("on file", "in my|the phone")
"""Says of somebody that there is a number to call."""
AFTER_STORED = Phrases(
    STORED,
    TAILS,
    """
    already|yet|before|correctly|now|still|in|been|properly|ok|okay|right|is|are
""",
)
