"""What a message says to a question the directory asked. Pure."""

from conversations.engine.contract import Answer, Answered, Cancelled, Failed, Pending, Policy, Say, Snapshot, Utterance
from conversations.engine.reading.answers import is_cancel, pick, says_yes_or_no
from conversations.engine.reading.words import words_of
from stores.rules import phrases
from stores.rules.decisions import (
    AWAITING_CHOICE,
    AWAITING_CONFIRMATION,
    COLLECTING_SAVE_INFO,
    COLLECTING_STORE_NAME,
    NO,
    YES,
    phone_reason,
)
from stores.rules.names import Text
from stores.rules.understand import understand

CONFIRMED = {"keep both": "keep_both"}
"""Choices whose value, as people type it, is not what the operation's slot holds."""


def answer(utterance: Utterance, pending: Pending, snapshot: Snapshot, policy: Policy) -> Answer | None:
    """The suspended operation completed, withdrawn, or a failed try; None if the message does not answer the question."""
    text = Text(utterance.text, words_of(utterance))
    if is_cancel(text.words):
        return Cancelled()
    match pending.kind:
        case kind if kind == AWAITING_CONFIRMATION:
            return _confirmation(text, pending)
        case kind if kind == AWAITING_CHOICE:
            chosen = pick(text.words, pending.choices)
            return Answered(operation=pending.operation.with_slots(choice=chosen.value)) if chosen else None
        case kind if kind == COLLECTING_SAVE_INFO:
            return _details(text, utterance, pending, snapshot, policy)
        case kind if kind == COLLECTING_STORE_NAME:
            return _name(text, utterance, pending, snapshot, policy)
    return None  # a passphrase is never read from a message


def _confirmation(text: Text, pending: Pending) -> Answer | None:
    choice = pick(text.words, pending.choices)
    if choice is None:
        yes = says_yes_or_no(text.words)
        if yes is None or (yes and YES not in pending.choices):
            return None  # "yes" to "update it or keep both?"
        choice = YES if yes else NO
    if choice == NO:
        return Cancelled()
    return Answered(operation=pending.operation.with_slots(confirmed=CONFIRMED.get(choice.value, choice.value)))


def _details(
    text: Text, utterance: Utterance, pending: Pending, snapshot: Snapshot, policy: Policy
) -> Answer | None:
    """A number, a name, or both, for what a save or an update still lacks."""
    phones = [word.text for word in text.words if word.kind == "phone"]
    if len(phones) > 1:
        return None
    operation = pending.operation
    heard = understand(utterance, snapshot, policy).operations
    if phones:
        known, told = operation.slots.get("store_name"), [each.slots.get("store_name") for each in heard]
        if any(name and known and name.casefold() != known.casefold() for name in told):
            return None  # "save Joe's Pizza, 212-555-0123" while another store's number is asked for
        if bad := _invalid(utterance, phones[0]):
            return bad
        name = known or next(filter(None, told), None) or _rest(text)
        return Answered(operation=operation.with_slots(phone=phones[0], store_name=name))
    if operation.slots.get("store_name") or operation.intent != "save":
        return None
    return _name(text, utterance, pending, snapshot, policy)


def _name(text: Text, utterance: Utterance, pending: Pending, snapshot: Snapshot, policy: Policy) -> Answer | None:
    """The whole message as a name, unless it asks for something else: "Save Mart" is a name, "list my stores" is not."""
    heard = understand(utterance, snapshot, policy).operations
    named = [each for each in heard if each.slots.get("store_name")]
    same = [each for each in named if each.intent == pending.operation.intent]
    if same:
        return Answered(operation=pending.operation.with_slots(store_name=same[0].slots["store_name"]))
    is_request = [each for each in heard if each.intent != "save" or each.slots.get("phone")]
    name = None if is_request else _rest(text)
    return Answered(operation=pending.operation.with_slots(store_name=name)) if name else None


def _rest(text: Text) -> str | None:
    """What a message says beside the number, as a name: without "it's", "for", "please"."""
    last = len(text.words)
    if any("?" in word.after for word in text.words):
        return None
    first = text.skip(phrases.ANSWER_LEADS, 0, last)
    last = text.strip(phrases.ANSWER_TAILS, first, last)
    words = [index for index in range(first, last) if text.words[index].kind != "phone"]
    span = text.span(words[0], words[-1] + 1) if words else None
    return text.slice(span) if span and text.is_plausible(span) else None


def _invalid(utterance: Utterance, token: str) -> Failed | None:
    entity = utterance.entity(token)
    if entity is None or entity.valid:
        return None
    reason = phone_reason(entity.reason or "not_a_number", entity.region or utterance.region)
    return Failed(say=Say(key="stores.phone_invalid", params={"phone": token, "reason": reason}))
