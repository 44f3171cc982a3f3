"""What a message says to a question the directory asked."""

from collections.abc import Callable
from typing import NamedTuple

from conversations.engine.contract import (
    Answer,
    Answered,
    Cancelled,
    Failed,
    Operation,
    Pending,
    Policy,
    Say,
    Snapshot,
    Utterance,
)
from conversations.engine.reading.answers import is_cancel, ordinal, pick, says_yes_or_no
from conversations.engine.reading.courtesy import OPENERS
from conversations.engine.reading.words import words_of
from stores.rules.decisions import (
    AWAITING_CHOICE,
    AWAITING_CONFIRMATION,
    AWAITING_PASSPHRASE_FOR_RETRIEVE,
    AWAITING_PASSPHRASE_FOR_REVERSE,
    COLLECTING_SAVE_INFO,
    COLLECTING_STORE_NAME,
    KEEP_BOTH,
    NO,
    UPDATE,
    YES,
    phone_reason,
)
from stores.rules.importing import (
    AWAITING_IMPORT_CONFIRMATION,
    AWAITING_PASSPHRASE_FOR_IMPORT,
    IMPORT,
    UPDATE_TOO,
)
from stores.rules.importing import NO as CANCEL
from stores.rules.lookup import behind_openers
from stores.rules.names import Text
from stores.rules.naming import name_end
from stores.rules.pairs import name_in, skip_leads, told
from stores.rules.phrases.changes import DO_IT, KEEP_THEM_BOTH, NAME_IS, NO_NAMES, UPDATE_IT
from stores.rules.phrases.common import TAILS
from stores.rules.phrases.importing import IMPORT_THEM
from stores.rules.phrases.importing import UPDATE_TOO as UPDATE_THEM_TOO
from stores.rules.understand import understand
from stores.rules.vocabulary import EVERYDAY

LONGEST_NAME_ANSWER = 8  # words; more are a sentence about something else


def answer(utterance: Utterance, pending: Pending, snapshot: Snapshot, policy: Policy) -> Answer | None:
    """Whether and how the message answers `pending`: with its operation completed, by withdrawing it, or with something
    that cannot be taken. None: it is about something else, which runs first."""
    text = Text(utterance.text, words_of(utterance))
    if not text.words:
        return None
    asked = understand(utterance, snapshot, policy).operations
    return _READERS[pending.kind](_Heard(text, utterance, pending, asked))


class _Heard(NamedTuple):
    """A message as a question's reader needs it; `asked` is what it asks for when it answers nothing."""

    text: Text
    utterance: Utterance
    pending: Pending
    asked: tuple[Operation, ...]

    def completed(self, **slots: str) -> Answered:
        return Answered(operation=self.pending.operation.with_slots(**slots))


def _read_secret(heard: _Heard) -> Answer | None:
    """Nothing that is not marked as a secret answers; it may only withdraw the question."""
    return Cancelled() if is_cancel(heard.text.words) else None


# Details of a store -----------------------------------------------------------------------------------------------


def _read_details(heard: _Heard) -> Answer | None:
    """The missing name or number of a save, the new number of an update; or a correction of what is known."""
    if _withdraws(heard.text):
        return Cancelled()
    if not _is_own(heard):
        return None
    return _told_number(heard) or _told_name(heard)


def _withdraws(text: Text) -> bool:
    return is_cancel(text.words) or says_yes_or_no(text.words) is False


def _is_own(heard: _Heard) -> bool:
    """Whether the message, even if it reads like a request, is about the store in question: "save it as 415 …"."""
    if not heard.asked or all(word.kind in ("phone", "digits") for word in heard.text.words):
        return True
    slots, waiting = heard.asked[0].slots, heard.pending.operation
    if len(heard.asked) > 1 or heard.asked[0].intent != waiting.intent:
        return False
    named, numbered = slots.get("store_name"), slots.get("phone")
    # Asked for a name, "Save Mart" is one.
    return not numbered if not waiting.slots.get("store_name") else not named


def _told_number(heard: _Heard) -> Answer | None:
    text = heard.text
    pairs = told(text, OPENERS.skip(text.words, 0), len(text.words)).pairs
    if not pairs:
        return None
    number = pairs[-1]
    entity = heard.utterance.entity(number.phone.text)
    if entity is not None and not entity.valid:
        region = entity.region or heard.utterance.region
        params = {
            "phone": entity.token,
            "region": region,
            "reason": phone_reason(entity.reason or "not_a_number", region),
        }
        return Failed(say=Say(key="stores.phone_invalid", params=params))
    if number.name and not heard.pending.operation.slots.get("store_name"):
        return heard.completed(phone=number.phone.text, store_name=text.slice(number.name))
    return heard.completed(phone=number.phone.text)


def _told_name(heard: _Heard) -> Answer | None:
    """A name where one is missing, or "no, the name is …" where one was wrong."""
    text = heard.text
    first = behind_openers(text, 0, len(text.words))
    corrected = NAME_IS.skip(text.words, first)
    if heard.pending.operation.slots.get("store_name") and corrected == first:
        too_short = all(word.kind == "digits" for word in text.words[first:])
        return Failed(say=Say(key="stores.number_too_short")) if too_short and first < len(text.words) else None
    name = _name_from(text, corrected)
    return heard.completed(store_name=name) if name else None


def _name_from(text: Text, first: int) -> str | None:
    """The name that a message of little else tells."""
    last = len(text.words)
    begin = skip_leads(text, first, last)
    first = begin if begin < last else first
    if last - first > LONGEST_NAME_ANSWER or first >= last or "?" in text.words[-1].after:
        return None
    span = name_in(text, first, name_end(text, first, last))
    if span is None or NO_NAMES.is_all(text.words, span.first, span.last):
        return None
    words = range(span.first, span.last)
    is_sentence = len(words) > 2 and not text.is_proper(span) and all(text.bare(index) in EVERYDAY for index in words)
    return None if is_sentence else text.slice(span)


def _read_store_name(heard: _Heard) -> Answer | None:
    """Which store is meant."""
    if _withdraws(heard.text):
        return Cancelled()
    name = None if heard.asked else _name_from(heard.text, behind_openers(heard.text, 0, len(heard.text.words)))
    return heard.completed(store_name=name) if name else None


# Choices ----------------------------------------------------------------------------------------------------------


def _read_choice(heard: _Heard) -> Answer | None:
    if chosen := pick(heard.text.words, heard.pending.choices):
        return heard.completed(choice=chosen.value)
    return Cancelled() if _withdraws(heard.text) else None


def _read_confirmation(heard: _Heard) -> Answer | None:
    value = _said(heard)
    if value is None:
        return None
    return Cancelled() if value == NO.value else heard.completed(confirmed=value.replace(" ", "_"))


def _said(heard: _Heard) -> str | None:
    """The value of the choice that the message means."""
    words, choices = heard.text.words, heard.pending.choices
    values = [choice.value for choice in choices]
    typed = " ".join(word.norm for word in words)
    if typed in values:
        return typed
    first = OPENERS.skip(words, 0)
    last = heard.text.strip(TAILS, first, len(words))
    for value, table in ((UPDATE.value, UPDATE_IT), (KEEP_BOTH.value, KEEP_THEM_BOTH)):
        if value in values and table.is_all(words, first, last):
            return value
    if place := ordinal(words, len(choices)):
        return values[place - 1]
    said = says_yes_or_no(words)
    if said is False:
        return NO.value
    do_it = DO_IT.get(heard.pending.operation.intent)
    if YES.value in values and (said or (do_it and do_it.is_all(words, first, last))):
        return YES.value
    return None


def _read_import(heard: _Heard) -> Answer | None:
    """Whether a file shall be imported. A no is carried out, too: the file is dropped."""
    if said := _said_of_import(heard):
        return heard.completed(confirmed=said.replace(" ", "_"))
    return None


def _said_of_import(heard: _Heard) -> str | None:
    words, choices = heard.text.words, heard.pending.choices
    values = [choice.value for choice in choices]
    typed = " ".join(word.norm for word in words)
    if typed in values:
        return typed
    first = OPENERS.skip(words, 0)
    last = heard.text.strip(TAILS, first, len(words))
    for value, table in (
        (IMPORT.value, IMPORT_THEM), (UPDATE_TOO.value, UPDATE_THEM_TOO), (KEEP_BOTH.value, KEEP_THEM_BOTH)
    ):  # fmt: skip
        if table.is_all(words, first, last) or table.is_all(words):
            return value
    if place := ordinal(words, len(choices)):
        return values[place - 1]
    said = says_yes_or_no(words)
    return IMPORT.value if said else CANCEL.value if said is False or is_cancel(words) else None


_READERS: dict[str, Callable[[_Heard], Answer | None]] = {
    COLLECTING_SAVE_INFO: _read_details,
    COLLECTING_STORE_NAME: _read_store_name,
    AWAITING_PASSPHRASE_FOR_RETRIEVE: _read_secret,
    AWAITING_PASSPHRASE_FOR_REVERSE: _read_secret,
    AWAITING_CHOICE: _read_choice,
    AWAITING_CONFIRMATION: _read_confirmation,
    AWAITING_IMPORT_CONFIRMATION: _read_import,
    AWAITING_PASSPHRASE_FOR_IMPORT: _read_secret,
}
