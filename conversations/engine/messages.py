"""What the engine itself says, whatever the skills are."""

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "engine.cancelled": _("All right, I dropped that."),
    "engine.gave_up": _("Let’s leave it there. Ask again whenever you like."),
    "engine.not_an_answer": _("I couldn’t take that as an answer."),
    "engine.secret_expected": _("I’m waiting for your passphrase. Enter it in the passphrase field, or cancel."),
    "engine.secret_wrong": _("That passphrase isn’t right."),
    "engine.secret_locked": _("Too many wrong tries. You can try again after {until}."),
    "engine.secret_unset": _("You have no passphrase yet. Set one in Settings, then ask again."),
    "engine.secret_lost": _("I was interrupted before I could check your passphrase."),
    "engine.secret_unexpected": _("I’m not waiting for a passphrase now. Nothing was checked."),
    "engine.handed_over": _("A person has taken over this conversation and will answer here."),
    "engine.corrupt": _(
        "Something stored for this conversation can’t be read, so I stopped here. Please start a new one."
    ),
}
