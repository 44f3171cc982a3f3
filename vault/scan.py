"""The door: typed text in, text with tokens and what they stand for out. Pure but for the tokens' random letters."""

from dataclasses import dataclass, field

from agentsite.gates import gate
from vault.emails import find_emails
from vault.phones import Reason, find_phones
from vault.runs import BARRIER
from vault.tokens import Kind, as_token, clean_text, escape, new_letters


@dataclass(frozen=True, slots=True)
class Found:
    """A private value of a typed text and the token that now stands there.

    `raw` is the value as typed. `value` is a valid phone number's E.164 form, else its digits (without extension), or
    the lower-cased email address. `region` and `reason` are those of `PhoneReading`, None for an email address;
    `digits` is how many digits were typed. Neither `raw` nor `value` shows in `repr`.
    """

    token: str
    kind: Kind
    raw: str = field(repr=False)
    value: str = field(repr=False)
    valid: bool
    region: str | None = None
    reason: Reason | None = None
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Tokenized:
    """A typed text as it may be stored, and what was found in it, in the order of the text."""

    text: str
    found: tuple[Found, ...]


@gate("vault.door")
def tokenize(text: str, region: str | None) -> Tokenized:
    """Replace every full phone number and every email address of typed `text` by a token; escape look-alikes of tokens.

    Numbers are read in `region` (ISO 3166 alpha-2) or in international form. Drawing the result for whoever may see
    the values gives `clean_text(text)` again. Stores nothing: `vault.actions.keep` does.
    """
    text = clean_text(text)
    spans: list[tuple[int, int, Found]] = []
    rest = text
    for email in find_emails(text):
        token = as_token("email", new_letters())
        found = Found(token, "email", text[email.start : email.end], email.value, email.valid)
        spans.append((email.start, email.end, found))
        rest = rest[: email.start] + BARRIER * (email.end - email.start) + rest[email.end :]
    for phone in find_phones(rest, region):
        reading = phone.reading
        found = Found(
            token=as_token("phone", new_letters()),
            kind="phone",
            raw=reading.raw,
            value=reading.e164 or reading.digits,
            valid=reading.valid,
            region=reading.region,
            reason=reading.reason,
            digits=len(reading.digits),
        )
        spans.append((phone.start, phone.end, found))
    spans.sort(key=lambda span: span[0])
    return Tokenized(_replaced(text, spans), tuple(found for _, _, found in spans))


def _replaced(text: str, spans: list[tuple[int, int, Found]]) -> str:
    pieces = []
    position = 0
    for start, end, found in spans:
        pieces += [escape(text[position:start]), found.token]
        position = end
    return "".join([*pieces, escape(text[position:])])
