"""`manage.py chat`: talk to an agent from the command line, interactively or one message a line from stdin."""

import asyncio
import json
import secrets
import sys
import time
from argparse import ArgumentParser
from getpass import getpass
from typing import Any
from uuid import UUID, uuid4

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.unlock import lock
from conversations.edge import BadMessage, principal_of, receive, viewer_of
from conversations.engine.contract import Pending, Principal
from conversations.engine.records import read_snapshot
from conversations.engine.registry import skills_of
from conversations.engine.runtime import Secret, run_turn, runtime
from conversations.engine.storage import Inbound, open_conversation
from conversations.engine.threads import in_db
from conversations.models import Agent, Conversation, Turn
from vault.draw import draw_json

CANCEL = "cancel"


class Command(BaseCommand):
    help = (
        "Talk to an agent: interactively, or one message a line from stdin. "
        "The line after a passphrase question is the passphrase, or “cancel”."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--agent", default="directory", help="slug of the agent (default: directory)")
        parser.add_argument("--user", required=True, metavar="EMAIL", help="on whose behalf")
        parser.add_argument("--conversation", metavar="ID", help="go on with this conversation instead of a new one")
        parser.add_argument("--json", action="store_true", help="print one JSON object a turn")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["user"], is_active=True).first()
        if user is None:
            raise CommandError(_("There is no user {email}.").format(email=options["user"]))
        agent = Agent.objects.visible_to(user.pk).filter(slug=options["agent"]).first()
        if agent is None:
            raise CommandError(_("There is no agent “{slug}” for this user.").format(slug=options["agent"]))
        # An unlock belongs to this run and ends with it.
        principal = principal_of(user, f"cli:{secrets.token_hex(16)}", "cli")
        conversation_id = self._conversation(options["conversation"], agent, user)
        try:
            asyncio.run(_Session(self, principal, conversation_id, as_json=options["json"]).run())
        except KeyboardInterrupt:
            self.stderr.write("")
        finally:
            lock(user.pk, principal.holder)

    def _conversation(self, given: str | None, agent: Agent, user: User) -> UUID:
        if given is None:
            return open_conversation(agent.pk, user.pk, "cli").id
        try:
            found = Conversation.objects.for_user(user.pk).filter(id=UUID(given)).values_list("id", flat=True).first()
        except ValueError:
            found = None
        if found is None:
            raise CommandError(_("This user has no conversation {id}.").format(id=given))
        return UUID(str(found))


class _Session:
    """One run of the command: reads lines, runs turns, prints what came of them."""

    def __init__(self, command: BaseCommand, principal: Principal, conversation_id: UUID, *, as_json: bool) -> None:
        self._command, self._principal, self._conversation_id = command, principal, conversation_id
        self._as_json = as_json
        self._interactive = sys.stdin.isatty() and not as_json
        self._pending: Pending | None = None
        self._awaits_secret = False

    async def run(self) -> None:
        await runtime().recover(self._conversation_id)
        await runtime().drain()
        await in_db(self._refresh)
        while (line := await asyncio.to_thread(self._read)) is not None:
            try:
                await self._turn(line)
            except BadMessage as error:
                self._print(await in_db(self._refused, error))
        await runtime().drain()

    def _read(self) -> str | None:
        if not self._interactive:
            line = sys.stdin.readline()
            return line.rstrip("\r\n") if line else None
        try:
            return getpass(_("Passphrase: ")) if self._awaits_secret else input("> ")
        except EOFError:
            return None

    async def _turn(self, line: str) -> None:
        started = time.perf_counter()
        key = str(uuid4())
        secret: Secret | None = None
        if self._awaits_secret and self._pending and line.strip().lower() != CANCEL:
            secret = Secret(self._pending.id, line)
            inbound = Inbound(text="", secret_for=self._pending.id)
        else:
            inbound = receive(line, self._principal.region)
        turn_id: UUID | None = None
        async for event in run_turn(self._principal, self._conversation_id, inbound, key, secret=secret):
            if event.type == "turn.started":
                turn_id = UUID(event.data["turn_id"])
                self._conversation_id = UUID(event.data["conversation_id"])
        assert turn_id is not None  # noqa: S101  every turn starts
        result = await in_db(self._result, turn_id)
        result["latency_ms"] = round((time.perf_counter() - started) * 1000, 1)
        self._print(result)
        if event.type == "turn.failed" and "message_id" in event.data:
            self._command.stderr.write(_("The answer broke off here. Ask again for a whole one."))

    def _refresh(self) -> Conversation:
        """Read what the conversation waits for."""
        conversation: Conversation = Conversation.objects.select_related("agent").get(id=self._conversation_id)
        self._pending = read_snapshot(conversation).top
        skills = skills_of(conversation.agent.skills)
        self._awaits_secret = self._pending is not None and skills.pending_kind(self._pending.kind).secret
        return conversation

    def _result(self, turn_id: UUID) -> dict[str, Any]:
        """The turn as one JSON object, drawn for this user."""
        conversation = self._refresh()
        turn = Turn.objects.get(id=turn_id)
        message = turn.messages.filter(role="assistant").first()
        secret = (turn.intake or {}).get("secret") or {}
        understanding = turn.understanding or {}
        operations = [{key: step["operation"][key] for key in ("intent", "slots", "confidence")} for step in turn.steps]
        result = {
            "reply": message.text if message else _("Something went wrong on our side. Nothing was changed."),
            "intent": understanding.get("intent", ""),
            "operations": operations,
            "lifecycle": conversation.lifecycle,
            "flow": conversation.flow,
            "tools": [{"name": call["name"], "ok": call["ok"]} for call in (message.tool_calls if message else [])],
            "tokens_in": turn.tokens_in,
            "tokens_out": turn.tokens_out,
            "cost_usd": float(turn.cost_usd),
            "latency_ms": 0.0,
            "conversation_id": str(conversation.id),
        }
        viewer = viewer_of(self._principal, conversation.id, released=secret.get("outcome") == "right")
        drawn: dict[str, Any] = draw_json(result, viewer)
        return drawn

    def _print(self, result: dict[str, Any]) -> None:
        self._command.stdout.write(json.dumps(result, ensure_ascii=False) if self._as_json else result["reply"])
        self._command.stdout.flush()

    def _refused(self, error: BadMessage) -> dict[str, Any]:
        """What was no message, in the shape of a turn: nothing was stored or changed."""
        conversation = self._refresh()
        return {
            "reply": str(error),
            "error": error.code,
            "intent": "",
            "operations": [],
            "lifecycle": conversation.lifecycle,
            "flow": conversation.flow,
            "tools": [],
            "tokens_in": 0,
            "tokens_out": 0,
            "cost_usd": 0.0,
            "latency_ms": 0.0,
            "conversation_id": str(conversation.id),
        }
