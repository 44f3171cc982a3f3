"""What to do about a file of stores: tell what was found out, ask, and start or drop the import. Pure.

Facts (from `skill_files.import_facts`): `unlocked`, `has_passphrase` (while locked), and `import`, None if it is gone:
`status`, `count` (data rows) and, while it waits to be confirmed, how the file would be read: `encoding`, `delimiter`,
`has_header`, `columns` (titles of those with names and numbers), `region` and `items`, the first rows.
"""

from agentsite.gates import gate
from conversations.engine.contract import JSON, Ask, Call, Card, Choice, Decision, Operation, Policy, Say, Tell

AWAITING_IMPORT_CONFIRMATION = "awaiting_import_confirmation"
AWAITING_PASSPHRASE_FOR_IMPORT = "awaiting_passphrase_for_import"  # noqa: S105

IMPORT = Choice(value="import", label="stores.choice_import")
UPDATE_TOO = Choice(value="update", label="stores.choice_update_too")
NO = Choice(value="cancel", label="stores.choice_cancel")

ON_SAME_NAME = {"import": "reject", "update": "update", "keep_both": "keep"}
"""What becomes of a name that is there already with another number, by the answer."""
GATED = ("update", "keep_both")
"""Answers after which the directory would tell whether a number was stored."""
PROGRESS, CHECK = "import", "import_check"
"""Kinds of cards: how an import is getting on, and the way to correct how its file is read."""


def decide_import(operation: Operation, facts: JSON, policy: Policy) -> Decision:
    slots, found = operation.slots, facts["import"]
    if found is None:
        return Tell(say=Say(key="stores.import_gone", params={"name": slots["file_name"]}))
    if found["status"] != "uploaded":
        return Tell(say=Say(key="stores.import_known", params={"name": slots["file_name"]}, card=_card(operation)))
    answer = _answer(operation)
    if answer == "cancel":
        return Call(tool="cancel_import", arguments={"job": slots["job"]})
    if _needs_passphrase(answer, facts):
        return _ask_passphrase(operation, facts)
    if answer:
        return Call(tool="start_import", arguments={"job": slots["job"], "on_same_name": ON_SAME_NAME[answer]})
    return _ask(operation, found)


@gate("consent.import")
def _answer(operation: Operation) -> str | None:
    """What the user has answered to the question; nothing is imported without."""
    answer: str | None = operation.slots.get("confirmed")
    return answer


@gate("passphrase.decide_import")
def _needs_passphrase(answer: str | None, facts: JSON) -> bool:
    return answer in GATED and not facts["unlocked"]


def _ask(operation: Operation, found: JSON) -> Ask:
    """The question; all that was found out only the first time, not after each digression."""
    name = operation.slots["file_name"]
    if operation.slots.get("told"):
        say = Say(key="stores.import_ask", params={"name": name, "count": found["count"]})
        return Ask(kind=AWAITING_IMPORT_CONFIRMATION, operation=operation, say=say, choices=(IMPORT, UPDATE_TOO, NO))
    params = {
        "name": name,
        "count": found["count"],
        "encoding": found["encoding"],
        "delimiter": _part(f"stores.delimiter_{found['delimiter']}"),
        "header": _part("stores.with_header" if found["has_header"] else "stores.without_header"),
        "name_column": _column(found["columns"]["name"]),
        "phone_column": _column(found["columns"]["phone"]),
        "region": found["region"],
        "items": found["items"],
    }
    say = Say(key="stores.import_found", params=params, card=_card(operation, CHECK))
    suspended = operation.with_slots(told=True)
    return Ask(kind=AWAITING_IMPORT_CONFIRMATION, operation=suspended, say=say, choices=(IMPORT, UPDATE_TOO, NO))


def _ask_passphrase(operation: Operation, facts: JSON) -> Ask:
    """The passphrase gate; who has no passphrase may still import what is new."""
    if facts["has_passphrase"]:
        say = Say(key="stores.ask_passphrase_import")
        return Ask(kind=AWAITING_PASSPHRASE_FOR_IMPORT, operation=operation, say=say)
    say = Say(key="stores.import_needs_passphrase")
    return Ask(
        kind=AWAITING_IMPORT_CONFIRMATION, operation=operation.with_slots(confirmed=None), say=say, choices=(IMPORT, NO)
    )


def _column(column: JSON) -> JSON:
    if column["title"]:
        return _part("stores.column_titled", title=column["title"])
    return _part("stores.column_numbered", number=column["number"])


def _part(key: str, **params: object) -> JSON:
    return Say(key=key, params=params).model_dump()


def _card(operation: Operation, kind: str = PROGRESS) -> Card:
    return Card(kind=kind, id=operation.slots["job"])


def replied(operation: Operation, code: str, data: JSON) -> tuple[Say, ...]:
    """The sentence for a finished tool call; what runs, or has run, shows how it is getting on."""
    card = _card(operation) if code in ("import_started", "import_known") else None
    return (Say(key=f"stores.{code}", params={**data, "name": operation.slots["file_name"]}, card=card),)
