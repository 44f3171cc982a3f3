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
    "engine.file_not_taken": _("I can’t do anything with {name}."),
    "engine.file_kind": _("I can’t use {name}: I take {kinds}."),
    "engine.file_empty": _("{name} is empty."),
    "engine.file_too_large": _("{name} is too large: it has {size}, and {limit} is the most I take."),
    "engine.handed_over": _("A person has taken over this conversation and will answer here."),
    "engine.nothing_works": _(
        "There is little I can do here at the moment. Another agent of this site may be able to help."
    ),
    "engine.budget_user_day": _(
        "Your budget for language models is used up for today. Until tomorrow I answer by fixed rules, without a model."
    ),
    "engine.budget_agent_day": _(
        "My budget for language models is used up for today. Until tomorrow I answer by fixed rules, without a model."
    ),
    "engine.budget_site_month": _(
        "This site’s budget for language models is used up for this month. Until the next I answer by fixed rules, "
        "without a model."
    ),
    "engine.corrupt": _(
        "Something stored for this conversation can’t be read, so I stopped here. Please start a new one."
    ),
}
