"""The stores skill's contact with the world: facts from the directory, tools over its actions, numbers as tokens."""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from accounts.models import User
from agentsite.gates import gate
from conversations.engine.contract import (
    JSON,
    Answer,
    Call,
    Decision,
    FileContext,
    FileTaken,
    InboundFile,
    Operation,
    Pending,
    PendingKind,
    Policy,
    Reading,
    Say,
    Skill,
    Snapshot,
    Tool,
    ToolContext,
    ToolResult,
    Utterance,
)
from conversations.engine.reading.words import count_digits
from stores import actions, rules, skill_files
from stores.context import owner_of, told
from stores.messages import ACTIONS, MESSAGES
from stores.models import NAME_MAX, NOTE_MAX, Store
from stores.search import clear_hit, nearest, search, search_digits
from stores.undo import undo_last
from vault.actions import mint_many, resolve, reveal
from vault.phones import PhoneReading, read_phone
from vault.tokens import TOKEN_RE

A = TypeVar("A", bound=BaseModel)

LIST_LIMIT = 50
GATED = ("retrieve_by_name", "retrieve_by_phone")
"""Intents that the passphrase gate is asked for."""


class Locked(Exception):
    """A tool was asked to release gated values while the user is locked: a fault of the rules, never of the user."""


class SaveArguments(BaseModel):
    name: str
    phone: str
    note: str = ""
    replaces: UUID | None = None


class UpdateArguments(BaseModel):
    store_id: UUID
    phone: str | None = None
    new_name: str | None = None


class DeleteArguments(BaseModel):
    store_id: UUID


class LookupByNameArguments(BaseModel):
    store_ids: list[UUID]


class LookupByPhoneArguments(BaseModel):
    phone: str


class ListArguments(BaseModel):
    prefix: str = ""


class NoArguments(BaseModel):
    pass


@gate("passphrase.release")
def _require_unlocked(context: ToolContext) -> None:
    if not context.unlocked:
        raise Locked


def _read(context: ToolContext, token: str) -> PhoneReading:
    """The number behind a token of this user, or a part of a number as typed, read in their region.

    Raises KeyError for a token that is not theirs.
    """
    if not TOKEN_RE.fullmatch(token):
        return read_phone(token, context.principal.region)
    if token not in context.memo:
        typed = context.typed.get(token) or _kept(context, token)
        context.memo[token] = read_phone(typed, context.principal.region)
    reading: PhoneReading = context.memo[token]
    return reading


def _kept(context: ToolContext, token: str) -> str:
    value = resolve([token], owner_id=owner_of(context), conversation_id=UUID(context.conversation_id))[token]
    return value.raw or value.value


def _typed(context: ToolContext, name: str) -> str:
    """A name of a message as the user typed it."""
    return reveal(name, owner_id=owner_of(context), conversation_id=context.conversation_id)


def _items(context: ToolContext, stores: Iterable[Store]) -> list[JSON]:
    """Stores for a reply, numbers as gated tokens (drawn or masked for whoever looks)."""
    stores = list(stores)
    tokens = mint_many("phone", {store.phone_e164 for store in stores}, owner_id=owner_of(context), gated=True)
    return [{"name": told(context, store.name), "phone": tokens[store.phone_e164]} for store in stores]


def _hit(context: ToolContext, store: Store) -> JSON:
    return {"id": str(store.pk), "name": told(context, store.name)}


def _invalid(token: str, read: PhoneReading) -> JSON:
    return {"phone": token, "reason": rules.phone_reason(read.reason or "not_a_number", read.region or "")}


def _origin(context: ToolContext) -> dict[str, Any]:
    return {
        "origin": UUID(context.conversation_id),
        "batch": UUID(context.turn_id),
        "source": context.principal.channel,
        "actor": context.principal.user_id,
    }


def _refusing(tool: Callable[[ToolContext, A], ToolResult]) -> Callable[[ToolContext, A], ToolResult]:
    """What an action refuses (a name too long, a store that is gone) is a result to tell the user, not a fault."""

    @wraps(tool)
    def run(context: ToolContext, arguments: A) -> ToolResult:
        try:
            return tool(context, arguments)
        except actions.StoreError as error:
            limits = {"name_max": NAME_MAX, "note_max": NOTE_MAX}
            return ToolResult(ok=False, code=f"error_{error.code}", data=limits)

    return run


@_refusing
def save_store(context: ToolContext, arguments: SaveArguments) -> ToolResult:
    """Save a store, or give the one it `replaces` the new number."""
    user_id, read = owner_of(context), _read(context, arguments.phone)
    if read.e164 is None:
        return ToolResult(ok=False, code="phone_invalid", data=_invalid(arguments.phone, read))
    number: dict[str, Any] = {"phone_e164": read.e164, "phone_original": read.raw}
    if arguments.replaces:
        store = actions.update_store(user_id, arguments.replaces, **number, **_origin(context))
    else:
        name = _typed(context, arguments.name)
        store = actions.save_store(user_id, name=name, note=arguments.note, **number, **_origin(context))
    data = {"name": told(context, store.name), "phone": arguments.phone}
    return ToolResult(ok=True, code="updated" if arguments.replaces else "saved", data=data, focus=_hit(context, store))


@_refusing
def update_store(context: ToolContext, arguments: UpdateArguments) -> ToolResult:
    """Give a store another number, another name, or both."""
    user_id = owner_of(context)
    changes: dict[str, Any] = {}
    if arguments.phone:
        read = _read(context, arguments.phone)
        if read.e164 is None:
            return ToolResult(ok=False, code="phone_invalid", data=_invalid(arguments.phone, read))
        changes |= {"phone_e164": read.e164, "phone_original": read.raw}
    if arguments.new_name:
        changes["name"] = _typed(context, arguments.new_name)
    old_names = Store.objects.for_user(user_id).filter(pk=arguments.store_id).values_list("name", flat=True)
    old_name = told(context, old_names.first() or "")
    store = actions.update_store(user_id, arguments.store_id, **changes, **_origin(context))
    data = {"old_name": old_name, **_items(context, [store])[0]}
    return ToolResult(ok=True, code="updated" if arguments.phone else "renamed", data=data, focus=_hit(context, store))


@_refusing
def delete_store(context: ToolContext, arguments: DeleteArguments) -> ToolResult:
    """Delete a store; it can be restored."""
    store = actions.delete_store(owner_of(context), arguments.store_id, **_origin(context))
    return ToolResult(ok=True, code="deleted", data={"name": told(context, store.name)}, focus={})


def lookup_by_name(context: ToolContext, arguments: LookupByNameArguments) -> ToolResult:
    """Release the numbers of these stores."""
    _require_unlocked(context)
    stores = list(Store.objects.for_user(owner_of(context)).filter(pk__in=arguments.store_ids))
    data = {"count": len(stores), "items": _items(context, stores)}
    return ToolResult(ok=bool(stores), code="found", data=data, focus=_hit(context, stores[0]) if stores else None)


def lookup_by_phone(context: ToolContext, arguments: LookupByPhoneArguments) -> ToolResult:
    """Release the stores whose number has these digits."""
    _require_unlocked(context)
    fragment = arguments.phone
    if TOKEN_RE.fullmatch(fragment):
        read = _read(context, fragment)
        fragment = read.e164 or read.digits
    stores = search_digits(owner_of(context), fragment, limit=LIST_LIMIT)
    data = {"count": len(stores), "items": _items(context, stores)}
    focus = _hit(context, stores[0]) if len(stores) == 1 else None
    return ToolResult(ok=bool(stores), code="found", data=data, focus=focus)


def list_stores(context: ToolContext, arguments: ListArguments) -> ToolResult:
    """List stores by name; their numbers stay masked while the user is locked."""
    stores = Store.objects.for_user(owner_of(context)).starting_with(arguments.prefix).order_by("normalized_name")
    data = {"count": stores.count(), "items": _items(context, stores[:LIST_LIMIT])}
    return ToolResult(ok=True, code="listed", data=data)


def undo_last_change(context: ToolContext, arguments: NoArguments) -> ToolResult:
    """Take back this user's last change in this conversation; a multi-save as one."""
    undone = undo_last(owner_of(context), UUID(context.conversation_id), source=context.principal.channel)
    return ToolResult(ok=undone.ok, code=undone.code, data={"count": undone.count}, focus={})


class StoresSkill(Skill):
    slug = "stores"
    gated = True
    intents = rules.INTENTS
    meanings = rules.MEANINGS
    tools = (
        Tool("save_store", "Save a store's name and phone number.", SaveArguments, save_store),
        Tool("update_store", "Change a store's number or name.", UpdateArguments, update_store),
        Tool("delete_store", "Delete a store.", DeleteArguments, delete_store),
        Tool("lookup_by_name", "Release the number of a store.", LookupByNameArguments, lookup_by_name),
        Tool("lookup_by_phone", "Release the stores that have a number.", LookupByPhoneArguments, lookup_by_phone),
        Tool("list_stores", "List stores by name.", ListArguments, list_stores),
        Tool("undo_last_change", "Take back the last change.", NoArguments, undo_last_change),
        *skill_files.TOOLS,
    )
    pending_kinds = (
        PendingKind(rules.COLLECTING_SAVE_INFO, _("Waiting for the store’s details")),
        PendingKind(rules.COLLECTING_STORE_NAME, _("Waiting for the store’s name")),
        PendingKind(rules.AWAITING_PASSPHRASE_FOR_RETRIEVE, _("Waiting for your passphrase"), secret=True),
        PendingKind(rules.AWAITING_PASSPHRASE_FOR_REVERSE, _("Waiting for your passphrase"), secret=True),
        PendingKind(rules.AWAITING_CHOICE, _("Waiting for your choice")),
        PendingKind(rules.AWAITING_CONFIRMATION, _("Waiting for your answer")),
        PendingKind(rules.AWAITING_IMPORT_CONFIRMATION, _("Waiting to import your file")),
        PendingKind(rules.AWAITING_PASSPHRASE_FOR_IMPORT, _("Waiting for your passphrase"), secret=True),
    )
    messages: ClassVar = MESSAGES | skill_files.MESSAGES
    actions: ClassVar = ACTIONS
    files = skill_files.FILES
    cards: ClassVar = {rules.PROGRESS: "stores_import_card", rules.CHECK: "stores_import_check"}

    def accept_file(self, file: InboundFile, context: FileContext) -> str:
        return skill_files.accept_file(file, context)

    def hear_file(self, file: FileTaken) -> Operation:
        return Operation(intent="import", slots={"job": file.reference, "file_name": file.name}, source="file")

    def understand(self, utterance: Utterance, snapshot: Snapshot, policy: Policy) -> Reading:
        return rules.understand(utterance, snapshot, policy)

    def weigh(
        self, operations: Sequence[Operation], utterance: Utterance, snapshot: Snapshot, policy: Policy
    ) -> Sequence[Operation]:
        return rules.weigh(operations, utterance, snapshot, policy)

    def answer(self, utterance: Utterance, pending: Pending, snapshot: Snapshot, policy: Policy) -> Answer | None:
        return rules.answer(utterance, pending, snapshot, policy)

    def gather(self, operation: Operation, context: ToolContext) -> JSON:
        user_id, slots = owner_of(context), operation.slots
        facts: JSON = {"unlocked": context.unlocked}
        if operation.intent == "import":
            return skill_files.import_facts(operation, context)
        if operation.intent in GATED and not context.unlocked:
            facts["has_passphrase"] = User.objects.only("passphrase").get(pk=user_id).has_passphrase
        if operation.intent in ("retrieve_by_name", "update", "delete"):
            facts |= _meant(operation, context)
        if operation.intent in ("save", "update") and slots.get("phone"):
            read = _read(context, slots["phone"])
            facts["phone"] = {"valid": read.valid, "reason": read.reason, "region": read.region}
        if operation.intent == "save":
            facts |= _same_name(operation, context)
        if operation.intent == "retrieve_by_phone":
            fragment = slots["phone"]
            is_token = TOKEN_RE.fullmatch(fragment)
            facts["digits"] = count_digits(_read(context, fragment).digits if is_token else fragment)
        return facts

    def decide(self, snapshot: Snapshot, operation: Operation, facts: JSON, policy: Policy) -> Decision:
        return rules.decide(operation, facts, policy)

    def reply(self, operation: Operation, call: Call, result: ToolResult) -> tuple[Say, ...]:
        return rules.reply(operation, call, result)


def _meant(operation: Operation, context: ToolContext) -> JSON:
    """Which stores the operation may mean: the chosen one, the one last talked about, or what the name finds."""
    slots, user_id = operation.slots, owner_of(context)
    if slots.get("choice") and slots.get("candidates"):
        return _by_id(context, slots["candidates"][int(slots["choice"]) - 1])
    if not slots.get("store_name"):
        last = context.snapshot.focus.get("stores") or {}
        return _by_id(context, last["id"]) if last else {"hits": [], "clear": False, "nearest": []}
    name = _typed(context, slots["store_name"])
    hits = search(user_id, name)
    clear = clear_hit(hits)
    return {
        "hits": [_hit(context, hit.store) for hit in ([clear] if clear else hits)],
        "clear": clear is not None,
        "nearest": [] if hits else [told(context, near) for near in nearest(user_id, name)],
    }


def _by_id(context: ToolContext, store_id: str) -> JSON:
    hits = [_hit(context, store) for store in Store.objects.for_user(owner_of(context)).filter(pk=store_id)]
    return {"hits": hits, "clear": bool(hits), "nearest": []}


def _same_name(operation: Operation, context: ToolContext) -> JSON:
    """Live stores of the name to be saved. Whether one has the same number is a fact only while unlocked."""
    name, phone = operation.slots.get("store_name"), operation.slots.get("phone")
    same = list(actions.find_same_name(owner_of(context), _typed(context, name))) if name else []
    identical = False
    if context.unlocked and phone and same:
        e164 = _read(context, phone).e164
        identical = any(store.phone_e164 == e164 for store in same)
    return {"same_name": [_hit(context, store) for store in same], "identical": identical}
