"""A message as words: what phrases are matched against, each knowing where it stands in the text.

A word is a run without blanks, freed of the punctuation around it; a private value's token is one word. Everything here
takes linear time, whatever people type.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from conversations.engine.contract import Utterance

PHONE = "⟦phone⟧"
"""What every phone number's token reads as in a phrase."""
EMAIL = "⟦email⟧"

SPELLINGS = {
    "pls": "please", "plz": "please", "plese": "please", "pleas": "please", "u": "you", "ur": "your", "r": "are",
    "nr": "number", "num": "number", "#": "number", "fone": "phone", "telefone": "telephone",
    "phonenumber": "phone number",
    "wats": "whats", "wat": "what", "wut": "what", "cant": "cannot", "wanna": "want to", "gonna": "going to",
    "gimme": "give me", "lemme": "let me", "thx": "thanks", "thnx": "thanks", "tx": "thanks", "tks": "thanks",
    "thanx": "thanks", "ty": "thanks", "thankyou": "thanks", "thank-you": "thanks", "thankyu": "thanks",
    "thanku": "thanks", "thans": "thanks", "thak": "thank", "okey": "okay", "ok": "okay", "k": "okay", "kk": "okay",
    "alot": "a lot", "remeber": "remember", "serach": "search", "adress": "address", "retreive": "retrieve",
    "savd": "saved", "sve": "save",
}  # fmt: skip
"""Shortcuts and slips of the keyboard, read as what was meant. Names are never read through this table."""
MISTYPED = "number phone telephone contact please thanks thank goodbye delete remove change update".split()
"""Words of which every slip is understood: a letter left out, doubled, or swapped with the next."""


def _slips(word: str) -> Iterator[str]:
    for index in range(1, len(word)):
        yield word[:index] + word[index + 1 :]
        yield word[:index] + word[index] + word[index:]
        yield word[: index - 1] + word[index] + word[index - 1] + word[index + 1 :]


SPELLINGS |= {slip: word for word in MISTYPED for slip in _slips(word) if slip not in MISTYPED and len(slip) > 4}


class Word(NamedTuple):
    """`text[start:end]` as typed; `norm` is what phrases match: lower case, no apostrophes, usual spelling.

    `after` is the punctuation that follows, `line` the number of the line, `quoted` whether it stands between quotation
    marks.
    """

    text: str
    norm: str
    start: int
    end: int
    after: str
    line: int
    quoted: bool
    kind: Literal["word", "phone", "email", "digits"]

    @property
    def lower(self) -> bool:
        """Written without any capital, in a script that has them."""
        return self.text == self.text.lower() != self.text.upper()


_PIECE = re.compile(r"⟦(?:phone|email):[a-z]{22}⟧|[^\s⟦]+|⟦")
_GLUED = re.compile(r"(?<=[^\W\d_]{2})[.!?](?=[A-Z][a-z])|(?<=[^\W_])[,;](?=[^\W_])|(?<=[^\W\d_])[:=](?=[^\W_])")
"""Punctuation between two words without a blank: "Thank you.Bye", "name,phone". Not "bb.q", "1,000" read as digits."""
_QUOTED = re.compile(
    r'"[^"\n]{1,400}"|“[^”\n]{1,400}”|«[^»\n]{1,400}»|(?<!\w)[\'‘](?=\S)[^\n]{1,200}?(?<=\S)[\'’](?!\w)'
)
_OPENING = ',;:"“”„«»([{<*_•·●▪‣>|~`-–—¡¿'
_CLOSING = '(["“”«»)]}>,.;:!?…*_|~`、。，；：！？-–—='
_APOSTROPHES = "'‘’ʼ´`"
_DROPPED = str.maketrans(dict.fromkeys(_APOSTROPHES))
_DIGITS = re.compile(r"[+#(]{0,3}[0-9][0-9().\-*]*")
_ENDS = ".!?…。！？"
_ABBREVIATIONS = frozenset(
    "st dr mr mrs ms jr sr inc co ltd corp bros no nr mt ft ave blvd vs tel ph ext etc ph.d".split()
)


def words_of(utterance: Utterance) -> list[Word]:
    """The words of a message, in order. Tokens that the message's entities do not list are plain text."""
    text, known = utterance.text, {entity.token for entity in utterance.entities}
    quotes = [match.span() for match in _QUOTED.finditer(text)]
    words: list[Word] = []
    line = scanned = quote = 0
    for start, end in _pieces(text):
        line, scanned = line + text.count("\n", scanned, start), start
        while quote < len(quotes) and quotes[quote][1] <= start:
            quote += 1
        within = quotes[quote] if quote < len(quotes) and quotes[quote][0] <= start else None
        word = _word(text, start, end, line, known, within)
        if word.text:
            words.append(word)
        elif words and words[-1].line == line:
            words[-1] = words[-1]._replace(after=f"{words[-1].after} {word.after}")
    return words


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    for match in _PIECE.finditer(text):
        start, end = match.span()
        if not match[0].startswith("⟦"):
            for glue in _GLUED.finditer(text, start, end):
                yield start, glue.end()
                start = glue.end()
        yield start, end


def _word(text: str, start: int, end: int, line: int, known: set[str], quote: tuple[int, int] | None) -> Word:
    piece = text[start:end]
    if piece in known:
        kind: Literal["phone", "email"] = "phone" if piece.startswith("⟦phone") else "email"
        return Word(piece, PHONE if kind == "phone" else EMAIL, start, end, "", line, quote is not None, kind)
    first, last = start, end
    while first < last and (text[first] in _OPENING or (quote and first == quote[0])):
        first += 1
    while last > first and (text[last - 1] in _CLOSING or (quote and last == quote[1])):
        last -= 1
    core, after = text[first:last], text[last:end]
    if not core and piece[0] in "#&+@/":
        core, first, last, after = piece[0], start, start + 1, piece[1:]
    if not core:
        return Word("", "", start, end, piece, line, quote is not None, "word")
    norm = core.translate(_DROPPED).casefold() or core
    is_digits = _DIGITS.fullmatch(core) is not None
    return Word(
        core, SPELLINGS.get(norm, norm), first, last, after, line, quote is not None, "digits" if is_digits else "word"
    )


def sentences(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """The sentences of a message as ranges of words. A number never begins one on its own line: "ACME Inc. 415 …"."""
    start = 0
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else None
        if following is None or _ends_sentence(word, following):
            yield start, index + 1
            start = index + 1


def _ends_sentence(word: Word, following: Word) -> bool:
    if following.line != word.line:
        return True
    if following.kind == "phone" or not any(mark in word.after for mark in _ENDS):
        return False
    return not is_abbreviated(word)


def is_abbreviated(word: Word) -> bool:
    """Whether the full stop behind a word belongs to it: "Dr. Lee", "J. Crew"."""
    if "." not in word.after or any(mark in word.after for mark in "!?…"):
        return False
    return word.norm in _ABBREVIATIONS or len(word.text) == 1 or "." in word.text


def possessor_end(word: Word) -> int | None:
    """Where the name ends in a possessive ("ACME's" → after ACME); None if the word is none."""
    if len(word.text) > 2 and word.text[-1] in "sS" and word.text[-2] in _APOSTROPHES:
        return word.end - 2
    if len(word.text) > 2 and word.text[-1] in _APOSTROPHES and word.text[-2] in "sS":
        return word.end - 1
    return None


def count_digits(text: str) -> int:
    return sum(character.isdigit() for character in text)
