"""What pages and commands say when a store or a number cannot be taken."""

from datetime import timedelta

from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _

from accounts.passphrase import Verdict
from accounts.regions import REGION_NAMES
from stores.actions import ErrorCode
from stores.messages import ERRORS, MESSAGES
from stores.models import NAME_MAX, NOTE_MAX
from vault.phones import PhoneReading


def explain(code: ErrorCode) -> str:
    """The sentence for a `StoreError`."""
    return str(ERRORS[code]).format(name_max=NAME_MAX, note_max=NOTE_MAX)


def explain_phone(reading: PhoneReading) -> str:
    """Why a number that was read is not valid, and in which country it was read."""
    region = REGION_NAMES.get(reading.region or "", reading.region or "")
    reason = str(MESSAGES[f"stores.phone_{reading.reason}"]).format(region=region)
    return _("This isn’t a valid phone number: {reason}.").format(reason=reason)


def explain_verdict(verdict: Verdict) -> str:
    """Why a try of the passphrase unlocked nothing."""
    if verdict.outcome == "unset":
        return _("You have no passphrase yet. Set one in Settings.")
    if verdict.locked_until:
        # In whole minutes, rounded up.
        wait = timeuntil(verdict.locked_until + timedelta(minutes=1))
        return _("Too many wrong tries. You can try again in {wait}.").format(wait=wait)
    return _("That isn’t your passphrase.")
