"""`manage.py replay`: would today's rules decide yesterday's turns as they were decided?"""

import json
import sys
from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from conversations.engine.records import CorruptRecord
from conversations.engine.replay import replay_turn
from conversations.models import Turn


class Command(BaseCommand):
    help = (
        "List every decision of stored turns that today's rules would make otherwise; exits 1 if any. Writes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", metavar="DATE", help="only turns from this ISO date or time on")
        parser.add_argument("--conversation", metavar="ID", help="only this conversation")

    def handle(self, *args: Any, **options: Any) -> None:
        turns = Turn.objects.filter(acted_at__isnull=False).select_related("conversation__agent")
        if options["since"]:
            turns = turns.filter(created_at__gte=_moment(options["since"]))
        if options["conversation"]:
            try:
                turns = turns.filter(conversation_id=UUID(options["conversation"]))
            except ValueError:
                raise CommandError(f"{options['conversation']!r} is not a conversation id.") from None
        seen = corrupt = 0
        changed: set[UUID] = set()
        for turn in turns.order_by("created_at", "seq").iterator(chunk_size=500):
            seen += 1
            try:
                for change in replay_turn(turn):
                    changed.add(turn.id)
                    where = change.what if change.step is None else f"{change.what} of step {change.step}"
                    self.stdout.write(f"turn {turn.id} (conversation {turn.conversation_id}): {where} would change")
                    self.stdout.write(f"  before {json.dumps(change.before, ensure_ascii=False)}")
                    self.stdout.write(f"  after  {json.dumps(change.after, ensure_ascii=False)}")
            except CorruptRecord as error:
                corrupt += 1
                self.stderr.write(f"turn {turn.id}: cannot be read ({error})")
        self.stdout.write(f"{seen} turns replayed, {len(changed)} would change, {corrupt} cannot be read")
        if changed or corrupt:
            sys.exit(1)


def _moment(text: str) -> datetime:
    moment = parse_datetime(text)
    if moment is None and (day := parse_date(text)):
        moment = datetime(day.year, day.month, day.day)
    if moment is None:
        raise CommandError(f"{text!r} is neither an ISO date nor an ISO time.")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
