"""Reading what shall be saved: one store, or several in a sentence, a list or lines."""

from dataclasses import dataclass, field

from conversations.engine.contract import Say
from conversations.engine.reading.courtesy import MIND, NEGATIONS, OPENERS, request_start
from stores.rules.clauses import Clause, shield, shield_behind
from stores.rules.found import CERTAIN, LEFT_ALONE, LIKELY, Found, offer_save
from stores.rules.names import Span, Text
from stores.rules.pairs import NUMBER_WORDS, Pair, Told, name_in, short_number, skip_leads, strip_links, told
from stores.rules.phrases.common import IN_DIRECTORY, MAY_I, TAILS
from stores.rules.phrases.requests import CHANGING
from stores.rules.phrases.saving import (
    FORM_LINK,
    NEW_ENTRY,
    NUMBER_FOR,
    SAVE_FIRMLY,
    SAVE_THAT,
    SAVE_WITH_NUMBER,
    SAVING,
    TO_LIST,
)

_ANCHORS = frozenset(
    "store stores shop shops place places business businesses company companies restaurant restaurants contact "
    "contacts entry entries vendor supplier listing number numbers phone telephone".split()
)
"""Words that say that what follows, or is missing, belongs into the directory."""
_LABELS = frozenset("name store shop business company contact".split())
_POINTING = frozenset("this that these those my our".split())
_LEADING_ON = frozenset("to into onto from for with of by than as and or but".split())


@dataclass(slots=True)
class Request:
    """One request to save, as far as it has been read. `that` asks for what is told elsewhere in the message."""

    start: int
    line: int
    pairs: list[Pair] = field(default_factory=list)
    name: Span | None = None
    digits: str | None = None
    note: str | None = None
    confidence: float = CERTAIN
    that: bool = False


class Saving:
    """Reads the clauses of a message in order. What a request announces ("save these:") may follow in later clauses."""

    def __init__(self, text: Text, found: Found) -> None:
        self._text, self._found = text, found
        self._requests: list[Request] = []
        self._open: Request | None = None
        self._loose: list[Pair] = []  # told without being asked to save it

    # Requests -----------------------------------------------------------------------------------------------------

    def read(self, clause: Clause) -> bool:
        """Whether the clause asks to save something; then it is dealt with."""
        words = self._text.words
        verb, framed = request_start(words, clause.start, clause.end)
        if mind := MIND.at(words, verb, clause.end):
            verb, framed = verb + mind, True
        that = max(SAVE_THAT.at(words, verb, clause.end), SAVE_FIRMLY.at(words, verb, clause.end))
        if that and TAILS.skip(words, verb + that, clause.end) == clause.end:
            return self._read_that(clause, verb, certain=framed or not clause.asks)
        asks_leave = MAY_I.at(words, verb, clause.end)
        verb += asks_leave
        firm = SAVE_FIRMLY.at(words, verb, clause.end)
        length = max(firm, SAVE_WITH_NUMBER.at(words, verb, clause.end))
        if mind:
            firm = length = SAVING.at(words, verb, clause.end)
        if not length or NEW_ENTRY.at(words, verb, clause.end):
            done = self._read_form(clause)
            if done or not length:
                return done
        heard = told(self._text, verb + length, clause.end)
        if heard.pairs:
            certain = not asks_leave and (framed or not clause.asks)
            return self._read_pairs(clause, verb, heard, firm=firm > 0, certain=certain)
        return not asks_leave and self._read_name(clause, verb, verb + length, firm=firm > 0, framed=framed)

    def _read_that(self, clause: Clause, verb: int, *, certain: bool) -> bool:
        """ "Save it", "add both numbers", "save:": what the rest of the message tells, before or behind."""
        if shield(self._text, clause, verb):
            self._found.ask(LEFT_ALONE)
        elif certain:
            self._begin(Request(self._text.words[verb].start, self._text.words[verb].line, that=True))
        return True

    def _read_form(self, clause: Clause) -> bool:
        """What can only be meant for the directory though it has no verb: "name: ACME, phone: …", "… is the number for
        ACME", or nothing but "new store"."""
        text, words = self._text, self._text.words
        first = OPENERS.skip(words, clause.start, clause.end)
        if (opened := NEW_ENTRY.at(words, first, clause.end)) and TAILS.skip(
            words, first + opened, clause.end
        ) == clause.end:
            self._begin(Request(words[first].start, words[first].line))
            return not clause.asks
        heard = told(text, first, clause.end)
        if len(heard.pairs) != 1 or clause.asks or first > 0 or clause.end < len(words) or heard.rest < clause.end:
            return False
        [pair] = heard.pairs
        if pair.name is None or not pair.clean or not text.is_tidy(pair.name):
            return False
        at = next(index for index in range(first, clause.end) if words[index].start == pair.phone.start)
        labelled = ":" in words[first].after and words[first].norm in _LABELS and FORM_LINK.before(words, at, first)
        told_of = at == first and 0 < NUMBER_FOR.at(words, at + 1, clause.end) == pair.name.first - at - 1
        if not labelled and not (told_of and text.is_titled(pair.name)):
            return False
        self._begin(Request(words[first].start, words[first].line, heard.pairs))
        return True

    def _read_pairs(self, clause: Clause, verb: int, heard: Told, *, firm: bool, certain: bool) -> bool:
        text = self._text
        note = self._note(heard.rest, clause.end) if firm else None
        listed = TO_LIST.is_all(text.words, heard.rest, clause.end)
        note = None if listed else note
        clear = all(pair.clean for pair in heard.pairs) and (note is not None or listed or heard.rest == clause.end)
        why = shield(text, clause, verb) or shield_behind(text, heard.rest, clause.end)
        if why or not clear or not certain:
            self._offer(heard.pairs[0], forbidden=bool(why))
            return True
        word = text.words[verb]
        self._begin(Request(word.start, text.words[clause.end - 1].line, heard.pairs, note=note))
        return True

    def _read_name(self, clause: Clause, verb: int, first: int, *, firm: bool, framed: bool) -> bool:
        """Without a number: "save ACME Hardware", "add a new store called Acme", "add ACME to my directory"."""
        text, words = self._text, self._text.words
        begin = skip_leads(text, first, clause.end)
        end = text.strip(TAILS, begin, clause.end)
        in_directory = IN_DIRECTORY.find(words, first, clause.end) is not None
        anchored = in_directory or any(words[index].norm in _ANCHORS for index in range(verb + 1, begin))
        digits, end = short_number(text, begin, end)
        end, possessive = strip_links(text, begin, end)
        span = name_in(text, begin, end, possessive=possessive)
        if firm and span and self._may_be_called_so(clause, verb, span, end, digits):
            shop = f"{words[verb].text} {text.slice(span)}"
            self._found.ask(Say(key="stores.save_or_find", params={"name": text.slice(span), "shop": shop}))
            return True
        if not firm:
            return self._read_announced(clause, verb, span, of_number=possessive or anchored)
        if clause.asks and span is None and digits is None:
            return False  # "can you save phone numbers?"
        if begin >= end and begin > first and not anchored and digits is None:
            return self._read_that(clause, verb, certain=True)  # "save the following"
        if not self._is_meant(span, begin, end, words[verb].norm, anchored=anchored or digits is not None):
            return False
        if shield(text, clause, verb) or shield_behind(text, end, clause.end):
            self._found.ask(LEFT_ALONE)
        elif self._is_doubtful(span, begin < end, in_directory) or (clause.asks and not framed and not anchored):
            self._found.ask(Say(key="stores.did_you_want_to_save"))
        else:
            confidence = CERTAIN if anchored else LIKELY
            line = words[clause.end - 1].line
            self._begin(Request(words[verb].start, line, name=span, digits=digits, confidence=confidence))
        return True

    def _may_be_called_so(self, clause: Clause, verb: int, span: Span, end: int, digits: str | None) -> bool:
        """Whether "Save Mart's phone number" may ask for the number of a shop whose name begins like a request."""
        text, words = self._text, self._text.words
        owns = any(words[index].norm in NUMBER_WORDS for index in range(end, clause.end)) or (
            words[span.last - 1].norm in NUMBER_WORDS
        )
        capital = not words[verb].lower and not text.shouted and not text.is_small(span.first)
        return capital and span.first == verb + 1 and owns and digits is None

    def _is_doubtful(self, span: Span | None, is_told: bool, in_directory: bool) -> bool:
        """Whether something is to be saved that can hardly be a store: "add milk to my contacts"."""
        return (is_told and span is None) or (in_directory and span is not None and not self._text.is_named(span))

    def _read_announced(self, clause: Clause, verb: int, span: Span | None, *, of_number: bool) -> bool:
        """ "Remember ACME's number": which it is comes next, or nothing can be saved."""
        if span is None or not of_number or shield(self._text, clause, verb):
            return False
        word = self._text.words[verb]
        self._begin(Request(word.start, word.line, name=span, that=True))
        return True

    def _is_meant(self, span: Span | None, begin: int, end: int, verb: str, *, anchored: bool) -> bool:
        """Whether a request without a number is about a store at all, and not about milk or a song."""
        text = self._text
        if anchored:
            return True
        if span is None or begin >= end or not text.is_tidy(span):
            return False
        if text.words[span.first - 1].norm in _POINTING and not text.is_proper(span):
            return False  # "save that podcast"
        return text.is_proper(span) or (verb == "save" and (text.is_business(span) or text.is_foreign(span)))

    def _note(self, rest: int, end: int) -> str | None:
        """What a request says beyond name and number; None for nothing, or for what makes it another request."""
        if rest >= end:
            return None
        words = self._text.words
        first = rest + 1 if words[rest].norm in ("note", "notes", "comment") else rest
        leads_on = words[rest].norm in _LEADING_ON
        if first >= end or leads_on or any(word.kind in ("phone", "email") for word in words[first:end]):
            return None
        return self._text.text[words[first].start : words[end - 1].end]

    # What follows, and what nobody asked to save ------------------------------------------------------------------

    def go_on(self, clause: Clause) -> bool:
        """Whether a clause that asks for nothing of its own goes on telling what an open request asks to save."""
        text, words, request = self._text, self._text.words, self._open
        begins_line = request is not None and words[clause.start].line != request.line
        if request is None or (request.pairs and not begins_line) or shield_behind(text, clause.start, clause.end):
            return False
        heard = told(text, clause.start, clause.end)
        if heard.pairs and heard.rest == clause.end and all(pair.clean for pair in heard.pairs):
            first = heard.pairs[0]
            request.pairs += [first._replace(name=first.name or request.name), *heard.pairs[1:]]
            request.name, request.line = None, words[clause.end - 1].line
            return True
        if not heard.pairs and request.name is None and (span := self._name_alone(clause)):
            request.name, request.line = span, words[clause.end - 1].line
            return True
        return False

    def _name_alone(self, clause: Clause) -> Span | None:
        """The name a clause consists of: "Name: ACME", or a line of a list whose numbers stand below the names."""
        text = self._text
        span = name_in(text, skip_leads(text, clause.start, clause.end), clause.end)
        if span is None or clause.asks or not text.is_tidy(span):
            return None
        return span if text.looks_like_name(span) else None

    def collect(self, clause: Clause) -> None:
        """Note the numbers that a clause tells without asking to save them; a later "save it" may."""
        if pairs := told(self._text, clause.start, clause.end, loosely=True).pairs:
            self._open = None
            if self._forbids(clause):
                self._found.ask(LEFT_ALONE)
            elif clause.asks:
                self._found.ask(Say(key="stores.what_about_number", params={"phone": pairs[0].phone.text}))
            else:
                self._loose += pairs

    def _forbids(self, clause: Clause) -> bool:
        """Whether the clause asks not to save or change what it tells: "don't save …", "no need to add …"."""
        words = self._text.words
        negated = NEGATIONS.find(words, clause.start, clause.end)
        return negated is not None and CHANGING.find(words, negated[1], clause.end) is not None

    def look_up_loose(self) -> None:
        """Look up whose the numbers are that were only told: "I got a call from 415-555-0198. Who is it?"."""
        for pair in self._loose:
            self._found.add("retrieve_by_phone", pair.phone.start, phone=pair.phone.text)
        self._loose = []

    def close(self) -> None:
        """What follows belongs to another request."""
        self._open = None

    def finish(self) -> None:
        """Turn the requests into operations, or ask about what was told without one."""
        for request in self._requests:
            if request.that and not request.pairs:
                request.pairs, self._loose = self._loose, []
            self._finish(request)
        if self._loose and not self._found.operations:
            if len(self._loose) == 1:
                self._offer(self._loose[0], forbidden=False)
            else:
                self._found.ask(Say(key="stores.did_you_want_to_save"))

    def _finish(self, request: Request) -> None:
        text = self._text
        for index, pair in enumerate(request.pairs):
            name = text.slice(pair.name) if pair.name else None
            note = request.note if index == len(request.pairs) - 1 else None
            start = request.start if index == 0 and not request.that else pair.phone.start
            self._found.add("save", start, request.confidence, store_name=name, phone=pair.phone.text, note=note)
        if request.pairs:
            return
        if request.that:
            self._found.ask(Say(key="stores.did_you_want_to_save"))
        else:
            name = text.slice(request.name) if request.name else None
            self._found.add("save", request.start, request.confidence, store_name=name, phone=request.digits)

    def _begin(self, request: Request) -> None:
        self._requests.append(request)
        self._open = request

    def _offer(self, pair: Pair, *, forbidden: bool) -> None:
        if forbidden:
            self._found.ask(LEFT_ALONE)
        else:
            name = self._text.slice(pair.name) if pair.name else None
            self._found.ask(offer_save(name, pair.phone.text, pair.phone.start))
