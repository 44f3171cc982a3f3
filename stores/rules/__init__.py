"""The rules of the directory: what a message asks, what to do about it, what to say. Pure."""

from stores.rules.answers import answer
from stores.rules.decisions import (
    AWAITING_CHOICE,
    AWAITING_CONFIRMATION,
    AWAITING_PASSPHRASE_FOR_RETRIEVE,
    AWAITING_PASSPHRASE_FOR_REVERSE,
    COLLECTING_SAVE_INFO,
    COLLECTING_STORE_NAME,
    decide,
    phone_reason,
)
from stores.rules.importing import (
    AWAITING_IMPORT_CONFIRMATION,
    AWAITING_PASSPHRASE_FOR_IMPORT,
    CHECK,
    PROGRESS,
)
from stores.rules.replies import reply
from stores.rules.slots import INTENTS, MEANINGS
from stores.rules.understand import understand
from stores.rules.weighing import weigh

__all__ = [
    "AWAITING_CHOICE",
    "AWAITING_CONFIRMATION",
    "AWAITING_IMPORT_CONFIRMATION",
    "AWAITING_PASSPHRASE_FOR_IMPORT",
    "AWAITING_PASSPHRASE_FOR_RETRIEVE",
    "AWAITING_PASSPHRASE_FOR_REVERSE",
    "CHECK",
    "COLLECTING_SAVE_INFO",
    "COLLECTING_STORE_NAME",
    "INTENTS",
    "MEANINGS",
    "PROGRESS",
    "answer",
    "decide",
    "phone_reason",
    "reply",
    "understand",
    "weigh",
]
