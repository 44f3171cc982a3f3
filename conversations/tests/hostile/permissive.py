"""What each gate is replaced by when a test switches it off: a function that lets everything pass."""

import json
from collections import UserDict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts import passphrase
from accounts.models import User
from conversations.models import Conversation
from llm.ledger import Held
from vault.scan import Tokenized


def _uncounted_try(user_id: int) -> Any:
    return passphrase._Try(User.objects.get(pk=user_id).passphrase, 0, None)


def _anybody(conversation_id: Any, principal: Any) -> int | None:
    owner: int | None = Conversation.objects.get(id=conversation_id).user_id
    return owner


async def _at_once(limiter: Any, provider: str, tokens: int, deadline: float) -> None:
    pass


class _Unchecked(UserDict[str, Any]):
    """A form that anything fits."""

    def model_dump(self) -> dict[str, Any]:
        return dict(self.data)


PERMISSIVE: dict[str, Callable[..., Any]] = {
    "passphrase.match": lambda secret, encoded: True,
    "passphrase.tries": _uncounted_try,
    "passphrase.export": lambda unlocked: None,
    "passphrase.import": lambda on_same_name, unlocked: None,
    "passphrase.decide_import": lambda answer, facts: False,
    "passphrase.report": lambda unlocked: True,
    "passphrase.search": lambda unlocked: True,
    "passphrase.decide": lambda operation, facts, kind: None,
    "passphrase.release": lambda context: None,
    "unlock.edge": lambda user_id, holder: timezone.now() + timedelta(hours=1),
    "unlock.turn": lambda principal, *, unlocked, released: True,
    "secret.mark": lambda inbound: False,
    "secret.awaited": lambda intake: True,
    "vault.door": lambda text, region: Tokenized(text, ()),
    "vault.look_alikes": lambda text: text,
    "vault.mask": lambda value, viewer: True,
    "vault.reach": lambda manager, owner_id, conversation_id, letters: {
        value.letters: value for value in manager.filter(letters__in=letters)
    },
    "secret.model": lambda work: False,
    "secret.history": list,
    "file.kind": lambda content, most_bytes: None,
    "file.rows": lambda content, layout, most: 1,
    "file.size": lambda file, kind: False,
    "phone.valid": lambda number: True,
    "phone.plain": lambda region, number: True,
    "phone.store": lambda e164: e164,
    "duplicate.save": lambda operation, facts: None,
    "consent.delete": lambda operation: True,
    "consent.import": lambda operation: "import",
    "consent.suggested": lambda operation, policy: False,
    "model.names": lambda value, text: (0, value),
    "model.numbers": lambda value, utterance: (0, value),
    "model.cue": lambda text, clause, operation: True,
    "model.answers": lambda operation, snapshot: False,
    "model.ending": lambda operation, snapshot, policy: operation.model_copy(update={"confidence": policy.sure}),
    "answer.form": lambda schema, text: _Unchecked(json.loads(text)),
    "answer.bound": lambda piece, room: True,
    "budget": lambda role, account, provider, model, estimate: Held(0, [], "", estimate),
    "rate.model": _at_once,
    "mask.find": lambda text, region, secrets=(): [],
    "mask.look_alikes": lambda text: text,
    "mask.phone": lambda value: value,
    "mask.text": lambda text, region: text,
    "prompt.data": lambda kind, text, *, is_raw=False: f"⟦data:{kind}⟧\n{text}\n⟦/data⟧",
    "tool.arguments": lambda tool, arguments: tool.arguments.model_construct(**arguments),
    "message.length": lambda text: None,
    "rate.messages": lambda sender: None,
    "owner.export": lambda user_id, how: None,
    "owner.imports": lambda jobs, user_id: jobs.order_by("-created_at"),
    "owner.import_changes": lambda user_id, how: None,
    "owner.stores": lambda stores, user_id: stores.filter(deleted_at__isnull=True),
    "owner.deleted_stores": lambda stores, user_id: stores.filter(deleted_at__isnull=False),
    "owner.changes": lambda user_id, how: None,
    "owner.conversations": lambda conversations, user_id: conversations.all(),
    "owner.messages": lambda messages, user_id: messages.all(),
    "owner.turns": lambda turns, user_id: turns.all(),
    "owner.stop_and_retry": lambda path, user_id: Q(),
    "owner.accept": _anybody,
    "owner.pages": _anybody,
    "state.flow": lambda edges, source, event, target: None,
    "state.lifecycle": lambda state, event: state,
    "markup.formulas": lambda text: text,
    "markup.direction": lambda piece: piece,
    "markup.links": lambda parser, url: True,
    "markup.allow_list": lambda html: html,
}
