"""What the page asks for, by socket or by form: messages and retries, limited and given to the engine."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from conversations.edge import KEY_MAX_CHARS, BadMessage, check_key, receive
from conversations.engine.contract import Principal
from conversations.engine.recovery import NotRetryable
from conversations.engine.runtime import Secret, runtime
from conversations.engine.storage import Accepted, Inbound
from conversations.notices import announce_turn
from conversations.ratelimit import spend_in_loop


@sensitive_variables()
async def post_message(
    principal: Principal, conversation_id: UUID, fields: Mapping[str, Any], sender: str = ""
) -> Accepted:
    """Accept what a form sent and set its turn going; the conversation's other pages are told.

    `fields` are `key` and either `text`, or `secret` and `pending_id`: a marked secret is only ever a try at that
    question. `sender` is the channel that needs no telling. Raises `BadMessage`, in the user's words, and `NotYours`.
    """
    key = check_key(text_field(fields, "key"))
    secret = _secret(fields) if "secret" in fields else None
    if secret:
        inbound = Inbound(text="", secret_for=secret.pending_id)
    else:
        inbound = receive(text_field(fields, "text"), principal.region)
    await spend_in_loop(principal)
    accepted = await runtime().start(principal, conversation_id, inbound, key, secret)
    await announce_turn(accepted.conversation_id, accepted.turn_id, sender)
    return accepted


async def retry_turn(principal: Principal, conversation_id: UUID, turn_id: UUID, sender: str = "") -> None:
    """Run a failed turn again. Raises `BadMessage` if it is not one to retry, and `NotYours`."""
    await spend_in_loop(principal)
    try:
        await runtime().retry(principal.user_id, turn_id)
    except NotRetryable:
        raise BadMessage(
            "not_retryable", _("Only the last message can be tried again, and only if it failed.")
        ) from None
    await announce_turn(conversation_id, turn_id, sender)


def text_field(fields: Mapping[str, Any], name: str) -> str:
    """A field of a form. What a hand-made frame has there instead of text counts as nothing."""
    value = fields.get(name, "")
    return value if isinstance(value, str) else ""


@sensitive_variables()
def _secret(fields: Mapping[str, Any]) -> Secret:
    value, pending_id = text_field(fields, "secret"), text_field(fields, "pending_id")
    if not value.strip():
        raise BadMessage("empty", _("Type your passphrase first."))
    if not pending_id or len(pending_id) > KEY_MAX_CHARS:
        raise BadMessage("bad_secret", _("The passphrase could not be read. Reload the page and try again."))
    return Secret(pending_id, value)
