"""What to do about one operation on the directory, given the facts. Pure; every gate of the directory is decided here
and checked once more by the tool that releases or writes.

Facts (from `StoresSkill.gather`): `unlocked`, `has_passphrase`; for a name, `hits` (`{"id", "name"}`, best first),
`clear` (the first is meant beyond doubt) and `nearest` (names, for "did you mean"); for a number, `phone` (`{"valid",
"reason", "region"}`) or `digits` (how many); for a save, `same_name` (hits of that very name) and `identical` (one of
them has the same number, known only while unlocked).
"""

from collections.abc import Callable

from agentsite.gates import gate
from conversations.engine.contract import JSON, Ask, Call, Choice, Decision, Operation, Policy, Refuse, Say, Tell
from stores.rules.importing import decide_import

MIN_DIGITS = 3

COLLECTING_SAVE_INFO = "collecting_save_info"
COLLECTING_STORE_NAME = "collecting_store_name"
AWAITING_PASSPHRASE_FOR_RETRIEVE = "awaiting_passphrase_for_retrieve"  # noqa: S105
AWAITING_PASSPHRASE_FOR_REVERSE = "awaiting_passphrase_for_reverse"  # noqa: S105
AWAITING_CHOICE = "awaiting_choice"
AWAITING_CONFIRMATION = "awaiting_confirmation"

UPDATE = Choice(value="update", label="stores.choice_update")
KEEP_BOTH = Choice(value="keep both", label="stores.choice_keep_both")
YES = Choice(value="yes", label="stores.choice_yes")
NO = Choice(value="cancel", label="stores.choice_cancel")


def decide(operation: Operation, facts: JSON, policy: Policy) -> Decision:
    """The decision about an operation of one of the intents in `DECIDERS`."""
    return DECIDERS[operation.intent](operation, facts, policy)


def _ask(kind: str, operation: Operation, key: str, *choices: Choice, **params: object) -> Ask:
    return Ask(kind=kind, operation=operation, say=Say(key=key, params=dict(params)), choices=choices)


def _save(operation: Operation, facts: JSON, policy: Policy) -> Decision:
    name, phone = operation.slots.get("store_name"), operation.slots.get("phone")
    if incomplete := _incomplete_save(operation, facts):
        return incomplete
    if duplicate := _duplicate(operation, facts):
        return duplicate
    confirmed, same = operation.slots.get("confirmed"), facts["same_name"]
    if _is_suggested(operation, policy):
        return _ask(AWAITING_CONFIRMATION, operation, "stores.confirm_save", YES, NO, name=name, phone=phone)
    replaces = same[0]["id"] if confirmed == "update" and same else None
    return Call(
        tool="save_store",
        arguments={"name": name, "phone": phone, "note": operation.slots.get("note") or "", "replaces": replaces},
    )


@gate("duplicate.save")
def _duplicate(operation: Operation, facts: JSON) -> Decision | None:
    """What to say of a name that is taken; None if the user has said what is meant."""
    same = facts["same_name"]
    if not same or operation.slots.get("confirmed") in ("update", "keep_both"):
        return None
    if facts["identical"]:
        return Tell(say=Say(key="stores.already_saved", params={"name": same[0]["name"]}))
    return _ask(AWAITING_CONFIRMATION, operation, "stores.name_exists", UPDATE, KEEP_BOTH, NO, name=same[0]["name"])


@gate("consent.suggested")
def _is_suggested(operation: Operation, policy: Policy) -> bool:
    """Whether the message only suggests it, and the user has not said yes since."""
    return operation.confidence < policy.sure and not operation.slots.get("confirmed")


def _incomplete_save(operation: Operation, facts: JSON) -> Decision | None:
    name, phone = operation.slots.get("store_name"), operation.slots.get("phone")
    if phone and not facts["phone"]["valid"]:
        return _bad_phone(operation, facts, phone)
    if not name and not phone:
        return _ask(COLLECTING_SAVE_INFO, operation, "stores.ask_name_and_phone")
    if not phone:
        return _ask(COLLECTING_SAVE_INFO, operation, "stores.ask_phone", name=name)
    if not name:
        return _ask(COLLECTING_SAVE_INFO, operation, "stores.ask_name", phone=phone)
    return None


def _bad_phone(operation: Operation, facts: JSON, phone: str) -> Ask:
    """Refuse an invalid number with the reason, and ask for the right one."""
    reason = phone_reason(facts["phone"]["reason"], facts["phone"]["region"])
    return _ask(
        COLLECTING_SAVE_INFO, operation.with_slots(phone=None), "stores.ask_valid_phone", phone=phone, reason=reason
    )


def phone_reason(code: str, region: str) -> JSON:
    """Why a number is not valid, as a sentence part inside another (a nested `Say`)."""
    return Say(key=f"stores.phone_{code}", params={"region": region}).model_dump()


def _retrieve_by_name(operation: Operation, facts: JSON, policy: Policy) -> Decision:
    name = operation.slots.get("store_name")
    if _is_suggested(operation, policy):
        return _ask(AWAITING_CONFIRMATION, operation, "stores.confirm_look_up", YES, NO, name=name)
    if unknown := _unknown_store(operation, facts):
        return unknown
    if locked := _locked(operation, facts, AWAITING_PASSPHRASE_FOR_RETRIEVE):
        return locked
    hits = facts["hits"]
    if not facts["clear"] and not _same_name(hits):
        return _which(operation, hits)
    meant = hits if _same_name(hits) else hits[:1]
    return Call(tool="lookup_by_name", arguments={"store_ids": [hit["id"] for hit in meant]})


def _retrieve_by_phone(operation: Operation, facts: JSON, policy: Policy) -> Decision:
    digits = facts["digits"]
    if digits < MIN_DIGITS:
        return Tell(say=Say(key="stores.too_few_digits", params={"minimum": MIN_DIGITS}))
    if locked := _locked(operation, facts, AWAITING_PASSPHRASE_FOR_REVERSE):
        return locked
    return Call(tool="lookup_by_phone", arguments={"phone": operation.slots["phone"]})


@gate("passphrase.decide")
def _locked(operation: Operation, facts: JSON, kind: str) -> Decision | None:
    """The passphrase gate: None only if gated values may be released now."""
    if facts["unlocked"]:
        return None
    if not facts["has_passphrase"]:
        return Refuse(say=Say(key="stores.no_passphrase"))
    return _ask(kind, operation, "stores.ask_passphrase")


def _unknown_store(operation: Operation, facts: JSON) -> Decision | None:
    """The question or the answer where no store can be meant; None if there are hits."""
    name = operation.slots.get("store_name")
    if facts["hits"]:
        return None
    if not name:
        return _ask(COLLECTING_STORE_NAME, operation, f"stores.which_store_{operation.intent}")
    if facts["nearest"]:
        names = ", ".join(facts["nearest"])
        return Tell(say=Say(key="stores.not_found_did_you_mean", params={"name": name, "names": names}))
    return Tell(say=Say(key="stores.not_found", params={"name": name}))


def _which(operation: Operation, hits: list[JSON]) -> Ask:
    """Ask which of several stores is meant; the operation remembers what each number stands for."""
    choices = [Choice(value=str(number), label=hit["name"]) for number, hit in enumerate(hits, 1)]
    suspended = operation.with_slots(candidates=[hit["id"] for hit in hits], choice=None)
    return _ask(
        AWAITING_CHOICE,
        suspended,
        "stores.which_one",
        *choices,
        items=[{"number": choice.value, "name": choice.label} for choice in choices],
    )


def _same_name(hits: list[JSON]) -> bool:
    return len({hit["name"].casefold() for hit in hits}) == 1


def _update(operation: Operation, facts: JSON, policy: Policy) -> Decision:
    if unknown := _unknown_store(operation, facts):
        return unknown
    phone, new_name = operation.slots.get("phone"), operation.slots.get("new_name")
    if not facts["clear"]:
        return _which(operation, facts["hits"])
    store = facts["hits"][0]
    if phone and not facts["phone"]["valid"]:
        return _bad_phone(operation, facts, phone)
    if not phone and not new_name:
        return _ask(COLLECTING_SAVE_INFO, operation, "stores.ask_new_phone", name=store["name"])
    if _is_suggested(operation, policy):
        return _confirm_update(operation, store)
    return Call(tool="update_store", arguments={"store_id": store["id"], "phone": phone, "new_name": new_name})


def _confirm_update(operation: Operation, store: JSON) -> Ask:
    """Ask whether to change the store, and say to what."""
    phone, new_name = operation.slots.get("phone"), operation.slots.get("new_name")
    if phone and new_name:
        key = "stores.confirm_new_name_and_phone"
    else:
        key = "stores.confirm_new_phone" if phone else "stores.confirm_new_name"
    # What is confirmed is this store, even if by then another fits the name better.
    suspended = operation.with_slots(candidates=[store["id"]], choice="1")
    params = {"name": store["name"], "phone": phone, "new_name": new_name}
    return _ask(AWAITING_CONFIRMATION, suspended, key, YES, NO, **params)


def _delete(operation: Operation, facts: JSON, policy: Policy) -> Decision:
    if unknown := _unknown_store(operation, facts):
        return unknown
    if not facts["clear"]:
        return _which(operation, facts["hits"])
    store = facts["hits"][0]
    if not _agreed(operation):
        # What is confirmed is this store, even if by then another fits the name better.
        suspended = operation.with_slots(candidates=[store["id"]], choice="1")
        return _ask(AWAITING_CONFIRMATION, suspended, "stores.confirm_delete", YES, NO, name=store["name"])
    return Call(tool="delete_store", arguments={"store_id": store["id"]})


@gate("consent.delete")
def _agreed(operation: Operation) -> bool:
    """Whether the user has said yes to this very deletion."""
    return operation.slots.get("confirmed") == "yes"


def _list(operation: Operation, facts: JSON, policy: Policy) -> Decision:
    return Call(tool="list_stores", arguments={"prefix": operation.slots.get("prefix") or ""})


def _undo(operation: Operation, facts: JSON, policy: Policy) -> Decision:
    if _is_suggested(operation, policy):
        return _ask(AWAITING_CONFIRMATION, operation, "stores.confirm_undo", YES, NO)
    return Call(tool="undo_last_change")


DECIDERS: dict[str, Callable[[Operation, JSON, Policy], Decision]] = {
    "save": _save,
    "retrieve_by_name": _retrieve_by_name,
    "retrieve_by_phone": _retrieve_by_phone,
    "update": _update,
    "delete": _delete,
    "list": _list,
    "undo": _undo,
    "import": decide_import,
}
