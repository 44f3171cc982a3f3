"""`manage.py search_stores --user EMAIL`: what a user's directory finds for each line of standard input."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from stores.search import Hit, search


class Command(BaseCommand):
    help = "Search a user's stores by name: one query a line in, one line of hits out, best first, without numbers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", required=True, metavar="EMAIL")
        parser.add_argument("--json", action="store_true", help='print [{"name": …, "score": …}, …] for each query')
        parser.add_argument("--limit", type=int, default=10)

    def handle(self, *args: Any, **options: Any) -> None:
        user_id = User.objects.filter(email=options["user"]).values_list("pk", flat=True).first()
        if user_id is None:
            raise CommandError(f"There is no user {options['user']}.")
        for line in sys.stdin.buffer:
            hits = search(user_id, line.decode(errors="replace").strip(), options["limit"])
            self.stdout.write(_as_json(hits) if options["json"] else _as_text(hits))
            self.stdout.flush()


def _as_json(hits: list[Hit]) -> str:
    return json.dumps([{"name": hit.store.name, "score": round(hit.score, 3)} for hit in hits], ensure_ascii=False)


def _as_text(hits: list[Hit]) -> str:
    return ", ".join(f"{hit.store.name} ({hit.score:.2f})" for hit in hits) or "–"
