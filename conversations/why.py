"""How a turn came to its reply: what was understood, what was decided, what was done, how long each step took.

Private values are drawn as for somebody locked: the explanation stays as it is when the numbers on the page are hidden.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from conversations.engine.contract import JSON, Call, Compose, Decision, Operation, Principal, Step
from conversations.engine.records import CorruptRecord, Intake, Interpretation, Proposal, read_model, read_steps
from conversations.models import Turn
from llm import words
from llm.contract import Failure
from vault.draw import Viewer, draw_many

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

SOURCES = {
    "rules": _("by our rules"),
    "model": _("by a language model"),
    "command": _("as a command"),
    "file": _("from a file"),
}
DECISIONS = {
    "call": _("Use a tool"),
    "ask": _("Ask back"),
    "refuse": _("Refuse"),
    "tell": _("Only answer"),
    "compose": _("Answer freely"),
}
TIMINGS = {
    "understand": _("Understanding"),
    "consult": _("Asking a model"),
    "act": _("Deciding and acting"),
    "compose": _("Composing the reply"),
    "settle": _("Saving the reply"),
}

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Understood:
    intent: str
    source: "StrPromise | str"
    percent: int
    slots: Pairs


@dataclass(frozen=True, slots=True)
class Decided:
    """`rule` is the sentence that the rules chose, by its key, or the outcome of the tool."""

    intent: str
    decision: "StrPromise | str"
    rule: str
    tool: str
    arguments: Pairs
    ok: bool


@dataclass(frozen=True, slots=True)
class Why:
    intent: str
    understood: tuple[Understood, ...]
    decided: tuple[Decided, ...]
    timings: tuple[tuple["StrPromise | str", float], ...]
    total_ms: float | None
    is_corrupt: bool = False
    model: str = ""
    """Whether a language model was asked, and what came of it; empty if none was."""


def explain(turn: Turn, principal: Principal) -> Why:
    """`turn`, whose conversation is the principal's. At most one query."""
    timings = _timings(turn)
    try:
        read = read_model("understanding", Interpretation, turn.understanding) if turn.understanding else None
        steps = read_steps(turn.steps)
        proposal = read_model("turn intake", Intake, turn.intake).proposal
    except CorruptRecord:
        return Why("", (), (), timings, turn.latency_ms, is_corrupt=True)
    operations = read.operations if read else ()
    tables = [*(operation.slots for operation in operations), *(_arguments(step.decision) for step in steps)]
    drawn = _drawn(tables, principal, turn)
    understood = tuple(_understood(operation, next(drawn)) for operation in operations)
    return Why(
        intent=read.intent if read else "",
        understood=understood,
        decided=tuple(_decided(step, next(drawn)) for step in steps),
        timings=timings,
        total_ms=turn.latency_ms,
        model=_asked(proposal, heard=read is not None and read.source == "model") if proposal else "",
    )


def _asked(proposal: Proposal, *, heard: bool) -> str:
    """What became of asking a model; `heard` says whether its reading counted."""
    if proposal.failure:
        why = words.explain(Failure(proposal.failure)) if proposal.failure in set(Failure) else proposal.failure
        return _g("A language model was asked, without an answer: {reason}.").format(reason=why)
    said = _g("{model} read it.") if heard else _g("{model} was asked too; our rules decided.")
    return said.format(model=proposal.model)


def _timings(turn: Turn) -> tuple[tuple["StrPromise | str", float], ...]:
    """In the order of the steps; jsonb keeps none."""
    names = [*TIMINGS, *(name for name in turn.timings if name not in TIMINGS)]
    return tuple(
        (TIMINGS.get(name, name), turn.timings[name])
        for name in names
        if isinstance(turn.timings.get(name), int | float)
    )


def _understood(operation: Operation, slots: Pairs) -> Understood:
    source = SOURCES.get(operation.source, operation.source)
    return Understood(operation.intent, source, round(operation.confidence * 100), slots)


def _decided(step: Step, arguments: Pairs) -> Decided:
    decision = step.decision
    rule = tool = ""
    if isinstance(decision, Call):
        rule, tool = step.result.code if step.result else "", decision.tool
    elif not isinstance(decision, Compose):
        rule = decision.say.key
    return Decided(
        intent=step.operation.intent,
        decision=DECISIONS[decision.type],
        rule=rule,
        tool=tool,
        arguments=arguments,
        ok=step.result is not None and step.result.ok,
    )


def _arguments(decision: Decision) -> JSON:
    return decision.arguments if isinstance(decision, Call | Compose) else {}


def _drawn(tables: Sequence[Mapping[str, Any]], principal: Principal, turn: Turn) -> Iterator[Pairs]:
    """The tables' values as text, private ones masked."""
    flat = [[(name, _text(value)) for name, value in table.items() if value not in (None, "")] for table in tables]
    viewer = Viewer(principal.user_id, turn.conversation_id, unlocked=False, region=principal.region)
    texts = iter(draw_many((text for table in flat for _name, text in table), viewer))
    return (tuple((name, next(texts)) for name, _stored in table) for table in flat)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
